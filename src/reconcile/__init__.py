"""Published figures on a table that must add up: which cannot all be true, and what the rest imply.

The modules, in the order of a figure's way. What others may use of each:

    periods        days, quarters, span, year, same_kind ...; PeriodError
    intervals      Interval
    wording        split: plain wording ("about 130") into hedge and number
    hedges         HEDGES, of_count, of_measure, place, table: what "nearly" and the like mean
    cells          Cell, ALL, name, Figure, Bound; AccountingError
    figures        with_intervals, distinct: from rows of a table to distinct figures
    counts         Counts: which counts a cell is the sum of, and what must add up
    system         System: which figures to give up, and bounds of cells, sums and ratios
    settle         settle: how clashes are settled, in each part of the table that hangs together
    hitting_sets   the lightest sets to give up, and the smallest clash that a figure is in
    solver         Programme: linear and whole-number programmes
    explain        formula, clash: arithmetic in words
    results        rows, conflicts: what is known of each cell, and which figures cannot hold
    leave_one_out  changes: which counts would change without a figure

Nothing is imported here, so that who asks for a period does not load a solver.
"""
