"""What is not for everybody is in nothing that search says: hits, counts, filters, suggestions, corrections, cards, lists."""

import json
import re
from urllib.parse import quote

import pytest
from django.core.files.base import ContentFile
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from wagtail.models import Collection, CollectionViewRestriction, Page, PageViewRestriction

from search import presenting
from search.analysis.understanding import read_text
from search.answers import Question
from search.catalogue_words import refresh
from search.models import AttachmentText, CatalogueEntry, CatalogueWord, HotQuery, IndexWork
from search.selectors import list_news_of_sites
from search.suggestions import suggest
from search.tasks import read_attachments
from site_core.locks import rollout
from site_core.models import ArticlePage, PageAttachment, SiteDocument
from site_core.selectors import get_column
from tenants.actions import add_host, change_state, make_host_primary
from tenants.current import enter_site
from tenants.models import Organisation
from tests.factories import make_article
from tests.search.conftest import ask, titles
from tests.site_core.page_samples import make_column, make_guide

SECRET = "独角兽饲养"
"""Words that stand in the secret page alone."""


def restrict(site, page):
    with enter_site(site), transaction.atomic():
        PageViewRestriction.objects.create(page=page, restriction_type=PageViewRestriction.LOGIN)


def withdraw(site, page):
    with enter_site(site), transaction.atomic():
        type(page).objects.get(pk=page.pk).unpublish()


def delete(site, page):
    with enter_site(site), transaction.atomic():
        type(page).objects.get(pk=page.pk).delete()


def restrict_column(site, page):
    """By whatever means: the blueprint keeps these columns public, and leaves others to the site."""
    with enter_site(site), transaction.atomic(), rollout():
        restrict(site, _column_of(site, page))


def _column_of(site, page):
    with enter_site(site):
        return Page.objects.get(pk=page.pk).get_parent()


def suspend(site, page=None):
    change_state(site, "suspended", notice="网站升级，暂停服务。")


def put_on_trial(site, page=None):
    # No action leads back to it: a site is on trial before it is live.
    Organisation.objects.filter(pk=site.pk).update(state="trial")


WAYS = {
    "restricted": restrict, "column restricted": restrict_column, "withdrawn": withdraw, "deleted": delete, "suspended": suspend,
    "on trial": put_on_trial,
}  # fmt: skip
OF_A_PAGE = {name: way for name, way in WAYS.items() if name not in ("suspended", "on trial")}


@pytest.fixture(params=WAYS)
def hide(request):
    """`hide(site, page)`: the page is no more for readers of another site."""
    return WAYS[request.param]


def tell_everything(site, client_of, *words):
    """All that a reader of the site is told about the words, as one text; without the words themselves."""
    client = client_of(site)
    paths = ("/search/?scope=all&q=", "/api/search/?scope=all&q=", "/search/suggest/?scope=all&q=")
    told = [client.get(path + quote(word)).content.decode().replace(word, "") for word in words for path in paths]
    return re.sub("</?mark>", "", "\n".join(told))


# --- Hits, counts, filters ---------------------------------------------------------------------------------------------


def test_hidden_page_is_in_no_answer_of_another_site(engine, two_sites, hide, client_of):
    page = make_article(two_sites.a, "独角兽饲养指南", keywords="独角兽", source="独角兽协会", text="独角兽饲养。")
    make_article(two_sites.b, "山羊饲养指南")
    engine.bring_up_to_date(words=True)
    assert "独角兽饲养指南" in titles(ask(two_sites.b, "饲养", scope="all"))

    hide(two_sites.a, page)  # and the index is not told of it yet

    for sort in ("relevance", "date"):
        assert titles(ask(two_sites.b, "饲养", scope="all", sort=sort)) == ["山羊饲养指南"]
        assert titles(ask(two_sites.b, SECRET, scope="all", sort=sort)) in ([], ["山羊饲养指南"])
    told = tell_everything(two_sites.b, client_of, "饲养")
    assert "独角兽" not in told


def test_counts_and_filters_know_nothing_of_hidden_pages(engine, two_sites, hide, client_of):
    page = make_article(two_sites.a, "独角兽饲养指南")
    make_article(two_sites.b, "山羊饲养指南")
    engine.bring_up_to_date()
    hide(two_sites.a, page)
    engine.bring_up_to_date()

    found = ask(two_sites.b, "饲养", scope="all")

    assert found.total == 1
    assert dict(found.facets["site"]) == {"jingning": 1}
    assert all(sum(count for _, count in counts) <= 1 for counts in found.facets.values())
    answer = json.loads(client_of(two_sites.b).get("/api/search/?q=饲养&scope=all").content)
    assert answer["total"] == 1
    assert [hit["site"] for hit in answer["results"]] == ["jingning"]
    assert "kongtong" not in json.dumps(answer["facets"])


@pytest.mark.parametrize("way", ["suspended", "on trial"])
def test_counts_hold_at_once_when_a_site_changes_its_state(engine, two_sites, way):
    make_article(two_sites.a, "独角兽饲养指南")
    make_article(two_sites.b, "山羊饲养指南")
    engine.bring_up_to_date()

    WAYS[way](two_sites.a)

    found = ask(two_sites.b, "饲养", scope="all")
    assert (found.total, titles(found)) == (1, ["山羊饲养指南"])
    assert dict(found.facets["site"]) == {"jingning": 1}
    assert ask(two_sites.b, "饲养", scope="all", facets={"site": "kongtong"}).total == 0


@pytest.mark.parametrize("way", OF_A_PAGE)
def test_counts_of_a_stale_index_are_those_of_what_it_shows(engine, two_sites, way):
    """The server was down while pages were hidden: nothing may be inferred from a count that nobody can see."""
    pages = [make_article(two_sites.a, f"独角兽饲养{number}") for number in range(3)]
    engine.bring_up_to_date()
    for page in pages:
        OF_A_PAGE[way](two_sites.a, page)

    found = ask(two_sites.b, SECRET, scope="all")

    assert found.hits == []
    assert found.total == 0
    assert not any(found.facets.values())


def test_a_scope_that_may_not_be_searched_is_none(engine, two_sites, client_of):
    make_article(two_sites.a, "独角兽饲养指南")
    engine.bring_up_to_date()
    put_on_trial(two_sites.a)

    page = client_of(two_sites.b).get("/search/?q=独角兽&scope=kongtong")

    assert page.status_code == 200
    assert "没有这个范围的网站" in page.content.decode()
    assert "饲养指南" not in page.content.decode()
    assert titles(ask(two_sites.b, "独角兽", scope="kongtong")) == []


def test_site_on_trial_finds_itself_and_the_others(engine, two_sites):
    make_article(two_sites.a, "独角兽饲养指南")
    make_article(two_sites.b, "山羊饲养指南")
    put_on_trial(two_sites.a)
    engine.bring_up_to_date()

    assert set(titles(ask(two_sites.a, "饲养", scope="all"))) == {"独角兽饲养指南", "山羊饲养指南"}
    assert titles(ask(two_sites.a, "饲养")) == ["独角兽饲养指南"]


def test_what_was_hidden_comes_back(engine, two_sites):
    page = make_article(two_sites.a, "独角兽饲养指南")
    suspend(two_sites.a)
    change_state(two_sites.a, "live")
    restrict(two_sites.a, page)
    engine.bring_up_to_date()
    assert titles(ask(two_sites.b, SECRET, scope="all")) == []
    with enter_site(two_sites.a), transaction.atomic():
        PageViewRestriction.objects.get().delete()
    engine.bring_up_to_date()

    assert titles(ask(two_sites.b, SECRET, scope="all")) == ["独角兽饲养指南"]


def test_a_draft_and_an_unpublished_change_are_never_found(engine, two_sites):
    page = make_article(two_sites.a, "山羊饲养指南")
    with enter_site(two_sites.a), transaction.atomic():
        draft = ArticlePage.objects.get(pk=page.pk)
        draft.title = "独角兽饲养指南"
        draft.save_revision()
        column = get_column("tzgg")
        column.add_child(instance=ArticlePage(title="独角兽草稿", live=False))
    engine.bring_up_to_date()

    assert ask(two_sites.a, "独角兽").total == 0
    assert titles(ask(two_sites.a, "饲养")) == ["山羊饲养指南"]


def test_row_that_left_the_catalogue_is_shown_by_no_index(engine, two_sites):
    page = make_article(two_sites.a, "独角兽饲养指南")
    make_article(two_sites.a, "独角兽饲养指南续")
    engine.bring_up_to_date()
    CatalogueEntry.objects.filter(page_id=page.pk).delete()
    IndexWork.objects.all().delete()

    for sort in ("relevance", "date"):
        assert titles(ask(two_sites.a, "独角兽", sort=sort)) == ["独角兽饲养指南续"]


def test_new_host_stands_in_the_hits_at_once(engine, two_sites):
    make_article(two_sites.a, "独角兽饲养指南")
    engine.bring_up_to_date()

    add_host(two_sites.a, "xin.sfj.localhost")
    make_host_primary(two_sites.a, "xin.sfj.localhost")

    (hit,) = ask(two_sites.b, "独角兽", scope="all").hits
    assert hit.url.startswith("http://xin.sfj.localhost/")


def test_another_site_s_pages_are_not_in_the_scope_of_this_one(engine, two_sites, client_of):
    make_article(two_sites.a, "独角兽饲养指南")
    engine.bring_up_to_date()

    answer = json.loads(client_of(two_sites.b).get("/api/search/?q=独角兽").content)

    assert (answer["total"], answer["results"]) == (0, [])


# --- Suggestions, corrections, other words -----------------------------------------------------------------------------


def test_suggestions_name_no_hidden_title(two_sites, hide):
    page = make_article(two_sites.a, "独角兽饲养指南")
    typed = ["独角兽", "独角兽饲", "dujiaoshou", "djs", "djssyzn"]
    with enter_site(two_sites.b):
        assert all("独角兽饲养指南" in [each.text for each in suggest(word, "all")] for word in typed)

    hide(two_sites.a, page)

    with enter_site(two_sites.b):
        assert [suggest(word, "all") for word in typed] == [[]] * len(typed)


def test_suggestions_offer_only_agreed_searches(two_sites):
    HotQuery.objects.all().delete()
    HotQuery.objects.create(query="独角兽在哪", is_approved=False)
    with enter_site(two_sites.b):
        assert suggest("独角兽", "all") == []
        HotQuery.objects.update(is_approved=True)
        assert [each.text for each in suggest("独角兽", "all")] == ["独角兽在哪"]


def test_what_was_searched_along_names_no_hidden_title(two_sites, hide, client_of):
    """The words of the catalogue are of last night; the page was hidden since."""
    page = make_article(two_sites.a, SECRET)
    make_article(two_sites.b, "山羊饲养指南")
    refresh()
    assert tell_everything(two_sites.b, client_of, "dujiaoshousiyang", "djssy").count("独角兽") >= 2

    hide(two_sites.a, page)

    assert "独角兽" not in tell_everything(two_sites.b, client_of, "dujiaoshousiyang", "djssy")


def test_corrections_name_no_hidden_title(two_sites, hide, client_of):
    page = make_article(two_sites.a, SECRET)
    make_article(two_sites.b, "山羊饲养")
    make_article(two_sites.b, "绵羊饲养")
    refresh()
    assert tell_everything(two_sites.b, client_of, "独脚兽饲养", "独角兽饲羊").count("独角兽饲养") >= 2

    hide(two_sites.a, page)

    assert "独角兽饲养" not in tell_everything(two_sites.b, client_of, "独脚兽饲养", "独角兽饲羊")


def test_words_are_counted_from_public_pages_alone(two_sites, hide):
    pages = [make_article(two_sites.a, f"独角兽饲养之{number}", column="gzdt") for number in range(3)]
    for page in pages if hide not in (restrict_column, suspend) else pages[:1]:
        hide(two_sites.a, page)
    refresh()

    assert not CatalogueWord.objects.filter(word__contains="独角兽").exists()


# --- Cards and lists ---------------------------------------------------------------------------------------------------


def cards_on(site, text):
    with enter_site(site):
        return [card.title for card in presenting.answer(Question(text=read_text(text), scope="all")).cards]


def test_cards_show_no_hidden_guide(two_sites, hide):
    with enter_site(two_sites.a):
        guide = make_guide(make_column("zhinan2", "guides", "办事指南"), "法律援助申请")
    assert cards_on(two_sites.b, "打官司没钱") == ["法律援助申请"]

    hide(two_sites.a, guide)

    assert cards_on(two_sites.b, "打官司没钱") == []


def news_on(site):
    with enter_site(site):
        return [each.entry.title for each in list_news_of_sites(20)]


def test_news_of_sites_show_nothing_hidden(two_sites, city, hide):
    page = make_article(two_sites.a, "独角兽出生", column="gzdt")
    make_article(two_sites.b, "山羊出生", column="gzdt")
    make_article(two_sites.b, "不是动态", column="tzgg")
    assert news_on(city) == ["山羊出生", "独角兽出生"]

    hide(two_sites.a, page)

    assert news_on(city) == ["山羊出生"]


def test_news_of_sites_are_newest_first_and_at_most_two_of_one(two_sites, city):
    for number in range(4):
        make_article(two_sites.a, f"崆峒{number}", column="gzdt")
    make_article(two_sites.b, "静宁", column="gzdt")
    make_article(city, "市局", column="gzdt")

    assert news_on(city) == ["静宁", "崆峒3", "崆峒2"]


def test_news_of_sites_cost_the_same_however_many_sites_there_are(two_sites, city, django_assert_num_queries):
    make_article(two_sites.a, "崆峒", column="gzdt")
    with enter_site(city), CaptureQueriesContext(connection) as few:
        list_news_of_sites(20)
    for site in Organisation.objects.exclude(pk=city.pk):
        make_article(site, site.short_name, column="gzdt")

    with enter_site(city), django_assert_num_queries(len(few)):
        assert len(list_news_of_sites(20)) > 3


# --- Attachments -------------------------------------------------------------------------------------------------------


@pytest.fixture
def collection(two_sites):
    with enter_site(two_sites.a):
        return Collection.get_first_root_node().add_child(name="内部")


def make_text_file(collection=None):
    content = "独角兽饲养方法。".encode()
    document = SiteDocument(title="附件一", file=ContentFile(content, name="fujian.txt"), file_size=len(content))
    if collection:
        document.collection = collection
    document.save()
    return document


def attach(site, document):
    page = make_article(site, "年度公告")
    with enter_site(site), transaction.atomic():
        PageAttachment.objects.create(page=page, document=document, label="附件一")
        page = ArticlePage.objects.get(pk=page.pk)
        page.save_revision().publish()
        read_attachments(page_id=page.pk)
    return page


def close_collection(site, document, collection):
    with enter_site(site), transaction.atomic():
        CollectionViewRestriction.objects.create(collection=document.collection, restriction_type="login")


def move_into_closed(site, document, collection):
    with enter_site(site), transaction.atomic():
        CollectionViewRestriction.objects.create(collection=collection, restriction_type="login")
        document.collection = collection
        document.save()


def test_file_of_a_private_collection_is_never_read(engine, two_sites, collection):
    with enter_site(two_sites.a):
        CollectionViewRestriction.objects.create(collection=collection, restriction_type="login")
        document = make_text_file(collection)
    attach(two_sites.a, document)
    engine.bring_up_to_date()

    assert ask(two_sites.a, "独角兽").total == 0
    assert ask(two_sites.a, "附件一").total == 0
    assert not AttachmentText.objects.exists()


@pytest.mark.parametrize("change", [close_collection, move_into_closed])
def test_text_of_a_file_goes_at_once_when_the_file_does(engine, two_sites, collection, change):
    with enter_site(two_sites.a):
        document = make_text_file(Collection.get_first_root_node().add_child(name="公开"))
    attach(two_sites.a, document)
    engine.bring_up_to_date()
    assert titles(ask(two_sites.b, SECRET, scope="all")) == ["年度公告"]

    change(two_sites.a, document, collection)
    engine.bring_up_to_date()

    assert ask(two_sites.b, SECRET, scope="all").total == 0
