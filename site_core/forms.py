"""Uploads through the admin and the API: a file must be what it claims, and a picture forgets where it was taken.

Both ask the same forms: the multiple uploaders, the choosers, and the API's routers build theirs from the classes here.
"""

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from wagtail.documents.forms import BaseDocumentForm
from wagtail.images.fields import WagtailImageField
from wagtail.images.forms import BaseImageForm

from site_core.uploads import FileKind, UploadRefused, safe_name, sniff, strip_positions


class SiteImageField(WagtailImageField):
    """Wagtail's field behind our look at the file: ours says in Chinese what to do, Wagtail's only that it is wrong."""

    def to_python(self, data: Any) -> Any:
        """The picture without position data, under a harmless name. Raises ValidationError with what is wrong."""
        if isinstance(data, UploadedFile) and _accept(data).family != "image":
            raise forms.ValidationError("请选择图片文件（JPEG、PNG、GIF、WebP 或 AVIF）。")
        return super().to_python(data)


class SiteImageForm(BaseImageForm):
    """Pictures of a site."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Wagtail makes the field itself, and the multiple uploader's second form has none.
        if field := self.fields.get("file"):
            self.fields["file"] = SiteImageField(label=field.label, required=field.required, widget=field.widget)
        if words := self.fields.get("description"):
            words.required = True
            words.help_text = "一句话说明图上有什么，看不见图片的人靠它了解内容。"


class SiteDocumentForm(BaseDocumentForm):
    """Files of a site."""

    def clean_file(self) -> Any:
        """The file under a harmless name. Raises ValidationError with what is wrong."""
        file = self.cleaned_data["file"]
        if isinstance(file, UploadedFile):
            _accept(file)
        return file


def _accept(file: UploadedFile) -> FileKind:
    """Make the upload itself harmless: the multiple uploader keeps it aside where another field of the form is wrong."""
    try:
        kind = sniff(file)
        if kind.family == "image":
            _replace_content(file, strip_positions(file))
    except UploadRefused as refusal:
        raise forms.ValidationError(str(refusal)) from refusal
    file.name = safe_name(file.name or "")
    return kind


def _replace_content(file: UploadedFile, content: bytes) -> None:
    """In place, in memory or in Django's temporary file, which is moved as it lies on the disk."""
    file.seek(0)
    file.truncate()
    file.write(content)
    file.flush()
    file.seek(0)
    file.size = len(content)
