"""The list of functions itself; what each one gives stands in conformance.json."""

from decimal import Decimal

import pytest

from pikflow.expressions import FUNCTIONS, compile_expression
from pikflow.expressions.functions import suggestion

from .conformance import CASES


@pytest.mark.parametrize("name", sorted(FUNCTIONS))
def test_the_way_to_write_it_compiles(name: str) -> None:
    for usage in FUNCTIONS[name].usage.split(" oder "):
        assert usage.startswith(f"{name}(")
        assert compile_expression(usage).tree[:2] == ["call", name]


@pytest.mark.parametrize("name", sorted(FUNCTIONS))
def test_has_shared_cases(name: str) -> None:
    assert any(f"{name}(" in case.expression for case in CASES)


@pytest.mark.parametrize("name", sorted(FUNCTIONS))
def test_nothing_makes_no_trouble(name: str) -> None:
    function = FUNCTIONS[name]
    arguments = ", ".join(["nichts"] * function.least)
    value = compile_expression(f"{name}({arguments})").evaluate({})
    assert value in (None, False, True, Decimal(0), "", [])


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("SUM", "sum"),
        ("summe", "sum"),
        ("rund", "round"),
        ("add_day", "add_days"),
        ("monthsbetween", "months_between"),
        ("now", "today"),
        ("string", "text"),
        ("Zinsen", "interest"),
    ],
)
def test_an_unknown_name_suggests_the_nearest(written: str, meant: str) -> None:
    assert suggestion(written).startswith(f"Gemeint ist wohl {meant}: ")


def test_the_sample_draws_about_its_rate() -> None:
    expression = compile_expression("count(sample('IM-2026-' + text(n), 10) for n in l)")
    drawn = expression.evaluate({"l": list(range(4_000))})
    assert 340 <= drawn <= 460
