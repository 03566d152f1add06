"""From printed figures to distinct ones, and what is refused."""

import math

import pandas as pd
import pytest
from harvest import CLASH, PARTS, Cell, figure, system

from reconcile.cells import AccountingError, Figure, name
from reconcile.figures import distinct, with_intervals
from reconcile.intervals import Interval
from reconcile.system import System

PRINTED = pd.DataFrame(
    [
        ["F2", "Evening", "Miller", "2024-Q1", "wheat", 30, math.nan, "approx", 10],
        ["F1", "Morning", "Clerk", "2024-Q1", "wheat", 30, math.nan, "approx", 10],
        ["F3", "Morning", "Miller", "2024-Q1", "wheat", 30, math.nan, "exact", 1],
        ["F4", "Morning", "Clerk", "2024-Q1", "_T", 40, 60, "range", 10],
        ["F5", "Morning", "Clerk", "2024-Q2", "_T", 0, math.nan, "not_published", 1],
    ],
    columns=[
        "observation_id", "source_id", "reader", "period", "crop", "value", "value_high", "qualifier", "precision",
    ],
)  # fmt: skip


def test_a_cell_and_an_interval_are_one_figure_whoever_prints_them():
    figures = distinct(with_intervals(PRINTED).dropna(subset="low"), ["crop"])
    assert figures == [
        Figure(("2024-Q1", "_T"), Interval(35, 65), frozenset({"Clerk"}), ("Morning",), ("F4",)),
        Figure(
            ("2024-Q1", "wheat"), Interval(25, 35), frozenset({"Clerk", "Miller"}), ("Evening", "Morning"), ("F1", "F2")
        ),
        Figure(("2024-Q1", "wheat"), Interval(30, 30), frozenset({"Miller"}), ("Morning",), ("F3",)),
    ]


def test_a_blank_has_no_interval():
    assert with_intervals(PRINTED).loc[4, ["low", "high"]].isna().all()


def test_a_figure_that_has_no_interval_is_named():
    with pytest.raises(AccountingError, match=r"F4: a range from 40 to 30.0 is upside down"):
        with_intervals(PRINTED.assign(value_high=PRINTED["value_high"].replace(60, 30)))
    with pytest.raises(AccountingError, match=r"F3: a figure that is roughly has no interval"):
        with_intervals(PRINTED.assign(qualifier=PRINTED["qualifier"].replace("exact", "roughly")))


def test_a_missing_column_is_named():
    with pytest.raises(AccountingError, match=r"found no column precision, expected .*qualifier, precision"):
        with_intervals(PRINTED.drop(columns="precision"))
    with pytest.raises(AccountingError, match=r"found no column village, expected period, village"):
        distinct(with_intervals(PRINTED), ["village"])


def test_a_figure_without_a_reader_is_refused():
    with pytest.raises(AccountingError, match=r"2024-Q1 a: found no reader"):
        figure("2024-Q1", 5, "a", readers="")


def test_an_interval_upside_down_or_without_numbers_is_refused():
    with pytest.raises(AccountingError, match=r"2024-Q1 a: the interval .* is upside down"):
        figure("2024-Q1", 7, "a", high=5)
    with pytest.raises(AccountingError, match=r"upside down"):
        figure("2024-Q1", math.nan)


def test_a_cell_with_too_few_codes_is_refused():
    with pytest.raises(AccountingError, match=r"2024-Q1 a: found 1 codes, expected 2, .*Write _T for a total"):
        System.of([], [("2024-Q1", "a")], PARTS)


def test_a_cell_with_codes_of_two_dimensions_is_refused():
    with pytest.raises(AccountingError, match=r"2024-Q1 a rail: codes of two dimensions, which are never crossed"):
        system(figure("2024-Q1", 5, "a", "rail"))


def test_a_cell_with_a_code_that_no_dimension_has_is_refused():
    with pytest.raises(AccountingError, match=r"2024-Q1 new: new was not collected in 2024-Q1"):
        System.of([], [("2024-Q1", "_T", "_T", "new")], PARTS).bound(("2024-Q1", "_T", "_T", "new"))


def test_a_figure_is_replaced_only_by_one_on_the_same_cell():
    with pytest.raises(ValueError, match=r"found 2024-Q2, expected a figure on 2024-Q1"):
        system(*CLASH).without(0, figure("2024-Q2", 153))


def test_a_total_has_no_code_in_its_name():
    assert [name(Cell("2024")), name(Cell("2024", "a")), name(Cell("2024", "_T", "rail"))] == [
        "2024", "2024 a", "2024 rail",
    ]  # fmt: skip
