"""The diagram editor in Chromium: open, change, draw, findings, save, conflict, lost connection.

`visit` fails a test for any console error and for whatever the Content-Security-Policy blocked.
"""

import difflib
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from conftest import Visit
from live_portal import Portal, serve
from playwright.sync_api import Page, expect
from test_every_page import STANDARD

from pikflow.engine.editing.merging import merge
from pikflow.host import demo

pytestmark = pytest.mark.browser
WORKFLOWS = Path(__file__).parents[2] / "workflows"
ADMIN = demo.load().actors["admin"]
PATH = "workflows/aenderung.bpmn"
STEP, FLOW = "Pruefen_Aenderung", "Fluss_Frage_Folge_Pruefen_Antrag_Neu"
EDITOR = "document.querySelector('[data-pik-diagram]').pikEditor"
SELECT = f"""id => {{ const modeler = {EDITOR}.modeler;
    modeler.get('selection').select(modeler.get('elementRegistry').get(id)); }}"""


@pytest.fixture(scope="module")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    yield from serve(tmp_path_factory.mktemp("studio"), datetime(2026, 11, 20, 9, tzinfo=UTC))


@pytest.fixture
def design(portal: Portal) -> int:
    number: int = portal.services.designs.start(ADMIN, "Änderungen schneller prüfen")
    return number


def open_editor(visit: Visit, design: int, path: str = PATH, **options: bool) -> Page:
    visitor = visit(**options)
    visitor.be("admin")
    page = visitor.open(f"/werkstatt/{design}/diagramm/{path}")
    page.locator("[data-ready=yes]").wait_for()
    return page


def text_of(portal: Portal, design: int, path: str = PATH) -> str:
    return str(portal.services.designs.read(ADMIN, design, path).data, "utf-8")


def changes(before: str, after: str) -> list[str]:
    lines = difflib.ndiff(before.splitlines(), after.splitlines())
    return [line for line in lines if line[0] in "+-"]


def message(page: Page) -> Any:
    return page.locator("[data-message]")


def rename(page: Page, element: str, name: str) -> None:
    page.evaluate(SELECT, element)
    group = page.locator("[data-group-id=group-general]")
    if not group.locator("[data-entry-id=name]").is_visible():
        group.locator(".bio-properties-panel-group-header-title").click()
    group.get_by_label("Name", exact=True).fill(name)


def test_a_property_is_changed_and_only_it_is_saved(
    visit: Visit, portal: Portal, design: int
) -> None:
    page = open_editor(visit, design)
    page.evaluate(SELECT, STEP)
    panel = page.locator("[data-panel]")
    expect(panel.get_by_label("Formular", exact=True)).to_have_value("aenderung_pruefung")
    panel.get_by_label("Knopf zum Abschließen").fill("Prüfung beenden")
    panel.get_by_label("Antrag neu fachlich prüfen").check()
    expect(message(page)).to_contain_text(re.compile(r"Entwurf gespeichert um \d\d:\d\d Uhr"))
    before = (WORKFLOWS / "aenderung.bpmn").read_text(encoding="utf-8")
    lines = changes(before, text_of(portal, design))
    assert len(lines) == 2
    assert 'pik:submit="Prüfung beenden"' in lines[1]
    assert 'pik:fourEyes="Pruefen_Antrag_Neu"' in lines[1]
    expect(page.locator("[data-panel]")).not_to_contain_text("<empty>")


def test_a_condition_is_completed_with_the_names_known_there(visit: Visit, design: int) -> None:
    page = open_editor(visit, design)
    page.evaluate(SELECT, FLOW)
    page.locator("[data-findings][data-checked=yes]").wait_for()
    field = page.get_by_label("Diesen Weg nehmen, wenn")
    field.click()
    page.keyboard.press("Control+End")
    page.keyboard.type(" and antrag.beantragt", delay=20)
    offer = page.get_by_role("option", name="antrag.beantragt_eur")
    expect(offer).to_contain_text("Betrag")
    offer.click()
    expect(field).to_contain_text("and antrag.beantragt_eur")


def test_a_step_is_drawn_and_what_is_missing_is_said_at_once(
    visit: Visit, portal: Portal, design: int
) -> None:
    page = open_editor(visit, design)
    page.evaluate(SELECT, "Aufnehmen_Aenderung")
    page.locator(".djs-context-pad [data-action='append.append-task']").click()
    expect(page.locator(".djs-element.selected")).to_have_count(1)
    page.keyboard.press("Escape")
    findings = page.locator("[data-list] li")
    told = findings.filter(has_text="hat keine Art und gilt als manuelle Aufgabe")
    expect(told).to_have_count(1)
    expect(told.locator("code")).to_have_text("task-untyped")
    page.evaluate(SELECT, "Start_Aenderung")
    told.get_by_role("button").click()
    expect(page.locator("[data-panel]")).to_contain_text("Aufgabe")
    expect(page.locator(".pik-mark--warning").first).to_be_visible()
    expect(message(page)).to_contain_text("Entwurf gespeichert")
    expect(findings.filter(has_text="implicit-split")).to_have_count(1)  # only the server knows it
    assert text_of(portal, design).count("<bpmn:task ") == 1


def test_a_step_for_each_entry_of_a_list_keeps_its_list(
    visit: Visit, portal: Portal, design: int
) -> None:
    path = "workflows/weitergabe.bpmn"
    page = open_editor(visit, design, path)
    page.evaluate(SELECT, "Dokumentieren_Weitergabe")
    panel = page.locator("[data-panel]")
    expect(panel.get_by_label("Liste", exact=True)).to_have_value("weitergabe.empfaenger")
    panel.get_by_label("Liste", exact=True).fill("weitergabe.gemeinden")
    panel.get_by_label("Ein Eintrag heißt").fill("gemeinde")
    page.locator("[data-do=save]").click()
    expect(message(page)).to_have_text("Alles ist gespeichert.")
    before = (WORKFLOWS / "weitergabe.bpmn").read_text(encoding="utf-8")
    lines = changes(before, text_of(portal, design, path))
    assert len(lines) == 2
    assert ">weitergabe.gemeinden</bpmn:loopDataInputRef>" in lines[1]
    assert 'name="gemeinde"/>' in lines[1]


def test_opening_and_saving_unchanged_sends_nothing(
    visit: Visit, portal: Portal, design: int
) -> None:
    page = open_editor(visit, design)
    sent: list[str] = []
    page.on("request", lambda one: sent.append(one.url) if one.method == "POST" else None)
    page.locator("[data-do=save]").click()
    expect(message(page)).to_have_text("Alles ist gespeichert.")
    assert [url for url in sent if "/diagramm/" in url] == []
    assert portal.services.designs.read(ADMIN, design, PATH).version == 0


RENAMED = f"""async text => {{
    const modeler = {EDITOR}.modeler;
    await modeler.importXML(text);
    const xml = async () => (await modeler.saveXML({{format: true}})).xml;
    const before = await xml();
    const node = modeler.get('elementRegistry').find(e => e.type === 'bpmn:UserTask');
    modeler.get('modeling').updateProperties(node, {{name: 'Anders & neu'}});
    const after = await xml();
    modeler.get('modeling').updateProperties(node, {{name: node.businessObject.name}});
    return [before, after, modeler.get('canvas').getRootElement().children.length]; }}"""
FOREIGN = """<?xml version='1.0'?>
<!-- von Hand --><definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"
  xmlns:x="urn:fremd" targetNamespace='urn:a' id="d"><process id="p" isExecutable="true" x:amt='RP'>
  <startEvent id="s" x:farbe="rot"/><!-- dazwischen -->
  <userTask id='t' name='Tun' x:ampel="grün"><extensionElements><x:plan tage="3"/>
  </extensionElements></userTask>
</process>
<BPMNDiagram xmlns="http://www.omg.org/spec/BPMN/20100524/DI" id="b">
<BPMNPlane id="q" bpmnElement="p"><BPMNShape id="ts" bpmnElement="t">
<Bounds xmlns="http://www.omg.org/spec/DD/20100524/DC" x="1.5" y="2" width="100" height="80"/>
</BPMNShape></BPMNPlane></BPMNDiagram></definitions>
"""


def test_a_change_in_any_of_our_diagrams_changes_one_line(visit: Visit, design: int) -> None:
    """What bpmn-js really writes, put into the file by what really merges it."""
    page = open_editor(visit, design)
    texts = {file.name: file.read_text(encoding="utf-8") for file in WORKFLOWS.glob("*.bpmn")}
    for name, text in {**texts, "foreign": FOREIGN}.items():
        if "<bpmn:userTask" not in text and name != "foreign":
            continue
        before, after, drawn = page.evaluate(RENAMED, text)
        found = merge(text.encode(), before, after, file=name).decode()
        lines = changes(text, found)
        assert drawn
        assert [line[0] for line in lines if "?" not in line[0]] == ["-", "+"], name
        assert "Anders &amp; neu" in lines[-1], name
        assert merge(text.encode(), before, before, file=name).decode() == text
    page.evaluate("addEventListener('beforeunload', e => e.stopImmediatePropagation(), true)")


def test_who_was_slower_sees_both_and_loses_nothing(
    visit: Visit, portal: Portal, design: int
) -> None:
    designs = portal.services.designs
    page = open_editor(visit, design)
    theirs = text_of(portal, design).replace("Mitteilung aufnehmen", "Mitteilung lesen")
    designs.save(ADMIN, design, PATH, theirs.encode(), 0)
    rename(page, STEP, "Änderung genau prüfen")
    dialog = page.locator("[data-conflict]")
    expect(dialog).to_contain_text(f"{ADMIN.name} hat diese Datei gespeichert")
    dialog.get_by_role("button", name="Unterschiede ansehen").click()
    compared = page.locator("[data-comparison]")
    expect(compared.locator("[data-changes]")).to_contain_text("Mitteilung lesen → Mitteilung auf")
    compared.get_by_role("button", name="Schließen").click()
    dialog.get_by_role("button", name="Meinen Stand speichern").click()
    expect(message(page)).to_contain_text("Entwurf gespeichert")
    assert "Änderung genau prüfen" in text_of(portal, design)
    assert "Mitteilung aufnehmen" in text_of(portal, design)
    assert b"Mitteilung lesen" in designs.text_of(ADMIN, design, PATH, 1)


def test_a_lost_connection_and_an_ended_session_lose_nothing(
    visit: Visit, portal: Portal, design: int
) -> None:
    visitor = visit()
    page = open_editor(lambda: visitor, design)
    page.route("**/diagramm/**", lambda route: route.abort())
    rename(page, STEP, "Ohne Netz geprüft")
    expect(message(page)).to_contain_text("Keine Verbindung. Ihr Stand bleibt in diesem Browser")
    page.unroute("**/diagramm/**")
    page.evaluate("dispatchEvent(new Event('online'))")
    expect(message(page)).to_contain_text("Entwurf gespeichert")
    assert "Ohne Netz geprüft" in text_of(portal, design)
    assert visitor.faults.pop() == "Failed to load resource: net::ERR_FAILED"

    tab = page.context.new_page()
    visitor.keys.pop("admin")  # ends with the session
    tab.goto(f"{portal.url}/werkstatt")
    tab.locator(".pik-person summary").click()
    tab.get_by_role("button", name="Abmelden").click()
    rename(page, STEP, "Abgemeldet geprüft")
    expect(message(page)).to_contain_text("Sie sind abgemeldet")
    page.on("dialog", lambda dialog: dialog.accept())
    tab.goto(f"{portal.url}/anmelden")
    tab.locator("button[name=persona][value=admin]").click()
    page.reload()
    page.locator("[data-ready=yes]").wait_for()
    kept = page.locator("[data-kept]")
    expect(kept).to_contain_text("gibt es einen Stand, der nicht gespeichert werden konnte")
    kept.get_by_role("button", name="Diesen Stand übernehmen").click()
    expect(message(page)).to_contain_text("Entwurf gespeichert")
    assert "Abgemeldet geprüft" in text_of(portal, design)


def test_everything_is_german_and_reachable(visit: Visit, design: int) -> None:
    """Tools, menus and the simulation; no text of a library without German; axe around it."""
    page = open_editor(visit, design)
    page.keyboard.press("Tab")
    page.evaluate(SELECT, STEP)
    for action in ("replace", "append", "set-color"):
        page.locator(f".djs-context-pad [data-action={action}]").click()
        page.locator(".djs-popup").wait_for()
        page.keyboard.press("Escape")
    for name in ("minimap", "simulate"):
        button = page.locator(f"[data-do={name}]")
        for state in ("true", "false"):
            button.click()
            expect(button).to_have_attribute("aria-pressed", state)
    page.locator("[data-do=search]").click()
    page.keyboard.type("freigeben")
    expect(page.locator(".djs-search-result").first).to_be_visible()
    page.keyboard.press("Escape")
    for menu, suffix in (("svg", ".svg"), ("png", ".png"), ("file", ".bpmn")):
        page.locator(".pik-diagram__menu > summary").click()
        with page.expect_download() as download:
            page.locator(f"[data-do={menu}]").click()
        assert download.value.suggested_filename == f"aenderung{suffix}"
    assert page.evaluate(f"[...{EDITOR}.missing]") == []
    logo = page.locator(".bjs-powered-by")
    box = logo.bounding_box()
    assert box
    top = "([x, y]) => !!document.elementFromPoint(x, y).closest('.bjs-powered-by')"
    assert page.evaluate(top, [box["x"] + box["width"] / 2, box["y"] + box["height"] / 2])
    around = {"exclude": [[".djs-container"], [".bio-properties-panel"]]}
    options = {"runOnly": {"type": "tag", "values": STANDARD}}
    found = Axe().run(page, context=around, options=options)
    assert found.violations_count == 0, found.generate_report()
    page.locator("[data-do=help]").click()
    expect(page.get_by_role("dialog")).to_contain_text("Element anhängen")


def test_steps_are_copied_from_one_diagram_into_another(
    visit: Visit, portal: Portal, design: int
) -> None:
    page = open_editor(visit, design)
    copy = f"""id => {{ const m = {EDITOR}.modeler;
        m.get('copyPaste').copy([m.get('elementRegistry').get(id)]); }}"""
    page.evaluate(copy, STEP)
    other = "workflows/weitergabe.bpmn"
    page.goto(f"{portal.url}/werkstatt/{design}/diagramm/{other}")
    page.locator("[data-ready=yes]").wait_for()
    paste = f"""() => {{ const m = {EDITOR}.modeler;
        const pool = m.get('elementRegistry').find(e => e.type === 'bpmn:Participant');
        const point = {{x: pool.x + 300, y: pool.y + 120}};
        m.get('copyPaste').paste({{element: pool, point}}); }}"""
    page.evaluate(paste)
    expect(message(page)).to_contain_text("Entwurf gespeichert")
    assert 'pik:form="aenderung_pruefung"' in text_of(portal, design, other)


def test_a_process_of_sixty_elements_opens_in_three_seconds(visit: Visit, design: int) -> None:
    """Processor time of the page, which does not grow with what else this machine does."""
    page = open_editor(visit, design, "workflows/bw_schuetzt.bpmn")
    chromium = page.context.new_cdp_session(page)
    chromium.send("Performance.enable", {"timeDomain": "threadTicks"})
    page.reload()
    page.locator("[data-ready=yes]").wait_for()
    metrics = chromium.send("Performance.getMetrics")["metrics"]
    spent = {one["name"]: one["value"] for one in metrics}
    count = (
        f"{EDITOR}.modeler.get('elementRegistry').filter(e => !e.labelTarget && e.parent).length"
    )
    assert page.evaluate(count) >= 60
    assert 0 < spent["TaskDuration"] < 3


def test_called_processes_open_and_a_phone_is_told_where_to_go(visit: Visit, design: int) -> None:
    page = open_editor(visit, design, "workflows/bw_schuetzt.bpmn")
    call = f"{EDITOR}.modeler.get('elementRegistry').find(e => e.type === 'bpmn:CallActivity').id"
    page.evaluate(SELECT, page.evaluate(call))
    link = page.locator(".pik-panel-link a")
    expect(link).to_have_attribute("href", re.compile(rf"/werkstatt/{design}/diagramm/workflows/"))
    page.set_viewport_size({"width": 320, "height": 800})
    expect(page.locator(".pik-diagram__small")).to_be_visible()
    expect(page.locator(".pik-diagram__work")).to_be_hidden()
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_a_file_that_is_no_diagram_says_so_and_stays(
    visit: Visit, portal: Portal, design: int
) -> None:
    broken = b"<definitions xmlns='http://www.omg.org/spec/BPMN/20100524/MODEL'><process"
    portal.services.designs.save(ADMIN, design, PATH, broken, 0)
    visitor = visit()
    visitor.be("admin")
    page = visitor.open(f"/werkstatt/{design}/diagramm/{PATH}")
    expect(page.locator("[data-broken]")).to_contain_text("lässt sich nicht zeichnen")
    assert portal.services.designs.read(ADMIN, design, PATH).data == broken
