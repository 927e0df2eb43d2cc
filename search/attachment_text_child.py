"""The process that opens attachments: hostile files harm nobody but it. Run by `search.attachment_text`; knows no Django.

The file comes on standard input. Its text goes to standard output as it is read, so that what was read stays when the
process is killed; then NUL and one word, the verdict: empty if all went well. No verdict means that the process broke.
"""

import logging
import re
import resource
import sys
import unicodedata
import warnings
import zipfile
from collections.abc import Callable, Iterator
from io import BytesIO, TextIOWrapper
from typing import IO, Any, Final

END_OF_TEXT: Final = b"\0"  # cleaned text has none
_MAX_MEMBERS = 10_000
_MAX_UNPACKED_BYTES = 256 * 1024 * 1024  # half of the memory, which is where members end that declare too little
_OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_PDF_HEADER_WITHIN = 1024  # bytes; ISO 32000-1 annex H.3, note 13
# The rule of `search.analysis.folding.clean`, which is not imported: a child that starts fast knows nothing else.
_NOT_TEXT = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
# Browsers and office programs write PDFs whose 一 and 见 are radicals (⼀, ⻅): the glyph is the same, and the lower code
# won. What Unicode makes of them is too little: it leaves most of the supplement (U+2E80) alone, and ⼾ becomes 戶.
_RADICALS = {code: unicodedata.normalize("NFKC", chr(code)) for code in range(0x2F00, 0x2FD6)} | dict(
    zip(
        map(ord, "⼾⺟⺠⻁⻄⻅⻆⻉⻋⻓⻔⻘⻙⻚⻛⻜⻝⻢⻣⻤⻥⻦⻧⻨⻩⻬⻮⻰⻳"),
        "户母民虎西见角贝车长门青韦页风飞食马骨鬼鱼鸟卤麦黄齐齿龙龟",
        strict=True,
    )
)


class Unreadable(Exception):
    """The text cannot be had, or not all of it; the message is the verdict."""


def main(extension: str, characters: int, memory_bytes: int, seconds: int) -> None:
    """Write the text of standard input, at most `characters` of it, and the verdict."""
    _restrict(memory_bytes, seconds, output_bytes=4 * characters + 65536)
    # What libraries have to say about a broken file is as long as its author likes.
    logging.disable()
    warnings.simplefilter("ignore")
    verdict = ""
    try:
        _send(READERS[extension](BytesIO(sys.stdin.buffer.read())), sys.stdout.buffer, characters)
    except Unreadable as problem:
        verdict = str(problem)
    except MemoryError:
        verdict = "memory"
    sys.stdout.buffer.write(END_OF_TEXT + verdict.encode())


def _restrict(memory_bytes: int, seconds: int, output_bytes: int) -> None:
    """Limits of the kernel. That of CPU time also ends the process when nobody is left to kill it."""
    _lower(resource.RLIMIT_AS, memory_bytes)
    _lower(resource.RLIMIT_CPU, seconds)
    _lower(resource.RLIMIT_FSIZE, output_bytes)
    _lower(resource.RLIMIT_CORE, 0)


def _lower(limit: int, amount: int) -> None:
    _, hard = resource.getrlimit(limit)
    amount = amount if hard == resource.RLIM_INFINITY else min(amount, hard)
    resource.setrlimit(limit, (amount, amount))


def _send(pieces: Iterator[str], output: IO[bytes], characters: int) -> None:
    for piece in pieces:
        for line in filter(None, map(tidy, piece.splitlines())):
            output.write(f"{line}\n"[:characters].encode())
            characters -= len(line) + 1
            if characters <= 0:
                return
        output.flush()


def tidy(line: str) -> str:
    """One line in NFC without control characters, lone surrogates and stray radicals, its blanks squeezed."""
    return " ".join(_NOT_TEXT.sub("", unicodedata.normalize("NFC", line)).translate(_RADICALS).split())


def read_text(file: IO[bytes]) -> Iterator[str]:
    """Lines of plain text or CSV."""
    data = file.read()
    encoding = next((name for name in ("utf-8-sig", "gb18030") if _decodes(data, name)), None)
    if encoding is None or b"\0" in data:
        raise Unreadable("mismatch")
    file.seek(0)
    # Line by line: as a list, ten million short lines would be larger than the memory.
    yield from TextIOWrapper(file, encoding)


def _decodes(data: bytes, encoding: str) -> bool:
    try:
        data.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def read_pdf(file: IO[bytes]) -> Iterator[str]:
    """The text of each page; a broken page does not keep the others from being read."""
    from pypdf import PdfReader
    from pypdf.errors import DependencyError, FileNotDecryptedError

    if b"%PDF-" not in file.read(_PDF_HEADER_WITHIN):
        raise Unreadable("mismatch")
    try:
        yield from _pages(PdfReader(file))
    except (DependencyError, FileNotDecryptedError) as problem:
        # DependencyError: AES, which is not decrypted here even where the password is empty.
        raise Unreadable("locked") from problem


def _pages(reader: Any) -> Iterator[str]:
    from pypdf.errors import DependencyError, FileNotDecryptedError

    broken = 0
    for page in reader.pages:
        try:
            text = page.extract_text()
        except (MemoryError, DependencyError, FileNotDecryptedError):
            raise
        except Exception:  # noqa: BLE001 - pypdf raises whatever a broken page makes its code run into
            broken += 1
        else:
            yield text
    if broken:
        raise Unreadable("partly" if broken < len(reader.pages) else "damaged")


def read_docx(file: IO[bytes]) -> Iterator[str]:
    """Paragraphs and rows of tables in the order of the body, those in text boxes and content controls as well.

    Left out: headers, footers, footnotes, comments, and what readers do not see (deleted, moved away, hidden).
    """
    import docx

    _check_package(file)
    return _body_lines(docx.Document(file).element.body)


def _body_lines(body: Any) -> Iterator[str]:
    from docx.oxml.ns import qn
    from docx.text.font import Font
    from lxml import etree

    paragraph, row, run, text = (qn(f"w:{name}") for name in ("p", "tr", "r", "t"))
    instead = {qn("w:tab"): "\t", qn("w:br"): "\n", qn("w:cr"): "\n", qn("w:noBreakHyphen"): "-"}
    # A text box stands in its fallback a second time.
    unseen = {qn("w:moveFrom"), "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"}
    line: list[str] = []
    rows = 0  # open ones: tables stand in tables
    walk = etree.iterwalk(body, events=("start", "end"))
    for event, element in walk:
        tag = element.tag
        if event == "start":
            rows += tag == row
            if tag == paragraph:
                line.append("\t")  # between cells, and before a text box
            if tag in unseen or (tag == run and Font(element).hidden):
                walk.skip_subtree()
            continue
        rows -= tag == row
        line.append((element.text or "") if tag == text else instead.get(tag, ""))
        if tag in (paragraph, row) and not rows:
            yield "".join(line)
            line.clear()


def read_xlsx(file: IO[bytes]) -> Iterator[str]:
    """Names of the visible sheets, each with its rows; of formulas the values that were saved."""
    import openpyxl

    _check_package(file)
    for sheet in openpyxl.load_workbook(file, read_only=True, data_only=True, keep_links=False).worksheets:
        # What is hidden was not meant for readers; found by search it would be shown to them.
        if sheet.sheet_state != "visible":
            continue
        yield sheet.title
        sheet.reset_dimensions()  # other programs than Excel write wrong ones, and rows behind them would be lost
        for row in sheet.iter_rows(values_only=True):
            yield "\t".join(str(value).replace("\n", " ") for value in row if value is not None)


def _check_package(file: IO[bytes]) -> None:
    """An office file of today that is not too large unpacked, by the sizes it declares."""
    data = file.read()
    file.seek(0)
    if data.startswith(_OLD_OFFICE):
        # An encrypted package is a stream of that name in an old container (MS-OFFCRYPTO 2.3.4.4).
        raise Unreadable("locked" if "EncryptedPackage".encode("utf-16-le") in data else "mismatch")
    if not data.startswith(b"PK"):
        raise Unreadable("mismatch")
    try:
        members = zipfile.ZipFile(file).infolist()
    except zipfile.BadZipFile as problem:
        raise Unreadable("damaged") from problem
    if len(members) > _MAX_MEMBERS or sum(member.file_size for member in members) > _MAX_UNPACKED_BYTES:
        raise Unreadable("bomb")


READERS: Final[dict[str, Callable[[IO[bytes]], Iterator[str]]]] = {
    "txt": read_text,
    "csv": read_text,
    "pdf": read_pdf,
    "docx": read_docx,
    "xlsx": read_xlsx,
}

if __name__ == "__main__":
    main(sys.argv[1], *map(int, sys.argv[2:5]))
