"""Sections of home pages: a headline, picture news, lists, services, disclosure, and the others of the look.

Each is a block with its own template in `sections/`; what it shows beyond its own fields is read by `get_facts`.
"""

from typing import Any

from wagtail import blocks
from wagtail.images.blocks import ImageBlock

from site_core import section_facts
from site_core.blocks.body import RICH_TEXT_FEATURES
from site_core.blocks.section_pages import SectionPageBlock

SERVICE_ICONS = [
    ("scale", "天平"),
    ("stamp", "印章"),
    ("lawyer", "律师"),
    ("mediate", "握手"),
    ("review", "复议"),
    ("certificate", "证书"),
    ("lens", "放大镜"),
    ("gavel", "法槌"),
    ("village", "村居"),
    ("form", "表格"),
]


def _column(label: str = "栏目", **options: Any) -> SectionPageBlock:
    return SectionPageBlock(label=label, page_type="site_core.ColumnPage", **options)


def _title(default: str, *, required: bool = True) -> blocks.CharBlock:
    return blocks.CharBlock(label="标题", max_length=30, default=default, required=required)


def _count(default: int, most: int = 20) -> blocks.IntegerBlock:
    return blocks.IntegerBlock(label="条数", default=default, min_value=1, max_value=most)


class SectionBlock(blocks.StructBlock):
    """A section: its fields, and what they stand for in today's content."""

    def get_facts(self, value: Any) -> dict[str, Any]:
        """What the template shows beside the fields; read anew for each rendering."""
        return {}

    def get_context(self, value: Any, parent_context: dict[str, Any] | None = None) -> dict[str, Any]:
        """Adds the facts."""
        return {**super().get_context(value, parent_context=parent_context), **self.get_facts(value)}


class LinkBlock(blocks.StructBlock):
    """A link to a page of this site, or to elsewhere."""

    title = blocks.CharBlock(label="文字", max_length=40)
    page = SectionPageBlock(label="本站页面", required=False)
    url = blocks.CharBlock(label="其他网址", required=False, max_length=300)

    class Meta:
        icon = "link"
        label = "链接"


class HeadlineSection(SectionBlock):
    """One headline, as on a newspaper's first page, or beside its picture."""

    label = blocks.CharBlock(label="标签", max_length=8, default="头条")
    page = SectionPageBlock(label="页面", page_type="site_core.BasePage", required=False)
    column = _column("或取此栏目最新一条", required=False)
    with_picture = blocks.BooleanBlock(label="图文并列", required=False, default=False)
    links = blocks.ListBlock(LinkBlock(), label="相关链接", max_num=3, default=[])

    class Meta:
        icon = "title"
        label = "头条"
        template = "site_core/sections/headline.html"

    def get_facts(self, value: Any) -> dict[str, Any]:
        """`story`: the page, or None."""
        return {"story": section_facts.find_story(value["page"], value["column"], illustrated=value["with_picture"])}


class PictureNewsSection(SectionBlock):
    """Pictures that stand still, with a list beside them."""

    title = _title("图片新闻")
    column = _column("图片取自")
    count = _count(3, 6)
    beside = _column("旁边的栏目", required=False)
    beside_title = blocks.CharBlock(label="旁边的标题", max_length=30, required=False)
    beside_count = _count(10)

    class Meta:
        icon = "image"
        label = "图片新闻"
        template = "site_core/sections/picture_news.html"

    def get_facts(self, value: Any) -> dict[str, Any]:
        """`pictures`, and `lines` that are not among them."""
        pictures = section_facts.list_latest(value["column"], value["count"], illustrated=True)
        shown = {each.pk for each in pictures}
        latest = section_facts.list_latest(value["beside"], value["beside_count"] + len(pictures))
        return {
            "pictures": pictures,
            "lines": [each for each in latest if each.pk not in shown][: value["beside_count"]],
        }


class ColumnListsSection(SectionBlock):
    """Two or three columns side by side."""

    columns = blocks.ListBlock(_column(), label="栏目", min_num=1, max_num=3)
    count = _count(5)

    class Meta:
        icon = "list-ul"
        label = "栏目列表"
        template = "site_core/sections/column_lists.html"

    def get_facts(self, value: Any) -> dict[str, Any]:
        """`lists`: (column, its latest pages) of each."""
        return {"lists": section_facts.list_columns(value["columns"], value["count"])}


class NoticesSection(SectionBlock):
    """Notices with their labels, and a column beside them."""

    column = _column()
    count = _count(5)
    beside = _column("旁边的栏目", required=False)

    class Meta:
        icon = "bell"
        label = "通知公告"
        template = "site_core/sections/notices.html"

    def get_facts(self, value: Any) -> dict[str, Any]:
        """`lists`: (column, its latest pages), of one or two."""
        columns = [each for each in (value["column"], value["beside"]) if each]
        return {"lists": section_facts.list_columns(columns, value["count"])}


class ServiceBlock(blocks.StructBlock):
    """One service in the citizen's words."""

    icon = blocks.ChoiceBlock(label="图标", choices=SERVICE_ICONS, default="form")
    title = blocks.CharBlock(label="名称", max_length=12)
    text = blocks.CharBlock(label="一句话", max_length=60, required=False)
    fact = blocks.CharBlock(label="补充", max_length=60, required=False)
    page = SectionPageBlock(label="页面", required=False)
    links = blocks.ListBlock(LinkBlock(), label="链接", max_num=3, default=[])

    class Meta:
        icon = "form"
        label = "服务"


class MinorServiceBlock(blocks.StructBlock):
    """A service in the row below."""

    icon = blocks.ChoiceBlock(label="图标", choices=SERVICE_ICONS, default="form")
    title = blocks.CharBlock(label="名称", max_length=10)
    page = SectionPageBlock(label="页面", required=False)
    url = blocks.CharBlock(label="其他网址", required=False, max_length=300)

    class Meta:
        icon = "form"
        label = "小服务"


class ServiceGridSection(SectionBlock):
    """Services, hotline, and the look-up of people."""

    title = _title("办事服务")
    more = _column("更多", required=False)
    services = blocks.ListBlock(ServiceBlock(), label="服务", min_num=1, max_num=4)
    minor = blocks.ListBlock(MinorServiceBlock(), label="其他服务", max_num=6, default=[])
    hotline_text = blocks.CharBlock(
        label="热线说明", max_length=60, required=False, default="每天 24 小时有律师接听，咨询不收费。"
    )
    directory = _column("查机构、查人员的名录", required=False)

    class Meta:
        icon = "form"
        label = "办事服务"
        template = "site_core/sections/service_grid.html"


class DisclosureSection(SectionBlock):
    """Government information disclosure: its fixed columns, and the newest documents with their validity."""

    title = _title("政府信息公开")
    column = _column("信息公开栏目")
    documents = _column("文件取自", required=False)
    count = _count(4, 10)

    class Meta:
        icon = "doc-full"
        label = "信息公开"
        template = "site_core/sections/disclosure.html"

    def get_facts(self, value: Any) -> dict[str, Any]:
        """`columns` below the disclosure column, and `documents_found`."""
        return {
            "columns": section_facts.list_columns_below(value["column"]),
            "documents_found": section_facts.list_documents(value["documents"], value["count"]),
        }


class EducationFormBlock(blocks.StructBlock):
    """One of the five forms of legal education."""

    form = blocks.ChoiceBlock(
        label="形式",
        choices=[("radio", "广播"), ("tv", "电视"), ("paper", "报纸"), ("weibo", "微博"), ("mobile", "手机报")],
    )
    name = blocks.CharBlock(label="名称", max_length=12)
    slot = blocks.CharBlock(label="何处何时", max_length=60, required=False)
    latest = blocks.CharBlock(label="最新一期", max_length=60, required=False)
    action = blocks.CharBlock(label="链接文字", max_length=12, default="去看看")
    page = SectionPageBlock(label="页面", required=False)
    url = blocks.CharBlock(label="其他网址", required=False, max_length=300)

    class Meta:
        icon = "media"
        label = "普法形式"


class LegalEducationSection(SectionBlock):
    """The one dark band of a page: five forms of legal education."""

    title = _title("五位一体普法")
    forms = blocks.ListBlock(EducationFormBlock(), label="形式", min_num=1, max_num=5)

    class Meta:
        icon = "openquote"
        label = "普法"
        template = "site_core/sections/legal_education.html"


class TopicsSection(SectionBlock):
    """Topics with their pictures."""

    title = _title("专题专栏")
    more = _column("更多", required=False)
    count = _count(4, 8)

    class Meta:
        icon = "folder-open-inverse"
        label = "专题"
        template = "site_core/sections/topics.html"

    def get_facts(self, value: Any) -> dict[str, Any]:
        """`topics`."""
        return {"topics": section_facts.list_topics(value["count"])}


class LinksSection(SectionBlock):
    """Links to other bodies, by group."""

    groups = blocks.ListBlock(
        blocks.StructBlock(
            [
                ("label", blocks.CharBlock(label="组名", max_length=20)),
                ("links", blocks.ListBlock(LinkBlock(), label="链接", min_num=1)),
            ],
            label="组",
        ),
        label="组",
        min_num=1,
    )

    class Meta:
        icon = "link"
        label = "友情链接"
        template = "site_core/sections/links.html"


class StationsSection(SectionBlock):
    """The organisations below this one, with address and telephone."""

    title = _title("找到您身边的司法所")

    class Meta:
        icon = "home"
        label = "下属单位"
        template = "site_core/sections/stations.html"

    def get_facts(self, value: Any) -> dict[str, Any]:
        """`sites`: organisations with `url`."""
        return {"sites": section_facts.list_sites_below()}


class HeroSection(SectionBlock):
    """A sentence, a telephone, a way in: how an office introduces itself."""

    title = blocks.CharBlock(label="大标题", max_length=40)
    text = blocks.TextBlock(label="说明", max_length=200, required=False)
    telephone = blocks.CharBlock(label="电话", max_length=40, required=False)
    telephone_note = blocks.CharBlock(label="电话说明", max_length=40, required=False)
    notice = blocks.CharBlock(label="提示", max_length=120, required=False, help_text="如 本站不是政府网站……")
    image = ImageBlock(label="图片", required=False)
    links = blocks.ListBlock(LinkBlock(), label="按钮", max_num=2, default=[])

    class Meta:
        icon = "title"
        label = "引言"
        template = "site_core/sections/hero.html"


class PeopleSection(SectionBlock):
    """People of a directory."""

    title = _title("人员")
    column = _column("名录")
    count = _count(6, 12)

    class Meta:
        icon = "group"
        label = "人员"
        template = "site_core/sections/people.html"

    def get_facts(self, value: Any) -> dict[str, Any]:
        """`people`."""
        return {"people": section_facts.list_people(value["column"], value["count"])}


class GuidesSection(SectionBlock):
    """Service guides of a column."""

    title = _title("办事指南")
    column = _column()
    count = _count(6, 12)

    class Meta:
        icon = "form"
        label = "办事指南"
        template = "site_core/sections/guides.html"

    def get_facts(self, value: Any) -> dict[str, Any]:
        """`guides`."""
        return {"guides": section_facts.list_guides(value["column"], value["count"])}


class FactsSection(SectionBlock):
    """Facts in rows, fields of work in a grid, or fees with their prices."""

    title = _title("基本信息")
    style = blocks.ChoiceBlock(
        label="样式", choices=[("facts", "信息表"), ("areas", "业务领域"), ("fees", "收费")], default="facts"
    )
    rows = blocks.ListBlock(
        blocks.StructBlock(
            [
                ("label", blocks.CharBlock(label="名称", max_length=30)),
                ("text", blocks.TextBlock(label="内容", max_length=200)),
            ],
            label="一行",
        ),
        label="内容",
        min_num=1,
        max_num=12,
    )
    note = blocks.CharBlock(label="附注", max_length=120, required=False)

    class Meta:
        icon = "table"
        label = "信息、领域或收费"
        template = "site_core/sections/facts.html"


class FreeSection(SectionBlock):
    """What no other section says."""

    title = _title("", required=False)
    text = blocks.RichTextBlock(label="内容", features=RICH_TEXT_FEATURES)

    class Meta:
        icon = "pilcrow"
        label = "自由内容"
        template = "site_core/sections/free.html"


SECTIONS: dict[str, SectionBlock] = {
    "headline": HeadlineSection(),
    "hero": HeroSection(),
    "picture_news": PictureNewsSection(),
    "column_lists": ColumnListsSection(),
    "notices": NoticesSection(),
    "service_grid": ServiceGridSection(),
    "guides": GuidesSection(),
    "disclosure": DisclosureSection(),
    "legal_education": LegalEducationSection(),
    "stations": StationsSection(),
    "people": PeopleSection(),
    "facts": FactsSection(),
    "topics": TopicsSection(),
    "links": LinksSection(),
    "free": FreeSection(),
}
