"""Does the interval hold the truth? Made-up years whose genuine study is known, judged by the code of `bounds`."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from dprk_entries.study import bounds
from dprk_entries.study.bounds import Assumed
from reconcile.hedges import of_count
from reconcile.intervals import Interval

# From the baseline, for each set, weakest first: its name, and the least and most study that its assumption allows.
Sets = Callable[[Interval, Assumed], Sequence[tuple]]
ASSUMED_CROSSINGS = Interval(0, 4)  # by which every world is judged, whatever its students do
ANY = Interval(1, 4)  # for what plays no part here


class World(NamedTuple):
    """What students do in a made-up year, and how study then compares with the baseline year."""

    crossings: int  # most crossings of a student
    students_for_each_reported: int = 1
    baseline: Interval = Interval(1, 3)  # education entries of the baseline year, as a multiple of genuine study


WORLDS = {
    "No entry is study": World(0),
    "Each student enters at most once": World(1),
    "Each student crosses up to 4 times": World(4),
    "Each student crosses up to 12 times": World(12),
    "Three students for each reported": World(4, students_for_each_reported=3),
    "More study than in the baseline year": World(4, baseline=Interval(0.2, 0.8)),
}


def coverage(years: int, seed: int, sets: Sets) -> pd.DataFrame:
    """Share of the made-up years in which the interval of an assumption set holds the true unexplained share.

    One row for each world, one column for each of the `sets`, fractions of `years`. Enrolment is printed to the nearest
    ten, the baseline to the nearest hundred, as in the press.
    """
    rng = np.random.default_rng(seed)
    names = [name for name, *_ in sets(Interval(0, 0), Assumed(*[ANY] * 5))]
    found = {name: np.mean([_held(world, rng, sets) for _ in range(years)], axis=0) for name, world in WORLDS.items()}
    return pd.DataFrame.from_dict(found, orient="index", columns=names)


def _held(world: World, rng: np.random.Generator, sets: Sets) -> np.ndarray:
    """Which sets hold the truth in one year, shape (sets,)."""
    groups = rng.integers(50, 500, size=2)  # the students reported for two academic years, different persons
    students = int(groups.sum()) * world.students_for_each_reported
    genuine = int(rng.integers(0, world.crossings + 1, size=students).sum())
    others = int(rng.integers(1, 20_000))
    before = rng.uniform(*world.baseline) * max(genuine, 100)

    printed = [_printed(group, 10) for group in groups]
    assumed = Assumed(printed[0].plus(printed[1]), ASSUMED_CROSSINGS, ANY, ANY, ANY)
    education, truth = Interval(genuine + others, genuine + others), others / (genuine + others)
    names, low, high = zip(*((row[0], row[1], row[2]) for row in sets(_printed(before, 100), assumed)), strict=True)
    least, most, _ = bounds.nested(np.array(low), np.array(high), names)
    shares = [bounds.unexplained_share(education, Interval(*ends)) for ends in zip(least, most, strict=True)]
    return np.array([share.low - 1e-12 <= truth <= share.high + 1e-12 for share in shares])


def _printed(count: float, precision: int) -> Interval:
    """What readers of a rounded figure know of the count."""
    return of_count(round(count / precision) * precision, None, "approx", precision)
