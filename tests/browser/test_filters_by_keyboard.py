"""A filter is kept, opened and deleted by keyboard alone, with and without script."""

import pytest
from conftest import Visit
from playwright.sync_api import expect

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
def test_a_filter_is_kept_by_keyboard(visit: Visit, script: bool) -> None:
    visitor = visit(script=script, narrow=not script)
    visitor.be("landkreis")
    page = visitor.open("/vorgaenge")
    page.get_by_label("Phase").focus()
    page.keyboard.type("Bericht")
    page.get_by_role("button", name="Filtern").press("Enter")
    page.locator("summary", has_text="Diese Auswahl als Filter speichern").press("Enter")
    page.get_by_label("Name des Filters").fill("Nur Berichte")
    page.get_by_label("zuerst öffnen").press("Space")
    page.get_by_role("button", name="Filter speichern").press("Enter")
    expect(page.get_by_text("Der Filter „Nur Berichte“ ist gespeichert.")).to_be_visible()
    visitor.open("/vorgaenge")
    link = page.get_by_role("link", name="Nur Berichte")
    expect(link).to_have_attribute("aria-current", "true")
    expect(page.get_by_label("Phase")).to_have_value("Bericht")
    page.locator("summary", has_text="Filter „Nur Berichte“ ändern").press("Enter")
    page.get_by_role("button", name="Filter löschen").press("Enter")
    expect(page.get_by_text("Der Filter ist gelöscht.")).to_be_visible()
    expect(link).to_have_count(0)
