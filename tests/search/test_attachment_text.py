"""Text from attachments: real files give their text, hostile ones a sentence, and the caller is unharmed."""

import io
import os
import resource
import subprocess
import sys
import time
import zipfile
import zlib
from itertools import count

import docx
import openpyxl
import pypdf
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from search.attachment_text import (
    _PROBLEMS,
    CHILD_DIRECTORY,
    CHILD_MODULE,
    DEFAULT_LIMITS,
    EXTENSIONS,
    MEGABYTE,
    ExtractedText,
    ExtractionLimits,
    extract_text,
)
from search.attachment_text_child import tidy

LAUGHS = (
    '<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a0 "哈哈哈哈哈哈哈哈哈哈">'
    + "".join(f'<!ENTITY a{level + 1} "{f"&a{level};" * 10}">' for level in range(9))
    + "]>"
)


# --- building files -------------------------------------------------------------------------------------------------


def saved(document):
    """What python-docx or openpyxl made, as an open file."""
    file = io.BytesIO()
    document.save(file)
    return file


def with_member(file, name, data):
    """The package with one member put in or in place of another."""
    changed = io.BytesIO()
    with zipfile.ZipFile(file) as old, zipfile.ZipFile(changed, "w", zipfile.ZIP_DEFLATED) as new:
        for member in old.namelist():
            if member != name:
                new.writestr(member, old.read(member))
        new.writestr(name, data)
    return changed


def pdf_of(objects, extra=b""):
    """A PDF of numbered objects (bytes each), the first its catalogue."""
    out, places = io.BytesIO(), []
    out.write(b"%PDF-1.7\n")
    for number, body in enumerate(objects, 1):
        places.append(out.tell())
        out.write(b"%d 0 obj\n%b\nendobj\n" % (number, body))
    start = out.tell()
    out.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1))
    out.write(b"".join(b"%010d 00000 n \n" % place for place in places))
    out.write(b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start))
    return out


def stream(data, more=b""):
    return b"<< /Length %d %b >>\nstream\n%b\nendstream" % (len(data), more, data)


def pdf(*pages):
    """A PDF with a text layer: glyphs by number, and a ToUnicode CMap that says what they mean (ISO 32000-1 9.10.3)."""
    glyphs = {char: number for number, char in enumerate(sorted(set("".join(pages))), 1)}
    meanings = "\n".join(f"<{number:04x}> <{char.encode('utf-16-be').hex()}>" for char, number in glyphs.items())
    cmap = (
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /T def /CMapType 2 def\n"
        "1 begincodespacerange <0000> <ffff> endcodespacerange\n"
        f"{len(glyphs)} beginbfchar\n{meanings}\nendbfchar\nendcmap end end"
    )
    kids = b" ".join(b"%d 0 R" % (6 + 2 * place) for place in range(len(pages)))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Count %d /Kids [%b] >>" % (len(pages), kids),
        b"<< /Type /Font /Subtype /Type0 /BaseFont /SimSun /Encoding /Identity-H /DescendantFonts [4 0 R] "
        b"/ToUnicode 5 0 R >>",
        b"<< /Type /Font /Subtype /CIDFontType2 /BaseFont /SimSun /DW 1000 "
        b"/CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> >>",
        stream(cmap.encode()),
    ]
    for place, page in enumerate(pages):
        shown = "".join(
            f"<{''.join(f'{glyphs[char]:04x}' for char in line)}> Tj 0 -20 Td\n" for line in page.split("\n")
        )
        objects += [
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents %d 0 R "
            b"/Resources << /Font << /F 3 0 R >> >> >>" % (7 + 2 * place),
            stream(zlib.compress(f"BT /F 12 Tf 50 700 Td\n{shown}ET".encode()), b"/Filter /FlateDecode"),
        ]
    return pdf_of(objects)


def encrypted(file, user, owner="owner", algorithm="RC4-128"):
    writer = pypdf.PdfWriter(clone_from=file)
    writer.encrypt(user, owner, algorithm=algorithm)
    out = io.BytesIO()
    writer.write(out)
    return out


# --- what is read ---------------------------------------------------------------------------------------------------


def test_docx_gives_paragraphs_and_rows_in_their_order():
    document = docx.Document()
    document.add_heading("关于法律援助的通知")
    document.add_paragraph("各区\u3000\u3000司法局：\t请  遵照执行")
    table = document.add_table(2, 2)
    for cell, text in zip(
        (cell for row in table.rows for cell in row.cells), ["姓名", "电话", "张三", "010"], strict=True
    ):
        cell.text = text
    document.add_paragraph("第一行\n第二行")

    found = extract_text(saved(document), "docx")

    lines = ["关于法律援助的通知", "各区 司法局： 请 遵照执行", "姓名 电话", "张三 010", "第一行", "第二行"]
    assert found == ExtractedText("\n".join(lines))


def test_docx_shows_what_readers_see():
    document = docx.Document()
    run = document.add_paragraph("看得见").add_run("隐藏的")
    run.font.hidden = True
    w, mc = nsdecls("w"), 'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
    document.element.body.insert(
        1, parse_xml(f"<w:sdt {w}><w:sdtContent><w:p><w:r><w:t>控件内</w:t></w:r></w:p></w:sdtContent></w:sdt>")
    )
    document.element.body.insert(
        2,
        parse_xml(
            f"<w:p {w} {mc}><w:del><w:r><w:delText>删掉的</w:delText></w:r></w:del><w:ins><w:r><w:t>加上的</w:t></w:r></w:ins>"
            "<w:r><mc:AlternateContent><mc:Choice><w:p><w:r><w:t>文本框</w:t></w:r></w:p></mc:Choice>"
            "<mc:Fallback><w:p><w:r><w:t>文本框</w:t></w:r></w:p></mc:Fallback></mc:AlternateContent></w:r></w:p>"
        ),
    )

    assert extract_text(saved(document), "docx").text == "看得见\n控件内\n加上的 文本框"


def test_pdf_gives_chinese_by_its_cmap_with_its_lines():
    assert extract_text(pdf("司法局公告\n第2行", "第二页"), "pdf") == ExtractedText("司法局公告\n第2行\n第二页")


def test_pdf_that_only_the_owner_may_change_is_read():
    assert extract_text(encrypted(pdf("公开"), user=""), "pdf") == ExtractedText("公开")


def test_pdf_with_a_broken_page_gives_the_others():
    start, end = pdf("第一页", "第二页", "第三页").getvalue().split(b"7 0 obj")
    file = io.BytesIO(start + b"7 0 obj" + end.replace(b"/FlateDecode", b"/OtherDecode", 1))
    assert extract_text(file, "pdf") == ExtractedText("第二页\n第三页", _PROBLEMS["partly"])


def test_xlsx_gives_values_of_visible_sheets():
    book = openpyxl.Workbook()
    book.active.title = "名单"
    book.active.append(["姓名", None, "人数"])
    book.active.append(["律师\n事务所", 12, 1.5])
    book.create_sheet("底稿").append(["身份证号"])
    book["底稿"].sheet_state = "hidden"

    assert extract_text(saved(book), "xlsx") == ExtractedText("名单\n姓名 人数\n律师 事务所 12 1.5")


def test_xlsx_is_read_beyond_wrong_dimensions():
    book = openpyxl.Workbook()
    book.active.append(["甲", "乙"])
    file = saved(book)
    with zipfile.ZipFile(file) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml")
    assert b'ref="A1:B1"' in sheet
    changed = with_member(file, "xl/worksheets/sheet1.xml", sheet.replace(b'ref="A1:B1"', b'ref="A1"'))

    assert extract_text(changed, "xlsx").text == "Sheet\n甲 乙"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("extension", ["txt", "csv"])
def test_text_is_read_in_the_encodings_of_offices(encoding, extension):
    data = "司法局,〇\r\n\r\n第二行\r末行".encode(encoding)
    assert extract_text(io.BytesIO(data), extension) == ExtractedText("司法局,〇\n第二行\n末行")


def test_path_is_read_and_extension_may_have_dot_and_capitals(tmp_path):
    path = tmp_path / "附件; rm -rf.TXT"
    path.write_text("内容", encoding="utf-8")
    assert extract_text(path, ".TXT") == extract_text(str(path), "txt") == ExtractedText("内容")


def test_open_file_keeps_its_position():
    file = io.BytesIO("内容".encode())
    file.seek(3)
    assert extract_text(file, "txt").text == "内容"
    assert file.tell() == 3
    assert not file.closed


def test_missing_file_is_the_callers_matter(tmp_path):
    with pytest.raises(FileNotFoundError):
        extract_text(tmp_path / "none.txt", "txt")


@pytest.mark.parametrize(
    ("line", "tidied"),
    [
        ("a\x00\x07b\ud800", "ab"),
        (" a \u3000\xa0\t b ", "a b"),
        ("e\u0301", "é"),
        ("\ud83d\ude00", ""),  # halves of a pair are lone to Python
        ("😀𠮷", "😀𠮷"),
        ("⼀⼈⻅⼾⻓", "一人见户长"),  # as Chromium writes 一人见户长 into PDFs
    ],
)
def test_lines_are_tidied(line, tidied):
    assert tidy(line) == tidied


@pytest.mark.parametrize(
    ("text", "characters", "cut", "is_cut"),
    [
        ("abcde", 5, "abcde", False),
        ("abcde\n\n", 5, "abcde", False),
        ("abcdef", 5, "abcde", True),
        ("abcde\nf", 5, "abcde", True),
        ("abcd\nf", 5, "abcd", True),
        ("法" * 9, 3, "法" * 3, True),
    ],
)
def test_long_text_is_cut(text, characters, cut, is_cut):
    found = extract_text(io.BytesIO(text.encode()), "txt", limits=ExtractionLimits(characters=characters))
    assert found == ExtractedText(cut, "", is_cut)


def test_largest_text_is_cut_at_half_a_million():
    found = extract_text(io.BytesIO(b"a\n" * (10 * MEGABYTE)), "txt")
    assert (len(found.text), found.problem, found.is_cut) == (499_999, "", True)  # a line's end was the last
    long = extract_text(io.BytesIO("律".encode() * (6 * MEGABYTE)), "txt")
    assert (len(long.text), long.problem, long.is_cut) == (500_000, "", True)


# --- what is not ----------------------------------------------------------------------------------------------------


def problem_of(file, extension, limits=DEFAULT_LIMITS):
    found = extract_text(file, extension, limits=limits)
    assert found.text == ""
    assert not found.is_cut
    return {sentence: word for word, sentence in _PROBLEMS.items()}[found.problem]


@pytest.mark.parametrize("extension", ["doc", "pptx", "", "exe", "../docx"])
def test_other_formats_are_not_opened(extension):
    assert problem_of(io.BytesIO(b"x"), extension) == "unknown"


@pytest.mark.parametrize("extension", sorted(EXTENSIONS))
def test_foreign_content_is_told(extension):
    assert problem_of(io.BytesIO(b"\x89PNG\r\n\x1a\n\x00\x00\xff\xff" * 9), extension) == "mismatch"


@pytest.mark.parametrize("extension", ["docx", "xlsx", "pdf"])
def test_empty_and_half_files_are_told(extension):
    whole = {"docx": saved(docx.Document()), "xlsx": saved(openpyxl.Workbook()), "pdf": pdf("文")}[extension].getvalue()
    assert problem_of(io.BytesIO(b""), extension) == "mismatch"
    assert problem_of(io.BytesIO(whole[:100]), extension) == "damaged"


def test_wrong_extension_among_office_files_is_told():
    assert problem_of(saved(openpyxl.Workbook()), "docx") == "damaged"
    assert problem_of(saved(docx.Document()), "xlsx") == "damaged"
    assert problem_of(pdf("文"), "docx") == "mismatch"


def test_file_without_text_is_told():
    assert problem_of(io.BytesIO(b" \n"), "txt") == "empty"
    assert problem_of(saved(docx.Document()), "docx") == "empty"


def test_scanned_pdf_is_told():
    assert problem_of(pdf("", ""), "pdf") == "scanned"


def test_pdf_with_a_password_is_told():
    assert problem_of(encrypted(pdf("密"), user="secret"), "pdf") == "locked"


@pytest.mark.parametrize("algorithm", ["AES-128", "AES-256"])
def test_pdf_in_aes_without_a_password_is_read(algorithm):
    found = extract_text(encrypted(pdf("公开"), user="", algorithm=algorithm), "pdf")
    assert (found.text, found.problem) == ("公开", "")


@pytest.mark.parametrize("algorithm", ["AES-128", "AES-256"])
def test_pdf_in_aes_with_a_password_is_told(algorithm):
    assert problem_of(encrypted(pdf("密"), user="secret", algorithm=algorithm), "pdf") == "locked"


def test_office_file_with_a_password_is_told():
    old = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(1000)
    assert problem_of(io.BytesIO(old + "EncryptedPackage".encode("utf-16-le")), "docx") == "locked"
    assert problem_of(io.BytesIO(old), "xlsx") == "mismatch"


def test_oversize_is_not_opened():
    limits = ExtractionLimits(file_bytes=1000)
    assert problem_of(io.BytesIO(bytes(1001)), "txt", limits) == "large"
    assert extract_text(io.BytesIO(b"a" * 1000), "txt", limits=limits) == ExtractedText("a" * 1000)


# --- hostile files --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("new", "name", "extension"), [
    (docx.Document, "word/document.xml", "docx"),
    (openpyxl.Workbook, "xl/worksheets/sheet1.xml", "xlsx"),
])  # fmt: skip
def test_zip_bomb_is_not_unpacked(new, name, extension):
    assert problem_of(with_member(saved(new()), name, bytes(300 * MEGABYTE)), extension) == "bomb"


def test_zip_bomb_that_lies_about_its_size_is_not_unpacked_either():
    file = with_member(saved(docx.Document()), "word/document.xml", b" " * (300 * MEGABYTE))
    data = file.getvalue().replace((300 * MEGABYTE).to_bytes(4, "little"), (1000).to_bytes(4, "little"))
    assert problem_of(io.BytesIO(data), "docx") in ("memory", "damaged", "late")


def test_xml_that_grows_in_memory_ends_at_the_limit():
    rows = b"".join(b"<w:p><w:r><w:t>a</w:t></w:r></w:p>" for _ in range(3_000_000))
    body = b'<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>' + rows
    file = with_member(saved(docx.Document()), "word/document.xml", body + b"</w:body></w:document>")
    built = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    assert problem_of(file, "docx") in ("memory", "damaged", "late")  # lxml tells of it in either way

    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss <= built + 50 * 1024


@pytest.mark.parametrize("name", ["xl/worksheets/sheet1.xml", "xl/workbook.xml", "xl/styles.xml"])
def test_billion_laughs_in_xlsx(name):
    book = openpyxl.Workbook()
    book.active.append(["甲"])
    sheet = '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
    row = '<row r="1"><c r="A1" t="inlineStr"><is><t>&a9;</t></is></c></row></sheetData></worksheet>'
    started = time.monotonic()

    found = extract_text(with_member(saved(book), name, LAUGHS + sheet + row), "xlsx")

    assert found.problem == _PROBLEMS["damaged"]
    assert "哈" not in found.text
    assert time.monotonic() - started < 10


def test_billion_laughs_in_shared_strings_of_xlsx():
    book = openpyxl.Workbook()
    file = saved(book)
    with zipfile.ZipFile(file) as archive:
        types = archive.read("[Content_Types].xml").decode()
    shared = (
        '<Override PartName="/xl/sharedStrings.xml" '
        'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"/></Types>'
    )
    strings = '<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><si><t>&a9;</t></si></sst>'
    file = with_member(file, "[Content_Types].xml", types.replace("</Types>", shared))

    assert problem_of(with_member(file, "xl/sharedStrings.xml", LAUGHS + strings), "xlsx") == "damaged"


def test_billion_laughs_in_docx():
    body = '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>'
    laugh = "<w:p><w:r><w:t>前&a9;后</w:t></w:r></w:p></w:body></w:document>"
    file = with_member(saved(docx.Document()), "word/document.xml", LAUGHS + body + laugh)

    found = extract_text(file, "docx")

    assert "哈" not in found.text
    assert len(found.text) < 5


def test_outside_entity_does_not_read_files_of_the_server(tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("机密")
    doctype = f'<?xml version="1.0"?><!DOCTYPE l [<!ENTITY x SYSTEM "file://{secret}">]>'
    body = '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>'
    told = "<w:p><w:r><w:t>前&x;</w:t></w:r></w:p></w:body></w:document>"

    found = extract_text(with_member(saved(docx.Document()), "word/document.xml", doctype + body + told), "docx")

    assert "机密" not in found.text


@pytest.mark.parametrize("depth", [1_000, 1_000_000])
def test_deeply_nested_pdf(depth):
    deep = b"[" * depth + b"]" * depth
    objects = [b"<< /Type /Catalog /Pages 2 0 R /Deep 3 0 R >>", b"<< /Type /Pages /Count 1 /Kids 3 0 R >>", deep]
    assert problem_of(pdf_of(objects), "pdf") in ("damaged", "scanned", "late")


def test_pdf_whose_pages_hold_themselves():
    objects = [b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Count 9 /Kids [2 0 R 2 0 R 2 0 R] >>"]
    assert problem_of(pdf_of(objects), "pdf") in ("damaged", "scanned", "late")


def test_pdf_stream_that_unpacks_to_a_gigabyte():
    page = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] /Contents 4 0 R >>"
    once = zlib.compress(bytes(64 * MEGABYTE), 9)
    content = stream(zlib.compress(once * 16), b"/Filter [/FlateDecode /FlateDecode]")
    objects = [b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Count 1 /Kids [3 0 R] >>", page, content]
    assert problem_of(pdf_of(objects), "pdf") in ("damaged", "memory", "scanned", "late")


def endless_workbook():
    """One row of text, and the next one a trillion rows below: openpyxl makes all those between."""
    sheet = (
        '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
        '<row r="1"><c r="A1" t="inlineStr"><is><t>第一行</t></is></c></row>'
        '<row r="1000000000000"><c t="inlineStr"><is><t>末行</t></is></c></row></sheetData></worksheet>'
    )
    return with_member(saved(openpyxl.Workbook()), "xl/worksheets/sheet1.xml", sheet)


def test_endless_reading_ends_at_the_time_limit_and_what_was_read_stays():
    started = time.monotonic()
    found = extract_text(endless_workbook(), "xlsx", limits=ExtractionLimits(seconds=3))
    assert time.monotonic() - started < 6
    assert found == ExtractedText("Sheet\n第一行", _PROBLEMS["late"], is_cut=True)


def test_child_without_a_parent_ends_by_its_cpu_limit():
    with subprocess.Popen(
        [sys.executable, "-m", CHILD_MODULE, "xlsx", "1000", str(512 * MEGABYTE), "1"],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        cwd=CHILD_DIRECTORY,
    ) as child:
        child.communicate(endless_workbook().getvalue(), timeout=20)
    assert child.returncode < 0


def test_child_gets_no_secrets_of_the_environment(monkeypatch):
    seen = []
    real_run = subprocess.run
    monkeypatch.setenv("DJANGO_SECRET_KEY", "secret")
    monkeypatch.setattr(subprocess, "run", lambda *args, **more: seen.append(more["env"]) or real_run(*args, **more))
    extract_text(io.BytesIO(b"x"), "txt")
    assert len(seen) == 1
    assert seen[0].keys() <= {"PYTHONPATH", "LD_LIBRARY_PATH", "TMPDIR"}


def test_child_knows_neither_django_nor_the_parsers_it_does_not_need():
    code = (
        f"import sys, {CHILD_MODULE}; print([n for n in ('django', 'docx', 'pypdf', 'openpyxl') if n in sys.modules])"
    )
    said = subprocess.run([sys.executable, "-c", code], cwd=CHILD_DIRECTORY, capture_output=True, check=True).stdout
    assert said.strip() == b"[]"


def test_broken_file_is_logged_in_one_short_line(caplog):
    with caplog.at_level("INFO", logger="search.attachment_text"):
        extract_text(saved(openpyxl.Workbook()), "docx")
    assert "ValueError" in caplog.text
    assert len(caplog.records) == 1
    assert len(caplog.records[0].getMessage()) < 500


def test_no_open_files_are_left():
    def opened():
        return len(os.listdir("/proc/self/fd"))

    extract_text(io.BytesIO(b"x"), "txt")
    before = opened()
    for _ in range(3):
        extract_text(endless_workbook(), "xlsx", limits=ExtractionLimits(seconds=0.3))
    assert opened() == before


def test_storage_file_without_a_descriptor_is_read():
    class StorageFile:
        """What a storage gives: read, seek and tell, no more."""

        def __init__(self, data):
            self._file, self.reads = io.BytesIO(data), count()

        def read(self, size):
            next(self.reads)
            return self._file.read(size)

        def seek(self, place):
            return self._file.seek(place)

        def tell(self):
            return self._file.tell()

    assert extract_text(StorageFile("内容".encode()), "txt").text == "内容"
