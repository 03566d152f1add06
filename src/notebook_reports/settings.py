"""What a project says of itself: the section [tool.notebook-reports] of its pyproject.toml.

    [tool.notebook-reports]
    title = "Apple harvests of three villages"

Every other setting may be left out: see `Settings`, whose names are written with hyphens there.
"""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from functools import cache
from pathlib import Path
from typing import Any, NoReturn

from notebook_reports import paths

ADDRESSES = {  # by setting, what it must be
    "contact": (r"https?://[^\s/]\S*|mailto:[^\s@]+@[^\s@]+", "https://... or mailto:NAME@DOMAIN"),
    "address": (r"https?://[^\s/?#]+/([^\s?#]*/)?", "https://.../, with / at its end"),
}


@dataclass(frozen=True)
class Settings:
    """The settings of a project, and what each is where it is left out."""

    title: str  # of the site: at the top and at the foot of every page
    note: str = ""  # what every reader must know: a sentence beside the title at the foot
    language: str = "en"  # of the pages, as in BCP 47
    creator: str = ""  # who is to be named where the data are used
    contact: str = ""  # where faults are told, https: or mailto:, at the foot of every page; none is shown where empty
    address: str = ""  # of the site, https://.../: pages say where they are published, and feeds where they are read
    picture: str = ""  # name of the figure that stands for the site, at its address, where others show a link to it
    licences: str = ""  # a sentence at the foot
    licence_url: str = ""  # of text, figures and tables, for machines
    source: str = ""  # of the charts, where a notebook names no other
    chart_style: Mapping[str, Any] = field(default_factory=dict)  # rcParams of matplotlib, before those of `drawing`
    in_words: str = ""  # module:function of the project that puts the codes of a text into words for readers
    links: Mapping[str, str] = field(default_factory=dict)  # more links at the foot: text, and path below reports/
    packages: tuple[str, ...] = ()  # in src/: where a module of theirs changes, what imports it is made anew
    command: str = "python -m doit"  # what builds the site, for the reader of a message
    lock: str = "requirements.lock"  # names what is installed: where it changes, everything is made anew
    cell_timeout: int = 3600  # seconds that a cell may take
    warm: tuple[str, ...] = ("pandas",)  # modules that most notebooks import, and that take long
    warm_for_many: tuple[str, ...] = ()  # more of them, where one notebook runs with many sets of parameters
    diff: Mapping[str, Mapping[str, str | list[str]]] = field(default_factory=dict)  # by table, see `diff`


def project() -> Settings:
    """The settings of the project at `paths.ROOT`. BuildError where there is none, and for a setting that is unknown,
    missing or of the wrong kind."""
    return _read(paths.ROOT)


def forget() -> None:
    """Have them read again."""
    _read.cache_clear()


@cache
def _read(root: Path) -> Settings:
    file = root / "pyproject.toml"
    try:
        text = file.read_text("utf-8")
        section = tomllib.loads(text)["tool"]["notebook-reports"]
    except (FileNotFoundError, KeyError):
        _refuse(
            f"There is no project in {file.parent} nor above it: none of these folders has a pyproject.toml with a "
            "section [tool.notebook-reports]. Start in the folder of a project, or give it one with a title = ..."
        )
    except tomllib.TOMLDecodeError as error:
        _refuse(f"{file} is not TOML ({error}): mend it.")
    kinds = {each.name: each.type for each in fields(Settings)}
    if "title" not in section:
        _refuse(f"{file}, [tool.notebook-reports]: found no title, expected title = '...', the title of the site.")
    for name, value in section.items():
        if fault := _fault(name, value, kinds):
            _refuse(f"{file}, line {_line(text, name)}, [tool.notebook-reports]{fault}.")
    given = {name.replace("-", "_"): value for name, value in section.items()}
    for module in (*given.get("warm", ()), *given.get("warm_for_many", ())):
        if module.split(".")[0] in given.get("packages", ()):
            _refuse(
                f"{file}, [tool.notebook-reports], warm: found {module}, expected modules of other projects, which do "
                "not change while this one is worked on. Leave it out."
            )
    values: dict[str, Any] = {name: tuple(value) if isinstance(value, list) else value for name, value in given.items()}
    return Settings(**values)


def _fault(name: str, value: object, kinds: Mapping[str, Any]) -> str:
    """What is wrong with a setting, if anything; `kinds`: type of each, by name."""
    kind = kinds.get(name.replace("-", "_"))
    if kind is None:
        known = ", ".join(sorted(each.replace("_", "-") for each in kinds))
        return f": found {name}, expected one of {known}"
    expected: type = str if kind is str else int if kind is int else list if "tuple" in str(kind) else dict
    if not isinstance(value, expected):
        what = {str: "text", int: "a whole number", list: "a list of texts", dict: "a table"}[expected]
        return f", {name}: found {value!r}, expected {what}"
    pattern, what = ADDRESSES.get(name, ("", ""))
    if pattern and value and not re.fullmatch(pattern, str(value)):
        return f", {name}: found {value!r}, expected {what}"
    return ""


def _line(text: str, name: str) -> int:
    """Of a pyproject.toml: the number of the line where a setting stands, or else where the section does."""
    begin = text.find("[tool.notebook-reports")
    found = re.compile(rf"^\W*(tool\.notebook-reports\.)?{re.escape(name)}\b", re.MULTILINE).search(text, begin)
    return text.count("\n", 0, found.end() if found else begin) + 1


def _refuse(problem: str) -> NoReturn:
    from notebook_reports.errors import BuildError  # here: doit takes 0.1 s to import, and every notebook comes by

    raise BuildError(problem)
