"""No text makes the compiler raise anything but ExpressionError; no value breaks an evaluation.

Hypothesis runs with a fixed seed and few examples; raise `_EXAMPLES` to search longer.
"""

import json
from datetime import date
from decimal import Decimal
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pikflow.expressions import (
    FUNCTIONS,
    Expression,
    ExpressionError,
    ExpressionFault,
    compile_expression,
    compile_script,
)

from .conformance import CASES, same

_EXAMPLES = 300
_SETTINGS = settings(
    max_examples=_EXAMPLES,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)

_WORDS = st.sampled_from(
    [
        *("a", "b", "antrag.betrag", "stellen", "x", "1", "0", "2.50", "-3", "'a'", '"ä🏠"', "''"),
        *("True", "None", "[]", "[1, 'a']", "{'a': 1}", "date('2026-01-31')", "heute", "größe"),
        *("+", "-", "*", "/", "//", "%", "==", "!=", "<", "<=", ">", ">=", "in", "not in", "not"),
        *("and", "or", "if", "else", "for", "(", ")", "[", "]", "{", "}", ",", ".", ":", " ", "\n"),
        *("=", "&&", "!", "**", "lambda", "_", "#", "\\", "'", '"', ";", "\x00", "é", "１", ":="),
        *(f"{name}(" for name in sorted(FUNCTIONS)),
    ]
)
_LOOSE = st.lists(_WORDS, max_size=30).map(" ".join) | st.lists(_WORDS, max_size=30).map("".join)

_VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.decimals(
        allow_nan=False, allow_infinity=False, places=3, min_value=-(10**9), max_value=10**9
    )
    | st.text(max_size=10)
    | st.dates(min_value=date(1, 1, 1)),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=3), inner, max_size=3)
    ),
    max_leaves=8,
)
_SCOPES = st.fixed_dictionaries(
    {"a": _VALUES, "b": _VALUES, "x": _VALUES, "stellen": st.lists(_VALUES, max_size=5)}
)


def _combined(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    operators = st.sampled_from(
        ["+", "-", "*", "/", "//", "%", "==", "!=", "<", "<=", ">=", "in", "not in", "and", "or"]
    )
    several = st.lists(inner, min_size=1, max_size=5)
    return st.one_of(
        st.tuples(inner, operators, inner).map(lambda t: f"({t[0]} {t[1]} {t[2]})"),
        st.tuples(inner, inner, inner).map(lambda t: f"({t[0]} if {t[1]} else {t[2]})"),
        inner.map(lambda t: f"(not {t})"),
        inner.map(lambda t: f"-{t}"),
        several.map(lambda t: f"[{', '.join(t)}]"),
        st.tuples(inner, inner).map(lambda t: f"[{t[0]} for x in {t[1]} if x]"),
        st.tuples(st.sampled_from(sorted(FUNCTIONS)), several).map(_called),
    )


def _called(drawn: tuple[str, list[str]]) -> str:
    name, given_arguments = drawn
    function = FUNCTIONS[name]
    wanted = max(function.least, min(len(given_arguments), function.most))
    arguments = (given_arguments * 5)[:wanted]
    return f"{name}({', '.join(arguments)})"


_VALID = st.recursive(
    st.sampled_from(
        ["a", "b", "x", "a.b", "stellen", "1", "0", "2.5", "'a'", "'2026-01-31'", "None"]
    ),
    _combined,
    max_leaves=10,
)


@_SETTINGS
@given(st.text(max_size=200) | _LOOSE)
def test_any_text_compiles_or_is_refused(text: str) -> None:
    try:
        expression = compile_expression(text)
    except ExpressionError as error:
        assert 1 <= error.column <= len(text) + 1
    else:
        assert isinstance(expression, Expression)


@_SETTINGS
@given(st.text(max_size=200) | _LOOSE | _LOOSE.map(lambda text: f"x = {text}"))
def test_any_script_compiles_or_is_refused(text: str) -> None:
    try:
        script = compile_script(text)
    except ExpressionError as error:
        assert error.line >= 1
    else:
        assert set(script.assigned) == {target for target, _, _ in script.assignments}


@_SETTINGS
@given(st.sampled_from(CASES), st.integers(0, 60), _WORDS)
def test_a_slip_in_a_good_text_compiles_or_is_refused(case: Any, position: int, word: str) -> None:
    text = case.expression[:position] + word + case.expression[position + 1 :]
    try:
        compile_expression(text)
    except ExpressionError as error:
        assert error.reason


@_SETTINGS
@given(_VALID, _SCOPES)
def test_any_evaluation_gives_a_value_or_a_fault(text: str, scope: dict[str, Any]) -> None:
    try:
        expression = compile_expression(text)
        value = expression.evaluate(scope)
    except (ExpressionError, ExpressionFault):
        return
    assert isinstance(value, None | bool | Decimal | str | date | list | dict)
    assert same(Expression.of(text, json.loads(json.dumps(expression.tree))).evaluate(scope), value)


@_SETTINGS
@given(_VALID)
def test_a_tree_survives_json(text: str) -> None:
    try:
        expression = compile_expression(text)
    except ExpressionError:
        return
    assert json.loads(json.dumps(expression.tree)) == expression.tree
