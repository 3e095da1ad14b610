"""Functions over dates; every one gives nothing for a value that is no date."""

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

from pikflow import deadlines
from pikflow.expressions import numbers
from pikflow.expressions.kinds import lift

_ISO_LENGTH = len("2026-01-31")


def to_date(value: Any) -> date | None:
    """The day of a text such as 2026-01-31; a date stays as it is."""
    value = lift(value)
    if type(value) is date:
        return value
    if type(value) is not str or len(value) != _ISO_LENGTH or not value.isascii():
        return None
    try:
        return date(*(int(part) for part in _parts(value)))
    except ValueError:
        return None


def _parts(text: str) -> list[str]:
    parts = [text[0:4], text[5:7], text[8:10]]
    if text[4] + text[7] != "--" or not all(part.isdigit() for part in parts):
        raise ValueError(text)
    return parts


def year(value: Any) -> Decimal | None:
    day = lift(value)
    return Decimal(day.year) if type(day) is date else None


def month(value: Any) -> Decimal | None:
    day = lift(value)
    return Decimal(day.month) if type(day) is date else None


def add_days(value: Any, days: Any) -> date | None:
    day, amount = lift(value), numbers.whole_number(days)
    if type(day) is not date or amount is None or abs(amount) > 4_000_000:
        return None
    try:
        return day + timedelta(days=amount)
    except OverflowError:
        return None


def add_months(value: Any, months: Any) -> date | None:
    """The same day of a later month, its last day where it is shorter (31 Jan + 1 = 28 Feb)."""
    day, amount = lift(value), numbers.whole_number(months)
    if type(day) is not date or amount is None or abs(amount) > 120_000:
        return None
    try:
        return deadlines.add_months(day, amount)
    except (OverflowError, ValueError):
        return None


def days_between(start: Any, end: Any) -> Decimal | None:
    """Days from start to end, the start not counted; negative when end comes first."""
    first, last = lift(start), lift(end)
    if type(first) is not date or type(last) is not date:
        return None
    return Decimal((last - first).days)


def months_between(start: Any, end: Any) -> Decimal | None:
    """Months of a period, both days counted; 0 when it ends before it starts.

    A calendar month that is covered in part counts covered days / days of that month, so
    neighbouring periods add up; the sum is rounded half up to 10 places once.
    """
    first, last = lift(start), lift(end)
    if type(first) is not date or type(last) is not date:
        return None
    if last < first:
        return numbers.ZERO
    whole = (last.year - first.year) * 12 + last.month - first.month
    # from the first of the starting month to `last`, less what lies before `start`
    covered = (
        whole
        + Fraction(last.day, deadlines.days_in_month(last))
        - Fraction(first.day - 1, deadlines.days_in_month(first))
    )
    return numbers.divide(Decimal(covered.numerator), Decimal(covered.denominator))


def workday(value: Any) -> date | None:
    """The day itself or the next working day in Baden-Württemberg, for 1995 to 2100."""
    day = lift(value)
    if type(day) is not date:
        return None
    try:
        return deadlines.next_workday(day)
    except deadlines.OutsideCalendar:
        return None
