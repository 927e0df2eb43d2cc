"""Forms of the console. Each carries out its own action; what the action refuses stands at the field, with the rule.

Actions on sites are run outside of the city's site: django-tenants saves an organisation in no schema but its own.
"""

from copy import copy
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from wagtail.admin.filters import WagtailFilterSet

from site_core.console_selectors import list_possible_parents
from tenants.actions import (
    EDITABLE_DETAILS,
    StateRefused,
    add_host,
    change_details,
    change_state,
    make_host_primary,
    remove_host,
)
from tenants.current import leave_site
from tenants.hosts import HostRefused
from tenants.kinds import SiteState
from tenants.models import Organisation, schema_name_format
from tenants.provisioning import SiteOrder, SiteRefused, create_site

ESSENTIAL_FIELDS = ("schema_name", "name", "short_name", "kind", "parent", "host", "place", "state")
CONTACT_FIELDS = ("contact_unit", "contact_address", "contact_phone", "contact_email")
IDENTIFIER_FIELDS = ("region_code", "site_id_code", "icp_number", "police_number")


class SiteFilterSet(WagtailFilterSet):
    """Sites by kind and state; text is searched for beside it."""

    class Meta:
        model = Organisation
        fields = ("kind", "state")


class DetailsForm(forms.ModelForm):
    """Names, identifiers and contact of a site."""

    class Meta:
        model = Organisation
        fields = EDITABLE_DETAILS

    @classmethod
    def for_site(cls, site: Organisation, data: Any = None) -> "DetailsForm":
        """The form works on a copy: the page goes on showing what the site is, not what was typed."""
        return cls(data, instance=copy(site), prefix="details")

    def apply(self, site: Organisation, acting_user: Any) -> bool:
        """Whether the change was made."""
        if not self.is_valid():
            return False
        try:
            with leave_site():
                change_details(site, self.cleaned_data, acting_user=acting_user)
        except ValidationError as error:
            self.add_error(None, error)
        return not self.errors


class HostForm(forms.Form):
    """Add a host; or make one of the site's hosts primary, or remove it."""

    ACTIONS = {"add": "添加", "primary": "设为主域名", "remove": "移除"}

    action = forms.ChoiceField(choices=list(ACTIONS.items()), widget=forms.HiddenInput, initial="add")
    host = forms.CharField(
        label="域名", max_length=253, help_text="如 kongtong.sfj.example.gov.cn，不含 http:// 和端口。"
    )
    primary = forms.BooleanField(label="设为主域名", required=False, help_text="原主域名将跳转到新的主域名。")

    def apply(self, site: Organisation, acting_user: Any) -> bool:
        """Whether the change was made."""
        if not self.is_valid():
            return False
        try:
            with leave_site():
                self._act(site, acting_user)
        except HostRefused as refusal:
            self.add_error("host", str(refusal))
        return not self.errors

    def _act(self, site: Organisation, acting_user: Any) -> None:
        action, host = self.cleaned_data["action"], self.cleaned_data["host"]
        if action == "add":
            add_host(site, host, acting_user=acting_user, primary=self.cleaned_data["primary"])
        elif action == "primary":
            make_host_primary(site, host, acting_user=acting_user)
        else:
            remove_host(site, host, acting_user=acting_user)


class StateForm(forms.Form):
    """Move a site to another state. Archiving is for ever, so it asks for the site's short name."""

    state = forms.ChoiceField(label="改为", widget=forms.RadioSelect)
    notice = forms.CharField(
        label="说明",
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="暂停服务时必填，向公众显示。",
    )
    confirmation = forms.CharField(label="确认归档", required=False, max_length=50)

    def __init__(self, site: Organisation, data: Any = None) -> None:
        super().__init__(data, prefix="state")
        self.site = site
        others = [choice for choice in SiteState.choices if choice[0] != site.state]
        self.fields["state"].choices = others  # type: ignore[attr-defined] # a ChoiceField
        self.fields["confirmation"].help_text = f"归档后不能恢复。要归档，请输入网站简称“{site.short_name}”。"

    def clean(self) -> dict[str, Any]:
        """Archiving wants its confirmation; the city's site, where this console stands, is closed from the command line."""
        data = super().clean() or {}
        state = data.get("state")
        if self.site.is_city and state in {SiteState.SUSPENDED, SiteState.ARCHIVED}:
            self.add_error(
                "state", "市局网站承载本控制台，暂停或归档后将无法在此恢复：请由运维人员用命令 set_site_state 办理。"
            )
        elif state == SiteState.ARCHIVED and data.get("confirmation", "").strip() != self.site.short_name:
            self.add_error("confirmation", f"与网站简称“{self.site.short_name}”不一致，未归档。")
        return data

    def apply(self, acting_user: Any) -> bool:
        """Whether the change was made."""
        if not self.is_valid():
            return False
        state, notice = self.cleaned_data["state"], self.cleaned_data["notice"]
        try:
            with leave_site():
                change_state(self.site, state, acting_user=acting_user, notice=notice)
        except StateRefused as refusal:
            lacks_notice = state == SiteState.SUSPENDED and not notice.strip()
            self.add_error("notice" if lacks_notice else "state", str(refusal))
        return not self.errors


class NewSiteForm(forms.ModelForm):
    """What a new site is to be. Whatever provisioning refuses comes back to this form, and nothing is left behind."""

    parent = forms.ModelChoiceField(
        label="上级单位", queryset=Organisation.objects.none(), required=False, empty_label="（无）"
    )
    host = forms.CharField(label="主域名", max_length=253, help_text="其他域名可在建立后添加。")
    state = forms.ChoiceField(
        label="状态", choices=[(each.value, each.label) for each in (SiteState.TRIAL, SiteState.LIVE)]
    )

    class Meta:
        model = Organisation
        fields = (*ESSENTIAL_FIELDS, *IDENTIFIER_FIELDS, *CONTACT_FIELDS)
        labels = {"schema_name": "模式名"}
        help_texts = {
            "schema_name": "网站在系统内的标识，建立后不能更改；小写字母开头，2 至 31 位小写字母、数字、下划线。"
        }

    field_order = ESSENTIAL_FIELDS

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        self.fields["parent"].queryset = list_possible_parents()  # type: ignore[attr-defined] # a ModelChoiceField
        self.fields["schema_name"].validators.append(schema_name_format)

    def create(self, acting_user: Any) -> Organisation | None:
        """The new site, or None with the reasons at the fields. Raises SiteUnsound."""
        if not self.is_valid():
            return None
        try:
            return create_site(self._order(), acting_user=acting_user)
        except SiteRefused as refusal:
            self._show(refusal)
            return None

    def _order(self) -> SiteOrder:
        data = dict(self.cleaned_data)
        parent = data.pop("parent")
        schema_name, host = data.pop("schema_name"), data.pop("host")
        return SiteOrder(schema_name, (host,), parent.schema_name if parent else "", data)

    def _show(self, refusal: SiteRefused) -> None:
        field = "host" if isinstance(refusal.__cause__, HostRefused) else None
        self.add_error(field, str(refusal))
