"""The kinds of values: truth, equality, order and membership between them.

Both this module and the browser follow the same rules: values of different kinds are never equal
and have no order; true is not 1; text compares by code point.
"""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from pikflow.expressions.budget import Frame, charge, charge_value
from pikflow.expressions.errors import value_fault

_VALUE_TYPES = frozenset({Decimal, str, bool, type(None), date, list, dict})
_ORDERED = (Decimal, str, date)
MAX_DEPTH = 60


def lift(value: Any) -> Any:
    """The value in its plain type: what a foreign scope holds as int, tuple or datetime is taken.

    Raises ExpressionFault for anything that is no value at all.
    """
    kind = type(value)
    if kind in _VALUE_TYPES:
        return value
    if isinstance(value, Decimal | int | float):
        return Decimal(value) if not isinstance(value, float) else Decimal(str(value))
    if isinstance(value, str):
        return str(value)
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, list | tuple):
        return list(value)
    raise value_fault()


def truth(value: Any) -> bool:
    """False for nothing, false, 0, empty text, empty lists and empty dictionaries."""
    return bool(lift(value))


def equal(frame: Frame, left: Any, right: Any, depth: int = 0) -> bool:
    """Same kind and same value; lists and dictionaries entry by entry."""
    left, right = lift(left), lift(right)
    if type(left) is not type(right):
        return False
    if type(left) is list:
        return len(left) == len(right) and _all_equal(frame, zip(left, right, strict=True), depth)
    if type(left) is dict:
        if left.keys() != right.keys():
            return False
        return _all_equal(frame, ((left[key], right[key]) for key in left), depth)
    return bool(left == right)


def _all_equal(frame: Frame, pairs: Any, depth: int) -> bool:
    if depth > MAX_DEPTH:
        raise value_fault()
    for left, right in pairs:
        charge(frame, 1)
        if not equal(frame, left, right, depth + 1):
            return False
    return True


def less(left: Any, right: Any) -> bool:
    """Whether left < right; false for different kinds and for kinds without an order."""
    left, right = lift(left), lift(right)
    if type(left) is not type(right) or not isinstance(left, _ORDERED):
        return False
    return bool(left < right)


def contains(frame: Frame, item: Any, container: Any) -> bool:
    """item in container: an entry of a list, a part of a text, a key of a dictionary."""
    item, container = lift(item), lift(container)
    charge_value(frame, container, 2)
    if type(container) is list:
        return any(equal(frame, item, entry) for entry in container)
    if type(item) is not str:
        return False
    if type(container) is str or type(container) is dict:
        return item in container
    return False


def member(value: Any, key: str) -> Any:
    """The entry of a dictionary; nothing when it is missing or when there is no dictionary."""
    return value.get(key) if isinstance(value, Mapping) else None
