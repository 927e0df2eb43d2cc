"""What the checks find stops publication through every door of an editor, is told afterwards, and never stops a draft."""

import json

import pytest
from django.db import transaction
from wagtail.models import APIToken

from accounts.models import LedgerEntry
from review.selectors import find_open_round
from site_core.models import ArticlePage
from site_core.page_forms import NUMBERS_CONFIRMED
from site_core.selectors import get_column
from tenants.current import enter_site
from tests.editing.forms import article_form, rich_text
from tests.factories import make_article, make_draft, make_member
from tests.isolation.marked_site import add_image
from tests.site_core.page_samples import make_picture

MOBILE = "电话13812345678"
PUBLISH = {"action-publish": "1"}


@pytest.fixture
def editor(two_sites):
    return make_member(two_sites.a, "editor")


@pytest.fixture
def client(two_sites, signed_in, editor):
    return signed_in(two_sites.a, editor)


@pytest.fixture
def column(two_sites):
    with enter_site(two_sites.a):
        return get_column("gzdt")


@pytest.fixture
def draft(two_sites):
    return make_draft(two_sites.a, "稿件", column="gzdt")


def edit(client, page, *blocks, **changes):
    form = article_form(changes.pop("title", page.title), *blocks, **changes)
    return client.post(f"/admin/pages/{page.pk}/edit/", form)


def text(words):
    return ("paragraph", rich_text(words))


def is_live(site, page):
    with enter_site(site):
        return ArticlePage.objects.get(pk=page.pk).live


def list_messages(answer):
    return [str(message) for message in answer.context["messages"]] if answer.context else []


# --- The editor ---------------------------------------------------------------------------------------------


def test_publication_is_refused_at_the_block(two_sites, client, draft):
    answer = edit(client, draft, text("正文。"), text(MOBILE), **PUBLISH)
    assert answer.status_code == 200
    (error,) = answer.context["form"].errors.as_data()["body"]
    assert list(error.as_json_data()["blockErrors"]) == [1]
    assert "138****5678" in json.dumps(error.as_json_data(), ensure_ascii=False)
    assert "13812345678" not in json.dumps(error.as_json_data(), ensure_ascii=False)
    assert not is_live(two_sites.a, draft)


def test_publication_is_refused_at_the_field(client, draft):
    answer = edit(client, draft, text("新华社电"), **PUBLISH)
    assert "转载须注明来源" in answer.context["form"].errors["source"][0]


def test_errors_at_several_places_come_at_once(client, draft):
    answer = edit(client, draft, text("【请填写：时间】"), text(MOBILE), title=MOBILE, **PUBLISH)
    errors = answer.context["form"].errors.as_data()
    assert set(errors) == {"title", "body"}
    assert set(errors["body"][0].block_errors) == {0, 1}


def test_error_deep_within_a_gallery_nests_as_its_blocks_do(two_sites, client, column):
    from site_core.checking.refusal import refuse
    from site_core.publication_checks import list_obstacles

    with enter_site(two_sites.a):
        picture = {"image": add_image("图", "a.png").pk, "alt_text": "", "decorative": False}
        page = ArticlePage(title="图集", summary="摘要。")
        one = {"image": picture, "caption": ""}
        page.body = [{"type": "gallery", "value": {"title": MOBILE, "pictures": [one, one]}}]
        error = refuse(list_obstacles(page, column=column)).as_json_data()
    inner = error["blockErrors"][0]["blockErrors"]
    assert "138****5678" in inner["title"]["messages"][0]
    assert [list(each["blockErrors"]) for each in inner["pictures"]["blockErrors"].values()] == [["image"], ["image"]]
    assert (
        "替代文字"
        in inner["pictures"]["blockErrors"][1]["blockErrors"]["image"]["blockErrors"]["alt_text"]["messages"][0]
    )


def test_refused_page_is_shown_with_all_findings_in_its_panel(client, draft):
    html = edit(client, draft, text(MOBILE), **PUBLISH).content.decode()
    assert "data-is-refused" in html
    assert html.index("必须处理") < html.index("没有摘要。")
    assert f'name="{NUMBERS_CONFIRMED}" form="page-edit-form"' in html


def test_draft_is_saved_whatever_the_checks_find(two_sites, client, draft):
    assert edit(client, draft, text(MOBILE)).status_code == 302
    with enter_site(two_sites.a):
        assert MOBILE in str(ArticlePage.objects.get(pk=draft.pk).get_latest_revision_as_object().body)


def test_automatic_save_and_preview_are_left_alone(client, draft):
    form = article_form("稿件", text(MOBILE))
    saved = client.post(f"/admin/pages/{draft.pk}/edit/", form, headers={"Accept": "application/json"})
    assert saved.json()["success"] is True
    assert client.post(f"/admin/pages/{draft.pk}/edit/preview/", form).json()["is_valid"] is True


def test_new_page_is_refused_as_well(two_sites, client, column):
    url = f"/admin/pages/add/site_core/articlepage/{column.pk}/"
    assert client.post(url, article_form("新稿", text(MOBILE), **PUBLISH)).status_code == 200
    with enter_site(two_sites.a):
        assert not ArticlePage.objects.filter(title="新稿").exists()


def test_scheduled_publication_is_refused_when_it_is_scheduled(client, draft):
    answer = edit(client, draft, text(MOBILE), go_live_at="2099-01-01 08:00", **PUBLISH)
    assert "body" in answer.context["form"].errors


def test_submission_to_review_is_refused(two_sites, client):
    draft, submit = make_draft(two_sites.a, "送审稿", column="tzgg"), {"action-submit-review": "1"}
    assert "body" in edit(client, draft, text(MOBILE), **submit).context["form"].errors
    with enter_site(two_sites.a):
        assert find_open_round(draft) is None
    assert edit(client, draft, text("正文。"), **submit).status_code == 302
    with enter_site(two_sites.a):
        assert find_open_round(draft) is not None


# --- Numbers that may be disclosed --------------------------------------------------------------------------


def test_confirmed_numbers_are_published_and_stand_in_the_ledger(two_sites, client, draft, editor):
    answer = edit(client, draft, text(MOBILE), **PUBLISH, **{NUMBERS_CONFIRMED: "on"})
    assert answer.status_code == 302
    assert is_live(two_sites.a, draft)
    (entry,) = LedgerEntry.objects.filter(action="page.numbers_confirmed")
    assert (entry.chain, entry.actor_id, entry.object_id) == ("kongtong", editor.pk, str(draft.pk))
    assert entry.detail == {"numbers": ["正文第 1 块“正文”：有手机号码 138****5678。"]}


def test_new_page_with_confirmed_numbers_stands_in_the_ledger_under_its_id(two_sites, client, column):
    form = article_form("新稿", text(MOBILE), **PUBLISH, **{NUMBERS_CONFIRMED: "on"})
    assert client.post(f"/admin/pages/add/site_core/articlepage/{column.pk}/", form).status_code == 302
    with enter_site(two_sites.a):
        page = ArticlePage.objects.live().get(title="新稿")
    assert LedgerEntry.objects.get(action="page.numbers_confirmed").object_id == str(page.pk)


def test_box_without_numbers_leaves_no_entry_and_excuses_nothing_else(client, draft):
    assert edit(client, draft, text("新华社电"), **PUBLISH, **{NUMBERS_CONFIRMED: "on"}).status_code == 200
    assert edit(client, draft, text("正文。"), **PUBLISH, **{NUMBERS_CONFIRMED: "on"}).status_code == 302
    assert not LedgerEntry.objects.filter(action="page.numbers_confirmed").exists()


def test_ledger_names_the_confirmation_in_chinese():
    from accounts.ledger_labels import label_action, label_detail

    assert (label_action("page.numbers_confirmed"), label_detail("numbers")) == ("确认页面中的号码可以公开", "号码")


# --- Afterwards ---------------------------------------------------------------------------------------------


def test_what_could_be_better_is_told_after_publication(client, draft):
    answer = client.post(f"/admin/pages/{draft.pk}/edit/", article_form("稿件", text("正文。"), **PUBLISH), follow=True)
    (warning,) = [each for each in list_messages(answer) if "可以改进" in each]
    assert "没有摘要。" in warning
    assert f"/admin/pages/{draft.pk}/edit/" in warning


def test_nothing_is_told_after_a_publication_without_findings(two_sites, client, draft):
    with enter_site(two_sites.a):
        cover = str(make_picture("封面").pk)
    form = article_form("稿件", text("正文。"), summary="摘要。", cover=cover, **PUBLISH)
    answer = client.post(f"/admin/pages/{draft.pk}/edit/", form, follow=True)
    assert [each for each in list_messages(answer) if "可以改进" in each] == []


# --- The panel ----------------------------------------------------------------------------------------------


def test_panel_shows_the_latest_draft_and_not_the_public_page(two_sites, client):
    page = make_article(two_sites.a, "公开", column="gzdt")
    edit(client, page, text(MOBILE))
    html = client.get(f"/admin/editing/checks/{page.pk}/").content.decode()
    assert "138****5678" in html
    assert "13812345678" not in html


def test_panel_says_so_where_nothing_was_found(two_sites, client):
    page = make_article(two_sites.a, summary="摘要。")
    assert "没有发现问题" in client.get(f"/admin/editing/checks/{page.pk}/").content.decode()


def test_panel_is_for_who_may_edit_the_page_on_its_own_site(two_sites, signed_in, draft):
    path = f"/admin/editing/checks/{draft.pk}/"
    auditor = signed_in(two_sites.a, make_member(two_sites.a, "auditor"))
    assert auditor.get(path, headers={"X-Requested-With": "XMLHttpRequest"}).status_code == 403
    other = signed_in(two_sites.b, make_member(two_sites.b, "editor"))
    assert other.get(path).status_code == 404


def test_editor_carries_the_panel_and_its_script(client, draft, column):
    html = client.get(f"/admin/pages/{draft.pk}/edit/").content.decode()
    assert 'data-page-checks="/admin/editing/checks/0/"' in html
    assert f'data-page="{draft.pk}"' in html
    assert "page_checks.js" in html
    assert 'data-page=""' in client.get(f"/admin/pages/add/site_core/articlepage/{column.pk}/").content.decode()


# --- Bulk publication ---------------------------------------------------------------------------------------


@pytest.fixture
def bad_draft(two_sites):
    with enter_site(two_sites.a), transaction.atomic():
        page = ArticlePage(title="带号码的稿件", live=False)
        page.body = [{"type": "paragraph", "value": f"<p>{MOBILE}</p>"}]
        get_column("gzdt").add_child(instance=page)
        page.save_revision()
        return page


def bulk(action, *pages):
    return f"/admin/bulk/wagtailcore/page/{action}/?" + "&".join(f"id={page.pk}" for page in pages)


def test_bulk_publication_says_beforehand_what_it_will_not_publish_and_why(client, draft, bad_draft):
    html = client.get(bulk("publish", draft, bad_draft)).content.decode()
    assert html.index("稿件") < html.index("不会发布") < html.index("带号码的稿件") < html.index("138****5678")


def test_bulk_publication_publishes_the_others(two_sites, client, draft, bad_draft):
    answer = client.post(bulk("publish", draft, bad_draft), {"next": "/admin/"}, follow=True)
    assert (is_live(two_sites.a, draft), is_live(two_sites.a, bad_draft)) == (True, False)
    assert any("1 个页面" in each for each in list_messages(answer)), list_messages(answer)


def test_bulk_publication_offers_no_button_where_nothing_is_left(two_sites, client, bad_draft):
    assert "是的，发布" not in client.get(bulk("publish", bad_draft)).content.decode()
    client.post(bulk("publish", bad_draft))
    assert not is_live(two_sites.a, bad_draft)


def test_bulk_publication_of_a_column_leaves_bad_drafts_below_it_alone(two_sites, client, draft, bad_draft, column):
    html = client.get(bulk("publish", column)).content.decode()
    assert html.index("不会发布的") < html.index("带号码的稿件")
    client.post(bulk("publish", column), {"include_descendants": "on"})
    assert (is_live(two_sites.a, draft), is_live(two_sites.a, bad_draft)) == (True, False)


# --- Programs -----------------------------------------------------------------------------------------------


@pytest.fixture
def headers(two_sites, editor):
    with enter_site(two_sites.a):
        return {"Authorization": f"Bearer {APIToken.create_token(user=editor, name='test')[1]}"}


def test_api_refuses_to_publish_what_the_checks_refuse(two_sites, client, headers, bad_draft, draft):
    answer = client.post(f"/api/v3/pages/{bad_draft.pk}/actions/publish/", headers=headers)
    assert answer.status_code == 422
    assert "138****5678" in answer.content.decode("unicode_escape")
    assert not is_live(two_sites.a, bad_draft)
    assert client.post(f"/api/v3/pages/{draft.pk}/actions/publish/", headers=headers).status_code == 200


def test_api_refuses_a_change_that_is_to_be_published(two_sites, client, headers, draft):
    change = {"title": MOBILE, "meta": {"type": "site_core.ArticlePage", "action": "publish"}}
    path = f"/api/v3/pages/{draft.pk}/"
    answer = client.patch(path, change, content_type="application/json", headers=headers)
    assert answer.status_code == 422
    assert not is_live(two_sites.a, draft)
    change["meta"]["action"] = None
    assert client.patch(path, change, content_type="application/json", headers=headers).status_code == 200


@pytest.mark.parametrize("stored", ["甲<br>乙", "甲</p><hr><p>乙"])
def test_editor_opens_text_with_void_elements(two_sites, client, stored):
    page = make_article(two_sites.a, text=stored)
    answer = client.get(f"/admin/pages/{page.pk}/edit/")
    assert answer.status_code == 200
    assert json.dumps("乙")[1:-1] in answer.content.decode().replace("\\\\u", "\\u")
