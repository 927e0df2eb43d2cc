"""What a case shows of the article it names, what is refused, and what the editor is offered."""

import pytest
from django.db import transaction
from wagtail.models import PageViewRestriction

from site_core.models import ArticlePage
from site_core.publication_checks import list_findings
from tenants.actions import change_state
from tenants.current import enter_site
from tenants.kinds import SiteState
from tests.cases.samples import LAW, cite, fetch, make_case, make_law, path_in
from tests.factories import make_member

CHOICES = "/admin/laws/choices/"


@pytest.fixture
def law(city):
    return make_law(city)


def test_a_case_quotes_the_article_and_leads_to_it(two_sites, city, law, client_of):
    case = make_case(two_sites.a)
    html = fetch(client_of(two_sites.a), path_in(two_sites.a, case))
    assert "办理不收费。" in html
    assert "不得拖延。" in html
    assert f'href="http://sfj.localhost{path_in(city, law)}#tiao-2"' in html


def test_the_editor_s_own_words_go_before_those_found(two_sites, law, client_of):
    case = make_case(two_sites.a, "案例", cite(text="当时的条文。"))
    html = fetch(client_of(two_sites.a), path_in(two_sites.a, case))
    assert "当时的条文。" in html
    assert "办理不收费。" not in html


def test_the_own_copy_goes_before_the_city_s(two_sites, city, law, client_of):
    own = make_law(two_sites.a, text="第二条　本站的文本。")
    html = fetch(client_of(two_sites.a), path_in(two_sites.a, make_case(two_sites.a)))
    assert "本站的文本。" in html
    assert f'href="{path_in(two_sites.a, own)}#tiao-2"' in html


def test_words_of_a_law_that_is_not_public_are_not_quoted(two_sites, city, law, client_of):
    case = make_case(two_sites.a)
    with enter_site(city), transaction.atomic():
        PageViewRestriction.objects.create(page=law, restriction_type=PageViewRestriction.LOGIN)
    assert "办理不收费。" not in fetch(client_of(two_sites.a), path_in(two_sites.a, case))


def test_words_of_a_law_on_a_site_that_is_not_live_are_not_quoted(two_sites, city, client_of):
    make_law(two_sites.b)
    case = make_case(two_sites.a)
    assert "办理不收费。" in fetch(client_of(two_sites.a), path_in(two_sites.a, case))
    change_state(two_sites.b, SiteState.SUSPENDED, notice="维护")
    assert "办理不收费。" not in fetch(client_of(two_sites.a), path_in(two_sites.a, case))


def findings_of(site, *citations):
    with enter_site(site):
        page = ArticlePage.objects.get(pk=make_case(site, "要检查的案例", *citations).pk)
        return [
            (each.is_must, each.text) for each in list_findings(page) if "法律依据" in each.where or "条文" in each.text
        ]


def test_articles_that_do_not_exist_are_refused_in_words(two_sites, law):
    (found,) = findings_of(two_sites.a, cite(article="第九百条"))
    assert found == (True, f"《{LAW}》没有“第九百条”。请按网站上的《{law.title}》核对条号。")
    assert findings_of(two_sites.a, cite(article="第二条之一")) == []


def test_unknown_laws_and_cases_without_an_article_are_only_told(two_sites, law):
    ((is_must, text),) = findings_of(two_sites.a, cite("没有的法"))
    assert not is_must
    assert "没有《没有的法》的全文" in text
    ((is_must, text),) = findings_of(two_sites.a, ("paragraph", "<p>没有依据。</p>"))
    assert not is_must
    assert "没有写明适用的法律条文" in text


def test_the_editor_is_offered_laws_and_articles(two_sites, law, signed_in):
    client = signed_in(two_sites.a, make_member(two_sites.a, "editor"))
    assert client.get(CHOICES, {"law": "保护"}).json()["laws"] == [law.title]
    found = client.get(CHOICES, {"law": LAW, "article": "2"}).json()
    assert [each["label"] for each in found["articles"]] == ["第二条", "第二条之一"]
    found = client.get(CHOICES, {"law": LAW, "article": "第二条"}).json()
    assert found["text"] == "办理不收费。\n不得拖延。"
    assert found["problem"] == ""
    assert "没有“第九条”" in client.get(CHOICES, {"law": LAW, "article": "第九条"}).json()["problem"]


def test_laws_of_trial_sites_are_offered_there_alone(two_sites, signed_in):
    make_law(two_sites.b, "试运行网站的法")
    clients = [signed_in(site, make_member(site, "editor")) for site in (two_sites.a, two_sites.b)]
    change_state(two_sites.b, SiteState.SUSPENDED, notice="维护")
    change_state(two_sites.b, SiteState.TRIAL)
    offered = [client.get(CHOICES, {"law": "试运行"}).json()["laws"] for client in clients]
    assert offered == [[], ["试运行网站的法"]]


def test_strangers_are_offered_nothing(two_sites, law, client_of, signed_in):
    assert client_of(two_sites.a).get(CHOICES, {"law": "保护"}).status_code == 302
    auditor = signed_in(two_sites.a, make_member(two_sites.a, "auditor"))
    assert auditor.get(CHOICES, {"law": "保护"}).status_code == 404
