"""One page of a workbook as plain values."""

from collections.abc import Sequence
from dataclasses import dataclass

from openpyxl.utils import get_column_letter

from pikflow.values import Value


@dataclass(frozen=True)
class Choice:
    """A list of words to choose from in some cells, such as "B2:B2"."""

    cells: str
    words: tuple[str, ...]


@dataclass(frozen=True)
class Page:
    """Rows of None, bool, Decimal, date and text. `titles` says how many rows (from the first) and
    columns are headings that stay in sight; `bold` are cells that are set off."""

    name: str
    rows: Sequence[Sequence[Value]]
    titles: tuple[int, int] = (0, 0)
    bold: tuple[str, ...] = ()
    choices: tuple[Choice, ...] = ()


def cell_name(row: int, column: int) -> str:
    """The name of a cell, counted from 1: (8, 3) is C8."""
    return f"{get_column_letter(column)}{row}"
