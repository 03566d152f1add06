"""Names of periods, nationalities and languages in English, from Babel (Unicode CLDR). Which nationalities there are,
pycountry says (ISO 3166-1), and data/datapackage.json for those that ISO has no code for."""

import functools
import re
from datetime import timedelta

import pycountry
from babel import Locale
from babel.dates import format_date

from notebook_reports.datapackage import resource
from reconcile import periods

ENGLISH = Locale("en")
DAY = r"\d{4}-(?:0[1-9]|1[0-2])-\d\d"
CODE = re.compile(rf"(?<![\w/=-])(?:{DAY}(?:/{DAY})?|\d{{4}}-(?:S[12]|Q[1-4]|0[1-9]|1[0-2]))(?![\w-])")


@functools.cache
def period(code: str) -> str:
    """A period as readers say it: July to September 2024 for 2024-Q3, 5 February 2025 for a day, 2010 to 2019 for an
    interval of whole years. Raises PeriodError for what is none."""
    first, last = periods.days(code)
    months = first.day == (last + timedelta(days=1)).day == 1
    years = months and first.month == 1 and last.month == 12
    pattern = "y" if years else "MMMM y" if months else "d MMMM y"
    begin, end = (format_date(day, pattern, ENGLISH) for day in (first, last))
    if begin == end:
        return end
    return f"{begin.removesuffix(f' {last.year}')} to {end}"


def in_words(text: str) -> str:
    """A text with each code of a period in it as readers say it; what only looks like one stays."""
    return CODE.sub(_said, text)


def _said(code: re.Match[str]) -> str:
    try:
        return period(code[0])
    except periods.PeriodError:
        return code[0]


def user_assigned() -> dict[str, str]:
    """Names by the codes that ISO leaves to users, as the schema lists them beside the column nationality."""
    fields = resource("observations")["schema"]["fields"]
    names: dict[str, str] = next(field for field in fields if field["name"] == "nationality")["user_assigned"]
    return names


def country(code: str) -> str | None:
    """Name of the country of a code of the column nationality: North Korea for PRK; nothing where there is no such."""
    if code in user_assigned():
        return user_assigned()[code]
    found = pycountry.countries.get(alpha_3=code)
    return ENGLISH.territories[found.alpha_2] if found else None


def language(code: str) -> str | None:
    """Name of a language by its code in ISO 639-1: Korean for ko; nothing where there is no such."""
    return ENGLISH.languages.get(code)
