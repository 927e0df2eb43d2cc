"""A problem, and the rows of a content with how their problems are named."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from blueprints.content import DIRECT, Content, Node, Section, Workflow
from tenants.kinds import SiteKind

KEY = re.compile(r"[a-z][a-z0-9_-]*")
CONTROL = re.compile(r"[\x00-\x1f\x7f\u2028\u2029]")
ROWS = ("nodes", "sections", "workflows")


@dataclass(frozen=True)
class Problem:
    """One thing that must be mended. `where` and `message` are for people.

    `node` is a node's key and `field` a field of it; where no node can be named, `field` is a path into the content:
    `theme`, `nodes.3.key`, `sections.0.value.services.1.title`, `workflows.2.steps`.
    """

    where: str
    message: str
    node: str = ""
    field: str = ""


At = Callable[[str, str], Problem]
"""Makes the problem of a row from the name of its field and a message."""
Rule = Callable[[Content], Iterator[Problem]]
"""Finds the problems of one kind."""


def problem_of(content: Content, field: str, message: str) -> Problem:
    """A problem of the blueprint as a whole."""
    kind = content.kind if isinstance(content.kind, str) else ""
    label = dict(SiteKind.choices).get(kind, kind)
    return Problem(f"蓝图（{label}）" if label else "蓝图", message, field=field)


def list_rows(content: Content) -> Iterator[tuple[Any, At]]:
    """Nodes, sections and workflows, each with what names its problems."""
    yield from list_nodes(content)
    yield from list_sections(content)
    yield from list_workflows(content)


def list_nodes(content: Content) -> Iterator[tuple[Node, At]]:
    """Nodes, each with what names its problems."""
    for index, node in enumerate(content.nodes):
        yield node, _at_node(index, node)


def _at_node(index: int, node: Node) -> At:
    key = node.key if isinstance(node.key, str) else ""
    where = name_node(node) if key else f"第 {index + 1} 个栏目"
    return lambda field, message: Problem(where, message, key, field if key else f"nodes.{index}.{field}")


def name_node(node: Node) -> str:
    """The node as problems name it: “栏目 tzgg（通知公告）”."""
    return f"栏目 {node.key}（{node.title}）" if node.title else f"栏目 {node.key}"


def list_sections(content: Content) -> Iterator[tuple[Section, At]]:
    """Sections of the home page, each with what names its problems."""
    for index, section in enumerate(content.sections):
        yield section, _at_row("sections", index, f"首页第 {index + 1} 个版块 {section.key or ''}".rstrip())


def list_workflows(content: Content) -> Iterator[tuple[Workflow, At]]:
    """Workflows of review, each with what names its problems."""
    for index, workflow in enumerate(content.workflows):
        where = f"审核流程 {workflow.key}（{workflow.label}）" if workflow.key else f"第 {index + 1} 个审核流程"
        yield workflow, _at_row("workflows", index, where)


def _at_row(table: str, index: int, where: str) -> At:
    return lambda field, message: Problem(where, message, field=f"{table}.{index}.{field}")


def check_length(text: str, at: At, field: str, label: str, most: int) -> Iterator[Problem]:
    """No more than `most` characters."""
    if len(text) > most:
        yield at(field, f"{label}有 {len(text)} 个字符，不超过 {most} 个，请改短。")


def list_unknown(values: Iterable[str], known: Iterable[str]) -> list[str]:
    """Those that are not known, in their order."""
    allowed = set(known)
    return [value for value in values if value not in allowed]


def list_repeated(values: Iterable[str]) -> list[str]:
    """Those that were there before, in their order."""
    seen: set[str] = set()
    return [value for value in values if value in seen or seen.add(value)]  # type: ignore[func-returns-value] # the idiom


def list_workflow_choices(content: Content) -> list[str]:
    """What a node may name as its workflow."""
    return [DIRECT, *(workflow.key for workflow in content.workflows)]
