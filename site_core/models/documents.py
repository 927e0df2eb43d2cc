"""Policy documents with the elements that national rules want on them (domain §5.2), and the sequence of 索引号."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel, PageChooserPanel, TitleFieldPanel

from site_core import reading
from site_core.blocks import DocumentBodyBlock, LawReferenceBlock
from site_core.document_numbers import normalise_document_number
from site_core.fields import BodyField
from site_core.models.base import ITEM_PARENTS, BasePage, attachments_panel, provenance_panel


class Validity(models.TextChoices):
    """Whether a document still holds; each change is dated and shown on the original (domain R1.9)."""

    IN_FORCE = "有效", "有效"
    AMENDED = "已修改", "已修改"
    EXPIRED = "失效", "失效"
    REPEALED = "废止", "废止"


class Replacement(models.TextChoices):
    """What a document does to the one it names."""

    AMENDS = "修改", "修改"
    REPEALS = "废止", "废止"


class Topic(models.TextChoices):
    """主题分类 of a judicial bureau's documents."""

    LEGAL_AID = "法律援助", "法律援助"
    NOTARY = "公证", "公证"
    LAWYERS = "律师", "律师"
    MEDIATION = "人民调解", "人民调解"
    APPRAISAL = "司法鉴定", "司法鉴定"
    EDUCATION = "法治宣传", "法治宣传"
    REVIEW = "行政复议", "行政复议"
    ENFORCEMENT = "行政执法监督", "行政执法监督"
    CORRECTION = "社区矫正", "社区矫正"
    LEGISLATION = "规范性文件", "规范性文件"
    GENERAL = "综合政务", "综合政务"


class DocumentPage(BasePage):
    """A policy document. Its 索引号 is given once, at the first publication, and never changes or travels into a copy."""

    index_number = models.CharField("索引号", max_length=40, blank=True, editable=False)
    document_number = models.CharField(
        "文号", max_length=60, blank=True, help_text="如 平司发〔2026〕18号；括号写法不限，保存时统一为六角括号。"
    )
    issuing_organ = models.CharField("发文机关", max_length=100, blank=True, help_text="留空为本单位。")
    issued_on = models.DateField("成文日期", null=True, blank=True)
    effective_on = models.DateField("施行日期", null=True, blank=True)
    expires_on = models.DateField("有效期至", null=True, blank=True, help_text="到期次日自动标为失效。")
    topic = models.CharField("主题分类", max_length=20, choices=Topic.choices, default=Topic.GENERAL)
    validity = models.CharField("有效性", max_length=4, choices=Validity.choices, default=Validity.IN_FORCE)
    validity_changed_on = models.DateField("有效性变更日期", null=True, blank=True)
    validity_note = models.CharField("有效性说明", max_length=200, blank=True)
    replaces = models.ForeignKey(
        "self",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="successors",
        verbose_name="所修改或废止的文件",
        help_text="发布本文件时，原文件的有效性随之更新，两边相互链接。",
    )
    replacement = models.CharField("与原文件的关系", max_length=4, blank=True, choices=Replacement.choices)
    needs_interpretation = models.BooleanField(
        "须配发解读", default=True, help_text="发布后三个工作日内没有解读的，工作台会提醒。"
    )
    body = BodyField(DocumentBodyBlock(), blank=True, verbose_name="正文")
    basis = BodyField([("law", LawReferenceBlock())], blank=True, verbose_name="依据")

    exclude_fields_in_copy = [*BasePage.exclude_fields_in_copy, "index_number", "document_number"]
    content_panels = [
        TitleFieldPanel("title"),
        MultiFieldPanel(
            [
                FieldPanel("index_number", read_only=True),
                FieldRowPanel([FieldPanel("document_number"), FieldPanel("issuing_organ")]),
                FieldRowPanel([FieldPanel("issued_on"), FieldPanel("effective_on"), FieldPanel("expires_on")]),
                FieldRowPanel([FieldPanel("topic"), FieldPanel("needs_interpretation")]),
            ],
            heading="文件要素",
        ),
        FieldPanel("summary"),
        FieldPanel("body"),
        attachments_panel(),
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel("validity"), FieldPanel("validity_changed_on")]),
                FieldPanel("validity_note"),
                PageChooserPanel("replaces", "site_core.DocumentPage"),
                FieldPanel("replacement"),
            ],
            heading="有效性与沿革",
        ),
        FieldPanel("basis"),
        provenance_panel(),
    ]
    parent_page_types = ITEM_PARENTS
    subpage_types: list[str] = []
    template = "site_core/document_page.html"
    is_item = True

    class Meta:
        verbose_name = "政策文件"
        verbose_name_plural = "政策文件"
        constraints = [
            models.UniqueConstraint(
                fields=["index_number"], condition=~models.Q(index_number=""), name="site_core_document_index_once"
            ),
            models.UniqueConstraint(
                fields=["document_number"],
                condition=~models.Q(document_number=""),
                name="site_core_document_number_once",
            ),
        ]

    @property
    def shown_organ(self) -> str:
        """发文机关 as the reader sees it."""
        from tenants.current import current_site

        return self.issuing_organ or current_site().name

    @property
    def is_awaited(self) -> bool:
        """Whether the day from which it holds is still to come."""
        if self.effective_on is None or self.effective_on <= timezone.localdate():
            return False
        reading.hold_for_today()
        return True

    def clean(self) -> None:
        """Refuse a 文号 that another document has, dates in the wrong order, and a replacement without its document."""
        super().clean()
        self.document_number = normalise_document_number(self.document_number)
        errors = {**self._check_number(), **self._check_dates(), **self._check_replacement()}
        if errors:
            raise ValidationError(errors)

    def _check_number(self) -> dict[str, str]:
        from site_core.document_selectors import find_document_by_number

        other = find_document_by_number(self.document_number, other_than=self.pk) if self.document_number else None
        return {"document_number": f"文号“{self.document_number}”已用于《{other.title}》。"} if other else {}

    def _check_dates(self) -> dict[str, str]:
        start = self.effective_on or self.issued_on
        if self.expires_on and start and self.expires_on < start:
            return {"expires_on": f"有效期不能早于{'施行' if self.effective_on else '成文'}日期（{start:%Y-%m-%d}）。"}
        if self.effective_on and self.issued_on and self.effective_on < self.issued_on:
            return {"effective_on": f"施行日期不能早于成文日期（{self.issued_on:%Y-%m-%d}）。"}
        return {}

    def _check_replacement(self) -> dict[str, str]:
        if self.replaces_id and self.replaces_id == self.pk:
            return {"replaces": "文件不能修改或废止它自己。"}
        if bool(self.replaces_id) != bool(self.replacement):
            return {"replacement" if self.replaces_id else "replaces": "原文件与关系须同时填写。"}
        return {}

    def _settle_on_publication(self, save_arguments: dict[str, Any]) -> None:
        """Give the 索引号 once; what the database holds is kept, whatever an older revision holds."""
        from site_core.document_numbers import find_index_number, take_index_number

        held = find_index_number(self.pk)
        self.index_number = held or (take_index_number(timezone.localdate().year) if self.live else "")
        fields = save_arguments.get("update_fields")
        if fields and self.index_number != held:
            save_arguments["update_fields"] = [*fields, "index_number"]

    def get_context(self, request: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Adds `files`, `interpretations`, and `history`: documents this one replaced and was replaced by, in order."""
        from site_core.document_selectors import list_history, list_interpretations
        from site_core.selectors import list_attachments

        return {
            **super().get_context(request, *args, **kwargs),
            "files": list_attachments(self),
            "interpretations": list_interpretations(self),
            "history": list_history(self),
        }


class IndexNumberYear(models.Model):
    """Last serial of a year's 索引号 on this site. The row is locked while a number is taken: none is lost or given twice."""

    year = models.PositiveSmallIntegerField("年度", primary_key=True)
    last = models.PositiveIntegerField("最后序号", default=0)

    class Meta:
        verbose_name = "索引号序列"
        verbose_name_plural = "索引号序列"

    def __str__(self) -> str:
        return f"{self.year}：{self.last}"
