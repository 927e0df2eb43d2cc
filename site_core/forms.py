"""Upload forms of the admin: a file must be what it claims, and leaves its camera's position behind."""

from typing import Any

from django import forms
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from wagtail.documents.forms import BaseDocumentForm
from wagtail.images.forms import BaseImageForm

from site_core.uploads import UploadRefused, safe_name, sniff, strip_positions


class SiteImageForm(BaseImageForm):
    """Pictures of a site."""

    def clean_file(self) -> Any:
        """The picture without position data, under a harmless name. Raises ValidationError with what is wrong."""
        file = self.cleaned_data["file"]
        if not isinstance(file, UploadedFile):
            return file
        kind = _sniff(file)
        if kind.family != "image":
            raise forms.ValidationError("请选择图片文件（JPEG、PNG、GIF、WebP 或 AVIF）。")
        return _replace_content(file, strip_positions(file))


class SiteDocumentForm(BaseDocumentForm):
    """Files of a site."""

    def clean_file(self) -> Any:
        """The file under a harmless name. Raises ValidationError with what is wrong."""
        file = self.cleaned_data["file"]
        if isinstance(file, UploadedFile):
            _sniff(file)
            file.name = safe_name(file.name or "")
        return file


def _sniff(file: UploadedFile) -> Any:
    try:
        return sniff(file)
    except UploadRefused as refusal:
        raise forms.ValidationError(str(refusal)) from refusal


def _replace_content(file: UploadedFile, content: bytes) -> ContentFile:
    cleaned = ContentFile(content, name=safe_name(file.name or ""))
    cleaned.content_type = file.content_type  # type: ignore[attr-defined] # what Wagtail looks at on an upload
    cleaned.image = getattr(file, "image", None)  # type: ignore[attr-defined] # as above: width and height
    return cleaned
