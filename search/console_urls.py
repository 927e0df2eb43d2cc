"""Addresses of the centre's screens on search, below `/admin/console/`."""

from collections.abc import Iterator

from django.urls import URLPattern, path

from search import console_views as views


def _list_urls(words: views.WordList) -> Iterator[URLPattern]:
    route = f"search-{words.key.replace('_', '-')}/"
    yield path(route, views.ListScreen.as_view(words=words), name=words.name_url())
    yield path(
        f"{route}results/", views.ListScreen.as_view(words=words, results_only=True), name=words.name_url("_results")
    )
    yield path(f"{route}new/", views.NewScreen.as_view(words=words), name=words.name_url("_new"))
    yield path(f"{route}<int:number>/", views.EditScreen.as_view(words=words), name=words.name_url("_edit"))
    yield path(f"{route}<int:number>/switch/", views.SwitchScreen.as_view(words=words), name=words.name_url("_switch"))
    yield path(f"{route}<int:number>/delete/", views.DeleteScreen.as_view(words=words), name=words.name_url("_delete"))


urlpatterns = [
    path("search-overview/", views.OverviewScreen.as_view(), name=views.OVERVIEW),
    path("search-synonyms/import/", views.ImportScreen.as_view(), name=views.IMPORT),
    *(pattern for words in views.LISTS for pattern in _list_urls(words)),
    path("search-hot/", views.HotScreen.as_view(), name=views.HOT),
    path("search-hot/results/", views.HotScreen.as_view(results_only=True), name=f"{views.HOT}_results"),
    path("search-hot/propose/", views.ProposeScreen.as_view(), name=f"{views.HOT}_propose"),
    path("search-hot/<int:number>/", views.ReviewScreen.as_view(), name=f"{views.HOT}_review"),
    path("search-explain/", views.ExplainScreen.as_view(), name=views.EXPLAIN),
]
