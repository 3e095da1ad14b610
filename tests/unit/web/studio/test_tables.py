"""The page of a decision table, without any script: every button does what it says, saves what was
typed, and nothing is lost when somebody else was faster."""

import io
import re
from html import unescape
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from openpyxl import Workbook, load_workbook

from pikflow.engine.decisions.editing.document import Document
from pikflow.engine.decisions.editing.sheet import Column, Line, Sheet
from pikflow.engine.decisions.editing.starts import new_file
from pikflow.services.studio.designs import Designs

from .test_designs import ADMIN, SignIn

PATH = "workflows/satz.dmn"
BETRAG = Column("input", text="betrag", type="number")
ART = Column("input", text="art", type="string")
SATZ = Column("output", text="satz", type="number")


def made(columns: list[Column], rows: list[tuple[str, ...]]) -> bytes:
    document = Document(new_file("satz", "Satz"), file=PATH)
    lines = tuple(Line(row) for row in rows)
    document.bring(Sheet("satz", "Satz", columns=tuple(columns), lines=lines))
    return document.written()


FILE = made(
    [BETRAG, ART, SATZ],
    [
        ("< 1000", '"kreis"', "5"),
        ("[1000..5000]", '"kreis"', "7.5"),
        ("> 5000", '"kreis"', "9"),
        ("null", "-", "0"),
        ("not(null)", "null", "0"),
    ],
)


@pytest.fixture(scope="module")
def designs(app: Flask) -> Designs:
    return app.extensions["pikflow"].services.designs


@pytest.fixture
def design(designs: Designs) -> int:
    found = designs.start(ADMIN, "Anderer Satz")
    designs.save(ADMIN, found, PATH, FILE, 0)
    return found


@pytest.fixture
def admin(sign_in: SignIn) -> FlaskClient:
    return sign_in("admin")


class Table:
    """The page of a table as somebody uses it: reads its form, types, presses a button."""

    def __init__(self, admin: FlaskClient, designs: Designs, design: int) -> None:
        self.admin, self.designs, self.design = admin, designs, design
        self.url = f"/werkstatt/{design}/tabelle/{PATH}"
        self.take(admin.get(self.url))

    def take(self, answer: Any) -> None:
        self.status, self.text = answer.status_code, unescape(answer.get_data(as_text=True))
        self.address = answer.request.full_path
        raw = answer.get_data(as_text=True)
        form = raw[raw.index("pik-dt") :].partition("</form>")[0] if "pik-dt" in raw else ""
        self.fields: dict[str, str] = {}
        for tag in re.findall(r"<input [^>]+>", form):
            name = re.search(r'name="([^"]*)"', tag)
            value = re.search(r'value="([^"]*)"', tag)
            if name:
                self.fields[name[1]] = unescape(value[1]) if value else ""
        for name, inside in re.findall(
            r'<select [^>]*name="([^"]+)"[^>]*>(.*?)</select>', form, re.S
        ):
            chosen = re.search(r'value="([^"]*)" selected', inside)
            self.fields[name] = chosen[1] if chosen else ""

    def press(self, button: str, **typed: str) -> "Table":
        data = {**self.fields, **{n.replace("__", "."): v for n, v in typed.items()}, "tun": button}
        self.take(self.admin.post(self.url, data=data, follow_redirects=True))
        return self

    @property
    def sheet(self) -> Sheet:
        data = self.designs.read(ADMIN, self.design, PATH).data
        return Document(data, file=PATH).sheet("satz")


@pytest.fixture
def opened(admin: FlaskClient, designs: Designs, design: int) -> Table:
    return Table(admin, designs, design)


def test_saving_unchanged_changes_nothing(opened: Table, designs: Designs) -> None:
    opened.press("speichern")
    file = designs.read(ADMIN, opened.design, PATH)
    assert (opened.status, file.data, file.version) == (200, FILE, 1)


def test_a_table_is_opened_by_its_file(admin: FlaskClient, opened: Table) -> None:
    listed = admin.get(f"/werkstatt/{opened.design}").get_data(as_text=True)
    assert f'href="/werkstatt/{opened.design}/tabelle/{PATH}"' in listed


def test_cells_heads_and_policy_are_saved_at_once(opened: Table) -> None:
    opened.press(
        "speichern",
        name="Satz 2027",
        trefferregel="FIRST",
        zeile__1__zelle__2="8",
        zeile__1__notiz="neu ab 2027",
        spalte__0__label="Betrag",
        spalte__2__default="1",
    )
    sheet = opened.sheet
    assert (sheet.name, sheet.policy) == ("Satz 2027", "FIRST")
    assert sheet.lines[1].cells[2] == "8" and sheet.lines[1].note == "neu ab 2027"
    assert sheet.columns[0].label == "Betrag" and sheet.columns[2].default == "1"
    assert "Gespeichert und geprüft." in opened.text


@pytest.mark.parametrize(
    ("button", "order"),
    [
        ("neu:1", ["5", "", "7.5", "9", "0", "0"]),
        ("kopie:0", ["5", "5", "7.5", "9", "0", "0"]),
        ("weg:1", ["5", "9", "0", "0"]),
        ("hoch:2", ["5", "9", "7.5", "0", "0"]),
        ("runter:0", ["7.5", "5", "9", "0", "0"]),
    ],
)
def test_rules_are_added_moved_and_removed(opened: Table, button: str, order: list[str]) -> None:
    opened.press(button, zeile__0__notiz="getippt")
    assert [line.cells[2] for line in opened.sheet.lines] == order
    assert "getippt" in [line.note for line in opened.sheet.lines]


def test_columns_are_added_moved_and_removed(opened: Table) -> None:
    opened.press("spalte:input").press("speichern", spalte__2__text="ort")
    assert [c.text for c in opened.sheet.columns] == ["betrag", "art", "ort", "satz"]
    opened.press("links:2")
    assert [c.text for c in opened.sheet.columns] == ["betrag", "ort", "art", "satz"]
    opened.press("spalteweg:1").press("spalte:output")
    assert [c.side for c in opened.sheet.columns] == ["input", "input", "output", "output"]
    assert opened.sheet.lines[0].cells == ("< 1000", '"kreis"', "5", "")


def test_a_gap_is_shown_with_an_example_and_closed_by_its_button(opened: Table) -> None:
    assert 'zum Beispiel bei betrag = 1000, art = "anderes"' in opened.text
    button = re.search(r'value="(luecke:[^>]*)">', opened.text)
    assert button is not None
    opened.press(button[1])
    assert opened.sheet.lines[-1].cells == ("not(null)", 'not("kreis", null)', "")
    opened.press("speichern", zeile__5__zelle__2="1")
    assert "Keine Lücke, keine Überschneidung" in opened.text


def test_an_overlap_stands_at_its_rule(opened: Table) -> None:
    opened.press("speichern", zeile__2__zelle__0=">= 5000")
    rows = opened.text.split('<tr role="row"')
    at = next(n for n, row in enumerate(rows) if 'id="zeile-3"' in row)
    assert "Die Zeilen 2 und 3" in rows[at + 1] and "betrag = 5000" in rows[at + 1]


def test_a_cell_that_can_not_be_read_is_saved_and_said_at_its_rule(opened: Table) -> None:
    opened.press("speichern", zeile__1__zelle__0="[1000..")
    assert opened.sheet.lines[1].cells[0] == "[1000.."
    assert "Zeile 2, Eingabe 1" in opened.text and "lässt sich nicht lesen" in opened.text


def test_it_is_tried_out_with_what_was_typed(opened: Table) -> None:
    opened.press(
        "probieren", **{"probe.betrag": "1.000,00", "probe.art": "kreis"}, zeile__1__notiz="x"
    )
    assert opened.sheet.lines[1].note == "x"
    assert "Ergebnis: <strong>7,5</strong>" in opened.text
    hit = [row for row in opened.text.split('<tr role="row"') if "is-hit" in row]
    assert len(hit) == 1 and 'id="zeile-2"' in hit[0]
    assert opened.fields["probe.betrag"] == "1.000,00"


def test_a_wrong_value_is_told_at_its_field(opened: Table) -> None:
    opened.press("probieren", **{"probe.betrag": "viel"})
    assert (
        "„viel“ ist keine Zahl" in opened.text
        and 'aria-describedby="probe.betrag.fehler"' in opened.text
    )


def test_what_was_typed_is_kept_when_it_can_not_be_stored(opened: Table) -> None:
    opened.press("speichern", zeile__0__zelle__0="\x07", zeile__1__notiz="bleibt")
    assert opened.status == 400 and "Zeile 1, Spalte 1" in opened.text
    assert opened.fields["zeile.1.notiz"] == "bleibt"
    assert opened.sheet.lines[1].note == ""


def test_nobody_overwrites_what_somebody_else_saved(opened: Table, designs: Designs) -> None:
    theirs = FILE.replace(b"7.5", b"6.5")
    designs.save(ADMIN, opened.design, PATH, theirs, 1)
    opened.press("speichern", zeile__0__zelle__2="4")
    assert opened.status == 409 and "inzwischen gespeichert" in opened.text
    assert '&lt; 1000 | "kreis" | 4' in opened.text or '< 1000 | "kreis" | 4' in opened.text
    assert opened.sheet.lines[1].cells[2] == "6.5"
    opened.press("speichern")
    assert [line.cells[2] for line in opened.sheet.lines][:3] == ["4", "7.5", "9"]


@pytest.mark.parametrize("button", ["weg:99", "weg:x", "luecke:1", "luecke:{", "unfug", "spalte:x"])
def test_a_button_that_is_none_changes_nothing(opened: Table, button: str) -> None:
    opened.press(button)
    assert opened.status in (400, 404) and len(opened.sheet.lines) == 5


def test_long_tables_come_page_by_page(opened: Table, designs: Designs, admin: FlaskClient) -> None:
    rows = [(f'"a{n}"', str(n)) for n in range(250)]
    designs.save(ADMIN, opened.design, PATH, made([ART, SATZ], rows), 1)
    opened.take(admin.get(f"{opened.url}?seite=3"))
    assert "zeile.200.zelle.0" in opened.fields and "zeile.199.zelle.0" not in opened.fields
    opened.press("speichern", **{"zeile.249.zelle.1": "7"})
    assert opened.sheet.lines[249].cells[1] == "7" and len(opened.sheet.lines) == 250


def test_ten_thousand_rules_get_a_precise_message(opened: Table, designs: Designs) -> None:
    rule = b"<rule><inputEntry><text>1</text></inputEntry></rule>"
    data = FILE.replace(b"</decisionTable>", rule * 9_995 + b"</decisionTable>")
    designs.save(ADMIN, opened.design, PATH, data, 1)
    opened.take(opened.admin.get(opened.url))
    assert opened.status == 400 and "10000 Zeilen; bearbeiten lassen sich 2000" in opened.text


def test_a_new_table_is_filled_from_nothing(opened: Table, designs: Designs) -> None:
    designs.save(ADMIN, opened.design, PATH, new_file("satz", "Neu"), 1)
    opened.take(opened.admin.get(opened.url))
    opened.press("spalte:output").press("neu:0", spalte__0__text="x", spalte__2__text="zwei")
    assert opened.sheet.lines[0].cells == ("-", "", "")


# --- workbooks


def book_of(opened: Table) -> Workbook:
    answer = opened.admin.get(f"/werkstatt/{opened.design}/mappe/{PATH}")
    assert 'filename="satz.xlsx"' in answer.headers["Content-Disposition"]
    return load_workbook(io.BytesIO(answer.data))


def upload(opened: Table, book: Workbook) -> None:
    buffer = io.BytesIO()
    book.save(buffer)
    data = {n: opened.fields[n] for n in ("csrf_token", "tabelle", "version")}
    data["mappe"] = (io.BytesIO(buffer.getvalue()), "satz.xlsx")  # type: ignore[assignment]
    url = f"/werkstatt/{opened.design}/mappe/{PATH}"
    answer = opened.admin.post(url, data=data, follow_redirects=True)
    opened.status, opened.text = answer.status_code, unescape(answer.get_data(as_text=True))


def test_a_table_goes_out_as_a_workbook_and_comes_back_the_same(opened: Table) -> None:
    upload(opened, book_of(opened))
    assert "Die Tabelle ist aus der Datei übernommen." in opened.text
    assert opened.designs.read(ADMIN, opened.design, PATH).data == FILE


def test_a_changed_workbook_changes_the_table(opened: Table) -> None:
    book = book_of(opened)
    sheet = book.worksheets[0]
    sheet["D11"] = 5.5
    sheet.append([None, "> 9", '"stadt"', 3])
    upload(opened, book)
    assert opened.sheet.lines[0].cells[2] == "5.5"
    assert opened.sheet.lines[-1].cells == ("> 9", '"stadt"', "3")


def test_a_wrong_workbook_is_refused_by_its_cells(opened: Table) -> None:
    book = book_of(opened)
    sheet = book.worksheets[0]
    sheet["B8"], sheet["B2"] = "Zahl", "BESTE"
    upload(opened, book)
    assert opened.status == 400
    assert "Blatt „Satz“, Zelle B8: Die Art „Zahl“ gibt es nicht." in opened.text
    assert "Blatt „Satz“, Zelle B2:" in opened.text and "Nichts ist gespeichert" in opened.text
    assert opened.designs.read(ADMIN, opened.design, PATH).data == FILE


def test_a_formula_in_a_workbook_is_refused(opened: Table) -> None:
    book = book_of(opened)
    book.worksheets[0]["D11"] = "=1+1"
    upload(opened, book)
    assert opened.status == 400 and "Zelle D11: Hier steht eine Formel" in opened.text
