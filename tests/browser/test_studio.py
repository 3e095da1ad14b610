"""The Werkstatt in the browser: deployed without script, and two people in one draft."""

import re

import pytest
from conftest import Visit
from live_portal import Portal
from playwright.sync_api import Page

from pikflow.host import demo

pytestmark = pytest.mark.browser
PEOPLE = demo.load().actors
FORM = "forms/massnahme_6/antrag.yaml"


def test_a_form_is_made_checked_and_deployed_without_script(visit: Visit, portal: Portal) -> None:
    visitor = visit(script=False)
    visitor.be("admin")
    page = visitor.open("/werkstatt")
    page.get_by_label("Was möchten Sie ändern?").fill("Rückmeldung der Kurse")
    page.get_by_role("button", name="Entwurf beginnen").click()
    page.get_by_label("Art").select_option("form")
    page.get_by_label("Name", exact=True).fill("Rückmeldung")
    page.get_by_role("button", name="Anlegen").click()
    page.get_by_role("link", name="Text", exact=True).click()
    area = page.get_by_label("Text der Datei")
    text = area.input_value()
    area.fill(text.replace("type: textarea", "type: roman"))
    page.get_by_role("button", name="Speichern und prüfen").click()
    assert "roman" in page.locator(".pik-findings").inner_text()
    page.get_by_label("Text der Datei").fill(text)
    page.get_by_role("button", name="Speichern und prüfen").click()
    page.get_by_role("link", name="Rückmeldung der Kurse").click()
    page.get_by_role("link", name="Einspielen …").click()
    assert "forms/rueckmeldung.yaml" in page.inner_text("main")
    page.get_by_label("Warum ändern Sie das?").fill("Kurse sollen sich melden können.")
    page.get_by_role("button", name="Jetzt einspielen").click()
    newest = page.locator(".pik-timeline li").first.inner_text()
    assert "gilt jetzt" in newest and "Nils Weber" in newest
    assert "Kurse sollen sich melden können." in newest and "Rückmeldung (neu)" in newest
    assert "forms/rueckmeldung.yaml" in portal.services.definitions.files()


def append(page: Page, text: str) -> None:
    """Write at the end of a file that is open in the text editor."""
    page.get_by_label("Text der Datei").focus()
    page.keyboard.press("Control+End")
    page.keyboard.insert_text(text)


def test_two_in_one_draft_see_each_other_and_lose_nothing(visit: Visit, portal: Portal) -> None:
    designs, admin = portal.services.designs, PEOPLE["admin"]
    design = designs.start(admin, "Zu zweit")
    designs.share(admin, design, True)
    address = f"/werkstatt/{design}/text/{FORM}"
    first, second = visit(), visit()
    first.be("admin")
    second.be("admin2")
    first.open(address).wait_for_load_state("networkidle")
    page = second.open(address)
    page.get_by_text(f"{admin.name} hat diese Datei auch offen").wait_for()
    append(page, "# von Jana\n")
    page.get_by_role("button", name="Speichern und prüfen").click()
    page = first.page
    append(page, "# von Nils\n")
    page.get_by_role("button", name="Speichern und prüfen").click()
    assert re.search("Jana Krüger hat diese Datei inzwischen gespeichert", page.inner_text("main"))
    assert "# von Jana" in page.locator(".pik-compare").inner_text()
    mine = page.get_by_role("textbox", name="Ihr Text")
    assert mine.input_value().endswith("# von Nils\n")
    mine.fill(mine.input_value() + "# von Jana\n")
    page.get_by_role("button", name="Meinen Text speichern").click()
    stored = designs.read(admin, design, FORM)
    assert stored.version == 2 and stored.data.endswith(b"# von Nils\n# von Jana\n")
