"""Forms of other products: our own reader takes what comes out, and nothing is left out unsaid."""

import json
import zipfile
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pikflow.engine.decisions.feel import translated as feel
from pikflow.forms.imports import (
    ImportedForm,
    kind_of,
    read_fieldlist,
    read_formjs,
    read_jsonschema,
    read_xlsform,
)
from pikflow.forms.library import FormLibrary
from pikflow.forms.schema import Field, FormSchema
from pikflow.notes import Note

from .sheets import SURVEY, xlsform

FORMS = Path(__file__).parents[3] / "data" / "foreign" / "forms"


def schema_of(form: ImportedForm) -> FormSchema:
    library = FormLibrary.load({form.path: form.data.decode()})
    assert [f for f in library.findings if f.severity == "error"] == []
    return library.forms[form.id]


def field(schema: FormSchema, name: str) -> Field:
    found = schema.field(name)
    assert found is not None, name
    return found


def told(form: ImportedForm, element: str, fate: str) -> list[Note]:
    return [n for n in form.notes if n.element == element and n.fate == fate]


@pytest.fixture(scope="module")
def formjs() -> ImportedForm:
    path = FORMS / "foerderantrag.form"
    return read_formjs(path.read_bytes(), path.name, feel)


@pytest.fixture(scope="module")
def schema() -> ImportedForm:
    ui = (FORMS / "kurs-uischema.json").read_bytes()
    data = (FORMS / "kurs-schema.json").read_bytes()
    return read_jsonschema(data, "kurs-schema.json", ui=ui, ui_file="kurs-uischema.json")


@pytest.fixture(scope="module")
def sheets() -> ImportedForm:
    return read_xlsform(xlsform(), "haushalte.xlsx")


# --- form-js


def test_every_component_of_form_js_is_a_field_or_a_note(formjs: ImportedForm) -> None:
    found = schema_of(formjs)
    assert found.title.de == "Antrag auf Förderung"
    assert [s.title.de for s in found.sections][1:3] == ["Antragsteller", "Vorhaben"]
    kinds = {f.id: f.type for f in found.fields()}
    assert kinds["email"] == "email" and kinds["amount"] == "money"
    assert kinds["persons"] == "integer" and kinds["confirmed"] == "confirm"
    assert kinds["target_groups"] == "multichoice" and kinds["appointment_uhrzeit"] == "text"
    assert field(found, "documents").settings["kinds"] == ("pdf", "xlsx")
    for element in ("Image_1", "Frame_1", "Doc_1", "place", "inner"):
        assert told(formjs, element, "missing"), element
    assert told(formjs, "Button_1", "kept")


def test_conditions_of_form_js_turn_from_hidden_to_visible(formjs: ImportedForm) -> None:
    found = schema_of(formjs)
    assert found.sections[2].visible.text == "municipality_name != null"  # type: ignore[union-attr]
    assert field(found, "reason").visible.text == "not amount < 10000"  # type: ignore[union-attr]
    assert field(found, "positions.since").visible.text == "item.is_filled"  # type: ignore[union-attr]
    assert field(found, "per_person").compute.text == "amount / persons"  # type: ignore[union-attr]
    assert formjs.names["address.city"] == "address_city"


# --- JSON Schema


def test_json_schema_with_ui_schema(schema: ImportedForm) -> None:
    found = schema_of(schema)
    assert (found.id, found.title.de) == ("kurs", "Anmeldung zum Kurs")
    assert next(found.fields()).id == "level"  # ui:order
    assert field(found, "hours").max == 499 and field(found, "fee").settings["places"] == 2
    assert field(found, "url").required.text == "online == true"  # type: ignore[union-attr]
    assert field(found, "room").visible.text == "online != true"  # type: ignore[union-attr]
    assert field(found, "placement_test").visible.text == 'level == "a1"'  # type: ignore[union-attr]
    assert field(found, "teachers.since").required.text == "item.certified == true"  # type: ignore[union-attr]
    assert field(found, "place_street").label.de == "Straße und Hausnummer"
    assert found.section_of("place_city").title.de == "Anschrift"  # type: ignore[union-attr]
    assert field(found, "topics").type == "multichoice" and field(found, "keywords.wert")
    assert {n.element for n in schema.notes if n.fate == "missing"} >= {"either", "extra", "secret"}


def test_json_forms_layouts_and_rules() -> None:
    form = read_jsonschema((FORMS / "besuch.json").read_bytes(), "besuch.json")
    found = schema_of(form)
    assert [s.title.de for s in found.sections] == ["Person", "Besuch"]
    assert found.sections[1].visible.text == "name != null"  # type: ignore[union-attr]
    assert field(found, "reason").type == "textarea"
    assert field(found, "vip").readonly.text == 'visits == 1 and name == "x"'  # type: ignore[union-attr]
    assert told(form, "note", "missing")  # in the schema, not in the layout


# --- XLSForm


def test_xlsform_questions_groups_and_repeats(sheets: ImportedForm) -> None:
    found = schema_of(sheets)
    assert (found.id, found.title.de, found.version) == ("haushalte", "Haushalte", 20260101)
    head = field(found, "head_name")
    assert (head.label.de, head.label.en, head.required) == ("Name", "Full name", True)
    age = field(found, "age")
    assert (age.min, age.max, age.error.de) == (0, 119, "0 bis 119 Jahre")
    assert field(found, "languages").visible.text == "age >= 6"  # type: ignore[union-attr]
    assert field(found, "phone").visible.text == '"de" in languages'  # type: ignore[union-attr]
    assert field(found, "phone").pattern == "[0-9 +]{6,20}"
    assert field(found, "children.sex").visible.text == "item.child_age > 5"  # type: ignore[union-attr]
    assert (
        field(found, "age_sum").compute.text  # type: ignore[union-attr]
        == "sum(z.child_age for z in children) + age"
    )
    assert {(c.each, c.rule.text) for c in found.checks} == {
        ("", "len(head_name) > 1"),
        ("children", "item.child_age < age"),
    }
    assert field(found, "arrival").max.text == "heute"  # type: ignore[union-attr]
    assert field(found, "consent").type == "confirm" and field(found, "languages_other")


def test_xlsform_tells_what_has_no_counterpart(sheets: ImportedForm) -> None:
    for element in ("toys", "place", "town", "again", "lookup", "remarks", "languages"):
        assert told(sheets, element, "missing"), element
    other = next(n for n in sheets.notes if n.before == "Türkçe (tr)")
    assert other.fate == "missing"
    lines = {n.element: n.line for n in sheets.notes if n.element}
    assert lines["toys"] == 2 + next(i for i, row in enumerate(SURVEY) if row.get("name") == "toys")


# --- fields in the process


def test_fields_in_the_process() -> None:
    rows = [
        {"id": "vacationDays", "label": "Tage", "type": "long", "default": "5",
         "rules": [["required", "true"], ["min", "1"], ["custom", "x"]], "line": 7},
        {"id": "reason", "type": "enum", "options": [["rest", "Erholung"]], "default": "${x}"},
    ]  # fmt: skip
    form = read_fieldlist(json.dumps(rows).encode(), "p.bpmn", key="Antrag#felder", title="Urlaub")
    found = schema_of(form)
    days = field(found, "vacation_days")
    assert (days.type, days.min, days.required, days.default) == ("integer", 1, True, 5)
    assert told(form, "vacationDays", "missing")[0].line == 7
    assert told(form, "reason", "missing")[0].before == "${x}"


# --- whatever comes


def test_kinds_are_told_by_their_content() -> None:
    kinds = {path.name: kind_of(path.name, path.read_bytes()) for path in FORMS.iterdir()}
    assert kinds == {
        "foerderantrag.form": "form-js",
        "kurs-schema.json": "json-schema",
        "kurs-uischema.json": "ui-schema",
        "besuch.json": "json-schema",
    }
    assert kind_of("x.json", b"[1]") == "json" and kind_of("x.txt", b"") == ""
    assert kind_of("x.xlsx", xlsform()) == "xlsform"


@pytest.mark.parametrize(
    "data",
    [b"", b"{", b"[]", b"null", b"{}", b"\xff\xfe", b'{"components": 1}', b"[" * 100_000,
     b'{"components": [1, null, [], {"type": []}, {"type": "group", "components": 7}]}',
     b'{"properties": {"a": 5, "b": {"type": 7}, "c": {"$ref": "#/properties/c"}}}',
     b'{"properties": {"a": {"enum": [null, [], {}]}}, "required": 5, "if": 1, "then": {}}',
     b'{"schema": {"properties": {}}, "uischema": {"type": "Control", "scope": 5}}',
     b'{"type": "object", "properties": {"a": {"type": "number", "minimum": 1e999}}}'],
)  # fmt: skip
def test_broken_files_become_notes(data: bytes) -> None:
    for form in (
        read_formjs(data, "x.form", feel),
        read_jsonschema(data, "x.json"),
        read_jsonschema(b'{"properties": {"a": {}}}', "x.json", ui=data, ui_file="ui.json"),
        read_fieldlist(data, "x.bpmn", key="k"),
        read_xlsform(data, "x.xlsx"),
    ):
        assert form.data.startswith(b"# Aus") and form.notes


def test_a_definition_that_names_itself_many_times_ends() -> None:
    names = {f"p{number}": {"$ref": "#"} for number in range(12)}
    data = json.dumps({"properties": names, "allOf": [{"$ref": "#/$defs/a"}] * 3,
                       "$defs": {"a": {"allOf": [{"$ref": "#/$defs/a"}] * 3}}})  # fmt: skip
    form = read_jsonschema(data.encode(), "x.json")
    assert any("Kreis" in note.what for note in form.notes)


def test_a_workbook_that_would_unpack_to_much_is_refused() -> None:
    target = BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("xl/workbook.xml", b" " * 70_000_000)
    form = read_xlsform(target.getvalue(), "x.xlsx")
    assert "zu viel" in form.notes[0].what


def test_a_workbook_with_a_doctype_is_refused() -> None:
    source, target = zipfile.ZipFile(BytesIO(xlsform())), BytesIO()
    with zipfile.ZipFile(target, "w") as package:
        for part in source.infolist():
            data = source.read(part)
            if part.filename == "xl/workbook.xml":
                data = b'<!DOCTYPE a [<!ENTITY x "y">]>' + data
            package.writestr(part.filename, data)
    assert "DOCTYPE" in read_xlsform(target.getvalue(), "x.xlsx").notes[0].what


TEXTS = st.sampled_from(
    ["a", "firstName", "", "=a", "=a = 1", "${a}", "${a} > 1", "select_one x", "begin repeat",
     "end group", "begin group", "integer", "text", "note", "group", "dynamiclist", "object",
     "array", "string", "#/properties/a", "^(a+)+$", "\x00", "ä" * 80, "no", "1.5", "~", "- x: {"]
)  # fmt: skip
VALUES: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 10**20) | st.floats(allow_nan=False) | TEXTS,
    lambda inner: st.lists(inner, max_size=4)
    | st.dictionaries(
        st.sampled_from(
            ["type", "key", "id", "label", "components", "conditional", "hide", "validate",
             "values",
             "properties", "items", "enum", "oneOf", "allOf", "$ref", "if", "then", "required",
             "default", "defaultValue", "expression", "text", "path", "pattern", "title", "const",
             "elements", "scope", "rule", "ui:order", "ui:widget", "minimum", "format", "columns"]
        ),
        inner,
        max_size=6,
    ),
    max_leaves=25,
)  # fmt: skip


@settings(max_examples=40, deadline=None)
@given(VALUES, VALUES)
def test_any_json_gives_a_form_our_reader_can_read_or_names_why(one: Any, other: Any) -> None:
    for whole in ({"components": one}, {"properties": {"a": one, "b": other}}, one):
        data = json.dumps(whole).encode()
        for form in (
            read_formjs(data, "x.form", feel),
            read_jsonschema(data, "x.json", ui=json.dumps(other).encode(), ui_file="ui.json"),
            read_fieldlist(json.dumps([whole, one]).encode(), "x", key="k"),
        ):
            faults = FormLibrary.load({form.path: form.data.decode()}).findings
            named = {note.what for note in form.notes}
            assert all(f.message[:200] in " ".join(named) for f in faults if f.severity == "error")


@settings(max_examples=10, deadline=None)
@given(
    st.lists(
        st.dictionaries(
            st.sampled_from(["type", "name", "de", "required", "relevant", "constraint",
                             "calculation", "default", "repeat_count"]),
            TEXTS.filter(lambda text: "\x00" not in text), min_size=1, max_size=6,
        ),
        max_size=8,
    )
)  # fmt: skip
def test_any_sheet_gives_a_form_or_names_why(survey: list[dict[str, str]]) -> None:
    form = read_xlsform(xlsform(survey, ()), "x.xlsx")
    faults = FormLibrary.load({form.path: form.data.decode()}).findings
    named = " ".join(note.what for note in form.notes)
    assert all(f.message[:200] in named for f in faults if f.severity == "error")
