# ruff: noqa: E501 - patterns stay in one piece
"""The form builder without any script: each step a form that is posted, and the page again."""

import html
import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from pikflow.forms.language import load
from pikflow.host import demo
from pikflow.services.studio.designs import Designs
from pikflow.web.i18n import LANGUAGE_COOKIE

SignIn = Callable[[str], FlaskClient]
ADMIN = demo.load().actors["admin"]
NEW = "forms/neu.yaml"
APPLICATION = "forms/integrationsmanagement/antrag.yaml"
EMPTY = """\
pikform: 1   # bleibt
id: neu
version: 1
title: Neuer Antrag
sections:
  - id: angaben
    title: Angaben
    fields: []
"""


class Builder:
    """One person at the form builder with one file open."""

    def __init__(self, client: FlaskClient, designs: Designs, path: str, text: str = "") -> None:
        self.client, self.designs, self.path = client, designs, path
        self.design = designs.start(ADMIN, "Probe")
        if text:
            designs.save(ADMIN, self.design, path, text.encode(), 0)
        self.token = re.search(
            r'name="csrf_token" value="([^"]+)"', client.get("/werkstatt").get_data(as_text=True)
        )[1]  # type: ignore[index]

    @property
    def address(self) -> str:
        return f"/werkstatt/{self.design}/formular/{self.path}"

    @property
    def text(self) -> str:
        return self.designs.read(ADMIN, self.design, self.path).data.decode()

    def show(self, **query: str) -> str:
        answer = self.client.get(self.address, query_string=query)
        assert answer.status_code == 200, answer.get_data(as_text=True)[:500]
        return answer.get_data(as_text=True)

    def post(self, action: str, part: str = "", **fields: Any) -> Any:
        version = self.designs.read(ADMIN, self.design, self.path).version
        data = {"csrf_token": self.token, "version": version, "an": part, "aktion": action}
        return self.client.post(self.address, data={**data, **fields})


@pytest.fixture
def make(app: Flask, sign_in: SignIn) -> Callable[..., Builder]:
    designs = app.extensions["pikflow"].services.designs
    return lambda path=NEW, text=EMPTY: Builder(sign_in("admin"), designs, path, text)


def test_a_form_is_built_step_by_step(make: Callable[..., Builder]) -> None:
    builder = make()
    page = "sections.0"
    builder.post("feld", page, **{"neu.label": "Anteil?", "neu.art": "bool"})
    added = builder.post("feld", page, **{"neu.label": "Betrag", "neu.art": "money",
                                          "neu.label_en": "Amount"})  # fmt: skip
    assert added.status_code == 303 and "an=sections.0.fields.1" in added.location
    field = "sections.0.fields.1"
    builder.post("setzen", field, **{
        "w.label": "Betrag", "w.label.en": "Amount", "w.min": "0,01", "w.required": "true",
        "w.visible.rule.joint": "and", "w.visible.rule.0.name": "anteil",
        "w.visible.rule.0.sign": "yes", "w.visible": "", "w.visible.expr": "",
    })  # fmt: skip
    builder.post("feld", field, **{"neu.label": "Doppelt", "neu.art": "money"})
    builder.post("setzen", "sections.0.fields.2", **{"w.compute": "betrag * 2"})
    schema = load(builder.text, NEW)
    amount = schema.field("betrag")
    assert amount is not None and amount.label.en == "Amount" and amount.required is True
    assert str(amount.min) == "0.01" and amount.visible.text == "anteil"  # type: ignore[union-attr]
    assert schema.field("doppelt").compute.text == "betrag * 2"  # type: ignore[union-attr]
    assert builder.text.startswith("pikform: 1   # bleibt\n")
    page_text = builder.show(an=field)
    assert "mit Bedingung" in page_text and "berechnet" in page_text


def test_saving_a_panel_as_it_is_shown_changes_nothing(make: Callable[..., Builder]) -> None:
    builder = make(APPLICATION, "")
    before = builder.text
    for part in ("", "sections.1", "sections.1.fields.6", "checks.3", "tests.1"):
        page = builder.show(an=part)
        form = page[page.index("data-pik-panel") :]
        form = form[: form.index("</form>")]
        builder.post("setzen", part, **_entries(form))
        assert builder.text == before, part


def _entries(form: str) -> dict[str, str]:
    """What a browser would post of a panel nobody touched."""
    found: dict[str, str] = {}
    for tag in re.findall(r"<input [^>]*>", form):
        name, kind = re.search(r'name="(w\.[^"]*)"', tag), re.search(r'type="(\w+)"', tag)
        if name and not (kind and kind[1] == "checkbox" and " checked" not in tag):
            value = re.search(r'value="([^"]*)"', tag)
            found[name[1]] = html.unescape(value[1]) if value else ""
    for name, inner in re.findall(
        r'<textarea [^>]*name="(w\.[^"]*)"[^>]*>\n(.*?)</textarea>', form, re.S
    ):
        found[name] = html.unescape(inner)
    for name, inner in re.findall(
        r'<select [^>]*name="(w\.[^"]*)"[^>]*>(.*?)</select>', form, re.S
    ):
        options = re.findall(r"<option([^>]*)>([^<]*)", inner)
        chosen = next((one for one in options if " selected" in one[0]), options[0])
        value = re.search(r'value="([^"]*)"', chosen[0])
        found[name] = html.unescape(value[1] if value else chosen[1])
    return found


def test_the_script_finds_the_panel_and_a_form_with_a_file_sends_it(
    make: Callable[..., Builder],
) -> None:
    builder = make()
    panel = builder.show(an="sections.0", blick="text")
    assert 'class="pik-part__form" data-pik-panel data-saved="Gespeichert."' in panel
    assert 'class="pik-studio-form" enctype="multipart/form-data"' in panel


def test_errors_stand_at_the_property_in_the_words_of_the_check(
    make: Callable[..., Builder],
) -> None:
    builder = make()
    builder.post("feld", "sections.0", **{"neu.label": "Betrag", "neu.art": "money"})
    builder.post("setzen", "sections.0.fields.0", **{"w.compute": "betrag_x +"})
    page = builder.show(an="sections.0.fields.0")
    problem = page[page.index("pik-slot__problem") :]
    assert "Der Ausdruck endet zu früh." in problem[:600]
    assert 'aria-invalid="true"' in page


def test_a_field_that_is_read_goes_only_after_one_saw_where(make: Callable[..., Builder]) -> None:
    builder = make(APPLICATION, "")
    before = builder.text
    asked = builder.post("entfernen", "sections.1.fields.6")
    told = asked.get_data(as_text=True)
    assert asked.status_code == 200 and builder.text == before
    assert "entfernen?" in told and "fachpruefung_stellen.yaml" in told
    assert "Trotzdem entfernen" in told
    sure = builder.post("entfernen", "sections.1.fields.6", sicher="1")
    assert sure.status_code == 303 and builder.text != before


def test_a_new_name_is_changed_in_every_file_at_once(make: Callable[..., Builder]) -> None:
    builder = make(APPLICATION, "")
    part = next(f"sections.1.fields.6.fields.{n}" for n in range(20)
                if 'value="vzae"' in builder.show(an=f"sections.1.fields.6.fields.{n}"))  # fmt: skip
    asked = builder.post("setzen", part, **{"w.id": "umfang"}).get_data(as_text=True)
    assert "Überall umbenennen" in asked and "entry.vzae" in asked
    builder.post("setzen", part, sicher="1", **{"w.id": "umfang"})
    files = builder.designs.files(ADMIN, builder.design)
    assert b"item.umfang" in files[APPLICATION]
    assert b"entry.umfang" in files["forms/pruefung/fachpruefung_stellen.yaml"]
    errors = [
        one for one in builder.designs.check(ADMIN, builder.design) if one.severity == "error"
    ]
    assert errors == []


def test_the_text_beside_it_follows_and_is_followed(make: Callable[..., Builder]) -> None:
    builder = make()
    assert "# bleibt" in builder.show(blick="text")
    builder.post("text", text=EMPTY.replace("Neuer Antrag", "Anderer Antrag"))
    assert "Anderer Antrag" in builder.show()
    builder.post("text", text="pikform: [1\n")
    broken = builder.show()
    assert "kein gültiges YAML" in broken and "Verloren ist nichts" in broken
    assert "pikform: [1" in broken


def test_nothing_is_overwritten_in_silence(make: Callable[..., Builder]) -> None:
    builder = make()
    stale = builder.designs.read(ADMIN, builder.design, NEW).version
    builder.post("seite", **{"neu.seite": "Zweite"})
    late = builder.post("seite", **{"neu.seite": "Dritte", "version": stale})
    assert late.status_code == 409 and "Dritte" in late.get_data(as_text=True)
    assert "Dritte" not in builder.text


def test_steps_are_taken_back_and_done_again(make: Callable[..., Builder]) -> None:
    builder = make()
    builder.post("seite", **{"neu.seite": "Zweite"})
    version = builder.designs.read(ADMIN, builder.design, NEW).version
    back = builder.post(f"stand:{version - 1}")
    assert "Zweite" not in builder.text and f"stand={version - 1}" in back.location
    assert "Wiederholen" in builder.client.get(back.location).get_data(as_text=True)
    builder.post(f"stand:{version}")
    assert "Zweite" in builder.text


def test_another_kind_takes_along_what_it_knows(make: Callable[..., Builder]) -> None:
    builder = make()
    builder.post("feld", "sections.0", **{"neu.label": "Wahl", "neu.art": "decimal"})
    builder.post("setzen", "sections.0.fields.0", **{"w.places": "3", "w.type": "decimal"})
    builder.post("setzen", "sections.0.fields.0", **{"w.type": "choice"})
    field = load(builder.text, NEW).field("wahl")
    assert field is not None and field.type == "choice" and "places" not in builder.text


def test_the_preview_shows_a_page_as_a_step_sees_it_and_checks_answers(
    make: Callable[..., Builder],
) -> None:
    builder = make(APPLICATION, "")
    address = builder.address.replace("/formular/", "/vorschau/")
    shown = builder.client.get(address, query_string={"seite": "vorhaben"})
    assert shown.status_code == 200
    data = {"csrf_token": builder.token, "beantragt_eur": "viel"}
    tried = builder.client.post(f"{address}?seite=finanzierung", data=data)
    assert "Das ist noch zu ändern" in tried.get_data(as_text=True)
    read = builder.client.get(address, query_string={"schritt": "lesen"}).get_data(as_text=True)
    assert "<form" not in read and "<dl" in read


def test_building_blocks_and_lists_are_files_with_the_same_pages(
    make: Callable[..., Builder],
) -> None:
    builder = make()
    begun = builder.post("neu:baustein", **{"neu.baustein_datei": "Konto der Gemeinde"})
    assert begun.location.endswith("/forms/bausteine/konto_der_gemeinde.yaml")
    builder.post("baustein", "sections.0", **{"neu.baustein": "bausteine/konto_der_gemeinde"})
    assert "include: bausteine/konto_der_gemeinde" in builder.text
    made = builder.post("neu:liste", **{"neu.liste_datei": "Sprachstufe"})
    page = builder.client.get(made.location).get_data(as_text=True)
    assert "Erster Eintrag" in page and "Sprachstufe" in page


def test_the_schema_of_the_language_is_open_to_every_editor(app: Flask) -> None:
    schema = app.test_client().get("/formularsprache.json").get_json()
    assert schema["$id"] == "urn:pikflow:form:1" and "field" in schema["$defs"]


def test_the_schema_says_what_each_property_and_word_means(app: Flask) -> None:
    client = app.test_client()
    client.set_cookie(LANGUAGE_COOKIE, "en")
    schema = client.get("/formularsprache.json").get_json()
    common = schema["$defs"]["common"]["properties"]
    assert common["unit"]["title"] == "Unit" and common["unit"]["$ref"] == "#/$defs/text"
    assert common["width"]["enumDescriptions"] == ["narrow", "medium", "wide"]
    types = {one["properties"]["type"]["const"]: one["properties"]["type"].get("title")
             for one in schema["$defs"]["field"]["oneOf"] if "properties" in one}  # fmt: skip
    assert all(types.values()) and types["money"] == "Amount in euros"


def test_text_that_is_typed_is_kept_as_soon_as_it_is_yaml(make: Callable[..., Builder]) -> None:
    builder = make()
    assert builder.post("folgen", text="sections: [\n").status_code == 400
    assert builder.text == EMPTY
    kept = builder.post("folgen", "sections.0", text=EMPTY.replace("Angaben", "Ihre Angaben"))
    assert kept.status_code == 303 and "an=sections.0" in kept.location
    assert "title: Ihre Angaben" in builder.text
    late = builder.post("folgen", version=1, text=EMPTY)
    assert late.status_code == 409 and "title: Ihre Angaben" in builder.text
