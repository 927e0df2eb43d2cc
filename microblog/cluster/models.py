"""Shared tables, written in the same transaction as what they tell of."""

from django.db import models


class AccountStanding(models.Model):
    """An account of a site as the centre sees it: filing, state, silence, authorisation. No secret is in it."""

    site = models.ForeignKey("tenants.Organisation", on_delete=models.CASCADE, related_name="+", verbose_name="网站")
    account_id = models.PositiveBigIntegerField("帐号")
    platform = models.CharField("平台", max_length=10)
    name = models.CharField("帐号名称", max_length=60)
    profile_url = models.URLField("主页地址", blank=True)
    state = models.CharField("状态", max_length=10)
    verified_body = models.CharField("认证主体", max_length=100, blank=True)
    filing_number = models.CharField("备案号", max_length=60, blank=True)
    filed_on = models.DateField("备案日期", null=True)
    responsible_person = models.CharField("责任人", max_length=60, blank=True)
    last_post_at = models.DateTimeField("最近发文", null=True)
    token_expires_at = models.DateTimeField("授权到期", null=True)
    problem = models.CharField("问题", max_length=12, blank=True)

    class Meta:
        verbose_name = "帐号状况"
        verbose_name_plural = "帐号状况"
        constraints = [models.UniqueConstraint(fields=["site", "account_id"], name="microblog_standing_once")]

    def __str__(self) -> str:
        return f"{self.platform} · {self.name}"


class AddressUse(models.Model):
    """Requests from this cluster's address to a platform, by slice of an hour: some platforms count those too."""

    platform = models.CharField("平台", max_length=10)
    slice = models.BigIntegerField("时段")
    requests = models.PositiveIntegerField("次数", default=0)

    class Meta:
        verbose_name = "地址用量"
        verbose_name_plural = "地址用量"
        constraints = [models.UniqueConstraint(fields=["platform", "slice"], name="microblog_use_once")]

    def __str__(self) -> str:
        return f"{self.platform} {self.slice}"
