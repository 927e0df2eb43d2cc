"""Issues of newspaper columns: scanned pages in order, or a PDF of which a job makes pages."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel, TitleFieldPanel
from wagtail.models import Orderable

from legal_education.models.issues import IssuePage
from legal_education.models.programmes import Medium
from legal_education.page_forms import IssuePageForm
from site_core.models.base import provenance_panel

MOST_PAGES = 64


class PaperIssuePage(IssuePage):
    """One issue of a newspaper column."""

    media_of_programme = frozenset({Medium.NEWSPAPER})

    issued_on = models.DateField("出版日期", null=True, db_index=True)
    pdf = models.ForeignKey(
        "site_core.SiteDocument",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="PDF 文件",
        help_text="有 PDF 的不用再传图片：保存后自动生成版面和文字。",
    )

    content_panels = [
        TitleFieldPanel("title", heading="本期标题"),
        FieldPanel("summary"),
        FieldRowPanel([FieldPanel("issued_on"), FieldPanel("number")]),
        FieldPanel("pdf"),
        InlinePanel("scans", heading="版面图片", label="版面", max_num=MOST_PAGES, help_text="按版次排列。"),
        FieldPanel("cover", heading="封面图", help_text="留空即第一版。"),
        provenance_panel(),
    ]
    parent_page_types = ["legal_education.ProgrammePage"]
    subpage_types: list[str] = []
    template = "legal_education/paper_issue_page.html"
    base_form_class = IssuePageForm
    is_item = True

    class Meta:
        verbose_name = "报纸（一期）"
        verbose_name_plural = "报纸（各期）"

    def clean(self) -> None:
        """A PDF that can be read, and not both a PDF and pictures."""
        from legal_education.papers.reading import find_problem

        super().clean()
        self.check_place()
        if not self.pdf_id:
            return
        if self.scans.count():
            raise ValidationError({"pdf": "PDF 和版面图片只用一种。"})
        problem = find_problem(self.pdf)
        if problem:
            raise ValidationError({"pdf": problem})

    def save(self, *args: Any, **kwargs: Any) -> Any:
        """Save, and have the PDF made into pages."""
        result = super().save(*args, **kwargs)
        self._have_pdf_read()
        return result

    def save_revision(self, *args: Any, **kwargs: Any) -> Any:
        """A draft's PDF too, so that it can be previewed."""
        result = super().save_revision(*args, **kwargs)
        self._have_pdf_read()
        return result

    def _have_pdf_read(self) -> None:
        from legal_education.papers.reading import have_read

        if self.pdf_id:
            have_read(self.pdf)

    def get_context(self, request: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Adds the pages of the paper and what stands beside the issue (`papers.sheets.describe`)."""
        from legal_education.papers.sheets import describe

        return {**super().get_context(request, *args, **kwargs), **describe(self)}


class PaperScan(Orderable):
    """A page of the paper as somebody scanned it."""

    issue = ParentalKey(PaperIssuePage, on_delete=models.CASCADE, related_name="scans")
    image = models.ForeignKey("site_core.SiteImage", on_delete=models.PROTECT, related_name="+", verbose_name="图片")
    label = models.CharField("版名", max_length=30, blank=True, help_text="如 头版、综合；留空为“第几版”。")
    text = models.TextField("文字", blank=True, help_text="版面上的文字，供搜索，也供看不到图片的读者阅读。")

    panels = [FieldPanel("image"), FieldPanel("label"), FieldPanel("text")]

    class Meta(Orderable.Meta):
        verbose_name = "版面"
        verbose_name_plural = "版面"

    def __str__(self) -> str:
        return self.label or str(self.image)


class ReadingState(models.TextChoices):
    """How far a PDF has been made into pages."""

    WAITING = "waiting", "正在生成版面"
    DONE = "done", "已生成版面"
    FAILED = "failed", "不能生成版面"


class PaperReading(models.Model):
    """What became of a PDF; one row for each file in its present form."""

    document = models.OneToOneField(
        "site_core.SiteDocument", on_delete=models.CASCADE, related_name="+", verbose_name="PDF 文件"
    )
    file_hash = models.CharField("文件摘要", max_length=40)
    state = models.CharField("状态", max_length=10, choices=ReadingState.choices, default=ReadingState.WAITING)
    problem = models.CharField("问题", max_length=200, blank=True)

    class Meta:
        verbose_name = "版面生成"
        verbose_name_plural = "版面生成"

    def __str__(self) -> str:
        return f"{self.document}：{self.get_state_display()}"


class PaperSheet(models.Model):
    """A page that was made of a PDF, with its text."""

    reading = models.ForeignKey(PaperReading, on_delete=models.CASCADE, related_name="sheets", verbose_name="版面生成")
    number = models.PositiveSmallIntegerField("版次")
    image = models.ForeignKey("site_core.SiteImage", on_delete=models.CASCADE, related_name="+", verbose_name="图片")
    text = models.TextField("文字", blank=True)

    class Meta:
        verbose_name = "生成的版面"
        verbose_name_plural = "生成的版面"
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["reading", "number"], name="legal_education_sheet_once")]

    def __str__(self) -> str:
        return f"第{self.number}版"
