"""Arithmetic in words: how a cell follows from figures, and why a figure cannot be true with others."""

from collections.abc import Mapping

from reconcile.cells import Cell, name
from reconcile.system import System

BETWEEN = r" [+-] |; |(?:low|high): "  # what stands between the cells of a formula


def formula(system: System, cell: Cell) -> str:
    """How a cell follows from others: `2024 - 2024-Q1 - 2024-Q2`; both ends where they differ."""
    low, high = system.least(cell), system.greatest(cell)
    if low.value == high.value:
        return _sum(system, high.proof)
    ends = {"low": low.proof, "high": high.proof}
    return "; ".join(f"{end}: {_sum(system, proof)}" for end, proof in ends.items() if proof)


def _sum(system: System, proof: Mapping[int, float]) -> str:
    """The figures that prove a bound, as a sum of their cells."""
    terms = sorted((m < 0, name(system.figures[i].cell), abs(m)) for i, m in proof.items())
    text = " ".join(f"{'-' if minus else '+'} {'' if m == 1 else f'{m:g} x '}{cell}" for minus, cell, m in terms)
    return text.removeprefix("+ ")


def clash(system: System, figure: int) -> tuple[str, frozenset[int]]:
    """Why a figure was given up: a smallest set of figures that it clashes with, in words that can be checked by
    hand; and why, of these, the one that no lightest set gives up is not to blame instead.

    Raises ValueError for a figure that no lightest set gives up.
    """
    component = system.component_of(figure)
    others = component.clash(figure)
    if others is None:
        raise ValueError(f"{name(system.figures[figure].cell)}: nothing clashes with this figure")
    text = _in_words(system, figure, others)
    witnesses = len(system.figures[figure].readers)
    kept = [i for i in others - system.given_up if len(system.figures[i].readers) <= witnesses]
    if len(kept) == 1:
        rival = system.figures[kept[0]]
        if confirming := component.clash(figure, without=frozenset(kept)):
            told = _in_words(system, figure, confirming)
            text += f"; even without {name(rival.cell)} ({rival.value.count()}), {told}"
    return text, others


def _in_words(system: System, figure: int, others: frozenset[int]) -> str:
    """`2023-Q1 (153) + 2023-Q2 (213) make 366, but 2023-S1 is 370`."""
    if {system.figures[i].cell for i in others} == {system.figures[figure].cell} and len(others) == 1:
        return _against_another_reading(system, figure, *others)
    multipliers, more = system.component_of(figure).programme.contradiction(others | {figure})
    if not multipliers:
        cells = ", ".join(name(system.figures[i].cell) for i in sorted({*others, figure}))
        return f"no whole numbers fit these together: {cells}"
    unit = min(map(abs, multipliers.values()))
    least = {i: m / unit for i, m in multipliers.items() if m > 0}
    most = {i: -m / unit for i, m in multipliers.items() if m < 0}
    whole = _side(system, most, 1)
    if more:
        whole = whole.replace(" is ", ", which includes more, is ", 1)
    sides = [_side(system, least, 0), whole]
    return ", but ".join(sorted(sides, key=lambda side: " + " not in side))


def _side(system: System, terms: Mapping[int, float], end: int) -> str:
    """One side of a contradiction: what its figures come to at the end (0 least, 1 greatest) that matters."""
    hedge = "" if all(system.figures[i].value.exact for i in terms) else ("at least ", "at most ")[end]
    total = f"{hedge}{sum(m * system.figures[i].value[end] for i, m in terms.items()):,.10g}"
    named = sorted((name(system.figures[i].cell), m, system.figures[i].value) for i, m in terms.items())
    if len(named) == 1 and named[0][1] == 1:
        return f"{named[0][0]} is {total}"
    parts = [f"{'' if m == 1 else f'{m:g} x '}{cell} ({value.count()})" for cell, m, value in named]
    return f"{' + '.join(parts)} make {total}"


def _against_another_reading(system: System, figure: int, other: int) -> str:
    # By name, since one reader can stand behind both: relayed by two papers, with two values.
    both = (system.figures[other], system.figures[figure])
    readings = [f"{reading.value.count()} as read by {' and '.join(sorted(reading.readers))}" for reading in both]
    return f"{name(both[0].cell)} is {', '.join(readings)}"
