"""What search engines are told of a post, as schema.org has it."""

from typing import Any

from site_core.meta import find_picture_url
from site_core.privacy import is_public
from site_core.structured_data import describe_article


def describe_post(page: Any) -> dict[str, Any]:
    """A SocialMediaPosting, with its pictures and what it points to."""
    described = {
        **describe_article(page),
        "@type": "SocialMediaPosting",
        "articleBody": page.text,
        "keywords": page.topic_word,
        "image": [url for row in page.pictures.all() if (url := find_picture_url(row.image))],
    }
    if is_public(page.link_page):
        described["sharedContent"] = {"@type": "WebPage", "name": page.link_page.title, "url": page.link_page.full_url}
    return {name: value for name, value in described.items() if value}
