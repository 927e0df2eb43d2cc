"""The digest and its issues. They are pages, so that review decides what goes out, and locks, schedule and search hold for them."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import (
    FieldPanel,
    FieldRowPanel,
    InlinePanel,
    MultiFieldPanel,
    PageChooserPanel,
    TitleFieldPanel,
)
from wagtail.models import Orderable

from legal_education.audiences import Audience
from legal_education.digest.panels import LengthPanel
from legal_education.digest.sms_template import USUAL_TEMPLATE, list_unknown_names
from site_core.models.base import BasePage
from site_core.previewing import PREVIEW_MODES

MOST_ITEMS = 20
PHONE, MAIL = "phone", "mail"


class DigestPage(BasePage):
    """普法手机报 of the site: what it is, how often it comes, and how its short messages are signed. There is one."""

    schedule = models.CharField("刊期", max_length=60, blank=True, help_text="如：每月 1 日、15 日。")
    audience_note = models.CharField("读者对象", max_length=100, blank=True, help_text="如：全市干部群众。")
    sms_sign = models.CharField(
        "短信签名", max_length=20, blank=True, help_text="与短信平台报备的一致，不带【】，如 静宁司法。"
    )
    sms_template_id = models.CharField(
        "手机报模板编号", max_length=60, blank=True, help_text="短信平台给出；留空则不发短信。"
    )
    sms_template = models.CharField(
        "手机报模板内容",
        max_length=300,
        default=USUAL_TEMPLATE,
        help_text="与短信平台报备的一致，用于计算字数和预览；可用 ${title} ${text} ${link} ${unsubscribe}。",
    )
    sms_code_template_id = models.CharField(
        "验证码模板编号", max_length=60, blank=True, help_text="参数为 ${code} 和 ${minutes}；留空则不接受短信订阅。"
    )

    content_panels = [
        TitleFieldPanel("title"),
        FieldPanel("summary", heading="说明"),
        FieldRowPanel([FieldPanel("schedule"), FieldPanel("audience_note")]),
        MultiFieldPanel(
            [
                FieldPanel("sms_sign"),
                FieldRowPanel([FieldPanel("sms_template_id"), FieldPanel("sms_code_template_id")]),
                FieldPanel("sms_template"),
            ],
            heading="短信",
        ),
    ]
    parent_page_types = ["site_core.ColumnPage"]
    subpage_types = ["legal_digest.DigestIssuePage"]
    max_count = 1
    template = "legal_digest/digest_page.html"

    class Meta:
        verbose_name = "普法手机报"
        verbose_name_plural = "普法手机报"

    def clean(self) -> None:
        """The template names nothing that an issue does not have."""
        super().clean()
        unknown = list_unknown_names(self.sms_template)
        if unknown:
            raise ValidationError({"sms_template": f"模板中的 {'、'.join(unknown)} 没有对应的内容。"})

    def get_context(self, request: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Adds `listing`: one page of the issues, the newest first."""
        from legal_education.digest.selectors import get_issues

        return {**super().get_context(request, *args, **kwargs), "listing": get_issues(self, request.GET)}


class DigestIssuePage(BasePage):
    """An issue: articles of any column, chosen and put in order, for one audience or all."""

    number = models.PositiveIntegerField("期号")
    issued_on = models.DateField("日期", default=timezone.localdate)
    greeting = models.TextField("卷首语", max_length=500, blank=True)
    audience = models.CharField("受众", max_length=10, choices=Audience.choices, default=Audience.ALL)
    send_at = models.DateTimeField("发送时间", null=True, blank=True, help_text="留空即发布时发送。发布前不会发送。")
    sms_text = models.CharField(
        "短信内容", max_length=300, blank=True, help_text="填入模板的 ${text}；留空即各条标题。"
    )

    content_panels = [
        TitleFieldPanel("title"),
        FieldRowPanel([FieldPanel("number"), FieldPanel("issued_on")]),
        FieldRowPanel([FieldPanel("audience"), FieldPanel("send_at")]),
        FieldPanel("greeting"),
        InlinePanel("items", heading="内容", label="文章", min_num=1, max_num=MOST_ITEMS),
        FieldPanel("sms_text"),
        LengthPanel(heading="篇幅"),
    ]
    parent_page_types = ["legal_digest.DigestPage"]
    subpage_types: list[str] = []
    template = "legal_digest/digest_issue_page.html"
    is_item = True

    class Meta:
        verbose_name = "手机报一期"
        verbose_name_plural = "手机报各期"

    @property
    def preview_modes(self) -> list[tuple[str, str]]:
        """Also as it comes to a phone and to a mailbox."""
        return [*PREVIEW_MODES, (PHONE, "手机上的短信"), (MAIL, "收件箱里的邮件")]

    def serve_preview(self, request: Any, mode_name: str) -> Any:
        """The page, or what is sent of it."""
        from legal_education.digest.previews import render_preview

        preview = render_preview(self, request, mode_name)
        return preview if preview is not None else super().serve_preview(request, mode_name)

    def clean(self) -> None:
        """Each number once on a site."""
        super().clean()
        others = DigestIssuePage.objects.exclude(pk=self.pk).filter(number=self.number)
        if self.number is not None and others.exists():
            raise ValidationError({"number": f"已有第 {self.number} 期。"})

    def get_context(self, request: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Adds `entries` (what readers may see of it), its `digest` with the `columns` above, and `neighbours`."""
        from legal_education.digest.composing import find_digest_of, list_entries
        from site_core.selectors import find_neighbours, list_columns_above

        return {
            **super().get_context(request, *args, **kwargs),
            "entries": list_entries(self),
            "digest": find_digest_of(self),
            "columns": list_columns_above(self) if self.path else [],
            "neighbours": find_neighbours(self),
        }


class DigestItem(Orderable):
    """An article in an issue, under its own title and summary or under those that the editor writes for the phone."""

    issue = ParentalKey(DigestIssuePage, on_delete=models.CASCADE, related_name="items")
    article = models.ForeignKey("wagtailcore.Page", on_delete=models.CASCADE, related_name="+", verbose_name="文章")
    title = models.CharField("标题", max_length=100, blank=True, help_text="留空即文章标题。")
    summary = models.TextField("提要", max_length=300, blank=True, help_text="留空即文章摘要。")

    panels = [PageChooserPanel("article"), FieldPanel("title"), FieldPanel("summary")]

    class Meta(Orderable.Meta):
        verbose_name = "文章"
        verbose_name_plural = "文章"

    def __str__(self) -> str:
        return self.title or str(self.article)
