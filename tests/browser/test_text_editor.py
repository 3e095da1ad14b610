"""The editor of YAML in Chromium: what it offers, marks and takes back, by keyboard, and with the
form builder beside it."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from conftest import Visit
from live_portal import Portal
from playwright.sync_api import Locator, Page, expect

from pikflow.host import demo

pytestmark = pytest.mark.browser
# The list of completions scrolls with the arrows of the text, which keeps the focus.
AXE = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "best-practice"],
    "rules": {"scrollable-region-focusable": {"enabled": False}},
}
ADMIN = demo.load().actors["admin"]
PATH = "forms/probe.yaml"
TEXT = """\
pikform: 1 # bleibt
id: probe
version: 1
title: Probe
sections:
  - id: angaben
    title: Angaben
    fields:
      - id: wahl
        type: choice
        label: Wahl
        options: {a: Eins, b: Zwei}
      - {id: rest, type: text, label: Rest}
"""
# What is offered where § stands: some of it, and something that is not.
OFFERED = [
    (TEXT + "§", "checks", "fields"),
    (TEXT.replace("label: Wahl", "label: Wahl\n        §"), "required", "label"),
    (TEXT.replace("label: Wahl", "label: Wahl\n        display: §"), "radio", "checkbox"),
    (TEXT.replace("type: choice", "type: §"), "money", "radio"),
    (TEXT.replace("label: Rest}", "label: Rest, §}"), "visible", "rows"),
    (TEXT.replace("label: Rest}", "label: Rest, width: §}"), "m", "true"),
    (TEXT + "checks:\n  - §", "assert", "options"),
    (TEXT + "checks:\n  - assert: 'x'\n    severity: §", "warning", "radio"),
]


@pytest.fixture
def design(portal: Portal) -> int:
    designs = portal.services.designs
    design = designs.start(ADMIN, "Probe")
    designs.save(ADMIN, design, PATH, TEXT.encode(), 0)
    return design


def text_of(portal: Portal, design: int) -> str:
    return portal.services.designs.read(ADMIN, design, PATH).data.decode()


def editor(page: Page) -> Locator:
    return page.get_by_label("Text der Datei")


def write(page: Page, text: str) -> None:
    """The text as if pasted, with the cursor where § stands in it."""
    editor(page).focus()
    page.keyboard.press("Control+a")
    page.keyboard.insert_text(text.replace("§", ""))
    page.keyboard.press("Control+Home")
    before = text.split("§")[0].split("\n")
    for _ in before[1:]:
        page.keyboard.press("ArrowDown")
    for _ in before[-1]:
        page.keyboard.press("ArrowRight")


def test_the_schema_of_the_language_is_offered_where_it_holds(visit: Visit, design: int) -> None:
    visitor = visit()
    visitor.be("admin")
    page = visitor.open(f"/werkstatt/{design}/text/{PATH}")
    offers = page.locator(".cm-tooltip-autocomplete")
    for text, offered, not_offered in OFFERED:
        write(page, text)
        page.keyboard.press("Control+Space")
        offers.wait_for()
        labels = offers.locator(".cm-completionLabel").all_inner_texts()
        assert offered in labels and not_offered not in labels, (text, labels)
        page.keyboard.press("Escape")
        offers.wait_for(state="detached")


def test_a_word_is_chosen_by_keyboard_and_taken_back(
    visit: Visit, portal: Portal, design: int
) -> None:
    visitor = visit()
    visitor.be("admin")
    page = visitor.open(f"/werkstatt/{design}/text/{PATH}")
    write(page, TEXT.replace("type: choice", "type: mon§"))
    page.keyboard.press("Control+Space")
    chosen = page.locator(".cm-tooltip-autocomplete [aria-selected]")
    expect(chosen.locator(".cm-completionLabel")).to_have_text("money")
    expect(page.locator(".cm-completionInfo")).to_have_text("Betrag in Euro")
    assert Axe().run(page, options=AXE).violations_count == 0
    page.wait_for_timeout(150)  # CodeMirror takes no Enter in the moment a list comes up
    page.keyboard.press("Enter")
    expect(page.locator("#text")).to_have_value(TEXT.replace("type: choice", "type: money"))
    page.keyboard.press("Control+z")
    expect(page.locator("#text")).to_have_value(TEXT.replace("type: choice", "type: mon"))
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent.trim()") == "Speichern und prüfen"
    page.keyboard.press("Enter")
    page.wait_for_url("**geprueft=1")
    assert "type: mon\n" in text_of(portal, design)


def test_what_the_check_finds_is_marked_and_led_to(visit: Visit, design: int) -> None:
    visitor = visit()
    visitor.be("admin")
    page = visitor.open(f"/werkstatt/{design}/text/{PATH}")
    write(page, TEXT.replace("type: choice", "type: rat§"))
    expect(page.locator(".pik-text__told")).to_contain_text("Fehler: 1")
    expect(page.locator(".cm-lintRange-error")).to_have_text("type: rat")
    page.keyboard.press("Control+Home")
    page.keyboard.press("F8")
    selected = page.evaluate("getSelection().toString()")
    assert selected == "type: rat"
    page.keyboard.press("Control+Shift+M")
    expect(page.get_by_role("listbox", name="Befunde")).to_contain_text("Feldart „rat“")


def test_the_text_and_the_builder_follow_each_other(
    visit: Visit, portal: Portal, design: int
) -> None:
    visitor = visit()
    visitor.be("admin")
    page = visitor.open(f"/werkstatt/{design}/formular/{PATH}?an=sections.0.fields.0&blick=text")
    write(page, TEXT.replace("label: Wahl", "label: Ihre Wahl§"))
    expect(page.locator("[data-pik-kept]")).to_have_text("Gespeichert.")
    expect(page.locator(".pik-parts").get_by_text("Ihre Wahl")).to_be_visible()
    label = page.locator('[name="w.label"]')
    expect(label).to_have_value("Ihre Wahl")
    label.fill("Unsere Wahl")
    page.locator('[name="w.hint"]').focus()
    expect(page.locator("[data-pik-panel] [data-pik-told]")).to_have_text("Gespeichert.")
    expect(page.locator("#text")).to_have_value(TEXT.replace("label: Wahl", "label: Unsere Wahl"))
    expect(editor(page)).to_contain_text("label: Unsere Wahl")
    editor(page).focus()
    page.keyboard.press("Control+z")
    expect(page.locator("#text")).to_have_value(TEXT.replace("label: Wahl", "label: Ihre Wahl"))
    expect(label).to_have_value("Ihre Wahl")
    assert "label: Ihre Wahl" in text_of(portal, design)


def test_half_a_text_is_neither_kept_nor_lost(visit: Visit, portal: Portal, design: int) -> None:
    visitor = visit()
    visitor.be("admin")
    page = visitor.open(f"/werkstatt/{design}/formular/{PATH}?an=sections.0.fields.0&blick=text")
    write(page, TEXT + "checks: [§")
    expect(page.locator("[data-pik-kept]")).to_contain_text("kein gültiges YAML")
    page.locator('[name="w.label"]').fill("Andere")
    page.locator("[data-pik-panel] .pik-part__save button").click()
    page.wait_for_timeout(500)
    assert page.locator("#text").input_value() == TEXT + "checks: ["
    assert text_of(portal, design) == TEXT


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_it_is_readable_on_a_phone_and_in_the_dark(visit: Visit, design: int, dark: bool) -> None:
    visitor = visit(dark=dark, narrow=True)
    visitor.be("admin")
    page = visitor.open(f"/werkstatt/{design}/text/{PATH}")
    write(page, TEXT.replace("type: choice", "type: §"))
    page.keyboard.press("Control+Space")
    page.locator(".cm-tooltip-autocomplete").wait_for()
    found = Axe().run(page, options=AXE)
    assert found.violations_count == 0, found.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
