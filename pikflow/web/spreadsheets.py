"""A list as a file: XLSX with real dates and amounts, CSV as German spreadsheets open it."""

import csv
import io
import re
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from itertools import zip_longest
from types import MappingProxyType
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

Cell = str | int | Decimal | date | None

_FORMULA = ("=", "+", "-", "@", "\t", "\r")  # what makes a spreadsheet compute instead of show
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")  # no XML can hold these
_NO_NAME = re.compile(r"[\\/*?:\[\]']")  # what the name of a sheet can't hold
_LONGEST_NAME = 31
_LISTS = "Auswahl"
_OFFERED = 1_001  # the last row with choices
_NARROW, _WIDE = 12, 50  # characters of a column


def write_xlsx(
    title: str,
    heads: Sequence[str],
    rows: Sequence[Sequence[Cell]],
    choices: Mapping[int, Sequence[str]] = MappingProxyType({}),
) -> bytes:
    """A workbook whose heads stay in view and filter; `choices` are offered in a column (from 0),
    and stand on a second sheet."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(_NO_NAME.sub(" ", title)[:_LONGEST_NAME])
    sheet.freeze_panes = "A2"
    last = get_column_letter(len(heads))
    sheet.auto_filter.ref = f"A1:{last}{len(rows) + 1}"
    for number, column in enumerate(zip(heads, *rows, strict=True), start=1):
        longest = max(len(str(value or "")) for value in column)
        width = min(max(_NARROW, longest + 2), _WIDE)
        sheet.column_dimensions[get_column_letter(number)].width = width
    sheet.append([_cell(sheet, head, bold=True) for head in heads])
    for row in rows:
        sheet.append([_cell(sheet, value) for value in row])
    if choices:
        _offer(book, sheet, choices)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def _offer(book: Workbook, sheet: Any, choices: Mapping[int, Sequence[str]]) -> None:
    lists = book.create_sheet(_LISTS)
    for row in zip_longest(*choices.values()):
        lists.append([_cell(lists, value) for value in row])
    for place, (number, words) in enumerate(choices.items(), start=1):
        source, column = get_column_letter(place), get_column_letter(number + 1)
        formula = f"={_LISTS}!${source}$1:${source}${max(1, len(words))}"
        offered = DataValidation(type="list", formula1=formula, allow_blank=True)
        offered.add(f"{column}2:{column}{_OFFERED}")
        sheet.data_validations.append(offered)


def write_csv(heads: Sequence[str], rows: Sequence[Sequence[Cell]]) -> bytes:
    """Semicolons, German numbers and dates, UTF-8 with its mark: so a double click opens it."""
    target = io.StringIO(newline="")
    writer = csv.writer(target, delimiter=";")
    writer.writerow([harmless(head) for head in heads])
    writer.writerows([_text(value) for value in row] for row in rows)
    return target.getvalue().encode("utf-8-sig")


def harmless(text: str) -> str:
    """The text as no spreadsheet takes it for a formula when it opens a CSV."""
    clean = _CONTROL.sub("", text)
    return f"'{clean}" if clean.startswith(_FORMULA) else clean


def _cell(sheet: Any, value: Cell, *, bold: bool = False) -> WriteOnlyCell:
    if isinstance(value, str):
        cell = WriteOnlyCell(sheet, value=_CONTROL.sub("", value))
        cell.data_type = "s"  # a text, also when it begins like a formula
    else:
        cell = WriteOnlyCell(sheet, value=value)
    if bold:
        cell.font = Font(bold=True)
    elif isinstance(value, Decimal):
        cell.number_format = '#,##0.00 "€"'
    elif isinstance(value, date):
        cell.number_format = "DD.MM.YYYY"
    return cell


def _text(value: Cell) -> str:
    if value is None:
        return ""
    if isinstance(value, date):
        return f"{value:%d.%m.%Y}"
    if isinstance(value, Decimal):
        return f"{value:.2f}".replace(".", ",")
    return harmless(value) if isinstance(value, str) else str(value)
