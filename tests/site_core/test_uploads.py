"""Uploads: whole files of each accepted kind, everything that pretends to be one, pictures without positions,
names.
"""

import io
import struct
import zipfile
import zlib
from contextlib import suppress

import pytest
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st
from PIL import Image, ImageOps
from PIL.PngImagePlugin import PngInfo

from site_core.uploads import KINDS, Limits, UploadRefused, safe_name, sniff, strip_positions
from site_core.uploads.formats.isobmff import MAX_BOXES
from site_core.uploads.pictures.avif import avif_extents
from tests.site_core.upload_samples import (
    EBML,
    ID3,
    LOCATED,
    MAIN,
    PDF,
    PICTURES,
    SECRET,
    SEGMENT,
    WHOLE,
    XMP,
    box,
    compound,
    gradient,
    located_exif,
    mp3,
    mp4,
    office,
    picture,
    upload,
    zipped,
)


def refusal(content: bytes, name: str, **kwargs) -> str:
    with pytest.raises(UploadRefused) as caught:
        sniff(upload(content, name), **kwargs)
    return str(caught.value)


def test_samples_cover_every_accepted_kind():
    assert set(WHOLE) == set(KINDS)


@pytest.mark.parametrize("kind", WHOLE)
def test_kind_is_known_when_name_and_content_agree(kind):
    assert sniff(upload(WHOLE[kind], f"通知.{kind}")) == KINDS[kind]


@pytest.mark.parametrize("name", ["a.JPG", "a.jpeg", "a.jfif", "b.php.jpg", "folder/a.jpe", "a.jpg "])
def test_kind_is_known_in_every_spelling_of_the_extension(name):
    assert sniff(upload(WHOLE["jpg"], name)).extension == "jpg"


def test_name_is_given_beside_a_file_without_one():
    assert sniff(io.BytesIO(PDF), name="a.pdf").mime == "application/pdf"


def test_real_file_on_disk_is_known(tmp_path):
    (tmp_path / "a.png").write_bytes(WHOLE["png"])
    with (tmp_path / "a.png").open("rb") as file:
        assert sniff(file).family == "image"


AGREEING = (("txt", "csv"), ("csv", "txt"), ("mp4", "m4a"))


@pytest.mark.parametrize("claimed", WHOLE)
def test_content_of_every_other_kind_is_refused(claimed):
    others = [kind for kind in WHOLE if kind != claimed and (claimed, kind) not in AGREEING]
    silent = [kind for kind in others if "内容是" not in refusal(WHOLE[kind], f"a.{claimed}")]
    assert silent == []


@pytest.mark.parametrize(("claimed", "actual"), AGREEING)
def test_name_decides_where_the_content_fits_both(claimed, actual):
    assert sniff(upload(WHOLE[actual], f"a.{claimed}")) == KINDS[claimed]


@pytest.mark.parametrize("kind", WHOLE)
def test_position_is_kept_when_accepted_and_when_refused(kind):
    file = upload(WHOLE[kind], f"a.{kind}")
    file.seek(3)
    sniff(file)
    assert file.tell() == 3
    with pytest.raises(UploadRefused):
        sniff(file, name="a.exe")
    assert (file.tell(), file.closed) == (3, False)


@pytest.mark.parametrize(
    "content",
    [mp3(), mp3(ID3 + bytes(300)), b"\xff\xf3\x40\xc0".ljust(104, b"\x55") * 2],
    ids=["bare", "padded tag", "MPEG 2"],
)
def test_mp3_is_known_with_and_without_tag(content):
    assert sniff(upload(content, "a.mp3")).mime == "audio/mpeg"


def test_office_file_is_of_its_outer_kind_when_another_is_embedded():
    assert sniff(upload(compound(["WordDocument", "ObjectPool"], ["Workbook"]), "a.doc")).extension == "doc"
    assert sniff(upload(compound(["Workbook", "MBD0001"], ["WordDocument"]), "a.xls")).extension == "xls"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk"])
def test_text_is_known_in_the_encodings_of_chinese_offices(encoding):
    text = "第一条　为了规范法治宣传教育工作，制定本办法。\r\n" * 9000  # the cut between pieces falls inside characters
    assert sniff(upload(text.encode(encoding), "a.txt")).extension == "txt"


# --- Pretenders ---------------------------------------------------------------------------------------------

SVG = b'<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
PRETENDERS = {
    "HTML": (b"<!DOCTYPE html><script>alert(1)</script>", "HTML 网页"),
    "HTML after spaces": (b"\xef\xbb\xbf \r\n\t<ScRiPt>alert(1)</script>", "HTML 网页"),
    "HTML before a picture": (b"<html><script>1</script>" + WHOLE["jpg"], "HTML 网页"),
    "HTML before a PDF": (b"<body>" + PDF, "HTML 网页"),
    "HTML before a zip": (b"<html>" + WHOLE["zip"], "HTML 网页"),
    "SVG": (SVG, "SVG 图片"),
    "bare SVG": (b"<svg onload=alert(1)>", "SVG 图片"),
    "PHP": (b"<?php system($_GET[0]); ?>", "PHP 脚本"),
    "shell": (b"#!/bin/sh\nrm -rf .\n", "脚本程序"),
    "EXE": (b"MZ\x90\x00\x03\x00\x00\x00" + bytes(200), "可执行程序"),
    "ELF": (b"\x7fELF\x02\x01\x01" + bytes(200), "可执行程序"),
    "RAR": (b"Rar!\x1a\x07\x01\x00" + bytes(200), "RAR 压缩文件"),
    "7z": (b"7z\xbc\xaf\x27\x1c\x00\x04" + bytes(200), "7z 压缩文件"),
    "RTF": (b"{\\rtf1\\ansi hello}", "RTF 文档"),
    "BMP": (picture("BMP"), "BMP 图片"),
    "TIFF": (picture("TIFF"), "TIFF 图片"),
    "HEIC": (box(b"ftyp", b"heic", bytes(4), b"mif1heic") + bytes(100), "HEIC 图片"),
    "MOV": (mp4(b"vide", brand=b"qt  "), "MOV 视频"),
    "MKV": (EBML % b"matr" + SEGMENT, "MKV 视频"),
    "AVI": (b"RIFF\x40\x00\x00\x00AVI LIST" + bytes(60), "AVI 视频"),
    "noise": (b"\x00\x01\x02\x03" * 50, "无法识别的内容"),
}


@pytest.mark.parametrize("name", PRETENDERS)
def test_pretender_is_refused_under_every_accepted_name(name):
    content, label = PRETENDERS[name]
    for claimed in KINDS:
        message = refusal(content, f"通知.{claimed}")
        assert message.startswith(f"“通知.{claimed}”的后缀表示")
        assert f"内容是{label}" in message


@pytest.mark.parametrize(
    ("content", "name", "advice"),
    [(SVG, "a.svg", "请另存为 PNG"), (SVG, "a.png", "请另存为 PNG"),
     (WHOLE["zip"], "a.rar", "请把后缀改为 .zip"),
     (PRETENDERS["RAR"][0], "a.rar", "重新压缩为 ZIP"), (b"alert(1)", "a.js", "不接受程序"),
     (b"@echo off", "a.bat", "不接受程序"), (PRETENDERS["EXE"][0], "a.exe", "不接受程序"),
     (PDF, "a", "请把后缀改为 .pdf"), (PDF, ".pdf", "没有后缀"), (b"abc", "a.xyz", "后缀不在接受之列"),
     (PRETENDERS["HTML"][0], "a.html", "不接受程序"), (WHOLE["png"], "a.jpg", "请把后缀改为 .png"),
     (PRETENDERS["HEIC"][0], "a.heic", "请另存为 JPG"), (b"abc", "a.jpg", "可以上传：jpg、png")],
)  # fmt: skip
def test_refusal_says_what_to_do(content, name, advice):
    assert advice in refusal(content, name)


@pytest.mark.parametrize("kind", KINDS)
def test_empty_file_is_refused(kind):
    assert "是空文件" in refusal(b"", f"a.{kind}")


def test_text_is_refused_when_it_holds_zero_bytes_or_is_utf_16():
    for content in (b"abc\0def", "通知".encode("utf-16"), b"abc\x1b[31m", b"abc\x81"):
        refusal(content, "a.txt")


def test_zip_is_refused_when_anything_stands_before_it():
    prefix = b"PK\x03\x04" + bytes(60)
    assert "前面附有其他内容" in refusal(prefix + WHOLE["zip"], "a.zip")


def test_empty_zip_is_refused():
    assert "是空的" in refusal(zipped({}), "a.zip")


# --- Macros, passwords --------------------------------------------------------------------------------------

MACRO_TYPE = "application/vnd.ms-word.document.macroEnabled.main+xml"


@pytest.mark.parametrize(
    ("content", "name"),
    [(office("docx", MACRO_TYPE), "a.docx"), (office("docx", MACRO_TYPE), "a.docm"),
     (office("docx", **{"word/vbaProject.bin": "x"}), "a.docx"),
     (office("xlsx", **{"xl/VBAPROJECT.BIN": "x"}), "a.xlsx"),
     (office("xlsx", **{"xl/macrosheets/sheet1.xml": "x"}), "a.xlsx"),
     (office("pptx", **{"ppt/vbaProject.bin": "x"}), "a.pptx"),
     (compound(["WordDocument", "Macros"], ["VBA"]), "a.doc"),
     (compound(["Workbook", "_VBA_PROJECT_CUR"]), "a.xls")],
)  # fmt: skip
def test_office_file_is_refused_when_it_holds_macros(content, name):
    message = refusal(content, name)
    assert "内容是含宏的 Office 文档" in message
    assert "请另存为不含宏的" in message


def test_office_file_is_refused_when_it_has_a_password():
    assert "请去掉打开密码" in refusal(compound(["EncryptedPackage", "EncryptionInfo"]), "a.docx")


def test_office_template_is_refused():
    assert "其他类型的 Office 文档" in refusal(office("docx", MAIN + "wordprocessingml.template.main+xml"), "a.docx")


def test_office_file_is_refused_when_its_types_hold_an_entity_bomb():
    bomb = '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><Types>&b;</Types>'
    assert "不完整或已损坏" in refusal(zipped({"[Content_Types].xml": bomb, "word/document.xml": "x"}), "a.docx")


# --- Limits and bombs ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
def test_size_limit_is_that_of_the_family(kind):
    limits = Limits(**{KINDS[kind].family: len(WHOLE[kind])})
    assert sniff(upload(WHOLE[kind], f"a.{kind}"), limits=limits)
    tight = Limits(**{KINDS[kind].family: len(WHOLE[kind]) - 1})
    assert "超过上限" in refusal(WHOLE[kind], f"a.{kind}", limits=tight)


@pytest.mark.parametrize("kind", PICTURES)
def test_picture_is_refused_when_it_has_too_many_pixels(kind):
    assert sniff(upload(WHOLE[kind], f"a.{kind}"), limits=Limits(pixels=64 * 48))
    assert "像素过多" in refusal(WHOLE[kind], f"a.{kind}", limits=Limits(pixels=64 * 48 - 1))


def test_picture_is_refused_before_it_is_decoded_when_it_is_a_bomb():
    header = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    bomb = bytearray(WHOLE["png"])
    bomb[16:29] = header
    bomb[29:33] = struct.pack(">I", zlib.crc32(b"IHDR" + header))
    assert "像素过多" in refusal(bytes(bomb), "a.png")


def test_animation_is_refused_when_its_frames_are_too_many():
    frames = [gradient().rotate(angle) for angle in range(0, 50, 10)]
    content = picture("GIF", frames[0], save_all=True, append_images=frames[1:])
    assert sniff(upload(content, "a.gif"), limits=Limits(animated_pixels=5 * 64 * 48))
    assert "像素过多" in refusal(content, "a.gif", limits=Limits(animated_pixels=5 * 64 * 48 - 1))


def test_zip_bomb_is_refused_by_its_ratio():
    assert "与文件大小不相称" in refusal(zipped({"a": bytes(30 * 1024 * 1024)}), "a.zip")


def test_zip_is_accepted_when_a_high_ratio_harms_nobody():
    assert sniff(upload(zipped({"a": bytes(5 * 1024 * 1024)}), "a.zip"))


def test_zip_is_refused_when_it_unpacks_to_too_much():
    content = zipped({"a": bytes(2000), "b": bytes(2000)}, zipfile.ZIP_STORED)
    assert sniff(upload(content, "a.zip"), limits=Limits(unpacked=4000))
    assert "解压后达" in refusal(content, "a.zip", limits=Limits(unpacked=3999))


def test_office_file_is_refused_when_it_is_a_bomb():
    assert "解压后达" in refusal(office("docx", **{"word/media/a.bmp": "a" * 30 * 1024 * 1024}), "a.docx")


def test_zip_is_refused_when_it_has_too_many_members():
    content = zipped({str(number): b"" for number in range(20)})
    assert "20 个文件" in refusal(content, "a.zip", limits=Limits(members=19))


def test_zip_is_refused_unread_when_its_directory_is_huge(monkeypatch):
    monkeypatch.setattr(zipfile, "ZipFile", None)  # would be reached after the check
    content = bytearray(WHOLE["zip"])
    end = content.rfind(b"PK\x05\x06")
    content[end + 12 : end + 16] = struct.pack("<I", 5 * 1024 * 1024)
    assert "压缩目录过大" in refusal(bytes(content), "a.zip")


def test_box_walk_ends_when_a_file_is_nothing_but_headers():
    content = WHOLE["mp4"][:20] + box(b"free") * (MAX_BOXES + 1)
    refusal(content, "a.mp4")


# --- Damage -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", sorted(set(KINDS) - {"txt", "csv", "vtt", "mp3", "webm"}))
def test_file_is_refused_when_it_ends_half_way(kind):
    refusal(WHOLE[kind][: len(WHOLE[kind]) * 6 // 10], f"a.{kind}")


@pytest.mark.parametrize(
    ("content", "name"),
    [(WHOLE["mp4"][:-1], "a.mp4"), (PDF.replace(b"%%EOF", b""), "a.pdf"), (PDF.replace(b"startxref", b""), "a.pdf"),
     (mp3()[:417] + b"noise" * 100, "a.mp3"), (EBML % b"webm", "a.webm")],
    ids=["mp4 cut", "no end of file", "no table", "one frame", "no segment"],
)  # fmt: skip
def test_file_is_refused_when_a_part_is_missing(content, name):
    refusal(content, name)


def test_location_box_is_refused_when_it_counts_extents_without_end():
    # One of 65,535 possible items with 65,535 extents that take no bytes: all of them would be hours of
    # counting.
    box_of_nothing = bytes(4) + b"\0\0" + b"\0\1" + b"\0\1\0\0\xff\xff"
    with pytest.raises(Exception, match="不完整"):
        list(avif_extents(box_of_nothing, {}, 0))


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None, max_examples=300)
@given(st.sampled_from(sorted(KINDS)), st.binary(max_size=300))
def test_sniff_answers_or_refuses_for_any_bytes(kind, content):
    answer_or_refuse(content, kind)


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None, max_examples=300)
@given(st.sampled_from(sorted(KINDS)), st.data())
def test_sniff_and_strip_answer_or_refuse_for_any_damage(kind, data):
    content = bytearray(WHOLE[kind])
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    answer_or_refuse(bytes(content[: data.draw(st.integers(1, len(content)))]), kind)


def answer_or_refuse(content, kind):
    file = upload(content, f"a.{kind}")
    for action in (sniff, strip_positions):
        with suppress(UploadRefused):
            action(file)
        assert file.tell() == 0


# --- Positions ----------------------------------------------------------------------------------------------


def opened(content: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(content))
    image.load()
    return image


@pytest.mark.parametrize("kind", LOCATED)
def test_samples_hold_positions_before(kind):
    image = opened(LOCATED[kind])
    assert image.getexif().get_ifd(0x8825) or SECRET.encode() in LOCATED[kind]


@pytest.mark.parametrize("kind", LOCATED)
def test_positions_are_gone_and_pixels_profile_and_orientation_stay(kind):
    before, clean = opened(LOCATED[kind]), strip_positions(upload(LOCATED[kind], f"a.{kind}"))
    after = opened(clean)
    assert not after.getexif().get_ifd(0x8825)
    assert not any(secret in clean for secret in (SECRET.encode(), b"Kongtong", b"xmpmeta", b"GPSLat"))
    assert after.tobytes() == before.tobytes()
    assert after.info.get("icc_profile") == before.info.get("icc_profile")
    assert set(after.getexif()) <= {0x0112}
    assert ImageOps.exif_transpose(after).size == ImageOps.exif_transpose(before).size


@pytest.mark.parametrize("kind", LOCATED)
def test_cleaned_picture_is_whole_and_cleaning_twice_changes_nothing(kind):
    clean = strip_positions(upload(LOCATED[kind], f"a.{kind}"))
    assert sniff(upload(clean, f"a.{kind}")).extension == kind
    assert strip_positions(upload(clean, f"a.{kind}")) == clean


@pytest.mark.parametrize("kind", ["jpg", "png", "webp", "avif"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_every_orientation_is_kept(kind, orientation):
    formats = {"jpg": "JPEG"}
    content = picture(formats.get(kind, kind.upper()), exif=located_exif(orientation))
    clean = strip_positions(upload(content, f"a.{kind}"))
    assert opened(clean).getexif().get(0x0112, 1) == orientation


def test_jpeg_keeps_its_tables_and_its_scan():
    clean = strip_positions(upload(LOCATED["jpg"], "a.jpg"))
    tables = b"\xff\xdb"
    assert clean[clean.index(tables) :] == LOCATED["jpg"][LOCATED["jpg"].index(tables) :]


@pytest.mark.parametrize(
    "options", [{"progressive": True}, {"restart_marker_blocks": 1}, {"subsampling": 0}, {"optimize": True}]
)
@pytest.mark.parametrize("mode", ["RGB", "L", "CMYK"])
def test_jpeg_is_the_same_picture_in_every_variant(options, mode):
    content = picture("JPEG", gradient(mode), exif=located_exif(), **options)
    clean = strip_positions(upload(content, "a.jpg"))
    assert opened(clean).tobytes() == opened(content).tobytes()
    assert b"Kongtong" not in clean


def test_jpeg_keeps_jfif_first_and_the_colour_transform():
    clean = strip_positions(upload(LOCATED["jpg"], "a.jpg"))
    assert (clean[2:4], clean[20:22]) == (b"\xff\xe0", b"\xff\xe1")
    assert b"Adobe" in strip_positions(upload(picture("JPEG", gradient("CMYK")), "a.jpg"))


def test_webp_announces_only_what_it_still_holds():
    flags = {turn: strip_positions(upload(located_webp(turn), "a.webp"))[20] for turn in (1, 6)}
    assert {turn: flag & 0x0C for turn, flag in flags.items()} == {1: 0x00, 6: 0x08}


def located_webp(orientation: int) -> bytes:
    return picture("WEBP", exif=located_exif(orientation), xmp=XMP)


def test_jpeg_loses_second_pictures_and_whatever_follows():
    out = io.BytesIO()
    first, second = gradient(), gradient().rotate(90)
    second.encoderinfo = {"exif": located_exif()}
    first.save(out, "MPO", save_all=True, append_images=[second])
    content = out.getvalue() + b"motion photo at " + SECRET.encode()
    assert sniff(upload(content, "a.jpg")).extension == "jpg"
    clean = strip_positions(upload(content, "a.jpg"))
    assert (clean.count(b"\xff\xd8\xff"), clean[-2:], b"MPF\0" in clean) == (1, b"\xff\xd9", False)


def test_jpeg_loses_iptc():
    iptc = b"Photoshop 3.0\x008BIM\x04\x04\x00\x00" + SECRET.encode()
    segment = b"\xff\xed" + struct.pack(">H", len(iptc) + 2) + iptc
    content = WHOLE["jpg"][:2] + segment + WHOLE["jpg"][2:]
    assert strip_positions(upload(content, "a.jpg")) == WHOLE["jpg"]


def test_png_loses_texts_and_whatever_follows():
    info = PngInfo()
    info.add_text("Location", SECRET)
    info.add_text("Place", "35.5N 106.6E")
    info.add_itxt("XML:com.adobe.xmp", XMP.decode())
    info.add_text("Raw profile type exif", SECRET, zip=True)
    clean = strip_positions(upload(picture("PNG", pnginfo=info) + SECRET.encode(), "a.png"))
    assert opened(clean).info == {}
    assert clean.endswith(b"IEND\xaeB`\x82")


def test_png_is_whole_when_a_byte_follows_it():
    assert strip_positions(upload(WHOLE["png"] + b"x", "a.png")) == WHOLE["png"]


@pytest.mark.parametrize("mode", ["1", "P", "LA", "RGBA", "I;16"])
def test_png_is_the_same_picture_in_every_mode(mode):
    image = Image.new("I;16", (9, 9), 40_000) if mode == "I;16" else gradient(mode)
    content = picture("PNG", image, exif=located_exif())
    assert opened(strip_positions(upload(content, "a.png"))).tobytes() == opened(content).tobytes()


@pytest.mark.parametrize("kind", ["GIF", "PNG", "WEBP", "AVIF"])
def test_animation_keeps_frames_loop_and_timing(kind):
    frames = [gradient().rotate(angle) for angle in (0, 90, 180)]
    content = picture(kind, frames[0], save_all=True, append_images=frames[1:], duration=[100, 200, 300], loop=0)
    before, after = opened(content), opened(strip_positions(upload(content, "a")))
    assert getattr(after, "n_frames", 1) == 3
    assert after.info.get("loop") == before.info.get("loop")
    for frame in range(3):
        before.seek(frame)
        after.seek(frame)
        before.load()
        after.load()
        assert after.convert("RGB").tobytes() == before.convert("RGB").tobytes()
        assert after.info.get("duration") == before.info.get("duration")


@pytest.mark.parametrize("kind", PICTURES)
def test_picture_without_metadata_stays_byte_for_byte(kind):
    assert strip_positions(upload(WHOLE[kind], f"a.{kind}")) == WHOLE[kind]


def test_positions_are_not_looked_for_in_what_is_no_picture():
    with pytest.raises(UploadRefused, match="无法去除"):
        strip_positions(upload(PDF, "a.pdf"))


# --- Names --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "safe"),
    [("通知公告（示例）.docx", "通知公告（示例）.docx"), ("../../etc/passwd", "passwd"),
     ("C:\\网站\\图片.jpg", "图片.jpg"),
     (".htaccess", "htaccess"), ("...a.jpg", "a.jpg"), ("a\x00b\r\n.jpg", "ab.jpg"),
     ("a\u202egpj.exe", "agpj.exe"),
     ("a  b .jpg", "a b.jpg"), ("a.jpg. . ", "a.jpg"), ('a<b>:"c"|?*.jpg', "a_b___c____.jpg"), ("", "未命名"),
     ("///", "未命名"), ("e\u0301.txt", "é.txt"), ("no extension", "no extension"),
     ("v1.2 说明", "v1.2 说明"),
     ("a.tar.gz", "a.tar.gz"), ("a\ud800.jpg", "a.jpg")],
)  # fmt: skip
def test_name_is_made_safe(name, safe):
    assert safe_name(name) == safe


def test_name_keeps_its_extension_when_it_is_too_long():
    assert safe_name("长" * 300 + ".docx") == "长" * 65 + ".docx"
    assert safe_name("a" * 300 + ".docx") == "a" * 115 + ".docx"


@settings(max_examples=500)
@given(st.text(max_size=400))
@example("a. .jpg")
@example("." + "a" * 200)
@example("é" * 99 + "\u0301.jpg")
@example("x" * 119 + ".  y")
def test_name_is_short_plain_and_settled_for_any_text(name):
    safe = safe_name(name)
    assert 0 < len(safe) <= 120
    assert len(safe.encode()) <= 255
    assert not safe.startswith((".", " "))
    assert not set(safe) & set('/\\<>:"|?*\0\n\r')
    assert safe_name(safe) == safe


@given(st.text(min_size=1, max_size=200), st.sampled_from(sorted(KINDS)))
def test_extension_survives_whatever_stands_before_it(stem, extension):
    safe = safe_name(f"{stem}.{extension}")
    assume("." in safe)
    assert safe.rpartition(".")[2] == extension
