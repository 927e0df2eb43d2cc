"""Order among siblings. Only that of a blueprint's nodes matters; whatever else stands there keeps its slot."""

from collections.abc import Sequence
from dataclasses import dataclass

Ref = int | str
"""A page: by its id where it exists, by its node's key where it is still to be made."""


@dataclass(frozen=True)
class Family:
    """Pages below one parent. `standing` are there now and stay, in their order; `wanted` are the nodes that the blueprint
    puts there, in its order; of these `held` may not change places; `before` is the order of the release before, if any.
    """

    standing: Sequence[Ref]
    wanted: Sequence[Ref]
    held: frozenset[Ref]
    before: Sequence[Ref] | None


def arrange(family: Family) -> list[Ref]:
    """The order that the blueprint wants, as far as it is not the site's own to choose.

    A site that never changed the order follows the new one; on another only the held nodes are put in order.
    """
    there = set(family.standing)
    nodes = [ref for ref in family.standing if ref in set(family.wanted)]
    follows = _follows(nodes, family.before)
    ordered = {ref for ref in nodes if follows or ref in family.held}
    result = _sort_within(family.standing, [ref for ref in family.wanted if ref in ordered])
    for ref in family.wanted:
        if ref not in there:
            _insert(result, ref, family.wanted, ordered)
            if follows or ref in family.held:
                ordered.add(ref)
    return result


def _follows(nodes: Sequence[Ref], before: Sequence[Ref] | None) -> bool:
    if not nodes:
        return True
    return before is not None and [ref for ref in before if ref in set(nodes)] == list(nodes)


def _sort_within(standing: Sequence[Ref], ordered: Sequence[Ref]) -> list[Ref]:
    members, following = set(ordered), iter(ordered)
    return [next(following) if ref in members else ref for ref in standing]


def _insert(result: list[Ref], ref: Ref, wanted: Sequence[Ref], ordered: set[Ref]) -> None:
    place = wanted.index(ref)
    previous = next((each for each in reversed(wanted[:place]) if each in ordered), None)
    following = next((each for each in wanted[place + 1 :] if each in ordered), None)
    if previous is not None:
        result.insert(result.index(previous) + 1, ref)
    elif following is not None:
        result.insert(result.index(following), ref)
    else:
        result.append(ref)
