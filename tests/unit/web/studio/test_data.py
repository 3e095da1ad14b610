"""What the editors' scripts ask for: files as JSON, findings while one types, who is there."""

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from pikflow.services.studio.designs import Designs

from .test_designs import ADMIN, FORM, PROCESS, SignIn, token


@pytest.fixture
def designs(app: Flask) -> Designs:
    return app.extensions["pikflow"].services.designs


@pytest.fixture
def design(designs: Designs) -> int:
    return designs.start(ADMIN, "Für Skripte")


@pytest.fixture
def admin(sign_in: SignIn) -> FlaskClient:
    return sign_in("admin")


def send(admin: FlaskClient, method: str, path: str, body: object, key: str = "") -> Any:
    headers = {"X-CSRFToken": key or token(admin), "Accept": "application/json"}
    return admin.open(path, method=method, json=body, headers=headers)


def test_a_file_is_read_and_saved(admin: FlaskClient, designs: Designs, design: int) -> None:
    address = f"/werkstatt/{design}/datei/{FORM}"
    got = admin.get(address, headers={"Accept": "application/json"}).json
    assert (got["path"], got["version"], got["kind"], got["changed"]) == (FORM, 0, "form", False)
    text = got["text"] + "# Ende\n"
    saved = send(admin, "PUT", address, {"text": text, "seen": 0}, got["token"])
    assert saved.status_code == 200 and saved.json["version"] == 1 and saved.json["changed"]
    assert designs.read(ADMIN, design, FORM).data.decode() == text


def test_a_conflict_brings_the_other_text(
    admin: FlaskClient, designs: Designs, design: int
) -> None:
    address = f"/werkstatt/{design}/datei/{FORM}"
    designs.save(ADMIN, design, FORM, b"pikform: 1\n", 0)
    answer = send(admin, "PUT", address, {"text": "anders", "seen": 0})
    assert answer.status_code == 409
    told = answer.json
    assert (told["code"], told["version"], told["text"]) == (
        "design-file-changed",
        1,
        "pikform: 1\n",
    )
    assert told["by"] == ADMIN.name and told["at"].startswith("20")
    assert send(admin, "PUT", address, {"text": "anders", "seen": 1}).json["version"] == 2


def test_an_expired_session_says_where_to_sign_in(app: Flask, design: int) -> None:
    answer = send(app.test_client(), "PUT", f"/werkstatt/{design}/datei/{FORM}", {}, "x")
    assert answer.status_code == 401
    assert answer.json["code"] == "sign-in-needed" and answer.json["sign_in"]
    got = app.test_client().get(
        f"/werkstatt/{design}/datei/{FORM}", headers={"Accept": "application/json"}
    )
    assert got.status_code == 401 and got.json["sign_in"]


def test_an_old_token_is_replaced(admin: FlaskClient, design: int) -> None:
    address = f"/werkstatt/{design}/datei/{FORM}"
    answer = send(admin, "PUT", address, {"text": "x", "seen": 0}, "alt")
    assert answer.status_code == 400 and answer.json["code"] == "token-invalid"
    again = send(admin, "PUT", address, {"text": "x", "seen": 0}, answer.json["token"])
    assert again.status_code == 200


@pytest.mark.parametrize(
    "body", [{}, {"text": 1, "seen": 0}, {"text": "x"}, [], "x", {"text": "x", "seen": True}]
)
def test_a_body_of_another_shape_is_refused(admin: FlaskClient, design: int, body: object) -> None:
    answer = send(admin, "PUT", f"/werkstatt/{design}/datei/{FORM}", body)
    assert answer.status_code == 400 and answer.json["code"] == "body-invalid"


def test_findings_come_with_their_place_and_the_names_known_there(
    admin: FlaskClient, designs: Designs, design: int
) -> None:
    text = designs.read(ADMIN, design, PROCESS).data.decode()
    body = {"path": PROCESS, "text": text.replace('pik:form="', 'pik:form="gibt-es-nicht', 1)}
    answer = send(admin, "POST", f"/werkstatt/{design}/befunde", body)
    assert answer.status_code == 200
    (found,) = [f for f in answer.json["findings"] if "gibt-es-nicht" in f["message"]][:1]
    assert found["file"] == PROCESS and found["url"].startswith(f"/werkstatt/{design}/schritte/")
    names = answer.json["names"]
    assert any(one["type"] == "money" for known in names.values() for one in known)
    assert all({"name", "type", "sure"} == set(one) for known in names.values() for one in known)
    assert designs.read(ADMIN, design, PROCESS).version == 0


def test_a_person_shows_where_they_are(admin: FlaskClient, sign_in: SignIn, design: int) -> None:
    answer = send(admin, "POST", f"/werkstatt/{design}/da", {"path": FORM})
    assert answer.status_code == 200 and answer.json["others"] == []


def test_a_text_of_six_megabytes_is_refused_by_name(admin: FlaskClient, design: int) -> None:
    body = {"text": "x" * 6_000_000, "seen": 0}
    answer = send(admin, "PUT", f"/werkstatt/{design}/datei/{FORM}", body)
    assert answer.status_code == 400 and FORM in answer.json["message"]
