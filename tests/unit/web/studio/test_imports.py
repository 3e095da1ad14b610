"""Files of other products come into a design: first all notes, then the files, originals kept."""

import io
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from markupsafe import escape

from pikflow.errors import Invalid
from pikflow.host import demo
from pikflow.services.studio.designs import Designs

SignIn = Callable[[str], FlaskClient]
ADMIN, COLLEAGUE = (demo.load().actors[name] for name in ("admin", "admin2"))
FOREIGN = Path(__file__).parents[3] / "data" / "foreign"
PROCESS = FOREIGN / "imports" / "camunda7-urlaub.bpmn"
FORM = FOREIGN / "forms" / "foerderantrag.form"


@pytest.fixture
def designs(app: Flask) -> Designs:
    return app.extensions["pikflow"].services.designs


@pytest.fixture
def design(designs: Designs) -> int:
    return designs.start(ADMIN, "Aus Camunda")


@pytest.fixture
def admin(sign_in: SignIn) -> FlaskClient:
    return sign_in("admin")


def token(admin: FlaskClient, address: str) -> str:
    page = admin.get(address).get_data(as_text=True)
    return re.search(r'name="csrf_token" value="([^"]+)"', page)[1]


def upload(admin: FlaskClient, design: int, *files: tuple[str, bytes]) -> str:
    address = f"/werkstatt/{design}/uebernehmen"
    given = [(io.BytesIO(data), name) for name, data in files]
    data = {"csrf_token": token(admin, address), "dateien": given}
    return admin.post(address, data=data).get_data(as_text=True)


def content_of(page: str) -> str:
    return re.search(r'name="inhalt" value="([^"]*)"', page)[1]


def seen_of(page: str) -> str:
    return re.search(r'name="stand" value="([^"]*)"', page)[1]


def confirm(
    admin: FlaskClient, design: int, content: str, follow: bool = False, seen: str = ""
) -> object:
    address = f"/werkstatt/{design}/uebernehmen"
    data = {"csrf_token": token(admin, address), "inhalt": content, "stand": seen}
    return admin.post(f"{address}/ja", data=data, follow_redirects=follow)


def test_notes_are_shown_before_anything_is_taken_in(
    admin: FlaskClient, designs: Designs, design: int
) -> None:
    before = designs.view(ADMIN, design)
    page = upload(admin, design, (PROCESS.name, PROCESS.read_bytes()))
    for group in ("Fehlt", "Übersetzt", "Behalten, ohne Wirkung"):
        assert group in page
    assert "vacation_days &lt;= 10 and reason == &#34;rest&#34;" in page
    assert "workflows/camunda7-urlaub.bpmn" in page and "forms/antrag.yaml" in page
    assert designs.view(ADMIN, design).seen == before.seen


def test_the_original_is_the_first_version_of_each_file(
    admin: FlaskClient, designs: Designs, design: int
) -> None:
    page = upload(
        admin, design, (PROCESS.name, PROCESS.read_bytes()), (FORM.name, FORM.read_bytes())
    )
    assert confirm(admin, design, content_of(page)).status_code == 303  # type: ignore[attr-defined]
    path = f"workflows/{PROCESS.name}"
    assert designs.text_of(ADMIN, design, path, 1) == PROCESS.read_bytes()
    assert b"vacation_days" in designs.read(ADMIN, design, path).data
    assert designs.text_of(ADMIN, design, "forms/foerderantrag.yaml", 1) == FORM.read_bytes()
    assert designs.read(ADMIN, design, "forms/foerderantrag.yaml").data.startswith(b"# Aus")
    kept = admin.get(f"/werkstatt/{design}/herunterladen/{path}?fassung=1")
    assert kept.data == PROCESS.read_bytes()
    log = [(one.command, one.note) for one in designs.view(ADMIN, design).changes]
    assert ("taken-in", f"Original: {PROCESS.name}") in log and ("translated", "") in log


def test_taking_in_twice_changes_nothing_more(
    admin: FlaskClient, designs: Designs, design: int
) -> None:
    content = content_of(upload(admin, design, (PROCESS.name, PROCESS.read_bytes())))
    confirm(admin, design, content)
    versions = designs.versions(ADMIN, design, f"workflows/{PROCESS.name}")
    confirm(admin, design, content)
    assert designs.versions(ADMIN, design, f"workflows/{PROCESS.name}") == versions


def test_a_form_never_takes_the_place_of_one_that_is_deployed(
    designs: Designs, design: int
) -> None:
    taken = designs.files(ADMIN, design)
    known = re.search(rb"^id: (\S+)", taken["forms/inturo/antrag.yaml"], re.MULTILINE)[1].decode()
    data = FORM.read_bytes().replace(b'"id": "foerderantrag"', f'"id": "{known}"'.encode())
    found = designs.look_at_foreign(ADMIN, design, {"neu.form": data}).imported
    assert [file.path for file in found.files] == [f"forms/{known}-2.yaml"]


@pytest.mark.parametrize("content", ["", "kein base64!", "eJwDAAAAAAE=", "bm9wZQ=="])
def test_a_broken_confirmation_is_told(admin: FlaskClient, design: int, content: str) -> None:
    answer = confirm(admin, design, content)
    assert answer.status_code == 400  # type: ignore[attr-defined]
    assert "nicht angekommen" in answer.get_data(as_text=True)  # type: ignore[attr-defined]


def test_what_can_not_be_read_is_told_and_nothing_offered(admin: FlaskClient, design: int) -> None:
    page = upload(admin, design, ("plan.vsdx", b"PK\x03\x04"), ("a.bpmn", b"<!DOCTYPE x><a/>"))
    assert "lässt sich nichts übernehmen" in page and "Visio" in page and "DOCTYPE" in page
    assert 'name="inhalt"' not in page


def test_a_version_a_colleague_saved_meanwhile_is_not_replaced(
    admin: FlaskClient, designs: Designs, design: int
) -> None:
    designs.share(ADMIN, design, True)
    path = f"workflows/{PROCESS.name}"
    page = upload(admin, design, (PROCESS.name, PROCESS.read_bytes()))
    designs.save(COLLEAGUE, design, path, b"<a/>", 0)
    refused = confirm(admin, design, content_of(page), seen=seen_of(page))
    assert refused.status_code == 409  # type: ignore[attr-defined]
    assert COLLEAGUE.name in refused.get_data(as_text=True)  # type: ignore[attr-defined]
    assert designs.read(ADMIN, design, path).data == b"<a/>"
    page = upload(admin, design, (PROCESS.name, PROCESS.read_bytes()))
    taken = confirm(admin, design, content_of(page), seen=seen_of(page))
    assert taken.status_code == 303  # type: ignore[attr-defined]
    assert designs.text_of(ADMIN, design, path, 1) == b"<a/>"
    assert designs.read(ADMIN, design, path).version == 3


def test_more_than_a_design_holds_is_refused_before_it_is_read(
    designs: Designs, design: int
) -> None:
    many = {f"{number}.json": b"{}" for number in range(1001)}
    large = {f"{number}.json": b" " * 4_900_000 for number in range(11)}
    for uploads in (many, large):
        with pytest.raises(Invalid, match="mehr als"):
            designs.look_at_foreign(ADMIN, design, uploads)
        with pytest.raises(Invalid, match="mehr als"):
            designs.take_in_foreign(ADMIN, design, uploads)


def test_the_notes_can_be_read_again_after_the_files_came_in(
    admin: FlaskClient, designs: Designs, design: int
) -> None:
    address = f"/werkstatt/{design}/uebernehmen/hinweise"
    assert "noch nichts" in admin.get(address).get_data(as_text=True)
    page = upload(
        admin, design, (PROCESS.name, PROCESS.read_bytes()), (FORM.name, FORM.read_bytes())
    )
    looked = designs.look_at_foreign(
        ADMIN, design, {PROCESS.name: PROCESS.read_bytes(), FORM.name: FORM.read_bytes()}
    )
    confirm(admin, design, content_of(page), seen=seen_of(page))
    designs.save(ADMIN, design, f"workflows/{PROCESS.name}", b"<a/>", 2)
    (past,) = designs.foreign_notes(ADMIN, design)
    assert past.by == ADMIN.name and past.notes == looked.imported.notes
    assert past.paths[FORM.name] == ("forms/foerderantrag.yaml",)
    shown = admin.get(address).get_data(as_text=True)
    assert all(str(escape(note.what)) in shown for note in past.notes)
    assert address in admin.get(f"/werkstatt/{design}").get_data(as_text=True)
