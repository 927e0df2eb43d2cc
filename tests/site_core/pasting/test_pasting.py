"""What word processors put on the clipboard comes into a body clean and whole."""

import base64
import io
import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from site_core.importing.sanitise import clean_html
from site_core.models import SiteImage
from site_core.pasting import PictureSource, convert
from site_core.pasting.word import simplify
from tenants.current import enter_site
from tests.factories import make_member
from tests.site_core.pasting.snippets import EXPECTED, count_kept, html_of, list_styles_left, read

WORDS = [
    "<p class=MsoNormal>",
    "</p>",
    "<span style='mso-list:Ignore'>1.</span>",
    "<td>",
    "<table>",
    "</table>",
    "甲",
    "一、标题",
]
WORDS += [
    "<p style='mso-list:l0 level2 lfo1'>",
    "<b>",
    "</b>",
    "<o:p>",
    "<!--[if x]>",
    "<![endif]-->",
    "<script>",
    "<img src=x>",
]


def make_png(size: int = 40) -> bytes:
    buffer = io.BytesIO()
    image = Image.effect_noise((size, size), 90).convert("RGB")
    image.save(buffer, "PNG")
    return buffer.getvalue()


@pytest.fixture
def editor(two_sites, in_kongtong):
    return make_member(in_kongtong, "editor")


@pytest.mark.parametrize("name", EXPECTED)
def test_structure_is_kept_and_no_style_is_left(editor, name):
    pasted = convert(read(name), user=editor)
    assert count_kept(pasted).as_tuple() == EXPECTED[name]
    assert list_styles_left(pasted) == []


def test_lists_of_word_are_nested_as_they_were(editor):
    html = html_of(convert(read("word_lists"), user=editor))
    assert "<ul><li>身份证明<ul><li>居民身份证</li><li>户口簿</li></ul></li><li>案情材料</li></ul>" in html
    assert "<ol><li>填写申请表</li><li>提交材料</li><li>等候审查</li></ol>" in html


def test_parts_of_an_official_document_are_headings_and_indents_go(editor):
    html = html_of(convert(read("word_notice"), user=editor))
    assert "<h2>一、活动时间</h2>" in html
    assert "<h3>（一）集中宣传</h3>" in html
    assert "<p>各司法所：" in html
    assert "<b>请认真落实</b>" in html
    assert '<a href="https://sfj.example.gov.cn/notice">网站公告</a>' in html
    assert "删去的一句话" not in html


def test_merged_cells_stay_merged(editor):
    html = html_of(convert(read("word_table"), user=editor))
    assert 'rowspan="2"' in html
    assert 'colspan="2"' in html
    assert html.index("值班安排") < html.index("日期") < html.index("以上安排如有变动")


def test_picture_that_did_not_come_along_leaves_a_place_and_a_note(editor):
    pasted = convert(read("word_pictures"), user=editor)
    assert [each.type for each in pasted.blocks] == ["paragraph", "paragraph", "paragraph", "image", "paragraph"]
    assert "【请填写：这里原有一张图片" in pasted.blocks[1].value
    assert pasted.notes == ["有图片没有随文字粘贴过来，请在标出的位置上传。"]


def test_pictures_of_the_clipboard_take_the_place_of_those_on_the_disk(editor):
    files = [SimpleUploadedFile("image.png", make_png())]
    pasted = convert(read("word_pictures"), PictureSource(files), user=editor)
    assert [each.type for each in pasted.blocks].count("image") == 2
    assert pasted.notes == []
    assert SiteImage.objects.count() == 2


def test_pictures_stay_on_the_site(editor, two_sites):
    convert(read("writer_picture"), user=editor)
    assert SiteImage.objects.get().uploaded_by_user == editor
    with enter_site(two_sites.b):
        assert not SiteImage.objects.exists()


def test_what_claims_to_be_a_picture_and_is_none_is_refused_in_words(editor):
    data = base64.b64encode(b"<svg onload=alert(1)>" + b" " * 200).decode()
    pasted = convert(f'<p>甲</p><p><img src="data:image/png;base64,{data}"></p>', user=editor)
    assert not SiteImage.objects.exists()
    assert len(pasted.notes) == 1


def test_person_without_the_right_to_upload_gets_the_text(in_kongtong):
    reviewer = make_member(in_kongtong, "reviewer_1")
    pasted = convert(read("writer_picture"), user=reviewer)
    assert pasted.notes == ["您没有上传图片的权限。"]
    assert "下图为示意" in html_of(pasted)


@given(st.lists(st.sampled_from(WORDS), max_size=40))
@settings(deadline=None, max_examples=150)
def test_nothing_but_clean_rich_text_comes_out(parts):
    from site_core.importing.blocks import to_rich_blocks

    for kind, value in to_rich_blocks(str(simplify("".join(parts)))):
        if kind == "paragraph":
            assert clean_html(value) == value
        assert "mso" not in value
        assert "<script" not in value


def post(client, html, *pictures):
    files = {"html": SimpleUploadedFile("paste.html", html.encode(), "text/html"), "pictures": list(pictures)}
    return client.post("/admin/paste/", files)


def test_door_answers_with_what_the_forms_hold(two_sites, signed_in):
    editor = make_member(two_sites.a, "editor")
    answer = post(signed_in(two_sites.a, editor), read("writer_picture"))
    blocks = answer.json()["blocks"]
    assert [each["type"] for each in blocks] == ["paragraph", "image", "paragraph"]
    assert json.loads(blocks[0]["value"])["blocks"][0]["type"] == "header-two"
    assert blocks[1]["value"]["alt_text"] == ""
    assert blocks[1]["value"]["decorative"] is False


@pytest.mark.parametrize("html", ["<p>甲<br>乙</p>", "<ul><li>甲<br>乙</li></ul>"])
def test_broken_lines_open_in_the_editor(two_sites, signed_in, html):
    answer = post(signed_in(two_sites.a, make_member(two_sites.a, "editor")), html)
    assert answer.status_code == 200
    value = answer.json()["blocks"][0]["value"]
    texts = "".join(each["text"] for each in json.loads(value)["blocks"])
    assert "甲" in texts
    assert "乙" in texts


def test_text_with_marks_of_our_own_is_text(editor):
    assert html_of(convert("<p>甲</p><p>\ue0007\ue001</p><p>乙</p>", user=editor)) == "<p>甲</p><p>7</p><p>乙</p>"


def test_text_of_two_megabytes_is_refused_in_words(two_sites, signed_in):
    editor = make_member(two_sites.a, "editor")
    answer = post(signed_in(two_sites.a, editor), "<p>" + "示例" * 1_100_000 + "</p>")
    assert answer.status_code == 413
    assert "超过 2 MB" in answer.json()["error"]


def test_pictures_do_not_count_as_text(two_sites, signed_in):
    editor = make_member(two_sites.a, "editor")
    data = base64.b64encode(make_png(1000)).decode()
    assert len(data) > 2_500_000
    answer = post(signed_in(two_sites.a, editor), f'<p>甲</p><img src="data:image/png;base64,{data}">')
    assert answer.status_code == 200


def test_door_is_shut_for_others(two_sites, signed_in, client_of):
    editor = make_member(two_sites.a, "editor")
    assert post(signed_in(two_sites.b, editor), "<p>甲</p>").status_code == 302
    assert post(client_of(two_sites.a), "<p>甲</p>").status_code == 302
    auditor = make_member(two_sites.a, "auditor")
    assert post(signed_in(two_sites.a, auditor), "<p>甲</p>").status_code in {302, 403}
