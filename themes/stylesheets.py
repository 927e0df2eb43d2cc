"""One style sheet a theme and palette: tokens, then the files of the base theme, then the theme's own. No build step.

Its address holds a digest of its content, so browsers and caches keep it for ever; a reader fetches one file.
"""

import gzip
import hashlib
from dataclasses import dataclass
from functools import lru_cache

import brotli

from themes.art import PIECES
from themes.palettes import Palette
from themes.registry import Theme, list_chain

ART_TOKENS = {f"--{piece}-art": f'url("art/{piece}.svg")' for piece in PIECES}


@dataclass(frozen=True)
class StyleSheet:
    """Text and what is sent of it."""

    text: bytes
    gzipped: bytes
    brotlied: bytes
    digest: str


@lru_cache(maxsize=128)
def compose(theme: Theme, palette: Palette) -> StyleSheet:
    """The style sheet of that look, made once a process."""
    tokens: dict[str, str] = {**palette.to_tokens(), **ART_TOKENS}
    parts = []
    for each in reversed(list_chain(theme)):
        tokens.update(each.tokens)
        parts += [file.read_text(encoding="utf-8") for file in each.list_css_files()]
    root = ":root{" + ";".join(f"{name}:{value}" for name, value in tokens.items()) + "}\n"
    # First, so that elder mode's sets of colours, which weigh the same, come behind it and win.
    text = (root + "\n".join(parts)).encode()
    digest = hashlib.sha256(text).hexdigest()[:12]
    return StyleSheet(text, gzip.compress(text, 9, mtime=0), brotli.compress(text), digest)


def address(theme: Theme, palette: Palette, file: str = "style.css") -> str:
    """Path of the style sheet, or of a piece of art beside it, on any site."""
    return f"/theme/{compose(theme, palette).digest}/{theme.name}/{palette.key}/{file}"
