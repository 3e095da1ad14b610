# ruff: noqa: E501 - lines of form files stay in one piece
"""Loading forms: what they say, and findings that name file, line and field."""

import pytest

from pikflow.errors import DefinitionInvalid, Finding
from pikflow.forms.language import Shared, load
from pikflow.forms.properties import Formula
from pikflow.forms.schema import FormSchema
from pikflow.forms.source import read

from .samples import text_of


def findings(text: str, shared: Shared | None = None) -> list[Finding]:
    with pytest.raises(DefinitionInvalid) as caught:
        load(text, "forms/x.yaml", shared=shared or Shared({}, {}))
    return list(caught.value.findings)


def only(text: str) -> Finding:
    found = findings(text)
    assert len(found) == 1, found
    return found[0]


def test_reads_every_kind_of_field(full: FormSchema) -> None:
    types = {field.type for field in full.fields()}
    assert len(types) == 29
    assert full.title.to("en") == "Everything"
    assert full.field("stellen.vzae").unit.de == "VZÄ"
    assert full.section_of("betrag").id == "stellen"


def test_falls_back_to_german_where_english_is_missing(full: FormSchema) -> None:
    assert full.field("ort").label.to("en") == "Town"
    assert full.field("grund").label.to("en") == "Grund"


def test_takes_conditions_as_truth_value_or_expression(full: FormSchema) -> None:
    assert full.field("name").required is True
    assert isinstance(full.field("warum").visible, Formula)


def test_names_the_nearest_property() -> None:
    found = only(text_of("{id: a, type: text, label: A, requird: true}"))
    assert (found.line, found.element, found.code) == (9, "a", "form-property")
    assert "required" in found.hint


def test_names_the_nearest_field_type() -> None:
    found = only(text_of("{id: a, type: texta, label: A}"))
    assert found.code == "form-type"
    assert "„text" in found.hint


def test_refuses_a_broken_expression_with_line_and_field() -> None:
    found = only(
        text_of("{id: a, type: text, label: A}", '{id: b, type: text, label: B, visible: "a +"}')
    )
    assert (found.line, found.element, found.code) == (10, "b", "form-expression")


def test_refuses_a_column_that_is_an_unquoted_boolean() -> None:
    found = only(text_of("{id: a, type: text, label: A, compute: true}"))
    assert found.code == "form-value"


@pytest.mark.parametrize(
    ("field", "code"),
    [
        ("{id: A, type: text, label: A}", "form-id"),
        ("{id: item, type: text, label: A}", "form-id"),
        ("{id: a, type: text}", "form-missing"),
        ("{type: text, label: A}", "form-missing"),
        ("{id: a, type: choice, label: A}", "form-options"),
        ("{id: a, type: choice, label: A, list: fehlt}", "form-list"),
        ('{id: a, type: text, label: A, pattern: "("}', "form-pattern"),
        ("{id: a, type: text, label: A, personal: {retention: 5 Jahre}}", "form-duration"),
        ('{id: a, type: date, label: A, min: "2026-02-30"}', "form-value"),
        ("{id: a, type: text, label: {en: A}}", "form-language"),
        ("{id: a, type: group, label: A, fields: [{id: b, type: group, label: B, fields: [{id: c, type: text, label: C}]}]}", "form-nested"),
        ("{id: a, type: group, label: A, fixed: true, fields: [{id: c, type: text, label: C}]}", "form-rows"),
        ("{id: a, type: group, label: A, key: d, fields: [{id: c, type: text, label: C}]}", "form-key"),
        ("{id: a, type: matrix, label: A, rows: {summe: S}, columns: [{id: c, type: money, label: C}]}", "form-matrix"),
        ("{id: a, type: matrix, label: A, rows: {s: S}, columns: [{id: c, type: text, label: C}]}", "form-matrix"),
        ("nur Text", "form-shape"),
    ],
)  # fmt: skip
def test_refuses_fields_that_can_not_work(field: str, code: str) -> None:
    assert code in {found.code for found in findings(text_of(field))}


def test_refuses_the_same_field_twice() -> None:
    found = only(text_of("{id: a, type: text, label: A}", "{id: a, type: text, label: B}"))
    assert (found.code, found.line) == ("form-duplicate", 10)


def test_lists_all_faults_of_a_file_at_once() -> None:
    codes = {
        found.code
        for found in findings(
            text_of("{id: a, type: nix, label: A}", "{id: B, type: text, label: B}")
        )
    }
    assert codes == {"form-type", "form-id"}


def test_puts_building_blocks_in_place_with_changes() -> None:
    block = read(
        "pikbaustein: 1\nid: bank\nfields:\n"
        "  - {id: iban, type: iban, label: IBAN, required: true}\n"
        "  - {id: bic, type: bic, label: BIC}\n"
        "  - {id: name, type: text, label: Name}\n",
        "forms/bausteine/bank.yaml",
    )
    shared = Shared({"forms/bausteine/bank": ("forms/bausteine/bank.yaml", block)}, {})
    text = text_of("{include: bausteine/bank, without: [bic], with: {iban: {required: false}}}")
    schema = load(text, "forms/x.yaml", shared=shared)
    assert [field.id for field in schema.fields()] == ["iban", "name"]
    assert schema.field("iban").required is False


def test_refuses_an_unknown_building_block() -> None:
    assert only(text_of("{include: bausteine/fehlt}")).code == "form-include"


def test_refuses_a_building_block_that_contains_itself() -> None:
    block = read("pikbaustein: 1\nid: b\nfields:\n  - include: b\n", "forms/b.yaml")
    found = findings(text_of("{include: b}"), Shared({"forms/b": ("forms/b.yaml", block)}, {}))
    assert found[0].code == "form-include"
    assert found[0].file == "forms/b.yaml"


def test_refuses_a_form_without_its_mark() -> None:
    found = findings(text_of("{id: a, type: text, label: A}").replace("pikform: 1", "pikform: 2"))
    assert found[0].code == "form-version"


def test_never_raises_anything_but_findings() -> None:
    for text in (
        "pikform: 1",
        "pikform: 1\nsections: 5",
        "pikform: 1\nsections: [1, [2]]\nchecks: {}\ntests: x",
    ):
        assert findings(text)
