"""Rosters: files that name the sites of a cluster, read row by row with the line of each."""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .provisioning import SiteOrder

_FIELDS = ("name", "short_name", "kind", "region_code", "site_id_code", "state", "place")
_RENAMED = {"icp": "icp_number", "police": "police_number"}
_CONTACT = {
    "unit": "contact_unit",
    "address": "contact_address",
    "phone": "contact_phone",
    "email": "contact_email",
}
_KNOWN = {*_FIELDS, *_RENAMED, "schema", "parent", "hosts", "contact"}


class RosterProblem(ValueError):
    """The file as a whole cannot be read; the text is for the reader."""


@dataclass(frozen=True)
class RosterRow:
    """One `[[site]]`: the line on which it starts, the order, or what is wrong with it."""

    line: int
    order: SiteOrder | None
    problem: str = ""


def read_roster(path: Path) -> list[RosterRow]:
    """All rows in order. Raises RosterProblem where the file is missing or no TOML."""
    try:
        text = path.read_text(encoding="utf-8")
        data = tomllib.loads(text)
    except OSError as error:
        raise RosterProblem(f"无法读取名册“{path}”：{error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise RosterProblem(f"名册“{path}”不是有效的 TOML：{error}") from error
    rows = data.get("site")
    if not isinstance(rows, list) or not rows:
        raise RosterProblem(f"名册“{path}”中没有 [[site]]。")
    return list(_check_clashes(_read_row(line, row) for line, row in zip(_lines_of_rows(text), rows, strict=True)))


def _lines_of_rows(text: str) -> list[int]:
    return [number for number, line in enumerate(text.splitlines(), 1) if re.match(r"\s*\[\[\s*site\s*\]\]", line)]


def _read_row(line: int, row: dict[str, Any]) -> RosterRow:
    try:
        return RosterRow(line, _read_order(row))
    except (TypeError, ValueError) as error:
        return RosterRow(line, None, str(error))


def _read_order(row: dict[str, Any]) -> SiteOrder:
    unknown = sorted(set(row) - _KNOWN)
    if unknown:
        raise ValueError(f"有不认识的字段：{'、'.join(unknown)}")
    missing = [name for name in ("schema", "name", "short_name", "kind", "hosts") if not row.get(name)]
    if missing:
        raise ValueError(f"缺少字段：{'、'.join(missing)}")
    if not isinstance(row["hosts"], list) or not all(isinstance(host, str) for host in row["hosts"]):
        raise ValueError("hosts 应为域名列表")
    contact = row.get("contact", {})
    fields = {name: row[name] for name in _FIELDS if row.get(name)}
    fields |= {ours: row[theirs] for theirs, ours in _RENAMED.items() if row.get(theirs)}
    fields |= {ours: contact[theirs] for theirs, ours in _CONTACT.items() if contact.get(theirs)}
    wrong = [name for name, value in fields.items() if not isinstance(value, str)]
    if wrong:
        raise ValueError(f"应为文字的字段：{'、'.join(wrong)}")
    return SiteOrder(str(row["schema"]), tuple(row["hosts"]), str(row.get("parent", "")), fields)


def _check_clashes(rows: Iterator[RosterRow]) -> Iterator[RosterRow]:
    """A schema or host that an earlier row has taken is the later row's problem."""
    schemas: dict[str, int] = {}
    hosts: dict[str, int] = {}
    for row in rows:
        problem = row.problem
        if row.order and row.order.schema_name in schemas:
            problem = f"模式名“{row.order.schema_name}”与第 {schemas[row.order.schema_name]} 行重复"
        for host in row.order.hosts if row.order else ():
            if host in hosts:
                problem = problem or f"域名“{host}”与第 {hosts[host]} 行重复"
            hosts.setdefault(host, row.line)
        if row.order:
            schemas.setdefault(row.order.schema_name, row.line)
        yield RosterRow(row.line, None if problem else row.order, problem)
