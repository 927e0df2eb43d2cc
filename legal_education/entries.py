"""Programmes and their issues in the catalogue: what was said and printed is found, each chapter and page by itself."""

from typing import Any

from legal_education.episode_parts import list_chapters, list_cues
from legal_education.models import EpisodePage, PaperIssuePage, ProgrammePage
from legal_education.papers.sheets import list_sheets
from search.body_text import cut_text, list_body_parts, to_text
from search.catalogue import CatalogueDraft, PartDraft, register_entry
from search.models import PageType


def register_own_entries() -> None:
    """Called once, when the app is ready."""
    register_entry(ProgrammePage, build_programme)
    register_entry(EpisodePage, build_episode)
    register_entry(PaperIssuePage, build_issue)


def build_programme(page: Any) -> CatalogueDraft:
    """A programme, with what the city's page over all sites shows of it."""
    shown = {
        "medium": page.medium,
        "audiences": list(page.audiences),
        "outlet": page.outlet,
        "slot": page.slot,
        "schedule": page.schedule,
        "plan": page.plan,
        "is_over": page.is_over,
        "has_podcast": page.is_recorded,
    }
    names = [page.get_medium_display(), page.outlet, page.responsible_unit, *page.audience_labels]
    return CatalogueDraft(PageType.PROGRAMME, list_body_parts(page.body), names=_filled(names), service=shown)


def build_episode(page: Any) -> CatalogueDraft:
    """An episode: chapters by their moments, what was said by the transcript, else by the captions."""
    parts = [PartDraft(each.title, f"{each.shown_start} {each.title}", each.anchor) for each in list_chapters(page)]
    parts += _list_words(page)
    for each in page.law_references:
        law = each.value
        parts.append(PartDraft(f"{law['law']}{law['article']}\n{law['text']}", "引用的法条", "laws"))
    return CatalogueDraft(PageType.EPISODE, parts, names=_names(page, page.presenter))


def _list_words(page: Any) -> list[PartDraft]:
    lines = [to_text(_say(each)) for each in page.transcript]
    if not lines:
        lines = [cue.text for cue in list_cues(page)]
    return cut_text("\n".join(line for line in lines if line), "文字稿", "transcript")


def _say(child: Any) -> str:
    if child.block_type == "speech":
        return f"{child.value['speaker']}：{child.value['text']}".removeprefix("：").replace("\n", "<br>")
    return str(child.value.source)


def build_issue(page: Any) -> CatalogueDraft:
    """An issue of a newspaper, by the text of its pages."""
    parts = [part for sheet in list_sheets(page) for part in cut_text(sheet.text, sheet.name, sheet.anchor)]
    return CatalogueDraft(PageType.EPISODE, parts, names=_names(page))


def _names(page: Any, *more: str) -> list[str]:
    programme = page.programme
    own = [programme.title, programme.outlet] if programme else []
    return _filled([*own, page.shown_number, *more])


def _filled(names: list[str]) -> list[str]:
    return [name for name in names if name]
