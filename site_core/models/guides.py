"""Service guides with all key elements of the national inspection (国办秘函〔2019〕19号, domain §2.1 V6)."""

from typing import Any

from django.db import models
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel, TitleFieldPanel
from wagtail.fields import RichTextField

from site_core.blocks import MaterialBlock, QuestionBlock, StepBlock
from site_core.fields import BodyField
from site_core.guide_panels import CompletenessPanel
from site_core.models.base import BasePage, attachments_panel, provenance_panel

_TEXT = ["bold", "ol", "ul", "link", "document-link"]

KEY_ELEMENTS = {
    "title": "事项名称",
    "basis": "设定依据",
    "conditions": "申请条件",
    "materials": "办理材料",
    "place": "办理地点",
    "hours": "办理时间",
    "telephone": "联系电话",
    "steps": "办理流程",
}
"""Field and name of each key element class; a guide that lacks four counts as a fault."""


class GuideIcon(models.TextChoices):
    """The sign beside a service; drawn by the themes."""

    SCALE = "scale", "天平（法律援助）"
    STAMP = "stamp", "印章（公证）"
    LAWYER = "lawyer", "律师"
    MEDIATE = "mediate", "握手（调解）"
    REVIEW = "review", "复议"
    CERTIFICATE = "certificate", "证书"
    FORM = "form", "表格"
    VILLAGE = "village", "村居"


class ServiceGuidePage(BasePage):
    """How to get one service done."""

    icon = models.CharField("图标", max_length=12, choices=GuideIcon.choices, default=GuideIcon.FORM)
    audience = models.CharField("服务对象", max_length=60, blank=True, help_text="如 自然人，法人。")
    organ = models.CharField("办理机构", max_length=100, blank=True, help_text="留空为本单位。")
    basis = RichTextField("设定依据", blank=True, features=_TEXT)
    conditions = RichTextField("申请条件", blank=True, features=_TEXT)
    materials = BodyField([("material", MaterialBlock())], blank=True, verbose_name="办理材料")
    steps = BodyField([("step", StepBlock())], blank=True, verbose_name="办理流程")
    place = models.CharField("办理地点", max_length=200, blank=True)
    hours = models.CharField("办理时间", max_length=200, blank=True)
    telephone = models.CharField("联系电话", max_length=60, blank=True)
    time_limit = models.CharField("办理期限", max_length=100, blank=True)
    fee = models.CharField("收费标准", max_length=200, blank=True, help_text="不收费的写“不收费”。")
    result = models.CharField("办理结果", max_length=100, blank=True)
    online_url = models.URLField("在线办理网址", blank=True)
    booking_url = models.URLField("预约网址", blank=True)
    questions = BodyField([("question", QuestionBlock())], blank=True, verbose_name="常见问题")

    content_panels = [
        CompletenessPanel(heading="要素完整度"),
        TitleFieldPanel("title", heading="事项名称"),
        FieldPanel("summary", help_text="用群众的话说这件事，如“打官司没钱，符合条件的免费请律师”。"),
        FieldRowPanel([FieldPanel("icon"), FieldPanel("audience"), FieldPanel("organ")]),
        FieldPanel("basis"),
        FieldPanel("conditions"),
        FieldPanel("materials"),
        FieldPanel("steps"),
        MultiFieldPanel(
            [
                FieldPanel("place"),
                FieldPanel("hours"),
                FieldRowPanel([FieldPanel("telephone"), FieldPanel("time_limit")]),
                FieldRowPanel([FieldPanel("fee"), FieldPanel("result")]),
            ],
            heading="地点、时间、电话、期限、收费",
        ),
        MultiFieldPanel([FieldPanel("online_url"), FieldPanel("booking_url")], heading="在线办理"),
        FieldPanel("questions"),
        attachments_panel(),
        provenance_panel(),
    ]
    parent_page_types = ["site_core.ColumnPage"]
    subpage_types: list[str] = []
    template = "site_core/service_guide_page.html"
    is_item = True

    class Meta:
        verbose_name = "办事指南"
        verbose_name_plural = "办事指南"

    def list_missing_elements(self) -> list[str]:
        """Names of the key elements that are not filled, in the order of the rule."""
        return [label for name, label in KEY_ELEMENTS.items() if not getattr(self, name)]

    def get_context(self, request: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Adds `files`."""
        from site_core.selectors import list_attachments

        return {**super().get_context(request, *args, **kwargs), "files": list_attachments(self)}
