"""Forms of pages in the admin."""

from typing import Any

from wagtail.admin.forms import WagtailAdminPageForm

from site_core.paths import new_slug


class SitePageForm(WagtailAdminPageForm):
    """Wagtail's, which does not insist on a slug: the program makes one where the editor gives none."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "slug" in self.fields:
            self.fields["slug"].required = False
            self.fields["slug"].help_text = "网址中的最后一段；留空则自动生成。发布后修改会自动留下转向。"

    def clean_slug(self) -> str:
        """The slug that was given, or a new one."""
        return self.cleaned_data["slug"] or self.instance.slug or new_slug()
