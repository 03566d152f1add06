"""Ask for the fields of a figure at a terminal, one after the other, and keep what was typed until it is written."""

import json
import re
import shutil
import textwrap
from pathlib import Path

import pandas as pd
from prompt_toolkit import prompt
from prompt_toolkit.completion import FuzzyWordCompleter
from prompt_toolkit.key_binding import KeyBindings
from prompt_toolkit.validation import Validator

from dprk_entries.data import rules, tables
from dprk_entries.data.add import given
from dprk_entries.data.add.given import SOURCE, Fields, Known
from dprk_entries.entries import reconciliation
from notebook_reports import paths

keys = KeyBindings()
keys.add("s-tab")(lambda event: event.app.exit())  # what is asked for is None then


def kept() -> Path:
    return paths.ROOT / ".build" / "add.json"


def fields(before: Fields, known: Known) -> dict[str, str]:
    """The fields of a figure: those given before, and those typed.

    Raises TableError where one that was given is refused, before any is asked for; KeyboardInterrupt and EOFError as
    the terminal does.
    """
    _check(before, known)
    typed, at = _take_up(), 0
    say("Enter goes on, Shift-Tab goes back a field, Control-C stops.")
    while at < len(names := _asked(before, {**typed, **before}, known)):
        now, name = {**typed, **before}, names[at]
        usual = _figure({other: now[other] for other in now if other != name}, known).get(name, "")
        answer = _ask(name, typed.get(name, usual), now, known)
        if answer is None:
            at = max(0, at - 1)
            continue
        typed[name] = answer
        if answer == usual:
            del typed[name]  # so that it follows the other fields, should they change
        if name == "source_id" and not given.is_known(answer, known):
            say(f"{given.is_new(answer, known)} Its fields come after those of the figure.")
        paths.write(kept(), json.dumps({**typed, **before}, ensure_ascii=False).encode())
        at += 1
    return {name: text for name, text in {**typed, **before}.items() if name in (*names, *before)}


def _check(before: Fields, known: Known) -> None:
    faults = [f"column {name}: {fault}" for name in before for fault in _cell_faults(name, before, known)]
    if not faults:  # else the rules cannot be asked
        faults = _rule_faults("", before, known) + _rule_faults("period", before, known)
    if faults:
        raise tables.TableError("\n".join(f"{given.ONE}, {fault}" for fault in faults))
    given.rows([before], known, lambda number: given.ONE)


def _take_up() -> dict[str, str]:
    """What was typed before and not written, if it is wanted."""
    if not kept().exists():
        return {}
    typed = json.loads(kept().read_text(encoding="utf-8"))
    say("Typed before and not written: " + "; ".join(f"{name} = {text}" for name, text in typed.items()))
    return typed if confirmed("Offer it again, field by field? (y/n) ") else {}


def _asked(before: Fields, now: Fields, known: Known) -> list[str]:
    """The names of the fields that are asked for: the hedge before the number, which depends on it; those of a source
    if it is new. The key follows from the table."""
    names = [name for name in given.names() if name not in ("observation_id", "qualifier")]
    names.insert(names.index("value"), "qualifier")
    if given.is_known(now.get("source_id", ""), known):
        names = [name for name in names if not name.startswith(SOURCE)]
    return [name for name in names if name not in before]


def _figure(fields: Fields, known: Known) -> dict[str, str]:
    observations = known["observations"]
    usual = given.usual_values(observations, given.languages(known, fields))
    return given.figure(fields, usual, given.next_number(observations))


def _faults(name: str, fields: Fields, known: Known) -> list[str]:
    """What is wrong with a field beside those that are known; the others are taken at their usual values."""
    row = _figure(fields, known)
    step = name in ("series", "period") and row["period"]
    fault = step and reconciliation.out_of_step(row["series"], row["nationality"], row["period"])
    return _cell_faults(name, fields, known) or ([fault] if fault else _rule_faults(name, fields, known))


def _cell_faults(name: str, fields: Fields, known: Known) -> list[str]:
    row, column = _figure(fields, known), name.removeprefix(SOURCE)
    source = {"source_id": row["source_id"], column: fields[name]}
    if name.startswith(SOURCE):
        return tables.problems("sources", source, column)
    faults = tables.problems("observations", row, name)
    return faults or (tables.problems("sources", source, name) if name == "source_id" else [])


def _rule_faults(name: str, fields: Fields, known: Known) -> list[str]:
    """What is wrong between one field and others of its figure, or between the figure and another."""
    row = _figure(fields, known)
    cells = pd.concat([known["observations"].astype("string").fillna(""), pd.DataFrame([row])], ignore_index=True)
    cells.index += 2
    spoken = given.languages(known, fields).items()
    others = {"sources": pd.DataFrame(spoken, columns=["source_id", "language"])}
    ours = (f"row {cells.index[-1]}: ", f"row {cells.index[-1]}, column {name}: ")
    faults = [
        fault.partition(": ")[2] for fault in rules.broken("observations", cells, others) if fault.startswith(ours)
    ]
    return [re.sub(r"in row \d+", r"\g<0> of data/raw/observations.csv", fault) for fault in faults]


def _ask(name: str, text: str, now: Fields, known: Known) -> str | None:
    """One field, asked for until nothing is wrong with it beside those that are known `now`; None to go back."""
    table = "sources" if name.startswith(SOURCE) else "observations"
    column = name.removeprefix(SOURCE)
    field = next(field for field in tables.resource(table)["schema"]["fields"] if field["name"] == column)
    codes = field.get("constraints", {}).get("enum") or sorted(set(known[table][column].dropna().astype(str)) - {""})
    offered = codes if len(codes) < len(known[table]) / 2 or name == "source_id" else []
    completer = FuzzyWordCompleter(list(map(str, offered)))
    say(f"{name}: {field['description']}")
    while True:
        answer = prompt(f"{name} = ", default=text, completer=completer, key_bindings=keys)
        faults = [] if answer is None else _faults(name, {**now, name: answer}, known)
        if not faults:
            return answer
        say(faults[0])
        text = answer


def confirmed(question: str) -> bool:
    yes_or_no = Validator.from_callable(lambda text: text in ("y", "n"), "Type y or n.", move_cursor_to_end=True)
    return prompt(question, validator=yes_or_no) == "y"


def say(text: str) -> None:
    """Print a paragraph as wide as the terminal."""
    print("\n" + textwrap.fill(text, shutil.get_terminal_size().columns))
