"""The form builder in Chromium, by keyboard alone; what is changed is kept and shown at once."""

import pytest
from conftest import Visit
from live_portal import Portal
from playwright.sync_api import Page, expect

from pikflow.forms.editing.changes import new_form
from pikflow.forms.language import load
from pikflow.host import demo

pytestmark = pytest.mark.browser
ADMIN = demo.load().actors["admin"]
PATH = "forms/probe.yaml"
STOPS = 160  # how often Tab may be pressed on the way to a control


class Keyboard:
    """A person without a mouse."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def to(self, selector: str) -> "Keyboard":
        """Press Tab until the control has the focus."""
        for _ in range(STOPS):
            self.page.keyboard.press("Tab")
            if self.page.evaluate("s => document.activeElement.matches(s)", selector):
                return self
        raise AssertionError(f"Tab never comes to {selector}")

    def write(self, selector: str, text: str) -> "Keyboard":
        self.to(selector).page.keyboard.type(text)
        return self

    def press(self, selector: str) -> "Keyboard":
        """Press a button or follow a link, and wait for the page that comes."""
        self.to(selector)
        with self.page.expect_navigation(wait_until="load"):
            self.page.keyboard.press("Enter")
        return self

    def down(self, selector: str, times: int) -> "Keyboard":
        """Choose from a list by its place in it."""
        self.to(selector)
        for _ in range(times):
            self.page.keyboard.press("ArrowDown")
        return self

    def choose(self, selector: str, word: str) -> "Keyboard":
        """Choose from a list by typing how the word begins."""
        self.to(selector).page.keyboard.type(word, delay=20)
        return self


def text_of(portal: Portal, design: int) -> str:
    return portal.services.designs.read(ADMIN, design, PATH).data.decode()


@pytest.fixture
def design(portal: Portal) -> int:
    designs = portal.services.designs
    design = designs.start(ADMIN, "Probe")
    designs.save(ADMIN, design, PATH, new_form("probe", "Probe").encode(), 0)
    return design


def test_a_form_with_a_condition_and_a_sum_is_built_by_keyboard_alone(
    visit: Visit, portal: Portal, design: int
) -> None:
    visitor = visit()
    visitor.be("admin")
    page = visitor.open(f"/werkstatt/{design}/formular/{PATH}?an=sections.0")
    keys = Keyboard(page)
    for label, kind in [
        ("Eigenmittel vorhanden?", "Ja oder"),
        ("Eigenmittel", "Betrag"),
        ("Ausgaben", "Betrag"),
        ("Zuwendung", "Betrag"),
    ]:
        keys.write("#neu-label", label).choose("#neu-art", kind).press("button[value=feld]")
    keys.write("#w-compute", "ausgaben / 2").press("button[value=setzen]:not([aria-hidden])")
    keys.press("a[href*='fields.1']")
    keys.to("#w-visible ~ .pik-rule > summary").page.keyboard.press("Enter")
    keys.down("#w-visible-0-n", 1).down("#w-visible-0-s", 6)
    expect(page.locator("[data-pik-told]")).to_have_text("Gespeichert.")
    expect(page.locator("#w-visible")).to_have_value("ausdruck")
    keys.press("button[value=setzen]:not([aria-hidden])")
    expect(page.locator(".pik-parts [aria-current] small")).to_contain_text("mit Bedingung")
    schema = load(text_of(portal, design), PATH)
    assert schema.field("eigenmittel").visible.text == "eigenmittel_vorhanden"  # type: ignore[union-attr]
    assert schema.field("zuwendung").compute.text == "ausgaben / 2"  # type: ignore[union-attr]


def test_what_is_changed_is_kept_and_shown_at_once(
    visit: Visit, portal: Portal, design: int
) -> None:
    visitor = visit()
    visitor.be("admin")
    page = visitor.open(f"/werkstatt/{design}/formular/{PATH}?an=sections.0&blick=text")
    page.get_by_label("Deutsch").first.fill("Was Sie vorhaben")
    page.get_by_label("Englisch").first.focus()
    expect(page.locator("[data-pik-told]")).to_have_text("Gespeichert.")
    expect(page.locator("#text")).to_have_value(text_of(portal, design))
    expect(page.locator(".pik-parts").get_by_text("Was Sie vorhaben")).to_be_visible()
    assert "title: Was Sie vorhaben" in text_of(portal, design)
