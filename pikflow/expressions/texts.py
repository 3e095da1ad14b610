"""Functions over texts; every one gives nothing for a value of another kind."""

import hashlib
from datetime import date
from decimal import Decimal
from typing import Any

from pikflow.expressions import numbers
from pikflow.expressions.budget import MAX_TEXT
from pikflow.expressions.errors import text_fault
from pikflow.expressions.kinds import lift
from pikflow.expressions.lists import items_of

_BLANKS = " \t\r\n\u00a0"


def to_text(value: Any) -> str | None:
    """A value as text: 1.5 for 1.50, 2026-01-31, true or false, "" for nothing."""
    value = lift(value)
    if value is None:
        return ""
    if type(value) is bool:
        return "true" if value else "false"
    if type(value) is Decimal:
        return numbers.to_text(value)
    if type(value) is date:
        return value.isoformat()
    return value if type(value) is str else None


def to_number(value: Any) -> Decimal | None:
    """The number a text writes (1234.5 or 1.234,5); a number stays as it is."""
    value = lift(value)
    return numbers.from_text(value) if type(value) is str else numbers.from_value(value)


def lower(value: Any) -> str | None:
    value = lift(value)
    return value.lower() if type(value) is str else None


def upper(value: Any) -> str | None:
    value = lift(value)
    return value.upper() if type(value) is str else None


def strip(value: Any) -> str | None:
    """Without blanks, tabs, line ends and no-break spaces at both ends."""
    value = lift(value)
    return value.strip(_BLANKS) if type(value) is str else None


def starts_with(value: Any, beginning: Any) -> bool | None:
    value, beginning = lift(value), lift(beginning)
    if type(value) is not str or type(beginning) is not str:
        return None
    return value.startswith(beginning)


def join(rows: Any, separator: Any = ", ") -> str | None:
    """The entries as text with a separator between; nothing-values are skipped."""
    items, glue = items_of(rows), lift(separator)
    if items is None or type(glue) is not str:
        return None
    parts = [to_text(item) for item in items if item is not None]
    texts = [part for part in parts if part is not None]
    if len(texts) < len(parts):
        return None
    if sum(len(text) for text in texts) + len(glue) * max(len(texts) - 1, 0) > MAX_TEXT:
        raise text_fault()
    return glue.join(texts)


def sample(seed: Any, percent: Any) -> bool | None:
    """Whether a case is drawn: the same for the same seed text, and `percent` of all seeds.

    The first 8 bytes of SHA-256 over the UTF-8 text, read as a whole number, lie below
    percent / 100 of 2**64. Anybody can check a draw with any SHA-256 tool.
    """
    text, rate = lift(seed), numbers.from_value(percent)
    if type(text) is not str or rate is None or any("\ud800" <= c <= "\udfff" for c in text):
        return None
    drawn = int.from_bytes(hashlib.sha256(text.encode("utf-8")).digest()[:8], "big")
    return Decimal(drawn * 100) < numbers.EXACT.multiply(numbers.bounded(rate), Decimal(2**64))
