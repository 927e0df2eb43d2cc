"""What a site says of itself in its footer and numbers its documents with; and what readers looked for in vain."""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel
from wagtail.contrib.settings.models import BaseSiteSetting, register_setting

organ_code_format = RegexValidator(r"^[0-9A-Z]{9}\Z", "机构代码为 9 位数字或大写字母（去掉连字符）。")


@register_setting(icon="cog", order=10)
class SiteDetails(BaseSiteSetting):
    """Facts of the site (domain §1.3): organiser, marks, services; one row a site."""

    english_name = models.CharField("英文名称", max_length=100, blank=True)
    organiser = models.CharField("主办单位", max_length=100, blank=True, help_text="留空为单位登记的联系单位。")
    undertaker = models.CharField("承办单位", max_length=100, blank=True)
    office_hours = models.CharField(
        "办公时间", max_length=100, blank=True, help_text="如 工作日 8:30—12:00，14:30—18:00。"
    )
    hotline = models.CharField("服务热线", max_length=20, blank=True, default="12348")
    party_mark = models.ForeignKey(
        "site_core.SiteImage",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="党政机关标识图片",
        help_text="由机构编制部门核发，原样使用。",
    )
    party_mark_url = models.URLField("党政机关标识链接", blank=True)
    error_report_url = models.URLField("“我为政府网站找错”链接", blank=True)
    supports_ipv6 = models.BooleanField("支持 IPv6", default=False)
    organ_code = models.CharField(
        "机构代码",
        max_length=9,
        blank=True,
        validators=[organ_code_format],
        help_text="政策文件索引号的前段码；未填写时不能发布政策文件。",
    )
    serial_digits = models.PositiveSmallIntegerField("流水号位数", default=5)
    trusted_hosts = models.TextField(
        "可直接跳转的外部网站", blank=True, help_text="一行一个域名；其他外部链接会先显示提示页。"
    )

    panels = [
        MultiFieldPanel(
            [
                FieldPanel("english_name"),
                FieldRowPanel([FieldPanel("organiser"), FieldPanel("undertaker")]),
                FieldRowPanel([FieldPanel("office_hours"), FieldPanel("hotline")]),
            ],
            heading="单位",
        ),
        MultiFieldPanel(
            [
                FieldPanel("party_mark"),
                FieldPanel("party_mark_url"),
                FieldPanel("error_report_url"),
                FieldPanel("supports_ipv6"),
            ],
            heading="页脚标识",
        ),
        MultiFieldPanel([FieldRowPanel([FieldPanel("organ_code"), FieldPanel("serial_digits")])], heading="索引号"),
        FieldPanel("trusted_hosts"),
    ]

    class Meta:
        verbose_name = "网站信息"
        verbose_name_plural = "网站信息"

    def clean(self) -> None:
        """Refuse serials that no 索引号 has room for."""
        super().clean()
        if not 3 <= self.serial_digits <= 10:
            raise ValidationError({"serial_digits": "流水号 3 至 10 位。"})

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save, with what the numbers of documents depend on in the ledger."""
        from accounts import ledger
        from site_core.publication import current_actor

        super().save(*args, **kwargs)
        ledger.record("details.changed", self, current_actor(), {"organ_code": self.organ_code})
