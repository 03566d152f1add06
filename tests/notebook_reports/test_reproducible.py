"""Every notebook runs a second time, in ordinary kernels: what comes out otherwise is named."""

from projects import outputs
from toy import COPY, HEADLINE, N01, N02, N03, N05, NAMES, NOTEBOOKS

CLOCK = "import time\nprint(f'took {time.time():.6f} s')\n"
RANDOM = "import random\nprint('drawn', random.random())\n"
TEMPORARY = "import tempfile\nwith tempfile.NamedTemporaryFile() as file:\n    print('kept in', file.name)\n"


def again(project) -> tuple[int, str]:
    return project.run("notebook_reports.runner.reproducible")


def test_notebooks_that_do_the_same_are_said_to(toy):
    made = (".build/site/data/processed", ".build/site/reports", ".build/executed")
    before = toy.hashes(), toy.hashes(*made)
    code, said = again(toy)
    assert (code, f"All {len(NAMES)} notebooks show and write the same a second time." in said) == (0, True), said
    assert (toy.hashes(), toy.hashes(*made)) == before


def test_each_cell_that_shows_something_else_is_named_with_both_values(toy):
    for name, odd in ((N01, CLOCK), (N02, RANDOM), (N03, TEMPORARY)):
        toy.cell(name, "finding", odd + HEADLINE.format(name=name).strip())
    toy.build()
    before = outputs(toy)
    code, said = again(toy)
    assert code == 1
    lines = said.splitlines()
    for name, begin in ((N01, "took "), (N02, "drawn 0."), (N03, "kept in /")):
        line = lines.index(f"notebooks/{name}.ipynb, cell finding, shows another thing each time:")
        first, second = lines[line + 1].split(maxsplit=1), lines[line + 2].split(maxsplit=1)
        assert (first[0], second[0]) == ("first:", "second:")
        assert first[1] != second[1] and first[1].startswith(begin) and second[1].startswith(begin)
    assert f"Another result the second time: {N01}, {N02}, {N03}. Give random numbers a seed" in said
    assert outputs(toy) == before


def test_a_table_and_a_figure_that_differ_are_blamed_on_who_wrote_them_alone(toy):
    """Notebooks 02 to 05 read the table, and would write others if they read what the second run wrote."""
    clock = "import time\n_ = paths.to_write(paths.Path({!r})).open('a').write(f'{{time.time()}}\\n')"
    for name, path in ((N01, "data/processed/counts.csv"), (N05, "reports/figures/yearly.svg")):
        toy.cell(name, "copy", COPY.format(**NOTEBOOKS[name]) + clock.format(path))
    toy.build()
    code, said = again(toy)
    assert code == 1
    assert f"notebooks/{N01}.ipynb, cell copy, writes another data/processed/counts.csv each time:" in said
    assert f"notebooks/{N05}.ipynb, cell copy, writes another reports/figures/yearly each time:" in said
    assert said.count(" each time:") == 2, said
    assert f"Another result the second time: {N01}, {N05}." in said


def test_a_notebook_that_fails_the_second_time_is_named(toy):
    """It takes what is in the folder for temporary files for something of its own."""
    once = "import os, tempfile\nmark = os.path.join(tempfile.gettempdir(), 'once')\nopen(mark, 'x').close()"
    toy.cell(N03, "imports", f"{once}\nfrom orchards import shared as common")
    toy.build(TMPDIR=str(toy.root.parent))
    code, said = toy.run("notebook_reports.runner.reproducible", TMPDIR=str(toy.root.parent))
    assert code == 1
    assert f"The second time it fails: notebooks/{N03}.ipynb, cell imports" in said and "FileExistsError" in said


def test_before_a_build_it_says_what_to_run(toy):
    (toy.root / f".build/executed/{N02}.ipynb").unlink()
    code, said = again(toy)
    assert (code, "Traceback" in said) == (1, False)
    assert f"{N02} has not been built yet: run python -m doit first." in said
