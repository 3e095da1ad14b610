# ruff: noqa: E501 - lines of form files stay in one piece
"""What somebody typed on purpose: it is complained about, it never ends a form for good."""

from collections.abc import Callable
from decimal import Decimal

import pytest
from werkzeug.datastructures import MultiDict

from pikflow.forms.schema import FormSchema
from pikflow.forms.submission import bind, validate
from pikflow.forms.summary import inbox_values, summary

from .samples import load

Make = Callable[..., FormSchema]


def test_a_text_too_long_for_a_formula_leaves_the_form_usable(make: Make) -> None:
    """A row is made from texts other people reported; together they are too long to be joined."""
    schema = make(
        '{id: berichte, type: group, label: B, rows: "gemeldet", map: {alles: "join(entry.texte, \' \')", wer: "entry.wer"}, fixed: true, row_label: Bericht, repeat: {layout: table}, fields: [{id: wer, type: text, label: W}, {id: alles, type: text, label: A}]}'
    )
    context = {"gemeldet": [{"wer": "Ulm", "texte": ["x" * 60_000, "y" * 60_000]}]}
    bound = bind(schema, context=context)
    assert bound.values["berichte"] == [{"wer": "Ulm", "alles": None}]
    assert validate(schema, {}, context).values["berichte"][0]["wer"] == "Ulm"


def test_a_product_of_the_largest_numbers_is_an_amount_or_a_complaint(make: Make) -> None:
    schema = make(
        "{id: a, type: money, label: A}",
        "{id: b, type: money, label: B}",
        '{id: c, type: money, label: C, compute: "a * b * 10"}',
    )
    wide = {"a": "99999999999999,99", "b": "99999999999999,99"}
    assert validate(schema, wide, {}).values["c"] == Decimal("99999999999999980000000000000.00")
    section = summary(schema, validate(schema, wide, {}).values, {})[0]
    assert section.rows[2].text == "99.999.999.999.999.980.000.000.000.000,00\xa0€"
    wider = {"a": "999999999999999,99", "b": "999999999999999,99"}
    assert set(validate(schema, wider, {}).errors) == {"c"}


TWO = """
pikform: 1
id: zwei
version: 1
title: Zwei
sections:
  - id: offen
    title: Offen
    fields:
      - {id: plan, type: file, label: Plan, kinds: [pdf]}
      - {id: fest, type: file, label: Fest, kinds: [pdf], readonly: true}
  - id: zu
    title: Zu
    fields:
      - {id: nachweis, type: file, label: Nachweis, kinds: [pdf]}
      - id: orte
        type: group
        label: Orte
        row_label: Ort
        repeat: {layout: table}
        fields: [{id: ort, type: organisation, label: Ort}]
"""


@pytest.mark.parametrize("path", ["nachweis", "fest", "orte", "orte-0-ort", "gibtesnicht"])
def test_the_button_that_removes_a_file_removes_nothing_else(path: str) -> None:
    schema = load(TWO, "forms/zwei.yaml")
    file = [{"id": "a1", "name": "a.pdf", "size": 5, "kind": "pdf", "sha256": "0"}]
    stored = {"plan": file, "fest": file, "nachweis": file, "orte": [{"id": "a1", "ort": None}]}
    before = bind(schema, context={}, stored=stored, sections=["offen"]).draft
    raw = MultiDict({"_remove": f"{path}:a1"})
    assert bind(schema, context={}, stored=stored, raw=raw, sections=["offen"]).draft == before
    gone = bind(
        schema, context={}, stored=stored, raw=MultiDict({"_remove": "plan:a1"}), sections=["offen"]
    )
    assert gone.draft["plan"] == []


def test_what_is_internal_is_left_out_for_readers_on_the_other_side(make: Make) -> None:
    schema = make(
        "{id: ergebnis, type: text, label: Ergebnis, inbox: true}",
        "{id: vermerk, type: text, label: Vermerk, internal: true, inbox: true}",
        "{id: punkte, type: group, label: Punkte, row_label: Punkt, repeat: {layout: table}, fields: [{id: was, type: text, label: Was}, {id: geheim, type: text, label: Geheim, internal: true}]}",
    )
    values = {"ergebnis": "gut", "vermerk": "knapp", "punkte": [{"was": "x", "geheim": "knapp"}]}
    assert "knapp" in repr(summary(schema, values, {}))
    assert "knapp" not in repr(summary(schema, values, {}, internal=False))
    assert inbox_values(schema, values) == {"Ergebnis": "gut", "Vermerk": "knapp"}
    assert inbox_values(schema, values, internal=False) == {"Ergebnis": "gut"}
