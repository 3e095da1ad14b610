import pytest

from pikflow.forms.idle import unfilled, unseen

from .samples import form

HIDDEN = '{id: hilfe, type: money, label: Hilfe, compute: "betrag * 2", visible: false}'
AMOUNT = "{id: betrag, type: money, label: Betrag}"


@pytest.mark.parametrize(
    ("fields", "names"),
    [
        ([AMOUNT], set()),
        ([AMOUNT, HIDDEN], {"hilfe"}),
        ([AMOUNT, HIDDEN, '{id: x, type: money, label: X, compute: "hilfe + 1"}'], set()),
        (["{id: notiz, type: text, label: Notiz, summary: false}"], {"notiz"}),
        (["{id: notiz, type: text, label: Notiz, summary: false, inbox: true}"], set()),
        (["{id: titel, type: heading, label: Titel}"], set()),
        (
            [
                "{id: g, type: group, label: G, fields: [{id: a, type: money, label: A},"
                " {id: b, type: money, label: B, compute: 'item.a * 2', visible: false}]}"
            ],
            {"g.b"},
        ),
        (
            [
                "{id: g, type: group, label: G, fields: [{id: a, type: money, label: A,"
                " summary: false}, {id: b, type: money, label: B, compute: 'item.a * 2'}]}"
            ],
            set(),
        ),
    ],
)
def test_names_fields_nobody_will_ever_see(fields: list[str], names: set[str]) -> None:
    assert unseen(form(*fields)) == names


@pytest.mark.parametrize(
    ("field", "names"),
    [
        (AMOUNT, set()),
        ("{id: a, type: text, label: A, readonly: true}", {"a"}),
        ("{id: a, type: text, label: A, readonly: true, default: x}", set()),
        ('{id: a, type: text, label: A, readonly: true, prefill: "vorgang.name"}', set()),
        ('{id: a, type: money, label: A, compute: "1 + 1"}', set()),
        ('{id: a, type: text, label: A, readonly: "vorgang.zu"}', set()),
        ("{id: a, type: text, label: A, visible: false}", {"a"}),
    ],
)
def test_names_fields_nobody_can_fill(field: str, names: set[str]) -> None:
    assert unfilled(form(field)) == names


def test_columns_a_row_brings_along_are_filled() -> None:
    group = (
        "{{id: g, type: group, label: G, rows: \"[{{'a': 1}}]\", {map}fields:"
        " [{{id: a, type: text, label: A, readonly: true}}]}}"
    )
    assert unfilled(form(group.format(map='map: {a: "entry.a"}, '))) == set()
    assert unfilled(form(group.format(map=""))) == {"g.a"}


def test_what_a_message_shows_is_seen() -> None:
    checks = (
        "checks:\n  - {assert: \"betrag > 0\", field: betrag, message: 'Es bleiben {hilfe}.'}\n"
    )
    assert unseen(form(AMOUNT, HIDDEN, more=checks)) == set()
