"""Addresses of style sheets and artwork."""

from django.urls import path

from themes.views import serve_art, serve_style

_LOOK = "theme/<slug:digest>/<slug:theme>/<slug:palette>"

urlpatterns = [
    path(f"{_LOOK}/style.css", serve_style, name="themes_style"),
    path(f"{_LOOK}/art/<slug:piece>.svg", serve_art, name="themes_art"),
]
