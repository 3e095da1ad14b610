"""Workbooks of strangers: what is read is what stands there, and nothing of it runs."""

import zipfile
from collections.abc import Callable
from datetime import date, datetime, time
from decimal import Decimal
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from pikflow.errors import Invalid
from pikflow.sheets import Choice, Page, cell_name, read, write

VALUES = [None, True, False, Decimal("-12.5"), date(2026, 11, 22), "Text", " a\n b ", "1-2"]
ACTIVE = ["=1+1", "+1", "-", "@SUM(A1)", "=cmd|' /C calc'!A0", "\t=1", "'=1", "{=A1}"]


def made(fill: Callable[[Worksheet], object], title: str = "Blatt") -> bytes:
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = title
    fill(sheet)
    buffer = BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def rows_of(data: bytes) -> list[tuple[object, ...]]:
    (page,) = read(data, rows=100, columns=20)
    return [tuple(row) for row in page.rows]


def patched(data: bytes, part: str, old: str, new: str) -> bytes:
    """A workbook with one part changed by hand."""
    buffer = BytesIO()
    with zipfile.ZipFile(BytesIO(data)) as source, zipfile.ZipFile(buffer, "w") as target:
        for entry in source.infolist():
            content = source.read(entry)
            if entry.filename == part:
                assert old.encode() in content
                content = content.replace(old.encode(), new.encode(), 1)
            target.writestr(entry.filename, content)
    return buffer.getvalue()


def test_what_is_written_is_read_again() -> None:
    rows = [VALUES, [], ACTIVE]
    choice = Choice("A1:A9", ("eins", "zwei"))
    written = write([Page("Satz: a/b", rows, (1, 1), ("A1",), (choice,))])
    (page,) = read(written, rows=100, columns=20)
    assert page.name == "Satz_ a_b"
    assert [list(row) for row in page.rows] == rows


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.lists(
            st.none()
            | st.booleans()
            | st.dates(date(1901, 1, 1))
            | st.integers(-(10**14), 10**14).map(Decimal)
            | st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), min_size=1),
            min_size=1,
            max_size=4,
        ),
        max_size=4,
    )
)
def test_any_values_are_read_again(rows: list[list[object]]) -> None:
    (page,) = read(write([Page("a", rows)]), rows=100, columns=20)  # type: ignore[arg-type]
    for number, row in enumerate(page.rows):
        assert list(row) + [None] * (len(rows[number]) - len(row)) == rows[number]
    assert not any(value is not None for row in rows[len(page.rows) :] for value in row)


def test_no_text_becomes_a_formula() -> None:
    sheet = load_workbook(BytesIO(write([Page("a", [ACTIVE])]))).worksheets[0]
    assert {(cell.data_type, cell.number_format) for cell in sheet[1]} == {("s", "@")}
    assert [bool(cell.quotePrefix) for cell in sheet[1]] == [True] * 6 + [False] * 2


def test_numbers_are_what_a_spreadsheet_shows() -> None:
    data = made(lambda sheet: sheet.append([0.1 + 0.2, 1e20, 5, 12.5]))
    assert rows_of(data) == [(Decimal("0.3"), Decimal("1E+20"), Decimal(5), Decimal("12.5"))]


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("=1+1", "Formel"),
        ('=HYPERLINK("http://x")', "Formel"),
        (datetime(2026, 1, 1, 12, 30), "Uhrzeit"),
        (time(12, 30), "Uhrzeit"),
    ],
)
def test_what_is_no_value_is_refused_with_its_cell(value: object, words: str) -> None:
    data = made(lambda sheet: sheet.cell(3, 2, value), "Sätze")
    with pytest.raises(Invalid, match=f"Blatt „Sätze“, Zelle B3: .*{words}"):
        read(data, rows=100, columns=20)


def test_an_error_value_is_refused_with_its_cell() -> None:
    data = made(lambda sheet: sheet.cell(1, 1, "#REF!"))
    with pytest.raises(Invalid, match="Zelle A1: .*#REF!"):
        read(data, rows=100, columns=20)


def test_merged_cells_are_refused_with_their_range() -> None:
    data = made(lambda sheet: sheet.merge_cells("B2:C4"))
    with pytest.raises(Invalid, match="Zelle B2:C4: .*verbunden"):
        read(data, rows=100, columns=20)


def test_a_merge_of_a_whole_sheet_costs_nothing() -> None:
    data = made(lambda sheet: sheet.merge_cells("B2:C4"))
    data = patched(
        data, "xl/worksheets/sheet1.xml", 'mergeCell ref="B2:C4', 'mergeCell ref="A1:XFD1048576'
    )
    with pytest.raises(Invalid, match="A1:XFD1048576"):
        read(data, rows=100, columns=20)


@pytest.mark.parametrize("cell", ["A101", "U1", "XFD1048576"])
def test_cells_beyond_the_limits_are_refused(cell: str) -> None:
    def fill(sheet: Worksheet) -> None:
        sheet[cell] = "x"

    with pytest.raises(Invalid, match=f"Zelle {cell}: .*100 Zeilen und 20 Spalten"):
        read(made(fill), rows=100, columns=20)


def test_a_stated_size_that_is_not_true_costs_nothing() -> None:
    data = made(lambda sheet: sheet.cell(1, 1, "x"))
    data = patched(data, "xl/worksheets/sheet1.xml", 'ref="A1:A1"', 'ref="A1:XFD1048576"')
    assert rows_of(data) == [("x",)]


def test_entities_are_refused() -> None:
    data = made(lambda sheet: sheet.cell(1, 1, "x"))
    bomb = '<!DOCTYPE a [<!ENTITY b "bbbb"><!ENTITY c "&b;&b;&b;">]><worksheet'
    with pytest.raises(Invalid, match="DOCTYPE"):
        read(patched(data, "xl/worksheets/sheet1.xml", "<worksheet", bomb), rows=9, columns=9)


def test_a_zip_bomb_is_refused_before_it_is_unpacked() -> None:
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 100_000_000)
    assert len(buffer.getvalue()) < 200_000
    with pytest.raises(Invalid, match="zu groß"):
        read(buffer.getvalue(), rows=9, columns=9)


def test_many_elements_are_refused() -> None:
    data = made(lambda sheet: sheet.cell(1, 1, "x"))
    many = "<sheetData>" + "<row/>" * 1_600_000
    with pytest.raises(Invalid, match="zu groß"):
        read(patched(data, "xl/worksheets/sheet1.xml", "<sheetData>", many), rows=9, columns=9)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "keine lesbare"),
        (b"PK\x03\x04kaputt", "keine lesbare"),
        (b"Datum;Betrag", "keine lesbare"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"0" * 600, "verschlüsselt"),
        (b"0" * 5_000_001, "zu groß"),
    ],
)
def test_what_is_no_workbook_is_refused(data: bytes, words: str) -> None:
    with pytest.raises(Invalid, match=words):
        read(data, rows=9, columns=9)


@pytest.mark.parametrize(
    "missing", ["xl/workbook.xml", "xl/worksheets/sheet1.xml", "xl/styles.xml"]
)
def test_a_workbook_with_a_part_missing_is_refused_or_read(missing: str) -> None:
    data = made(lambda sheet: sheet.cell(1, 1, "x"))
    buffer = BytesIO()
    with zipfile.ZipFile(BytesIO(data)) as source, zipfile.ZipFile(buffer, "w") as target:
        for entry in source.infolist():
            if entry.filename != missing:
                target.writestr(entry.filename, source.read(entry))
    try:
        assert rows_of(buffer.getvalue()) == [("x",)]
    except Invalid as fault:
        assert fault.code == "sheet-broken"


def test_cells_are_named_as_people_name_them() -> None:
    assert [cell_name(1, 1), cell_name(8, 3), cell_name(2, 28)] == ["A1", "C8", "AB2"]
