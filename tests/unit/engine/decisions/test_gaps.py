"""Values no rule takes: with an example, and the rule that would take them."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pikflow.engine.decisions.compiled import Ready
from pikflow.engine.decisions.gaps import Gap, gaps
from pikflow.engine.decisions.library import Library, decisions_of
from pikflow.engine.decisions.overlaps import chart

from .tables import dmn, table


def ready_of(inputs: str, rules: str, **options: str) -> Ready:
    library = Library.of(decisions_of({"a.dmn": dmn(table(inputs, "n", rules, **options))}))
    return library.ready["tabelle"]


def found_in(inputs: str, rules: str, **options: str) -> list[Gap]:
    ready = ready_of(inputs, rules, **options)
    charted = chart(ready)
    assert charted is not None
    return list(gaps(charted, ready, 9))


@pytest.mark.parametrize(
    ("inputs", "rules", "options", "example"),
    [
        ("x:number", "< 10 | 1\n>= 10 | 2", {}, None),
        ("x:number", "< 10 | 1\n> 10 | 2\nnull | 3", {}, {"x": Decimal(10)}),
        ("x:number", "- | 1", {}, None),
        ("x:boolean", "true | 1\nfalse | 2", {}, None),
        ("x:boolean", "true | 1", {}, {"x": False}),
        ("x:string", '"a" | 1\n"b" | 2\nnull | 3', {"allowed": '"a","b"'}, None),
        ("x:string", '"a" | 1\nnull | 3', {"allowed": '"a","b"'}, {"x": "b"}),
        ("x:number", "[0..9] | 1", {"allowed": "[0..9]"}, None),
        ("x:number", "[0..9] | 1", {"allowed": "[0..10]"}, {"x": Decimal(10)}),
        ("x:number", "< grenze | 1", {}, None),
        ("x + 1", "< 5 | 1", {}, None),
    ],
)
def test_gaps(
    inputs: str, rules: str, options: dict[str, str], example: Mapping[str, Any] | None
) -> None:
    found = found_in(inputs, rules, **options)
    assert (found[0].example if found else None) == example


def test_a_gap_of_several_columns_is_found() -> None:
    rules = '< 10 | "a" | 1\n>= 10 | - | 2\n- | not("a") | 3\n- | null | 4\nnull | - | 5'
    assert not found_in("x:number | y:string", rules)
    without = "\n".join(rules.splitlines()[:2] + rules.splitlines()[3:])
    (gap,) = found_in("x:number | y:string", without)
    assert gap.example["x"] < 10 and gap.example["y"] not in ("a", None)
    assert gap.cells == ("< 10", 'not("a", null)')


@pytest.mark.parametrize(
    ("inputs", "rules", "cells"),
    [
        ("x:number", "[1..5) | 1\n(5..9] | 2", ["< 1", "5", "> 9"]),
        ("x:number", "< 1 | 1\n[3..4] | 2", ["[1..3)", "> 4"]),
        ("x:integer", "<= 1 | 1\n>= 3 | 2", ["(1..3)"]),
        ("x:string", '"a" | 1', ['not("a")']),
        ("x:boolean", "false | 1", ["true"]),
        ("x:date", '< date("2026-03-01") | 1\n> date("2026-03-01") | 2', ['date("2026-03-01")']),
        ("x:number | x:number", ">= 1 | < 5 | 1\n- | < 1 | 2", [">= 5 | -"]),
        (
            "x:number | y:boolean",
            "< 5 | true | 1\n>= 5 | false | 2",
            [">= 5 | true", "< 5 | false"],
        ),
    ],
)
def test_the_rule_that_would_mend_it(inputs: str, rules: str, cells: list[str]) -> None:
    found = [" | ".join(gap.cells) for gap in found_in(inputs, rules)]
    assert sorted(found) == sorted(cells)


NUMBERS = [
    "-",
    "< 3",
    ">= 7",
    "[3..5)",
    "5",
    "(5..7)",
    "not(5)",
    "2, 9",
    "[1..4]",
    "null",
    "not(null)",
]
TEXTS = ["-", '"a"', '"b","c"', 'not("a")', '"c"', "null", "not(null)"]

ROWS = st.tuples(st.sampled_from(NUMBERS), st.sampled_from(TEXTS))


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from(NUMBERS), st.sampled_from(TEXTS)), min_size=1, max_size=5)
)
def test_rules_for_all_gaps_close_the_table_and_meet_nothing(rows: list[tuple[str, str]]) -> None:
    lines = [f"{number} | {text} | 1" for number, text in rows]
    inputs = "x:number | y:string"
    proposed = [
        f"{gap.cells[0]} | {gap.cells[1]} | 1" for gap in found_in(inputs, "\n".join(lines))
    ]
    if len(proposed) == 9:
        return
    ready = ready_of(inputs, "\n".join([*lines, *proposed]))
    closed = chart(ready)
    assert closed is not None and not list(gaps(closed, ready, 1))
    assert all(second <= len(lines) for _, second in closed.meetings())
