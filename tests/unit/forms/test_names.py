# ruff: noqa: E501 - lines of form files stay in one piece
"""Names in expressions: unknown ones, columns, circles, and what a form provides and reads."""

from collections.abc import Callable

import pytest

from pikflow.errors import DefinitionInvalid, Finding
from pikflow.forms.language import load
from pikflow.forms.names import facts
from pikflow.forms.schema import FormSchema

from .samples import form, text_of

GROUP = "{id: stellen, type: group, label: S, fields: [{id: vzae, type: decimal, label: V}]}"


def only(*fields: str, more: str = "") -> Finding:
    with pytest.raises(DefinitionInvalid) as caught:
        load(text_of(*fields, more=more), "forms/x.yaml")
    assert len(caught.value.findings) == 1, caught.value.findings
    return caught.value.findings[0]


def test_takes_a_near_miss_for_a_slip_and_says_what_was_meant() -> None:
    found = only(
        "{id: betrag, type: money, label: B}",
        '{id: b, type: money, label: B, compute: "betrga * 2"}',
    )
    assert (found.line, found.code) == (10, "form-unknown-name")
    assert "betrag" in found.hint


def test_leaves_names_of_the_case_to_the_process_check(make: Callable[..., FormSchema]) -> None:
    schema = make('{id: b, type: money, label: B, compute: "runde.budget * params.satz"}')
    assert facts(schema).reads == {"runde.budget", "params.satz"}


def test_own_params_are_not_read_from_the_case(full: FormSchema) -> None:
    assert facts(full).reads == {"vorgang.name", "vorgang.ort", "vorgang.gemeinden"}


def test_provides_fields_parts_columns_and_sums(full: FormSchema) -> None:
    provides = facts(full).provides
    assert {
        "zeit.von",
        "stellen.vzae",
        "plan.summe.jahr1",
        "zeichnung.zeitpunkt",
        "orte.ags",
    } <= provides
    assert "hinweis" not in provides
    assert facts(full).sections == {"angaben", "stellen", "ende"}


def test_refuses_an_unknown_column_in_a_loop() -> None:
    found = only(GROUP, '{id: b, type: decimal, label: B, compute: "sum(s.vzea for s in stellen)"}')
    assert found.code == "form-unknown-name"
    assert "vzae" in found.hint


@pytest.mark.parametrize(
    "expression",
    ["item.vzae", "stellen.vzae", "kurz.teil", "zeit.ende"],
)
def test_refuses_names_that_can_not_be_there(expression: str) -> None:
    found = only(
        GROUP,
        "{id: kurz, type: text, label: K}",
        "{id: zeit, type: period, label: Z}",
        f'{{id: b, type: text, label: B, visible: "{expression} == 1"}}',
    )
    assert found.code == "form-unknown-name"


def test_says_how_a_column_of_the_row_is_named() -> None:
    group = GROUP.replace("]}", ', {id: b, type: decimal, label: B, compute: "vzae * 2"}]}')
    assert "item.vzae" in only(group).hint


def test_refuses_a_circle_and_names_its_fields() -> None:
    found = only(
        '{id: eins, type: decimal, label: A, compute: "zwei + 1"}',
        '{id: zwei, type: decimal, label: B, compute: "eins + 1"}',
    )
    assert found.code == "form-circle"
    assert "eins → zwei → eins" in found.message


def test_a_field_that_hides_itself_is_a_circle() -> None:
    assert only('{id: eins, type: bool, label: A, visible: "not eins"}').code == "form-circle"


def test_a_column_may_use_a_sum_of_another_column(full: FormSchema) -> None:
    assert full.field("stellen.anteil").compute is not None


def test_refuses_a_check_that_points_nowhere() -> None:
    more = 'checks:\n  - {assert: "eins > 0", field: eisn, message: M}\n'
    found = only("{id: eins, type: integer, label: A}", more=more)
    assert (found.line, found.code) == (11, "form-unknown-name")
    assert "eins" in found.hint


def test_refuses_a_placeholder_of_an_unknown_column() -> None:
    more = 'checks:\n  - {each: stellen, assert: "item.vzae > 0", field: stellen.vzae, message: "{item.x}"}\n'
    assert "{item.x}" in only(GROUP, more=more).message


def test_deep_dependencies_do_not_overflow() -> None:
    fields = ["{id: f0, type: decimal, label: F}"]
    fields += [
        f'{{id: f{n}, type: decimal, label: F, compute: "f{n - 1} + 1"}}' for n in range(1, 400)
    ]
    assert form(*fields).field("f399") is not None
