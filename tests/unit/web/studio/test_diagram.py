"""The page of the diagram editor and what its script sends: merged, refused, compared."""

import json
import re
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from pikflow.services.studio.designs import Designs

from .test_data import send
from .test_designs import ADMIN, PROCESS, SignIn


@pytest.fixture
def designs(app: Flask) -> Designs:
    return app.extensions["pikflow"].services.designs


@pytest.fixture
def design(designs: Designs) -> int:
    return designs.start(ADMIN, "Zeichnen")


@pytest.fixture
def admin(sign_in: SignIn) -> FlaskClient:
    return sign_in("admin")


def address(design: int) -> str:
    return f"/werkstatt/{design}/diagramm/{PROCESS}"


def config(page: str) -> dict[str, Any]:
    found = re.search(
        r'<script type="application/json" id="pik-diagram">(.*?)</script>', page, re.S
    )
    assert found
    return json.loads(found[1])


def test_the_page_brings_what_the_script_needs(
    admin: FlaskClient, designs: Designs, design: int
) -> None:
    page = admin.get(address(design) + "?element=Ende").get_data(as_text=True)
    told = config(page)
    assert told["text"] == designs.read(ADMIN, design, PROCESS).data.decode()
    assert (told["version"], told["element"], told["path"]) == (0, "Ende", PROCESS)
    world = told["world"]
    assert "Bewilligungsstelle" in [lane["value"] for lane in world["lanes"]]
    assert "antrag (je Maßnahme)" in [form["label"] for form in world["forms"]]
    urls = {one["value"]: one["url"] for one in world["processes"]}
    assert urls["auszahlung"] == f"/werkstatt/{design}/diagramm/workflows/auszahlung.bpmn"
    assert any(one["name"] == "add_days" for one in world["functions"])
    assert "<script>" not in page and "style=" not in page


def test_a_change_is_put_into_the_text_of_the_file(
    admin: FlaskClient, designs: Designs, design: int
) -> None:
    text = designs.read(ADMIN, design, PROCESS).data.decode()
    # Another program's writing: no comments, no white space between elements.
    before = re.sub(r">\s+<", "><", re.sub(r"<!--.*?-->", "", text, flags=re.S))
    name = re.search(r'<bpmn:endEvent id="[^"]+" name="([^"]+)"', before)
    assert name
    after = before.replace(name[0], name[0].replace(name[1], "Ganz anders"), 1)
    body = {"base": before, "text": after, "seen": 0}
    answer = send(admin, "POST", address(design), body)
    assert answer.status_code == 200
    assert answer.json["version"] == 1
    assert re.fullmatch(r"\d\d:\d\d Uhr", answer.json["at"])
    saved = designs.read(ADMIN, design, PROCESS).data.decode()
    assert saved == text.replace(name[0], name[0].replace(name[1], "Ganz anders"), 1)
    again = send(admin, "POST", address(design), body | {"base": after, "seen": 1})
    assert again.json["version"] == 1  # nothing changed, nothing is written


def test_who_was_slower_gets_the_other_text_and_nothing_is_written(
    admin: FlaskClient, designs: Designs, design: int
) -> None:
    text = designs.read(ADMIN, design, PROCESS).data.decode()
    theirs = text.replace("</bpmn:definitions>", "<!-- B --></bpmn:definitions>")
    designs.save(ADMIN, design, PROCESS, theirs.encode(), 0)
    body = {"base": text, "text": text.replace("Ende", "Schluss"), "seen": 0}
    answer = send(admin, "POST", address(design), body)
    assert answer.status_code == 409
    assert (answer.json["code"], answer.json["version"]) == ("design-file-changed", 1)
    assert answer.json["text"] == theirs and answer.json["by"] == ADMIN.name
    assert answer.json["when"]
    assert designs.read(ADMIN, design, PROCESS).data.decode() == theirs


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("<broken", "Die Datei ist kein gültiges XML (Zeile 1)."),
        ('<!DOCTYPE a [<!ENTITY b "c">]><a/>', "Die Datei enthält eine DOCTYPE-Angabe."),
    ],
)
def test_broken_xml_is_refused_with_its_reason(
    admin: FlaskClient, designs: Designs, design: int, text: str, reason: str
) -> None:
    base = designs.read(ADMIN, design, PROCESS).data.decode()
    answer = send(admin, "POST", address(design), {"base": base, "text": text, "seen": 0})
    assert answer.status_code == 400
    assert answer.json["message"].startswith(reason)
    assert designs.read(ADMIN, design, PROCESS).version == 0


def test_a_request_without_its_parts_says_which(admin: FlaskClient, design: int) -> None:
    answer = send(admin, "POST", address(design), {"text": "<a/>", "seen": 0})
    assert answer.status_code == 400
    assert "base" in answer.json["message"]


def test_an_earlier_version_is_given_for_the_comparison(
    admin: FlaskClient, designs: Designs, design: int
) -> None:
    text = designs.read(ADMIN, design, PROCESS).data.decode()
    designs.save(ADMIN, design, PROCESS, b"<a/>", 0)
    here = f"/werkstatt/{design}/diagrammfassung/{PROCESS}"
    assert admin.get(f"{here}?fassung=0").json["text"] == text
    assert admin.get(f"{here}?fassung=1").json["text"] == "<a/>"
