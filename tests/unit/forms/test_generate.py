# ruff: noqa: E501 - lines of form files stay in one piece
"""Generated answers satisfy the form."""

from typing import Any

import pytest

from pikflow.forms.generate import generate
from pikflow.forms.schema import FormSchema
from pikflow.forms.submission import validate

from .samples import form

SUMS = (
    "{id: plan, type: matrix, label: P, rows: {a: A, b: B}, columns: [{id: ausgaben, type: money, label: X}]}",
    "{id: eigen, type: money, label: E, required: true, min: 0}",
    "{id: fremd, type: money, label: F, required: true, min: 100}",
)
EQUAL = 'checks:\n  - {assert: "plan.summe.ausgaben == eigen + fremd", field: plan, message: M, always: true}\n'


def test_satisfies_a_form_with_every_type(full: FormSchema, case: dict[str, Any]) -> None:
    answers = generate(full, case)
    assert validate(full, answers, case).errors == {}
    assert answers["zeichnung"]["bestaetigt"] is True


@pytest.mark.parametrize(
    ("fields", "more"),
    [
        (SUMS, EQUAL),
        (
            (
                "{id: von, type: date, label: V, required: true}",
                "{id: bis, type: date, label: B, required: true}",
            ),
            'checks:\n  - {assert: "bis > von", field: bis, message: M}\n',
        ),
        (
            ("{id: z, type: period, label: Z, required: true}",),
            'checks:\n  - {assert: "z.bis >= add_days(z.von, 1)", field: z, message: M}\n',
        ),
        (
            (
                "{id: neu, type: integer, label: N, required: true}",
                "{id: alle, type: integer, label: A, required: true, max: 0}",
            ),
            'checks:\n  - {assert: "neu <= alle", field: neu, message: M}\n',
        ),
        (("{id: t, type: text, label: T, required: true, min_length: 40, max_length: 45}",), ""),
        (('{id: t, type: text, label: T, required: true, pattern: "[0-9]{5}"}',), ""),
        (
            (
                "{id: g, type: group, label: G, repeat: {min: 2}, fields: [{id: a, type: integer, label: A, required: true, min: 3}]}",
            ),
            "",
        ),
    ],
)
def test_meets_checks_across_fields(fields: tuple[str, ...], more: str) -> None:
    schema = form(*fields, more=more)
    assert validate(schema, generate(schema, {}), {}).errors == {}


def test_gives_up_quietly_where_checks_contradict_each_other() -> None:
    more = 'checks:\n  - {assert: "a > 5", field: a, message: M}\n  - {assert: "a < 5", field: a, message: M}\n'
    schema = form("{id: a, type: integer, label: A, required: true}", more=more)
    assert set(validate(schema, generate(schema, {}), {}).errors) == {"a"}


def test_is_the_same_every_time(full: FormSchema, case: dict[str, Any]) -> None:
    assert generate(full, case) == generate(full, case)
