"""Rules that make posts of articles: their form, their preview, and what stands in the ledger."""

import pytest

from accounts.models import LedgerEntry
from microblog.models import ComposeRule
from site_core.selectors import get_column
from tenants.current import enter_site
from tests.factories import make_article, make_member
from tests.microblog.admin_scene import ADMIN, text_of
from tests.microblog.samples import ScriptedAdapter, make_account, use_adapter

RULES = f"{ADMIN}rules/"


@pytest.fixture
def platform(monkeypatch):
    return use_adapter(monkeypatch, ScriptedAdapter())


@pytest.fixture
def client(two_sites, signed_in):
    return signed_in(two_sites.a, make_member(two_sites.a, "site_admin"))


@pytest.fixture
def form(two_sites, platform):
    """What the form of a rule on 通知公告 sends."""
    account = make_account(two_sites.a)
    with enter_site(two_sites.a):
        column = get_column("tzgg")
    return {
        "name": "公告发微博",
        "columns": [str(column.pk)],
        "template": "【{标题}】{摘要}",
        "longest": "120",
        "mode": "review",
        "accounts": [str(account.pk)],
        "is_active": "on",
    }


def get_rule(site) -> ComposeRule:
    with enter_site(site):
        return ComposeRule.objects.prefetch_related("columns", "accounts").get()


def test_rule_is_added_changed_and_removed(two_sites, client, form):
    client.post(f"{RULES}new/", form)
    rule = get_rule(two_sites.a)
    assert [each.slug for each in rule.columns.all()] == ["tzgg"]
    assert [each.name for each in rule.accounts.all()] == ["崆峒说法"]
    assert "公告发微博" in text_of(client.get(RULES))
    client.post(f"{RULES}{rule.pk}/", {**form, "mode": "at_once", "accounts": []})
    rule = get_rule(two_sites.a)
    assert (rule.mode, list(rule.accounts.all())) == ("at_once", [])
    client.post(f"{RULES}{rule.pk}/delete/")
    with enter_site(two_sites.a):
        assert not ComposeRule.objects.exists()
    entries = LedgerEntry.objects.filter(chain="kongtong", action__startswith="microblog.rule").order_by("position")
    assert [entry.action.rpartition("_")[2] for entry in entries] == ["added", "changed", "removed"]
    assert entries[1].detail["to"] == {"mode": "随文章直接发布", "accounts": []}


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"template": "没有内容"}, "template"),
        ({"template": "{标题}{密码}"}, "template"),
        ({"longest": "5"}, "longest"),
        ({"columns": []}, "columns"),
        ({"name": ""}, "name"),
    ],
)
def test_what_is_wrong_stands_at_the_field(two_sites, client, form, changes, field):
    answer = client.post(f"{RULES}new/", {**form, **changes})
    assert set(answer.context["form"].errors) == {field}
    with enter_site(two_sites.a):
        assert not ComposeRule.objects.exists()


def test_preview_shows_the_latest_article_and_saves_nothing(two_sites, client, form):
    make_article(two_sites.a, "旧公告", summary="旧。")
    make_article(two_sites.a, "延长值班时间", summary="周末也有人值班。")
    make_article(two_sites.a, "动态", column="gzdt", summary="别的栏目。")
    answer = client.post(f"{RULES}new/", {**form, "preview": "1"})
    assert answer.context["preview"].text == "【延长值班时间】周末也有人值班。"
    (count,) = answer.context["preview"].counts
    assert count["count"] > len("【延长值班时间】周末也有人值班。")  # the link counts
    with enter_site(two_sites.a):
        assert not ComposeRule.objects.exists()


def test_preview_of_a_saved_rule_stands_beside_its_form(two_sites, client, form):
    make_article(two_sites.a, "延长值班时间", summary="周末也有人值班。")
    client.post(f"{RULES}new/", form)
    screen = client.get(f"{RULES}{get_rule(two_sites.a).pk}/")
    assert "【延长值班时间】周末也有人值班。" in text_of(screen)


def test_preview_says_where_there_is_no_article(client, form):
    assert "还没有已发布的文章" in text_of(client.post(f"{RULES}new/", {**form, "preview": "1"}))


def test_columns_and_accounts_of_another_site_cannot_be_chosen(two_sites, client, form):
    foreign = make_account(two_sites.b, "静宁说法", pk=900_001)
    answer = client.post(f"{RULES}new/", {**form, "accounts": [str(foreign.pk)], "columns": ["900001"]})
    assert set(answer.context["form"].errors) == {"accounts", "columns"}


def test_rule_of_another_site_does_not_exist(two_sites, client):
    with enter_site(two_sites.b):
        rule = ComposeRule.objects.create(name="静宁的规则")
    for part in ("", "delete/"):
        assert client.get(f"{RULES}{rule.pk}/{part}").status_code == 404
        assert client.post(f"{RULES}{rule.pk}/{part}").status_code == 404
    assert "静宁的规则" not in text_of(client.get(RULES))
