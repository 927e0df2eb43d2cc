"""Findings as errors of a form: at the field, and within a body at the block."""

from collections import defaultdict
from typing import Any

from django.core.exceptions import ValidationError
from wagtail.blocks.list_block import ListBlockValidationError
from wagtail.blocks.stream_block import StreamBlockValidationError
from wagtail.blocks.struct_block import StructBlockValidationError

from site_core.checking.pieces import Path
from site_core.publication_checks import Finding

_ERRORS: dict[str, Any] = {
    "stream": StreamBlockValidationError,
    "list": ListBlockValidationError,
    "struct": StructBlockValidationError,
}


def refuse(findings: list[Finding]) -> ValidationError:
    """The findings on one field as one error; it nests as the blocks do that they are about."""
    return _nest([(finding.path, finding.text) for finding in findings])


def _nest(texts: list[tuple[Path, str]]) -> ValidationError:
    here = [text for path, text in texts if not path]
    deeper = [(path, text) for path, text in texts if path]
    if here or not deeper:
        # What a block holds cannot be told apart from the block itself: all is said there.
        return ValidationError([text for _, text in texts])
    inner: dict[Any, list[tuple[Path, str]]] = defaultdict(list)
    for path, text in deeper:
        inner[path[0][1]].append((path[1:], text))
    kind = deeper[0][0][0][0]
    return _ERRORS[kind](block_errors={key: _nest(each) for key, each in inner.items()})  # type: ignore[no-any-return] # each is one
