"""Programmes and issues to test with, and the recordings and PDFs that they need: all made here, none a real one."""

import io
import struct
import wave
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from django.core.files.base import ContentFile
from django.db import transaction
from PIL import Image

import legal_education
from legal_education.models import EpisodePage, PaperIssuePage, PaperScan, ProgrammePage
from site_core.models import SiteDocument
from site_core.selectors import get_column
from tests.site_core.page_samples import make_picture, publish, stream

SAMPLES = Path(legal_education.__file__).parent / "sample" / "media"
CAPTIONS = b"WEBVTT\n\n00:01.000 --> 00:04.000\n\xe5\xad\x97\xe5\xb9\x95\xe7\xac\xac\xe4\xb8\x80\xe5\x8f\xa5\n"


def make_wav(seconds: int = 3, rate: int = 8000) -> bytes:
    """Silence."""
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(struct.pack("<h", 0) * rate * seconds)
    return buffer.getvalue()


def make_pdf(pages: int = 2) -> bytes:
    """Coloured pages without text."""
    images = [Image.new("RGB", (300, 420), (200, 40 * number % 255, 90)) for number in range(pages)]
    buffer = io.BytesIO()
    images[0].save(buffer, "PDF", save_all=True, append_images=images[1:])
    return buffer.getvalue()


def make_text_pdf(words: str = "Constitution") -> bytes:
    """A page with Latin words that can be read out of it."""
    stream_text = f"BT /F1 24 Tf 40 200 Td ({words}) Tj ET".encode()
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 300 400] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream_text), stream_text),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    body, offsets = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, 1):
        offsets.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"xref\n0 6\n0000000000 65535 f \n" + b"".join(b"%010d 00000 n \n" % each for each in offsets)
    return body + table + b"trailer\n<< /Size 6 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % len(body)


def make_media(
    name: str = "tones-1.mp3", title: str = "录音", content: bytes | None = None, **fields: Any
) -> SiteDocument:
    """A file of the current site: one of the product's samples, or with that content."""
    data = (SAMPLES / name).read_bytes() if content is None else content
    document = SiteDocument(title=title, file=ContentFile(data, name=name), file_size=len(data), **fields)
    document.save()
    return document


def make_programme(medium: str = "radio", title: str = "法制在线", **fields: Any) -> ProgrammePage:
    """A public programme in the column 法治宣传 of the current site."""
    values = {
        "summary": "每周一案。", "outlet": "某某广播电台", "slot": "FM 示例", "schedule": "周五 08:30", "since": date(2012, 3, 2),
        "audiences": ["farmers", "all"], "plan": "bawu", **fields,
    }  # fmt: skip
    return publish(get_column("pufa"), ProgrammePage(title=title, medium=medium, **values))


def make_episode(programme: ProgrammePage, title: str = "赡养协议", number: int = 1, **fields: Any) -> EpisodePage:
    """A public episode with everything; `media` may be given."""
    values: dict[str, Any] = {
        "summary": "一份协议。", "presenter": "陈某", "aired_at": datetime(2026, 11, 20, 0, 30, tzinfo=UTC),
        "transcript": stream(("speech", {"speaker": "律师", "text": "赡养父母是法定义务。\n协议免不掉。"}), ("paragraph", "<p>插播一段。</p>")),
        "chapters": stream(("chapter", {"start": "00:00", "title": "来信"}), ("chapter", {"start": "00:02", "title": "律师说法"})),
        "law_references": stream(("law", {"law": "民法典", "article": "第二十六条", "text": "成年子女对父母负有赡养义务。", "page": None, "url": ""})),
        **fields,
    }  # fmt: skip
    if "media" not in values:
        values["media"] = make_media("film.mp4" if programme.medium == "tv" else "tones-1.mp3")
    return publish(programme, EpisodePage(title=title, number=number, **values))


def make_issue(programme: ProgrammePage, title: str = "读一读宪法", number: int = 1, **fields: Any) -> PaperIssuePage:
    """A public issue of two scans, unless it has a `pdf`."""
    values = {"summary": "一期报纸。", "issued_on": date(2015, 11, 27), **fields}
    issue = PaperIssuePage(title=title, number=number, **values)
    if "pdf" not in fields:
        issue.scans = [
            PaperScan(
                sort_order=at, image=make_picture(f"版面{at}", (600, 840)), label=f"版{at}", text=f"第{at}版的文字"
            )
            for at in (1, 2)
        ]
    return publish(programme, issue)


@transaction.atomic
def make_every_form() -> dict[str, Any]:
    """A programme of each form with an issue, by name."""
    radio, film = make_programme("radio", slug="guangbo"), make_programme("tv", "普法天地", slug="dianshi")
    paper, web = (
        make_programme("paper", "六五普法之窗", slug="baozhi"),
        make_programme("weibo", "普法微博", slug="wangluo"),
    )
    poster = make_picture("海报", (1500, 1500))
    return {
        "programme": radio,
        "film programme": film,
        "paper programme": paper,
        "web programme": web,
        "episode": make_episode(radio, slug="di1qi"),
        "film": make_episode(film, "老院子归谁", cover=poster, captions=make_media("film.vtt", "字幕"), slug="di1qi"),
        "paper issue": make_issue(paper, slug="di1qi"),
        "paper from pdf": make_issue(
            paper,
            "第一个国家宪法日",
            2,
            slug="di2qi",
            pdf=make_media("a.pdf", content=make_pdf(2)),
            issued_on=date(2014, 11, 28),
        ),
    }
