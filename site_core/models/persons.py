"""People in public directories: leaders, lawyers, notaries, mediators, advisers of villages."""

import re
from typing import Any

from django.db import models
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel, TitleFieldPanel
from wagtail.fields import RichTextField

from site_core.blocks import RICH_TEXT_FEATURES
from site_core.models.base import BasePage


class PersonRole(models.TextChoices):
    """What a person does, as a reader looks for it."""

    LEADER = "leader", "负责人"
    LAWYER = "lawyer", "律师"
    NOTARY = "notary", "公证员"
    MEDIATOR = "mediator", "人民调解员"
    ADVISER = "adviser", "村（社区）法律顾问"
    AID_LAWYER = "aid_lawyer", "法律援助律师"
    STAFF = "staff", "工作人员"


class PersonPage(BasePage):
    """A person with an office; the title is the name, the cover the portrait."""

    role = models.CharField("类别", max_length=12, choices=PersonRole.choices, default=PersonRole.LEADER)
    position = models.CharField("职务", max_length=100, blank=True)
    organisation_name = models.CharField("所在机构", max_length=100, blank=True)
    licence_number = models.CharField("执业证号", max_length=30, blank=True)
    specialities = models.CharField("专长", max_length=200, blank=True, help_text="用逗号分隔，如 婚姻家庭，劳动争议。")
    duties = models.TextField("分管工作", blank=True, max_length=500)
    resume = RichTextField("简历", blank=True, features=RICH_TEXT_FEATURES)
    telephone = models.CharField("办公电话", max_length=40, blank=True)
    mail = models.EmailField("电子邮箱", blank=True)
    hours = models.CharField("接待时间", max_length=100, blank=True)
    rank = models.PositiveSmallIntegerField("排序", default=100, help_text="小的在前。")

    content_panels = [
        TitleFieldPanel("title", heading="姓名"),
        FieldRowPanel([FieldPanel("role"), FieldPanel("position")]),
        FieldRowPanel([FieldPanel("organisation_name"), FieldPanel("licence_number")]),
        FieldPanel("specialities"),
        FieldPanel("duties"),
        FieldPanel("resume"),
        MultiFieldPanel(
            [FieldRowPanel([FieldPanel("telephone"), FieldPanel("mail")]), FieldPanel("hours")], heading="联系"
        ),
        FieldRowPanel([FieldPanel("cover", heading="照片"), FieldPanel("rank")]),
        FieldPanel("summary"),
    ]
    parent_page_types = ["site_core.ColumnPage"]
    subpage_types: list[str] = []
    template = "site_core/person_page.html"
    is_item = True
    cover_kinds = ("portrait", "shared")

    class Meta:
        verbose_name = "人员"
        verbose_name_plural = "人员"

    @property
    def speciality_list(self) -> list[str]:
        """Specialities one by one, however they were separated."""
        return [part.strip() for part in re.split(r"[,，、;；]", self.specialities) if part.strip()]

    def get_context(self, request: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Adds `colleagues`: others of the same column, in its order."""
        from site_core.selectors import list_colleagues

        return {**super().get_context(request, *args, **kwargs), "colleagues": list_colleagues(self)}
