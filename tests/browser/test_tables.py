"""A decision table in a real browser: dmn-js changes only what was changed, and the page of forms
closes a gap by keyboard alone."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from axe_playwright_python.sync_playwright import Axe
from conftest import Visit
from live_portal import Portal, serve
from playwright.sync_api import Page, expect
from test_every_page import HARD_TO_READ

from pikflow.engine.decisions.editing.document import Document
from pikflow.host import demo

pytestmark = pytest.mark.browser
ADMIN = demo.load().actors["admin"]
PATH = "workflows/satz.dmn"
FILE = """<?xml version="1.0" encoding="UTF-8"?>
<!-- kept -->
<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" xmlns:x="urn:x"
             id="d" name="Satz" namespace="urn:test">
  <decision id="satz" name="Satz" x:by="hand">
    <decisionTable id="dt" hitPolicy="UNIQUE">
      <input id="i1">
        <inputExpression id="e1" typeRef="number"><text>betrag</text></inputExpression>
      </input>
      <output id="o1" name="satz" typeRef="number" />
      <!-- small ones -->
      <rule id="r1">
        <inputEntry id="c1"><text>&lt; 1000</text></inputEntry>
        <outputEntry id="c2"><text>5</text></outputEntry>
      </rule>
      <rule id="r2">
        <inputEntry id="c3"><text>&gt; 1000</text></inputEntry>
        <outputEntry id="c4"><text>7</text></outputEntry>
      </rule>
    </decisionTable>
  </decision>
</definitions>
"""


@pytest.fixture(scope="module")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    yield from serve(tmp_path_factory.mktemp("tables"), datetime(2026, 11, 20, 9, tzinfo=UTC))


@pytest.fixture
def design(portal: Portal) -> int:
    designs = portal.services.designs
    found: int = designs.start(ADMIN, "Anderer Satz")
    designs.save(ADMIN, found, PATH, FILE.encode(), 0)
    return found


def opened(visit: Visit, design: int, editor: str, **options: bool) -> Page:
    visitor = visit(**options)
    visitor.be("admin")
    return visitor.open(f"/werkstatt/{design}/{editor}/{PATH}")


def text_of(portal: Portal, design: int) -> str:
    data: bytes = portal.services.designs.read(ADMIN, design, PATH).data
    return data.decode()


def test_the_dmn_editor_changes_what_was_changed_alone(
    visit: Visit, portal: Portal, design: int
) -> None:
    page = opened(visit, design, "dmn")
    editor = page.locator("[data-pik-table][data-ready=yes]")
    editor.wait_for()
    assert page.locator("[data-broken]:visible, [data-conflict]:visible").count() == 0
    assert editor.evaluate("e => [...e.pikEditor.missing]") == []
    assert "betrag = 1000" in page.locator("[data-findings]").inner_text()
    assert page.locator(".powered-by-logo, .bjs-powered-by, [class*=powered-by]").first.is_visible()
    axe = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa"]}, context=["main"])
    outside = [v for v in axe.response["violations"] if not _in_canvas(v)]
    assert outside == []
    cell = page.locator("tbody td.output-cell").last
    cell.click()
    page.keyboard.press("ControlOrMeta+A")
    page.keyboard.type("8")
    page.keyboard.press("ControlOrMeta+S")
    expect(page.locator("[data-message]")).to_contain_text("Gespeichert")
    assert text_of(portal, design) == FILE.replace("<text>7<", "<text>8<")


def test_what_is_typed_in_the_dmn_editor_can_be_read_in_the_dark(
    visit: Visit, portal: Portal, design: int
) -> None:
    page = opened(visit, design, "dmn")
    page.locator("[data-pik-table][data-ready=yes]").wait_for()
    page.emulate_media(color_scheme="dark")
    page.locator("tbody td.input-cell").first.click()
    expect(page.locator("tbody .cm-content:focus")).to_contain_text("< 1000")
    assert page.evaluate(HARD_TO_READ) == []


def _in_canvas(violation: dict[str, list[dict[str, list[str]]]]) -> bool:
    """What dmn-js draws itself is not ours to mend; the page of forms is its equal."""
    targets = [" ".join(node["target"]) for node in violation["nodes"]]
    return all("dmn" in target or "tjs" in target for target in targets)


def test_a_gap_is_closed_by_keyboard_without_script(
    visit: Visit, portal: Portal, design: int
) -> None:
    page = opened(visit, design, "tabelle", script=False, narrow=True)
    page.get_by_role("button", name="Zeile dafür anfügen").focus()
    page.keyboard.press("Enter")
    page.get_by_label("Zeile 3, satz").fill("6")
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_contain_text("Keine Lücke, keine Überschneidung")
    page.get_by_label("betrag", exact=True).last.fill("1.000")
    page.get_by_role("button", name="Speichern und ausprobieren").press("Enter")
    expect(page.locator("main")).to_contain_text("Ergebnis: 6")
    assert page.locator("tr.is-hit").get_attribute("id") == "zeile-3"
    sheet = Document(text_of(portal, design).encode(), file=PATH).sheet("satz")
    assert sheet.lines[2].cells == ("1000", "6")


def test_two_people_and_a_lost_connection_lose_nothing(
    visit: Visit, portal: Portal, design: int
) -> None:
    visitor = visit()
    visitor.be("admin")
    page = visitor.open(f"/werkstatt/{design}/dmn/{PATH}")
    page.locator("[data-pik-table][data-ready=yes]").wait_for()
    page.context.set_offline(True)
    page.locator("tbody td.output-cell").last.click()
    page.keyboard.press("ControlOrMeta+A")
    page.keyboard.type("9")
    page.keyboard.press("ControlOrMeta+S")
    expect(page.locator("[data-message]")).to_contain_text("Keine Verbindung")
    theirs = FILE.replace("<text>5<", "<text>4<")
    portal.services.designs.save(ADMIN, design, PATH, theirs.encode(), 1)
    page.context.set_offline(False)
    page.keyboard.press("ControlOrMeta+S")
    expect(page.locator("[data-conflict]")).to_be_visible()
    assert text_of(portal, design) == theirs
    with page.expect_download() as download:
        page.get_by_role("button", name="Meinen Stand herunterladen").click()
    assert ">9<" in download.value.path().read_text()
    assert all("ERR_INTERNET_DISCONNECTED" in fault for fault in visitor.faults)
    visitor.faults.clear()
