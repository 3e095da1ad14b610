"""Sheets of an XLSX file as rows of text, read so that no file can hurt: no macros are run, no
links are followed, and what would unpack to more than a form ever has is refused first."""

import re
import zipfile
from io import BytesIO
from typing import Any

from openpyxl import load_workbook

from pikflow.notes import Notes

MOST_BYTES = 10_000_000  # of the file
_MOST_UNPACKED = 60_000_000
_MOST_PARTS = 500
_MOST_ROWS = 5_000
_MOST_COLUMNS = 120
_LONGEST = 10_000  # characters of a cell
_OLD = b"\xd0\xcf\x11\xe0"  # .xls, and files with a password

Row = tuple[int, dict[str, str]]


def is_workbook(data: bytes) -> bool:
    """Whether the file may be an XLSX file, or says that it is an older one."""
    return data.startswith((b"PK\x03\x04", _OLD))


def read_sheets(data: bytes, names: tuple[str, ...], notes: Notes) -> dict[str, list[Row]]:
    """The rows of these sheets (name in small letters) with their numbers, cells by the text in
    the first row; sheets that are not there are left out. What can't be read is noted."""
    if not _is_safe(data, notes):
        return {}
    try:
        book = load_workbook(BytesIO(data), read_only=True, data_only=True, keep_links=False)
        found = {str(name).strip().lower(): name for name in book.sheetnames}
        sheets = {name: _rows(book[found[name]], notes) for name in names if name in found}
        book.close()
    except Exception as fault:  # noqa: BLE001 - openpyxl lets through whatever a part makes it do
        hint = "Öffnen Sie sie in Excel oder LibreOffice und speichern Sie sie neu."
        notes.missing("Die Tabelle kann nicht gelesen werden.", type(fault).__name__, hint)
        return {}
    return sheets


def _is_safe(data: bytes, notes: Notes) -> bool:
    if data.startswith(_OLD):
        hint = "Speichern Sie sie ohne Kennwort als .xlsx."
        notes.missing("Die Datei ist ein altes Excel-Format oder hat ein Kennwort.", "", hint)
        return False
    if len(data) > MOST_BYTES:
        notes.missing(f"Die Datei ist größer als {MOST_BYTES // 1_000_000} MB.", "",
                      "Entfernen Sie Bilder und leere Zeilen.")  # fmt: skip
        return False
    try:
        with zipfile.ZipFile(BytesIO(data)) as package:
            parts = package.infolist()
            whole = sum(part.file_size for part in parts)
            if len(parts) > _MOST_PARTS or whole > _MOST_UNPACKED:
                notes.missing("Die Datei enthält zu viel und wird nicht gelesen.",
                              f"{len(parts)} Teile, {whole} Bytes")  # fmt: skip
                return False
            xml = (part for part in parts if part.filename.endswith((".xml", ".rels")))
            if any(_declares(package.read(part)) for part in xml):
                what = "Die Datei enthält eine DOCTYPE-Angabe und wird nicht gelesen."
                notes.missing(what, "", "Speichern Sie sie in Excel oder LibreOffice neu.")
                return False
            return True
    except Exception:  # noqa: BLE001 - broken in any of the ways an archive can be
        notes.missing("Die Datei ist keine XLSX-Tabelle.", "", "Speichern Sie sie als .xlsx.")
        return False


def _declares(xml: bytes) -> bool:
    """Whether a part could define entities; in UTF-16 it could hide that."""
    return b"<!DOCTYPE" in xml or b"<!ENTITY" in xml or xml[:2] in (b"\xff\xfe", b"\xfe\xff")


def _rows(sheet: Any, notes: Notes) -> list[Row]:
    head: list[str] = []
    rows: list[Row] = []
    limits = {"max_row": _MOST_ROWS + 1, "max_col": _MOST_COLUMNS, "values_only": True}
    for number, cells in enumerate(sheet.iter_rows(**limits), 1):
        texts = [_text(cell) for cell in cells]
        if not head:
            head = [re.sub(r"\s*(::?)\s*", r"\1", text) for text in texts] if any(texts) else []
        elif number > _MOST_ROWS:
            notes.missing(f"Das Blatt „{sheet.title}“ hat mehr als {_MOST_ROWS} Zeilen.", "",
                          "Die übrigen Zeilen sind nicht übernommen.")  # fmt: skip
        elif any(texts):
            pairs = zip(head, texts, strict=False)
            rows.append((number, {name: text for name, text in pairs if name and text}))
    return rows


def _text(cell: Any) -> str:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        cell = int(cell)
    return str(cell)[:_LONGEST].strip()
