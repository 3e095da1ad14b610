"""A process of ten steps, made in Schritte by keyboard alone and without script."""

import re

import pytest
from conftest import Visit
from keyboard import Keyboard
from live_portal import Portal

from pikflow.engine.model import Process, read
from pikflow.engine.xml import parse
from pikflow.host import demo

pytestmark = pytest.mark.browser
ADMIN = demo.load().actors["admin"]
PATH = "workflows/sprachtest.bpmn"


def insert_after(hand: Keyboard, kind: str, name: str) -> None:
    hand.press("Schritt danach einfügen")
    hand.choose("Art", kind)
    hand.write("Name", name)
    hand.press("Einfügen")


def test_a_process_of_ten_steps_by_keyboard_alone(visit: Visit, portal: Portal) -> None:
    visitor = visit(script=False)
    visitor.be("admin")
    page = visitor.open("/werkstatt")
    hand = Keyboard(page)
    hand.write("Was möchten Sie ändern?", "Sprachtest")
    hand.press("Entwurf beginnen")
    design = int(re.search(r"/werkstatt/(\d+)", page.url)[1])
    hand.choose("Art", "Ablauf")
    hand.write("Name", "Sprachtest")
    hand.press("Anlegen")
    assert page.url.endswith(f"/schritte/{PATH}")

    hand.press("Erster Schritt")
    hand.write("Name", "Termin vorschlagen")
    hand.press("Speichern und prüfen")
    insert_after(hand, "Aufgabe", "Termin bestätigen")
    insert_after(hand, "Rechenschritt", "Frist festhalten")
    hand.write("Skript", "frist = add_days(heute, 14)")
    hand.press("Speichern und prüfen")
    insert_after(hand, "Aufgabe", "Sprachtest abnehmen")
    hand.press("Verzweigung danach einfügen")
    hand.write("Frage", "Bestanden?")
    hand.write("Wie der Weg heißt", "nein")
    hand.write("Bedingung", "vorgang.jahr > 2030")
    hand.choose("Schritt auf diesem Weg", "Aufgabe")
    hand.write("Name dieses Schritts", "Wiederholung anbieten")
    hand.write("Wie der Weg heißt", "ja")
    hand.go("Gilt in allen übrigen Fällen")
    page.keyboard.press("Space")
    hand.press("Verzweigung einfügen")
    page.goto(f"{portal.url}/werkstatt/{design}/schritte/{PATH}?schritt=Sprachtest_abnehmen")
    hand.press("Frist oder Ereignis anhängen")
    hand.write("Name", "Niemand erschienen")
    hand.write("Zeitangabe, Nachricht oder Fehler", "P30D")
    hand.write("Name dieses Schritts", "Absage vermerken")
    hand.press("Anhängen")
    page.goto(f"{portal.url}/werkstatt/{design}/schritte/{PATH}?schritt=Wiederholung_anbieten")
    hand.press("Angaben")
    hand.choose("Bahn", "Ministerium")
    hand.press("Speichern und prüfen")
    insert_after(hand, "Aufgabe", "Wiederholung terminieren")
    hand.press("Entfernen")
    assert "Entfernt wird „Wiederholung terminieren“." in page.inner_text("main")
    hand.press("Ja, entfernen")
    hand.press("Rückgängig")
    assert "zurückgenommen" in page.inner_text("body")

    designs = portal.services.designs
    file = designs.read(ADMIN, design, PATH)
    process = read(parse(file.data, file=PATH), PATH).processes["sprachtest"]
    names = {node.label for node in process.nodes.values()}
    assert {"Termin vorschlagen", "Wiederholung terminieren", "Absage vermerken"} <= names
    assert len(process.nodes) >= 10
    assert lane(process, "Wiederholung anbieten") == "Ministerium"
    found = [f for f in designs.check(ADMIN, design) if f.file == PATH]
    assert [f for f in found if f.severity == "error"] == []


def lane(process: Process, name: str) -> str | None:
    return next(node.lane for node in process.nodes.values() if node.label == name)
