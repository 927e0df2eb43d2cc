"""`rollout plan|apply|status|rollback`: blueprints' releases, brought to sites from the command line."""

import json
import time
from collections.abc import Iterable
from contextlib import ExitStack
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from blueprints.changes import SitePlan
from blueprints.comparing import plan_site
from blueprints.models import RUNNING_STATES, Release, Rollout, RolloutKind, RolloutState, SiteTurnState
from blueprints.releasing import ensure_release
from blueprints.rollouts import RolloutRefused, plan_rollout, start_rollout
from blueprints.selectors import count_turns, find_release, list_rollouts, list_sites, list_turns
from blueprints.tasks import QUEUE
from tenants.connection import connection
from tenants.kinds import SiteKind
from tenants.models import Organisation
from tenants.progress import progress_bar
from tenants.worker import has_live_worker, work_beside

_POLL_SECONDS = 0.25
_SHOWN = 20


class Command(BaseCommand):
    """`plan` changes nothing. `apply` and `rollback` end when the sites are through: by the workers, or here where none runs."""

    help = "按蓝图版本计划、推行、回退各网站，或查看推行情况。"

    def add_arguments(self, parser: CommandParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True, metavar="plan|apply|status|rollback")
        plan, apply, status, rollback = (
            actions.add_parser(name, help=text)
            for name, text in (
                ("plan", "计算每个网站的差异，不作任何更改。"),
                ("apply", "推行到各网站。"),
                ("status", "查看推行情况。"),
                ("rollback", "回退到较早的版本。"),
            )
        )
        for each in (plan, apply, rollback):
            needs_kind = each is rollback
            each.add_argument("--kind", choices=SiteKind.values, required=needs_kind, help="网站类别，默认为所有类别。")
            each.add_argument("--site", action="append", metavar="SCHEMA", help="只限这个网站（可重复）。")
            each.add_argument("--release", type=int, required=needs_kind, help="版本号，默认为最新版。")
        for each in (apply, rollback):
            each.add_argument("--canary", action="append", default=[], metavar="SCHEMA", help="试点网站（可重复）。")
            each.add_argument("--batch", type=int, default=4, help="同时进行的网站数。")
            each.add_argument("--failures", type=int, default=10, help="允许失败的比例（%%）。")
            each.add_argument("--note", default="", help="说明。")
            each.add_argument("--workers", type=int, default=2, help="没有工作进程时，在此同时进行的网站数。")
        apply.add_argument("--resume", type=int, metavar="NUMBER", help="继续这一次推行，不另行计划。")
        status.add_argument("number", type=int, nargs="?", help="推行编号，默认为最近几次。")
        for each in (plan, apply, status, rollback):
            each.add_argument("--json", action="store_true", help="以 JSON 输出结果。")

    def handle(self, *args: Any, **options: Any) -> None:
        """Exit status 0 only if nothing stands in the way (plan) or every site is through (apply, rollback)."""
        connection.set_schema_to_public()
        getattr(self, f"_{options['action']}")(options)

    # -- plan

    def _plan(self, options: dict[str, Any]) -> None:
        pairs = [(site, release) for release, sites in self._choose(options) for site in sites]
        rows = []
        with progress_bar("计划", len(pairs), quiet=options["json"]) as advance:
            for site, release in pairs:
                rows.append((site, release, plan_site(site, release)))
                advance()
        changes = sum(len(plan.changes) for _, _, plan in rows)
        blocked = sum(bool(plan.obstacles) for _, _, plan in rows)
        if options["json"]:
            summary = {"sites": len(rows), "changes": changes, "blocked": blocked}
            self._print_json({**summary, "per_site": [_describe(*row) for row in rows]})
        else:
            self._print_plans(rows)
            self.stdout.write(f"{len(rows)} 个网站，{changes} 项变更，{blocked} 个网站受阻。")
        if blocked:
            raise CommandError(f"{blocked} 个网站受阻。")

    def _print_plans(self, rows: list[tuple[Organisation, Release, SitePlan]]) -> None:
        for site, release, plan in rows:
            lines = [*(f"  {each.describe()}" for each in plan.changes)]
            lines += [f"  ✗ {each.describe()}" for each in plan.obstacles]
            lines += [f"  ! {each.describe()}" for each in plan.flags]
            if lines:
                self.stdout.write("\n".join([f"{site.short_name}（{site.schema_name}）→ {release}", *lines]))

    # -- apply, rollback

    def _apply(self, options: dict[str, Any]) -> None:
        if options["resume"]:
            self._follow([self._resume(options["resume"])], options)
        else:
            self._roll_out(options, RolloutKind.UPDATE)

    def _rollback(self, options: dict[str, Any]) -> None:
        self._roll_out(options, RolloutKind.ROLLBACK)

    def _roll_out(self, options: dict[str, Any], kind: str) -> None:
        self._follow((self._start(release, sites, kind, options) for release, sites in self._choose(options)), options)

    def _follow(self, rollouts: Iterable[Rollout], options: dict[str, Any]) -> None:
        """One after the other to its end, then all results."""
        results = []
        for rollout in rollouts:
            self._wait_for(rollout, options)
            results.append(_sum_up(Rollout.objects.get(pk=rollout.pk)))
        if options["json"]:
            self._print_json({"rollouts": results})
        else:
            for result in results:
                self._print_rollout(result)
        unfinished = [str(result["rollout"]) for result in results if result["state"] != RolloutState.DONE]
        failed = sum(result["failed"] for result in results)
        if unfinished or failed:
            raise CommandError(f"未全部完成：停止的推行 {'、'.join(unfinished) or '无'}，未成功的网站 {failed} 个。")

    def _resume(self, number: int) -> Rollout:
        rollout = Rollout.objects.filter(pk=number).first()
        if rollout is None:
            raise CommandError(f"没有编号为 {number} 的推行。")
        try:
            return rollout if rollout.state in RUNNING_STATES else start_rollout(rollout)
        except RolloutRefused as refusal:
            raise CommandError(str(refusal)) from refusal

    def _start(self, release: Release, sites: list[Organisation], kind: str, options: dict[str, Any]) -> Rollout:
        canaries = [site for site in sites if site.schema_name in options["canary"]]
        try:
            rollout = plan_rollout(
                release,
                sites,
                canaries=canaries,
                batch_size=options["batch"],
                failures_allowed=options["failures"],
                kind=kind,
                note=options["note"],
            )
            return start_rollout(rollout)
        except RolloutRefused as refusal:
            raise CommandError(str(refusal)) from refusal

    def _wait_for(self, rollout: Rollout, options: dict[str, Any]) -> None:
        # Where no worker runs, or the one that did goes away, this process is one. Interrupted, it leaves the rollout to
        # the next worker, or to `--resume`.
        done = 0
        with progress_bar(str(rollout), rollout.turns.count(), quiet=options["json"]) as advance, ExitStack() as stack:
            is_working = False
            while Rollout.objects.filter(pk=rollout.pk, state__in=RUNNING_STATES).exists():
                if not is_working and not has_live_worker():
                    stack.enter_context(work_beside(options["workers"], [QUEUE]))
                    is_working = True
                counts = count_turns(rollout)
                ended = sum(counts.get(each, 0) for each in _ENDED)
                advance(ended - done)
                done = ended
                time.sleep(_POLL_SECONDS)

    # -- status

    def _status(self, options: dict[str, Any]) -> None:
        rollouts = list_rollouts()
        if options["number"]:
            rollouts = rollouts.filter(pk=options["number"])
            if not rollouts:
                raise CommandError(f"没有编号为 {options['number']} 的推行。")
        results = [_sum_up(rollout) for rollout in rollouts[:_SHOWN]]
        if options["json"]:
            self._print_json({"rollouts": results})
            return
        for result in results:
            self._print_rollout(result)
        if not results:
            self.stdout.write("还没有推行过。")

    # -- what is common

    def _choose(self, options: dict[str, Any]) -> list[tuple[Release, list[Organisation]]]:
        """(release, sites) by kind, without kinds that have no site."""
        named = options["site"]
        chosen = []
        for kind in [options["kind"]] if options["kind"] else SiteKind.values:
            sites = list(list_sites(kind, named))
            if sites:
                chosen.append((self._find_release(kind, options["release"]), sites))
        found = {site.schema_name for _, sites in chosen for site in sites}
        if missing := sorted(set(named or ()) - found):
            raise CommandError(f"没有这样的网站：{'、'.join(missing)}。")
        if strangers := sorted(set(options.get("canary") or ()) - found):
            raise CommandError(f"试点网站不在所选网站之中：{'、'.join(strangers)}。")
        return chosen

    def _find_release(self, kind: str, number: int | None) -> Release:
        release = find_release(kind, number) if number is not None else ensure_release(kind)
        if release is None:
            raise CommandError(f"{SiteKind(kind).label}蓝图没有第 {number} 版。")
        return release

    def _print_json(self, data: Any) -> None:
        self.stdout.write(json.dumps(data, ensure_ascii=False))

    def _print_rollout(self, result: dict[str, Any]) -> None:
        head = f"推行 {result['rollout']}：{result['label']}，{result['state_label']}，完成 {result['done']}/{result['sites']}"
        self.stdout.write(f"{head}，未成功 {result['failed']}。{result['stop_reason']}")
        for row in result["per_site"]:
            if row["problem"]:
                self.stdout.write(f"  {row['site']}：{row['problem']}")


_FAILED = (SiteTurnState.FAILED, SiteTurnState.BLOCKED)
_ENDED = (SiteTurnState.DONE, *_FAILED)


def _describe(site: Organisation, release: Release, plan: SitePlan) -> dict[str, Any]:
    found = getattr(site, "site_release", None)
    return {
        "site": site.schema_name,
        "kind": site.kind,
        "release_before": found.release.number if found and found.release else None,
        "release": release.number,
        "changes": [{**each.to_json(), "text": each.describe()} for each in plan.changes],
        "blocked": [{**each.to_json(), "text": each.describe()} for each in plan.obstacles],
        "flags": [{**each.to_json(), "text": each.describe()} for each in plan.flags],
    }


def _sum_up(rollout: Rollout) -> dict[str, Any]:
    counts = count_turns(rollout)
    return {
        "rollout": rollout.pk,
        "label": str(rollout),
        "kind": rollout.blueprint.kind,
        "release": rollout.release.number,
        "state": rollout.state,
        "state_label": rollout.get_state_display(),
        "stop_reason": rollout.stop_reason,
        "sites": sum(counts.values()),
        "done": counts.get(SiteTurnState.DONE, 0),
        "failed": sum(counts.get(each, 0) for each in _FAILED),
        "per_site": [
            {"site": turn.site.schema_name, "state": turn.state, "canary": turn.is_canary, "problem": turn.problem}
            for turn in list_turns(rollout)
        ],
    }
