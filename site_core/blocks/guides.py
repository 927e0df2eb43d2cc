"""Parts of a service guide: what to bring, the steps, and what people ask."""

from wagtail import blocks
from wagtail.documents.blocks import DocumentChooserBlock


class MaterialBlock(blocks.StructBlock):
    """One paper to bring. "其他材料" tells nobody what to bring; the check before publication says so."""

    name = blocks.CharBlock(label="材料名称", max_length=100)
    copies = blocks.CharBlock(
        label="份数和要求", max_length=60, required=False, help_text="如 原件 1 份、复印件 1 份。"
    )
    is_required = blocks.BooleanBlock(label="必须提供", required=False, default=True)
    note = blocks.CharBlock(label="说明", max_length=200, required=False)
    sample = DocumentChooserBlock(label="空白表格或样表", required=False)

    class Meta:
        icon = "doc-full"
        label = "材料"


class StepBlock(blocks.StructBlock):
    """One step of the way."""

    title = blocks.CharBlock(label="步骤", max_length=30)
    text = blocks.TextBlock(label="说明", max_length=400, required=False)

    class Meta:
        icon = "order"
        label = "步骤"


class QuestionBlock(blocks.StructBlock):
    """A question people ask, with its answer."""

    question = blocks.CharBlock(label="问", max_length=120)
    answer = blocks.TextBlock(label="答", max_length=800)

    class Meta:
        icon = "help"
        label = "常见问题"
