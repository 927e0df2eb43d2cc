"""Addresses of programmes; included before those of pages."""

from django.urls import re_path

from legal_education.podcasts import serve_podcast

urlpatterns = [
    re_path(r"^(?P<path>(?:[\w-]+/)+)podcast\.xml$", serve_podcast, name="legal_education_podcast"),
]
