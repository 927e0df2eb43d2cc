"""Programmes of the demo, published through the usual door. Safe to repeat and to interrupt; what an editor changed stays."""

import tomllib
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone

from legal_education.models import EpisodePage, PaperIssuePage, PaperScan, ProgrammeLink, ProgrammePage
from legal_education.sample_paper import bind, draw_page
from site_core.actions import publish_page
from site_core.models import BasePage, ColumnPage, SiteDocument, SiteImage
from site_core.sampling.pictures import find_picture
from tenants.models import Organisation

_FOLDER = Path(__file__).parent / "sample"
_PARENT = "pufa"
_REASON = "演示用示例内容"
_PROGRAMME_FIELDS = (
    "title",
    "slug",
    "medium",
    "summary",
    "outlet",
    "slot",
    "schedule",
    "since",
    "until",
    "audiences",
    "plan",
)
_EPISODE_FIELDS = ("title", "number", "summary", "presenter", "outlet_url", "duration")

Values = dict[str, Any]


def add_sample_programmes(site: Organisation) -> None:
    """Publish the site's programmes and issues that are not there yet."""
    for values in _read_programmes():
        column = ColumnPage.objects.filter(node_key=_PARENT).first()
        if values["site"] == site.schema_name and column is not None:
            programme = _find(values["key"]) or _publish_programme(column, values)
            for episode in values.get("episode", ()):
                _publish_once(programme, f"{values['key']}:{episode['key']}", episode, _make_episode)
            for issue in values.get("issue", ()):
                _publish_once(programme, f"{values['key']}:{issue['key']}", issue, _make_issue)


@cache
def _read_programmes() -> list[Values]:
    found: list[Values] = tomllib.loads((_FOLDER / "programmes.toml").read_text(encoding="utf-8"))["programme"]
    return found


def _source(key: str) -> str:
    return f"sample:programme:{key}"


def _find(key: str) -> Any:
    found = BasePage.objects.filter(source_id=_source(key)).first()
    return found.specific if found else None


@transaction.atomic
def _publish_programme(column: ColumnPage, values: Values) -> ProgrammePage:
    fields = {name: values[name] for name in _PROGRAMME_FIELDS if name in values}
    programme = ProgrammePage(**fields, source_id=_source(values["key"]), cover=_find_scene(values))
    if "about" in values:
        programme.body = [{"type": "paragraph", "value": f"<p>{values['about']}</p>"}]  # type: ignore[assignment] # a StreamField takes it
    programme.links = [  # type: ignore[assignment] # a cluster's children
        ProgrammeLink(page=page) for page in ColumnPage.objects.filter(node_key__in=values.get("links", ()))
    ]
    publish_page(column, programme)
    return programme


@transaction.atomic
def _publish_once(programme: ProgrammePage, key: str, values: Values, make: Any) -> None:
    if _find(key) is not None:
        return
    page, moment = make(values)
    page.source_id = _source(key)
    programme.refresh_from_db()
    publish_page(programme, page, public_at=moment, reason=_REASON)


def _make_episode(values: Values) -> tuple[EpisodePage, Any]:
    today = timezone.localtime().replace(hour=8, minute=30, second=0, microsecond=0)
    moment = today - timedelta(days=values["days_ago"])
    fields = {name: values[name] for name in _EPISODE_FIELDS if name in values}
    episode = EpisodePage(**fields, aired_at=moment, cover=_find_scene(values), slug=f"di{values['number']}qi")
    episode.media = _find_file(values.get("media", ""))
    episode.captions = _find_file(values.get("captions", ""))
    episode.chapters = _stream("chapter", [{"start": at, "title": title} for at, title in values.get("chapters", ())])
    speech = [{"speaker": who, "text": text} for who, text in values.get("speech", ())]
    episode.transcript = _stream("speech", speech)
    laws = [
        {"law": law, "article": article, "text": text, "page": None, "url": ""}
        for law, article, text in values.get("laws", ())
    ]
    episode.law_references = _stream("law", laws)
    return episode, moment


def _stream(kind: str, values: list[Values]) -> Any:
    return [{"type": kind, "value": value} for value in values]


def _find_scene(values: Values) -> SiteImage | None:
    return find_picture(values.get("scene", "none"), values["title"])


def _find_file(name: str) -> SiteDocument | None:
    """The file of the samples, kept once a site whatever number of episodes have it."""
    if not name:
        return None
    return _keep_file(f"示例文件 {name}", name, (_FOLDER / "media" / name).read_bytes())


def _keep_file(title: str, name: str, content: bytes) -> SiteDocument:
    found = SiteDocument.objects.filter(title=title).first()
    if found is None:
        found = SiteDocument(title=title, file=ContentFile(content, name=name), file_size=len(content))
        found.save()
    return found


def _make_issue(values: Values) -> tuple[PaperIssuePage, Any]:
    day: date = values["date"]
    issue = PaperIssuePage(
        title=values["title"],
        number=values["number"],
        summary=values["summary"],
        issued_on=day,
        slug=f"di{values['number']}qi",
    )
    pages = [draw_page("六五普法之窗（示例）", label, headline, text) for label, headline, text in values["pages"]]
    if values["form"] == "pdf":
        issue.pdf = _keep_file(values["title"], f"issue-{values['number']}.pdf", bind(pages))
    else:
        issue.scans = [  # type: ignore[assignment] # a cluster's children
            PaperScan(sort_order=at, label=row[0], text=row[2].replace("|", "\n"), image=_keep_scan(values, at, page))
            for at, (row, page) in enumerate(zip(values["pages"], pages, strict=True))
        ]
    return issue, timezone.now() - timedelta(days=30)


def _keep_scan(values: Values, at: int, page: bytes) -> SiteImage:
    title = f"{values['title']} 第{at + 1}版"
    found = SiteImage.objects.filter(title=title).first()
    return found or SiteImage.objects.create(
        title=title, file=ContentFile(page, name=f"paper-{values['number']}-{at + 1}.jpg"), description=title
    )
