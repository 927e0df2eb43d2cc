"""What became of a message that was handed to a mail server or the SMS gateway."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Sent:
    """Taken, under this id."""

    remote_id: str = ""


@dataclass(frozen=True)
class Retry:
    """Certainly not taken; it may be taken later."""

    code: str
    text: str


@dataclass(frozen=True)
class Refused:
    """Certainly not taken, and never will be as it is."""

    code: str
    text: str


@dataclass(frozen=True)
class Away:
    """Certainly not taken, and nothing else will be for a while: no connection, or not let in."""

    code: str
    text: str


@dataclass(frozen=True)
class Unknown:
    """It was handed over, and no answer came that says whether it was taken."""

    text: str


@dataclass(frozen=True)
class Found:
    """The gateway took it: state by phone, as in `Receipt` ('' while there is none)."""

    remote_id: str
    states: Mapping[str, str]


@dataclass(frozen=True)
class NotThere:
    """The gateway has no such message; its list may lag."""


@dataclass(frozen=True)
class NoAnswer:
    """The gateway does not say."""

    code: str
    text: str


Outcome = Sent | Retry | Refused | Away | Unknown
Look = Found | NotThere | NoAnswer
