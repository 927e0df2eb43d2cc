"""Blocks that bodies of pages are made of."""

from .body import BodyBlock, LawTextBlock, TableHTMLBlock

__all__ = ["BodyBlock", "LawTextBlock", "TableHTMLBlock"]
