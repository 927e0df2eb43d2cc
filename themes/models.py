"""What a site chose of its theme. Stands in each site's schema."""

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.db import models
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.contrib.settings.models import BaseSiteSetting, register_setting

from site_core.locks import PageLocked, is_rollout
from themes.forms import LookForm
from themes.palettes import CUSTOM, derive_palette
from themes.panels import LookPreviewPanel
from themes.selectors import forget_site_look, is_allowed


@register_setting(icon="view", order=20)
class SiteLook(BaseSiteSetting):
    """Palette, emblem and header picture of the site; one row a site."""

    theme = models.CharField("主题", max_length=30, blank=True, editable=False)
    palettes = ArrayField(
        models.CharField(max_length=30), verbose_name="可选配色", default=list, blank=True, editable=False
    )
    palette = models.CharField("配色", max_length=30, blank=True)
    brand_colour = models.CharField(
        "自定主色",
        max_length=7,
        blank=True,
        help_text="一般不填。确有统一标识色的，写成 #20456b；对比度不够的不能使用。",
    )
    emblem = models.ForeignKey(
        "site_core.SiteImage",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="徽标",
        help_text="正方形图片，原样显示；留空用网站群的标志。",
    )
    header_picture = models.ForeignKey(
        "site_core.SiteImage",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="页头图片",
        help_text="横幅图片，显示在首页页头；留空为绘制的山峦。",
    )

    base_form_class = LookForm
    panels = [
        MultiFieldPanel([FieldPanel("palette"), FieldPanel("brand_colour")], heading="颜色"),
        MultiFieldPanel([FieldPanel("emblem"), FieldPanel("header_picture")], heading="图片"),
        LookPreviewPanel(heading="预览"),
    ]

    class Meta:
        verbose_name = "外观"
        verbose_name_plural = "外观"

    @property
    def palette_key(self) -> str:
        """Key of the chosen palette, or of the one around the own colour; '' for the default."""
        return CUSTOM + self.brand_colour[1:].lower() if self.brand_colour else self.palette

    def clean(self) -> None:
        """Refuse a colour that cannot be read."""
        super().clean()
        if not is_allowed(self, self.palette_key):
            field = "brand_colour" if self.brand_colour else "palette"
            raise ValidationError({field: "蓝图没有把这种配色列为本类网站可选的配色，请从列出的配色中选择。"})
        if self.brand_colour:
            try:
                derive_palette(self.brand_colour)
            except ValueError as error:
                raise ValidationError({"brand_colour": str(error)}) from error

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save, with the change in the ledger. Raises PageLocked where the blueprint's own fields are written by others."""
        from accounts import ledger
        from site_core.publication import current_actor

        self._guard_program_fields()
        super().save(*args, **kwargs)
        forget_site_look()
        ledger.record("look.changed", self, current_actor(), {"palette": self.palette_key})

    def _guard_program_fields(self) -> None:
        if is_rollout():
            return
        stored = SiteLook.objects.filter(pk=self.pk).first() if self.pk else SiteLook()
        if stored and (self.theme, self.palettes) != (stored.theme, stored.palettes):
            raise PageLocked("主题和可选配色由蓝图规定，本站不能更改。")
