"""Articles become posts by rule: in the same transaction, once, and only where the site wants it."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from microblog.composing import cut, fill
from microblog.models import ComposeMode, ComposeRule, Delivery, MicroPost
from site_core.actions import ArticleDraft, publish_article
from site_core.models import ArticlePage
from site_core.selectors import get_column
from tenants.current import enter_site
from tests.factories import make_article
from tests.microblog.samples import ScriptedAdapter, make_account, use_adapter
from tests.site_core.page_samples import make_picture


@pytest.fixture
def account(in_kongtong, monkeypatch):
    use_adapter(monkeypatch, ScriptedAdapter())
    return make_account(in_kongtong)


def make_rule(account, *, mode=ComposeMode.AT_ONCE, column="gzdt", **fields):
    rule = ComposeRule.objects.create(name=f"规则 {column}", mode=mode, **fields)
    rule.columns.set([get_column(column)])
    rule.accounts.set([account])
    return rule


def test_article_becomes_a_post_that_goes_out(in_kongtong, account):
    make_rule(account)
    article = make_article(in_kongtong, "法治宣传走进校园", column="gzdt", summary="崆峒区司法局走进第一中学。")
    post = MicroPost.objects.get()
    assert post.live
    assert post.text == "【法治宣传走进校园】崆峒区司法局走进第一中学。"
    assert post.title == "法治宣传走进校园"
    assert Delivery.objects.get().link == article.full_url


def test_draft_waits_for_review_and_is_nobodys_but_the_authors(in_kongtong, account):
    make_rule(account, mode=ComposeMode.REVIEW)
    make_article(in_kongtong, "法治宣传走进校园", column="gzdt")
    post = MicroPost.objects.get()
    assert not post.live
    assert post.latest_revision is not None
    assert not Delivery.objects.exists()


def test_other_columns_and_other_sites_make_none(in_kongtong, account, two_sites):
    make_rule(account)
    make_article(in_kongtong, "一则通知", column="tzgg")
    make_article(two_sites.b, "另一个县的动态", column="gzdt")
    assert not MicroPost.objects.exists()
    with enter_site(two_sites.b):
        assert not MicroPost.objects.exists()


def test_column_above_counts(in_kongtong, account):
    parent = get_column("gzdt").get_parent()
    if parent.depth > 2:
        pytest.fail("gzdt no longer stands on the first level: choose another column for this test")
    make_rule(account, column="ggflfw")
    below = get_column("ggflfw").get_children().first()
    assert below is not None
    make_article(in_kongtong, "服务动态", column=below.specific.slug)
    assert MicroPost.objects.count() == 1


def test_publishing_again_makes_no_second_post(in_kongtong, account):
    make_rule(account)
    article = make_article(in_kongtong, "一则消息", column="gzdt")
    with transaction.atomic():
        article.unpublish()
        ArticlePage.objects.get(pk=article.pk).save_revision().publish()
    assert MicroPost.objects.count() == 1


def test_article_that_is_withdrawn_takes_its_posts_with_it(in_kongtong, account):
    make_rule(account)
    article = make_article(in_kongtong, "一则消息", column="gzdt")
    with transaction.atomic():
        article.unpublish()
    assert not MicroPost.objects.get().live
    assert Delivery.objects.get().state == "withdrawn"


def test_imports_of_old_articles_are_no_news(in_kongtong, account):
    make_rule(account)
    long_ago = timezone.now() - timedelta(days=30)
    draft = ArticleDraft("旧闻", [("paragraph", "<p>正文。</p>")], public_at=long_ago)
    publish_article(get_column("gzdt"), draft, reason="补录")
    assert not MicroPost.objects.exists()


def test_article_that_is_rolled_back_leaves_no_post(in_kongtong, account):
    make_rule(account)
    with pytest.raises(RuntimeError), transaction.atomic():
        make_article(in_kongtong, "一则消息", column="gzdt")
        raise RuntimeError
    assert not MicroPost.objects.exists()


def test_cover_comes_along(in_kongtong, account):
    make_rule(account)
    make_article(in_kongtong, "一则消息", column="gzdt", cover=make_picture("封面"))
    post = MicroPost.objects.get()
    assert [row.image.title for row in post.pictures.all()] == ["封面"]
    assert len(Delivery.objects.get().media) == 1


def test_summary_is_cut_where_the_rule_says(in_kongtong, account):
    rule = make_rule(account, longest=30, template="【{标题}】{摘要}（{网站}·{栏目}）", mode=ComposeMode.REVIEW)
    article = make_article(in_kongtong, "标题", column="gzdt", summary="很长的摘要，" * 20)
    text = fill(rule, article)
    assert len(text) <= 30
    assert text.endswith("（崆峒区司法局·工作动态）")
    assert "…" in text


@pytest.mark.parametrize(
    ("text", "longest", "expected"),
    [("短", 5, "短"), ("一二三四五六", 4, "一二三…"), ("一二，四五", 4, "一二…"), ("一二", 0, "")],
)
def test_cut(text, longest, expected):
    assert cut(text, longest) == expected
