"""What leaves an evaluation: values of case data that share nothing with the scope."""

from datetime import date
from decimal import Decimal
from typing import Any

from pikflow.expressions.budget import Frame, charge, charge_value
from pikflow.expressions.errors import number_fault, value_fault
from pikflow.expressions.kinds import MAX_DEPTH, lift

_SIMPLE = (type(None), bool, date)


def finished(frame: Frame, result: Any, depth: int = 0) -> Any:
    """A copy of a result, paid for like any other work, so that `x = [x, x]` can't grow for ever.

    Raises ExpressionFault for what is no value, is nested deeper than 60 levels or is too large.
    """
    kind = type(result)
    if kind is Decimal:
        if result.is_finite():
            return result
        raise number_fault()
    if kind in _SIMPLE:
        return result
    if kind is str:
        charge_value(frame, result)
        return result
    if depth > MAX_DEPTH:
        raise value_fault()
    if kind is list:
        charge_value(frame, result)
        charge(frame, 1)
        return [finished(frame, entry, depth + 1) for entry in result]
    if kind is dict:
        charge_value(frame, result)
        charge(frame, 1)
        return {str(key): finished(frame, entry, depth + 1) for key, entry in result.items()}
    return finished(frame, lift(result), depth + 1)
