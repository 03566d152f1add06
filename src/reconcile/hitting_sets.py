"""Which figures to give up, and why: sets that hit every clash, and the smallest clash that a figure is in.

The lightest correction is the lightest set that hits every clash; the smallest clash is the smallest set that hits
every correction (Reiter 1987, A theory of diagnosis from first principles, Artificial Intelligence 32; Davies and
Bacchus 2011, Solving MAXSAT by solving a sequence of simpler SAT instances, CP 2011). So clashes are looked for only
until the lightest set that hits those found is a correction.
"""

import math
from collections.abc import Iterable, Mapping

from reconcile.solver import LimitError, Programme

Sets = list[frozenset[int]]  # of figures, each by its number
MAX_WEIGHT = 24  # readers: a tangle of clashes that costs more stops the search
MAX_SETS = 64  # equally light sets of one independent part
MAX_STEPS = 20_000  # of one search for hitting sets


def tangles(clashes: Iterable[frozenset[int]]) -> list[Sets]:
    """Clashes that share figures, together."""
    apart: list[Sets] = []
    for clash in clashes:
        touching = [tangle for tangle in apart if any(clash & other for other in tangle)]
        apart = [tangle for tangle in apart if tangle not in touching]
        apart.append([clash, *(other for tangle in touching for other in tangle)])
    return apart


def lightest_sets(clashes: Sets, weight: Mapping[int, int], heaviest: int, ties: int = MAX_SETS) -> Sets:
    """All lightest sets with a member in every clash, sorted; only the first one found where `ties` is 1.

    Raises LimitError where they weigh more than `heaviest`, are more than `ties`, or the search takes too long.
    """
    best, steps = heaviest, 0
    found: Sets = []

    def search(chosen: frozenset[int], banned: frozenset[int], total: int) -> None:
        nonlocal best, found, steps
        steps += 1
        if steps > MAX_STEPS:
            raise LimitError(f"the lightest set to give up was not found in {MAX_STEPS:,} steps")
        open_clashes = sorted((clash - banned for clash in clashes if not clash & chosen), key=_short)
        least = total + _at_least(open_clashes, weight)
        if least > best or (ties == 1 and found and least == best):
            return
        if not open_clashes:
            if total < best:
                best, found = total, []
            found.append(chosen)
            return
        for name in sorted(open_clashes[0], key=lambda name: (weight[name], name)):
            search(chosen | {name}, banned, total + weight[name])
            banned |= {name}  # sets with it were all looked at

    search(frozenset(), frozenset(), 0)
    if not found:
        raise LimitError(f"every set to give up weighs more than {heaviest}")
    if len(found) > ties:
        raise LimitError(f"more than {ties} equally light sets to give up, of weight {best}")
    return sorted(found, key=sorted)


def _short(clash: frozenset[int]) -> tuple[int, list[int]]:
    return len(clash), sorted(clash)


def _at_least(clashes: Sets, weight: Mapping[int, int]) -> float:
    """What any hitting set weighs at least: disjoint clashes cost their lightest member each."""
    total = 0.0
    seen: frozenset[int] = frozenset()
    for clash in clashes:
        if not clash & seen:
            total += min((weight[name] for name in clash), default=math.inf)
            seen |= clash
    return total


def localise(programme: Programme, weight: Mapping[int, int], clashes: Sets) -> Sets:
    """Clashes enough that giving up one lightest set that hits them lets all other figures be true.

    `clashes`: those known already. Raises LimitError where a tangle of clashes weighs more than MAX_WEIGHT.
    """
    clashes = list(clashes)
    while True:
        try:
            given_up = frozenset().union(*(lightest_sets(t, weight, MAX_WEIGHT, 1)[0] for t in tangles(clashes)))
        except LimitError as error:
            least = _at_least(sorted(clashes, key=_short), weight)
            raise LimitError(
                f"{error}; clashes found: {len(clashes)}, which prove how many readers are wrong: {least:.0f} or more"
            ) from None
        new = _disjoint_clashes(programme, set(weight) - given_up)
        if not new:
            return clashes
        clashes += new


def _disjoint_clashes(programme: Programme, held: set[int]) -> Sets:
    """Clashes among held figures, no two with a figure in common, until the rest can all be true."""
    disjoint: Sets = []
    while more := programme.clashes(held):
        disjoint += more
        held = held.difference(*more)
    return disjoint


def smallest_clash(
    programme: Programme, figure: int, others: frozenset[int], weight: Mapping[int, int]
) -> frozenset[int] | None:
    """A smallest set of other figures, which can all be true, that a figure clashes with; of several the one with
    most weight. None where there is none.

    Ignatiev, Previti, Liffiton and Marques-Silva 2015, Smallest MUS extraction with minimal hitting set dualization,
    CP 2015.
    """
    if programme.holds(others | {figure}):
        return None
    one = sum(weight.values()) + 1  # a figure more counts for more than all weights together
    cost = {name: one - weight[name] for name in others}
    corrections: Sets = []
    while True:
        chosen = frozenset().union(*(lightest_sets(t, cost, one * len(others), 1)[0] for t in tangles(corrections)))
        if not programme.holds(chosen | {figure}):
            return chosen
        corrections.append(programme.correction(chosen | {figure}, others - chosen))
