"""Texts that try to get out, to bring the server down, or to look like something else.

Each one of attacks.json is refused, evaluates to the harmless value that stands beside it, or is
stopped before it has taken much time or memory.
"""

import tracemalloc
from decimal import Decimal
from typing import Any

import pytest
from attacks import BOMBS, HARMLESS, REFUSED, SCRIPTS, bomb_scope

from pikflow.expressions import ExpressionError, ExpressionFault, compile_expression, compile_script
from pikflow.expressions.budget import MAX_STEPS

_MOST_MEMORY = 64_000_000  # bytes


@pytest.mark.parametrize("text", REFUSED, ids=lambda text: ascii(text[:50]))
def test_is_refused(text: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        compile_expression(text)
    assert caught.value.message.startswith("Spalte ")
    assert 1 <= caught.value.column <= len(text) + 1


@pytest.mark.parametrize(("text", "value"), HARMLESS, ids=lambda text: ascii(str(text)[:50]))
def test_is_harmless(text: str, value: Any) -> None:
    scope = {"antrag": {"betrag": Decimal(5)}}
    assert compile_expression(text).evaluate(scope) == value


@pytest.mark.parametrize("text", SCRIPTS, ids=lambda text: ascii(text[:50]))
def test_script_is_refused(text: str) -> None:
    with pytest.raises(ExpressionError):
        compile_script(text)


@pytest.mark.parametrize(("text", "fault"), BOMBS, ids=[text[:50] for text, _ in BOMBS])
def test_a_bomb_is_stopped(text: str, fault: str) -> None:
    """By steps and sizes, which are the same on every machine, and with a clear message."""
    with pytest.raises(ExpressionFault) as caught:
        compile_expression(text).evaluate(bomb_scope())
    assert caught.value.code == fault
    assert caught.value.message.startswith("Die Berechnung wurde abgebrochen, weil ")
    assert caught.value.hint


@pytest.mark.parametrize("text", [text for text, _ in BOMBS], ids=lambda text: text[:50])
def test_steps_pay_for_memory(text: str) -> None:
    """A tenth of the steps takes less than a tenth of the memory an evaluation may take."""
    expression, scope = compile_expression(text), bomb_scope()
    tracemalloc.start()
    try:
        with pytest.raises(ExpressionFault):
            expression.spend(scope, MAX_STEPS // 10)
        memory = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert memory < _MOST_MEMORY / 10


def test_the_memory_of_a_text_is_bounded_while_it_is_compiled() -> None:
    tracemalloc.start()
    try:
        for text in REFUSED:
            with pytest.raises(ExpressionError):
                compile_expression(text)
        memory = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert memory < _MOST_MEMORY


def test_everyday_expressions_are_far_from_the_limit() -> None:
    """A table of 100 rates and 500 posts, as the bundled processes have at most."""
    scope = {
        "satz": {f"{year}-01-01": Decimal(year) for year in range(1950, 2050)},
        "stellen": [{"vzae": Decimal("0.5"), "gemeinde": str(n % 50)} for n in range(500)],
        "von": bomb_scope()["d"],
        "bis": bomb_scope()["e"],
    }
    for text in (
        "sum(round(s.vzae * at(satz, von), 2) for s in stellen)",
        "share(1000, [s.vzae for s in stellen])",
        "sum(z.betrag for z in interest(1000, von, bis, satz, 5))",
        'join([g.gemeinde for g in group_sum(stellen, "gemeinde", "vzae")])',
    ):
        _, left = compile_expression(text).spend(scope, MAX_STEPS)
        assert left > MAX_STEPS * 0.8, text


def test_there_are_entries_enough() -> None:
    assert len(set(REFUSED)) == len(REFUSED)
    assert len(REFUSED) + len(HARMLESS) + len(SCRIPTS) + len(BOMBS) >= 300


def test_a_script_cannot_grow_numbers_without_end() -> None:
    script = compile_script("x = 9\n" + "x = x * x\n" * 300)
    with pytest.raises(ExpressionFault) as caught:
        script.run({})
    assert caught.value.code == "expression-number-size"


def test_a_script_cannot_grow_texts_without_end() -> None:
    script = compile_script("x = 'xxxxxxxxxx'\n" + "x = x + x\n" * 300)
    with pytest.raises(ExpressionFault) as caught:
        script.run({})
    assert caught.value.code == "expression-text-size"


@pytest.mark.parametrize("line", ["x = [x, x]", "x = {'a': x, 'b': x}", "x = [x]", "x = x + x"])
def test_a_script_cannot_grow_lists_without_end(line: str) -> None:
    script = compile_script("x = [1]\n" + f"{line}\n" * 300)
    with pytest.raises(ExpressionFault) as caught:
        script.run({})
    assert caught.value.code in {
        "expression-steps",
        "expression-value",
        "expression-list-size",
    }


def test_a_script_cannot_keep_many_large_lists() -> None:
    lines = "\n".join(f"x{n} = [l, l, l, l, l, l, l, l]" for n in range(300))
    with pytest.raises(ExpressionFault) as caught:
        compile_script(lines).run({"l": [Decimal(0)] * 9_000})
    assert caught.value.code == "expression-steps"


def test_a_result_shares_nothing_with_the_scope() -> None:
    scope = {"antrag": {"stellen": [{"vzae": Decimal(1)}]}}
    result = compile_expression("antrag").evaluate(scope)
    result["stellen"].append("neu")
    assert scope == {"antrag": {"stellen": [{"vzae": Decimal(1)}]}}
