"""What a post is as an article of WeChat's, and what is told before WeChat would refuse it."""

from dataclasses import replace

import pytest

from microblog.adapters.wechat import WeChatAdapter
from microblog.outcomes import (
    Refused,
    Sent,
)
from microblog.posts import Attachment
from tests.microblog.driver import Driver, make_picture, make_post

ADAPTER = WeChatAdapter()
DRAFTS = "draft/add"


@pytest.fixture
def driver(wechat):
    return Driver(ADAPTER, wechat)


def requests(driver, path):
    return len(driver.fake.log(path))


def test_article_is_what_the_post_says(driver):
    post = make_post(
        ADAPTER, "【普法】第一行 <b>&\n第二行\n\n第三行", attachments=[make_picture(), make_picture("b.png")]
    )
    driver.publish_surely(replace(post, title="普法"))
    found = driver.posts()[0]
    assert found["title"] == "普法"
    assert found["link"] == post.link
    assert found["text"] == "【普法】第一行 <b>&\n第二行\n第三行"
    assert found["html"].startswith("<p>【普法】第一行 &lt;b&gt;&amp;</p><p>第二行</p><p>第三行</p><p><img src=")
    assert found["pictures"] == 2


def test_characters_go_as_they_are(driver):
    driver.publish_surely(make_post(ADAPTER, "普法😀é"))
    body = driver.fake.log(DRAFTS)[0]["body"]
    assert "普法😀é" in body
    assert "\\u" not in body


def test_article_without_pictures_has_a_drawn_cover(driver):
    driver.publish_surely(make_post(ADAPTER))
    assert requests(driver, "uploadimg") == 0
    assert [each["files"][0]["type"] for each in driver.fake.log("add_material")] == ["image/png"]
    assert driver.posts()[0]["pictures"] == 0


@pytest.mark.parametrize(
    ("title", "text", "expected"),
    [
        ("普" * 32, "普" * 32, "普" * 32),
        ("普" * 39 + "…", "普" * 60, "普" * 31 + "…"),
        ("普" * 36, "普" * 36, "普" * 31 + "…"),
    ],
)
def test_title_made_of_the_text_is_cut(driver, title, text, expected):
    post = replace(make_post(ADAPTER, text), title=title)
    assert list(ADAPTER.validate(driver.account, post)) == []
    driver.publish_surely(post)
    assert driver.posts()[0]["title"] == expected


def test_title_that_an_editor_wrote_is_not_cut_and_told(driver):
    post = replace(make_post(ADAPTER, f"【{'普' * 33}】今天。"), title="普" * 33)
    problem = next(iter(ADAPTER.validate(driver.account, post)))
    assert problem.message == "标题 33 字，公众号最多 32 字。"
    assert isinstance(driver.publish(post), Refused)


@pytest.mark.parametrize(
    ("name", "kind", "content"),
    [("a.gif", "image/gif", b"GIF89a"), ("a.png", "image/png", b"\x89PNG\r\n\x1a\n" + b"0" * 1_000_000)],
)
def test_picture_of_the_wrong_kind_or_size_is_told_before_the_server_refuses_it(driver, name, kind, content):
    post = make_post(ADAPTER, attachments=[make_picture(name, kind, content)])
    assert [each.field for each in ADAPTER.validate(driver.account, post)] == ["pictures"]
    assert isinstance(driver.publish(post), Refused)


def test_picture_a_byte_smaller_is_taken(driver):
    content = b"\x89PNG\r\n\x1a\n".ljust(999_999, b"0")
    post = make_post(ADAPTER, attachments=[make_picture(content=content)])
    assert list(ADAPTER.validate(driver.account, post)) == []
    driver.publish_surely(post)


def test_video_stays_behind_and_the_editor_is_told(driver):
    post = make_post(ADAPTER, attachments=[Attachment("a.mp4", "video/mp4", 4, "", lambda: b"film")])
    assert [each.is_loss for each in ADAPTER.validate(driver.account, post)] == [True]
    driver.publish_surely(post)


def test_length_is_that_of_the_html(driver):
    length = ADAPTER.measure(driver.account, "一<\n二")
    assert (length.count, length.limit) == (len("<p>一&lt;</p><p>二</p>"), 19_999)


@pytest.mark.parametrize(("characters", "is_taken"), [(19_992, True), (19_993, False)])
def test_longest_article_is_taken_and_a_longer_one_is_told(driver, characters, is_taken):
    post = replace(make_post(ADAPTER, "普" * characters), title="普法")
    assert (list(ADAPTER.validate(driver.account, post)) == []) == is_taken
    assert isinstance(driver.publish(post), Sent if is_taken else Refused)
