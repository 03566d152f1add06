"""What a claim calls its number in print: the unit, which has a verdict of its own, and the label of the purpose."""

from collections.abc import Mapping

import pandas as pd

from dprk_entries.claims.counts import Term
from dprk_entries.data import tables
from dprk_entries.entries.cell import Cell


class ClaimError(ValueError):
    """A row of claims.csv that cannot be computed. The text names the claim and what to mend."""


def where(claim: Mapping[str, str]) -> str:
    """Which claim it is, in words."""
    return f"data/raw/claims.csv, claim {claim['claim_id']}, part {claim['part']}"


def unit_verdict(claim: pd.Series, traced: Term | None, units: Mapping[str, str]) -> str:
    """Whether the unit named in print is that of the series, and the travellers it names those of the purpose, that the
    number is of: of the cell that it was traced to, else of the one claimed. Empty where none is named.

    `units`: of each series.
    """
    named = _named(claim)
    if not named:
        return ""
    (series, _), cell = traced or ((claim["series"], ""), Cell(claim["period"], claim["purpose"]))
    fits = named["unit"] == units[series] and named.get("purpose", cell.purpose) == cell.purpose
    return "fits" if fits else "does not fit"


def nobody_counted(claim: pd.Series, units: Mapping[str, str]) -> bool:
    """Whether the unit named in print is one that no series has, such as the departures of workers: another number says
    nothing of it."""
    named = _named(claim)
    return bool(named) and named["unit"] not in units.values()


def _named(claim: pd.Series) -> dict[str, str]:
    """The unit, and perhaps the purpose, that a claim names in print; empty where it names none."""
    (field,) = (field for field in tables.resource("claims")["schema"]["fields"] if field["name"] == "unit_as_stated")
    return field["stands_for"].get(claim["unit_as_stated"], {})


def remarks(claims: pd.DataFrame, purposes: pd.DataFrame) -> pd.Series:
    """What a reader should know of a claim's wording: its note, and where it names a purpose otherwise than the code
    list does. Raises ClaimError for a name that the code list has not seen for that purpose.

    `purposes`: the code list, with the labels seen in print.
    """
    codes = purposes.set_index("code")
    remarks = []
    for claim in claims.to_dict("records"):
        said = [claim["note"]] if claim["note"] else []
        label, purpose = claim["label_as_stated"], claim["purpose"]
        if label and purpose in codes.index and label != codes.loc[purpose, "label"].lower():
            if label not in {seen.split(":", 1)[1] for seen in codes.loc[purpose, "labels_seen"].split("|")}:
                raise ClaimError(
                    f"{where(claim)}, column label_as_stated: found {label!r}, expected a label seen for {purpose}. "
                    "Add it to labels_seen in purposes.csv, or mend the purpose."
                )
            said.append(f"the statistics call it {codes.loc[purpose, 'label'].lower()}")
        remarks.append("; ".join(said))
    return pd.Series(remarks, index=claims.index)
