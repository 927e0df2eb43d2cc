"""Addresses of the stream's feeds and of pushes; the stream and its posts are pages."""

from django.urls import path

from microblog.feeds import StreamFeed, serve_json_feed
from microblog.incoming.views import receive_push

urlpatterns = [
    path("micro/feed.xml", StreamFeed(), name="microblog_feed"),
    path("micro/feed.json", serve_json_feed, name="microblog_json_feed"),
    path("micro/push/<uuid:uid>/", receive_push, name="microblog_push"),
]
