"""What a platform's answer means. Adapters return one of these and raise nothing: each says what is to be done next.

`code` is the platform's own; `text` is for editors, in Chinese: what is wrong and what to do. No secret is in either.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any


@dataclass(frozen=True)
class Sent:
    """It is there, under this id and address (the address may be '' where the platform has none)."""

    remote_id: str
    url: str = ""


@dataclass(frozen=True)
class Accepted:
    """The platform took it and is not done: ask again (`follow_up`) after the time. `progress` is kept until then.

    `waits_for_person`: the platform will not go on before somebody does something there, as `text` says. `remote_id` names
    what may be taken back (`Adapter.withdraw`) before it is published; '' where nothing can.
    """

    progress: dict[str, Any]
    after: timedelta
    text: str = ""
    waits_for_person: bool = False
    remote_id: str = ""


@dataclass(frozen=True)
class Retry:
    """Certainly not taken; it may be taken later."""

    code: str
    text: str
    after: timedelta | None = None


@dataclass(frozen=True)
class Limited:
    """Certainly not taken: the account has had its share until then; None: for an hour, or for a day if `is_daily`."""

    code: str
    text: str
    until: datetime | None = None
    is_daily: bool = False


@dataclass(frozen=True)
class Unknown:
    """The request went out and no answer came, or none that says whether it was taken."""

    text: str
    code: str = ""


@dataclass(frozen=True)
class Duplicate:
    """The platform says that it has such a post already: look for it, never send again by itself."""

    code: str
    text: str


@dataclass(frozen=True)
class Unauthorised:
    """Certainly not taken: the account must be authorised again. Everything for it waits."""

    code: str
    text: str


@dataclass(frozen=True)
class Misconfigured:
    """Certainly not taken: the account or the app is set up wrongly. Everything for it waits for an administrator."""

    code: str
    text: str


@dataclass(frozen=True)
class Refused:
    """Certainly not taken, and never will be as it is."""

    code: str
    text: str


@dataclass(frozen=True)
class NotThere:
    """Answer to `reconcile`: the platform does not have it, or a repeat is harmless. It may be sent (again).

    `is_certain` False: it was not in the list, which may lag; look a second time before sending.
    """

    is_certain: bool = False


@dataclass(frozen=True)
class Unknowable:
    """Answer to `reconcile`: the platform does not tell this app. A person must look."""

    text: str


@dataclass(frozen=True)
class Withdrawn:
    """It is no longer on the platform."""


@dataclass(frozen=True)
class NotWithdrawable:
    """The platform does not let this app take it back; `text` says where a person can."""

    text: str


Trouble = Retry | Limited | Unknown | Duplicate | Unauthorised | Misconfigured | Refused
Outcome = Sent | Accepted | Retry | Limited | Unknown | Duplicate | Unauthorised | Misconfigured | Refused
Reconciliation = Outcome | NotThere | Unknowable
Withdrawal = Withdrawn | NotWithdrawable | Retry | Limited | Unauthorised | Misconfigured


@dataclass(frozen=True)
class Problem:
    """Something about a post that the platform would refuse; `field` is that of the post's form, '' for the whole.

    `is_loss`: it would not be refused, and goes out without something that the editor put in.
    """

    field: str
    message: str
    hint: str = ""
    is_loss: bool = False


@dataclass(frozen=True)
class Length:
    """How long a text is as the platform counts, how long it may be, and in what unit (字, 字符)."""

    count: int
    limit: int
    unit: str = field(default="字")

    @property
    def is_too_long(self) -> bool:
        """Whether the platform would refuse it."""
        return self.count > self.limit
