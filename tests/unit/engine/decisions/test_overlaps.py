"""Rules that meet, rules that are never reached, and gaps: told with an example."""

from itertools import islice

import pytest

from pikflow.engine.decisions.library import Library, decisions_of
from pikflow.engine.decisions.overlaps import Chart, chart

from .tables import dmn, table


def charted(inputs: str, rules: str, **options: str) -> Chart:
    library = Library.of(decisions_of({"a.dmn": dmn(table(inputs, "n", rules, **options))}))
    found = chart(library.ready["tabelle"])
    assert found is not None
    return found


def met(inputs: str, rules: str, **options: str) -> list[tuple[int, int]]:
    return list(charted(inputs, rules, **options).meetings())


@pytest.mark.parametrize(
    ("inputs", "rules", "pairs"),
    [
        ("x:number", "< 10 | 1\n>= 10 | 2", []),
        ("x:number", "<= 10 | 1\n>= 10 | 2", [(1, 2)]),
        ("x:number", "(1..5) | 1\n[5..9] | 2\n(9..12) | 3", []),
        ("x:number", "(1..2) | 1\n(1.2..1.3) | 2", [(1, 2)]),
        ("x:integer", "(1..2) | 1\n- | 2", []),
        ("x:integer", "(1..3) | 1\n- | 2", [(1, 2)]),
        ("x:string", '"a" | 1\n"b" | 2\nnot("a","b") | 3', []),
        ("x:string", '"a","b" | 1\n"b","c" | 2', [(1, 2)]),
        ("x:string", '< "m" | 1\n>= "m" | 2', []),
        ("x", "null | 1\nnot(null) | 2", []),
        ("x", '"a" | 1\n5 | 2\ntrue | 3', []),
        ("x:boolean", "true | 1\nfalse | 2", []),
        ("x:boolean", "true | 1\n- | 2", [(1, 2)]),
        ("x:date", 'date("2026-01-01") | 1\n> date("2026-01-01") | 2', []),
        ("x:date", 'date("2026-01-01") | 1\n>= date("2025-12-31") | 2', [(1, 2)]),
        ("x:number | y:string", '< 10 | "a" | 1\n< 20 | "b" | 2', []),
        ("x:number | y:string", '< 10 | - | 1\n< 20 | "b" | 2', [(1, 2)]),
        ("x:number | x:number", ">= 1 | < 5 | 1\n>= 5 | < 9 | 2", []),
        ("x:number", "< grenze | 1\n< 5 | 2", []),
        ("x | y", '- | "a" | 1\n< grenze | "b" | 2', []),
        ("x", "- | 1\n- | 2\n- | 3", [(1, 2), (1, 3), (2, 3)]),
    ],
)
def test_which_rules_meet(inputs: str, rules: str, pairs: list[tuple[int, int]]) -> None:
    assert met(inputs, rules) == pairs


def test_the_example_is_taken_by_both_rules() -> None:
    found = charted("x:number | y:string", '[3..10] | - | 1\n(9..20] | "b" | 2')
    (pair,) = found.meetings()
    example = found.example(*pair)
    assert 9 < example["x"] <= 10 and example["y"] == "b"


def test_rules_behind_a_wider_one_are_hidden() -> None:
    assert list(charted("x:number", "< 5 | 1\n< 20 | 2\n< 10 | 3\n- | 4\n> 3 | 5").hidden()) == [
        (3, 2),
        (5, 4),
    ]


def test_a_table_of_many_rules_and_few_values_is_examined() -> None:
    rules = "\n".join(f'"{n % 40}" | {n // 40} | {n}' for n in range(2000))
    found = charted("x:string | y:number", rules)
    assert list(found.meetings()) == []
    alike = charted("x:string", "\n".join(["- | 1"] * 2000)).meetings()
    assert len(list(islice(alike, 1000))) == 1000


def test_a_table_of_too_many_values_is_left_alone() -> None:
    rules = "\n".join(f"{n} | {n}" for n in range(700))
    library = Library.of(decisions_of({"a.dmn": dmn(table("x:number", "n", rules))}))
    assert chart(library.ready["tabelle"]) is None
