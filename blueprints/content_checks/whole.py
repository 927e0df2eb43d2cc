"""Rules for what a blueprint says of a site as a whole: kind, theme, roles, names."""

from collections.abc import Iterator

from blueprints.content import Content
from site_core.roles import ROLE_LABELS
from tenants.kinds import SiteKind
from themes.palettes import CUSTOM, derive_palette
from themes.registry import Theme, find_theme, palettes_of, theme_of_kind

from .limits import CONTACTS, IDENTIFIERS
from .problems import Problem, Rule, list_repeated, list_unknown, problem_of


def _check_kind(content: Content) -> Iterator[Problem]:
    if content.kind not in SiteKind.values:
        yield problem_of(
            content, "kind", f"没有网站类别“{content.kind}”，请改为其中之一：{'、'.join(SiteKind.values)}。"
        )


def _check_theme(content: Content) -> Iterator[Problem]:
    if content.theme and find_theme(content.theme) is None:
        yield problem_of(content, "theme", f"没有主题“{content.theme}”，请改选；留空为该类网站的主题。")


def _check_palettes(content: Content) -> Iterator[Problem]:
    theme = find_theme(content.theme) if content.theme else theme_of_kind(content.kind)
    for key in content.palettes:
        if fault := _find_palette_fault(key, theme):
            yield problem_of(content, "palettes", fault)
    for key in list_repeated(content.palettes):
        yield problem_of(content, "palettes", f"配色“{key}”写了两次，请删去一个。")


def _find_palette_fault(key: str, theme: Theme | None) -> str:
    """What is wrong with the palette; '' for nothing. A theme's own palettes were measured when it was loaded."""
    if key.startswith(CUSTOM):
        return _find_colour_fault(key)
    if theme is None or key in palettes_of(theme):
        return ""
    known = "、".join(palettes_of(theme))
    return f"主题“{theme.label}”没有配色“{key}”，请改为：{known}，或自定主色（如 c-20456b）。"


def _find_colour_fault(key: str) -> str:
    try:
        palette = derive_palette(f"#{key.removeprefix(CUSTOM)}")
    except ValueError as fault:
        return f"配色“{key}”不能用，请换一种颜色：{fault}"
    return "" if palette.key == key else f"配色“{key}”请写作“{palette.key}”。"


def _check_roles(content: Content) -> Iterator[Problem]:
    yield from _check_names(content, "roles", "角色", tuple(ROLE_LABELS))


def _check_identifiers(content: Content) -> Iterator[Problem]:
    yield from _check_names(content, "identifiers", "标识", IDENTIFIERS)


def _check_contacts(content: Content) -> Iterator[Problem]:
    yield from _check_names(content, "contacts", "联系方式", CONTACTS)


def _check_names(content: Content, field: str, label: str, known: tuple[str, ...]) -> Iterator[Problem]:
    for name in list_unknown(getattr(content, field), known):
        yield problem_of(content, field, f"没有{label}“{name}”，请改为其中之一：{'、'.join(known)}。")
    for name in list_repeated(getattr(content, field)):
        yield problem_of(content, field, f"{label}“{name}”写了两次，请删去一个。")


RULES: tuple[Rule, ...] = (
    *(_check_kind, _check_theme, _check_palettes, _check_roles, _check_identifiers, _check_contacts),
)
