"""The digest's pages, and its screens in the admin."""

import pytest
from bs4 import BeautifulSoup
from django.db import transaction

from accounts.models import LedgerEntry
from legal_education.digest.composing import measure_issue
from legal_education.digest.models import (
    DigestDelivery,
    DigestPage,
    Sending,
    Subscription,
)
from legal_education.digest.segments import measure
from review.actions import set_rule, submit
from site_core.publication_checks import list_obstacles
from site_core.selectors import get_column
from tenants.current import enter_site
from tests.digest.samples import build_issue, make_reader, publish_issue, run_jobs, run_turns
from tests.factories import make_article, make_draft, make_member, path_of

ADDRESS = "some.reader@example.invalid"


def soup(answer):
    return BeautifulSoup(answer.content.decode(), "html.parser")


@pytest.fixture
def a(sites):
    return sites.a


class TestPublicPages:
    def test_issue_shows_its_articles_in_order_and_in_its_own_words(self, a, client_of):
        first, second = make_article(a, "甲", summary="甲的提要"), make_article(a, "乙", summary="乙的提要")
        with enter_site(a), transaction.atomic():
            issue = build_issue(a, [second, first])
            issue.items.all()[0].title = "乙的短标题"
            from site_core.actions import publish_page

            publish_page(DigestPage.objects.get(), issue)
        page = soup(client_of(a).get(path_of(a, issue)))
        entries = page.select(".digest-entry")
        assert [each.h2.get_text() for each in entries] == ["乙的短标题", "甲"]
        assert [each.p.get_text() for each in entries] == ["乙的提要", "甲的提要"]
        assert [each.a["href"] for each in entries] == [path_of(a, second), path_of(a, first)]

    def test_article_that_was_withdrawn_or_restricted_is_left_out(self, a, client_of):
        kept, gone = make_article(a, "留下的"), make_article(a, "撤下的")
        issue = publish_issue(a, [kept, gone])
        with enter_site(a), transaction.atomic():
            gone.unpublish()
        text = client_of(a).get(path_of(a, issue)).content.decode()
        assert "留下的" in text
        assert "撤下的" not in text

    def test_digest_lists_its_issues_and_leads_to_the_form(self, a, client_of):
        publish_issue(a)
        publish_issue(a)
        with enter_site(a):
            path = DigestPage.objects.get().get_url()
        page = soup(client_of(a).get(path))
        assert [each.get_text(strip=True) for each in page.select(".digest-issue h2")] == ["手机报第2期", "手机报第1期"]
        assert page.find("a", href="/pufa/digest/")

    def test_form_is_labelled_and_asks_for_consent(self, a, client_of):
        client = client_of(a)
        page = soup(client.get("/pufa/digest/"))
        for field in page.select("main input:not([type=hidden]), main select"):
            assert page.find("label", attrs={"for": field["id"]}), field
        answer = client.post("/pufa/digest/", {"channel": "email", "address": ADDRESS, "audience": "all"})
        assert "请阅读并勾选" in soup(answer).select_one("[role=alert]").get_text()

    def test_site_without_a_gateway_offers_mail_alone(self, a, client_of, settings):
        settings.SMS_GATEWAY_URL = ""
        client = client_of(a)
        assert "短信" not in soup(client.get("/pufa/digest/")).select_one("main form").get_text()
        sent = {"channel": "sms", "address": "13912345678", "audience": "all", "agreed": "on"}
        assert client.post("/pufa/digest/", sent).status_code == 200
        assert run_jobs("answer_request") == 0


class TestPublishing:
    def test_issue_goes_out_only_past_the_reviewers_of_its_column(self, a):
        editor = make_member(a, "editor")
        with enter_site(a), transaction.atomic():
            set_rule(get_column("pufa"), ("reviewer_1", "reviewer_2", "reviewer_3"), acting_user=None)
            issue = build_issue(a)
            issue.live = False
            issue.owner = editor
            DigestPage.objects.get().add_child(instance=issue)
            issue.save_revision(user=editor)
            round = submit(issue, acting_user=editor)
            assert list(round.steps) == ["reviewer_1", "reviewer_2", "reviewer_3"]
            assert not Sending.objects.exists()

    def test_empty_issue_and_articles_that_nobody_may_read_are_obstacles(self, a):
        draft = make_draft(a, "未发布的")
        with enter_site(a):
            digest = DigestPage.objects.get()
            assert list_obstacles(build_issue(a, []), column=digest)
            (found,) = list_obstacles(build_issue(a, [draft]), column=digest)
            assert "未发布的" in found.message
            article = make_article(a, "公开的", summary="提要。")
            assert list_obstacles(build_issue(a, [article]), column=digest) == []
            assert list_obstacles(build_issue(a, [article, article]), column=digest)

    def test_number_is_used_once(self, a):
        publish_issue(a)
        with enter_site(a):
            from django.core.exceptions import ValidationError

            with pytest.raises(ValidationError, match="已有第 1 期"):
                build_issue(a, number=1).clean()

    def test_length_is_that_of_the_message(self, a):
        issue = publish_issue(a, [make_article(a, "甲"), make_article(a, "乙")])
        with enter_site(a):
            extent = measure_issue(issue)
        assert extent.sms_text.startswith("【某司法】手机报第1期：甲；乙。全文 http")
        assert extent.sms == measure(extent.sms_text)
        assert extent.page == len("手机报第1期您好。甲乙")


class TestScreens:
    @pytest.fixture
    def boss(self, a, signed_in):
        return signed_in(a, make_member(a, "site_admin"))

    @pytest.fixture
    def editor(self, a, signed_in):
        return signed_in(a, make_member(a, "editor"))

    def test_roles_see_what_is_theirs(self, sites, boss, editor, signed_in):
        auditor = signed_in(sites.a, make_member(sites.a, "auditor"))
        for path, expected in (
            ("/admin/digest/", (200, 200, 404)),
            ("/admin/digest/subscribers/", (200, 404, 404)),
        ):
            assert tuple(client.get(path).status_code for client in (boss, editor, auditor)) == expected
        assert editor.post("/admin/digest/subscribers/export/").status_code == 404

    def test_addresses_are_masked_on_screens_and_in_the_file(self, a, boss):
        make_reader(a, ADDRESS)
        make_reader(a, "13912345678")
        screen = boss.get("/admin/digest/subscribers/").content.decode()
        file = boss.post("/admin/digest/subscribers/export/").content.decode()
        for text in (screen, file):
            assert "so***@example.invalid" in text
            assert "139****5678" in text
            assert ADDRESS not in text
            assert "13912345678" not in text
        assert LedgerEntry.objects.get(action="digest.exported").detail == {"readers": 2}

    def test_reader_who_calls_is_found_by_the_whole_address(self, a, boss):
        make_reader(a, ADDRESS)
        found = boss.post(
            "/admin/digest/subscribers/", {"channel": "email", "address": ADDRESS.upper()}
        ).content.decode()
        assert "找到一条订阅" in found
        assert ADDRESS not in found.lower()
        other = boss.post("/admin/digest/subscribers/", {"channel": "email", "address": "x@example.invalid"})
        assert "没有这个地址的订阅" in other.content.decode()

    def test_subscription_is_ended_for_its_reader_and_the_ledger_names_nobody(self, a, boss):
        row = make_reader(a, ADDRESS)
        boss.post(f"/admin/digest/subscribers/{row.pk}/end/")
        with enter_site(a):
            row = Subscription.objects.get()
        assert (row.state, row.address) == ("ended", "")
        entry = LedgerEntry.objects.get(action="digest.subscription_ended")
        assert "some" not in f"{entry.object_name}{entry.detail}"

    def test_figures_count_audiences_and_channels(self, a, boss):
        make_reader(a, ADDRESS, "farmers")
        make_reader(a, "13912345678", "farmers")
        rows = soup(boss.get("/admin/digest/")).select("table tbody tr")
        found = {row.th.get_text(strip=True): [cell.get_text(strip=True) for cell in row.select("td")] for row in rows}
        assert found["农民"] == ["1", "1", "2"]
        assert found["合计"] == ["1", "1", "2"]

    def test_unknown_deliveries_are_listed_and_decided(self, a, boss, editor, mails):
        make_reader(a, ADDRESS)
        mails.set_faults(drop_after=1)
        publish_issue(a)
        with enter_site(a):
            run_turns("email")
            row = DigestDelivery.objects.get()
        path = f"/admin/digest/sendings/{row.sending_id}/"
        assert "so***@example.invalid" in boss.get(path).content.decode()
        assert editor.post(path, {"delivery": row.pk, "decision": "confirm"}).status_code == 404
        boss.post(path, {"delivery": row.pk, "decision": "confirm"})
        with enter_site(a):
            assert DigestDelivery.objects.get().state == "sent"
        assert LedgerEntry.objects.filter(action="digest.decided").count() == 1

    def test_editor_measures_previews_and_tries_an_issue(self, a, editor):
        issue = publish_issue(a)
        length = editor.get(f"/admin/digest/issues/{issue.pk}/length/").content.decode()
        assert "每人计" in length
        with enter_site(a):
            sms = measure_issue(issue).sms_text
        assert sms.replace("&", "&amp;") in length
        for mode, words in (("phone", "条短信"), ("mail", "退订"), ("", "您好")):
            answer = editor.get(f"/admin/pages/{issue.pk}/view_draft/?mode={mode}")
            assert words in answer.content.decode(), mode
        assert editor.post(f"/admin/digest/issues/{issue.pk}/test/").status_code == 302
        assert run_jobs("send_test") == 1

    def test_editor_shows_the_length_in_the_form(self, a, editor):
        issue = publish_issue(a)
        form = editor.get(f"/admin/pages/{issue.pk}/edit/")
        assert form.status_code == 200
        assert soup(form).select_one("[data-digest-length]")
        with enter_site(a):
            parent = DigestPage.objects.get().pk
        assert editor.get(f"/admin/pages/add/legal_digest/digestissuepage/{parent}/").status_code == 200
        with enter_site(a):
            column = get_column("pufa").pk
        assert editor.get(f"/admin/pages/add/legal_digest/digestpage/{column}/").status_code in {200, 302}

    def test_sendings_of_another_site_do_not_exist(self, sites, signed_in):
        issue = publish_issue(sites.a)
        other = signed_in(sites.b, make_member(sites.b, "site_admin"))
        with enter_site(sites.a):
            sending = Sending.objects.get()
        assert other.get(f"/admin/digest/sendings/{sending.pk}/").status_code == 404
        assert other.get(f"/admin/digest/issues/{issue.pk}/length/").status_code == 404
