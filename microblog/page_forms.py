"""The form of a post in the editor."""

from typing import Any

from site_core.page_forms import SitePageForm


class MicroPostForm(SitePageForm):
    """Accounts that stand ready are ticked in a new post; checks see what was entered, accounts and pictures included."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "accounts" in self.fields:
            self._offer_accounts()

    def _offer_accounts(self) -> None:
        from microblog.screen_selectors import list_open_accounts, list_preselected_accounts

        self.fields["accounts"].queryset = list_open_accounts()
        if self.instance.pk is None:
            self.initial["accounts"] = list(list_preselected_accounts())

    def _post_clean(self) -> None:
        """Wagtail puts lists into the page when it saves; its checks are asked before that."""
        if "accounts" in self.cleaned_data:
            self.instance.accounts = list(self.cleaned_data["accounts"])
        pictures = self.formsets.get("pictures")
        if pictures is not None and pictures.is_valid():
            self.instance.pictures = [each.instance for each in pictures.forms if _is_picture(pictures, each)]
        super()._post_clean()


def _is_picture(formset: Any, form: Any) -> bool:
    return form not in formset.deleted_forms and form.instance.image_id is not None
