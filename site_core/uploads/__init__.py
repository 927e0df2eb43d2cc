"""Uploads are what they claim: kinds by content, pictures without positions, safe names.

Content is read, not run: no virus scan, and no macros found inside the binary streams of old .ppt and of
Excel 4 sheets in .xls. Who may upload, and where a file is stored, is not decided here.
"""

from .kinds import CONTENT_TYPES, KINDS, Family, FileKind
from .limits import DEFAULT_LIMITS, Limits
from .names import safe_name
from .pictures.positions import strip_positions
from .refusals import UploadRefused
from .sniffing import sniff

__all__ = [
    "CONTENT_TYPES",
    "DEFAULT_LIMITS",
    "KINDS",
    "Family",
    "FileKind",
    "Limits",
    "UploadRefused",
    "safe_name",
    "sniff",
    "strip_positions",
]
