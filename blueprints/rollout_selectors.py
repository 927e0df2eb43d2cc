"""Reads of rollouts for people: plans with what is the same on many sites told once, and how far a rollout is."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from blueprints.changes import Change, SitePlan
from blueprints.models import RUNNING_STATES, Release, Rollout, SiteTurn, SiteTurnState
from blueprints.selectors import list_releases, list_rollouts, list_turns
from tenants.kinds import SiteKind, SiteState
from tenants.models import Organisation

FAILED_STATES = (SiteTurnState.FAILED, SiteTurnState.BLOCKED)
ENDED_STATES = (SiteTurnState.DONE, *FAILED_STATES)


@dataclass(frozen=True)
class PlannedTurn:
    """A site's turn and what was planned for it."""

    turn: SiteTurn
    plan: SitePlan


@dataclass
class SamePlan:
    """Sites on which the same is to be done, and no obstacle stands in the way of any of them. `pages` counts all sites."""

    changes: tuple[Change, ...]
    turns: list[PlannedTurn] = field(default_factory=list)

    @property
    def flags(self) -> list[tuple[SiteTurn, str]]:
        """What somebody should look at, by site."""
        return [(each.turn, flag.describe()) for each in self.turns for flag in each.plan.flags]


@dataclass(frozen=True)
class Progress:
    """How far a rollout is: turns by state, and whether there is more to come."""

    rollout: Rollout
    total: int
    done: int
    failed: int
    queued: int
    waiting: int

    @property
    def is_running(self) -> bool:
        """Whether the figures will change by themselves."""
        return self.rollout.state in RUNNING_STATES

    @property
    def ended(self) -> int:
        """Turns that have come to an end, good or bad."""
        return self.done + self.failed

    @property
    def per_cent(self) -> int:
        """Share of the turns that have come to an end."""
        return 100 * self.ended // self.total if self.total else 100


def get_rollout_row(pk: int) -> Rollout:
    """The rollout with its counts. Raises Rollout.DoesNotExist."""
    return list_rollouts().select_related("blueprint").get(pk=pk)


def read_plan(turn: SiteTurn) -> SitePlan:
    """What was planned for the site."""
    return SitePlan.from_json(turn.plan) if turn.plan else SitePlan()


def list_planned(rollout: Rollout) -> list[PlannedTurn]:
    """Turns with their plans, canaries first."""
    return [PlannedTurn(turn, read_plan(turn)) for turn in list_turns(rollout)]


def list_blocked(planned: Iterable[PlannedTurn]) -> list[PlannedTurn]:
    """Those with something in the way."""
    return [each for each in planned if each.plan.obstacles]


def group_equal(planned: Iterable[PlannedTurn]) -> list[SamePlan]:
    """Sites without obstacles by what is to be done there; the largest group first, those in step last."""
    groups: dict[tuple[Change, ...], SamePlan] = {}
    for each in planned:
        if not each.plan.obstacles:
            changes = tuple(_without_place(change) for change in each.plan.changes)
            groups.setdefault(changes, SamePlan(changes)).turns.append(each)
    return sorted(groups.values(), key=lambda group: (not group.changes, -len(group.turns)))


def _without_place(change: Change) -> Change:
    return replace(change, page_id=None, pages=0)


def count_changes(planned: Iterable[PlannedTurn]) -> list[tuple[str, int, int]]:
    """(sentence, sites, pages that get another address) of each change, the most frequent first."""
    sites: Counter[str] = Counter()
    pages: dict[str, int] = defaultdict(int)
    for each in planned:
        for change in each.plan.changes:
            sentence = _without_place(change).describe()
            sites[sentence] += 1
            pages[sentence] += change.pages
    return [(sentence, count, pages[sentence]) for sentence, count in sites.most_common()]


def list_timed_turns(rollout: Rollout) -> list[SiteTurn]:
    """Turns with `seconds`, how long each took; None while it did not end."""
    turns = list(list_turns(rollout))
    for turn in turns:
        times = turn.started_at, turn.ended_at
        turn.seconds = (times[1] - times[0]).total_seconds() if times[0] and times[1] else None  # type: ignore[attr-defined] # for templates
    return turns


def get_progress(rollout: Rollout) -> Progress:
    """Counted now."""
    states = Counter(rollout.turns.values_list("state", flat=True))
    return Progress(
        rollout,
        total=sum(states.values()),
        done=states[SiteTurnState.DONE],
        failed=sum(states[each] for each in FAILED_STATES),
        queued=states[SiteTurnState.QUEUED],
        waiting=states[SiteTurnState.WAITING],
    )


def find_turn(rollout: Rollout, schema_name: str) -> SiteTurn | None:
    """The turn of that site."""
    return list_turns(rollout).filter(site__schema_name=schema_name).first()


def find_release_to_return_to(rollout: Rollout) -> Release | None:
    """The release that most of its sites came from, where it is another one."""
    before = Counter(turn.before for turn in list_turns(rollout) if turn.before_id not in {None, rollout.release_id})
    found = before.most_common(1)
    return found[0][0] if found else None


def list_kinds() -> list[tuple[SiteKind, int, Release | None]]:
    """(kind, sites that serve, newest release) of each kind that has sites."""
    counts = Counter(Organisation.objects.exclude(state=SiteState.ARCHIVED).values_list("kind", flat=True))
    return [(kind, counts[kind], list_releases(kind).first()) for kind in SiteKind if counts[kind]]
