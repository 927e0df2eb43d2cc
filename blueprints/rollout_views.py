"""The centre's screens on rollouts: which there were, a new one, its plan, its progress, one site's part in it."""

from datetime import datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.generic import TemplateView
from wagtail.admin import messages
from wagtail.admin.ui.tables import BaseColumn, Column, StatusTagColumn, TitleColumn
from wagtail.admin.views.generic.base import BaseListingView
from wagtail.admin.widgets.button import HeaderButton

from accounts.models import Role
from blueprints.home_preview import PreviewImpossible, render_home
from blueprints.models import Rollout, RolloutKind, RolloutState, SiteTurn
from blueprints.rollout_forms import RolloutForm, StopForm
from blueprints.rollout_selectors import (
    count_changes,
    find_release_to_return_to,
    find_turn,
    get_progress,
    get_rollout_row,
    group_equal,
    list_blocked,
    list_kinds,
    list_planned,
    list_timed_turns,
    read_plan,
)
from blueprints.rollouts import RolloutRefused, start_rollout, stop_rollout
from blueprints.selectors import list_rollouts
from site_core.console_screens import ConsoleScreen
from tenants.current import root_url
from tenants.kinds import SiteKind

ROLLOUTS, NEW, ROLLOUT, PROGRESS, START, STOP, SITE, HOME = (
    f"blueprints_rollout{name}" for name in ("s", "_new", "", "_progress", "_start", "_stop", "_site", "_home")
)
STARTABLE = frozenset({RolloutState.PLANNED, RolloutState.STOPPED})
_ROWS = 50
_FRAME_POLICY = (
    "default-src 'none'; style-src 'self' 'unsafe-inline'; font-src 'self' data:; img-src 'self' data: {root}; "
    "form-action 'none'; frame-ancestors 'self'"
)


class RolloutsScreen(ConsoleScreen, BaseListingView):
    """All rollouts, the newest first."""

    page_title = "推行"
    header_icon = "resubmit"
    index_url_name = ROLLOUTS
    index_results_url_name = f"{ROLLOUTS}_results"
    results_template_name = "blueprints/rollouts/list_results.html"
    verbose_name_plural = "推行"
    paginate_by = _ROWS
    default_ordering = "-pk"

    @cached_property
    def columns(self) -> list[BaseColumn]:
        """What goes where, how far it is, who began it and when."""
        return [
            TitleColumn("name", label="推行", accessor=str, get_url=lambda row: reverse(ROLLOUT, args=[row.pk])),
            Column("kind", label="类别", accessor="get_kind_display"),
            StatusTagColumn("state", label="状态", accessor="get_state_display", primary=_is_running),
            Column("counts", label="完成", accessor=lambda row: f"{row.done}/{row.sites}"),
            Column("failed", label="未成功", accessor="failed"),
            Column("created_by", label="发起人", accessor=lambda row: row.created_by or "命令行"),
            Column("created_at", label="发起时间", accessor=lambda row: _local(row.created_at)),
        ]

    @property
    def header_buttons(self) -> list[HeaderButton]:
        """To make one, for those who may."""
        return [HeaderButton("新的推行", url=reverse(NEW), icon_name="plus")] if self.may_write() else []

    def get_base_queryset(self) -> Any:
        """With counts."""
        return list_rollouts()


def _is_running(rollout: Rollout) -> bool:
    return rollout.state not in {RolloutState.DONE, RolloutState.PLANNED}


def _local(moment: datetime) -> str:
    return f"{timezone.localtime(moment):%Y-%m-%d %H:%M}"


class NewRolloutScreen(ConsoleScreen, TemplateView):
    """First which kind of sites, then the form: `?kind=` chooses, `?like=` copies a rollout, `?purpose=` says why."""

    roles = frozenset({Role.PLATFORM_ADMIN})
    template_name = "blueprints/rollouts/new.html"
    header_icon = "resubmit"

    def get_page_title(self) -> str:
        """What it is for."""
        return "新的推行" if self.purpose == RolloutKind.UPDATE else f"新的推行：{self.purpose.label}"

    def get_trail(self) -> list[tuple[str, str]]:
        """The list."""
        return [(reverse(ROLLOUTS), "推行")]

    @property
    def purpose(self) -> RolloutKind:
        """Update, where nothing else is asked for."""
        asked = self.request.GET.get("purpose", "")
        return RolloutKind(asked) if asked in RolloutKind.values else RolloutKind.UPDATE

    @cached_property
    def site_kind(self) -> str:
        """The kind that was chosen; '' while none is. Raises Http404 for one that there is not."""
        asked = self.request.GET.get("kind", "")
        if asked and asked not in SiteKind.values:
            raise Http404
        return asked

    @cached_property
    def like(self) -> Rollout | None:
        """The rollout to copy."""
        asked = self.request.GET.get("like", "")
        return find_rollout(int(asked)) if asked.isdecimal() and len(asked) < 10 else None

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The kinds, or the form."""
        if not self.site_kind:
            return super().get_context_data(kinds=list_kinds(), **kwargs)
        form = kwargs.setdefault("form", RolloutForm.like(self.site_kind, self.like, self._read_wishes()))
        plain = [form[name] for name in form.PLAIN]
        return super().get_context_data(kind=SiteKind(self.site_kind), plain_fields=plain, **kwargs)

    def _read_wishes(self) -> dict[str, Any]:
        wishes: dict[str, Any] = {"kind": self.purpose}
        release, sites = self.request.GET.get("release", ""), self.request.GET.getlist("site")
        if release.isdecimal():
            wishes["release"] = release
        if sites:
            wishes |= {"scope": "chosen", "sites": sites, "canaries": []}
        if self.like is not None and self.purpose != self.like.kind:
            wishes["note"] = f"{self.purpose.label}：原推行编号 {self.like.pk}"
        return wishes

    def post(self, request: HttpRequest) -> HttpResponseBase:
        """Plan it and show the plan; or say why not."""
        if not self.site_kind:
            raise Http404
        form = RolloutForm(self.site_kind, request.POST)
        rollout = form.plan(self.acting_user)
        if rollout is None:
            messages.error(request, "未能计划：请查看标出的问题。")
            return self.render_to_response(self.get_context_data(form=form))
        messages.success(request, "已计划，各网站还没有任何更改。请看过差异后再开始。")
        return redirect(ROLLOUT, rollout.pk)


def find_rollout(pk: int) -> Rollout | None:
    """The rollout with its counts."""
    try:
        return get_rollout_row(pk)
    except Rollout.DoesNotExist:
        return None


class OneRolloutScreen(ConsoleScreen, TemplateView):
    """A screen on the rollout that the address names."""

    header_icon = "resubmit"

    @cached_property
    def rollout(self) -> Rollout:
        """The one that the address names. Raises Http404."""
        found = find_rollout(self.kwargs["number"])
        if found is None:
            raise Http404
        return found

    def get_page_title(self) -> str:
        """What goes where."""
        return str(self.rollout)

    def get_page_subtitle(self) -> str:
        """Its number."""
        return f"编号 {self.rollout.pk}"

    def get_trail(self) -> list[tuple[str, str]]:
        """The list."""
        return [(reverse(ROLLOUTS), "推行")]


class RolloutScreen(OneRolloutScreen):
    """How far it is, what may be done with it, and its plan."""

    template_name = "blueprints/rollouts/rollout.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The plan by sites with the same changes, those that are blocked first."""
        planned = list_planned(self.rollout)
        blocked = list_blocked(planned)
        return super().get_context_data(
            rollout=self.rollout,
            progress=get_progress(self.rollout),
            turns=list_timed_turns(self.rollout),
            totals={
                "sites": len(planned),
                "changes": sum(len(each.plan.changes) for each in planned),
                "blocked": len(blocked),
                "in_step": sum(each.plan.is_in_step for each in planned),
            },
            blocked=blocked,
            groups=group_equal(planned),
            changes=count_changes(planned),
            may_write=self.may_write(),
            is_startable=self.rollout.state in STARTABLE,
            stop_form=StopForm(),
            again_url=self._link_new(RolloutKind(self.rollout.kind)),
            rollback_url=self._link_rollback(),
            **kwargs,
        )

    def _link_new(self, purpose: RolloutKind, **wishes: Any) -> str:
        query = {"kind": self.rollout.blueprint.kind, "like": self.rollout.pk, "purpose": purpose.value, **wishes}
        return reverse(NEW, query=query)

    def _link_rollback(self) -> str:
        earlier = find_release_to_return_to(self.rollout) if self.rollout.started_at else None
        return self._link_new(RolloutKind.ROLLBACK, release=earlier.number) if earlier else ""


class ProgressScreen(OneRolloutScreen):
    """The part of the screen that changes while the rollout runs, for the script to fetch."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The fragment alone."""
        context = {
            "rollout": self.rollout,
            "progress": get_progress(self.rollout),
            "turns": list_timed_turns(self.rollout),
        }
        return self.response_class(request, "blueprints/rollouts/progress.html", context, using=self.template_engine)


class StartScreen(OneRolloutScreen):
    """Let it begin, or go on."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, number: int) -> HttpResponseBase:
        """Back to its screen."""
        try:
            start_rollout(self.rollout, acting_user=self.acting_user)
        except RolloutRefused as refusal:
            messages.error(request, f"未能开始。{refusal}")
        else:
            messages.success(request, "已开始推行。")
        return redirect(ROLLOUT, number)


class StopScreen(OneRolloutScreen):
    """Let no further site begin."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, number: int) -> HttpResponseBase:
        """Back to its screen."""
        form = StopForm(request.POST)
        try:
            stop_rollout(self.rollout, form.data.get("reason", "")[:500], acting_user=self.acting_user)
        except RolloutRefused as refusal:
            messages.error(request, f"未能停止。{refusal}")
        else:
            messages.success(request, "已停止：不再有网站开始，正在进行的网站会做完。")
        return redirect(ROLLOUT, number)


class SiteTurnScreen(OneRolloutScreen):
    """One site's part: what is planned there, and its home page before and after."""

    template_name = "blueprints/rollouts/site.html"

    @cached_property
    def turn(self) -> SiteTurn:
        """The turn of the site that the address names. Raises Http404."""
        found = find_turn(self.rollout, self.kwargs["schema_name"])
        if found is None:
            raise Http404
        return found

    def get_page_title(self) -> str:
        """The site."""
        return self.turn.site.short_name

    def get_page_subtitle(self) -> str:
        """The rollout."""
        return str(self.rollout)

    def get_trail(self) -> list[tuple[str, str]]:
        """The list, the rollout."""
        return [*super().get_trail(), (reverse(ROLLOUT, args=[self.rollout.pk]), str(self.rollout))]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The turn and its plan."""
        return super().get_context_data(turn=self.turn, plan=read_plan(self.turn), rollout=self.rollout, **kwargs)


class HomeScreen(SiteTurnScreen):
    """The home page of the site for a frame: `before` or `after`. Nothing on the site changes."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """A whole page of HTML. Raises Http404 for any other word."""
        when = kwargs["when"]
        if when not in {"before", "after"}:
            raise Http404
        try:
            html = render_home(self.turn.site, self.rollout.release if when == "after" else None)
        except PreviewImpossible as reason:
            context = {"reason": str(reason)}
            answer: HttpResponse = self.response_class(
                request, "blueprints/rollouts/no_preview.html", context, using=self.template_engine
            )
        else:
            answer = HttpResponse(html)
        answer.headers["Content-Security-Policy"] = _FRAME_POLICY.format(root=root_url(self.turn.site))
        return answer


show_home = xframe_options_sameorigin(HomeScreen.as_view())
