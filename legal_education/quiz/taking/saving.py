"""Saving answers: one statement, which also asks whether there is still time.

The attempt's row is locked for sharing: whoever hands in (and locks it for himself) waits for the answers under way, and
those that come behind find the attempt handed in. So what was acknowledged is always marked.
"""

import enum
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from tenants.connection import connection

_LETTERS = re.compile(r"[A-H]{0,8}\Z")
_MOST_TURNS = 2**31 - 1

# The table's names stand in quotation marks for `delivery.watching`, which knows that no page is made of them.
_SAVE = """
    INSERT INTO "legal_quiz_answersaved" AS kept (attempt_id, position, chosen, turn, saved_at)
    SELECT sitting.id, sent.position, sent.chosen, sent.turn, %(now)s
    FROM (
        SELECT id, paper FROM "legal_quiz_attempt"
        WHERE id = %(attempt)s AND quiz_id = %(quiz)s AND participant_id = %(participant)s
          AND submitted_at IS NULL AND deadline >= %(now)s
        FOR SHARE
    ) AS sitting,
    unnest(%(positions)s::int[], %(choices)s::text[], %(turns)s::int[]) AS sent (position, chosen, turn)
    WHERE sent.position < jsonb_array_length(sitting.paper)
    ON CONFLICT (attempt_id, position) DO UPDATE
    SET chosen = EXCLUDED.chosen, turn = EXCLUDED.turn, saved_at = EXCLUDED.saved_at
    WHERE kept.turn <= EXCLUDED.turn
    RETURNING position
"""
_WHY_NOT = """
    SELECT submitted_at IS NOT NULL, deadline < %(now)s, jsonb_array_length(paper)
    FROM "legal_quiz_attempt" WHERE id = %(attempt)s AND quiz_id = %(quiz)s AND participant_id = %(participant)s
"""


@dataclass(frozen=True)
class Choice:
    """Letters as the person saw them, sorted; '' takes an answer back."""

    letters: str
    turn: int


class Saved(enum.Enum):
    """What became of an answer."""

    KEPT = "kept"
    OUTDATED = "outdated"
    """A newer one was there already."""
    HANDED_IN = "handed_in"
    LATE = "late"
    NOBODYS = "nobodys"
    """No such attempt or place, or somebody else's."""


class AnswerMalformed(ValueError):
    """Something that no form of ours sends."""


def read_choice(letters: str, turn: str) -> Choice:
    """From what a form sent. Raises AnswerMalformed."""
    if not _LETTERS.match(letters):
        raise AnswerMalformed("letters")
    if not (turn.isascii() and turn.isdigit()) or int(turn[:11]) > _MOST_TURNS:
        raise AnswerMalformed("turn")
    return Choice("".join(sorted(set(letters))), int(turn))


@dataclass(frozen=True)
class Sitting:
    """Whose answers: all three must belong together."""

    quiz_id: int
    participant_id: int
    attempt_id: int


def save_answers(sitting: Sitting, choices: Mapping[int, Choice], *, now: datetime) -> set[int]:
    """Write them; returns the positions that were written. Without time, or for somebody else's attempt: none."""
    values = {
        "attempt": sitting.attempt_id,
        "quiz": sitting.quiz_id,
        "participant": sitting.participant_id,
        "now": now,
        "positions": list(choices),
        "choices": [choice.letters for choice in choices.values()],
        "turns": [choice.turn for choice in choices.values()],
    }
    with connection.cursor() as cursor:
        cursor.execute(_SAVE, values)
        return {position for (position,) in cursor.fetchall()}


def save_answer(sitting: Sitting, position: int, choice: Choice, *, now: datetime) -> Saved:
    """Write one, and say what became of it; a second question is asked only where it was not written."""
    if save_answers(sitting, {position: choice}, now=now):
        return Saved.KEPT
    return _explain(sitting, position, now)


def _explain(sitting: Sitting, position: int, now: datetime) -> Saved:
    with connection.cursor() as cursor:
        values = {"attempt": sitting.attempt_id, "quiz": sitting.quiz_id, "participant": sitting.participant_id}
        cursor.execute(_WHY_NOT, {**values, "now": now})
        found = cursor.fetchone()
    if found is None or position >= found[2]:
        return Saved.NOBODYS
    is_handed_in, is_late, _ = found
    if is_handed_in:
        return Saved.HANDED_IN
    return Saved.LATE if is_late else Saved.OUTDATED
