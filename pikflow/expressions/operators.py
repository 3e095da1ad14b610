"""The operators of arithmetic and comparison, over two values each.

Every operator has a short way for two numbers, which is what forms and gateways mostly compare.
"""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

from pikflow.expressions import numbers
from pikflow.expressions.budget import MAX_LIST, MAX_TEXT, Frame, charge_value
from pikflow.expressions.errors import list_fault, text_fault
from pikflow.expressions.kinds import contains, equal, less, lift

Pair = Callable[[Frame, Any, Any], Any]


def _add(frame: Frame, left: Any, right: Any) -> Any:
    if type(left) is Decimal and type(right) is Decimal:
        return numbers.add(left, right)
    left, right = lift(left), lift(right)
    if type(left) is not type(right):
        return None
    if type(left) is Decimal:
        return numbers.add(left, right)
    if type(left) is str:
        if len(left) + len(right) > MAX_TEXT:
            raise text_fault()
    elif type(left) is list:
        if len(left) + len(right) > MAX_LIST:
            raise list_fault()
    else:
        return None
    charge_value(frame, left)
    charge_value(frame, right)
    return left + right


def _numeric(compute: Callable[[Decimal, Decimal], Any]) -> Pair:
    def run(_frame: Frame, left: Any, right: Any) -> Any:
        if type(left) is Decimal and type(right) is Decimal:
            return compute(left, right)
        first, second = numbers.from_value(left), numbers.from_value(right)
        return None if first is None or second is None else compute(first, second)

    return run


ARITHMETIC: dict[str, Pair] = {
    "+": _add,
    "-": _numeric(numbers.subtract),
    "*": _numeric(numbers.multiply),
    "/": _numeric(numbers.divide),
    "//": _numeric(numbers.divide_whole),
    "%": _numeric(numbers.remainder),
}


def _is_equal(frame: Frame, left: Any, right: Any) -> bool:
    kind = type(left)
    if kind is type(right) and (kind is Decimal or kind is str):
        return bool(left == right)
    return equal(frame, left, right)


def _is_less(_frame: Frame, left: Any, right: Any) -> bool:
    if type(left) is Decimal and type(right) is Decimal:
        return left < right
    return less(left, right)


def _is_most(frame: Frame, left: Any, right: Any) -> bool:
    """left <= right; values without an order are not even when they are equal."""
    if type(left) is Decimal and type(right) is Decimal:
        return left <= right
    return less(left, right) or (
        type(lift(left)) in (Decimal, str, date) and equal(frame, left, right)
    )


COMPARISON: dict[str, Pair] = {
    "==": _is_equal,
    "!=": lambda frame, left, right: not _is_equal(frame, left, right),
    "<": _is_less,
    "<=": _is_most,
    ">": lambda frame, left, right: _is_less(frame, right, left),
    ">=": lambda frame, left, right: _is_most(frame, right, left),
    "in": contains,
    "not in": lambda frame, left, right: not contains(frame, left, right),
}
