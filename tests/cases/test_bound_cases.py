"""Cases beside the articles of laws, across sites, and what becomes of them in the same transaction."""

import re

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from wagtail.models import PageViewRestriction

from legal_education.cases.provisioning_steps import bind_cases
from legal_education.cluster.models import CaseLink
from search.models import Abbreviation
from site_core.locks import rollout
from site_core.models import ArticlePage, ColumnPage
from site_core.selectors import get_column, get_home
from tenants.actions import change_details, change_state
from tenants.current import enter_site
from tenants.kinds import SiteState
from tests.cases.samples import LAW, add_duty, cite, fetch, make_case, make_law, path_in


def below(html: str, anchor: str) -> list[str]:
    """Titles of the cases that stand right below the article."""
    found = re.search(rf'id="{anchor}">.*?</div>\s*<aside class="law__cases".*?</aside>', html, re.DOTALL)
    aside = found[0] if found and found[0].count("law__article") == 0 else ""
    return re.findall(r'<li><a href="[^"]*">([^<]*)</a>', aside)


@pytest.fixture
def law(city):
    return make_law(city)


@pytest.fixture
def law_page(city, law, client_of):
    """`law_page()`: what readers see of the city's law now."""
    return lambda: fetch(client_of(city), path_in(city, law))


def test_a_case_of_another_site_stands_below_the_article_it_names(two_sites, law_page):
    make_case(two_sites.a, "区里的案例")
    html = law_page()
    assert below(html, "tiao-2") == ["区里的案例"]
    assert below(html, "tiao-1") == below(html, "tiao-2-1") == below(html, "tiao-3") == []
    link = CaseLink.objects.get()
    assert f'href="http://kongtong.sfj.localhost{link.url_path}"' in html
    assert f"<small>{two_sites.a.short_name}</small>" in html
    assert (link.article_number, link.article_sub, link.anchor) == (2, 0, "tiao-2")


def test_copies_of_a_law_show_the_same_cases(two_sites, law_page, client_of):
    copy = make_law(two_sites.b, f"{LAW}（2020修正）")
    make_case(two_sites.a, "区里的案例")
    html = fetch(client_of(two_sites.b), path_in(two_sites.b, copy))
    assert below(html, "tiao-2") == below(law_page(), "tiao-2") == ["区里的案例"]


def test_short_names_and_pages_of_the_same_site_are_resolved(two_sites, city, law, law_page):
    Abbreviation.objects.create(short="示保法", full=f"中华人民共和国{LAW}")
    make_case(two_sites.a, "用简称的案例", cite("《示保法》", "第二条之一"))
    make_case(city, "选了页面的案例", cite("名称写错了", "第三条第一款", law))
    html = law_page()
    assert below(html, "tiao-2-1") == ["用简称的案例"]
    assert below(html, "tiao-3") == ["选了页面的案例"]


def test_only_articles_of_the_column_of_cases_are_cases(two_sites, law_page):
    make_case(two_sites.a, "通知", column="tzgg")
    assert below(law_page(), "tiao-2") == []
    assert not CaseLink.objects.exists()


def test_a_few_then_more(two_sites, law_page, client_of, city):
    for number in range(5):
        make_case(two_sites.a, f"案例{number}")
    html = law_page()
    assert below(html, "tiao-2") == ["案例4", "案例3", "案例2"]
    more = re.search(r'href="(/pufa/cases/[^"#]+/)#tiao-2">更多案例（共5个）', html)
    page = fetch(client_of(city), more[1])
    assert all(f"案例{number}" in page for number in range(5))
    assert "办理不收费。" in page
    assert '<section class="case-group" id="tiao-2">' in page


def leave(case: ArticlePage) -> None:
    case.unpublish()


def delete(case: ArticlePage) -> None:
    case.delete()


def restrict(case: ArticlePage) -> None:
    PageViewRestriction.objects.create(page=case, restriction_type=PageViewRestriction.LOGIN)


def restrict_column(case: ArticlePage) -> None:
    with rollout():
        PageViewRestriction.objects.create(page=case.get_parent(), restriction_type=PageViewRestriction.LOGIN)


def move_away(case: ArticlePage) -> None:
    case.move(get_column("tzgg"), pos="last-child")


def unbind(case: ArticlePage) -> None:
    case.body = []
    case.save_revision().publish()


def delete_column(case: ArticlePage) -> None:
    with rollout():
        ColumnPage.objects.get(node_key="pufa_yasf").delete()


@pytest.mark.parametrize("change", [leave, delete, restrict, restrict_column, move_away, unbind, delete_column])
def test_what_is_no_case_any_more_goes_in_the_same_transaction(two_sites, law_page, change):
    case = make_case(two_sites.a, "区里的案例")
    with enter_site(two_sites.a), transaction.atomic():
        change(case)
        assert not CaseLink.objects.exists()
        transaction.set_rollback(True)
    assert CaseLink.objects.count() == 1
    with enter_site(two_sites.a), transaction.atomic():
        change(ArticlePage.objects.get(pk=case.pk))
    assert below(law_page(), "tiao-2") == []


def test_renamed_and_moved_cases_keep_up(two_sites, law_page):
    case = make_case(two_sites.a, "旧标题")
    with enter_site(two_sites.a), transaction.atomic():
        case.title, case.slug = "新标题", "xin"
        case.save_revision().publish()
        column = ColumnPage.objects.get(node_key="pufa_yasf")
        with rollout():
            column.move(get_home(), pos="last-child")
    html = law_page()
    assert below(html, "tiao-2") == ["新标题"]
    assert path_in(two_sites.a, case) == "/yasf/xin/"
    assert 'href="http://kongtong.sfj.localhost/yasf/xin/"' in html


def test_opened_again_and_moved_back(two_sites, law_page):
    case = make_case(two_sites.a, "区里的案例")
    with enter_site(two_sites.a), transaction.atomic():
        restriction = PageViewRestriction.objects.create(page=case, restriction_type=PageViewRestriction.LOGIN)
    assert below(law_page(), "tiao-2") == []
    with enter_site(two_sites.a), transaction.atomic():
        restriction.delete()
    assert below(law_page(), "tiao-2") == ["区里的案例"]


def test_a_law_that_is_renamed_takes_along_cases_that_name_its_page(city, two_sites, law, law_page):
    make_case(city, "选了页面", cite("随便", "第二条", law))
    make_case(two_sites.a, "写了名称")
    with enter_site(city), transaction.atomic():
        page = ArticlePage.objects.get(pk=law.pk)
        page.title = "示例促进法"
        page.save_revision().publish()
    assert below(law_page(), "tiao-2") == ["选了页面"]


def test_cases_of_sites_that_are_not_live_stay_at_home(two_sites, law_page, client_of):
    own = make_law(two_sites.a)
    make_case(two_sites.a, "试运行的案例")
    change_state(two_sites.a, SiteState.SUSPENDED, notice="维护")
    assert below(law_page(), "tiao-2") == []
    change_state(two_sites.a, SiteState.TRIAL)
    assert below(law_page(), "tiao-2") == []
    assert below(fetch(client_of(two_sites.a), path_in(two_sites.a, own)), "tiao-2") == ["试运行的案例"]
    change_state(two_sites.a, SiteState.LIVE)
    assert below(law_page(), "tiao-2") == ["试运行的案例"]
    change_details(two_sites.a, {"short_name": "改名局"})
    assert "<small>改名局</small>" in law_page()
    change_state(two_sites.a, SiteState.ARCHIVED)
    assert below(law_page(), "tiao-2") == []


def test_queries_do_not_grow_with_articles_and_cases(two_sites, city, client_of):
    many = make_law(city, text="\n".join(f"第{number}条　内容。" for number in range(1, 121)))
    few = make_law(city, "另一部法")
    make_case(two_sites.a, "一个", cite(few.title, "第二条"))
    for number in range(1, 30):
        make_case((two_sites.a, two_sites.b)[number % 2], f"案例{number}", cite(article=f"第{number}条"))
    counts = []
    for page in (few, many):
        client, path = client_of(city), path_in(city, page)
        fetch(client, path)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            html = fetch(client, path)
        counts.append(len(queries))
    assert "案例29" in html
    assert counts[0] == counts[1]


def test_the_list_of_all_laws_is_the_city_s(two_sites, city, law, client_of):
    make_case(two_sites.a, "区里的案例", cite(), cite(article="第三条"))
    make_case(two_sites.b, "县里的案例")
    everything = fetch(client_of(city), "/pufa/cases/")
    assert "2个案例" in everything
    assert "第三条" in everything
    assert "1个案例" in fetch(client_of(two_sites.a), "/pufa/cases/")
    change_state(two_sites.a, SiteState.SUSPENDED, notice="维护")
    assert "1个案例" in fetch(client_of(city), "/pufa/cases/")
    assert client_of(city).get("/pufa/cases/没有的法/").status_code == 404


def test_cases_from_before_are_bound_once(two_sites, law_page):
    make_case(two_sites.a, "早先的案例")
    CaseLink.objects.all().delete()
    with enter_site(two_sites.a), transaction.atomic():
        bind_cases(two_sites.a)
        bind_cases(two_sites.a)
    assert below(law_page(), "tiao-2") == ["早先的案例"]


def test_the_place_of_legal_education_leads_to_cases_and_duties(two_sites, law, client_of):
    assert "hub-cases" not in fetch(client_of(two_sites.a), "/pufa/")
    make_case(two_sites.a, "区里的案例")
    with enter_site(two_sites.a), transaction.atomic():
        add_duty("公安局")
    html = fetch(client_of(two_sites.a), "/pufa/")
    assert 'href="/pufa/cases/"' in html
    assert 'href="/pufa/duties/"' in html
