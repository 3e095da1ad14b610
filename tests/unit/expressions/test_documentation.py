"""docs/expressions.md tells the truth: every function has a row, every row computes."""

import re
from pathlib import Path

import pytest

from pikflow.expressions import FUNCTIONS, compile_expression, compile_script

from .conformance import same

PAGE = (Path(__file__).parents[3] / "docs" / "expressions.md").read_text(encoding="utf-8")
ROWS = re.findall(r"^\| `(\w+\(.*)` \| `(.+?)` \| .+ \|$", PAGE, re.MULTILINE)
BLOCKS = re.findall(r"```\n(.*?)```", PAGE, re.DOTALL)


def test_every_function_has_a_row() -> None:
    assert {row[0].partition("(")[0] for row in ROWS} == set(FUNCTIONS)


@pytest.mark.parametrize(("text", "result"), ROWS)
def test_an_example_gives_what_it_says(text: str, result: str) -> None:
    value = compile_expression(text).evaluate({})
    assert same(value, compile_expression(result).evaluate({}))


def test_the_longer_examples_compile() -> None:
    expressions, script = BLOCKS
    for line in expressions.splitlines():
        assert compile_expression(line).names
    assert compile_script(script).assigned == ("satz", "betrag")
