"""A compiled expression."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pikflow.expressions.budget import MAX_STEPS, STEPS, Frame
from pikflow.expressions.cache import TextCache
from pikflow.expressions.errors import ExpressionError, number_fault, value_fault
from pikflow.expressions.interpreter import Step, Tree, build
from pikflow.expressions.names import references
from pikflow.expressions.results import finished
from pikflow.expressions.syntax import parse

# Texts of all processes and forms of an installation fit in many times over: about 45 MB if full.
_CACHED_CHARACTERS = 200_000


@dataclass(frozen=True)
class Expression:
    """One expression, ready to be evaluated any number of times, in any thread.

    `tree` is its JSON form, which the browser evaluates; `names` the dotted names it reads from
    the scope; `row_names` what its loops read from rows ("stellen[].vzae").
    """

    text: str
    tree: Tree
    names: frozenset[str]
    row_names: frozenset[str]
    _step: Step = field(repr=False, compare=False)
    _slots: int = field(repr=False, compare=False)

    @classmethod
    def of(cls, text: str, tree: Tree) -> "Expression":
        """Compile a tree that `syntax` made of this text."""
        found = references(tree)
        step, slots = build(tree)
        return cls(text, tree, frozenset(found.names), frozenset(found.row_names), step, slots)

    def evaluate(self, scope: Mapping[str, Any]) -> Any:
        """The value over a scope of case data; a missing name or key is None.

        The result shares nothing with the scope. Raises ExpressionFault when a limit is reached
        or the scope holds something that is no value, and nothing else.
        """
        return self.spend(scope, MAX_STEPS)[0]

    def spend(self, scope: Mapping[str, Any], steps: int) -> tuple[Any, int]:
        """As `evaluate`, with so many steps at most; the value and the steps that are left."""
        frame: Frame = [scope, steps, *(None for _ in range(self._slots))]
        try:
            return finished(frame, self._step(frame)), frame[STEPS]
        except ArithmeticError:
            raise number_fault() from None
        except (TypeError, ValueError, RecursionError):
            raise value_fault() from None


def compile_expression(text: str) -> Expression:
    """The expression of a text; raises ExpressionError for a text that is none."""
    if not isinstance(text, str):
        parse(text)
    return CACHE.get(text)


CACHE = TextCache(lambda text: Expression.of(text, parse(text)), _CACHED_CHARACTERS)


def is_expression(text: str) -> bool:
    """Whether the text compiles."""
    try:
        compile_expression(text)
    except ExpressionError:
        return False
    return True
