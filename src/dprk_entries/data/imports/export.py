"""Read an export of the statistics portal (EMISS, fedstat.ru): SDMX-ML 1.0 GenericData, as it sends it on "sdmx".

A header; code lists, within the file; a block `Indicator` that only this portal has; then a `Series` for each
observation: a code for each dimension, `EI` (the unit) and `PERIOD` (the part of the year, in Russian words), `Time`
(the year alone) and a value with a decimal comma. A quarter that is not published is not there, or blank. Elements are
known by their local names. The file is read as a stream.
"""

import re
from collections import defaultdict
from pathlib import Path
from typing import Any, NamedTuple
from xml.sax import SAXParseException
from xml.sax.handler import ContentHandler

from defusedxml import DefusedXmlException
from defusedxml.sax import parse

from dprk_entries.data.tables import TableError

# What is kept of the block Indicator: neither names of persons nor how to reach them.
KEPT = {"Unit", "Periodicity", "DataRange", "LastUpdate", "Dimension", "Methodology", "Organization", "Comment"}
TEXTS = {"Truncated", "Extracted", "Name", "Description", "Time"}


class Observation(NamedTuple):
    """`codes`: one for each dimension; `value`: as written, nothing where it is blank or not there."""

    codes: tuple[str, ...]
    unit: str
    part: str
    year: str
    value: str


class Dimension(NamedTuple):
    """A code list: its name, and the label of each code."""

    name: str
    labels: dict[str, str]


class Export(ContentHandler):
    """An export as it stands, in its own codes and words. `dimensions`: those of its series, by id, in order."""

    def __init__(self) -> None:
        super().__init__()
        self.indicator: dict[str, Any] = {}
        self.lists: defaultdict[str, Dimension] = defaultdict(lambda: Dimension("", {}))
        self.ids: tuple[str, ...] = ()
        self.observations: list[Observation] = []
        self.truncated = self.extracted = ""
        self.at: list[str] = []  # the elements that are open
        self.text: list[str] = []
        self.list = self.code = ""
        self.key: dict[str, str] = {}
        self.attributes: dict[str, str] = {}
        self.year = self.value = ""
        self.shared: dict[object, Any] = {}  # equal codes, once in memory

    @property
    def dimensions(self) -> dict[str, Dimension]:
        return {name: self.lists[name] for name in self.ids}

    def startElement(self, name: str, attributes: Any) -> None:  # noqa: N802
        tag = name.rpartition(":")[2]
        self.at.append(tag)
        self.text = []
        match tag:
            case "Value" if self.at[-2] in ("SeriesKey", "Attributes"):
                into = self.key if self.at[-2] == "SeriesKey" else self.attributes
                if attributes["concept"] in into:
                    raise TableError(f"found the dimension {attributes['concept']} twice in one series, expected once.")
                into[attributes["concept"]] = attributes["value"]
            case "ObsValue":
                self.value = attributes.get("value", "")
            case "Obs":
                self.year = self.value = ""
            case "Series":
                self.key, self.attributes = {}, {}
            case "CodeList":
                self.list = attributes["id"]
            case "Code":
                self.code = attributes["value"]
            case "Indicator":
                self.indicator = dict(attributes)
            case _ if tag in KEPT and "Indicator" in self.at:
                self.indicator.setdefault(tag, []).append(dict(attributes))

    def characters(self, content: str) -> None:
        if self.at[-1] in TEXTS:
            self.text.append(content)

    def endElement(self, name: str) -> None:  # noqa: N802
        tag = self.at.pop()
        text = "".join(self.text).strip() if tag in TEXTS else ""
        match tag:
            case "Obs":
                self.end_observation()
            case "Time":
                self.year = text
            case "Truncated":
                self.truncated = text
            case "Extracted":
                self.extracted = text[:10]
            case "Description" if self.at[-1] == "Code":
                self.lists[self.list].labels[self.code] = text
            case "Name" if self.at[-1] == "CodeList":
                self.lists[self.list] = Dimension(text, self.lists[self.list].labels)
            case "Name" if self.at[-1] == "Dimension":
                self.indicator["Dimension"][-1]["Name"] = text

    def end_observation(self) -> None:
        ids = tuple(sorted(self.key))
        self.ids = self.ids or ids
        if ids != self.ids:
            raise TableError(f"found a series of {', '.join(ids)}, expected {', '.join(self.ids)} in each.")
        codes = tuple(self.key[name] for name in ids)
        unit, part = (self.attributes.get(name, "") for name in ("EI", "PERIOD"))
        shared = (self.shared.setdefault(item, item) for item in (codes, unit, part, self.year))
        self.observations.append(Observation._make([*shared, self.value]))


def read(file: Path) -> Export:
    """An export, whole. Raises TableError for a file that is ill-formed or cut off, that would grow when it is read,
    that is no export, and for an export that the portal itself cut short."""
    export = Export()
    try:
        with file.open("rb") as opened:
            parse(opened, export, forbid_dtd=True)
    except SAXParseException as error:
        raise TableError(
            f"{file}, line {error.getLineNumber()}: found XML that does not hold together ({error.getMessage()}), "
            "expected a whole export. Was it cut off, edited or saved in another encoding? Export again."
        ) from None
    except DefusedXmlException:
        raise TableError(
            f"{file}: found a document type or entities, expected an export, which has none. Do not trust this file."
        ) from None
    except KeyError as error:
        raise TableError(f"{file}: found an element without {error}, expected an export of the portal.") from None
    except TableError as error:
        raise TableError(f"{file}: {error} Export again.") from None
    except (LookupError, ValueError) as error:
        raise TableError(f"{file}: {error}, expected UTF-8 or another encoding of one byte a letter.") from None
    if not export.indicator or not export.observations:
        missing = "observation" if export.indicator else "block Indicator"
        raise TableError(f"{file}: found no {missing}, expected an export of the portal in SDMX.")
    if re.fullmatch("(?i)true|1", export.truncated):
        raise TableError(f"{file}: the portal says that it cut the export short (Truncated). Export less at a time.")
    return export
