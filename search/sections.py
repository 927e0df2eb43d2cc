"""Home-page sections that are made of what other sites published. They read the catalogue, never the sites."""

from typing import Any

from wagtail import blocks

from search.selectors import list_news_of_sites
from site_core.blocks.section_pages import SectionPageBlock
from site_core.blocks.sections import SectionBlock


class CrossSiteListSection(SectionBlock):
    """News of the other sites, each under its place: 区县动态 on the city's home page."""

    title = blocks.CharBlock(label="标题", max_length=30, default="县区动态")
    column = SectionPageBlock(label="“更多”所到的栏目", page_type="site_core.ColumnPage", required=False)
    count = blocks.IntegerBlock(label="条数", default=8, min_value=1, max_value=20)

    class Meta:
        icon = "site"
        label = "县区动态"
        template = "site_core/sections/cross_site_list.html"

    def get_facts(self, value: Any) -> dict[str, Any]:
        """`news`: entries with the site that they are of."""
        return {"news": list_news_of_sites(value["count"])}
