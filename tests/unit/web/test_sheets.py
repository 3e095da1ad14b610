"""The rows of a group by spreadsheet: down with what is there, filled in, and back."""

import io
import re
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from openpyxl import Workbook, load_workbook
from werkzeug.test import TestResponse

from pikflow.services import files

SignIn = Callable[[str], FlaskClient]


@pytest.fixture
def post(stage: Flask, sign_in: SignIn) -> Callable[..., TestResponse]:
    """Posts the page with the group of a task whose form takes a spreadsheet."""
    browser = sign_in("gemeinde")
    task = re.search(
        r'href="(/aufgaben/[0-9a-f]+)">Bedarf melden',
        browser.get("/aufgaben?ansicht=alle").get_data(as_text=True),
    )[1]

    def send(**fields: Any) -> TestResponse:
        page = browser.get(f"{task}?seite=bedarf").get_data(as_text=True)
        found = re.findall(r'type="hidden" name="(csrf_token|version|key)" value="([^"]*)"', page)
        data = {**dict(found), "_page": "bedarf", "bedarf_besteht": "true", **fields}
        return browser.post(task, data=data, content_type="multipart/form-data")

    return send


def filled(answer: TestResponse, *rows: list[Any]) -> io.BytesIO:
    """The downloaded file with these rows in place of its own."""
    book = load_workbook(io.BytesIO(answer.data))
    sheet = book.worksheets[0]
    sheet.delete_rows(2, sheet.max_row)
    for row in rows:
        sheet.append(row)
    target = io.BytesIO()
    book.save(target)
    target.seek(0)
    return target


def test_rows_go_down_into_a_spreadsheet_and_come_back(post: Callable[..., TestResponse]) -> None:
    down = post(_action="sheet:stellen", **{"stellen-0-stelle_id": "=S1", "stellen-0-vzae": "0,5"})
    book = load_workbook(io.BytesIO(down.data))
    heads, first = list(book.worksheets[0].values)
    assert heads[:3] == ("Stellenkennung (ohne Name)", "Anstellungsträger", "Stellenumfang (VZÄ)")
    assert (first[0], first[2]) == ("=S1", 0.5)
    assert book.worksheets[0]["A2"].data_type == "s"
    offered = [line[0] for line in book.worksheets[1].values]
    rows = [[f"S{n}", "Stadt", 0.5, offered[1]] for n in range(3)]
    back = post(_fill="stellen", **{"stellen-_sheet": (filled(down, *rows), "stellen.xlsx")})
    page = back.get_data(as_text=True)
    assert back.status_code == 200
    assert re.findall(r'name="stellen-\d-stelle_id"[^>]* value="([^"]*)"', page) == [
        "S0",
        "S1",
        "S2",
    ]
    assert "=S1" not in page
    again = load_workbook(io.BytesIO(post(_action="sheet:stellen").data))
    assert len(list(again.worksheets[0].values)) == 4  # kept as a draft


def bomb() -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("[Content_Types].xml", "<Types/>")
        package.writestr("xl/workbook.xml", b"0" * 40_000_000)
    return target.getvalue()


def with_doctype() -> bytes:
    book, target = io.BytesIO(), io.BytesIO()
    Workbook().save(book)
    with zipfile.ZipFile(book) as old, zipfile.ZipFile(target, "w") as new:
        for entry in old.namelist():
            head = b'<!DOCTYPE x [<!ENTITY a "b">]>' if entry == "xl/workbook.xml" else b""
            new.writestr(entry, head + old.read(entry))
    return target.getvalue()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "Wählen Sie zuerst die ausgefüllte Tabelle."),
        (b"MZ", "keine Tabelle im Format XLSX"),
        (b"", "ist leer"),
        (b"PK\x03\x04" + b"0" * 110_000, "ist zu groß"),
        (bomb(), "würde entpackt zu groß"),
        (with_doctype(), "keine Tabelle im Format XLSX"),
    ],
)
def test_a_file_that_can_not_be_read_is_refused_and_nothing_is_lost(
    post: Callable[..., TestResponse],
    content: bytes | None,
    said: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(files, "_SHEET_BYTES", 100_000)
    typed = {"stellen-0-_rows": "1", "stellen-0-stelle_id": "GETIPPT"}
    if content is not None:
        typed["stellen-_sheet"] = (io.BytesIO(content), "stellen.xlsx")  # type: ignore[assignment]
    answer = post(_fill="stellen", **typed)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert said in page and 'href="#feld-stellen"' in page
    assert 'value="GETIPPT"' in page


def test_only_groups_that_take_one_have_a_spreadsheet(post: Callable[..., TestResponse]) -> None:
    assert post(_action="sheet:personen_au").status_code == 404
    assert post(_fill="gibt_es_nicht").status_code == 404
