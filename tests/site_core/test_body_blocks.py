"""The body of an article as readers get it: law texts whose anchors are one of a kind on the page."""

import re
from types import SimpleNamespace

import pytest

from site_core.actions import ArticleDraft, publish_article
from site_core.blocks import BodyBlock
from site_core.selectors import get_column
from tenants.current import enter_site

LAW = "第一章 总则\n第一条 甲。\n第二条 乙。\n## 附则\n第三条 丙。"
TABLE = "<table><tr><td>一</td></tr></table>"


@pytest.fixture
def body():
    block = BodyBlock()
    return block.to_python([{"type": kind, "value": value} for kind, value in _stream()])


def _stream():
    return [("law", LAW), ("table", TABLE), ("law", LAW)]


def ids(html):
    return re.findall(r'id="((?:tiao|zhang|bt|bian|jie)-[^"]+)"', html)


FIRST = ["zhang-1", "tiao-1", "tiao-2", "bt-1", "tiao-3"]
SECOND = ["zhang-1--2", "tiao-1--2", "tiao-2--2", "bt-2", "tiao-3--2"]


def test_anchors_are_unique_over_all_law_texts_of_a_body(body):
    assert ids(body.render_as_block({})) == FIRST + SECOND


def test_labels_lead_to_the_anchor_of_their_own_text(body):
    links = re.findall(r'href="#([^"]+)"', body.render_as_block({}))
    assert links == [anchor for anchor in FIRST + SECOND if anchor.startswith("tiao")]


def test_anchors_are_the_same_when_the_body_is_rendered_again(in_kongtong, body):
    context = {"page": SimpleNamespace(title="")}
    assert body.render_as_block(context) == body.render_as_block(context)
    assert context.keys() == {"page"}


def test_law_text_alone_has_plain_anchors(body):
    assert ids(body[2].render({})) == FIRST


def test_article_page_has_each_anchor_once(two_sites, client_of):
    with enter_site(two_sites.a):
        page = publish_article(get_column("tzgg"), ArticleDraft("两部法规", _stream()))
        path = page.get_url_parts()[2]
    html = client_of(two_sites.a).get(path).content.decode()
    assert ids(html) == FIRST + SECOND
    every = re.findall(r'\bid="([^"]+)"', html)
    assert len(every) == len(set(every))
