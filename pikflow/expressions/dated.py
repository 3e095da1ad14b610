"""Dated tables: values that are valid from a day on.

A table is {"2023": v, "2024-07-01": v} (a year means its 1 January) or [{"ab": date, "wert": v}];
an entry is valid from its day until the next one begins. Of two entries for one day the full date
goes before the year, in a list the later one before the earlier.
"""

import re
from datetime import date
from functools import lru_cache
from typing import Any

from pikflow.expressions import numbers
from pikflow.expressions.kinds import lift, member

_LONGEST = len("2024-07-01")
_KEY = re.compile(r"[0-9]{4}(?:-[0-9]{2}-[0-9]{2})?")


def at(table: Any, when: Any) -> Any:
    """The value of a dated table that is valid on a date, or on 1 January of a year (number).

    Nothing before the first entry.
    """
    day = _day(when)
    if day is None:
        return None
    valid = [value for start, value in entries(table) if start <= day]
    return valid[-1] if valid else None


def entries(table: Any) -> list[tuple[date, Any]]:
    """The (valid from, value) pairs of a dated table by date; what has no date is left out."""
    table = lift(table)
    pairs: list[tuple[Any, Any]] = []
    if type(table) is dict:
        pairs = [(key, table[key]) for key in sorted(key for key in table if type(key) is str)]
    elif type(table) is list:
        pairs = [(member(row, "ab"), member(row, "wert")) for row in table]
    dated = {day: value for key, value in pairs if (day := _key_day(key)) is not None}
    return sorted(dated.items(), key=lambda pair: pair[0])


def _key_day(key: Any) -> date | None:
    key = lift(key)
    if type(key) is str:
        return _text_day(key)
    return key if type(key) is date else None


@lru_cache(4096)  # the keys of the tables in use, which every row of a loop asks again
def _text_day(key: str) -> date | None:
    if len(key) > _LONGEST or _KEY.fullmatch(key) is None:
        return None
    return _iso_day(key if len(key) > 4 else f"{key}-01-01")


def _day(when: Any) -> date | None:
    when = lift(when)
    if type(when) is date:
        return when
    year = numbers.whole_number(when)
    return None if year is None or not 1 <= year <= 9999 else date(year, 1, 1)


def _iso_day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
