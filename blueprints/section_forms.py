"""A plain form for the value that a section of the home page starts with, made from the section's own block.

Columns are chosen among the blueprint's nodes. Pictures and formatted text are each site's own: they are not in the form,
and what the blueprint says of them stays as it is. Whether the value can be is asked of the block itself, at save.
"""

import re
from dataclasses import dataclass, field
from typing import Any

from django import forms
from wagtail.blocks import (
    Block,
    BooleanBlock,
    CharBlock,
    ChoiceBlock,
    EmailBlock,
    IntegerBlock,
    ListBlock,
    PageChooserBlock,
    StructBlock,
    TextBlock,
    URLBlock,
)

from blueprints.content import NODE_REFERENCE, Content, Section
from blueprints.content_checks.columns import list_page_types
from site_core.sections import list_sections

Path = tuple[str | int, ...]
Places = dict[Path, str]
"""Which field of the form holds what stands at that path of the value."""

MOST_ROWS = 60
"""Rows of one list that are read from a form; no section has a third of that."""
_LEAVES = (BooleanBlock, IntegerBlock, ChoiceBlock, PageChooserBlock, TextBlock, CharBlock, URLBlock, EmailBlock)
_SPARE_ROWS = 2


@dataclass
class Part:
    """A part of the form as the template shows it: a bound field, or a list with its rows, or a group."""

    label: str = ""
    bound: Any = None
    rows: list["Row"] = field(default_factory=list)
    parts: list["Part"] = field(default_factory=list)


@dataclass
class Row:
    """One row of a list: its place, the box that removes it, its parts."""

    label: str
    is_spare: bool
    order: Any
    remove: Any
    parts: list[Part]


class SectionForm(forms.Form):
    """Whether the section is required, and its value."""

    required = forms.BooleanField(
        label="必备", required=False, help_text="必备的版块各网站都有，不能删除；可选的由网站自行添加或不用。"
    )

    def __init__(self, content: Content, section: Section, data: Any = None) -> None:
        super().__init__(data, initial={"required": section.required})
        self.content, self.section = content, section
        self.block = dict(list_sections())[section.key]
        self.left_alone: list[str] = []
        self.places: Places = {}
        self._values = _Fields(self)
        self._layout = self._values.add(self.block, section.value, "value", is_spare=False)

    def list_parts(self) -> list[Part]:
        """What the template shows of the value."""
        return self._layout.parts

    def make_section(self) -> Section:
        """The section that was filled in; `places` then tells where each part of its value came from."""
        value, self.places = self._values.collect(self.block, self.section.value, "value")
        return Section(self.section.key, value or {}, self.cleaned_data["required"])

    def find_field(self, path: Path) -> str | None:
        """The field of what stands at the path of the value, or of the nearest thing that holds it."""
        while path:
            if path in self.places:
                return self.places[path]
            path = path[:-1]
        return None


class _Fields:
    """Makes the fields of a form from blocks, and a value from what was filled in."""

    def __init__(self, form: SectionForm) -> None:
        self.form = form

    # -- making

    def add(self, block: Any, value: Any, name: str, *, is_spare: bool) -> Part:
        """Fields for the block, named by its place in the value."""
        if isinstance(block, StructBlock):
            return self._add_struct(block, value if isinstance(value, dict) else {}, name, is_spare=is_spare)
        if isinstance(block, ListBlock):
            return self._add_list(block, value if isinstance(value, list) else [], name)
        return self._add_leaf(block, value, name)

    def _add_struct(self, block: Any, value: dict[str, Any], name: str, *, is_spare: bool) -> Part:
        part = Part(str(block.label))
        for key, child in block.child_blocks.items():
            if not _is_plain(child):
                if str(child.label) not in self.form.left_alone:
                    self.form.left_alone.append(str(child.label))
                continue
            initial = value.get(key, None if is_spare else _default_of(child))
            part.parts.append(self.add(child, initial, f"{name}-{key}", is_spare=is_spare))
        return part

    def _add_list(self, block: Any, value: list[Any], name: str) -> Part:
        part = Part(str(block.label))
        for index in range(self._count_rows(block, value, name)):
            is_spare = index >= len(value)
            inner = self.add(
                block.child_block, None if is_spare else value[index], f"{name}-{index}", is_spare=is_spare
            )
            self._add_row_fields(f"{name}-{index}", index, is_spare=is_spare)
            label = f"{part.label}第 {index + 1} 项" if not is_spare else f"{part.label}：新增一项"
            order, remove = self.form[f"{name}-{index}-ORDER"], self.form[f"{name}-{index}-REMOVE"]
            part.rows.append(Row(label, is_spare, order, remove, inner.parts or [inner]))
        return part

    def _count_rows(self, block: Any, value: list[Any], name: str) -> int:
        """As many as were sent; or those there are, and some to spare."""
        if self.form.is_bound:
            found = (re.match(rf"{re.escape(name)}-(\d{{1,3}})-ORDER$", key) for key in self.form.data)
            return min(max((int(each[1]) + 1 for each in found if each), default=0), MOST_ROWS)
        most = block.meta.max_num
        return len(value) + (_SPARE_ROWS if most is None else max(0, min(_SPARE_ROWS, most - len(value))))

    def _add_row_fields(self, name: str, index: int, *, is_spare: bool) -> None:
        self.form.fields[f"{name}-ORDER"] = forms.IntegerField(
            label="次序", required=False, min_value=0, max_value=999, initial=None if is_spare else index + 1
        )
        self.form.fields[f"{name}-REMOVE"] = forms.BooleanField(label="删除这一项", required=False)

    def _add_leaf(self, block: Block, value: Any, name: str) -> Part:
        made = self._make_field(block, value)
        made.initial = value
        made.help_text = getattr(getattr(block, "field", None), "help_text", "") or ""
        self.form.fields[name] = made
        return Part(bound=self.form[name])

    def _make_field(self, block: Any, value: Any) -> Any:
        label = str(block.label)
        if isinstance(block, BooleanBlock):
            return forms.BooleanField(label=label, required=False)
        if isinstance(block, IntegerBlock):
            return forms.IntegerField(label=label, required=False)
        if isinstance(block, PageChooserBlock):
            return forms.ChoiceField(label=label, required=False, choices=self._list_nodes(block, value))
        if isinstance(block, ChoiceBlock):
            return forms.ChoiceField(label=label, required=False, choices=_list_choices(block))
        widget = forms.Textarea(attrs={"rows": 3}) if isinstance(block, TextBlock) else forms.TextInput()
        return forms.CharField(label=label, required=False, widget=widget)

    def _list_nodes(self, block: Any, value: Any) -> list[tuple[str, str]]:
        """Nodes of the types that the chooser offers; and what is chosen now, even if it is none of them."""
        types, targets = list_page_types(), tuple(block.target_models)
        rows = [
            (NODE_REFERENCE + node.key, "　" * depth + node.title)
            for node, depth in self.form.content.walk()
            if node.page_type in types and (not targets or issubclass(types[node.page_type], targets))
        ]
        if value and value not in dict(rows):
            rows.append((str(value), f"{value}（不在蓝图中）"))
        return [("", "（无）"), *rows]

    # -- reading

    def collect(self, block: Any, old: Any, name: str) -> tuple[Any, Places]:
        """The value that was filled in, and where each part of it stands in the form. `old` is what it was."""
        if isinstance(block, StructBlock):
            return self._collect_struct(block, old if isinstance(old, dict) else {}, name)
        if isinstance(block, ListBlock):
            return self._collect_list(block, old if isinstance(old, list) else [], name)
        value = self.form.cleaned_data.get(name)
        return (value if value != "" or not isinstance(block, PageChooserBlock) else None), {(): name}

    def _collect_struct(self, block: Any, old: dict[str, Any], name: str) -> tuple[dict[str, Any], Places]:
        """What says nothing new is left out, so that a form saved as it was changes nothing."""
        value = dict(old)
        places: Places = {}
        for key, child in block.child_blocks.items():
            if not _is_plain(child):
                continue
            new, inner = self.collect(child, old.get(key), f"{name}-{key}")
            places |= {(key, *path): field for path, field in inner.items()}
            if _is_said(child, old, key, new):
                value[key] = new
            elif isinstance(child, PageChooserBlock) and new is None and old.get(key):
                del value[key]
        return value, places

    def _collect_list(self, block: Any, old: list[Any], name: str) -> tuple[list[Any], Places]:
        rows = []
        for index in range(self._count_rows(block, old, name)):
            row = old[index] if index < len(old) else None
            value, places = self.collect(block.child_block, row, f"{name}-{index}")
            order = self.form.cleaned_data.get(f"{name}-{index}-ORDER")
            is_removed = self.form.cleaned_data.get(f"{name}-{index}-REMOVE")
            if not is_removed and not _is_empty(value):
                rows.append((MOST_ROWS if order is None else order, index, value, places))
        rows.sort(key=lambda each: each[:2])
        where = {
            (place, *path): field
            for place, (_, _, _, places) in enumerate(rows)
            for path, field in places.items()  # by the place that the row has now
        }
        return [value for _, _, value, _ in rows], where


def _is_plain(block: Block) -> bool:
    """Whether the block, and all within it, can be a field of a plain form."""
    if isinstance(block, StructBlock):
        return any(_is_plain(child) for child in block.child_blocks.values())
    if isinstance(block, ListBlock):
        return _is_plain(block.child_block)
    return isinstance(block, _LEAVES)


def _is_said(block: Any, old: dict[str, Any], key: str, new: Any) -> bool:
    """Whether the new value is to be written: not where there was none, and it is what the block takes anyway."""
    if key in old:
        return new != old[key] and not (_is_empty(new) and (_is_empty(old[key]) or isinstance(block, PageChooserBlock)))
    return not (_is_empty(new) and _is_empty(_default_of(block))) and new != _default_of(block)


def _is_empty(value: Any) -> bool:
    """Nothing, or nothing but nothings: of a row nobody filled in."""
    if isinstance(value, dict):
        return all(map(_is_empty, value.values()))
    return value in (None, "", False) or value == []


def _default_of(block: Any) -> Any:
    """What the block takes where nothing is said; for lists none."""
    if isinstance(block, StructBlock | ListBlock):
        return {} if isinstance(block, StructBlock) else []
    return block.get_default()


def _list_choices(block: Any) -> list[tuple[Any, Any]]:
    choices = list(block.field.choices)
    return choices if any(value == "" for value, _ in choices) else [("", "请选择"), *choices]
