"""The section of home pages that shows the latest of the site's stream."""

from typing import Any

from wagtail import blocks

from site_core.blocks.sections import SectionBlock


class MicroblogSection(SectionBlock):
    """The latest posts, pinned ones first; nothing while there is none."""

    title = blocks.CharBlock(label="标题", max_length=30, default="微博")
    count = blocks.IntegerBlock(label="条数", default=3, min_value=1, max_value=6)
    layout = blocks.ChoiceBlock(label="样式", choices=[("cards", "图文卡片"), ("lines", "文字列表")], default="cards")

    class Meta:
        icon = "comment"
        label = "微博"
        template = "microblog/sections/microblog.html"

    def get_facts(self, value: Any) -> dict[str, Any]:
        """`stream`, and `posts` of it."""
        from microblog.stream_selectors import find_stream, list_for_home

        stream, is_illustrated = find_stream(), value["layout"] == "cards"
        posts = list_for_home(stream, value["count"], illustrated=is_illustrated) if stream else []
        return {"stream": stream, "posts": posts}
