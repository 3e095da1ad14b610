"""What the form of a decision table says: the table as it was typed, and what a button does to it.

Fields are named by their place: `spalte.2.label`, `zeile.17.note`, `zeile.17.zelle.2` (from 0), so
that the order of a form is the order of the table. Only the rules of one page are in a form.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from pikflow.engine.decisions.editing.sheet import SIDES, Column, Line, Sheet, Side, empty
from pikflow.errors import Invalid
from pikflow.texts import say
from pikflow.web.words import later

PAGE = 100  # rules of a page
ASKED = "probe."  # before the name of a value to try out
_FIELDS = ("label", "text", "type", "values", "default")


@dataclass(frozen=True)
class Done:
    """The sheet after a button; `said` what to tell, `anchor` where to go on, `line` the rule it
    was about, `tried`: the values are to be tried out."""

    sheet: Sheet
    said: str = ""
    anchor: str | None = None
    line: int | None = None
    tried: bool = False


def sheet_in(form: Mapping[str, str], before: Sheet) -> Sheet:
    """The sheet as it was typed over `before`; what is not in the form stays."""
    columns = tuple(_column(form, n, column) for n, column in enumerate(_columns(form, before)))
    return replace(
        before,
        name=_text(form, "name", before.name),
        policy=_text(form, "trefferregel", before.policy),
        aggregation=_text(form, "zusammenfassung", before.aggregation),
        columns=columns,
        lines=_lines(form, before, columns),
    )


def _column(form: Mapping[str, str], number: int, column: Column) -> Column:
    typed = {
        field: _text(form, f"spalte.{number}.{field}", getattr(column, field)) for field in _FIELDS
    }
    return Column(column.side, column.key, **typed)


def _columns(form: Mapping[str, str], before: Sheet) -> tuple[Column, ...]:
    """The columns of the form: those of the file, or, when a table is saved over another version,
    as the form has them."""
    if "ganz" not in form:
        return before.columns
    found: list[Column] = []
    while (key := form.get(f"spalte.{len(found)}.key")) is not None:
        found.append(Column(_side(form.get(f"spalte.{len(found)}.seite", "")), key))
    return tuple(found)


def _lines(form: Mapping[str, str], before: Sheet, columns: tuple[Column, ...]) -> tuple[Line, ...]:
    if "ganz" in form:
        found: list[Line] = []
        while (key := form.get(f"zeile.{len(found)}.key")) is not None:
            blank = Line(tuple(empty(column.side) for column in columns), key)
            found.append(_line(form, len(found), blank))
        return tuple(found)
    return tuple(_line(form, n, line) for n, line in enumerate(before.lines))


def _line(form: Mapping[str, str], number: int, line: Line) -> Line:
    cells = tuple(
        _text(form, f"zeile.{number}.zelle.{n}", cell) for n, cell in enumerate(line.cells)
    )
    return replace(line, cells=cells, note=_text(form, f"zeile.{number}.notiz", line.note))


def _text(form: Mapping[str, str], name: str, otherwise: str) -> str:
    typed = form.get(name)
    if typed is None:
        return otherwise
    text = typed.replace("\r\n", "\n").replace("\r", "\n").strip()
    # A line of a form can't hold line ends: without them it still is what the file says.
    known = (otherwise.strip(), otherwise.replace("\n", "").strip())
    return otherwise if text in known else text


def _side(text: str) -> Side:
    for side in SIDES:
        if side == text:
            return side
    raise _unknown()


# --- buttons -----------------------------------------------------------------------------------


def acted(sheet: Sheet, button: str) -> Done:
    """The sheet after a button was pressed; its value is `what` or `what:argument`."""
    what, _, argument = button.partition(":")
    if what in ("", "speichern"):
        return Done(sheet, later("Gespeichert und geprüft."), "zeilen" if not what else None)
    if what == "probieren":
        return Done(sheet, anchor="probe", tried=True)
    if what == "spalte":
        wider = sheet.with_column(Column(_side(argument), type="string"))
        return Done(wider, later("Die Spalte ist da. Füllen Sie sie aus."), "spalten")
    if what == "luecke":
        return _closed(sheet, argument)
    doing = _BUTTONS.get(what)
    if doing is None or not argument.isdecimal() or len(argument) > 6:
        raise _unknown()
    return doing(sheet, int(argument))


def _closed(sheet: Sheet, argument: str) -> Done:
    """One more rule for a gap, with the cells that were proposed for it."""
    try:
        cells = json.loads(argument)
    except ValueError:
        raise _unknown() from None
    inputs = len(sheet.of("input"))
    if not (isinstance(cells, list) and all(isinstance(c, str) for c in cells)):
        raise _unknown()
    cells = [*cells, *["-"] * inputs][:inputs]
    line = Line((*cells, *[""] * (len(sheet.columns) - inputs)))
    at = len(sheet.lines)
    said = later("Die Zeile ist angefügt. Tragen Sie ihr Ergebnis ein.")
    return Done(sheet.with_line(at, line), said, f"zeile-{at + 1}", at)


def _on_line(
    change: Callable[[Sheet, int], Sheet], said: str, step: int = 0
) -> Callable[[Sheet, int], Done]:
    """What a button does to a rule; `step` is where one goes on from there."""

    def act(sheet: Sheet, at: int) -> Done:
        changed = change(sheet, at)
        place = min(max(at + step, 0), max(len(changed.lines) - 1, 0))
        return Done(changed, said, f"zeile-{place + 1}", place)

    return act


def _on_column(
    change: Callable[[Sheet, int], Sheet], said: str, step: int = 0
) -> Callable[[Sheet, int], Done]:
    def act(sheet: Sheet, at: int) -> Done:
        changed = change(sheet, at)
        return Done(changed, said, f"spalte-{max(at + step, 0) + 1}")

    return act


_MOVED = later("Die Zeile ist verschoben.")
_SHIFTED = later("Die Spalte ist verschoben.")
_BUTTONS: dict[str, Callable[[Sheet, int], Done]] = {
    "neu": _on_line(lambda sheet, at: sheet.with_line(at), later("Die Zeile ist eingefügt.")),
    "kopie": _on_line(lambda sheet, at: sheet.with_copy(at), later("Die Zeile ist kopiert."), 1),
    "weg": _on_line(lambda sheet, at: sheet.without_line(at), later("Die Zeile ist gelöscht.")),
    "hoch": _on_line(lambda sheet, at: sheet.with_line_moved(at, at - 1), _MOVED, -1),
    "runter": _on_line(lambda sheet, at: sheet.with_line_moved(at, at + 1), _MOVED, 1),
    "links": _on_column(lambda sheet, at: sheet.with_column_moved(at, at - 1), _SHIFTED, -1),
    "rechts": _on_column(lambda sheet, at: sheet.with_column_moved(at, at + 1), _SHIFTED, 1),
    "spalteweg": _on_column(
        lambda sheet, at: sheet.without_column(at), later("Die Spalte ist gelöscht."), -1
    ),
}


def _unknown() -> Invalid:
    return Invalid(
        "table-button",
        say("Diese Aktion gibt es hier nicht."),
        say("Laden Sie die Seite neu."),
    )
