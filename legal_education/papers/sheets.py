"""Pages of an issue as readers turn them over, whether they were scanned or made of a PDF."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from legal_education.models import PaperReading, PaperSheet, ReadingState
from legal_education.programme_selectors import find_issues_beside, list_columns_and_programme
from site_core.document_selectors import list_open_documents

if TYPE_CHECKING:
    from legal_education.models import PaperIssuePage


@dataclass(frozen=True)
class Sheet:
    """One page of the paper: number from 1, picture, name and text."""

    number: int
    image: Any
    label: str
    text: str

    @property
    def anchor(self) -> str:
        """Its mark in the page, without `#`."""
        return f"ban-{self.number}"

    @property
    def name(self) -> str:
        """`第1版 头版`."""
        return f"第{self.number}版 {self.label}".strip()

    @property
    def alternative(self) -> str:
        """What is said in place of the picture."""
        return f"{self.name}版面图" + ("，文字见下" if self.text else "")


def list_sheets(issue: "PaperIssuePage") -> list[Sheet]:
    """All pages of the issue, in order; none from a PDF that is not for everybody."""
    scans = [Sheet(number, row.image, row.label, row.text) for number, row in enumerate(_list_scans(issue), 1)]
    if scans or not _is_open(issue):
        return scans
    made = PaperSheet.objects.filter(reading__document_id=issue.pdf_id).select_related("image").order_by("number")
    return [Sheet(row.number, row.image, "", row.text) for row in made]


def _list_scans(issue: "PaperIssuePage") -> Any:
    return issue.scans.select_related("image") if issue.pk else issue.scans.all()


def _is_open(issue: "PaperIssuePage") -> bool:
    return bool(issue.pdf_id and list_open_documents([issue.pdf]))


def find_front(issue: "PaperIssuePage") -> Any:
    """The picture that stands for the issue: its cover, else its first page; None for none."""
    if issue.cover is not None:
        return issue.cover
    first = next(iter(list_sheets(issue)), None)
    return first.image if first else None


def find_reading(issue: "PaperIssuePage") -> PaperReading | None:
    """What became of the issue's PDF."""
    return PaperReading.objects.filter(document_id=issue.pdf_id).first() if issue.pdf_id else None


def describe(issue: "PaperIssuePage") -> dict[str, Any]:
    """For the template."""
    reading = find_reading(issue)
    return {
        "programme": issue.programme,
        "columns": list_columns_and_programme(issue),
        "sheets": list_sheets(issue),
        "pdf": issue.pdf if _is_open(issue) else None,
        "is_waiting": reading is not None and reading.state == ReadingState.WAITING,
        "neighbours": find_issues_beside(issue),
    }
