"""Decimal arithmetic with rules that a browser can follow exactly.

A result has at most 50 significant digits, rounded half up; its amount is below 10**30, else
ExpressionFault, and below 10**-40 it is zero. Division gives 10 places, half up. Nothing here
depends on the decimal context of the thread.
"""

import re
from decimal import ROUND_DOWN, ROUND_FLOOR, ROUND_HALF_UP, Context, Decimal
from typing import Any

from pikflow.expressions.errors import number_fault

ZERO = Decimal(0)
_ONE = Decimal(1)
_TENTH_PLACE = Decimal("1E-10")
_RESULT = Context(prec=50, rounding=ROUND_HALF_UP)
EXACT = Context(prec=200, rounding=ROUND_HALF_UP)
_TRUNCATING = Context(prec=100, rounding=ROUND_DOWN)
_FLOORING = Context(prec=100, rounding=ROUND_FLOOR)
_QUANTA = {places: Decimal(1).scaleb(-places) for places in range(-20, 21)}

_PLAIN = re.compile(r"[+-]?[0-9]+(?:\.[0-9]+)?")
_GERMAN = re.compile(r"[+-]?(?:[0-9]{1,3}(?:\.[0-9]{3})+|[0-9]+),[0-9]+")


def bounded(number: Decimal) -> Decimal:
    """The number itself; zero when it is too small to matter; raises when it is too large."""
    if -40 <= number.adjusted() < 30:
        return number
    if number.is_finite() and (not number or number.adjusted() < -40):
        return ZERO
    raise number_fault()


def add(left: Decimal, right: Decimal) -> Decimal:
    return bounded(_RESULT.add(left, right))


def subtract(left: Decimal, right: Decimal) -> Decimal:
    return bounded(_RESULT.subtract(left, right))


def multiply(left: Decimal, right: Decimal) -> Decimal:
    return bounded(_RESULT.multiply(left, right)) or ZERO


def divide(left: Decimal, right: Decimal) -> Decimal | None:
    """To 10 places half up, trailing zeros dropped; by zero nothing."""
    if not right:
        return None
    # Cut first, then rounded: cutting never crosses a tie, so the result is rounded only once.
    quotient = _TRUNCATING.divide(left, right)
    return bounded(_trimmed(quotient.quantize(_TENTH_PLACE, ROUND_HALF_UP, EXACT)))


def divide_whole(left: Decimal, right: Decimal) -> Decimal | None:
    """The largest whole number not above left / right; by zero nothing."""
    if not right:
        return None
    quotient = _FLOORING.divide(left, right)
    return bounded(quotient.to_integral_value(ROUND_FLOOR, EXACT)) or ZERO


def remainder(left: Decimal, right: Decimal) -> Decimal | None:
    """What is left of the whole division; it has the sign of `right`; by zero nothing."""
    whole = divide_whole(left, right)
    if whole is None:
        return None
    rest = EXACT.subtract(left, EXACT.multiply(right, whole))
    return bounded(_RESULT.plus(rest)) or ZERO


def negate(number: Decimal) -> Decimal:
    return bounded(number).copy_negate() if number else ZERO


def round_half_up(number: Decimal, places: int) -> Decimal | None:
    """Rounded half up (away from zero) to -20 to 20 places; nothing for other places."""
    if places not in _QUANTA:
        return None
    rounded = number.quantize(_QUANTA[places], ROUND_HALF_UP, EXACT)
    return bounded(rounded.quantize(_ONE, None, EXACT) if places < 0 else rounded) or ZERO


def from_value(value: Any) -> Decimal | None:
    """The value as a number when it is one; ints and floats of a foreign scope are taken too."""
    kind = type(value)
    if kind is Decimal:
        return value
    if kind is int:
        return Decimal(value)
    if kind is float:
        number = Decimal(str(value))
        return number if number.is_finite() else None
    return None


def from_text(text: str) -> Decimal | None:
    """The number a text writes, as 1234.5 or in German as 1.234,5; nothing for other text."""
    word = text.strip(" \t\r\n\u00a0")
    if len(word) > 60:
        return None
    if _GERMAN.fullmatch(word):
        word = word.replace(".", "").replace(",", ".")
    if not _PLAIN.fullmatch(word):
        return None
    return bounded(_RESULT.plus(Decimal(word))) or ZERO


def to_text(number: Decimal) -> str:
    """Digits with a point, no exponent, no trailing zeros: 1.5 for 1.50, 0 for -0.00."""
    if not number:
        return "0"
    if not number.is_finite():
        raise number_fault()
    text = f"{bounded(number):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def whole_number(value: Any) -> int | None:
    """The value as an int when it is a whole number, however it is written (2 or 2.00)."""
    number = from_value(value)
    if number is None or number != bounded(number).to_integral_value():
        return None
    return int(number)


def _trimmed(number: Decimal) -> Decimal:
    whole = number.to_integral_value()
    if number == whole:
        return whole.quantize(_ONE, None, EXACT) or ZERO
    return number.normalize(EXACT)
