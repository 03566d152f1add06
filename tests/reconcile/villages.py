"""Harvests of three villages in tonnes, as three newspapers print them: figures, what must add up, and readers in."""

import io

import pandas as pd

from reconcile import leave_one_out, results
from reconcile.cells import name
from reconcile.figures import distinct, with_intervals
from reconcile.system import System

# The third quarter: 40, 25 to 35 and 52 are more than 100. The fourth: one paper has a zero too many.
PRINTED = """
observation_id,source_id,reader,period,village,crop,value,value_high,qualifier,precision
H01,Morning,Clerk,2024-Q3,_T,_T,100,,exact,1
H02,Evening,Miller,2024-Q3,_T,_T,100,,exact,1
H03,Morning,Clerk,2024-Q3,Ash,_T,40,,exact,1
H04,Weekly,Porter,2024-Q3,Ash,_T,40,,exact,1
H05,Evening,Miller,2024-Q3,Birch,_T,30,,approx,10
H06,Weekly,Porter,2024-Q3,Cedar,_T,52,,exact,1
H07,Morning,Clerk,2024-Q4,Ash,_T,20,,exact,1
H08,Weekly,Porter,2024-Q4,Ash,_T,20,,exact,1
H09,Evening,Miller,2024-Q4,Ash,_T,200,,exact,1
H10,Morning,Clerk,2024-Q4,_T,_T,60,,exact,1
H11,Weekly,Porter,2024-Q4,Birch,_T,30,,nearly,10
H12,Weekly,Porter,2024-Q4,_T,wheat,45,,exact,1
H13,Morning,Clerk,2024-S2,_T,_T,150,,more_than,10
"""
VILLAGES = ("Ash", "Birch", "Cedar")
CROPS = ("wheat", "rye")
PERIODS = ("2024-Q3", "2024-Q4", "2024-S2")
ASKED = [(period, village, "_T") for period in PERIODS for village in ("_T", *VILLAGES)] + [("2024-Q4", "_T", "rye")]


def main() -> None:
    printed = with_intervals(pd.read_csv(io.StringIO(PRINTED)))
    figures = distinct(printed, ["village", "crop"])
    system = System.of(figures, ASKED, [lambda quarter: VILLAGES, lambda quarter: CROPS])
    known = results.rows(system, ASKED)
    for row in known:
        print(f"{name(row.cell)}: {row.value.count()}, {row.status}, {row.readers}, {' '.join(row.source_ids)}")
        if row.formula:
            print(f"    = {row.formula}")
    for conflict in results.conflicts(system):
        figure = system.figures[conflict.figure]
        print(f"{' '.join(figure.observation_ids)} is {conflict.verdict}: {conflict.because}")
    read_by = dict(zip(printed["observation_id"], printed["reader"], strict=True))
    for change in leave_one_out.changes(system, {row.cell: row.value for row in known}, read_by):
        print(f"without {change.observation_id}, {name(change.cell)}: {change.value.count()}")
    share = system.ratio(("2024-Q4", "_T", "wheat"), ("2024-Q4", "_T", "_T"))
    print(f"wheat in 2024-Q4: {share.percent()}")


if __name__ == "__main__":
    main()
