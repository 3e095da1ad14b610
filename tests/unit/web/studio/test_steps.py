"""Schritte: a process as a table, changed by forms; no script is needed."""

import re
from html import unescape
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from pikflow.engine.model import Model, read
from pikflow.engine.xml import parse
from pikflow.services.studio.designs import Designs

from .test_designs import ADMIN, SignIn, text_of, token

SMALL = "workflows/aenderung.bpmn"


@pytest.fixture
def designs(app: Flask) -> Designs:
    return app.extensions["pikflow"].services.designs


@pytest.fixture
def design(designs: Designs) -> int:
    return designs.start(ADMIN, "Schritte ändern")


@pytest.fixture
def admin(sign_in: SignIn) -> FlaskClient:
    return sign_in("admin")


def address(design: int, path: str = SMALL) -> str:
    return f"/werkstatt/{design}/schritte/{path}"


def send(admin: FlaskClient, designs: Designs, design: int, path: str = SMALL, **form: Any) -> Any:
    seen = designs.read(ADMIN, design, path).version
    data = {"csrf_token": token(admin), "version": seen, **form}
    return admin.post(address(design, path), data=data, follow_redirects=True)


def model(designs: Designs, design: int, path: str = SMALL) -> Model:
    return read(parse(designs.read(ADMIN, design, path).data, file=path), path)


def words(page: Any) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", text_of(page))).split())


def test_the_table_has_every_step_with_lane_form_and_way(
    admin: FlaskClient, designs: Designs, design: int
) -> None:
    page = admin.get(address(design))
    assert page.status_code == 200
    text = words(page)
    for node in (
        model(designs, design).node("Pruefen_Aenderung"),
        model(designs, design).node("Freigeben_Aenderung"),
    ):
        assert node.label in text
    assert "zurück zu Antrag neu fachlich prüfen" in text
    assert "Bewilligungsstelle" in text and "<svg" in text_of(page)
    assert designs.read(ADMIN, design, SMALL).version == 0


def test_a_step_is_inserted_and_its_form_opened(
    admin: FlaskClient, designs: Designs, design: int
) -> None:
    page = send(
        admin, designs, design, tun="einfuegen", stelle="nach:Pruefen_Aenderung",
        art="userTask", name="Stellungnahme einholen",
    )  # fmt: skip
    assert page.request.args["schritt"] == "Stellungnahme_einholen"
    assert "Eingefügt: „Stellungnahme einholen“." in words(page)
    node = model(designs, design).node("Stellungnahme_einholen")
    assert node.lane == "Bewilligungsstelle"


def test_a_wrong_expression_is_saved_and_told_at_its_field(
    admin: FlaskClient, designs: Designs, design: int
) -> None:
    page = send(
        admin, designs, design, tun="aendern", element="Pruefen_Aenderung",
        **{"feld-pik:due": "P14X", "feld-pik:result": "ergebnis"},
    )  # fmt: skip
    html = text_of(page)
    field = html[html.index('id="feld-pik-due"') :]
    assert "timer-invalid" in field[: field.index("</div>")]
    assert 'aria-invalid="true"' in field[:400]
    assert model(designs, design).node("Pruefen_Aenderung").attributes["due"] == "P14X"


def test_what_cannot_be_done_comes_back_with_what_was_typed(
    admin: FlaskClient, designs: Designs, design: int
) -> None:
    page = send(
        admin, designs, design, tun="einfuegen", stelle="nach:Pruefen_Aenderung",
        ansicht="danach", element="Pruefen_Aenderung", art="scriptTask", name="  ",
    )  # fmt: skip
    assert page.status_code == 400
    assert "Der Schritt braucht einen Namen." in words(page)
    assert '<option value="scriptTask" selected>' in text_of(page)
    assert designs.read(ADMIN, design, SMALL).version == 0


def test_who_comes_second_keeps_what_was_typed(
    admin: FlaskClient, designs: Designs, design: int
) -> None:
    data = designs.read(ADMIN, design, SMALL).data
    designs.save(ADMIN, design, SMALL, data.replace(b"Betrag ber", b"Summe ber"), 0)
    page = admin.post(
        address(design),
        data={
            "csrf_token": token(admin), "version": 0, "tun": "aendern",
            "element": "Pruefen_Aenderung", "feld-name": "Mitteilung ansehen",
        },
    )  # fmt: skip
    assert page.status_code == 409
    assert 'value="Mitteilung ansehen"' in text_of(page) and "Summe berührt?" in words(page)


def test_a_removal_says_what_follows_and_is_taken_back(
    admin: FlaskClient, designs: Designs, design: int
) -> None:
    before = designs.read(ADMIN, design, SMALL).data
    page = admin.get(f"{address(design)}?schritt=Berechnen_Neu&tun=entfernen")
    text = words(page)
    assert "Entfernt wird „Zuwendung neu berechnen“." in text
    assert "geht es mit „Änderung freigeben“ weiter statt mit" in text
    page = send(admin, designs, design, tun="entfernen", element="Berechnen_Neu")
    assert "Entfernt: „Zuwendung neu berechnen“." in words(page)
    page = send(admin, designs, design, tun="zurueck", fassung="0")
    assert designs.read(ADMIN, design, SMALL).data == before
    assert "zurückgenommen" in words(page)


def test_a_branch_a_deadline_and_a_lane_come_through_forms(
    admin: FlaskClient, designs: Designs, design: int
) -> None:
    send(
        admin, designs, design, tun="verzweigung", stelle="nach:Pruefen_Aenderung",
        art="exclusiveGateway", name="Rückfrage?", **{
            "weg1-name": "ja", "weg1-bedingung": "vorgang.jahr > 2026", "weg1-art": "userTask",
            "weg1-schritt-name": "Rückfrage stellen", "weg2-name": "nein", "weg2-sonst": "1",
        },
    )  # fmt: skip
    page = send(
        admin, designs, design, tun="frist", element="Rueckfrage_stellen", art="timer",
        name="Keine Antwort", text="P14D", wirkung="true",
    )  # fmt: skip
    assert page.status_code == 200
    send(admin, designs, design, tun="bahn-neu", prozess="aenderung", name="Ministerium")
    send(
        admin, designs, design, tun="aendern", element="Rueckfrage_stellen",
        **{"feld-lane": "Ministerium"},
    )  # fmt: skip
    process = model(designs, design).processes["aenderung"]
    assert process.nodes["Rueckfrage_stellen"].lane == "Ministerium"
    (event,) = process.boundaries("Rueckfrage_stellen")
    assert event.event.text == "P14D"
    found = designs.check(ADMIN, design)
    assert [f for f in found if f.file == SMALL and f.code == "condition-missing"] == []


@pytest.mark.parametrize(
    "query",
    [
        "", "?schritt=Pruefen_Aenderung", "?schritt=Frage_Folge", "?prozess=aenderung",
        "?weg=Fluss_Frage_Folge_Pruefen_Antrag_Neu", "?element=gibt-es-nicht",
        "?schritt=Pruefen_Aenderung&tun=davor", "?schritt=Pruefen_Aenderung&tun=danach",
        "?schritt=Pruefen_Aenderung&tun=verzweigung", "?schritt=Pruefen_Aenderung&tun=frist",
        "?schritt=Pruefen_Aenderung&tun=verschieben", "?schritt=Frage_Folge&tun=neuer-weg",
        "?schritt=Frage_Folge&tun=aufloesen", "?schritt=Start_Aenderung&tun=entfernen",
        "?schritt=Frage_Folge&tun=aufloesen&weg=Fluss_Frage_Folge_Pruefen_Antrag_Neu",
        "?weg=Fluss_Frage_Folge_Ende_Kenntnis&tun=weg-entfernen",
    ],
)  # fmt: skip
def test_every_view_opens_and_changes_nothing(
    admin: FlaskClient, designs: Designs, design: int, query: str
) -> None:
    page = admin.get(address(design) + query)
    assert page.status_code == 200, query
    assert "<h1>" in text_of(page)
    assert designs.read(ADMIN, design, SMALL).version == 0


def test_an_unreadable_file_is_told_with_its_line(
    admin: FlaskClient, designs: Designs, design: int
) -> None:
    designs.save(ADMIN, design, SMALL, b"<bpmn:definitions>\n<oops", 0)
    page = admin.get(address(design))
    assert page.status_code == 200 and "Zeile 2" in words(page) and "Als Text öffnen" in words(page)


def test_names_known_at_a_step_are_listed_with_their_type(admin: FlaskClient, design: int) -> None:
    page = words(admin.get(f"{address(design)}?schritt=Berechnen_Neu"))
    assert "Namen, die hier bekannt sind" in page
    assert "aenderung.betrag_eur money" in page
