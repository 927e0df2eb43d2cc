"""What legal education keeps on each site: programmes and their issues."""

from .episodes import EpisodePage
from .papers import PaperIssuePage, PaperReading, PaperScan, PaperSheet, ReadingState
from .programmes import RECORDED, Medium, ProgrammeLink, ProgrammePage

__all__ = [
    "RECORDED",
    "EpisodePage",
    "Medium",
    "PaperIssuePage",
    "PaperReading",
    "PaperScan",
    "PaperSheet",
    "ProgrammeLink",
    "ProgrammePage",
    "ReadingState",
]
