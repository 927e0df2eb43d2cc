"""Reads of a site's own blueprint, in words for its editors."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from blueprints.changes import SitePlan
from blueprints.comparing import plan_site
from blueprints.compliance_selectors import Findings, read_findings
from blueprints.content import Content, Node
from blueprints.models import Release, SiteRelease
from blueprints.planning_home import RULE_LABELS, make_section_rules, name_section
from blueprints.selectors import find_latest_release, find_site_release, get_content
from site_core.locks import LOCK_LABELS
from site_core.models import BasePage
from site_core.roles import ROLE_LABELS
from tenants.models import Organisation
from themes.registry import find_palette, find_theme


@dataclass(frozen=True)
class ColumnRow:
    """A column of the blueprint as it stands on the site; `page` is None where it is missing."""

    node: Node
    depth: int
    locks: str
    steps: str
    page: Any


@dataclass(frozen=True)
class SiteBlueprint:
    """Everything about the blueprint of a site."""

    site: Organisation
    row: SiteRelease | None
    columns: Sequence[ColumnRow]
    rules: Sequence[tuple[str, str]]
    theme: str
    palettes: str
    findings: Findings
    next_release: Release | None
    next_plan: SitePlan


def describe_site(site: Organisation) -> SiteBlueprint:
    """For the current site."""
    row = find_site_release(site)
    content = get_content(row.release) if row else None
    newer = find_newer_release(site, row)
    findings = read_findings(row)
    return SiteBlueprint(
        site=site,
        row=row,
        columns=_list_columns(content) if content else (),
        rules=list_section_rules(content) if content else (),
        theme=_name_theme(content) if content else "",
        palettes=_name_palettes(content) if content else "",
        findings=findings,
        next_release=newer,
        next_plan=plan_site(site, newer) if newer else SitePlan(),
    )


def find_newer_release(site: Organisation, row: SiteRelease | None) -> Release | None:
    """The newest release of the site's kind, where the site is not on it."""
    latest = find_latest_release(site.kind)
    current = row.release if row else None
    if latest is None or (current is not None and latest.number <= current.number):
        return None
    return latest


def has_drifted(row: SiteRelease | None) -> bool:
    """Whether the last comparison found the site out of step with its own release."""
    return bool(read_findings(row).drift.changes)


def _list_columns(content: Content) -> list[ColumnRow]:
    pages = {page.node_key: page for page in BasePage.objects.exclude(node_key="")}
    return [
        ColumnRow(
            node,
            depth,
            "、".join(label for lock, label in LOCK_LABELS.items() if lock in node.locks),
            name_steps(content.steps_of(node)),
            pages.get(node.key),
        )
        for node, depth in content.walk()
    ]


def name_steps(steps: Sequence[str]) -> str:
    """Steps of review in words."""
    return "、".join(ROLE_LABELS.get(step, step) for step in steps) or "不经审核"


def list_section_rules(content: Content) -> list[tuple[str, str]]:
    """(name of the rule, what it says) of the home page's sections."""
    rules = make_section_rules(content)
    rows = [(RULE_LABELS[key], "、".join(map(name_section, rules[key]))) for key in ("required", "allowed") if rules]
    return [*rows, (RULE_LABELS["fixed"], "是" if rules["fixed"] else "否")] if rules else []


def _name_theme(content: Content) -> str:
    found = find_theme(content.theme) if content.theme else None
    return found.label if found else "按网站类别"


def _name_palettes(content: Content) -> str:
    theme = find_theme(content.theme) if content.theme else None
    if not content.palettes:
        return "主题的全部配色"
    found = [(key, find_palette(theme, key) if theme else None) for key in content.palettes]
    return "、".join(palette.label if palette else key for key, palette in found)


def describe_locks(page: Any) -> str:
    """What of the page the editor cannot change, in words; '' where nothing is locked."""
    return "、".join(label for lock, label in LOCK_LABELS.items() if lock in page.locks)
