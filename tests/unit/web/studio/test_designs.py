"""The pages of the Werkstatt, as the administration sees them; no script is needed."""

import io
import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from pikflow.host import demo
from pikflow.services.studio.designs import Designs

SignIn = Callable[[str], FlaskClient]
ADMIN = demo.load().actors["admin"]
FORM, PROCESS = "forms/inturo/antrag.yaml", "workflows/inturo.bpmn"


@pytest.fixture
def designs(app: Flask) -> Designs:
    return app.extensions["pikflow"].services.designs


@pytest.fixture
def design(designs: Designs) -> int:
    return designs.start(ADMIN, "Anderer Satz")


@pytest.fixture
def admin(sign_in: SignIn) -> FlaskClient:
    return sign_in("admin")


def token(admin: FlaskClient) -> str:
    page = admin.get("/werkstatt").get_data(as_text=True)
    return re.search(r'name="csrf_token" value="([^"]+)"', page)[1]


def post(admin: FlaskClient, path: str, **data: Any) -> Any:
    return admin.post(path, data={"csrf_token": token(admin), **data}, follow_redirects=True)


def text_of(page: Any) -> str:
    return page.get_data(as_text=True)


def test_the_menu_leads_there_only_for_the_administration(sign_in: SignIn) -> None:
    assert 'href="/werkstatt"' in text_of(sign_in("admin").get("/massnahmen"))
    assert 'href="/werkstatt"' not in text_of(sign_in("rp").get("/massnahmen"))


def test_a_design_is_begun_and_listed(admin: FlaskClient) -> None:
    page = post(admin, "/werkstatt", titel="Satz ab 2027")
    assert page.request.path.startswith("/werkstatt/")
    assert "Satz ab 2027" in text_of(page) and "nur für Sie sichtbar" in text_of(page)
    assert "Satz ab 2027" in text_of(admin.get("/werkstatt"))


def test_without_a_name_no_design_begins(admin: FlaskClient) -> None:
    page = admin.post("/werkstatt", data={"csrf_token": token(admin), "titel": " "})
    assert page.status_code == 400 and "braucht einen Namen" in text_of(page)


def test_text_is_edited_saved_and_checked(
    admin: FlaskClient, designs: Designs, design: int
) -> None:
    address = f"/werkstatt/{design}/text/{FORM}"
    before = designs.read(ADMIN, design, FORM).data.decode()
    shown = text_of(admin.get(address))
    assert "<textarea" in shown and "pikform: 1" in shown
    broken = before.replace("pikform: 1", "pikform: 1\nunsinn: ja", 1).replace("\n", "\r\n")
    page = post(admin, address, text=broken, version="0")
    assert "Befunde dieser Datei" in text_of(page) and "unsinn" in text_of(page)
    stored = designs.read(ADMIN, design, FORM)
    assert stored.version == 1 and b"\r" not in stored.data
    assert "in diesem Entwurf geändert" in text_of(admin.get(f"/werkstatt/{design}?geprueft=1"))


def test_saving_unchanged_text_changes_no_byte(
    admin: FlaskClient, designs: Designs, design: int
) -> None:
    for path in (FORM, PROCESS):
        before = designs.read(ADMIN, design, path)
        typed = before.data.decode().replace("\n", "\r\n")
        post(admin, f"/werkstatt/{design}/text/{path}", text=typed, version="0")
        assert designs.read(ADMIN, design, path) == before


def test_who_comes_second_sees_both_texts(
    admin: FlaskClient, designs: Designs, design: int
) -> None:
    before = designs.read(ADMIN, design, FORM).data
    designs.save(ADMIN, design, FORM, before + b"# theirs\n", 0)
    address = f"/werkstatt/{design}/text/{FORM}"
    mine = before.decode() + "# mine\n"
    page = post(admin, address, text=mine, version="0")
    assert page.status_code == 409
    assert "# theirs" in text_of(page) and "# mine" in text_of(page)
    post(admin, address, text=mine, version="1")
    assert designs.read(ADMIN, design, FORM).data.decode() == mine


def test_an_old_version_can_be_looked_at(admin: FlaskClient, designs: Designs, design: int) -> None:
    designs.save(ADMIN, design, FORM, b"pikform: 1\n# first\n", 0)
    designs.save(ADMIN, design, FORM, b"pikform: 1\n# second\n", 1)
    assert "# first" in text_of(admin.get(f"/werkstatt/{design}/text/{FORM}?fassung=1"))
    assert admin.get(f"/werkstatt/{design}/text/{FORM}?fassung=9").status_code in (200, 404)


@pytest.mark.parametrize(("kind", "path"), [
    ("bpmn", "workflows/neuer_kurs.bpmn"), ("form", "forms/neuer_kurs.yaml"),
    ("dmn", "workflows/neuer_kurs.dmn"),
])  # fmt: skip
def test_a_new_file_is_valid_from_the_start(
    admin: FlaskClient, designs: Designs, design: int, kind: str, path: str
) -> None:
    page = post(admin, f"/werkstatt/{design}/neu", art=kind, name="Neuer Kurs")
    assert page.status_code == 200 and path in page.request.path
    found = [f for f in designs.check(ADMIN, design) if f.file == path and f.severity == "error"]
    assert found == []
    again = post(admin, f"/werkstatt/{design}/neu", art=kind, name="Neuer Kurs")
    assert again.status_code == 400 and "gibt es in diesem Entwurf schon" in text_of(again)


def test_sharing_renaming_putting_aside(admin: FlaskClient, designs: Designs, design: int) -> None:
    assert "geteilt" in text_of(post(admin, f"/werkstatt/{design}/teilen", geteilt="1"))
    assert designs.view(ADMIN, design).shared
    assert "Neuer Name" in text_of(post(admin, f"/werkstatt/{design}/titel", titel="Neuer Name"))
    assert "Der Entwurf ist abgelegt" in text_of(post(admin, f"/werkstatt/{design}/ablegen"))
    assert designs.view(ADMIN, design).state == "discarded"
    post(admin, f"/werkstatt/{design}/zurueckholen")
    assert designs.view(ADMIN, design).state == "open"


def test_files_go_out_and_come_in_again(admin: FlaskClient, designs: Designs, design: int) -> None:
    packed = admin.get(f"/werkstatt/{design}/alles.zip")
    assert packed.headers["Content-Disposition"].startswith("attachment")
    upload = (io.BytesIO(packed.data), "alles.zip")
    page = post(admin, f"/werkstatt/{design}/aufnehmen", dateien=upload)
    assert "unverändert" in text_of(page)
    one = (io.BytesIO(b"pikform: 1\n"), "neu.yaml")
    post(admin, f"/werkstatt/{design}/aufnehmen", dateien=one, ordner="forms")
    assert designs.read(ADMIN, design, "forms/neu.yaml").data == b"pikform: 1\n"
    got = admin.get(f"/werkstatt/{design}/herunterladen/forms/neu.yaml")
    assert got.data == b"pikform: 1\n" and "sandbox" in got.headers["Content-Security-Policy"]


def test_a_wrong_upload_is_refused_by_name(admin: FlaskClient, design: int) -> None:
    page = post(admin, f"/werkstatt/{design}/aufnehmen", dateien=(io.BytesIO(b"x"), "bild.png"))
    assert page.status_code == 400 and "bild.png" in text_of(page)


def test_a_change_is_taken_back(admin: FlaskClient, designs: Designs, design: int) -> None:
    designs.save(ADMIN, design, FORM, b"pikform: 1\n", 0)
    post(admin, f"/werkstatt/{design}/verwerfen/{FORM}", version="1")
    assert designs.view(ADMIN, design).touched == ()
    post(admin, f"/werkstatt/{design}/entfernen/{FORM}", version="2")
    assert designs.view(ADMIN, design).touched[0].state == "removed"


def test_what_breaks_something_else_is_not_deployed(
    admin: FlaskClient, designs: Designs, design: int
) -> None:
    designs.remove(ADMIN, design, FORM, 0)
    page = text_of(admin.get(f"/werkstatt/{design}/einspielen"))
    assert "kann der Entwurf nicht eingespielt werden" in page and "Jetzt einspielen" not in page


def test_a_foreign_or_missing_design_is_not_there(sign_in: SignIn, admin: FlaskClient) -> None:
    assert admin.get("/werkstatt/999999").status_code == 404
    assert admin.get("/werkstatt/999999/text/x.yaml").status_code == 404
    assert sign_in("rp").get("/werkstatt").status_code == 403
