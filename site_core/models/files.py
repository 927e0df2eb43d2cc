"""Pictures and documents of a site. What they claim to be is checked by their forms (`site_core.forms`)."""

import base64
import io
from typing import Any

from django.db import models
from django.utils.functional import cached_property
from wagtail.documents.models import AbstractDocument
from wagtail.images.models import AbstractImage, AbstractRendition, Filter

from site_core.previewing import is_trying


class SiteImage(AbstractImage):
    """A picture of this site; `description` is the alternative text."""

    admin_form_fields = (
        *("title", "file", "description", "collection", "tags"),
        *("focal_point_x", "focal_point_y", "focal_point_width", "focal_point_height"),
    )

    class Meta(AbstractImage.Meta):
        verbose_name = "图片"
        verbose_name_plural = "图片"

    def get_rendition(self, filter: Filter | str) -> Any:
        """Wagtail's, which keeps what it finds."""
        if is_trying():
            return next(iter(self.get_renditions(filter).values()))
        return super().get_rendition(filter)

    def create_renditions(self, *filters: Filter) -> dict[Filter, Any]:
        """Wagtail's; while a page is only tried, a copy in the page itself stands in, and no file is made."""
        return (
            {each: self._stand_in_for(each) for each in filters} if is_trying() else super().create_renditions(*filters)
        )

    def _stand_in_for(self, filter: Filter) -> "SiteRendition":
        rendition = SiteRendition(image=self, filter_spec=filter.spec, focal_point_key=filter.get_cache_key(self))
        rendition.inline_url = self._small_data_url
        rendition.width, rendition.height = self.width, self.height
        rendition._from_cache = True  # Wagtail's mark for what need not be kept
        return rendition

    @cached_property
    def _small_data_url(self) -> str:
        """A small copy within its own address, since originals are not public."""
        small = io.BytesIO()
        Filter(spec="max-640x640|format-jpeg|jpegquality-60").run(self, small)
        return f"data:image/jpeg;base64,{base64.b64encode(small.getvalue()).decode()}"


class SiteRendition(AbstractRendition):
    """A picture in one size."""

    image = models.ForeignKey(SiteImage, on_delete=models.CASCADE, related_name="renditions")

    class Meta:
        unique_together = (("image", "filter_spec", "focal_point_key"),)
        verbose_name = "图片版本"
        verbose_name_plural = "图片版本"

    inline_url = ""
    """Where there is no file (`SiteImage.create_renditions`)."""

    def __setstate__(self, state: dict[str, Any]) -> None:
        """Unpickled is what was in the cache: without Wagtail's mark it would be written back at each reading."""
        super().__setstate__(state)
        self._from_cache = True

    @property
    def url(self) -> str:
        """Address of the file, or the whole picture."""
        return self.inline_url or super().url


class SiteDocument(AbstractDocument):
    """A file of this site."""

    admin_form_fields = ("title", "file", "collection", "tags")

    class Meta(AbstractDocument.Meta):
        verbose_name = "文件"
        verbose_name_plural = "文件"
