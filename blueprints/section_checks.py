"""Whether the value of a section would be taken by its block, with `node:KEY` where a page of the site will stand.

A twin of the block takes the references of a blueprint in place of pages, so that all other rules of the block hold as
they are, and nothing asks the database.
"""

from collections.abc import Iterator, Mapping
from copy import copy
from typing import Any

from django.core.exceptions import ValidationError
from wagtail import blocks
from wagtail.blocks import Block, BooleanBlock, ChooserBlock, IntegerBlock, ListBlock, PageChooserBlock, StructBlock
from wagtail.images.blocks import ImageBlock

from blueprints.content import NODE_REFERENCE
from site_core.models import BasePage
from site_core.sections import list_sections

Path = tuple[str | int, ...]
Models = Mapping[str, type[BasePage]]


def list_value_problems(key: str, value: Any, models: Models) -> list[tuple[Path, str]]:
    """(path into the value, message) of all that the section's block refuses.

    `models` holds the page type of each node. The key must be one of the registry.
    """
    block = dict(list_sections())[key]
    found = list(_check_shape(block, value, ())) or list(_check_block(block, value, models))
    return [(path, _name(block, path) + message) for path, message in found]


# --- shape: blocks themselves fail on values of the wrong type, or overlook them -----------------------------------------


def _check_shape(block: Block, value: Any, path: Path) -> Iterator[tuple[Path, str]]:
    if _is_file(block):
        yield from _check_file(value, path)
    elif isinstance(block, StructBlock):
        yield from _check_struct(block, value, path)
    elif isinstance(block, ListBlock):
        yield from _check_list(block, value, path)
    elif isinstance(block, PageChooserBlock):
        if not (value is None or isinstance(value, str)):
            yield path, f"只能写栏目，如 {NODE_REFERENCE}tzgg。"
    else:
        yield from _check_leaf(block, value, path)


def _is_file(block: Block) -> bool:
    return isinstance(block, ImageBlock) or (
        isinstance(block, ChooserBlock) and not isinstance(block, PageChooserBlock)
    )


def _check_file(value: Any, path: Path) -> Iterator[tuple[Path, str]]:
    """Pictures and files are each site's own."""
    chosen = value.get("image") if isinstance(value, dict) else value
    if chosen:
        yield path, "图片和文件在各网站上传，蓝图中请留空。"


def _check_struct(block: Any, value: Any, path: Path) -> Iterator[tuple[Path, str]]:
    if not isinstance(value, dict):
        yield path, "应为一组“名称 = 值”。"
        return
    for name in (each for each in value if each not in block.child_blocks):
        yield (*path, name), f"没有这一项，可填的有：{'、'.join(block.child_blocks)}。"
    for name, child in block.child_blocks.items():
        if name in value:
            yield from _check_shape(child, value[name], (*path, name))


def _check_list(block: Any, value: Any, path: Path) -> Iterator[tuple[Path, str]]:
    if not isinstance(value, list | tuple):
        yield path, "应为列表。"
        return
    for index, each in enumerate(value):
        yield from _check_shape(block.child_block, each, (*path, index))


def _check_leaf(block: Block, value: Any, path: Path) -> Iterator[tuple[Path, str]]:
    if isinstance(block, BooleanBlock):
        if not (value is None or isinstance(value, bool)):
            yield path, "应为是或否（true、false）。"
    elif isinstance(block, IntegerBlock):
        if isinstance(value, bool) or not (value is None or isinstance(value, int)):
            yield path, "应为整数。"
    elif not (value is None or isinstance(value, str)):
        yield path, "应为文字。"
    elif value and value.startswith(NODE_REFERENCE):
        yield path, f"文字不能以“{NODE_REFERENCE}”开头：这是栏目的写法。"


# --- what the block says -------------------------------------------------------------------------------------------------


def _check_block(block: Block, value: Any, models: Models) -> Iterator[tuple[Path, str]]:
    twin = _make_twin(block, models)
    try:
        twin.clean(twin.to_python(value))
    except ValidationError as refusal:
        yield from _list_refusals(refusal, ())


def _make_twin(block: Any, models: Models) -> Any:
    """A copy of the block that takes references in place of pages, and nothing in place of files."""
    if _is_file(block):
        return _NoFileBlock(required=False)
    if isinstance(block, PageChooserBlock):
        return _ReferenceBlock(block, models)
    twin = copy(block)
    if isinstance(block, StructBlock):
        twin.child_blocks = {name: _make_twin(child, models) for name, child in block.child_blocks.items()}
    elif isinstance(block, ListBlock):
        twin.child_block = _make_twin(block.child_block, models)
    return twin


class _NoFileBlock(blocks.CharBlock):
    """Where a picture will stand: nothing, in whatever form it is written."""

    def to_python(self, value: Any) -> str:
        return ""


class _ReferenceBlock(blocks.CharBlock):
    """Where a page will stand: a node of the blueprint, of a type that the chooser offers."""

    def __init__(self, chooser: PageChooserBlock, models: Models) -> None:
        super().__init__(required=chooser.required)
        self._targets = tuple(chooser.target_models)
        self._models = models

    def clean(self, value: Any) -> Any:
        reference = super().clean(value)
        if reference:
            self._check(reference)
        return reference

    def _check(self, reference: str) -> None:
        key = reference.removeprefix(NODE_REFERENCE)
        if key == reference:
            raise ValidationError(f"“{reference}”不是栏目，请写作 {NODE_REFERENCE}栏目标识。")
        if key not in self._models:
            raise ValidationError(f"栏目“{key}”不在蓝图中，请改选或补上该栏目。")
        if self._targets and not issubclass(self._models[key], self._targets):
            names = "、".join(str(target._meta.verbose_name) for target in self._targets)
            raise ValidationError(f"“{key}”不是{names}，请改选。")


def _list_refusals(refusal: Any, path: Path) -> Iterator[tuple[Path, str]]:
    """The refusals of a block and of all within it, each with its path."""
    within = getattr(refusal, "block_errors", None)
    if within is None:
        yield path, " ".join(refusal.messages)
        return
    for message in refusal.non_block_errors:
        yield path, str(message)
    for name, inner in within.items() if isinstance(within, dict) else enumerate(within):
        if inner:
            yield from _list_refusals(inner, (*path, name))


def _name(block: Any, path: Path) -> str:
    """The path in the words of the form: “服务”第 2 项的“名称”：."""
    words = []
    for part in path:
        if isinstance(part, int):
            block = block.child_block
            words.append(f"第 {part + 1} 项")
        else:
            block = getattr(block, "child_blocks", {}).get(part)
            words.append(f"“{block.label if block else part}”")
    return "".join(words) + "：" if words else ""
