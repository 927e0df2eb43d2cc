"""What a blueprint wants of the home page and the look. Pure."""

from collections.abc import Iterator, Sequence
from typing import Any

from blueprints.changes import Change, Detail, Flag
from blueprints.content import Content
from blueprints.site_state import LookState, SiteState

RULE_LABELS = {"required": "必备版块", "allowed": "可用版块", "order": "版块顺序", "fixed": "顺序固定"}


def make_section_rules(content: Content) -> dict[str, Any]:
    """`HomePage.section_rules`; a blueprint that names no section sets no rules."""
    if not content.sections:
        return {}
    keys = [section.key for section in content.sections]
    required = [section.key for section in content.sections if section.required]
    return {"required": required, "allowed": keys, "order": keys, "fixed": content.sections_fixed}


def arrange_sections(content: Content, present: Sequence[str]) -> list[int | str]:
    """Sections of a home page as the blueprint wants them: those that are there by their index, those to be made by key.

    What is missing and required stands behind the nearest section before it; a fixed order sorts all, the site's own last.
    """
    places: list[int | str] = list(range(len(present)))
    listed = [section.key for section in content.sections]
    for section in content.sections:
        if section.required and section.key not in present:
            _insert(places, section.key, listed, present)
    if not content.sections_fixed:
        return places
    rank = {key: place for place, key in enumerate(listed)}
    return sorted(places, key=lambda place: rank.get(_key_of(place, present), len(rank)))


def _insert(places: list[int | str], key: str, listed: Sequence[str], present: Sequence[str]) -> None:
    keys = [_key_of(place, present) for place in places]
    before = next((each for each in reversed(listed[: listed.index(key)]) if each in keys), None)
    after = next((each for each in listed[listed.index(key) + 1 :] if each in keys), None)
    if before is not None:
        places.insert(len(keys) - keys[::-1].index(before), key)
    else:
        places.insert(keys.index(after) if after is not None else 0, key)


def _key_of(place: int | str, present: Sequence[str]) -> str:
    return place if isinstance(place, str) else present[place]


def aim_look(content: Content, look: LookState) -> LookState:
    """Theme and palettes of the blueprint; a chosen palette that it does not have gives way to the default."""
    is_allowed = not content.palettes or look.palette_key in content.palettes
    return LookState(content.theme, content.palettes, look.palette_key if is_allowed else "")


def plan_home(state: SiteState, content: Content) -> Iterator[Change]:
    """Changes of the home page's sections and rules, and of the look."""
    places = arrange_sections(content, state.sections)
    if places != list(range(len(state.sections))):
        after = [_key_of(place, state.sections) for place in places]
        yield _change(state, "sections", (("版块", _name(state.sections), _name(after)),))
    rules = make_section_rules(content)
    if rules != state.section_rules:
        yield _change(state, "section_rules", tuple(_compare_rules(state.section_rules, rules)))
    look = aim_look(content, state.look)
    if look != state.look:
        yield Change("retheme", "外观", details=tuple(_compare_looks(state.look, look)))


def list_section_flags(state: SiteState, content: Content) -> Iterator[Flag]:
    """Sections of the home page that the blueprint does not know."""
    listed = {section.key for section in content.sections}
    for key in dict.fromkeys(state.sections):
        if content.sections and key not in listed:
            message = f"首页的版块“{name_section(key)}”不在蓝图中，保留不动"
            yield Flag("section", message, page_id=state.home.id, address="/")


def name_section(key: str) -> str:
    """What editors call the section."""
    from site_core.sections import list_sections

    return next((str(block.label or key) for each, block in list_sections() if each == key), key)


def _name(keys: Sequence[str]) -> str:
    return "、".join(name_section(key) for key in keys)


def _change(state: SiteState, op: str, details: tuple[Detail, ...]) -> Change:
    return Change(op, name_page(state, state.home.id), page_id=state.home.id, details=details)


def name_page(state: SiteState, page_id: int) -> str:
    """The page's title; the home page, which is titled like its site, is called the same on all sites."""
    return "首页" if page_id == state.home.id else state.by_id[page_id].title


def _compare_rules(old: dict[str, Any], new: dict[str, Any]) -> Iterator[Detail]:
    for field, label in RULE_LABELS.items():
        before, after = (_show_rule(rules.get(field)) for rules in (old, new))
        if before != after:
            yield label, before, after


def _show_rule(value: Any) -> str:
    return _name(value) if isinstance(value, list) else {True: "是", False: "否"}.get(value, "")


def _compare_looks(old: LookState, new: LookState) -> Iterator[Detail]:
    if old.theme != new.theme:
        yield "主题", old.theme or "按网站类别", new.theme or "按网站类别"
    if old.palettes != new.palettes:
        yield "可选配色", "、".join(old.palettes) or "全部", "、".join(new.palettes) or "全部"
    if old.palette_key != new.palette_key:
        yield "配色", old.palette_key, new.palette_key or "默认"
