"""What must accompany pictures, films and maps in a body is asked for at its field."""

import pytest
from django.core.exceptions import ValidationError

from site_core.blocks.media import MapBlock, VideoBlock
from site_core.blocks.references import LawReferenceBlock
from site_core.selectors import get_column
from tests.site_core.page_samples import make_file, make_picture, picture_value


def clean(block, **values):
    return block.clean(block.to_python(values))


def errors_of(block, **values):
    with pytest.raises(ValidationError) as refused:
        clean(block, **values)
    return {name: error.messages for name, error in refused.value.block_errors.items()}


def map_values(number):
    return {"image": picture_value(make_picture(), "分布图"), "approval_number": number, "caption": ""}


def test_map_without_its_approval_number_is_refused(in_kongtong):
    assert errors_of(MapBlock(), **map_values("")) == {"approval_number": ["公开地图须注明审图号。"]}


@pytest.mark.parametrize("number", ["123", "GS2019-1822", "审图号", "GS（19）1822号"])
def test_what_is_no_approval_number_is_refused(in_kongtong, number):
    assert "不像审图号" in errors_of(MapBlock(), **map_values(number))["approval_number"][0]


@pytest.mark.parametrize("number", ["GS（2019）1822号", "GS(2019)1822 号", "甘S（2021）9号", "京审字（2023）G第1234号"])
def test_approval_numbers_of_any_style_are_taken(in_kongtong, number):
    assert clean(MapBlock(), **map_values(number))["approval_number"] == number.replace(" ", "")


def film_values(name, transcript="<p>文字稿</p>"):
    film = make_file("影片", name, b"film")
    return {"title": "影片", "film": film.pk, "poster": None, "captions": None, "transcript": transcript}


def test_film_wants_a_transcript(in_kongtong):
    assert "transcript" in errors_of(VideoBlock(), **film_values("a.mp4", ""))


def test_file_that_is_no_film_is_refused(in_kongtong):
    assert errors_of(VideoBlock(), **film_values("a.pdf")) == {"film": ["请选择 MP4 或 WebM 视频文件。"]}


def test_provision_leads_to_one_place(in_kongtong):
    page = get_column("flfg").pk
    values = {"law": "示例法", "article": "", "text": "", "page": page, "url": "https://flk.npc.gov.cn/"}
    assert "只填一项" in errors_of(LawReferenceBlock(), **values)["url"][0]
