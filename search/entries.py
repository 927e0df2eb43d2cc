"""Catalogue entries of the pages of every site: what each page type tells of itself."""

import re
from typing import Any

from search.analysis.folding import fold, to_law_key
from search.analysis.numbers import find_numbers
from search.body_text import list_body_parts, to_text
from search.catalogue import CatalogueDraft, PartDraft, register_entry
from search.models import LawLevel, PageType

_LEVEL_OF_COLUMN = {
    "xf": LawLevel.CONSTITUTION,
    "mfd": LawLevel.STATUTE,
    "fl": LawLevel.STATUTE,
    "xzfg": LawLevel.REGULATION,
    "sfjs": LawLevel.INTERPRETATION,
    "bmgz": LawLevel.MINISTRY,
    "dxal": LawLevel.CASE,
}
_STATE_LAW = re.compile(r"^中华人民共和国[^，。]{1,40}(?:法|法典)(?:[（(]|$)")


def register_own_entries() -> None:
    """All page types of `site_core`; called once, when the app is ready."""
    from site_core import models

    register_entry(models.BasePage, None)  # what all have in common: no page is only that
    register_entry(models.ArticlePage, build_article)
    register_entry(models.DocumentPage, build_document)
    register_entry(models.InfoPage, build_info)
    register_entry(models.PersonPage, build_person)
    register_entry(models.ServiceGuidePage, build_guide)
    register_entry(models.TopicPage, build_topic)
    register_entry(models.ColumnPage, build_column)
    register_entry(models.HomePage, build_home)


def build_article(page: Any) -> CatalogueDraft:
    """An article; one that holds the text of a law is a law, with its level, its numbers, and one hit for all its versions."""
    parts = list_body_parts(page.body)
    if not any(child.block_type == "law" for child in page.body):
        names = [page.subtitle] if page.subtitle else []
        return CatalogueDraft(PageType.ARTICLE, parts, names=names, numbers=find_numbers(page.title))
    notes = next((to_text(child.value.source) for child in page.body if child.block_type == "paragraph"), "")
    numbers = find_numbers(f"{page.title}\n{notes[:2000]}")
    return CatalogueDraft(
        PageType.LAW, parts, numbers=numbers, level=_find_level(page), fold_key=to_law_key(page.title)
    )


def _find_level(page: Any) -> LawLevel:
    from site_core.selectors import list_columns_above

    for column in reversed(list_columns_above(page)):
        if column.slug in _LEVEL_OF_COLUMN:
            return _LEVEL_OF_COLUMN[column.slug]
        if column.slug.startswith("dfxfg"):
            return LawLevel.LOCAL
    if _STATE_LAW.match(page.title):
        return LawLevel.STATUTE
    return LawLevel.INTERPRETATION if page.title.startswith("最高人民") else LawLevel.NONE


def build_document(page: Any) -> CatalogueDraft:
    """A policy document with its numbers, validity and topic."""
    own = [*find_numbers(page.document_number), fold(page.index_number)]
    return CatalogueDraft(
        PageType.DOCUMENT,
        list_body_parts(page.body),
        names=[page.shown_organ, page.get_topic_display()],
        document_number=page.document_number,
        index_number=page.index_number,
        numbers=[number for number in own if number] + find_numbers(page.title),
        validity=page.validity,
        topic=page.topic,
    )


def build_info(page: Any) -> CatalogueDraft:
    """Standing information."""
    return CatalogueDraft(PageType.INFO, list_body_parts(page.body))


def build_person(page: Any) -> CatalogueDraft:
    """A person: office, organisation and what he is good at are his keywords. No telephone, no licence number."""
    names = [page.get_role_display(), page.position, page.organisation_name, *page.speciality_list]
    texts = [("分管工作", "duties", page.duties), ("简历", "resume", to_text(page.resume))]
    parts = [PartDraft(text, label, anchor) for label, anchor, text in texts if text]
    summary = page.summary or "，".join(name for name in (page.position, page.organisation_name) if name)
    return CatalogueDraft(PageType.PERSON, parts, summary=summary, names=[name for name in names if name])


def build_guide(page: Any) -> CatalogueDraft:
    """A service guide: its elements are parts, and what its card shows."""
    rows = [
        ("申请条件", "conditions", to_text(page.conditions)),
        ("办理材料", "materials", "\n".join(child.value["name"] for child in page.materials)),
        ("办理流程", "steps", "\n".join(_step(child.value) for child in page.steps)),
        ("办理地点", "place", page.place),
        ("办理时间", "hours", page.hours),
        ("咨询电话", "telephone", page.telephone),
        ("收费标准", "", page.fee),
        ("办理期限", "", page.time_limit),
        ("设定依据", "basis", to_text(page.basis)),
    ]
    parts = [PartDraft(text, label, anchor) for label, anchor, text in rows if text]
    parts += [PartDraft(child.value["answer"], child.value["question"], "questions") for child in page.questions]
    return CatalogueDraft(
        PageType.GUIDE,
        parts,
        names=[name for name in (page.audience, page.organ) if name],
        service={
            "elements": [[label, text[:120]] for label, _, text in rows[:7] if text],
            "online_url": page.online_url,
            "booking_url": page.booking_url,
        },
    )


def _step(value: Any) -> str:
    return f"{value['title']} {value['text']}".strip()


def build_topic(page: Any) -> CatalogueDraft:
    """A topic, by its introduction; its articles have entries of their own."""
    return CatalogueDraft(PageType.TOPIC, list_body_parts(page.body))


def build_column(page: Any) -> CatalogueDraft:
    """A column, by its name and description."""
    return CatalogueDraft(PageType.COLUMN)


def build_home(page: Any) -> CatalogueDraft:
    """A site's home page: found by the name of its organisation."""
    from tenants.current import current_site

    site = current_site()
    return CatalogueDraft(PageType.HOME, names=[site.name, site.short_name])
