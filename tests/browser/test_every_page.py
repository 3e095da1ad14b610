"""Every page in Chromium: axe in light and dark, a phone's width, without script, by keyboard.

No console error and nothing blocked by the Content-Security-Policy: `visit` checks that each time.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from conftest import Visit
from live_portal import Portal, serve
from playwright.sync_api import Page

from pikflow.engine.decisions.editing.document import Document
from pikflow.engine.decisions.editing.sheet import Column, Line, Sheet
from pikflow.engine.decisions.editing.starts import new_file
from pikflow.host import demo, seed
from pikflow.services.filters import FilterDraft
from pikflow.services.studio.designs import Designs
from pikflow.services.views import CaseFilter

pytestmark = pytest.mark.browser
PEOPLE = demo.load()
NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)
STEPS = "workflows/aenderung.bpmn"
TABLE = "workflows/satz.dmn"
FOREIGN = Path(__file__).parents[1] / "data" / "foreign"
FORM, PROCESS = "forms/bw_schuetzt/antrag.yaml", "workflows/bw_schuetzt.bpmn"
IMPORTED = [
    FOREIGN / "imports" / "camunda7-urlaub.bpmn",
    FOREIGN / "forms" / "foerderantrag.form",
]
STANDARD = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
WALK = 60  # controls of a page that are walked by Tab
# Where cases stand: one of each kind of page there is to see.
STAGE = {
    ("integrationsmanagement", -1, "08421", None),
    ("integrationsmanagement", 1, "08416", "Bedarf sammeln"),
    ("integrationsmanagement", 1, "08135", "Antrag ausfüllen"),
    ("integrationsmanagement", 1, "08111", "Antrag fachlich prüfen"),
    ("integrationsmanagement", 1, "08421", "Vollständigkeit prüfen"),
    ("bw_schuetzt", 1, "traeger", "Antrag fachlich prüfen"),
    ("queere_gefluechtete", 1, "traeger", "Antrag ausfüllen"),
}


@dataclass(frozen=True)
class Place:
    """A page to look at: who looks, and where; `find` a task of that name instead of an address,
    and a `page` of its form or "zuweisen"."""

    name: str
    persona: str
    path: str = ""
    find: str = ""
    page: str = ""


PLACES = [
    Place("sign-in", "", "/anmelden"),
    Place("inbox", "rp", "/aufgaben?ansicht=alle"),
    Place("inbox-empty", "gemeinde2", "/aufgaben?ansicht=meine"),
    Place("inbox-filtered", "rp", "/aufgaben?ansicht=alle&phase=Pr%C3%BCfung&text=0842"),
    Place("inbox-saved", "rp", "/aufgaben?ansicht=alle&phase=Pr%C3%BCfung"),
    Place("inbox-saved-other", "rp2", "/aufgaben?ansicht=alle&phase=Pr%C3%BCfung"),
    Place("cases", "ministerium", "/vorgaenge"),
    Place("search", "ministerium", "/suche?q=T%C3%BCbingen"),
    Place("start-kreis", "landkreis", "/vorgaenge/neu"),
    Place("start-round", "ministerium", "/vorgaenge/neu"),
    Place("measures", "ministerium", "/massnahmen"),
    Place("measure", "rp", "/massnahmen/integrationsmanagement"),
    Place("measure-provisional", "admin", "/massnahmen/massnahme_6"),
    Place("operations", "admin", "/betrieb"),
    Place("clock", "admin", "/demo/zeit"),
    Place("studio", "admin", "/werkstatt"),
    Place("studio-design", "admin", "/werkstatt/1?geprueft=1"),
    Place("studio-text", "admin", f"/werkstatt/1/text/{FORM}?geprueft=1"),
    Place("studio-steps", "admin", f"/werkstatt/1/schritte/{STEPS}"),
    Place("studio-step", "admin", f"/werkstatt/1/schritte/{STEPS}?schritt=Pruefen_Aenderung"),
    Place(
        "studio-step-branch",
        "admin",
        f"/werkstatt/1/schritte/{STEPS}?schritt=Pruefen_Aenderung&tun=verzweigung",
    ),
    Place(
        "studio-step-gone",
        "admin",
        f"/werkstatt/1/schritte/{STEPS}?schritt=Berechnen_Neu&tun=entfernen",
    ),
    Place("studio-process", "admin", f"/werkstatt/1/schritte/{STEPS}?prozess=aenderung"),
    Place("studio-form", "admin", f"/werkstatt/2/formular/{FORM}?an=sections.0.fields.0"),
    Place("studio-form-text", "admin", f"/werkstatt/1/formular/{FORM}?blick=text"),
    Place(
        "studio-form-uses", "admin", f"/werkstatt/2/formular/{FORM}?an=sections.1&blick=verwendung"
    ),
    Place("studio-form-preview", "admin", f"/werkstatt/2/vorschau/{FORM}"),
    Place("studio-plan", "admin", "/werkstatt/2/einspielen"),
    Place("studio-both", "admin", "/werkstatt/3/einspielen"),
    Place("studio-rates", "admin", "/werkstatt/1/saetze?massnahme=integrationsmanagement"),
    Place("studio-rate", "admin", "/werkstatt/1/saetze/spracherwerb/kurssaetze"),
    Place("studio-catalog", "admin", "/werkstatt/1/katalog?kopie=inturo"),
    Place("studio-measure", "admin", "/werkstatt/1/katalog/massnahmen/inturo"),
    Place("round", "ministerium", "/massnahmen/integrationsmanagement/runden/1"),
    Place("studio-table", "admin", f"/werkstatt/5/tabelle/{TABLE}"),
    Place("studio-table-tried", "admin", f"/werkstatt/5/tabelle/{TABLE}?antwort.betrag=2000"),
    Place("studio-dmn", "admin", f"/werkstatt/5/dmn/{TABLE}"),
    Place("studio-diagram", "admin", f"/werkstatt/1/diagramm/{STEPS}"),
    Place("studio-import", "admin", "/werkstatt/1/uebernehmen"),
    Place("studio-import-notes", "admin", "/werkstatt/6/uebernehmen/hinweise"),
    Place("missing", "rp", "/gibt-es-nicht"),
    Place("forbidden", "rp", "/vorgaenge/neu"),
    Place("case-open", "rp", "/vorgaenge/IM-2027-08111-01"),
    Place("case-children", "landkreis", "/vorgaenge/IM-2027-08416-01"),
    Place("case-child", "gemeinde", "/vorgaenge/IM-2027-08416036-01"),
    Place("case-closed", "revision", "/vorgaenge/IM-2025-08421-01"),
    Place("children-task", "landkreis", find="Bedarf sammeln"),
    Place("application", "landkreis2", find="Antrag ausfüllen"),
    Place("application-check", "landkreis2", find="Antrag ausfüllen", page="pruefen"),
    Place("report-need", "gemeinde", find="Bedarf melden"),
    Place("completeness", "rp", find="Vollständigkeit prüfen"),
    Place("assign", "rp", find="Vollständigkeit prüfen", page="zuweisen"),
    Place("review", "rp", find="Antrag fachlich prüfen"),
    Place("cost-plan", "traeger", find="Antrag ausfüllen", page="vorhaben"),
    Place("review-other", "ministerium", find="Antrag fachlich prüfen"),
]


@pytest.fixture(scope="module")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    for portal in serve(tmp_path_factory.mktemp("pages"), NOW):
        plan = seed.read_plan()
        chosen = [
            entry
            for entry in plan.cases
            if (entry["massnahme"], entry["jahr"], entry["wer"], entry.get("bis")) in STAGE
        ]
        assert len(chosen) == len(STAGE)
        seed.sow(portal.services, plan, chosen, lambda: None)
        draw(portal.services.designs)
        draft = FilterDraft("In Prüfung", "ansicht=alle&phase=Pr%C3%BCfung", shared=True)
        portal.services.filters.save(PEOPLE.actors["rp"], "tasks", draft)
        yield portal


def draw(designs: Designs) -> None:
    """A design with findings, one that can be deployed, and one that others were faster with."""
    admin = PEOPLE.actors["admin"]
    broken, ready, late, other = (
        designs.start(admin, title) for title in ("Kaputt", "Fertig", "Zu spät", "Zuerst")
    )
    text = designs.read(admin, broken, FORM).data
    designs.save(admin, broken, FORM, text.replace(b"type: text", b"type: wort", 1), 0)
    designs.save(admin, broken, "forms/neu.yaml", b"pikform: 1\nid: neu\n", 0)
    designs.share(admin, broken, True)
    designs.be_here(PEOPLE.actors["admin2"], broken, FORM)
    designs.save(admin, late, PROCESS, designs.read(admin, late, PROCESS).data + b"<!-- A -->", 0)
    designs.save(admin, other, PROCESS, designs.read(admin, other, PROCESS).data + b"<!-- B -->", 0)
    designs.deploy(admin, other, "Vermerk")
    designs.save(admin, ready, FORM, text + b"# Vermerk\n", 0)
    document = Document(new_file("satz", "Satz"), file=TABLE)
    column = Column("input", text="betrag", type="number")
    rules = (Line(("< 1000", "5"), note="klein"), Line(("[900..2000)", "7")))
    output = Column("output", text="satz", type="number")
    document.bring(Sheet("satz", "Satz", columns=(column, output), lines=rules))
    table = designs.start(admin, "Tabelle")
    designs.save(admin, table, TABLE, document.written(), 0)
    taken = designs.start(admin, "Übernommen")
    designs.take_in_foreign(admin, taken, {one.name: one.read_bytes() for one in IMPORTED})


def address(portal: Portal, place: Place) -> str:
    """The address of a place; a task is found by its name in the inbox of the persona."""
    if not place.find:
        return place.path
    inbox = portal.services.tasks.inbox(PEOPLE.actors[place.persona], view="all")
    rows = [row for group in inbox.groups for row in group.rows if row.task == place.find]
    assert rows, f"no task „{place.find}“ for {place.persona}"
    if place.page == "zuweisen":
        return f"/aufgaben/zuweisen?aufgabe={rows[0].task_id}"
    return f"/aufgaben/{rows[0].task_id}" + (f"?seite={place.page}" if place.page else "")


def go(visit: Visit, portal: Portal, place: Place, **options: bool) -> Page:
    visitor = visit(**options)
    if place.persona:
        visitor.be(place.persona)
    page = visitor.open(address(portal, place))
    if options.get("script", True):
        page.wait_for_load_state("networkidle")
    return page


each_place = pytest.mark.parametrize("place", PLACES, ids=lambda place: place.name)

WIDER_THAN_THE_PHONE = """() => document.documentElement.scrollWidth <= 320 ? [] :
    [...document.querySelectorAll('main *, header *, footer *')]
    .filter(e => e.getBoundingClientRect().right > 321)
    .map(e => `${e.tagName}.${e.className}`).slice(0, 8).concat('wide page')"""

# Axe does not see text without a colour of its own, so every text is measured against its ground.
HARD_TO_READ = """() => {
    const probe = document.createElement('canvas').getContext('2d', {willReadFrequently: true});
    const rgb = colour => {
        probe.clearRect(0, 0, 1, 1); probe.fillStyle = colour; probe.fillRect(0, 0, 1, 1);
        return [...probe.getImageData(0, 0, 1, 1).data]; };
    const light = ([r, g, b]) => [r, g, b].map(v => v / 255)
        .map(v => v <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4)
        .reduce((sum, v, i) => sum + v * [.2126, .7152, .0722][i], 0);
    const ground = node => {
        for (let e = node; e; e = e.parentElement) {
            const colour = rgb(getComputedStyle(e).backgroundColor);
            if (colour[3] > 250) return colour; }
        return rgb('black'); };
    const dim = [];
    const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walk.nextNode()) {
        const e = walk.currentNode.parentElement, text = walk.currentNode.data.trim();
        if (!text || e.closest('svg, option, script, :disabled, .kern-sr-only')) continue;
        if (!e.checkVisibility({visibilityProperty: true})) continue;
        const a = light(rgb(getComputedStyle(e).color)), b = light(ground(e));
        const ratio = (Math.max(a, b) + .05) / (Math.min(a, b) + .05);
        if (ratio < 4.5) dim.push(`${text.slice(0, 40)} ${ratio.toFixed(1)}`); }
    return dim; }"""

NUMBER_THE_CONTROLS = """() => {
    let n = 0;
    const wanted = 'a[href], button:not(:disabled), input:not([type=hidden]):not(:disabled), ' +
        'select, textarea, summary, [tabindex="0"], [contenteditable=true]';
    for (const e of document.querySelectorAll(wanted))
        if (e.tabIndex >= 0 && e.checkVisibility()) e.dataset.walk = n++; }"""

# A frame may show the focus for what is inside of it.
FOCUSED = """() => {
    const e = document.activeElement, frames = '.cm-editor, .djs-container, .pik-dmn__canvas td';
    const drawn = ({outlineStyle, boxShadow}) => outlineStyle !== 'none' || boxShadow !== 'none';
    let ring = getComputedStyle(e, '::after').outlineStyle !== 'none';
    for (let node = e; node; node = node.parentElement?.closest(frames))
        ring ||= drawn(getComputedStyle(node));
    return [e.dataset.walk ?? null, ring, (e.innerText || e.id || e.tagName).slice(0, 40)]; }"""


@each_place
def test_page_is_for_everybody(place: Place, visit: Visit, portal: Portal) -> None:
    """Axe, every text readable in the dark, a walk by Tab, and 320 px of width."""
    page = go(visit, portal, place)
    walk_by_tab(page)
    page.evaluate("document.querySelectorAll('details').forEach(fold => fold.open = true)")
    find_nothing(page)
    page.emulate_media(color_scheme="dark")
    assert page.evaluate(HARD_TO_READ) == []
    page.set_viewport_size({"width": 320, "height": 800})
    assert page.evaluate(WIDER_THAN_THE_PHONE) == []


def find_nothing(page: Page) -> None:
    # A diagram is one image to axe; what is drawn inside takes it long and tells it nothing.
    options = {"runOnly": {"type": "tag", "values": STANDARD}, "resultTypes": ["violations"]}
    found = Axe().run(page, context={"exclude": [["svg > *"]]}, options=options)
    assert found.violations_count == 0, found.generate_report()


def walk_by_tab(page: Page) -> None:
    """Every control takes the focus, in the order of the page, and one sees where it is."""
    page.evaluate(NUMBER_THE_CONTROLS)
    controls = page.locator("[data-walk]").count()
    # Of the radio buttons of a question one takes the focus; arrows do the rest.
    radios = page.locator("input[type=radio][data-walk]").count()
    walked: list[int] = []
    for _ in range(min(controls, WALK) + 3):
        page.keyboard.press("Tab")
        number, ring, name = page.evaluate(FOCUSED)
        if number is None and page.evaluate("document.activeElement === document.body"):
            break
        assert ring, f"no focus to be seen on {name}"
        # A cell of the DMN editor makes place for its field and loses its number.
        walked.append(walked[-1] if number is None else int(number))
    assert walked == sorted(walked)
    assert len(walked) >= min(controls - radios, WALK)


@each_place
def test_page_is_there_without_script(place: Place, visit: Visit, portal: Portal) -> None:
    page = go(visit, portal, place, script=False)
    assert page.locator("h1:visible").count() == 1
    assert page.locator("main").count() == page.locator("header").count() == 1
    assert page.locator("html").get_attribute("lang") == "de"
    assert page.locator("[data-pik-visible][hidden]").count() == 0


def test_the_first_tab_leads_to_the_content(visit: Visit, portal: Portal) -> None:
    page = go(visit, portal, PLACES[1])
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.innerText") == "Zum Inhalt springen"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "inhalt"


def test_wrong_answers_come_back_with_everything_kept(visit: Visit, portal: Portal) -> None:
    """Without script: the summary names the field, its link leads there, the text is kept."""
    page = go(visit, portal, Place("", "landkreis2", find="Antrag ausfüllen"), script=False)
    page.get_by_label("Postleitzahl").fill("7x1")
    page.get_by_label("Ort", exact=False).first.fill("Heidenheim")
    page.get_by_role("button", name="Weiter", exact=True).click()
    assert page.title().startswith("Fehler:")
    line = page.locator(".pik-error-summary a", has_text="Postleitzahl")
    target = page.locator(f"[id='{line.get_attribute('href').removeprefix('#')}']")
    assert target.input_value() == "7x1"
    assert target.get_attribute("aria-invalid") == "true"
    assert page.get_by_label("Ort", exact=False).first.input_value() == "Heidenheim"


def test_an_upload_of_a_wrong_kind_is_refused_by_name(
    visit: Visit, portal: Portal, tmp_path_factory: pytest.TempPathFactory
) -> None:
    page = go(visit, portal, Place("", "landkreis2", find="Antrag ausfüllen", page="anlagen"))
    program = tmp_path_factory.mktemp("upload") / "rechnung.pdf"
    program.write_bytes(b"MZ\x90\x00 not a document")
    page.locator("input[type=file]").first.set_input_files(str(program))
    page.get_by_role("button", name="Weiter", exact=True).click()
    assert "rechnung.pdf" in page.locator(".pik-error-summary").inner_text()
    assert "ist keine Datei der Art" in page.locator(".pik-error-summary").inner_text()


def test_a_draft_survives_leaving_the_page(visit: Visit, portal: Portal) -> None:
    place = Place("", "traeger", find="Antrag ausfüllen")
    page = go(visit, portal, place, script=False)
    page.get_by_label("Telefon").fill("0761 4711")
    page.get_by_role("button", name="Entwurf speichern").click()
    assert "Der Entwurf ist gespeichert." in page.locator("[role=status]").first.inner_text()
    page.goto(portal.url + address(portal, place))
    assert page.get_by_label("Telefon").input_value() == "0761 4711"


def test_nobody_loses_a_race_without_being_told(visit: Visit, portal: Portal) -> None:
    """Two people of one office with the same task open: the second learns who has it."""
    place = Place("", "rp", find="Vollständigkeit prüfen")
    first, second = visit(), visit()
    first.be("rp")
    first.open(address(portal, place))
    give_back = first.page.get_by_role("button", name="Zurückgeben", exact=True)
    if give_back.count():
        give_back.click()
    second.be("rp2")
    second.open(address(portal, place))
    first.page.get_by_role("button", name="Übernehmen", exact=True).click()
    second.page.locator(".pik-form__buttons button.kern-btn--primary").first.click()
    text = second.page.inner_text("main")
    assert "Thomas Lindner" in text
    assert second.page.get_by_role("link", name="Zum Vorgang").count() == 1


def test_a_known_number_leads_straight_to_the_case(visit: Visit, portal: Portal) -> None:
    number = "IM-2027-08111-01"
    page = go(visit, portal, Place("", "rp", "/massnahmen"))
    page.get_by_role("searchbox").fill(number)
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/vorgaenge/{number}")


def test_the_cases_of_the_stage_are_there(portal: Portal) -> None:
    found = portal.services.cases.list(PEOPLE.actors["revision"], filter=CaseFilter(), size=100)
    assert found.total == len(STAGE)


def test_what_an_import_would_do_is_for_everybody(visit: Visit, portal: Portal) -> None:
    """The page that only a form leads to, with and without script."""
    for script in (False, True):
        page = go(visit, portal, Place("", "admin", "/werkstatt/1/uebernehmen"), script=script)
        page.get_by_label("Dateien", exact=True).set_input_files([str(one) for one in IMPORTED])
        page.get_by_role("button", name="Ansehen, was daraus wird").click()
        assert "Noch ist nichts übernommen" in page.locator("main").inner_text()
    walk_by_tab(page)
    find_nothing(page)
    page.emulate_media(color_scheme="dark")
    assert page.evaluate(HARD_TO_READ) == []
    page.set_viewport_size({"width": 320, "height": 800})
    assert page.evaluate(WIDER_THAN_THE_PHONE) == []
