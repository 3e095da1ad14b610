"""The shared cases of conformance.json, through the Python interpreter."""

import pytest

from pikflow.expressions import ExpressionFault, compile_expression

from .conformance import CASES, Case, same


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.group}: {case.expression[:60]}")
def test_gives_the_agreed_value(case: Case) -> None:
    expression = compile_expression(case.expression)
    if case.fault:
        with pytest.raises(ExpressionFault) as caught:
            expression.evaluate(case.scope)
        assert caught.value.code == case.fault
    else:
        assert same(expression.evaluate(case.scope), case.value)


def test_has_cases_enough_to_hold_two_interpreters_together() -> None:
    assert len(CASES) >= 150
    assert len({(case.expression, str(case.scope)) for case in CASES}) == len(CASES)
