"""Inputs that are nearly right: a real one, changed in a few places, which Hypothesis draws, and makes fewer."""

import copy
import json
from collections.abc import Callable, Iterator
from typing import Any

from hypothesis import strategies as st

Path = tuple[str | int, ...]  # the way to a part of JSON

DEEP = 100_000
NASTY = [
    "", " ", "\0", "\x1b[31m", "\v", "\u202e", "\ufeff", "\ufffa", "\ud83d", "\ufffd", "??", "e\u0301", "\n", "\r",
    "'", '"', ",", ";", "|", "=", "\\", "$", "$$", "${", "`", "<", "<!--", "-->", "<b>", "<script>", "<table>", "&#0;",
    "]]>", "0", "-1", "007", "1e-400", "1e999", "nan", "INF", "1" * 20, "1" * 5_000, "٢٠٢٤", "２０２４", "F00001",
    "F0001", "_T", "0001", "1066", "1900", "2024", "2030", "9998", "2024-Q5", "2024-02-30", "9999-99-99", "undated",
    "KOR", "2024-12-31/2024-01-01", "None", "[1, 2]", "x" * 70_000, "<<<<<<<", "{{", "{% raw %}", "[^1]", "# ",
    "\\frac{", "javascript:",
]  # fmt: skip
DEEP_TEXT = [part * DEEP for part in ("[", '{"a":', "<table><tr><td>", "{", "(", "> ", "_a", "- ")]
SCALARS = [None, True, 0, -1, 2**63, 10**400, 1e-300, float("inf"), float("nan"), [], {}, [[]], [None], {"": None}]
ENCODINGS = ("utf-8", "utf-8", "utf-8", "utf-8-sig", "utf-16", "utf-32", "cp949", "cp1251", "latin-1")

# Of few characters: to list all that there are takes Hypothesis seconds in each new folder.
texts = st.sampled_from(NASTY) | st.text("aZ09_-.,:/ $*<>&\"'\n가жа́é９", max_size=12)


@st.composite
def changed_text(draw: Callable, whole: str) -> str:
    """A text with up to three places exchanged for something nasty, doubled or cut."""
    for _ in range(draw(st.integers(1, 3))):
        start = draw(st.integers(0, len(whole)))
        end = start + draw(st.sampled_from([0, 0, 1, 5, 40, len(whole)]))
        new = draw(texts | st.just(2 * whole[start:end]) | st.sampled_from(DEEP_TEXT))
        whole = whole[:start] + new + whole[end:]
    return whole


@st.composite
def changed_bytes(draw: Callable, text: str) -> bytes:
    """A text as a file holds it, some in another encoding, some cut or with a stray byte."""
    content = text.encode(draw(st.sampled_from(ENCODINGS)), "replace" if draw(st.booleans()) else "ignore")
    place = draw(st.integers(0, len(content)))
    return draw(
        st.sampled_from([content, content, content, content[:place], content[:place] + b"\xff" + content[place:]])
    )


@st.composite
def changed_row(draw: Callable, rows: list[list[str]]) -> list[list[str]]:
    """A table with some cells exchanged, or a row doubled, cut or left out."""
    rows = copy.deepcopy(rows)
    for _ in range(draw(st.integers(1, 3))):
        row = draw(st.sampled_from(rows))
        place = draw(st.integers(0, max(len(row) - 1, 0)))
        match draw(st.sampled_from(["cell", "cell", "cell", "other", "part", "row", "twice", "cut"])):
            case "cell":
                row[place : place + 1] = [draw(texts)]
            case "other":
                row[place : place + 1] = draw(st.sampled_from(rows))[place : place + 1]
            case "part":
                row[place : place + 1] = [draw(changed_text(cell)) for cell in row[place : place + 1]]
            case "row":
                row.append(draw(texts))
            case "twice":
                rows.append(list(row))
            case "cut":
                del row[place:]
    return rows


def ways(value: Any, way: Path = ()) -> Iterator[Path]:
    """The way to each part of JSON."""
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, part in inside:
        yield (*way, key)
        yield from ways(part, (*way, key))


@st.composite
def changed_json(draw: Callable, whole: Any) -> Any:
    """JSON with some parts exchanged for another kind of thing, changed, doubled or left out."""
    whole = copy.deepcopy(whole)
    for _ in range(draw(st.integers(1, 3))):
        *above, key = draw(st.sampled_from([*ways(whole)] or [()])) or ("",)
        part = whole
        for step in above:
            part = part[step]
        if key == "":
            continue
        match draw(st.sampled_from(["other", "text", "text", "gone", "twice", "new"])):
            case "other":
                part[key] = draw(st.sampled_from(SCALARS) | texts)
            case "text":
                part[key] = draw(changed_text(part[key])) if isinstance(part[key], str) else draw(texts)
            case "gone":
                del part[key]
            case "twice":
                part[key] = [copy.deepcopy(part[key])] * 2
            case "new" if isinstance(part, dict):
                part[draw(texts)] = draw(st.sampled_from(SCALARS))
    return whole


def as_json(value: Any) -> str:
    """As a file has it, half characters and numbers that are none included."""
    return json.dumps(value, ensure_ascii=False)
