"""Group (repeated rows) and matrix (rows x columns with sums). parsing.py builds their values."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, ClassVar

from pikflow.forms.properties import ANY, FLAG, FORMULA, IDENTIFIER_KIND, WORDS, Property, one_of
from pikflow.forms.schema import Field
from pikflow.forms.types.base import N_, FieldType, InputError, State

MAX_ROWS = 1000
DEFAULT_ROWS = 200
SUM = "summe"


class GroupType(FieldType):
    name = "group"
    widget = "group"
    shape = "rows"
    properties: ClassVar[Mapping[str, Property]] = {
        "fields": Property(ANY, required=True),
        "repeat": Property(ANY),
        "rows": Property(FORMULA),
        "map": Property(ANY),
        "key": Property(IDENTIFIER_KIND),
        "fixed": Property(FLAG, default=False),
        "row_label": Property(WORDS),
    }

    def check(self, value: list[Any], field: Field, state: State) -> InputError | None:
        most = DEFAULT_ROWS if state.max is None else int(state.max)
        if len(value) > most:
            return InputError(N_("Möglich sind höchstens {most} Zeilen. Es sind {count}."),
                           most=most, count=len(value))  # fmt: skip
        if state.min is not None and 0 < len(value) < state.min:
            return InputError(N_("Nötig sind mindestens {least} Zeilen. Es sind {count}."),
                           least=state.min, count=len(value))  # fmt: skip
        return None

    def missing(self, field: Field) -> InputError:
        return InputError(N_("Fügen Sie mindestens eine Zeile hinzu."))

    def format(self, value: Any, field: Field, locale: str = "de") -> str:
        if not isinstance(value, list):
            return ""
        if locale.startswith("en"):
            return f"{len(value)} {'row' if len(value) == 1 else 'rows'}"
        return f"{len(value)} {'Zeile' if len(value) == 1 else 'Zeilen'}"


class MatrixType(FieldType):
    name = "matrix"
    widget = "matrix"
    shape = "matrix"
    properties: ClassVar[Mapping[str, Property]] = {
        "rows": Property(ANY, required=True),
        "columns": Property(ANY, required=True),
        "sums": Property(one_of("both", "rows", "columns", "none"), default="both"),
    }

    def is_empty(self, value: Any) -> bool:
        if not isinstance(value, dict):
            return True
        lines = (line for row, line in value.items() if row != SUM and isinstance(line, dict))
        return not any(
            cell is not None for line in lines for column, cell in line.items() if column != SUM
        )

    def format(self, value: Any, field: Field, locale: str = "de") -> str:
        if not isinstance(value, dict) or not field.children:
            return ""
        column = field.children[0]
        return column.kind.format((value.get(SUM) or {}).get(SUM), column, locale)


def sums_rows(field: Field) -> bool:
    """Whether the matrix shows a sum at the end of every row."""
    return field.settings.get("sums") in ("both", "rows")


def sums_columns(field: Field) -> bool:
    """Whether the matrix shows a sum below every column."""
    return field.settings.get("sums") in ("both", "columns")


def add_up(cells: Mapping[str, Any], field: Field) -> dict[str, Any]:
    """The cells with their sums: per row, per column, and of everything."""
    columns = [column.id for column in field.children]
    rows = [option.value for option in field.settings["row_options"]]
    result: dict[str, Any] = {}
    for row in rows:
        line = {column: (cells.get(row) or {}).get(column) for column in columns}
        result[row] = {**line, SUM: _total(line.values())}
    below = {column: _total(result[row][column] for row in rows) for column in columns}
    result[SUM] = {**below, SUM: _total(below.values())}
    return result


def _total(cells: Any) -> Decimal:
    return sum((cell for cell in cells if isinstance(cell, Decimal)), Decimal(0))
