"""RSS 2.0 with what podcast clients want on top: the rules are Apple's, which all clients follow."""

from typing import Any

from django.utils.feedgenerator import Rss201rev2Feed

ITUNES = "http://www.itunes.com/dtds/podcast-1.0.dtd"
MEDIA_TYPE = "application/rss+xml; charset=utf-8"


class PodcastFeed(Rss201rev2Feed):
    """Django's feed with the tags of iTunes. Takes `author`, `image`, `category`, `owner`, `owner_mail` beside Django's own."""

    content_type = MEDIA_TYPE

    def root_attributes(self) -> dict[str, str]:
        """With the namespace."""
        return {**super().root_attributes(), "xmlns:itunes": ITUNES}

    def add_root_elements(self, handler: Any) -> None:
        """The programme."""
        super().add_root_elements(handler)
        feed = self.feed
        for name in ("author", "summary", "type"):
            _add(handler, name, feed[name])
        handler.addQuickElement("itunes:image", None, {"href": feed["image"]})
        handler.addQuickElement("itunes:category", None, {"text": feed["category"]})
        _add(handler, "explicit", "false")
        handler.startElement("itunes:owner", {})
        _add(handler, "name", feed["owner"])
        _add(handler, "email", feed["owner_mail"])
        handler.endElement("itunes:owner")
        # Podcast clients that know RSS alone, without Apple's tags.
        handler.startElement("image", {})
        for name, value in (("url", feed["image"]), ("title", feed["title"]), ("link", feed["link"])):
            handler.addQuickElement(name, value)
        handler.endElement("image")

    def add_item_elements(self, handler: Any, item: Any) -> None:
        """An episode."""
        super().add_item_elements(handler, item)
        _add(handler, "title", item["title"])
        _add(handler, "summary", item["description"])
        _add(handler, "author", item["author"])
        _add(handler, "duration", item["duration"])
        _add(handler, "episode", item["number"])
        _add(handler, "episodeType", "full")
        _add(handler, "explicit", "false")


def _add(handler: Any, name: str, value: Any) -> None:
    if value not in (None, ""):
        handler.addQuickElement(f"itunes:{name}", str(value))
