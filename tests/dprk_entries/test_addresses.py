"""Which entry a number leads to, and what stands there in few words."""

import pytest

from dprk_entries import cite
from notebook_reports import check_links
from notebook_reports.errors import BuildError


@pytest.mark.parametrize(
    ("kind", "key", "address"),
    [
        ("cell", ("border_entries", "PRK", "2019-01-01/2019-09-30", "_T"),
         "counts.html#border_entries.PRK.2019-01-01_2019-09-30._T"),
        ("cell", ("border_entries", "CHN", "2019", "_T"), "other-counts.html#border_entries.CHN.2019._T"),
        ("cell", ("consular_visas", "PRK", "2019", "_T"), "other-counts.html#consular_visas.PRK.2019._T"),
        ("cell", ("border_entries", "PRK", "2019", "_T", "air"), "counts-by-mode.html#border_entries.PRK.2019._T.air"),
        ("period", ("border_entries", "PRK", "2024-Q3"), "counts.html#border_entries.PRK.2024-Q3"),
        ("figure", ("F0750",), "figures.html#F0750"),
        ("figure", ("F0751",), "figures-2.html#F0751"),
        ("figure", ("KSIMI2020.PRK.2011-Q1.air",), "imported-figures.html#KSIMI2020.PRK.2011-Q1.air"),
        ("claim", ("B07", 4), "claims.html#B07.4"),
        ("growth", ("factor", "_T", "2024", "2023"), "results.html#factor._T.2024.2023"),
        ("share", ("unexplained_entries", "no-study", "2024"), "shares.html#unexplained_entries.no-study.2024"),
        ("comparison", ("share", "border_entries", "KAZ", "2019-S1", "education", "_T", "2019-S1"),
         "comparisons.html#share.border_entries.KAZ.2019-S1.education._T.2019-S1"),
    ],
)  # fmt: skip
def test_addresses(kind, key, address):
    assert cite.address(kind, *key) == address


def test_a_cell_says_in_short_what_is_known_of_it(cells, plain):
    assert cite.cell_link(cells, "2024", "education").short == "2024 education: 6,000, reported"
    assert cite.cell_link(cells, "2022").short == "2022: 100, reported"
    assert cite.cell_link(cells, "2025-Q2").short == "2025-Q2: not published"
    assert plain(cite.cell(cells, "2025-Q2")) == "not published"
    assert plain(cite.cell(cells, "2024", "education", "most")) == "most"


def test_a_cell_in_a_narrow_column_has_its_sign_and_its_readers(cells, plain):
    space = "\N{NARROW NO-BREAK SPACE}"
    shown = {(period, purpose): plain(cells.marked(period, purpose)).split(space) for period, purpose in (
        ("2024", "_T"), ("2024-Q4", "_T"), ("2023-Q1", "_T"), ("2020-Q2", "_T"), ("2025", "_T"), ("2025-Q2", "_T"),
        ("2018", "education"),
    )}  # fmt: skip
    assert list(shown.values()) == [
        ["●", "10,000", "(2)"], ["▲", "3,500"], ["≠", "150–160", "(1)"], ["◇", "≤50"], ["◇", "≥200"], ["∅"], ["×"]
    ]  # fmt: skip


def test_a_link_to_an_entry_that_does_not_exist_stops_the_build(tmp_path):
    (tmp_path / "sources").mkdir()
    (tmp_path / "sources/2024.html").write_text('<p id="there">', encoding="utf-8")
    page = tmp_path / "02-analyze-growth.html"
    page.write_text('<a href="sources/2024.html#there"></a><a href="https://example.org/x#y"></a>', encoding="utf-8")
    check_links.check(tmp_path)
    page.write_text('<a href="sources/2024.html#gone"></a>', encoding="utf-8")
    with pytest.raises(BuildError, match=r"02-analyze-growth.html links to sources/2024.html#gone"):
        check_links.check(tmp_path)
    page.write_text('<a href="#nowhere"></a><a href="sources/2030.html"></a>', encoding="utf-8")
    with pytest.raises(BuildError, match=r"sources/2030.html"):
        check_links.check(tmp_path)
