"""Rules that make posts of articles: list, form with a preview, removal."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.views.generic import TemplateView
from wagtail.admin import messages
from wagtail.admin.widgets.button import HeaderButton

from microblog.compose_views import measure
from microblog.composing import fill
from microblog.models import ComposeRule, MicroPost
from microblog.permissions import user_can_manage_rules
from microblog.rule_actions import remove_rule
from microblog.rule_forms import RuleForm
from microblog.screen_selectors import find_latest_article, list_rules
from microblog.screens import RULES, MicroblogScreen

RULE, NEW, DELETE = f"{RULES}_rule", f"{RULES}_new", f"{RULES}_delete"


@dataclass(frozen=True)
class Preview:
    """What a rule would make of the newest article of its columns, and how long that is on each platform."""

    article: Any
    text: str
    counts: list[dict[str, Any]]


def preview(rule: ComposeRule, columns: Any, accounts: Any) -> Preview | None:
    """None where its columns hold no article."""
    article = find_latest_article(columns)
    if article is None:
        return None
    text = fill(rule, article)
    return Preview(article, text, measure(MicroPost(text=text, link_page=article), accounts))


class RulesScreen(MicroblogScreen):
    """What the screens below have in common."""

    allows = staticmethod(user_can_manage_rules)
    header_icon = "cogs"

    def get_trail(self) -> list[tuple[str, str]]:
        """The list."""
        return [(RULES, "自动成稿")]


class RuleListScreen(RulesScreen, TemplateView):
    """All rules."""

    template_name = "microblog/rules/index.html"
    page_title = "自动成稿规则"

    def get_trail(self) -> list[tuple[str, str]]:
        """Stands by itself."""
        return []

    @property
    def header_buttons(self) -> list[HeaderButton]:
        """To add one."""
        return [HeaderButton("添加规则", url=reverse(NEW), icon_name="plus")]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The rules."""
        return super().get_context_data(rules=list_rules(), **kwargs)


class RuleFormScreen(RulesScreen, TemplateView):
    """A rule's form; “预览” shows what it would make without saving it."""

    template_name = "microblog/rules/form.html"

    @cached_property
    def rule(self) -> ComposeRule | None:
        """The rule, None for a new one."""
        return None

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The form and, for a rule that is, its preview."""
        kwargs.setdefault("form", RuleForm.for_rule(self.rule))
        if self.rule and "has_preview" not in kwargs:
            shown = preview(self.rule, self.rule.columns.all(), self.rule.accounts.all())
            kwargs |= {"preview": shown, "has_preview": True}
        return super().get_context_data(rule=self.rule, back_url=reverse(RULES), **kwargs)

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        """Save it, or show it."""
        form = RuleForm.for_rule(self.rule, request.POST)
        if "preview" in request.POST:
            return self.render_to_response(self.get_context_data(form=form, has_preview=True, preview=_try(form)))
        rule = form.apply(self.acting_user)
        if rule is None:
            messages.error(request, "未能保存：请查看标出的问题。")
            return self.render_to_response(self.get_context_data(form=form, has_preview=False))
        messages.success(request, f"已保存“{rule}”。")
        return redirect(RULE, rule.pk)


def _try(form: RuleForm) -> Preview | None:
    if not form.is_valid():
        return None
    return preview(form.instance, form.cleaned_data["columns"], form.cleaned_data["accounts"])


class NewRuleScreen(RuleFormScreen):
    """A new rule."""

    page_title = "添加自动成稿规则"


class EditRuleScreen(RuleFormScreen):
    """A rule that is."""

    page_title = "修改自动成稿规则"

    def get_page_subtitle(self) -> str:
        """Which."""
        return str(self.rule)

    @cached_property
    def rule(self) -> ComposeRule:
        """The rule that the address names. Raises Http404."""
        return get_object_or_404(list_rules(), pk=self.kwargs["rule_id"])


class DeleteRuleScreen(RulesScreen, TemplateView):
    """Ask once more, then remove the rule."""

    template_name = "microblog/rules/delete.html"
    page_title = "删除自动成稿规则"

    @cached_property
    def rule(self) -> ComposeRule:
        """The rule that the address names. Raises Http404."""
        return get_object_or_404(list_rules(), pk=self.kwargs["rule_id"])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The rule."""
        return super().get_context_data(rule=self.rule, back_url=reverse(RULE, args=[self.rule.pk]), **kwargs)

    def post(self, request: HttpRequest, rule_id: int) -> HttpResponseBase:
        """Remove it."""
        name = str(self.rule)
        remove_rule(self.rule, acting_user=self.acting_user)
        messages.success(request, f"已删除“{name}”。")
        return redirect(RULES)
