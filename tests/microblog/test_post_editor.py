"""Writing a post in the admin: from the form through review to the outbox, and what is said before it is too late."""

import re
from datetime import timedelta

import pytest
from django.core.files.images import ImageFile
from django.utils import timezone

from microblog.models import Delivery, MicroPost, StreamPage
from microblog.outcomes import Problem
from review.models import REVIEWERS, ReviewRound
from site_core.dispatching import Dispatch
from site_core.models import SiteImage
from tenants.current import enter_site
from tests.factories import make_article, make_member
from tests.microblog.admin_scene import ADMIN, new_post_address, post_form, text_of
from tests.microblog.samples import ScriptedAdapter, make_account, use_adapter

PUBLISH = {"action-publish": "1"}
SUBMIT = {"action-submit-review": "1"}


@pytest.fixture
def platform(monkeypatch):
    return use_adapter(monkeypatch, ScriptedAdapter())


@pytest.fixture
def account(two_sites):
    return make_account(two_sites.a)


@pytest.fixture
def without_review(two_sites):
    from review.actions import set_rule
    from site_core.locks import rollout

    with enter_site(two_sites.a), rollout():
        set_rule(StreamPage.objects.get(), (), acting_user=None)


@pytest.fixture
def editor(two_sites, signed_in):
    return signed_in(two_sites.a, make_member(two_sites.a, "editor"))


def get_post(site) -> MicroPost:
    with enter_site(site):
        return MicroPost.objects.get()


def list_deliveries(site) -> list[Delivery]:
    with enter_site(site):
        return list(Delivery.objects.all())


def test_menu_leads_to_a_form_with_the_live_accounts_ticked(two_sites, platform, account, editor):
    make_account(two_sites.a, "未选", is_preselected=False)
    make_account(two_sites.a, "开设中", live=False)
    with enter_site(two_sites.a):
        from microblog.models import Account

        Account.objects.create(name="已注销", platform="webhook", state="closed", base_url="http://127.0.0.1:9")
    answer = editor.get(f"{ADMIN}write/", follow=True)
    assert answer.redirect_chain[-1][0] == new_post_address(two_sites.a)
    boxes = re.findall(r"<input[^>]*name=\"accounts\"[^>]*>\s*([^<]*[^<\s])", answer.content.decode())
    assert sorted(name.split(" · ")[1] for name in boxes) == ["崆峒说法", "开设中", "未选"]
    assert [each.name for each in answer.context["form"].initial["accounts"]] == ["崆峒说法"]
    assert 'name="title"' not in answer.content.decode()


def test_published_post_is_queued(two_sites, platform, account, editor, without_review):
    answer = editor.post(new_post_address(two_sites.a), post_form("【普法】今天讲宪法。", account, **PUBLISH))
    assert answer.status_code == 302, answer.context["form"].errors
    post = get_post(two_sites.a)
    assert (post.title, post.live) == ("普法", True)
    (delivery,) = list_deliveries(two_sites.a)
    assert delivery.state == Dispatch.QUEUED
    assert delivery.link == f"http://kongtong.sfj.localhost/micro/{post.slug}/"


def test_post_passes_three_steps_before_it_is_queued(two_sites, platform, account, editor, signed_in):
    answer = editor.post(new_post_address(two_sites.a), post_form("今天讲宪法。", account, **SUBMIT))
    assert answer.status_code == 302, answer.context["form"].errors
    with enter_site(two_sites.a):
        round = ReviewRound.objects.get()
    for role in REVIEWERS:
        assert list_deliveries(two_sites.a) == []
        reviewer = signed_in(two_sites.a, make_member(two_sites.a, role))
        screen = reviewer.get(f"/admin/review/{round.pk}/")
        form = {name: screen.context["form"].initial.get(name, "") for name in screen.context["form"].fields}
        form |= {"opinion": "同意", "decision": "approve", "secrecy_checked": "on"}
        assert reviewer.post(f"/admin/review/{round.pk}/", form).status_code == 302
    assert get_post(two_sites.a).live
    assert [each.state for each in list_deliveries(two_sites.a)] == [Dispatch.QUEUED]


def test_scheduled_post_is_queued_when_its_time_has_come(two_sites, platform, account, editor, without_review):
    from site_core.actions import publish_due

    at = timezone.localtime() + timedelta(minutes=30)
    editor.post(
        new_post_address(two_sites.a),
        post_form("定时的一条。", account, go_live_at=f"{at:%Y-%m-%d %H:%M}", **PUBLISH),
    )
    assert not get_post(two_sites.a).live
    assert list_deliveries(two_sites.a) == []
    with enter_site(two_sites.a):
        let_the_hour_pass(MicroPost.objects.get().latest_revision)
        assert publish_due() == 1
    assert get_post(two_sites.a).live
    assert [each.text.split()[0] for each in list_deliveries(two_sites.a)] == ["定时的一条。"]


def let_the_hour_pass(revision) -> None:
    """As if it had been scheduled for a moment that is over."""
    past = timezone.now() - timedelta(seconds=1)
    revision.content["go_live_at"] = past.isoformat()
    revision.approved_go_live_at = past
    revision.save()


def test_draft_without_text_is_kept(two_sites, platform, editor):
    answer = editor.post(new_post_address(two_sites.a), post_form(""))
    assert answer.status_code == 302
    assert get_post(two_sites.a).title == "（没有文字）"


def test_empty_post_is_not_published(two_sites, platform, editor, without_review):
    for text in ("", "   "):
        answer = editor.post(new_post_address(two_sites.a), post_form(text, **PUBLISH))
        assert "text" in answer.context["form"].errors
    with enter_site(two_sites.a):
        assert not MicroPost.objects.filter(live=True).exists()


@pytest.mark.parametrize("button", [PUBLISH, SUBMIT])
def test_what_a_platform_would_refuse_is_told_before_review(
    two_sites, platform, account, editor, without_review, button, monkeypatch
):
    if button is SUBMIT:
        from review.actions import set_rule
        from site_core.locks import rollout

        with enter_site(two_sites.a), rollout():
            set_rule(StreamPage.objects.get(), REVIEWERS, acting_user=None)
    problem = Problem("text", "文字计为 201 字，上限 140 字。", "请删减。")
    monkeypatch.setattr(platform, "validate", lambda connected, post: [problem])
    answer = editor.post(new_post_address(two_sites.a), post_form("太长", account, **button))
    (said,) = answer.context["form"].errors["text"]
    assert "崆峒说法：文字计为 201 字" in said
    with enter_site(two_sites.a):
        assert not MicroPost.objects.exists()
        assert not ReviewRound.objects.exists()


def test_problem_of_an_account_that_is_not_ticked_stands_in_nobodys_way(
    two_sites, platform, account, editor, without_review, monkeypatch
):
    monkeypatch.setattr(platform, "validate", lambda connected, post: [Problem("text", "太长")])
    assert editor.post(new_post_address(two_sites.a), post_form("文字", **PUBLISH)).status_code == 302
    assert list_deliveries(two_sites.a) == []


def test_checks_see_pictures_and_address_of_a_post_that_is_not_saved_yet(
    two_sites, platform, account, editor, without_review, monkeypatch
):
    seen = []
    monkeypatch.setattr(platform, "validate", lambda connected, post: seen.append(post) or [])
    with enter_site(two_sites.a):
        image = make_image()
    pictures = {
        "pictures-TOTAL_FORMS": "1",
        "pictures-0-image": str(image.pk),
        "pictures-0-description": "一张图",
        "pictures-0-ORDER": "1",
    }
    answer = editor.post(new_post_address(two_sites.a), post_form("有图", account, **pictures, **PUBLISH))
    assert answer.status_code == 302, answer.context["form"].errors
    (post,) = seen[:1]
    assert [each.description for each in post.attachments] == ["一张图"]
    assert post.link.startswith("http://kongtong.sfj.localhost/micro/")
    with enter_site(two_sites.a):
        assert MicroPost.objects.get().pictures.count() == 1
        assert [row["id"] for row in Delivery.objects.get().media] == [image.pk]


def make_image() -> SiteImage:
    import io

    from PIL import Image

    buffer = io.BytesIO()
    Image.new("RGB", (40, 30), "navy").save(buffer, "PNG")
    return SiteImage.objects.create(title="图", file=ImageFile(io.BytesIO(buffer.getvalue()), name="a.png"))


def test_picture_that_was_taken_out_is_checked_no_more(
    two_sites, platform, account, editor, without_review, monkeypatch
):
    with enter_site(two_sites.a):
        image = make_image()
    one = {"pictures-TOTAL_FORMS": "1", "pictures-0-image": str(image.pk), "pictures-0-ORDER": "1"}
    editor.post(new_post_address(two_sites.a), post_form("有图", account, **one, **PUBLISH))
    post = get_post(two_sites.a)
    with enter_site(two_sites.a):
        picture = post.pictures.get()
    seen = []
    monkeypatch.setattr(platform, "validate", lambda connected, post: seen.append(post) or [])
    gone = {
        **one,
        "pictures-INITIAL_FORMS": "1",
        "pictures-0-id": str(picture.pk),
        "pictures-0-DELETE": "on",
        "slug": post.slug,
    }
    answer = editor.post(f"/admin/pages/{post.pk}/edit/", post_form("无图", account, **gone, **PUBLISH))
    assert answer.status_code == 302, answer.context["form"].errors
    assert seen[0].attachments == ()
    with enter_site(two_sites.a):
        assert MicroPost.objects.get().pictures.count() == 0


def test_account_that_waits_for_its_opening_is_told_and_stops_nothing(two_sites, platform, editor, without_review):
    waiting = make_account(two_sites.a, "开设中", live=False)
    answer = editor.post(new_post_address(two_sites.a), post_form("文字", waiting, **PUBLISH), follow=True)
    assert "帐号尚未启用" in text_of(answer)
    assert [each.state for each in list_deliveries(two_sites.a)] == [Dispatch.APPROVED]


def count(client, text: str, *accounts, **more):
    data = {"text": text, "accounts": [str(account.pk) for account in accounts], **more}
    return client.post(f"{ADMIN}measure/", data)


def test_counts_are_those_of_publication(two_sites, platform, account, editor, without_review):
    article = make_article(two_sites.a, "一篇文章")
    (found,) = count(editor, "今天普法。", account, link_page=str(article.pk)).json()["counts"]
    form = post_form("今天普法。", account, link_page=str(article.pk), **PUBLISH)
    editor.post(new_post_address(two_sites.a), form)
    (delivery,) = list_deliveries(two_sites.a)
    assert found == {
        "account": "其他（Webhook） · 崆峒说法",
        "count": len(delivery.text),
        "limit": 140,
        "unit": "字",
        "is_too_long": False,
    }
    assert count(editor, "长" * 140, account).json()["counts"][0]["is_too_long"]


def test_link_that_not_everybody_may_read_is_not_counted(two_sites, platform, account, editor):
    hidden = make_article(two_sites.a, "内部文章", private=True)
    (found,) = count(editor, "看", account, link_page=str(hidden.pk), slug="abc").json()["counts"]
    assert found["count"] == len("看 http://kongtong.sfj.localhost/micro/abc/")


def test_accounts_of_another_site_are_not_measured(two_sites, platform, editor):
    foreign = make_account(two_sites.b, "静宁说法", pk=900_001)
    answer = count(editor, "文字", foreign)
    assert answer.status_code == 400
    assert "静宁说法" not in answer.content.decode()
