"""Forms of rollouts: which release goes to which sites, and how carefully."""

from collections.abc import Iterable
from typing import Any

from django import forms

from blueprints.models import Release, Rollout, RolloutKind
from blueprints.rollouts import RolloutRefused, plan_rollout
from blueprints.selectors import list_releases, list_sites
from tenants.models import Organisation

ALL, CHOSEN = "all", "chosen"


class RolloutForm(forms.Form):
    """A new rollout for one kind of sites. The boxes beside the sites are drawn by the template."""

    release = forms.ChoiceField(label="版本", help_text="默认为最新版；回退时选较早的版本。")
    scope = forms.ChoiceField(
        label="网站范围",
        choices=[(ALL, "这一类的全部网站"), (CHOSEN, "只限下面勾选的网站")],
        widget=forms.RadioSelect,
        initial=ALL,
    )
    sites = forms.MultipleChoiceField(label="网站", required=False)
    canaries = forms.MultipleChoiceField(label="试点", required=False)
    batch_size = forms.IntegerField(
        label="同时进行的网站数", min_value=1, max_value=50, initial=4, help_text="正在更改的网站不会多于此数。"
    )
    failures_allowed = forms.IntegerField(
        label="允许失败的比例（%）",
        min_value=0,
        max_value=100,
        initial=10,
        help_text="未成功的网站超过这个比例，推行自动停止。试点网站有一个未成功就停止。",
    )
    note = forms.CharField(label="说明", max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 2}))
    kind = forms.ChoiceField(choices=RolloutKind.choices, widget=forms.HiddenInput, initial=RolloutKind.UPDATE)

    PLAIN = ("batch_size", "failures_allowed", "note")
    """What the template draws one below the other."""

    def __init__(self, site_kind: str, data: Any = None, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.releases = {str(each.number): each for each in list_releases(site_kind)}
        self.all_sites = {site.schema_name: site for site in list_sites(site_kind)}
        self._choices_of("release").choices = [
            (number, f"第 {number} 版：{each.note}"[:100]) for number, each in self.releases.items()
        ]
        names = [(name, site.short_name) for name, site in self.all_sites.items()]
        self._choices_of("sites").choices = self._choices_of("canaries").choices = names

    def _choices_of(self, name: str) -> Any:
        return self.fields[name]

    @classmethod
    def like(cls, site_kind: str, rollout: Rollout | None, initial: dict[str, Any]) -> "RolloutForm":
        """Filled in as the other rollout was; `initial` says what is to be otherwise."""
        copied: dict[str, Any] = {}
        if rollout is not None:
            turns = list(rollout.turns.select_related("site"))
            copied = {
                "release": str(rollout.release.number),
                "scope": CHOSEN,
                "sites": [turn.site.schema_name for turn in turns],
                "canaries": [turn.site.schema_name for turn in turns if turn.is_canary],
                "batch_size": rollout.batch_size,
                "failures_allowed": rollout.failures_allowed,
                "note": rollout.note,
                "kind": rollout.kind,
            }
        return cls(site_kind, initial=copied | initial)

    @property
    def rows(self) -> list[tuple[Organisation, bool, bool]]:
        """(site, whether it is ticked, whether it is a canary)."""
        ticked, canaries = (set(self[name].value() or ()) for name in ("sites", "canaries"))
        return [(site, name in ticked, name in canaries) for name, site in self.all_sites.items()]

    def clean(self) -> dict[str, Any]:
        """Canaries must take part; a choice of sites must have some."""
        cleaned = super().clean() or {}
        if cleaned.get("scope") == CHOSEN:
            chosen, canaries = set(cleaned.get("sites", ())), set(cleaned.get("canaries", ()))
            if not chosen:
                self.add_error("sites", "请至少勾选一个网站。")
            elif not canaries <= chosen:
                names = "、".join(self.all_sites[name].short_name for name in sorted(canaries - chosen))
                self.add_error("canaries", f"试点网站也须勾选参加：{names}。")
        return cleaned

    def plan(self, acting_user: Any) -> Rollout | None:
        """The planned rollout, or None: what was wrong stands at the fields."""
        if not self.is_valid():
            return None
        names = self.all_sites if self.cleaned_data["scope"] == ALL else self.cleaned_data["sites"]
        try:
            return plan_rollout(
                self._release,
                self._load(names),
                canaries=self._load(self.cleaned_data["canaries"]),
                batch_size=self.cleaned_data["batch_size"],
                failures_allowed=self.cleaned_data["failures_allowed"],
                kind=self.cleaned_data["kind"],
                note=self.cleaned_data["note"],
                acting_user=acting_user,
            )
        except RolloutRefused as refusal:
            self.add_error(None, str(refusal))
            return None

    @property
    def _release(self) -> Release:
        return self.releases[self.cleaned_data["release"]]

    def _load(self, names: Iterable[str]) -> list[Organisation]:
        chosen = set(names)
        return [site for name, site in self.all_sites.items() if name in chosen]


class StopForm(forms.Form):
    """Why a rollout is stopped."""

    reason = forms.CharField(label="停止原因", max_length=500, required=False)
