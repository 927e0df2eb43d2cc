"""Rows of the sample files as pages that are not saved yet."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from site_core.importing.blocks import to_blocks
from site_core.models import ArticlePage, BasePage, DocumentPage, InfoPage, PersonPage, ServiceGuidePage, TopicPage
from site_core.sample_art import describe_scene
from site_core.sampling.pictures import find_picture

Values = dict[str, Any]

INFO_COLUMNS = {"jgzn", "gk", "jggk", "lxwm", "xxgk_zhinan", "xxgk_ysqgk"}
"""Columns whose texts stand for long: they hold information pages."""
_LABELS = (("征求", "征集"), ("征集", "征集"), ("公示", "公示"), ("公告", "公告"), ("通告", "公告"), ("通知", "通知"))
_COMMON = ("title", "summary", "keywords", "source", "author", "responsible_editor")


def make_page(table: str, values: Values, find: Callable[[str], BasePage | None]) -> BasePage:
    """The page of a row; `find` gives the page of another row by its key."""
    return _MAKERS[table](values, find)


def _day(days_ago: int | None) -> date | None:
    return None if days_ago is None else timezone.localdate() - timedelta(days=days_ago)


def _stream(pairs: list[tuple[str, Any]]) -> Any:
    return [{"type": kind, "value": value} for kind, value in pairs]


def _common(values: Values) -> Values:
    return {name: values[name] for name in _COMMON if values.get(name)}


def _make_article(values: Values, find: Callable[[str], BasePage | None]) -> BasePage:
    body = _stream([*to_blocks(values["body"], "markdown"), *_list_extras(values)])
    cover = find_picture(values.get("picture", "none"), values["title"])
    if values["column"] in INFO_COLUMNS:
        return InfoPage(**_common(values), body=body, cover=cover, reviewed_on=_day(30))
    label = (
        next((label for word, label in _LABELS if word in values["title"]), "") if values["column"] == "tzgg" else ""
    )
    interprets = find(values["interprets"]) if values.get("interprets") else None
    subtitle = values.get("subtitle", "")
    return ArticlePage(**_common(values), body=body, cover=cover, label=label, interprets=interprets, subtitle=subtitle)


def _list_extras(values: Values) -> list[tuple[str, Any]]:
    """Blocks that Markdown has no words for: a gallery of scenes, a quotation, a provision."""
    extras: list[tuple[str, Any]] = []
    if scenes := values.get("gallery"):
        pictures = [{"image": _picture_value(scene, values["title"]), "caption": ""} for scene in scenes]
        extras.append(("gallery", {"title": "活动场景（示意画）", "pictures": pictures}))
    if quote := values.get("quote"):
        extras.append(("quote", {"text": quote[0], "attribution": quote[1]}))
    if provision := values.get("provision"):
        law, article, text = provision
        extras.append(("law_reference", {"law": law, "article": article, "text": text, "page": None, "url": ""}))
    return extras


def _picture_value(scene: str, title: str) -> Values:
    picture = find_picture(scene, title)
    return {"image": picture.pk if picture else None, "alt_text": describe_scene(scene), "decorative": False}


def _make_document(values: Values, find: Callable[[str], BasePage | None]) -> BasePage:
    return DocumentPage(
        **_common(values),
        document_number=values["number"],
        issued_on=_day(values["issued_days_ago"]),
        effective_on=_day(values.get("effective_days_ago")),
        expires_on=_expiry(values),
        topic=values["topic"],
        validity=values.get("validity", "有效"),
        validity_changed_on=_day(values.get("validity_days_ago")),
        validity_note=values.get("validity_note", ""),
        replaces=find(values["replaces"]) if values.get("replaces") else None,
        replacement=values.get("replacement", ""),
        needs_interpretation=values.get("needs_interpretation", True),
        body=_document_body(values),
        basis=_stream(
            [("law", {"law": "中华人民共和国法律援助法", "article": "", "text": "", "page": None, "url": ""})]
        ),
    )


def _expiry(values: Values) -> date | None:
    if "expired_days_ago" in values:
        return _day(values["expired_days_ago"])
    start = _day(values.get("effective_days_ago", values["issued_days_ago"]))
    years = values.get("valid_years")
    return start + timedelta(days=365 * years) if start and years else None


def _document_body(values: Values) -> Any:
    day = _day(values["issued_days_ago"])
    sign_off = {"organs": [values["organ"]], "signed_on": day.isoformat() if day else "", "note": "此件公开发布"}
    parts: list[tuple[str, Any]] = [("addressee", values["addressee"]), *to_blocks(values["body"], "markdown")]
    parts.append(("sign_off", sign_off))
    return _stream([*parts, *([("law", values["law"].strip())] if values.get("law") else [])])


def _make_person(values: Values, find: Callable[[str], BasePage | None]) -> BasePage:
    fields = (
        "role",
        "position",
        "organisation_name",
        "licence_number",
        "specialities",
        "duties",
        "resume",
        "telephone",
    )
    given = {name: values[name] for name in (*fields, "hours", "rank") if name in values}
    return PersonPage(title=values["name"], **given)


def _make_guide(values: Values, find: Callable[[str], BasePage | None]) -> BasePage:
    fields = ("icon", "audience", "basis", "conditions", "place", "hours", "telephone", "time_limit", "fee", "result")
    materials = [
        ("material", {"name": name, "copies": copies, "note": note, "is_required": needed, "sample": None})
        for name, copies, note, needed in values["materials"]
    ]
    steps = [("step", {"title": title, "text": text}) for title, text in values["steps"]]
    questions = [("question", {"question": asked, "answer": answer}) for asked, answer in values["questions"]]
    return ServiceGuidePage(
        **_common(values),
        **{name: values[name] for name in fields},
        materials=_stream(materials),
        steps=_stream(steps),
        questions=_stream(questions),
    )


def _make_topic(values: Values, find: Callable[[str], BasePage | None]) -> BasePage:
    opens = _day(-values["opens_in_days"]) if "opens_in_days" in values else None
    closes = opens + timedelta(days=values["lasts_days"]) if opens and "lasts_days" in values else None
    return TopicPage(
        **_common(values),
        cover=find_picture(values["picture"], values["title"]),
        opens_on=opens,
        closes_on=closes,
        body=_stream([("paragraph", f"<p>{values['summary']}</p>")]),
    )


_MAKERS: dict[str, Callable[..., BasePage]] = {
    "article": _make_article,
    "document": _make_document,
    "person": _make_person,
    "guide": _make_guide,
    "topic": _make_topic,
}
