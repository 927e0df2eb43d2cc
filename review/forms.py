"""Forms of review: a decision, an urgent withdrawal, a change of who may read a page, the steps of a column."""

from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from wagtail.models import Page, PageViewRestriction

from review import privacy
from review.actions import Judgement
from review.models import REVIEWERS, Decision, ReviewRound, RoundKind
from review.screen_selectors import find_public_page
from site_core.roles import ROLE_LABELS

INHERIT = "inherit"
RULE_CHOICES = (
    (INHERIT, "按上级栏目"),
    ("0", "不经审核，直接发布"),
    ("1", "一级审核"),
    ("2", "两级审核"),
    ("3", "三级审核"),
)
_MOST = 2000
_WRITTEN = {"rows": 3}


class JudgementForm(forms.Form):
    """Opinion, corrections, and at the last step the word that no secret is in it; the button says what is decided."""

    opinion = forms.CharField(
        label="审核意见",
        required=False,
        max_length=_MOST,
        widget=forms.Textarea(_WRITTEN),
        help_text="退回时必须填写，编辑会看到。",
    )
    proof_marks = forms.CharField(
        label="校对意见",
        required=False,
        max_length=_MOST,
        widget=forms.Textarea(_WRITTEN),
        help_text="错别字、标点、人名地名、数字等，一处一行。",
    )
    secrecy_checked = forms.BooleanField(label="已作保密审查，不含涉密内容", required=False)
    content_hash = forms.CharField(widget=forms.HiddenInput, max_length=64)
    decision = forms.ChoiceField(
        choices=[(Decision.APPROVE, "同意"), (Decision.RETURN, "退回修改")], widget=forms.HiddenInput
    )

    def __init__(self, round: ReviewRound, data: Any = None) -> None:
        super().__init__(data, initial={"content_hash": round.content_hash})
        self.is_publication = round.kind == RoundKind.PUBLICATION
        self.asks_secrecy = self.is_publication and round.passed == len(round.steps) - 1
        if not self.asks_secrecy:
            del self.fields["secrecy_checked"]
        if not self.is_publication:
            del self.fields["proof_marks"]

    @property
    def written_fields(self) -> list[Any]:
        """What the reviewer writes; the box stands by itself, and the buttons carry the decision."""
        return [self[name] for name in ("opinion", "proof_marks") if name in self.fields]

    def clean(self) -> dict[str, Any]:
        """A return says why; the last approval says that no secret is in it."""
        cleaned = super().clean() or {}
        decision = cleaned.get("decision")
        if decision == Decision.RETURN and not cleaned.get("opinion", "").strip():
            self.add_error("opinion", "退回须说明理由。")
        if decision == Decision.APPROVE and self.asks_secrecy and not cleaned.get("secrecy_checked"):
            self.add_error("secrecy_checked", "最后一步须确认已作保密审查。")
        return cleaned

    def get_judgement(self) -> Judgement:
        """What was decided; the form must be valid."""
        cleaned = self.cleaned_data
        return Judgement(
            decision=cleaned["decision"],
            content_hash=cleaned["content_hash"],
            opinion=cleaned["opinion"],
            proof_marks=cleaned.get("proof_marks", ""),
            secrecy_checked=cleaned.get("secrecy_checked", False),
        )


class WithdrawalForm(forms.Form):
    """Why a page is taken from the public at once."""

    reason = forms.CharField(
        label="撤稿理由",
        max_length=_MOST,
        widget=forms.Textarea({"rows": 4}),
        help_text="记入审核记录和账册；撤稿后由最后一步审核人事后审核。",
        error_messages={"required": "撤稿须说明理由。"},
    )


class FindPageForm(forms.Form):
    """A page by the address at which readers see it."""

    address = forms.CharField(
        label="页面网址",
        max_length=1000,
        help_text="从浏览器地址栏复制，如 https://…/tzgg/t20261126_1.html。",
    )

    def clean_address(self) -> Page:
        """The public page of this site at that path. Raises ValidationError."""
        page = find_public_page(read_path(self.cleaned_data["address"]))
        if page is None:
            raise ValidationError("本站没有网址为此的公开页面。")
        return page


def read_path(address: str) -> str:
    """The path in the address; '' for what is none."""
    try:
        return urlsplit(address.strip()).path
    except ValueError:
        return ""


class PrivacyForm(forms.Form):
    """Who is to be allowed to read the page, once it is approved."""

    type = forms.ChoiceField(label="可见范围", choices=list(privacy.TYPES.items()), widget=forms.RadioSelect)
    groups = forms.ModelMultipleChoiceField(
        label="角色",
        queryset=Group.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="选“仅指定角色”时填写。",
    )
    password = forms.CharField(
        label="密码", required=False, max_length=255, help_text="选“凭密码”时填写。审核通过前不生效。"
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        groups: Any = self.fields["groups"]
        groups.queryset = Group.objects.order_by("pk")
        groups.label_from_instance = lambda group: ROLE_LABELS.get(group.name, group.name)

    def clean(self) -> dict[str, Any]:
        """What `privacy` asks of a request, at the field."""
        cleaned = super().clean() or {}
        if not self.errors:
            try:
                privacy.check(self.get_request())
            except ValidationError as error:
                name = {PageViewRestriction.PASSWORD: "password", PageViewRestriction.GROUPS: "groups"}
                self.add_error(name.get(cleaned["type"], "type"), error)
        return cleaned

    def get_request(self) -> dict[str, Any]:
        """As `privacy` has it."""
        cleaned = self.cleaned_data
        request: dict[str, Any] = {"type": cleaned["type"]}
        if cleaned["type"] == PageViewRestriction.GROUPS:
            request["groups"] = [group.pk for group in cleaned["groups"]]
        if cleaned["type"] == PageViewRestriction.PASSWORD:
            request["password"] = cleaned["password"]
        return request


class RuleForm(forms.Form):
    """The steps of one column."""

    page = forms.IntegerField(widget=forms.HiddenInput)
    steps = forms.ChoiceField(choices=RULE_CHOICES)

    def get_steps(self) -> tuple[str, ...] | None:
        """As `actions.set_rule` wants them."""
        chosen = self.cleaned_data["steps"]
        return None if chosen == INHERIT else REVIEWERS[: int(chosen)]
