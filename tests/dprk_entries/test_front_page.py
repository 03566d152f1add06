"""What the front page leads with, from rows of text as they stand in the processed tables."""

import pandas as pd
import pytest

from dprk_entries.site import front_page


def rows(table: pd.DataFrame) -> list[dict[str, str]]:
    """A table as csv.DictReader gives it."""
    return [{k: "" if pd.isna(v) else str(v) for k, v in row.items()} for row in table.to_dict("records")]


@pytest.fixture
def summary(frames):
    """The summary when some of the tables are other than the frozen ones."""

    def of(**other: pd.DataFrame) -> front_page.Summary:
        tables = {"entries": frames["entries"], "growth": frames["growth"], "laundering": frames["laundering"]}
        tables |= {"checked": frames["claims-checked"]} | other
        return front_page.summary(**{name: rows(table) for name, table in tables.items()})

    return of


def test_it_leads_with_the_year_its_growth_and_its_shares(summary, plain):
    numbers = [(plain(number.text), number.meaning) for number in summary().numbers]
    assert [text for text, _ in numbers] == ["10,000", "10.0", "60 %", "83 to 100 %", "65 to 100 %"]
    meanings = " | ".join(meaning for _, meaning in numbers)
    assert "entries in 2024: crossings" in meanings and "times the entries of 2023" in meanings
    assert "of the entries of 2024 were declared as education" in meanings
    assert "not explained by the students reported, assumed to enter up to 4 times each while enrolled" in meanings
    assert "not explained by as much study as all education entries of 2019" in meanings


def test_every_number_leads_to_an_entry_that_says_it(summary, misled):
    found = summary()
    assert not misled([*(number.text for number in found.numbers), found.last])
    assert all(number.text != "" for number in found.numbers)


def test_verdicts_are_counted_most_first(summary, frames):
    verdicts = summary().verdicts
    assert verdicts[0] == ("holds", 14) and sum(count for _, count in verdicts) == len(frames["claims-checked"])
    assert [count for _, count in verdicts] == sorted((count for _, count in verdicts), reverse=True)


def test_it_says_where_the_source_ends(summary, plain, frames):
    assert plain(summary().last) == (
        "The last quarter that was published is 2025-Q1, with 200 entries. From 2025-Q2 on, figures were withheld: "
        "that is not zero."
    )
    published = frames["entries"][frames["entries"]["status"] != "not_published"]
    assert plain(summary(entries=published).last) == (
        "The last quarter that was published is 2025-Q1, with 200 entries."
    )


def test_the_year_is_the_first_of_those_estimated_whatever_else_was(summary, frames, plain):
    """Rows on persons of another year, and shares of periods without an estimate, move nothing."""
    persons = frames["laundering"]["estimand"] == "unexplained_persons"
    later = frames["laundering"][persons].assign(period="2025")
    earlier = frames["laundering"][frames["laundering"]["estimand"] == "education_share"].head(1).assign(period="2001")
    more = pd.concat([earlier, later, frames["laundering"]])
    assert summary(laundering=more) == summary()


def test_the_factor_is_that_of_the_year_and_of_all_purposes(summary, frames, plain):
    factor = (frames["growth"]["measure"] == "factor") & (frames["growth"]["period"] == "2024")
    (row,) = frames["growth"][factor].index
    others = [
        frames["growth"].loc[[row]].assign(**column, low=77.0, high=77.0)
        for column in ({"purpose": "education"}, {"period": "2023"}, {"measure": "recovery"})
    ]
    assert plain(summary(growth=pd.concat([*others, frames["growth"]])).numbers[1].text) == "10.0"


def test_counts_of_other_nations_series_purposes_and_modes_are_not_taken_for_the_total(summary, frames, plain):
    own = frames["entries"]
    total = own[(own["nationality"] == "PRK") & (own["series"] == "border_entries") & (own["period"] == "2024")]
    total = total[(total["purpose"] == "_T") & (total["transport"] == "_T")]
    others = [
        total.assign(**column, low=77.0, high=77.0)
        for column in ({"nationality": "CHN"}, {"series": "consular_visas"}, {"purpose": "work"}, {"transport": "air"})
    ]
    assert plain(summary(entries=pd.concat([own, *others])).numbers[0].text) == "10,000"


def test_an_interval_is_said_as_one(summary, frames, plain):
    own = (frames["entries"]["period"] == "2024") & (frames["entries"]["purpose"] == "_T")
    vague = frames["entries"].assign(high=frames["entries"]["high"].where(~own, 10100.0))
    assert plain(summary(entries=vague).numbers[0].text) == "10,000 to 10,100"
