"""Names of nationalities and languages in English, from Babel (Unicode CLDR). Which nationalities there are, pycountry
says (ISO 3166-1), and data/datapackage.json for those that ISO has no code for."""

import pycountry
from babel import Locale

from notebook_reports.datapackage import resource

ENGLISH = Locale("en")


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
