# ruff: noqa: E501 - samples stay in one piece
"""What is typed into a panel, as values of the language; and nothing changes by being shown."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from pikflow.forms.editing import entries
from pikflow.forms.editing.outline import outline
from pikflow.forms.editing.panel import Slot, slots_of
from pikflow.forms.editing.tree import Tree
from pikflow.forms.types import builtin_types

ROOT = Path(__file__).parents[4]
FILES = sorted((ROOT / "forms").rglob("*.yaml"))


def slot(kind: str, name: str) -> Slot:
    return next(one for one in slots_of("field", {}, builtin_types().get(kind)) if one.name == name)


def test_whatever_stands_in_our_forms_comes_back_as_it_is_shown() -> None:
    seen = 0
    for path in FILES:
        tree = Tree(path.read_text(encoding="utf-8"))
        for part in outline(tree.data).walk():
            held = tree.value(part.path)
            for one in slots_of(part.kind, held, builtin_types().get(part.type)):
                value = held
                for step in one.path:
                    value = value.get(step) if isinstance(value, dict) else None
                assert entries.read(one, entries.shown(one, value), value) is value, (
                    path,
                    one.name,
                )
                seen += 1
    assert seen > 10_000


@pytest.mark.parametrize(
    ("kind", "name", "typed", "value"),
    [
        ("text", "label", {"": " Ort ", "en": ""}, "Ort"),
        ("text", "label", {"": "Ort", "en": "Town"}, {"de": "Ort", "en": "Town"}),
        ("money", "min", {"": "0,05"}, Decimal("0.05")),
        ("money", "max", {"": "hoechstbetrag"}, "hoechstbetrag"),
        ("date", "min", {"": "31.1.2026"}, "2026-01-31"),
        ("text", "required", {"": "true", "expr": ""}, True),
        ("text", "visible", {"": "ausdruck", "expr": "a > 1"}, "a > 1"),
        ("text", "inbox", {"": "true"}, True),
        ("text", "summary", {"": "false"}, False),
        ("text", "summary", {"": "true"}, None),
        ("text", "personal", {"": "true", "retention": "P5Y"}, {"retention": "P5Y"}),
        ("file", "kinds", {"": "pdf, xlsx"}, ["pdf", "xlsx"]),
        ("decimal", "places", {"": "3"}, Decimal(3)),
        ("text", "hint", {"": "", "en": ""}, None),
        (
            "choice",
            "options",
            {"0.de": "Eigene Stellen", "1.value": "x", "1.de": "X", "1.en": "Y", "2.de": ""},
            {"eigene_stellen": "Eigene Stellen", "x": {"de": "X", "en": "Y"}},
        ),
        (
            "choice",
            "options",
            {"0.value": "a", "0.de": "A", "0.hint": "Hilfe"},
            [{"value": "a", "label": "A", "hint": "Hilfe"}],
        ),
    ],
)
def test_typed_entries_become_values(
    kind: str, name: str, typed: dict[str, str], value: Any
) -> None:
    assert entries.read(slot(kind, name), typed, None) == value


def test_dated_values_keep_those_that_were_not_touched() -> None:
    held = {"satz": {"2023": Decimal(47000)}, "fest": "x"}
    params = Slot("params", "params", "basis", slot("text", "label").kind)
    typed = {
        **entries.shown(params, held),
        "2.name": "satz",
        "2.from": "1.7.2024",
        "2.value": "60000",
    }
    found = entries.read(params, typed, held)
    assert found == {"satz": {"2023": Decimal(47000), "2024-07-01": Decimal(60000)}, "fest": "x"}


def test_answers_of_a_test_case_are_nested_by_their_names() -> None:
    given = Slot("given", "pairs", "basis", slot("text", "label").kind)
    typed = {"0.name": "stellen.0.vzae", "0.value": "1", "1.name": "stellen.1.vzae",
             "1.value": "0,35", "2.name": "ja", "2.value": "true"}  # fmt: skip
    assert entries.read(given, typed, None) == {
        "stellen": [{"vzae": Decimal(1)}, {"vzae": "0,35"}], "ja": True,
    }  # fmt: skip


def test_only_what_a_type_has_is_offered() -> None:
    names = {one.name for one in slots_of("field", {}, builtin_types().get("money"))}
    assert {"min", "max", "compute", "suppress_below"} <= names
    assert not {"pattern", "max_length", "options", "places", "rows"} & names
    note = {one.name for one in slots_of("field", {}, builtin_types().get("note"))}
    assert note == {"id", "type", "label", "text", "tone", "visible", "visible_text"}
    kept = {one.name for one in slots_of("field", {"pattern": "x"}, builtin_types().get("money"))}
    assert "pattern" in kept, "what stands in the file is shown, fitting or not"
