"""Compiled expressions over scopes as they come."""

from collections import ChainMap
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from decimal import Decimal, localcontext
from types import MappingProxyType
from typing import Any

import pytest

from pikflow.expressions import (
    ExpressionFault,
    compile_expression,
    is_expression,
)


def evaluate(text: str, **scope: Any) -> Any:
    return compile_expression(text).evaluate(scope)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("n + 1", Decimal(6)),
        ("n == 5.0", True),
        ("n", Decimal(5)),
        ("f * 2", Decimal("0.2")),
        ("f < n", True),
        ("z", [Decimal(1), Decimal(2)]),
        ("sum(z)", Decimal(3)),
        ("[x * n for x in z]", [Decimal(5), Decimal(10)]),
        ("n in [5]", True),
        ("tag", date(2026, 1, 31)),
        ("tag == date('2026-01-31')", True),
        ("sicht.a", Decimal(1)),
        ("'a' in sicht", True),
        ("sicht", {"a": Decimal(1)}),
        ("ja + 1", None),
        ("max(n, f)", Decimal(5)),
        ("round(f, n)", Decimal("0.1")),
        ("text(n)", "5"),
    ],
)
def test_takes_a_scope_that_was_not_normalised(text: str, value: Any) -> None:
    scope = {
        **{"n": 5, "f": 0.1, "z": (1, 2), "ja": True},
        **{"tag": datetime(2026, 1, 31, 12, tzinfo=UTC), "sicht": MappingProxyType({"a": 1})},
    }
    result = evaluate(text, **scope)
    assert result == value
    assert type(result) is type(value)


def test_takes_any_mapping_as_scope() -> None:
    scope = ChainMap({"a": Decimal(1)}, {"b": Decimal(2)})
    assert compile_expression("a + b").evaluate(scope) == Decimal(3)


@pytest.mark.parametrize("text", ["x", "x == x", "x < 1", "[x]", "x + 1", "not x", "text(x)"])
def test_an_object_in_the_scope_is_a_fault_or_nothing(text: str) -> None:
    try:
        result = evaluate(text, x=object())
    except ExpressionFault as fault:
        assert fault.code == "expression-value"
    else:
        assert result is None


@pytest.mark.parametrize("number", ["NaN", "sNaN", "Infinity", "-Infinity", "1E+999999", "1E+31"])
@pytest.mark.parametrize(
    "text", ["x * 2", "x + 1", "x / 3", "x // 3", "x % 7", "round(x)", "-x", "text(x)"]
)
def test_a_number_beyond_all_bounds_is_a_fault(text: str, number: str) -> None:
    with pytest.raises(ExpressionFault) as caught:
        evaluate(text, x=Decimal(number))
    assert caught.value.code == "expression-number-size"


def test_the_result_does_not_depend_on_the_threads_decimal_context() -> None:
    with localcontext(prec=3):
        assert evaluate("1234.56 + 0.01") == Decimal("1234.57")
        assert evaluate("-1234.56") == Decimal("-1234.56")
        assert evaluate("round(1234.567, 2)") == Decimal("1234.57")
        assert evaluate("abs(-1234.56)") == Decimal("1234.56")
        assert evaluate("round(12345678, -1)") == Decimal(12345680)
        assert evaluate("1234567 / 1") == Decimal(1234567)
        assert evaluate("text(1234.567)") == "1234.567"
        assert evaluate("number('1234,567')") == Decimal("1234.567")


def test_is_used_by_several_threads_at_once() -> None:
    expression = compile_expression("sum(a * f for a in l if a > 1)")

    def run(factor: int) -> Any:
        return expression.evaluate({"l": [Decimal(n) for n in range(50)], "f": Decimal(factor)})

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(run, range(40))) == [Decimal(1224 * factor) for factor in range(40)]


def test_compiling_again_finds_the_same_expression() -> None:
    assert compile_expression("a + 4711") is compile_expression("a + 4711")


def test_deep_data_is_a_fault() -> None:
    deep: Any = Decimal(1)
    for _ in range(500):
        deep = [deep]
    with pytest.raises(ExpressionFault):
        evaluate("x", x=deep)
    with pytest.raises(ExpressionFault):
        evaluate("x == y", x=deep, y=[deep[0]])


def test_knows_whether_a_text_compiles() -> None:
    assert is_expression("a.b > 3")
    assert not is_expression("a &&")
