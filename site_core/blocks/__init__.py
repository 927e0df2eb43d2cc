"""Blocks that bodies and home pages are made of."""

from .body import RICH_TEXT_FEATURES, BodyBlock, DocumentBodyBlock, LawTextBlock, TableHTMLBlock
from .guides import MaterialBlock, QuestionBlock, StepBlock
from .references import LawReferenceBlock

__all__ = [
    "RICH_TEXT_FEATURES",
    "BodyBlock",
    "DocumentBodyBlock",
    "LawReferenceBlock",
    "LawTextBlock",
    "MaterialBlock",
    "QuestionBlock",
    "StepBlock",
    "TableHTMLBlock",
]
