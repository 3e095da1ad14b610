"""A seventh measure from nothing: two lanes, a form with a condition and a computed amount, and a
decision table; made, checked and deployed in the Werkstatt, then worked through by two people.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest
from conftest import Visit
from keyboard import Keyboard
from live_portal import Portal, serve
from playwright.sync_api import Page, expect
from visitor import Visitor

from pikflow.host import demo
from pikflow.services import rounds

pytestmark = pytest.mark.browser
PEOPLE = demo.load()
REASON = "Das Kabinett hat die Maßnahme beschlossen."


@pytest.fixture(scope="module")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    yield from serve(tmp_path_factory.mktemp("seventh"), datetime(2026, 11, 20, 9, tzinfo=UTC))


def open_round(portal: Portal, slug: str) -> None:
    """What the ministry does once a year for every measure; its process has tests of its own."""
    with portal.services.environment.command() as unit:
        days = {"antragsfrist": date(2027, 3, 31), "bedarfsfrist": date(2027, 2, 28)}
        days |= {"zeitraum_von": date(2027, 1, 1), "zeitraum_bis": date(2027, 12, 31)}
        rounds.open_round(unit, unit.catalog.measures[slug], 2027, {"daten": days, **days})


class Maker:
    """An administrator with nothing but a keyboard, without script."""

    def __init__(self, visitor: Visitor) -> None:
        visitor.be("admin")
        self.page = visitor.open("/werkstatt")
        self.hand = Keyboard(self.page)
        self.hand.write("Was möchten Sie ändern?", "Sprachcafés fördern")
        self.hand.press("Entwurf beginnen")
        self.draft = self.page.url

    def new_file(self, kind: str, name: str) -> None:
        self.page.goto(self.draft)
        self.hand.choose("Art", kind)
        self.hand.write("Name", name)
        self.hand.press("Anlegen")

    def table(self) -> None:
        """Small grants are decided at once, larger ones are looked at."""
        hand = self.hand
        self.new_file("Entscheidungstabelle", "Stufe der Förderung")
        hand.press_in_place("Spalten")
        hand.write("Überschrift", "Zuwendung")
        hand.write("Was wird geprüft? (Name oder Ausdruck)", "antrag.zuwendung")
        hand.press("Speichern und prüfen")
        hand.write("Zeile 1, Zuwendung", "< 1000")
        hand.write("Zeile 1, Ergebnis", '"vereinfacht"')
        hand.press("Zeile anfügen")
        hand.write("Zeile 2, Zuwendung", ">= 1000")
        hand.write("Zeile 2, Ergebnis", '"ausführlich"')
        hand.press("Speichern und prüfen")
        assert "Keine Lücke, keine Überschneidung" in self.page.inner_text("main")

    def application(self) -> None:
        hand = self.hand
        self.new_file("Formular", "Antrag Sprachcafé")
        for label, kind in (
            ("Teilnehmende", "Ganze Zahl"),
            ("Eigene Mittel?", "Ja oder"),
            ("Höhe der eigenen Mittel", "Betrag"),
            ("Zuwendung", "Betrag"),
        ):
            hand.press("Angaben")
            hand.write("Neues Feld: Bezeichnung", label)
            hand.choose("Art", kind)
            hand.press("Feld hinzufügen")
        hand.write("Berechnung", "teilnehmende * 25")
        hand.press("Speichern")
        hand.press("Höhe der eigenen Mittel")
        hand.press_in_place("Bedingung Sichtbar")
        hand.choose("Feld", "Eigene")
        hand.choose("Vergleich", "ist angekreuzt")
        hand.press("Speichern")
        assert "mit Bedingung" in self.page.locator(".pik-parts [aria-current]").inner_text()

    def decision(self) -> None:
        self.new_file("Formular", "Entscheidung Sprachcafé")

    def process(self) -> None:
        hand = self.hand
        self.new_file("Ablauf", "Sprachcafé")
        hand.press("Erster Schritt")
        hand.write("Name", "Antrag ausfüllen")
        hand.choose("Formular", "Antrag Sprachcafé")
        hand.write("Ergebnis speichern als", "antrag")
        hand.press("Speichern und prüfen")
        self.insert("Entscheidungstabelle", "Stufe bestimmen")
        hand.choose("Entscheidungstabelle", "Stufe der")
        hand.write("Ergebnis speichern als", "stufe")
        hand.press("Speichern und prüfen")
        self.insert("Aufgabe", "Antrag prüfen", "Ministerium")
        hand.choose("Formular", "Entscheidung Sprachcafé")
        hand.write("Ergebnis speichern als", "entscheidung")
        hand.write("Daneben zeigen", "antrag, stufe")
        hand.press("Speichern und prüfen")

    def insert(self, kind: str, name: str, lane: str = "") -> None:
        self.hand.press("Schritt danach einfügen")
        self.hand.choose("Art", kind)
        self.hand.write("Name", name)
        if lane:
            self.hand.choose("Bahn", lane)
        self.hand.press("Einfügen")

    def entry(self, slug: str) -> None:
        hand = self.hand
        self.page.goto(f"{self.draft}/katalog")
        hand.press_in_place("Neue Maßnahme von Grund auf")
        hand.write("Name", "Sprachcafés")
        hand.write("Name auf Englisch", "Language cafés")
        hand.write("Kurzzeichen", "SC")
        hand.write("Kürzel", slug)
        hand.choose("Ablauf", "Sprachcafé")
        hand.choose("Bewilligungsstelle", "Ministerium")
        hand.tick("Gemeinde")
        hand.press("Maßnahme anlegen")
        assert self.page.url.endswith(f"/massnahmen/{slug}"), self.page.inner_text("main")

    def check_and_deploy(self) -> None:
        hand = self.hand
        self.page.goto(self.draft)
        hand.press("Alles prüfen")
        findings = self.page.locator("[aria-labelledby=befunde]").inner_text()
        assert "Geprüft, nichts zu beanstanden." in findings, findings
        self.page.goto(self.draft)
        hand.press("Einspielen …")
        hand.write("Warum ändern Sie das?", REASON)
        hand.press("Jetzt einspielen")
        assert REASON in self.page.locator(".pik-timeline li").first.inner_text()


def work_through(visit: Visit, portal: Portal, slug: str) -> None:
    """A municipality applies, the ministry decides; both by keyboard, with script."""
    open_round(portal, slug)
    visitor = visit()
    page = sign_in(visitor, "gemeinde")
    hand = Keyboard(page)
    hand.press("Neuer Vorgang")
    tile = page.locator("li.pik-tile", has=page.get_by_text("Sprachcafés"))
    with page.expect_navigation():
        tile.get_by_role("button").press("Enter")
    number = page.locator("dl.pik-head dd").first.inner_text().strip()
    assert number.startswith("SC-2027-")
    expect(page.get_by_label("Höhe der eigenen Mittel")).to_be_hidden()
    hand.write("Teilnehmende", "60")
    hand.tick("Eigene Mittel?")
    expect(page.get_by_label("Höhe der eigenen Mittel")).to_be_visible()
    page.get_by_label("Höhe der eigenen Mittel").fill("300")
    expect(page.locator("main")).to_contain_text("1.500,00")
    hand.press("Erledigen")

    sign_in(visitor, "ministerium")
    visitor.open(f"/aufgaben?ansicht=alle&text={number}")
    hand.press("Antrag prüfen")
    hand.press_in_place("stufe", begins=True)
    shown = page.inner_text("main")
    assert "1.500,00" in shown and "ausführlich" in shown, shown
    hand.write("Bemerkung", "Bewilligt wie beantragt.")
    hand.press("Erledigen")
    visitor.open(f"/vorgaenge/{number}")
    expect(page.locator(".pik-head .kern-badge")).to_have_text("Erledigt")
    told = page.locator(".pik-timeline").inner_text()
    for persona in ("gemeinde", "ministerium"):
        assert PEOPLE.actors[persona].name in told, told


def sign_in(visitor: Visitor, persona: str) -> Page:
    page = visitor.open("/anmelden")
    with page.expect_navigation():
        page.locator(f"button[name=persona][value={persona}]").press("Enter")
    return page


def test_by_keyboard_alone(visit: Visit, portal: Portal) -> None:
    maker = Maker(visit(script=False))
    maker.table()
    maker.application()
    maker.decision()
    maker.process()
    maker.entry("sprachcafes")
    maker.check_and_deploy()
    work_through(visit, portal, "sprachcafes")
