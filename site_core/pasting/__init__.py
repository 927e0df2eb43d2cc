"""Pasting from Word, WPS and Writer: what the clipboard holds becomes clean blocks, pictures go to the site's files."""

from .convert import PastedBlock, convert
from .pictures import PictureSource

__all__ = ["PastedBlock", "PictureSource", "convert"]
