"""Pasting from word processors in the page editor: its address and its script. Registered by `wagtail_hooks`."""

from django.templatetags.static import static
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from wagtail import hooks

from site_core.paste_views import paste


@hooks.register("register_admin_urls")
def register_paste() -> list[URLPattern]:
    """Where the script sends what was pasted."""
    return [path("paste/", paste, name="site_core_paste")]


@hooks.register("insert_editor_js")
def load_script() -> SafeString:
    """The script, told where to send."""
    tag = '<script src="{}" data-paste-url="{}" defer></script>'
    return format_html(tag, static("site_core/paste.js"), reverse("site_core_paste"))
