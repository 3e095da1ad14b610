"""Dated values in the text of a `parameter.yaml`: added beside the old ones, the rest untouched.

Text in, text out; nothing here knows a database.
"""

from datetime import date
from decimal import Decimal
from typing import Any

from pikflow.errors import Invalid
from pikflow.forms.editing.document import Document
from pikflow.forms.editing.spelling import Lines
from pikflow.forms.editing.tree import Path
from pikflow.services import parameters
from pikflow.services.parameters import EVERYWHERE, Entry, Parameter, Parameters
from pikflow.texts import say

_ALWAYS = "2000"  # where a value begins that had no beginning until a second one came


def add(
    text: str, owner: str, name: str, day: date, value: Any, entry: Entry, file: str = ""
) -> str:
    """The text with one more dated value. `owner` is a measure or "alle".

    A measure that had only the value for all gets an entry of its own. Raises Invalid
    ("rate-unknown", "rate-dated": a value begins on that day already).
    """
    read = parameters.load(text, file)
    known = find(read, owner, name)
    document = Document(text, file)
    if known is None:
        document, known = _began(document, read, owner, name)
    elif day in days(known):
        raise Invalid(
            "rate-dated",
            say("Am {day} beginnt schon ein anderer Wert.", day=day),
            say("Wählen Sie einen anderen Tag. Was einmal galt, wird nicht überschrieben."),
        )
    document = _put(document, _path(owner, name), known, day, value)
    document = document.put((*_path(owner, name), "eingetragen", key_of(day)), _entry(entry))
    return _checked(document.text, file)


def remove(text: str, owner: str, name: str, day: date, file: str = "") -> str:
    """The text without the value that begins on a day; an owner's last one goes with its entry.

    Raises Invalid("rate-unknown").
    """
    known = find(parameters.load(text, file), owner, name)
    if known is None or day not in days(known):
        raise _unknown(name)
    document, path = Document(text, file), _path(owner, name)
    if len(days(known)) == 1:
        return _checked(document.drop(path).text, file)
    document = document.drop(_place(document, path, known, day))
    return _checked(_without_entry(document, path, day).text, file)


def find(read: Parameters, owner: str, name: str) -> Parameter | None:
    """The entry of an owner itself."""
    if owner == EVERYWHERE:
        return read.everywhere.get(name)
    return read.measures.get(owner, {}).get(name)


def days(parameter: Parameter) -> list[date]:
    """The days on which a value of it begins."""
    return [day for day, _ in parameter.steps] or [row["ab"] for row in parameter.table]


def key_of(day: date) -> str:
    """How a day is written: its year when it is the first of it."""
    return f"{day.year:04}" if (day.month, day.day) == (1, 1) else day.isoformat()


def _path(owner: str, name: str) -> Path:
    return (EVERYWHERE, name) if owner == EVERYWHERE else ("massnahmen", owner, name)


def _began(
    document: Document, read: Parameters, owner: str, name: str
) -> tuple[Document, Parameter]:
    """An entry of a measure's own, with the words of the one for all."""
    general = read.everywhere.get(name)
    if general is None or general.table or owner == EVERYWHERE:
        raise _unknown(name)
    words = {"label": general.label, "unit": general.unit, "mark": general.mark}
    told = {key: word for key, word in words.items() if word}
    return document.put(_path(owner, name), Lines(told, werte={})), Parameter(name)


def _put(document: Document, path: Path, known: Parameter, day: date, value: Any) -> Document:
    if known.table:
        return _put_row(document, path, known, day, value)
    held = document.value(path)
    if not known.steps and not (isinstance(held, dict) and "werte" in held):
        constant = held.get("wert") if isinstance(held, dict) else held
        if isinstance(held, dict):
            document = document.drop((*path, "wert"))
        else:
            document = document.put(path, {})
        document = document.put((*path, "werte"), {_ALWAYS: constant})
    return document.put((*path, "werte", key_of(day)), value, _order(document, path, day))


def _put_row(document: Document, path: Path, known: Parameter, day: date, value: Any) -> Document:
    rows = document.value((*path, "tabelle"))
    if isinstance(rows, dict):
        order = sorted([*map(str, rows), day.isoformat()])
        return document.put((*path, "tabelle", day.isoformat()), value, order)
    later = [n for n, row in enumerate(rows) if str(row["ab"]) > day.isoformat()]
    newest_first = len(rows) > 1 and str(rows[0]["ab"]) > str(rows[-1]["ab"])
    place = (later[-1] + 1 if later else 0) if newest_first else (later or [len(rows)])[0]
    return document.insert((*path, "tabelle"), place, {"ab": day.isoformat(), "wert": value})


def _order(document: Document, path: Path, day: date) -> list[str]:
    held = document.value((*path, "werte"))
    return sorted(
        [*(held or {}), key_of(day)], key=lambda key: key if len(key) > 4 else f"{key}-01-01"
    )


def _place(document: Document, path: Path, known: Parameter, day: date) -> Path:
    """Where the value of a day stands, however the day is written there."""
    name = "tabelle" if known.table else "werte"
    held = document.value((*path, name))
    if isinstance(held, dict):
        keys = [key for key in held if key in (key_of(day), day.isoformat())]
        return (*path, name, keys[0])
    return (*path, name, next(n for n, row in enumerate(held) if str(row["ab"]) == day.isoformat()))


def _without_entry(document: Document, path: Path, day: date) -> Document:
    held = document.value((*path, "eingetragen")) or {}
    keys = [key for key in held if key in (key_of(day), day.isoformat())]
    if not keys:
        return document
    if len(held) == 1:
        return document.drop((*path, "eingetragen"))
    return document.drop((*path, "eingetragen", keys[0]))


def _entry(entry: Entry) -> dict[str, str]:
    told = {"am": entry.at, "von": entry.by, "grund": entry.reason, "mark": entry.mark}
    return {key: value for key, value in told.items() if value}


def _checked(text: str, file: str) -> str:
    """The text, if it can be read again."""
    parameters.load(text, file)
    return text


def _unknown(name: str) -> Invalid:
    return Invalid(
        "rate-unknown",
        say("Den Wert „{name}“ gibt es nicht.", name=name),
        say("Öffnen Sie die Seite noch einmal; vielleicht wurde er inzwischen entfernt."),
    )


def same(one: Any, other: Any) -> bool:
    """Whether two values say the same: 48 and 48.00 do."""
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
    if isinstance(one, Decimal) and isinstance(other, Decimal):
        return one == other
    return type(one) is type(other) and bool(one == other)
