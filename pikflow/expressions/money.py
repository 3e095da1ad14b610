"""Shares and interest, to the cent.

Amounts are computed exactly, as whole numbers over one denominator; cents are rounded once, and
parts are fitted to their sum by largest remainder.
"""

from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from pikflow.expressions import dated, numbers
from pikflow.expressions.kinds import lift
from pikflow.expressions.lists import items_of
from pikflow.expressions.numbers import ZERO

_DAYS_PER_YEAR = 365


def share(whole: Any, weights: Any) -> list[Decimal] | None:
    """`whole` (EUR) split by weights to the cent, by largest remainder, so parts sum to it.

    Equal remainders: the earlier entry first. A weight that is nothing counts 0; nothing when a
    weight is negative or no number, or when all are 0.
    """
    amount, items = numbers.from_value(whole), items_of(weights)
    if amount is None or items is None:
        return None
    values = [ZERO if item is None else numbers.from_value(item) for item in items]
    if any(value is None or value < 0 for value in values):
        return None
    parts, _ = _integers([value for value in values if value is not None])
    if not any(parts):
        return None if parts else []
    cents = _cents(amount)
    shares = _largest_remainder([abs(cents) * part for part in parts], sum(parts), abs(cents))
    return [_euros(part if cents >= 0 else -part) for part in shares]


def interest(
    amount: Any, start: Any, end: Any, rates: Any, surcharge: Any
) -> list[dict[str, Any]] | None:
    """Simple interest from `start` to `end`, both days counted, one row per rate segment.

    Rows are {von, bis, tage, satz, betrag}: satz is the dated rate plus the surcharge in percent
    a year, betrag in EUR. A year has 365 days, also leap years. Rounding: every segment is
    computed exactly; their sum is rounded half up to the cent once; the segment amounts shown are
    fitted to that sum by largest remainder. Rule: § 49a LVwVfG, five points above the base rate.
    Nothing when an argument is of the wrong kind or no rate is valid on `start`.
    """
    principal, points = numbers.from_value(amount), numbers.from_value(surcharge)
    first, last = lift(start), lift(end)
    if principal is None or points is None or type(first) is not date or type(last) is not date:
        return None
    if last < first:
        return []
    segments = _segments(first, last, dated.entries(rates), points)
    if segments is None:
        return None
    # cents = principal * rate / 100 * days / 365 * 100, as whole numbers over one denominator
    (scaled, *percents), unit = _integers([principal, *(rate for _, _, _, rate in segments)])
    days = [count for _, _, count, _ in segments]
    parts = [scaled * rate * count for rate, count in zip(percents, days, strict=True)]
    whole = unit * unit * _DAYS_PER_YEAR
    cents = _largest_remainder(parts, whole, _rounded(sum(parts), whole))
    return [
        {"von": von, "bis": bis, "tage": Decimal(count), "satz": rate, "betrag": _euros(part)}
        for (von, bis, count, rate), part in zip(segments, cents, strict=True)
    ]


def _segments(
    first: date, last: date, entries: list[tuple[date, Any]], points: Decimal
) -> list[tuple[date, date, int, Decimal]] | None:
    """(from, to, days, percent) for each entry of the table that touches the period."""
    found: list[tuple[date, date, int, Decimal]] = []
    for index, (start, value) in enumerate(entries):
        follower = entries[index + 1][0] if index + 1 < len(entries) else date.max
        von = max(first, start)
        bis = last if follower > last else date.fromordinal(follower.toordinal() - 1)
        rate = numbers.from_value(value)
        if von > bis or start > last:
            continue
        if rate is None:
            return None
        found.append((von, bis, (bis - von).days + 1, numbers.add(rate, points)))
    return found if found and found[0][0] == first else None


def _integers(values: list[Decimal]) -> tuple[list[int], int]:
    """The numbers as whole numbers over one power of ten, and that power."""
    bounded = [numbers.bounded(value) for value in values]
    places = max((0, *(-int(value.as_tuple().exponent) for value in bounded)))
    return [int(value.scaleb(places, numbers.EXACT)) for value in bounded], 10**places


def _largest_remainder(parts: list[int], whole: int, target: int) -> list[int]:
    """Whole cents near parts[i] / whole that sum to the target; earlier entries win ties."""
    floors = [part // whole for part in parts]
    missing = target - sum(floors)
    by_rest = sorted(range(len(parts)), key=lambda index: (-(parts[index] % whole), index))
    for index in by_rest[:missing]:
        floors[index] += 1
    return floors


def _rounded(part: int, whole: int) -> int:
    """part / whole as a whole number, half up (away from zero)."""
    rounded = (2 * abs(part) + whole) // (2 * whole)
    return rounded if part >= 0 else -rounded


def _cents(amount: Decimal) -> int:
    return int(numbers.bounded(amount).scaleb(2, numbers.EXACT).to_integral_value(ROUND_HALF_UP))


def _euros(cents: int) -> Decimal:
    return Decimal(cents).scaleb(-2, numbers.EXACT)
