"""Lists as files: the rows of the page, no more and no fewer, and nothing a spreadsheet runs."""

import csv
import io
import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest
from flask import Flask
from flask.testing import FlaskClient
from openpyxl import load_workbook

from pikflow.web import exports
from pikflow.web.spreadsheets import harmless, write_csv, write_xlsx

SignIn = Callable[[str], FlaskClient]


def sheet(content: bytes) -> list[tuple[object, ...]]:
    return list(load_workbook(io.BytesIO(content)).active.values)


def lines(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=";"))


@pytest.mark.parametrize(
    ("path", "query"),
    [
        ("aufgaben", "ansicht=alle"),
        ("aufgaben", "ansicht=alle&text=Ulm"),
        ("vorgaenge", ""),
        ("vorgaenge", "massnahme=spracherwerb&unter=1"),
    ],
)
def test_a_file_holds_exactly_the_rows_of_the_filtered_list(
    stage: Flask, sign_in: SignIn, path: str, query: str
) -> None:
    browser = sign_in("ministerium")
    page = browser.get(f"/{path}?{query}").get_data(as_text=True)
    shown = re.findall(r'<tr role="row" class="pik-row">.*?</tr>', page, re.DOTALL)
    assert shown
    heads, *rows = sheet(browser.get(f"/{path}.xlsx?{query}").data)
    number = heads.index("Vorgang")
    assert [row[number] in text for row, text in zip(rows, shown, strict=True)] == [True] * len(
        rows
    )
    assert [line[number] for line in lines(browser.get(f"/{path}.csv?{query}").data)[1:]] == [
        row[number] for row in rows
    ]


def test_the_page_offers_the_files_with_its_filters(stage: Flask, sign_in: SignIn) -> None:
    page = sign_in("rp").get("/vorgaenge?phase=Prüfung").get_data(as_text=True)
    assert 'href="/vorgaenge.xlsx?phase=Pr%C3%BCfung"' in page
    page = sign_in("rp").get("/aufgaben?ansicht=alle&text=Ulm").get_data(as_text=True)
    assert 'href="/aufgaben.csv?ansicht=alle&amp;text=Ulm"' in page


def test_a_file_is_a_download_nobody_keeps(stage: Flask, sign_in: SignIn) -> None:
    answer = sign_in("rp").get("/aufgaben.csv?ansicht=alle")
    assert re.match(
        r'attachment; filename="Aufgaben-\d{4}-\d\d-\d\d\.csv"',
        answer.headers["Content-Disposition"],
    )
    assert answer.headers["Cache-Control"] == "no-store"
    assert "sandbox" in answer.headers["Content-Security-Policy"]


def test_a_file_that_ends_early_says_so(
    stage: Flask, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exports, "MOST", 2)
    found = lines(sign_in("ministerium").get("/vorgaenge.csv").data)
    assert len(found) == 4 and found[-1][0].startswith("Hier endet die Datei")


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_no_text_becomes_a_formula(start: str) -> None:
    evil = f"{start}HYPERLINK(1)"
    assert harmless(evil).startswith("'")
    rows = [[evil, "a"]]
    cell = load_workbook(io.BytesIO(write_xlsx("T", ["A", "B"], rows))).active["A2"]
    assert cell.data_type == "s"  # a text; only a CSV can't say so
    assert lines(write_csv(["A", "B"], rows))[1][0].startswith("'")


def test_dates_and_amounts_stay_what_they_are() -> None:
    rows = [["08416\x00", date(2026, 12, 31), Decimal("1234.5"), None, 2027]]
    heads = ["AGS", "Frist", "Betrag", "Notiz", "Jahr"]
    book = load_workbook(io.BytesIO(write_xlsx("T", heads, rows)))
    ags, due, amount, note, year = next(book.active.iter_rows(min_row=2))
    assert (ags.value, due.value.date(), amount.value) == ("08416", date(2026, 12, 31), 1234.5)
    assert (note.value, year.value, amount.number_format) == (None, 2027, '#,##0.00 "€"')
    assert (
        write_csv(heads, rows).decode("utf-8-sig").splitlines()[1]
        == "08416;31.12.2026;1234,50;;2027"
    )
