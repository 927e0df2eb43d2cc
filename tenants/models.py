"""Organisations (= tenants), their hosts, and how far each schema is migrated. All in the shared schema."""

from typing import NoReturn

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django_tenants.models import DomainMixin, TenantMixin

from .kinds import GOVERNMENT_KINDS, SiteKind, SiteState
from .selectors import OrganisationQuerySet

schema_name_format = RegexValidator(
    r"^[a-z][a-z0-9_]{1,30}\Z", "只能用小写字母开头的小写字母、数字和下划线，2 至 31 位。"
)
region_code_format = RegexValidator(r"^\d{6}\Z", "行政区划代码为 6 位数字（GB/T 2260）。")
site_id_code_format = RegexValidator(r"^(bm\d{8}|[A-Z]?\d{10})\Z", "网站标识码为 10 位，如 6208000001。")


class Organisation(TenantMixin):
    """One organisation with its site. `schema_name` is its identity everywhere; the row is never deleted, only archived."""

    auto_create_schema = False
    auto_drop_schema = False

    url: str
    """Address of the site, where a selector gives it."""

    name = models.CharField("全称", max_length=100)
    short_name = models.CharField("简称", max_length=50)
    place = models.CharField("地名", max_length=30, blank=True)
    kind = models.CharField("类别", max_length=20, choices=SiteKind.choices)
    parent = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="children",
        verbose_name="上级单位",
    )
    region_code = models.CharField("行政区划代码", max_length=6, blank=True, validators=[region_code_format])
    site_id_code = models.CharField("网站标识码", max_length=11, blank=True, validators=[site_id_code_format])
    icp_number = models.CharField("ICP 备案号", max_length=50, blank=True)
    police_number = models.CharField("公安备案号", max_length=50, blank=True)
    contact_unit = models.CharField("联系单位", max_length=100, blank=True)
    contact_address = models.CharField("联系地址", max_length=200, blank=True)
    contact_phone = models.CharField("联系电话", max_length=50, blank=True)
    contact_email = models.EmailField("电子邮箱", blank=True)
    state = models.CharField("状态", max_length=10, choices=SiteState.choices, default=SiteState.TRIAL)
    state_since = models.DateTimeField("状态起始时间", null=True, blank=True)
    state_notice = models.CharField("状态说明", max_length=500, blank=True, help_text="暂停服务时向公众显示。")
    created_at = models.DateTimeField("建立时间", auto_now_add=True)

    objects = OrganisationQuerySet.as_manager()

    class Meta:
        verbose_name = "单位"
        verbose_name_plural = "单位"
        ordering = ["region_code", "kind", "schema_name"]

    def __str__(self) -> str:
        return self.name

    def __enter__(self) -> NoReturn:
        # django-tenants keeps where it was before in one list for all threads (leaks L7).
        raise TypeError("use tenants.current.enter_site(site)")

    @property
    def is_government(self) -> bool:
        """Whether it is an organ, with the government footer and identity code."""
        return self.kind in GOVERNMENT_KINDS

    @property
    def is_city(self) -> bool:
        """Whether this is the city bureau, whose site carries the centre's console."""
        return self.kind == SiteKind.CITY_BUREAU

    @property
    def is_read_only(self) -> bool:
        """Whether nothing on the site may change any more."""
        return self.state == SiteState.ARCHIVED


class Host(DomainMixin):
    """A host name of a site. Exactly one is primary; the others redirect to it (R1.4)."""

    class Meta:
        verbose_name = "域名"
        verbose_name_plural = "域名"
        constraints = [
            models.UniqueConstraint(fields=["tenant"], condition=Q(is_primary=True), name="tenants_host_one_primary")
        ]

    def __str__(self) -> str:
        return str(self.domain)


class SchemaState(models.Model):
    """How far a schema is migrated: a fingerprint of all migrations that are applied in it."""

    schema_name = models.CharField(max_length=63, primary_key=True)
    fingerprint = models.CharField(max_length=64)
    migrated_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = "模式状态"
        verbose_name_plural = "模式状态"

    def __str__(self) -> str:
        return f"{self.schema_name} {self.fingerprint[:12]}"
