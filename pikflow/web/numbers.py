"""Whole numbers as addresses and forms carry them: text that may hold anything."""

from werkzeug.routing import BaseConverter

_DIGITS = 9  # what every database column takes
_MOST = 1 << 62  # no row has this number; the next ones no database can hold


class RowNumber(BaseConverter):
    """The number of a row in an address, `<pikrow:…>` in a rule. Werkzeug's `<int:…>` gives numbers
    no database takes, and fails at 4,301 digits; this one gives a number that no row has, so each
    page says what it says of any other that is missing."""

    regex = r"\d+"

    def to_python(self, value: str) -> int:
        return min(int(value), _MOST) if len(value) <= len(str(_MOST)) else _MOST


def read_whole(text: str) -> int | None:
    """A whole number from 0 with at most nine digits; None for any other text."""
    typed = text.strip()
    return int(typed) if typed.isdecimal() and len(typed) <= _DIGITS else None
