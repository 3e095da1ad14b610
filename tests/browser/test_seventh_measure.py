"""A seventh measure from nothing: two lanes, a form with a condition and a computed amount, and a
decision table; made, checked and deployed in the Werkstatt, then worked through by two people.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest
from conftest import Visit
from keyboard import Keyboard
from live_portal import Portal, serve
from playwright.sync_api import Locator, Page, expect
from visitor import Visitor

from pikflow.host import demo
from pikflow.services import rounds

pytestmark = pytest.mark.browser
PEOPLE = demo.load()
REASON = "Das Kabinett hat die Maßnahme beschlossen."


@pytest.fixture
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


class Drawer:
    """An administrator with a mouse: bpmn-js, dmn-js, and the form builder with its script."""

    def __init__(self, visitor: Visitor) -> None:
        visitor.be("admin")
        self.visitor = visitor
        self.page = visitor.open("/werkstatt")
        self.page.get_by_label("Was möchten Sie ändern?").fill("Sprachcafés fördern")
        self.press("Entwurf beginnen")
        self.draft = self.page.url

    def press(self, name: str) -> None:
        with self.page.expect_navigation():
            button = self.page.get_by_role("button", name=name, exact=True)
            button.or_(self.page.get_by_role("link", name=name, exact=True)).first.click()

    def new_file(self, kind: str, name: str) -> None:
        self.page.goto(self.draft)
        self.page.get_by_label("Art", exact=True).select_option(label=kind)
        self.page.get_by_label("Name", exact=True).fill(name)
        self.press("Anlegen")

    def table(self) -> None:
        page = self.page
        self.new_file("Entscheidungstabelle", "Stufe der Förderung")
        self.press("DMN-Editor")
        page.locator("[data-pik-table][data-ready=yes]").wait_for()
        page.locator("th.input-cell").first.dblclick()
        page.get_by_text("vorgang.jahr").click()
        page.keyboard.press("ControlOrMeta+A")
        page.keyboard.type("antrag.zuwendung")
        page.locator("h1").click()
        self.cell("input", 0, "< 1000")
        self.cell("output", 0, '"vereinfacht"')
        page.locator("td.add-rule-add").first.click()
        self.cell("input", 1, ">= 1000")
        self.cell("output", 1, '"ausführlich"')
        page.keyboard.press("ControlOrMeta+S")
        expect(page.locator("[data-message]")).to_contain_text("Gespeichert")

    def cell(self, side: str, row: int, text: str) -> None:
        self.page.locator(f"tbody td.{side}-cell").nth(row).click()
        self.page.keyboard.press("ControlOrMeta+A")
        self.page.keyboard.type(text)

    def application(self) -> None:
        page = self.page
        self.new_file("Formular", "Antrag Sprachcafé")
        for label, kind in (
            ("Teilnehmende", "Ganze Zahl"),
            ("Eigene Mittel?", "Ja oder Nein"),
            ("Höhe der eigenen Mittel", "Betrag in Euro"),
            ("Zuwendung", "Betrag in Euro"),
        ):
            page.locator(".pik-parts").get_by_role("link", name="Angaben").click()
            page.get_by_label("Neues Feld: Bezeichnung").fill(label)
            page.locator("#neu-art").select_option(label=kind)
            self.press("Feld hinzufügen")
        page.get_by_label("Berechnung").fill("teilnehmende * 25")
        self.press("Speichern")
        page.locator(".pik-parts").get_by_role("link", name="Höhe der eigenen Mittel").click()
        rule = page.locator("#w-visible ~ .pik-rule")
        rule.locator("summary").click()
        page.locator("#w-visible-0-n").select_option(label="Eigene Mittel?")
        page.locator("#w-visible-0-s").select_option(label="ist angekreuzt (ja)")
        self.press("Speichern")
        expect(page.locator(".pik-parts [aria-current]")).to_contain_text("mit Bedingung")

    def process(self) -> None:
        page = self.page
        self.new_file("Ablauf", "Sprachcafé")
        page.get_by_role("link", name="Diagramm", exact=True).first.click()
        page.locator("[data-ready=yes]").wait_for()
        self.pick("Ende")
        self.pad("delete")
        self.pick("Schritt_1")
        self.panel("Name", "Antrag ausfüllen")
        self.choose("Formular", "Antrag Sprachcafé")
        self.panel("Ergebnis heißt", "antrag")
        self.append("append.append-task", "replace-with-rule-task")
        self.panel("Name", "Stufe bestimmen")
        self.choose("Entscheidungstabelle", "Stufe der Förderung")
        self.panel("Ergebnis heißt", "stufe")
        review = self.append("append.append-task", "replace-with-user-task")
        self.panel("Name", "Antrag prüfen")
        self.choose("Formular", "Entscheidung Sprachcafé")
        self.panel("Ergebnis heißt", "entscheidung")
        self.panel("Daneben zeigen", "antrag, stufe")
        end = self.append("append.end-event", "")
        self.panel("Name", "Erledigt")
        page.locator("[data-element-id=Bahn_1] .djs-hit-all").first.click()
        self.pad("lane-insert-below")
        below = page.locator("[data-element-id^=Lane_] .djs-hit-all").first
        below.click()
        lane = self.selected()
        self.choose("Bahn des Katalogs", "Ministerium")
        self.move(end, lane)
        self.move(review, lane)
        page.locator("[data-do=save]").click()
        expect(page.locator("[data-message]")).to_contain_text("gespeichert")

    def entry(self, slug: str) -> None:
        page = self.page
        page.goto(f"{self.draft}/katalog")
        page.get_by_text("Neue Maßnahme von Grund auf").click()
        new = page.locator("form", has=page.get_by_role("button", name="Maßnahme anlegen"))
        for label, text in (
            ("Name", "Sprachcafés"),
            ("Name auf Englisch", "Language cafés"),
            ("Kurzzeichen", "SC"),
            ("Kürzel", slug),
        ):
            new.get_by_label(label, exact=True).fill(text)
        take(new.get_by_label("Ablauf", exact=True), "Sprachcafé")
        take(new.get_by_label("Bewilligungsstelle", exact=True), "Ministerium")
        new.get_by_label("Gemeinde", exact=True).check()
        self.press("Maßnahme anlegen")
        assert page.url.endswith(f"/massnahmen/{slug}"), page.inner_text("main")

    def check_and_deploy(self) -> None:
        page = self.page
        page.goto(self.draft)
        self.press("Alles prüfen")
        findings = page.locator("[aria-labelledby=befunde]").inner_text()
        assert "Geprüft, nichts zu beanstanden." in findings, findings
        self.press("Einspielen …")
        page.get_by_label("Warum ändern Sie das?").fill(REASON)
        self.press("Jetzt einspielen")
        assert REASON in page.locator(".pik-timeline li").first.inner_text()

    def pick(self, element: str) -> None:
        self.page.locator(f"[data-element-id={element}] .djs-hit").first.click()
        expect(self.page.locator(".djs-context-pad")).to_be_visible()

    def pad(self, action: str) -> None:
        self.page.locator(f".djs-context-pad [data-action='{action}']").click()

    def selected(self) -> str:
        found = self.page.locator(".djs-element.selected")
        expect(found).to_have_count(1)
        return str(found.get_attribute("data-element-id"))

    def append(self, action: str, kind: str) -> str:
        before = self.selected()
        self.pad(action)
        expect(
            self.page.locator(f".djs-element.selected:not([data-element-id={before}])")
        ).to_have_count(1)
        self.page.keyboard.press("Escape")  # leaves the name that is being typed
        if kind:
            self.pad("replace")
            self.page.locator(f".djs-popup [data-id='{kind}']").click()
        return self.selected()

    def group_of(self, label: str) -> None:
        field = self.page.locator("[data-panel]").get_by_label(label, exact=True)
        if not field.is_visible():
            group = self.page.locator(
                ".bio-properties-panel-group", has=self.page.get_by_label(label, exact=True)
            )
            group.locator(".bio-properties-panel-group-header-title").click()

    def panel(self, label: str, text: str) -> None:
        self.group_of(label)
        self.page.locator("[data-panel]").get_by_label(label, exact=True).fill(text)

    def choose(self, label: str, option: str) -> None:
        self.group_of(label)
        take(self.page.locator("[data-panel]").get_by_label(label, exact=True), option)

    def move(self, element: str, lane: str) -> None:
        """Drag a step straight down into a lane."""
        mouse = self.page.mouse
        box = self.page.locator(f"[data-element-id={element}] .djs-hit").first.bounding_box()
        goal = self.page.locator(f"[data-element-id={lane}] .djs-hit").first.bounding_box()
        assert box and goal
        x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
        mouse.move(x, y)
        mouse.down()
        mouse.move(x, goal["y"] + goal["height"] / 2, steps=12)
        mouse.up()


def take(field: Locator, option: str) -> None:
    """The first option of a list with these words."""
    field.select_option(field.locator("option", has_text=option).first.get_attribute("value"))


def test_by_mouse(visit: Visit, portal: Portal) -> None:
    drawer = Drawer(visit())
    drawer.table()
    drawer.application()
    drawer.new_file("Formular", "Entscheidung Sprachcafé")
    drawer.process()
    drawer.entry("sprachcafes")
    drawer.check_and_deploy()
    work_through(visit, portal, "sprachcafes")


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
