"""The screens of review, as people use them: who sees what, who decides, what is told, and what never happens."""

import re
from typing import Any

import pytest
from wagtail.models import PageViewRestriction

from review import actions
from review.models import REVIEWERS, Decision, ReviewRound, ReviewRule, RoundKind, RoundState
from review.screen_selectors import find_barring, list_inbox
from review.selectors import list_barred, user_can_decide
from site_core.locks import Lock, rollout
from site_core.models import ArticlePage, BasePage
from site_core.page_forms import NUMBERS_CONFIRMED
from site_core.selectors import get_column, get_home
from tenants.current import enter_site
from tests.editing.forms import article_form, rich_text
from tests.factories import make_article, make_draft, make_member

SUBMIT = {"action-submit-review": "1"}
MOBILE = "电话13812345678"


@pytest.fixture
def people(two_sites: Any) -> dict[str, Any]:
    roles = ("editor", "site_admin", "auditor", *REVIEWERS)
    made = {role: make_member(two_sites.a, role) for role in roles}
    for role, person in made.items():
        person.last_name, person.first_name = "某", role
        person.save()
    return made


@pytest.fixture
def as_(two_sites: Any, people: Any, signed_in: Any) -> Any:
    """`as_(role)`: a client of that person on 崆峒区's site."""
    return lambda role: signed_in(two_sites.a, people[role])


@pytest.fixture
def column(two_sites: Any) -> Any:
    with enter_site(two_sites.a):
        column = get_column("tzgg")
        with rollout():
            actions.set_rule(column, REVIEWERS, acting_user=None)
        return column


def form_of(title: str = "稿件", text: str = "正文。", **more: Any) -> dict[str, str]:
    return article_form(title, ("paragraph", rich_text(text)), **more)


@pytest.fixture
def round(two_sites: Any, people: Any, column: Any, as_: Any) -> ReviewRound:
    """A new article that its editor submitted through the form."""
    address = f"/admin/pages/add/site_core/articlepage/{column.pk}/"
    answer = as_("editor").post(address, form_of(**SUBMIT))
    assert answer.status_code == 302, answer.context["form"].errors
    with enter_site(two_sites.a):
        return ReviewRound.objects.select_related("page").get()


def text_of(answer: Any) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())


def list_messages(answer: Any) -> list[str]:
    return [str(message) for message in answer.context["messages"]]


def reload(site: Any, thing: Any) -> Any:
    with enter_site(site):
        return type(thing).objects.get(pk=thing.pk)


def is_public(site: Any, page_id: int) -> bool:
    with enter_site(site):
        return ArticlePage.objects.get(pk=page_id).live


def decide(client: Any, round: Any, decision: str, **more: Any) -> Any:
    html = client.get(f"/admin/review/{round.pk}/").content.decode()
    found = re.search(r'name="content_hash" value="(\w+)"', html)
    data = {"decision": decision, "content_hash": found.group(1) if found else "", "opinion": "", "proof_marks": ""}
    return client.post(f"/admin/review/{round.pk}/", {**data, **more}, follow=True)


# --- From the editor to the public ---------------------------------------------------------------------------


def test_article_goes_from_the_editor_through_three_people_to_the_public(
    two_sites: Any, people: Any, as_: Any, round: Any, client_of: Any
) -> None:
    assert (round.state, round.submitted_by, round.steps) == (RoundState.IN_REVIEW, people["editor"], list(REVIEWERS))
    for role, more in (("reviewer_1", {}), ("reviewer_2", {}), ("reviewer_3", {"secrecy_checked": "on"})):
        assert not is_public(two_sites.a, round.page_id)
        inbox = as_(role).get("/admin/review/")
        assert "稿件" in text_of(inbox)
        assert "审核（1）" in inbox.content.decode() or "\\u5ba1\\u6838\\uff081\\uff09" in inbox.content.decode()
        answer = decide(as_(role), round, "approve", **more)
        assert answer.redirect_chain[-1][0] == "/admin/review/", list_messages(answer)
    assert any("发布" in each for each in list_messages(answer))
    with enter_site(two_sites.a):
        page = ArticlePage.objects.get(pk=round.page_id)
        assert page.live
        path = page.get_url()
    assert "正文。" in client_of(two_sites.a).get(path).content.decode()


def test_submission_names_the_next_step_and_how_many_may_decide(as_: Any, column: Any) -> None:
    address = f"/admin/pages/add/site_core/articlepage/{column.pk}/"
    answer = as_("editor").post(address, form_of(**SUBMIT), follow=True)
    told = list_messages(answer)
    assert any("已提交审核，等待一审（1 人可审）" in each for each in told)
    assert not any("正在审核" in each for each in told)


def test_submission_of_a_scheduled_article_says_when_it_will_be_public(as_: Any, column: Any) -> None:
    address = f"/admin/pages/add/site_core/articlepage/{column.pk}/"
    answer = as_("editor").post(address, form_of(go_live_at="2099-01-01 08:00", **SUBMIT), follow=True)
    assert any("2099-01-01 08:00 定时发布" in each for each in list_messages(answer))


def test_schedule_dialog_stays_and_says_that_review_comes_first(as_: Any, column: Any) -> None:
    html = as_("editor").get(f"/admin/pages/add/site_core/articlepage/{column.pk}/").content.decode()
    assert 'name="go_live_at"' in html
    assert "审核全部通过后" in html


def test_button_is_the_default_where_review_is_asked_for_and_missing_elsewhere(
    two_sites: Any, as_: Any, column: Any
) -> None:
    draft = make_draft(two_sites.a, "草稿")
    html = as_("editor").get(f"/admin/pages/{draft.pk}/edit/").content.decode()
    assert 'name="action-submit-review"' in html
    assert html.index('name="action-submit-review"') < html.rindex("action-save")
    assert "action-publish" not in html
    with enter_site(two_sites.a), rollout():
        actions.set_rule(get_column("tzgg"), (), acting_user=None)
    html = as_("editor").get(f"/admin/pages/{draft.pk}/edit/").content.decode()
    assert "action-submit-review" not in html
    assert "action-publish" in html


def test_refused_submission_shows_the_findings_and_keeps_the_draft(two_sites: Any, as_: Any, column: Any) -> None:
    draft = make_draft(two_sites.a, "草稿")
    answer = as_("editor").post(f"/admin/pages/{draft.pk}/edit/", form_of("草稿", MOBILE, **SUBMIT))
    assert answer.status_code == 200
    assert "body" in answer.context["form"].errors
    with enter_site(two_sites.a):
        assert not ReviewRound.objects.exists()
        assert ArticlePage.objects.get(pk=draft.pk).get_latest_revision_as_object().title == "草稿"
    answer = as_("editor").post(
        f"/admin/pages/{draft.pk}/edit/", form_of("草稿", MOBILE, **SUBMIT, **{NUMBERS_CONFIRMED: "on"})
    )
    assert answer.status_code == 302
    with enter_site(two_sites.a):
        assert ReviewRound.objects.get().state == RoundState.IN_REVIEW


def test_draft_is_saved_by_the_other_button_without_checks_and_without_review(
    two_sites: Any, as_: Any, column: Any
) -> None:
    draft = make_draft(two_sites.a, "草稿")
    assert as_("editor").post(f"/admin/pages/{draft.pk}/edit/", form_of("草稿", MOBILE)).status_code == 302
    with enter_site(two_sites.a):
        assert not ReviewRound.objects.exists()


@pytest.mark.parametrize("more", [{}, SUBMIT])
def test_automatic_save_submits_nothing(two_sites: Any, as_: Any, column: Any, more: dict[str, str]) -> None:
    draft = make_draft(two_sites.a, "草稿")
    answer = as_("editor").post(
        f"/admin/pages/{draft.pk}/edit/", form_of("草稿", **more), headers={"Accept": "application/json"}
    )
    assert answer.json()["success"] is True
    with enter_site(two_sites.a):
        assert not ReviewRound.objects.exists()


def test_second_submission_of_what_is_in_review_is_refused_in_words(as_: Any, round: Any) -> None:
    answer = as_("editor").post(f"/admin/pages/{round.page_id}/edit/", form_of(**SUBMIT), follow=True)
    assert any("未能提交审核，草稿已保存" in each for each in list_messages(answer))


def test_publication_by_a_form_written_by_hand_publishes_nothing(two_sites: Any, as_: Any, round: Any) -> None:
    as_("editor").post(f"/admin/pages/{round.page_id}/edit/", form_of(**{"action-publish": "1"}))
    assert not is_public(two_sites.a, round.page_id)


# --- What the editor is told ---------------------------------------------------------------------------------


def test_editor_is_told_where_the_item_is_and_may_take_it_back(two_sites: Any, as_: Any, round: Any) -> None:
    decide(as_("reviewer_1"), round, "approve")
    page = as_("editor").get(f"/admin/pages/{round.page_id}/edit/")
    html = page.content.decode()
    assert "等待二审" in html
    assert "将从一审重新开始" in html
    assert f"/admin/review/{round.pk}/cancel/" in html
    assert "action-submit-review" not in html
    answer = as_("editor").post(f"/admin/review/{round.pk}/cancel/", follow=True)
    assert any("已撤销" in each for each in list_messages(answer))
    assert reload(two_sites.a, round).state == RoundState.CANCELLED


def test_editor_parts_that_are_asked_for_by_the_script_consume_no_message(as_: Any, round: Any) -> None:
    client = as_("editor")
    client.get(f"/admin/pages/{round.page_id}/edit/?_w_hydrate_create_view=1")
    assert list_messages(client.get("/admin/review/")) == []


def test_returned_item_shows_who_returned_it_and_why(two_sites: Any, as_: Any, round: Any) -> None:
    answer = decide(as_("reviewer_1"), round, "return", opinion="标题不准确", proof_marks="“帐号”应为“账号”")
    assert any("已退回" in each for each in list_messages(answer))
    assert reload(two_sites.a, round).state == RoundState.RETURNED
    html = as_("editor").get(f"/admin/pages/{round.page_id}/edit/").content.decode()
    for words in ("某reviewer_1（一审）退回", "标题不准确", "“帐号”应为“账号”", "action-submit-review"):
        assert words in html
    assert as_("editor").post(f"/admin/pages/{round.page_id}/edit/", form_of("改好的稿件", **SUBMIT)).status_code == 302
    again = reload(two_sites.a, round)
    assert (again.state, again.pass_number, again.page_title) == (RoundState.IN_REVIEW, 2, "改好的稿件")


def test_return_without_a_reason_is_refused_at_the_field(two_sites: Any, as_: Any, round: Any) -> None:
    answer = decide(as_("reviewer_1"), round, "return")
    assert "退回须说明理由" in answer.content.decode()
    assert reload(two_sites.a, round).state == RoundState.IN_REVIEW


def test_last_step_asks_for_the_secrecy_check(two_sites: Any, as_: Any, round: Any) -> None:
    decide(as_("reviewer_1"), round, "approve")
    assert "secrecy_checked" not in as_("reviewer_2").get(f"/admin/review/{round.pk}/").content.decode()
    decide(as_("reviewer_2"), round, "approve")
    answer = decide(as_("reviewer_3"), round, "approve")
    assert "最后一步须确认已作保密审查" in answer.content.decode()
    assert not is_public(two_sites.a, round.page_id)


def test_content_that_changed_since_it_was_looked_at_is_not_approved(two_sites: Any, as_: Any, round: Any) -> None:
    answer = as_("reviewer_1").post(
        f"/admin/review/{round.pk}/", {"decision": "approve", "content_hash": "0" * 64}, follow=True
    )
    assert any("内容在您查看之后有改动" in each for each in list_messages(answer))
    assert reload(two_sites.a, round).passed == 0


# --- Who sees and who decides --------------------------------------------------------------------------------

SCREENS = ("", "preview/", "record/")


@pytest.mark.parametrize("screen", SCREENS)
def test_round_of_another_site_does_not_exist(two_sites: Any, signed_in: Any, round: Any, screen: str) -> None:
    for role in ("site_admin", "reviewer_1", "editor", "auditor"):
        client = signed_in(two_sites.b, make_member(two_sites.b, role))
        assert client.get(f"/admin/review/{round.pk}/{screen}").status_code == 404
        assert client.post(f"/admin/review/{round.pk}/{screen}").status_code in {404, 405}
    assert client.post(f"/admin/review/{round.pk}/cancel/").status_code == 404


@pytest.mark.parametrize("screen", SCREENS)
def test_round_does_not_exist_for_who_has_no_part_in_it(
    two_sites: Any, people: Any, signed_in: Any, column: Any, screen: str
) -> None:
    with enter_site(two_sites.a):
        with rollout():
            actions.set_rule(get_column("tzgg"), ("reviewer_3",), acting_user=None)
        draft = ArticlePage(title="两人之间", live=False, owner=people["editor"])
        get_column("tzgg").add_child(instance=draft)
        draft.save_revision(user=people["editor"])
        round = actions.submit(draft, acting_user=people["editor"])
    for role, status in (("reviewer_1", 404), ("reviewer_3", 200), ("auditor", 200), ("site_admin", 200)):
        client = signed_in(two_sites.a, people[role])
        assert client.get(f"/admin/review/{round.pk}/{screen}").status_code == status, role
    assert signed_in(two_sites.a, people["reviewer_1"]).post(f"/admin/review/{round.pk}/cancel/").status_code == 404


@pytest.mark.parametrize(
    ("role", "words"),
    [
        ("editor", "不能审核自己的稿件"),
        ("reviewer_2", "现在等待一审"),
        ("auditor", "现在等待一审"),
        ("site_admin", "现在等待一审"),
    ],
)
def test_who_may_not_decide_is_told_why(two_sites: Any, as_: Any, round: Any, role: str, words: str) -> None:
    client = as_(role)
    html = client.get(f"/admin/review/{round.pk}/").content.decode()
    assert words in html
    assert 'name="decision"' not in html
    form = {"decision": "approve", "content_hash": round.content_hash, "secrecy_checked": "on"}
    assert any(words in each for each in list_messages(client.post(f"/admin/review/{round.pk}/", form, follow=True)))
    assert reload(two_sites.a, round).passed == 0


def test_who_approved_is_told_so(as_: Any, round: Any) -> None:
    decide(as_("reviewer_1"), round, "approve")
    assert "您已审核过本轮" in as_("reviewer_1").get(f"/admin/review/{round.pk}/").content.decode()


def test_inbox_lists_what_waits_for_the_person_alone(two_sites: Any, as_: Any, round: Any, signed_in: Any) -> None:
    assert "稿件" in text_of(as_("reviewer_1").get("/admin/review/"))
    for role in ("reviewer_2", "auditor", "editor"):
        assert "没有等您审核的事项" in text_of(as_(role).get("/admin/review/"))
    assert f"/admin/review/{round.pk}/" in as_("editor").get("/admin/review/?tab=own").content.decode()
    assert f"/admin/review/{round.pk}/" in as_("site_admin").get("/admin/review/?tab=open").content.decode()
    assert "全部在审" not in as_("reviewer_1").get("/admin/review/?tab=open").content.decode()
    other = signed_in(two_sites.b, make_member(two_sites.b, "reviewer_1"))
    assert "没有等您审核的事项" in text_of(other.get("/admin/review/"))


def test_dashboard_shows_reviewers_what_waits_and_editors_their_own_panels(as_: Any, round: Any) -> None:
    html = as_("reviewer_1").get("/admin/").content.decode()
    assert 'id="dashboard-review"' in html
    assert f"/admin/review/{round.pk}/" in html
    html = as_("editor").get("/admin/").content.decode()
    assert 'id="dashboard-review"' not in html
    assert 'id="dashboard-own-work"' in html


def test_lists_take_as_many_queries_for_many_as_for_few(
    two_sites: Any, people: Any, as_: Any, column: Any, django_assert_max_num_queries: Any
) -> None:
    with enter_site(two_sites.a):
        for number in range(12):
            page = ArticlePage(title=f"第 {number} 则", live=False, owner=people["editor"])
            get_column("tzgg").add_child(instance=page)
            page.save_revision(user=people["editor"])
            actions.submit(page, acting_user=people["editor"])
    for role, tab in (("reviewer_1", "waiting"), ("editor", "own"), ("site_admin", "open"), ("auditor", "finished")):
        client = as_(role)
        client.get("/admin/review/")
        with django_assert_max_num_queries(22):
            assert client.get(f"/admin/review/?tab={tab}").status_code == 200


def test_many_at_once_are_barred_as_one_by_one(two_sites: Any, people: Any, column: Any) -> None:
    editor = people["editor"]
    with enter_site(two_sites.a):
        public = make_article(two_sites.a, "公开")
        rounds = []
        for number, author in enumerate((editor, people["site_admin"], editor)):
            page = ArticlePage(title=f"第 {number} 则", live=False, owner=author)
            get_column("tzgg").add_child(instance=page)
            page.save_revision(user=author)
            rounds.append(actions.submit(page, acting_user=author))
        draft = ArticlePage.objects.get(pk=public.pk).get_latest_revision_as_object()
        draft.title = "改动"
        draft.save_revision(user=people["site_admin"])
        rounds.append(actions.submit(draft, acting_user=editor))
        found = list(ReviewRound.objects.select_related("page__live_revision"))
        assert len(found) == 4
        for person in people.values():
            assert find_barring(person, found) == {each.pk for each in found if person.pk in list_barred(each)}
            assert list_inbox(person) == [each for each in reversed(found) if user_can_decide(person, each)]


# --- The round's screen --------------------------------------------------------------------------------------


def test_preview_shows_the_draft_in_a_frame_without_scripts(as_: Any, round: Any) -> None:
    html = as_("reviewer_1").get(f"/admin/review/{round.pk}/").content.decode()
    assert 'sandbox="allow-same-origin"' in html
    preview = as_("reviewer_1").get(f"/admin/review/{round.pk}/preview/")
    assert preview.status_code == 200
    assert "正文。" in preview.content.decode()
    assert preview.headers["X-Frame-Options"] == "SAMEORIGIN"


def test_differences_to_the_public_text_are_shown(two_sites: Any, as_: Any, column: Any) -> None:
    page = make_article(two_sites.a, "公开的通知", text="原来的正文。")
    as_("editor").post(f"/admin/pages/{page.pk}/edit/", form_of("公开的通知", "改过的正文。", **SUBMIT))
    with enter_site(two_sites.a):
        round = ReviewRound.objects.get(page_id=page.pk)
    html = as_("reviewer_1").get(f"/admin/review/{round.pk}/").content.decode()
    assert "deletion" in html
    assert "addition" in html
    assert "全文都是新内容" not in html


def test_new_page_is_said_to_be_new_and_findings_are_listed(as_: Any, round: Any) -> None:
    text = text_of(as_("reviewer_1").get(f"/admin/review/{round.pk}/"))
    assert "全文都是新内容" in text
    assert "没有摘要" in text


def test_record_prints_as_a_form_with_everything_on_it(two_sites: Any, people: Any, as_: Any, round: Any) -> None:
    for role, more in (
        ("reviewer_1", {"opinion": "事实清楚"}),
        ("reviewer_2", {}),
        ("reviewer_3", {"secrecy_checked": "on"}),
    ):
        decide(as_(role), round, "approve", **more)
    text = text_of(as_("auditor").get(f"/admin/review/{round.pk}/record/"))
    assert "平凉市崆峒区司法局 信息发布审核表" in text
    for words in ("主动公开", "事实清楚", "已作保密审查，不含涉密内容（某reviewer_3", "某editor", "/tzgg/", "三审意见"):
        assert words in text
    assert reload(two_sites.a, round).content_hash[:16] in text


def test_history_of_a_page_lists_its_rounds(as_: Any, round: Any) -> None:
    for role in ("editor", "reviewer_1", "auditor"):
        assert f"/admin/review/{round.pk}/" in as_(role).get(f"/admin/review/page/{round.page_id}/").content.decode()


def test_history_of_a_draft_does_not_exist_for_reviewers_before_it_is_submitted(two_sites: Any, as_: Any) -> None:
    draft = make_draft(two_sites.a, "未提交")
    assert as_("reviewer_1").get(f"/admin/review/page/{draft.pk}/").status_code == 404
    assert as_("editor").get(f"/admin/review/page/{draft.pk}/").status_code == 200


def test_page_menu_leads_to_the_screens(two_sites: Any, as_: Any, column: Any) -> None:
    page = make_article(two_sites.a)
    html = as_("editor").get(f"/admin/pages/{page.pk}/edit/").content.decode()
    assert f"/admin/review/page/{page.pk}/" in html
    assert f"/admin/review/privacy/{page.pk}/" in html
    assert f"/admin/review/withdraw/{page.pk}/" not in html
    assert (
        f"/admin/review/withdraw/{page.pk}/" in as_("site_admin").get(f"/admin/pages/{page.pk}/edit/").content.decode()
    )


# --- Withdrawal ----------------------------------------------------------------------------------------------


def test_withdrawal_needs_a_reason_and_is_reviewed_afterwards(two_sites: Any, as_: Any, column: Any) -> None:
    page = make_article(two_sites.a, "出错的通知")
    address = f"/admin/review/withdraw/{page.pk}/"
    answer = as_("reviewer_1").post(address, {"reason": " "})
    assert "撤稿须说明理由" in answer.content.decode()
    assert reload(two_sites.a, page).live
    answer = as_("reviewer_1").post(address, {"reason": "数据有误"}, follow=True)
    assert any("已撤下" in each for each in list_messages(answer))
    assert not reload(two_sites.a, page).live
    with enter_site(two_sites.a):
        round = ReviewRound.objects.get(kind=RoundKind.WITHDRAWAL)
    html = as_("reviewer_3").get(f"/admin/review/{round.pk}/").content.decode()
    assert "数据有误" in html
    decide(as_("reviewer_3"), round, "approve")
    assert reload(two_sites.a, round).state == RoundState.DONE
    assert "撤稿审核表" in text_of(as_("reviewer_3").get(f"/admin/review/{round.pk}/record/"))


def test_withdrawal_exists_for_those_who_may_on_public_pages_of_their_site(
    two_sites: Any, as_: Any, signed_in: Any, column: Any
) -> None:
    page, draft = make_article(two_sites.a), make_draft(two_sites.a)
    assert as_("editor").get(f"/admin/review/withdraw/{page.pk}/").status_code == 404
    assert as_("editor").post(f"/admin/review/withdraw/{page.pk}/", {"reason": "x"}).status_code == 404
    assert as_("reviewer_1").get(f"/admin/review/withdraw/{draft.pk}/").status_code == 404
    other = signed_in(two_sites.b, make_member(two_sites.b, "site_admin"))
    with enter_site(two_sites.b):
        is_taken = BasePage.objects.filter(pk=page.pk).exists()
    assert is_taken or other.post(f"/admin/review/withdraw/{page.pk}/", {"reason": "x"}).status_code == 404
    assert reload(two_sites.a, page).live


def test_reviewer_finds_a_page_to_withdraw_by_its_address(two_sites: Any, as_: Any, column: Any) -> None:
    page = make_article(two_sites.a)
    with enter_site(two_sites.a):
        url = page.full_url
    answer = as_("reviewer_1").post("/admin/review/withdraw/", {"address": url})
    assert answer.headers["Location"] == f"/admin/review/withdraw/{page.pk}/"
    for address in ("https://example.invalid/no-such/", "/", "http://[x", f"{url}more/"):
        assert as_("reviewer_1").post("/admin/review/withdraw/", {"address": address}).status_code == 200, address
    assert as_("editor").get("/admin/review/withdraw/").headers["Location"] == "/admin/"


# --- Privacy -------------------------------------------------------------------------------------------------


def restrictions_of(site: Any, page: Any) -> list[str]:
    with enter_site(site):
        return list(PageViewRestriction.objects.filter(page_id=page.pk).values_list("restriction_type", flat=True))


def test_change_of_readers_goes_through_the_steps(two_sites: Any, as_: Any, column: Any) -> None:
    page = make_article(two_sites.a)
    form = {"type": "password", "password": "s3cret-words"}
    answer = as_("editor").post(f"/admin/review/privacy/{page.pk}/", form, follow=True)
    assert any("已提交更改可见范围的申请，等待一审" in each for each in list_messages(answer))
    assert restrictions_of(two_sites.a, page) == []
    with enter_site(two_sites.a):
        round = ReviewRound.objects.get(kind=RoundKind.PRIVACY)
    for role in REVIEWERS:
        html = as_(role).get(f"/admin/review/{round.pk}/").content.decode()
        assert "凭密码" in html
        assert "s3cret-words" not in html
        decide(as_(role), round, "approve")
    assert restrictions_of(two_sites.a, page) == ["password"]
    assert "s3cret-words" not in as_("auditor").get(f"/admin/review/{round.pk}/record/").content.decode()


@pytest.mark.parametrize(
    ("form", "words"),
    [({}, "必填"), ({"type": "password"}, "请填写密码"), ({"type": "groups"}, "请选择角色"), ({"type": "all"}, "")],
)
def test_incomplete_change_of_readers_is_refused(
    two_sites: Any, as_: Any, column: Any, form: dict[str, str], words: str
) -> None:
    page = make_article(two_sites.a)
    answer = as_("editor").post(f"/admin/review/privacy/{page.pk}/", form)
    assert answer.status_code == 200
    assert words in answer.content.decode()
    with enter_site(two_sites.a):
        assert not ReviewRound.objects.exists()


def test_change_of_readers_is_for_editors_where_review_is_asked_for(two_sites: Any, as_: Any, column: Any) -> None:
    page = make_article(two_sites.a)
    assert as_("reviewer_1").get(f"/admin/review/privacy/{page.pk}/").status_code == 404
    with enter_site(two_sites.a), rollout():
        actions.set_rule(get_column("tzgg"), (), acting_user=None)
    assert as_("editor").get(f"/admin/review/privacy/{page.pk}/").status_code == 404


# --- Rules ---------------------------------------------------------------------------------------------------


def test_administrator_sets_the_steps_of_a_column(two_sites: Any, as_: Any, column: Any) -> None:
    client = as_("site_admin")
    for value, expected in (("2", ["reviewer_1", "reviewer_2"]), ("0", []), ("3", list(REVIEWERS))):
        answer = client.post("/admin/review/rules/", {"page": column.pk, "steps": value})
        assert answer.status_code == 302
        with enter_site(two_sites.a):
            assert ReviewRule.objects.get(page_id=column.pk).steps == expected
    client.post("/admin/review/rules/", {"page": column.pk, "steps": "inherit"})
    with enter_site(two_sites.a):
        assert not ReviewRule.objects.filter(page_id=column.pk).exists()


@pytest.mark.parametrize("role", ["editor", "reviewer_1", "auditor"])
def test_others_read_the_rules_and_change_nothing(two_sites: Any, as_: Any, column: Any, role: str) -> None:
    html = as_(role).get("/admin/review/rules/").content.decode()
    assert "通知公告" in html
    assert 'name="steps"' not in html
    as_(role).post("/admin/review/rules/", {"page": column.pk, "steps": "0"})
    with enter_site(two_sites.a):
        assert ReviewRule.objects.get(page_id=column.pk).steps == list(REVIEWERS)


def test_locked_rule_stays(two_sites: Any, as_: Any, column: Any) -> None:
    with enter_site(two_sites.a), rollout():
        BasePage.objects.filter(pk=column.pk).update(locks=[Lock.REVIEW.value])
    assert "由蓝图锁定" in as_("site_admin").get("/admin/review/rules/").content.decode()
    for value in ("0", "inherit"):
        answer = as_("site_admin").post("/admin/review/rules/", {"page": column.pk, "steps": value}, follow=True)
        assert any("锁定" in each for each in list_messages(answer))
    with enter_site(two_sites.a):
        assert ReviewRule.objects.get(page_id=column.pk).steps == list(REVIEWERS)


def test_step_without_people_is_warned_of(two_sites: Any, signed_in: Any, column: Any) -> None:
    admin = signed_in(two_sites.b, make_member(two_sites.b, "site_admin"))
    make_member(two_sites.b, "reviewer_1")
    text = text_of(admin.get("/admin/review/rules/"))
    assert "二审没有人员" in text
    assert "一审没有人员" not in text


def test_rules_take_few_queries(two_sites: Any, as_: Any, column: Any, django_assert_max_num_queries: Any) -> None:
    client = as_("site_admin")
    client.get("/admin/review/rules/")
    with django_assert_max_num_queries(22):
        client.get("/admin/review/rules/")


@pytest.mark.parametrize(
    "form", [{}, {"page": "x", "steps": "1"}, {"page": "1", "steps": "9"}, {"page": "9" * 30, "steps": "1"}]
)
def test_rules_refuse_nonsense(two_sites: Any, as_: Any, form: dict[str, str]) -> None:
    assert as_("site_admin").post("/admin/review/rules/", form).status_code == 404


def test_home_page_is_the_top_of_the_rules(two_sites: Any, as_: Any) -> None:
    with enter_site(two_sites.a):
        home = get_home()
    as_("site_admin").post("/admin/review/rules/", {"page": home.pk, "steps": "1"})
    text = text_of(as_("site_admin").get("/admin/review/rules/"))
    assert "按上级栏目（一审）" in text


def test_ledger_names_the_actions_of_review() -> None:
    from accounts.ledger_labels import label_action

    for decision in Decision:
        assert label_action(f"review.{decision.value}") != f"review.{decision.value}"
