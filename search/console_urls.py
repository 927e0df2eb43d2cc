"""Addresses of the centre's screens on search, below `/admin/console/`."""

from collections.abc import Iterator

from django.urls import URLPattern, path

from search import console_list_views as lists
from search import console_views as views
from search.console_word_lists import EXPLAIN, HOT, IMPORT, LISTS, OVERVIEW, WordList


def _list_urls(words: WordList) -> Iterator[URLPattern]:
    route = f"search-{words.key.replace('_', '-')}/"
    yield path(route, lists.ListScreen.as_view(words=words), name=words.name_url())
    yield path(
        f"{route}results/", lists.ListScreen.as_view(words=words, results_only=True), name=words.name_url("_results")
    )
    yield path(f"{route}new/", lists.NewScreen.as_view(words=words), name=words.name_url("_new"))
    yield path(f"{route}<int:number>/", lists.EditScreen.as_view(words=words), name=words.name_url("_edit"))
    yield path(f"{route}<int:number>/switch/", lists.SwitchScreen.as_view(words=words), name=words.name_url("_switch"))
    yield path(f"{route}<int:number>/delete/", lists.DeleteScreen.as_view(words=words), name=words.name_url("_delete"))


urlpatterns = [
    path("search-overview/", views.OverviewScreen.as_view(), name=OVERVIEW),
    path("search-synonyms/import/", lists.ImportScreen.as_view(), name=IMPORT),
    *(pattern for words in LISTS for pattern in _list_urls(words)),
    path("search-hot/", views.HotScreen.as_view(), name=HOT),
    path("search-hot/results/", views.HotScreen.as_view(results_only=True), name=f"{HOT}_results"),
    path("search-hot/propose/", views.ProposeScreen.as_view(), name=f"{HOT}_propose"),
    path("search-hot/<int:number>/", views.ReviewScreen.as_view(), name=f"{HOT}_review"),
    path("search-explain/", views.ExplainScreen.as_view(), name=EXPLAIN),
]
