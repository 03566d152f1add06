"""What the assumed ranges make of the unexplained share: values drawn evenly from each, and which range matters.

A summary of the ranges, not a posterior: nobody knows that values inside them are equally likely, or independent. The
identified set stays what can be claimed. Sources: Sobol' 1967, Owen 1998 (scrambled points, by scipy.stats.qmc);
Saltelli et al. 2010, Computer Physics Communications 181 (first-order and total indices, by scipy.stats.sobol_indices).
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy import stats

from dprk_entries import cite
from dprk_entries.study.bounds import Assumed
from reconcile.intervals import Interval

DRAWS = 2**14  # a power of two, as the points of Sobol' ask for
SPREAD = {"all draws": (0, 1), "nine in ten": (0.05, 0.95), "half of them": (0.25, 0.75)}  # from and to a quantile
Ranges = dict[str, Interval]


class Quantity(NamedTuple):
    """Something computed from one value of each range (arrays of equal length), and how a value of it is written."""

    of: Callable[[dict[str, np.ndarray]], np.ndarray]
    text: Callable[[Interval], str]


def ranges(assumed: Assumed, education: Interval, issued: Interval | None) -> Ranges:
    """What is drawn: assumed ranges, the education entries of the year, and its study visas if known."""
    found = {name.replace("_", " "): value for name, value in assumed._asdict().items() if name != "entries_per_visa"}
    return found | {"education entries": education} | ({"study visas": issued} if issued else {})


def quantities(drawn: Ranges, cap: float) -> dict[str, Quantity]:
    """What is computed from the ranges drawn. `cap`: study entries at most, as in the baseline set."""

    def study(value: dict[str, np.ndarray]) -> np.ndarray:
        enrolled = np.minimum(value["students"] * value["entries per student"], cap)
        return np.minimum(enrolled, value["education entries"])

    def visas(value: dict[str, np.ndarray]) -> np.ndarray:
        return np.minimum(value["students"] * value["visas per student"], value["study visas"])

    found = {
        "share of education entries": Quantity(lambda v: 1 - study(v) / v["education entries"], Interval.percent),
        "persons": Quantity(lambda v: (v["education entries"] - study(v)) / v["entries per person"], Interval.count),
    }
    if "study visas" in drawn:
        found["share of study visas"] = Quantity(lambda v: 1 - visas(v) / v["study visas"], Interval.percent)
    return found


def spread(drawn: Ranges, cap: float, seed: int, draws: int = DRAWS) -> pd.DataFrame:
    """Between what the quantities lie in all, nine of ten, and half of the draws, as text, a row a quantity.

    `draws`: a power of two. The least and greatest of all draws come close to the identified set, from inside.
    """
    value = _values(drawn, stats.qmc.Sobol(len(drawn), rng=seed).random(draws).T)
    rows = {
        name: [quantity.text(Interval(*np.quantile(quantity.of(value), ends))) for ends in SPREAD.values()]
        for name, quantity in quantities(drawn, cap).items()
    }
    return pd.DataFrame.from_dict(rows, orient="index", columns=list(SPREAD)).rename_axis("unexplained")


def indices(drawn: Ranges, cap: float, seed: int, draws: int = DRAWS) -> dict[str, pd.DataFrame]:
    """First-order and total Sobol indices: fractions of the variance of each quantity (columns) that go with a range
    (rows) by itself (`first`), and with it and all others it works together with (`total`).

    A range of one value has no row; a quantity that does not vary has indices of zero. `draws`: a power of two.
    """
    varied = [name for name, value in drawn.items() if not value.exact]
    fixed = {name: value.low for name, value in drawn.items() if value.exact}
    wanted = quantities(drawn, cap)

    def computed(points: np.ndarray) -> np.ndarray:  # shape (ranges, draws) to (quantities, draws)
        own = _values({name: drawn[name] for name in varied}, points)
        own |= {name: np.full(points.shape[1], value) for name, value in fixed.items()}
        return np.array([quantity.of(own) for quantity in wanted.values()])

    evenly = [stats.uniform()] * len(varied)
    found = stats.sobol_indices(func=computed, n=draws, dists=evenly, rng=seed)
    return {
        kind: pd.DataFrame(own.T, index=varied, columns=list(wanted))
        for kind, own in (("first", found.first_order), ("total", found.total_order))
    }


def drivers(drawn: Ranges, cap: float, seed: int, draws: int = DRAWS) -> pd.DataFrame:
    """The indices as text, "0.95, total 0.96", a row a range, a column a quantity."""
    found = indices(drawn, cap, seed, draws)
    first, total = (found[kind].round(2).abs() for kind in ("first", "total"))  # -0.00 is 0.00
    text = first.map("{:.2f}".format) + ", total " + total.map("{:.2f}".format)
    counted = ("education entries", "study visas")  # not assumed: no entry among the assumptions
    text.index = [name if name in counted else cite.assumption(name.replace(" ", "_"), name) for name in text.index]
    return text.rename_axis("range")


def _values(drawn: Ranges, points: np.ndarray) -> dict[str, np.ndarray]:
    """Points of the unit cube, shape (ranges, draws), as values of the ranges."""
    return {
        name: value.low + (value.high - value.low) * own
        for (name, value), own in zip(drawn.items(), points, strict=True)
    }
