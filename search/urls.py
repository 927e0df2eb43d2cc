"""Addresses of search, on every site."""

from django.urls import path

from search import api_views, views

urlpatterns = [
    path("search/", views.show_results, name="search"),
    path("search/suggest/", views.show_suggestions, name="search_suggest"),
    path("search/click/", views.note_click, name="search_click"),
    path("api/search/", api_views.show_search, name="api_search"),
    path("api/schema/", api_views.show_schema, name="api_schema"),
]
