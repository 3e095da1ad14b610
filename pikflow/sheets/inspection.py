"""Looking into a workbook before it is opened: size, formulas, merged cells, document types.

What is refused here never reaches the library that reads workbooks.
"""

import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from io import BytesIO
from typing import NoReturn
from xml.parsers import expat

from openpyxl.utils import column_index_from_string

from pikflow.errors import Invalid
from pikflow.texts import say

MOST_BYTES = 5_000_000  # of the file
MOST_UNPACKED = 40_000_000  # of everything in it
MOST_PARTS = 300
MOST_ELEMENTS = 1_500_000  # of all XML in it
_SHEET = re.compile(r"xl/worksheets/[^/]+\.xml")
_OLD_EXCEL = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # also an encrypted XLSX


@dataclass
class Extent:
    """What a page of a workbook holds: the first formula, the first merged range, and how far
    down and to the right something stands (counted from 1)."""

    formula: str = ""
    merged: str = ""
    rows: int = 0
    columns: int = 0


def inspect(data: bytes) -> Mapping[str, Extent]:
    """The extent of each page, by the part of the file it is in.

    Raises Invalid for what is no workbook, too large, or holds a document type.
    """
    found: dict[str, Extent] = {}
    elements = 0
    for name, content in _parts(data):
        if name.endswith((".xml", ".rels", ".vml")):
            part = _Part(found.setdefault(name, Extent()), bool(_SHEET.fullmatch(name)), elements)
            elements = part.look(content)
    return found


def _parts(data: bytes) -> Iterator[tuple[str, bytes]]:
    if len(data) > MOST_BYTES:
        _too_large()
    if data.startswith(_OLD_EXCEL):
        raise Invalid(
            "sheet-old",
            say("Die Datei ist verschlüsselt oder im alten Format XLS."),
            say("Speichern Sie sie ohne Kennwort als XLSX."),
        )
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            entries = archive.infolist()
            if len(entries) > MOST_PARTS or sum(e.file_size for e in entries) > MOST_UNPACKED:
                _too_large()
            for entry in entries:
                yield entry.filename, archive.read(entry)  # no more than its stated size
    except (zipfile.BadZipFile, EOFError, NotImplementedError, OSError, RuntimeError, ValueError):
        broken()


@dataclass
class _Part:
    """Walks through one XML file of a workbook; `elements` counts those of all."""

    extent: Extent
    is_sheet: bool
    elements: int
    row: int = 0
    column: int = 0
    cell: str = ""

    def look(self, content: bytes) -> int:
        reader = expat.ParserCreate()
        reader.StartElementHandler = self._start
        reader.StartDoctypeDeclHandler = _refuse_doctype
        try:
            reader.Parse(content, True)
        except (expat.ExpatError, LookupError, ValueError):
            broken()
        return self.elements

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        self.elements += 1
        if self.elements > MOST_ELEMENTS:
            _too_large()
        if not self.is_sheet:
            return
        name = tag.rpartition(":")[2]
        if name == "row":
            self.row, self.column = int(attributes.get("r", self.row + 1)), 0
        elif name == "c":
            self.cell = attributes.get("r", "")
            letters = self.cell.rstrip("0123456789")
            self.column = column_index_from_string(letters) if letters else self.column + 1
        elif name in ("v", "is"):
            self.extent.rows = max(self.extent.rows, self.row)
            self.extent.columns = max(self.extent.columns, self.column)
        elif name == "f":
            self.extent.formula = self.extent.formula or self.cell
        elif name == "mergeCell":
            self.extent.merged = self.extent.merged or attributes.get("ref", "")


def _refuse_doctype(*_details: object) -> NoReturn:
    raise Invalid(
        "sheet-doctype",
        say("Die Datei enthält eine DOCTYPE-Angabe. Solche Dateien werden nicht gelesen."),
        say("Speichern Sie sie in Ihrem Tabellenprogramm neu."),
    )


def _too_large() -> NoReturn:
    raise Invalid(
        "sheet-too-large",
        say("Die Datei ist zu groß, oder ausgepackt zu groß, und wird nicht gelesen."),
        say(
            "Löschen Sie Bilder, weitere Blätter und leere Formatierungen, oder teilen Sie sie auf."
        ),
    )


def broken() -> NoReturn:
    """Raise for a file that can't be read at all."""
    raise Invalid(
        "sheet-broken",
        say("Die Datei ist keine lesbare XLSX-Datei."),
        say("Speichern Sie sie in Ihrem Tabellenprogramm neu, im Format XLSX."),
    )
