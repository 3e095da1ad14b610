# ruff: noqa: E501 - samples stay in one piece
"""Conditions from lists: into comparisons and back without a change of meaning."""

import pytest

from pikflow.errors import Invalid
from pikflow.expressions import compile_expression
from pikflow.forms.editing.conditions import (
    Comparison,
    Known,
    Rule,
    names_of,
    put_together,
    take_apart,
)
from pikflow.forms.language import load

KNOWN = (
    Known("betrag", "Betrag", "number"),
    Known("beginn", "Beginn", "date"),
    Known("modell", "Modell", "choice", (("a", "A"),)),
    Known("ja", "Ja?", "bool"),
)


@pytest.mark.parametrize(
    "text",
    ["ja", "not ja", "betrag > 5", "betrag >= -1.5 and modell == 'a'", "a == 'x' or b == 'y'",
     "'pdf' in liste", "'pdf' not in liste", "beginn >= date('2026-01-31')", "x != null",
     "x == null", "betrag <= antrag.beantragt_eur", "modell == '08'", 'name == "it\'s"'],
)  # fmt: skip
def test_what_can_be_chosen_comes_back_with_the_same_meaning(text: str) -> None:
    rule = take_apart(text)
    assert rule is not None
    again = put_together(rule, (*KNOWN, Known("name", "Name", "text")))
    assert compile_expression(again).tree == compile_expression(text).tree


@pytest.mark.parametrize(
    "text", ["a + 1 > 2", "a and (b or c)", "len(x) > 1", "a == true", "a <", "1 < a < 3", "a == '2026-01-31'"]
)  # fmt: skip
def test_more_than_comparisons_stays_text(text: str) -> None:
    assert take_apart(text) is None


@pytest.mark.parametrize(
    ("comparison", "code"),
    [
        (Comparison("betrag", ">", "viel"), "condition-value"),
        (Comparison("beginn", ">", "morgen"), "condition-value"),
        (Comparison("modell", "==", ""), "condition-value"),
        (Comparison("modell", "~", "a"), "condition-sign"),
    ],
)
def test_a_value_that_does_not_suit_is_refused(comparison: Comparison, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        put_together(Rule("and", (comparison,)), KNOWN)
    assert refused.value.code == code


def test_quotes_in_a_value_stay_a_value() -> None:
    text = put_together(Rule("and", (Comparison("modell", "==", "a' or 'b"),)), KNOWN)
    assert compile_expression(text).tree == [
        "compare",
        ["name", "modell"],
        ["==", ["value", "a' or 'b"]],
    ]


def test_names_know_their_kind_and_the_columns_of_their_row() -> None:
    schema = load(
        "pikform: 1\nid: a\nversion: 1\ntitle: A\nsections:\n  - id: s\n    title: S\n    fields:\n"
        "      - {id: ja, type: bool, label: Ja}\n"
        "      - id: stellen\n        type: group\n        label: Stellen\n"
        "        fields: [{id: vzae, type: decimal, label: Umfang}]\n"
        "      - id: plan\n        type: matrix\n        label: Plan\n        rows: {p: P}\n"
        "        columns: [{id: j, type: money, label: J}]\n",
        "a.yaml",
    )
    found = {one.name: one.kind for one in names_of(schema, "stellen")}
    assert found["item.vzae"] == "number" and found["ja"] == "bool"
    assert found["plan.p.summe"] == "number"
    assert "item.vzae" not in {one.name for one in names_of(schema)}
