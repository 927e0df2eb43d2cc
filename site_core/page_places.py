"""Where page types of upper floors may stand: they say so when they are ready, since no floor names one above it."""

from site_core.models import ColumnPage, HomePage


def stands_below_home(label: str) -> None:
    """Let pages of that type (`app.Model`) stand directly below the home page. Saying it twice is harmless."""
    if label not in HomePage.subpage_types:
        HomePage.subpage_types.append(label)


def stands_below_columns(label: str) -> None:
    """The same for columns."""
    if label not in ColumnPage.subpage_types:
        ColumnPage.subpage_types.append(label)
