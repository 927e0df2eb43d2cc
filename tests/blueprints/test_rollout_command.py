"""`manage.py rollout`: what it prints, how it ends, and that it needs no worker to be running."""

import json
import subprocess
import sys

import pytest
from django.core.management import CommandError, call_command

from blueprints.models import Rollout, RolloutState
from blueprints.rollouts import plan_rollout, start_rollout, stop_rollout
from tests.blueprints.rollout_samples import (
    COUNTY,
    current_content,
    list_jobs,
    make_release,
    site_of,
    take_slug,
    title_of,
    with_new_node,
)
from tests.prepared_database import SITES


@pytest.fixture
def ask(capsys):
    """`ask("plan", …)`: (what was printed, what it complained about)."""

    def run(*arguments):
        complaint = ""
        capsys.readouterr()
        try:
            call_command("rollout", *arguments)
        except CommandError as error:
            complaint = str(error)
        return capsys.readouterr().out, complaint

    return run


@pytest.fixture
def release(two_sites):
    return make_release(with_new_node(current_content()))


def test_fresh_cluster_plans_no_change(two_sites, ask):
    out, complaint = ask("plan", "--json")
    plan = json.loads(out)
    assert complaint == ""
    assert {key: plan[key] for key in ("sites", "changes", "blocked")} == {
        "sites": len(SITES),
        "changes": 0,
        "blocked": 0,
    }
    assert {row["site"] for row in plan["per_site"]} == {order.schema_name for order in SITES}


def test_plan_tells_each_change_and_changes_nothing(release, ask):
    plan = json.loads(ask("plan", "--kind", COUNTY, "--json")[0])
    assert (plan["sites"], plan["changes"], plan["blocked"]) == (2, 2, 0)
    row = plan["per_site"][0]
    assert (row["site"], row["kind"], row["release_before"], row["release"]) == ("kongtong", COUNTY, 1, release.number)
    change = row["changes"][0]
    assert (change["op"], change["node"], change["title"]) == ("create", "xinlan", "新栏目")
    assert "新建栏目‘新栏目’" in change["text"]
    assert (row["blocked"], row["flags"]) == ([], [])
    assert title_of("kongtong", "xinlan") is None
    assert not Rollout.objects.exists()


def test_plan_for_reading(release, ask):
    out, _ = ask("plan", "--site", "kongtong")
    assert "崆峒区司法局（kongtong）→ 县（市、区）司法局蓝图第 2 版" in out
    assert "1 个网站，1 项变更，0 个网站受阻。" in out


def test_plan_fails_where_a_site_is_blocked(release, ask):
    take_slug("jingning", "xinlan")
    out, complaint = ask("plan", "--kind", COUNTY, "--json")
    plan = json.loads(out)
    assert (plan["blocked"], complaint) == (1, "1 个网站受阻。")
    blocked = {row["site"]: row["blocked"] for row in plan["per_site"]}
    assert (blocked["kongtong"], blocked["jingning"][0]["kind"]) == ([], "slug")


def test_plan_of_an_earlier_release(release, ask):
    plan = json.loads(ask("plan", "--kind", COUNTY, "--release", "1", "--json")[0])
    assert plan["changes"] == 0


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("plan", "--site", "nowhere"), "没有这样的网站：nowhere"),
        (("plan", "--kind", COUNTY, "--release", "99"), "没有第 99 版"),
        (
            ("apply", "--kind", COUNTY, "--site", "kongtong", "--canary", "jingning"),
            "试点网站不在所选网站之中：jingning",
        ),
        (("apply", "--kind", COUNTY, "--batch", "0"), "1 至 50"),
        (("apply", "--resume", "99"), "没有编号为 99 的推行"),
        (("status", "99"), "没有编号为 99 的推行"),
        (("rollback", "--kind", COUNTY), "--release"),
        (("rollback", "--release", "1"), "--kind"),
    ],
)
def test_wrong_orders_are_refused(release, ask, arguments, message):
    assert message in ask(*arguments)[1]
    assert not Rollout.objects.exclude(state=RolloutState.PLANNED).exists()
    assert list_jobs() == []


def test_status_tells_how_rollouts_stand(release, ask, two_sites):
    assert ask("status")[0].strip() == "还没有推行过。"
    rollout = start_rollout(plan_rollout(release, [two_sites.a, two_sites.b]))
    stop_rollout(rollout, "先看看")
    out, complaint = ask("status")
    assert (
        f"推行 {rollout.pk}：更新至县（市、区）司法局蓝图第 2 版，已停止，完成 0/2，未成功 0。先看看" in out,
        complaint,
    ) == (True, "")
    told = json.loads(ask("status", str(rollout.pk), "--json")[0])["rollouts"][0]
    assert (told["state"], told["sites"], [row["site"] for row in told["per_site"]]) == (
        "stopped",
        2,
        ["kongtong", "jingning"],
    )


def run_command(cluster_db, *arguments):
    command = [sys.executable, "-W", "ignore", "manage.py", "rollout", *arguments]
    return subprocess.run(command, env=cluster_db.environment, capture_output=True, text=True, timeout=300, check=False)


def test_apply_and_rollback_work_by_themselves(cluster_db):
    make_release(with_new_node(current_content()))
    done = run_command(cluster_db, "apply", "--kind", COUNTY, "--canary", "jingning", "--json")
    assert done.returncode == 0, done.stderr
    result = json.loads(done.stdout)["rollouts"][0]
    assert (result["state"], result["done"], result["failed"]) == ("done", 2, 0)
    assert [row["site"] for row in result["per_site"] if row["canary"]] == ["jingning"]
    assert title_of("kongtong", "xinlan") == title_of("jingning", "xinlan") == "新栏目"

    back = run_command(cluster_db, "rollback", "--kind", COUNTY, "--release", "1", "--site", "kongtong")
    assert back.returncode == 0, back.stderr
    assert "回退至县（市、区）司法局蓝图第 1 版，已完成，完成 1/1" in back.stdout
    assert (title_of("kongtong", "xinlan"), title_of("jingning", "xinlan")) == (None, "新栏目")

    take_slug("kongtong", "xinlan")
    failed = run_command(cluster_db, "apply", "--kind", COUNTY, "--failures", "100", "--json")
    assert failed.returncode == 1
    assert json.loads(failed.stdout)["rollouts"][0]["failed"] == 1
    assert "未成功的网站 1 个" in failed.stderr

    rollout = start_rollout(
        plan_rollout(make_release(with_new_node(current_content(), "disan")), [site_of("jingning")])
    )
    resumed = run_command(cluster_db, "apply", "--resume", str(rollout.pk))
    assert resumed.returncode == 0, resumed.stderr
    assert title_of("jingning", "disan") == "新栏目"
