"""Cells: FEEL unary tests and expressions, said in our language."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from pikflow.engine.decisions.cells import condition_of, expression_of
from pikflow.expressions import ExpressionError
from pikflow.values import normalise

DAY = date(2026, 1, 31)
SCOPE = {
    "grenze": 10,
    "arten": ["kreis", "stadt"],
    "antrag": {"tag": DAY, "betrag": 7},
    "heute": DAY,
}


@pytest.mark.parametrize(
    ("cell", "holding", "failing"),
    [
        ("-", [1, "a", None, True], []),
        ("", [1, None], []),
        ("< 10", [9, -1], [10, "9", None]),
        ("<= 10", [10], [11, None]),
        ("> 10.5", [10.6], [10.5]),
        (">= 10", [10], [9, None]),
        ("= 5", [5], [6, "5", None]),
        ("!= 3", [4, None, "3"], [3]),
        ("5", [5, 5.0], [6, "5", None]),
        ("-5", [-5], [5]),
        (".5", [0.5], [5]),
        ('"a"', ["a"], ["b", None, 1]),
        ('"a","b"', ["a", "b"], ["c", None]),
        ('"a, b", "c"', ["a, b", "c"], ["a"]),
        (r'"sagt \"ja\" \u00e4"', ['sagt "ja" ä'], ["ja"]),
        ("[1..5]", [1, 5, 3], [0, 6, None]),
        ("(1..5]", [5, 1.1], [1]),
        ("]1..5[", [2], [1, 5]),
        ("[1..5)", [1], [5]),
        ("[1.5..2.5]", [1.5, 2.5], [1.4]),
        ("[1..2], [5..6]", [1, 6], [3]),
        ("< 3, > 7", [2, 8], [3, 5, 7]),
        ('not("a")', ["b", None], ["a"]),
        ('not("a","b")', ["c", None], ["a", "b"]),
        ("not(< 5)", [5, 6], [4, None, "x"]),
        ("not([1..5])", [0, 6], [1, 5, None]),
        ("not(1, > 7)", [2], [1, 8, None]),
        ("true", [True], [False, None, 1]),
        ("false", [False], [True, None]),
        ("null", [None], [0, "", False]),
        ("not(null)", [0, "a"], [None]),
        ('date("2026-01-31")', [DAY], [date(2026, 2, 1), "2026-01-31", None]),
        ('>= date("2026-01-01")', [DAY], [date(2025, 12, 31), None]),
        ('[date("2026-01-01")..date("2026-02-01")]', [DAY], [date(2026, 2, 2)]),
        ('@"2026-01-31"', [DAY], [date(2026, 1, 30)]),
        ("date(2026, 1, 31)", [DAY], [date(2026, 1, 30)]),
        ("< grenze", [9], [10]),
        ("grenze", [10], [9, None]),
        ("arten", ["kreis", "stadt"], ["land", None]),
        ("not(arten)", ["land", None], ["kreis"]),
        ('["kreis", "stadt"]', ["kreis"], ["land"]),
        ("> antrag.betrag + 1", [9], [8]),
        ("? > grenze and ? < 20", [11], [10, 20]),
        ('starts with(?, "08")', ["0811"], ["1108", None]),
        ('not(starts with(?, "08"))', ["1108"], ["0811"]),
        ("list contains(arten, ?)", ["kreis"], ["land"]),
        ("? in [1..3]", [2], [4]),
        ("? between 1 and 3", [1, 3], [4]),
        ("<= today()", [DAY], [date(2026, 2, 1)]),
        ("== 5", [5], [6]),
        ("1 /* eins */, 2", [1, 2], [3]),
    ],
)
def test_what_a_cell_takes(cell: str, holding: list[Any], failing: list[Any]) -> None:
    condition = condition_of(cell)
    scope = normalise(SCOPE)
    assert [v for v in holding if not condition.holds(normalise(v), scope)] == []
    assert [v for v in failing if condition.holds(normalise(v), scope)] == []


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('"ja"', "ja"),
        ("grenze * 2 - 1", 19),
        ('if grenze > 5 then "hoch" else "tief"', "hoch"),
        ('"hoch" if grenze > 50 else "tief"', "tief"),
        ("grenze = 10", True),
        ("grenze == 10 and not (grenze > 20)", True),
        ("not(grenze = 10)", False),
        ("count(arten)", 2),
        ("len([1, null])", 2),
        ("count([true, false])", 2),
        ("sum(1, 2, 3)", 6),
        ("max([1, 7])", 7),
        ("min(3, 2)", 2),
        ("floor(7 / 2)", 3),
        ("ceiling(7 / 2)", 4),
        ("round half up(2.345, 2)", Decimal("2.35")),
        ("string(1.50)", "1.5"),
        ('upper case("ab") + lower case("C")', "ABc"),
        ('string length("äb")', 2),
        ('contains("abc", "b")', True),
        ('{satz: 5, "art": "x"}', {"satz": 5, "art": "x"}),
        ("[x for x in arten]", ["kreis", "stadt"]),
        ("year(antrag.tag)", 2026),
        ("grenze in (5, 10)", True),
        ("grenze in (< 5, [9..11])", True),
        ("-(-grenze)", 10),
        ("(1 + 2) * 3", 9),
        ("null", None),
    ],
)
def test_what_an_expression_gives(text: str, value: Any) -> None:
    assert expression_of(text).evaluate(normalise(SCOPE)) == normalise(value)


@pytest.mark.parametrize(
    "text",
    [
        "antrag.tag.year",
        "2 ** 3",
        "arten[1]",
        'duration("P1D")',
        'date and time("2026-01-01T00:00:00")',
        'time("10:00:00")',
        '@"P1D"',
        "now()",
        'substring("abc", 1)',
        "some x in arten satisfies x = 1",
        "for x in arten return x",
        "function(x) x + 1",
        "grenze instance of number",
        "antrag.betrag // 2 // ein Kommentar",
        "floor(1.55, 1)",
        'date("2026-02-30")',
        "Applicant Age",
        "eval(1)",
        "a = b = c",
    ],
)
def test_what_has_no_counterpart_is_refused(text: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        expression_of(text)
    assert caught.value.message and caught.value.hint


@pytest.mark.parametrize("cell", ["grenze > 5", "true and false", "not(a) and b", "any(arten)"])
def test_a_condition_has_to_ask_for_the_value_of_its_column(cell: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        condition_of(cell)
    assert "?" in caught.value.hint


def test_our_own_language_is_taken_as_it_is_where_a_file_says_so() -> None:
    assert expression_of("count([true, false])", ours=True).evaluate({}) == 1
    assert condition_of("len([1]) // 1", ours=True).holds(Decimal(1), {})


def test_names_with_spaces_are_known_where_they_are_given() -> None:
    names = {"Post-bureau risk": "r", "Post-bureau": "p"}
    assert expression_of('Post-bureau risk = "hoch"', names=names).evaluate({"r": "hoch"}) is True
    assert condition_of("Post-bureau", names=names).holds("x", {"p": "x"})


def test_long_and_deep_cells_end_with_an_error() -> None:
    for text in ("(" * 3000, "-" * 1990 + "1", "[" * 60 + "]" * 60, "if " * 600, "1," * 5000):
        with pytest.raises(ExpressionError):
            condition_of(text)
    many = condition_of(", ".join(f'"wert {n}"' for n in range(150)))
    assert many.holds("wert 149", {}) and not many.holds("wert", {})
