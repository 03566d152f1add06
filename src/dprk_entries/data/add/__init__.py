"""Add figures to the raw tables, and say at once what they do to the others.

    make add
    make add ARGS="source_id=KBS20240123 period=2022-Q4 as_stated='about 130' locator='para 2'"
    make add ARGS=figures.csv

At a terminal the fields that are not given are asked for, see `ask`; elsewhere, and in a CSV file, they take their
usual value or are refused as missing, see `given`. Nothing is written unless both tables hold all rules and the figures
can be added up, see `effect`; then all of it is written, see `command`.
"""
