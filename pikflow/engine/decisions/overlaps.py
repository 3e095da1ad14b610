"""Which rules of a table meet, and which values no rule takes, told without a case.

Constants cut the values of a column into points and the stretches between them; one value of each
stands for all. A rule is then a set of such samples per column, and rules overlap when their sets
do in every column. Columns that look at the same thing are one.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import reduce
from operator import and_, or_
from typing import Any

from pikflow.engine.decisions.compiled import Ready, ReadyInput
from pikflow.engine.decisions.kinds import Kind
from pikflow.expressions import ExpressionFault

MOST_WORK = 400_000  # values tried in cells of one table
_FAR = Decimal(1)


@dataclass(frozen=True)
class Axis:
    """What one or several columns look at, and the samples of its values; `points` are the
    constants its cells name."""

    label: str
    columns: tuple[int, ...]
    samples: tuple[Any, ...]
    points: tuple[Any, ...]
    kind: Kind
    plain: bool


@dataclass(frozen=True)
class Chart:
    """A table over its axes; `taken` has per axis the set (as bits) of samples of each rule, None
    where that depends on the case. `takers` has per axis and sample the rules (bits) that take it.
    `sure` says that nothing else decides which inputs there are."""

    axes: tuple[Axis, ...]
    taken: tuple[tuple[int | None, ...], ...]
    takers: tuple[tuple[int, ...], ...]
    numbers: tuple[int, ...]
    sure: bool

    def meetings(self) -> Iterator[tuple[int, int]]:
        """Every two rules (numbers) that are known to overlap."""
        seen: dict[tuple[int, int], int] = {}
        for second in range(len(self.numbers)):
            met = (1 << second) - 1
            for place in range(len(self.axes)):
                met &= self._meeting(place, self.taken[place][second], seen)
            for first in bits(met):
                yield self.numbers[first], self.numbers[second]

    def example(self, first: int, second: int) -> Mapping[str, Any]:
        """Values (by label) that both of two rules (numbers) take."""
        a, b = self.numbers.index(first), self.numbers.index(second)
        found = {}
        for axis, sets in zip(self.axes, self.taken, strict=True):
            shared = (sets[a] or 0) & (sets[b] or 0)
            if shared:
                found[axis.label] = axis.samples[next(bits(shared))]
        return found

    def hidden(self) -> Iterator[tuple[int, int]]:
        """(rule, earlier rule) where the earlier one takes everything the rule does."""
        for place, covering in enumerate(self.coverings()):
            earlier = next(bits(covering & ((1 << place) - 1)), None)
            if earlier is not None:
                yield self.numbers[place], self.numbers[earlier]

    def coverings(self) -> Iterator[int]:
        """For each rule the rules (bits) known to take everything it takes, itself included."""
        seen: dict[tuple[int, int], int] = {}
        for rule in range(len(self.numbers)):
            covering = (1 << len(self.numbers)) - 1
            for place in range(len(self.axes)):
                covering &= self._covering(place, self.taken[place][rule], seen)
            yield covering

    def _meeting(self, place: int, own: int | None, seen: dict[tuple[int, int], int]) -> int:
        """The rules that take one of these samples of an axis."""
        if own is None:
            return 0
        if (place, own) not in seen:
            takers = self.takers[place]
            seen[place, own] = reduce(or_, (takers[n] for n in bits(own)), 0)
        return seen[place, own]

    def _covering(self, place: int, own: int | None, seen: dict[tuple[int, int], int]) -> int:
        """The rules that take all these samples of an axis."""
        if own is None:
            return 0
        if (place, own) not in seen:
            takers = self.takers[place]
            known = sum(1 << n for n, one in enumerate(self.taken[place]) if one is not None)
            seen[place, own] = reduce(and_, (takers[n] for n in bits(own)), known)
        return seen[place, own]


def bits(number: int) -> Iterator[int]:
    """The places of the bits that are set, the lowest first."""
    while number:
        lowest = number & -number
        yield lowest.bit_length() - 1
        number ^= lowest


def chart(ready: Ready) -> Chart | None:
    """The chart of a table; None for one that is too large to be looked at."""
    axes = tuple(_axes(ready))
    work = sum(
        len(axis.samples) * len({rule.conditions[n].text for rule in ready.rules})
        for axis in axes
        for n in axis.columns
    )
    if work > MOST_WORK:
        return None
    seen: dict[tuple[int, str], int | None] = {}
    taken = tuple(tuple(_taken(rule, axis, seen) for rule in ready.rules) for axis in axes)
    return Chart(
        axes,
        taken,
        tuple(_takers(axis, sets) for axis, sets in zip(axes, taken, strict=True)),
        tuple(rule.number for rule in ready.rules),
        all(axis.plain for axis in axes),
    )


def _takers(axis: Axis, sets: Sequence[int | None]) -> tuple[int, ...]:
    """Per sample the rules that take it."""
    found = [0] * len(axis.samples)
    for own, rules in _alike(sets).items():
        for sample in bits(own):
            found[sample] |= rules
    return tuple(found)


def _alike(sets: Sequence[int | None]) -> dict[int, int]:
    """The rules (bits) by what they take."""
    found: dict[int, int] = {}
    for rule, own in enumerate(sets):
        if own is not None:
            found[own] = found.get(own, 0) | 1 << rule
    return found


def _axes(ready: Ready) -> Iterator[Axis]:
    groups: dict[str, list[int]] = {}
    for number, column in enumerate(ready.inputs):
        groups.setdefault(repr(column.expression.tree), []).append(number)
    for columns in groups.values():
        first = ready.inputs[columns[0]]
        points = [
            point
            for number in columns
            for rule in ready.rules
            for point in rule.conditions[number].points or ()
        ]
        allowed = [ready.inputs[number] for number in columns]
        points += [p for c in allowed if c.allowed for p in c.allowed.points or ()]
        samples = tuple(s for s in _samples(first.kind, points) if _may_be(s, allowed))
        plain = first.expression.tree[0] in ("name", "get")
        yield Axis(first.expression.text, tuple(columns), samples, tuple(points), first.kind, plain)


def _may_be(value: Any, columns: Sequence[ReadyInput]) -> bool:
    """Whether the columns may have the value; nothing they always may."""
    for column in columns:
        allowed = column.allowed if value is not None else None
        if allowed and allowed.points is not None and not allowed.holds(value, {}):
            return False
        if not column.kind.fits(value):
            return False
    return True


def _taken(rule: Any, axis: Axis, seen: dict[tuple[int, str], int | None]) -> int | None:
    bits: int | None = (1 << len(axis.samples)) - 1
    for number in axis.columns:
        condition = rule.conditions[number]
        key = (number, condition.text)
        if key not in seen:
            seen[key] = _holding(condition, axis.samples)
        one = seen[key]
        bits = None if bits is None or one is None else bits & one
    return bits


def _holding(condition: Any, samples: Sequence[Any]) -> int | None:
    if condition.points is None:
        return None
    try:
        return sum(1 << n for n, value in enumerate(samples) if condition.holds(value, {}))
    except ExpressionFault:
        return None


def _samples(kind: Kind, points: Sequence[Any]) -> Iterator[Any]:
    """One value for each stretch the points cut the values into, nothing last."""
    types = {type(point) for point in points if point is not None}
    numbers = sorted({p for p in points if isinstance(p, Decimal)})
    days = sorted({p for p in points if isinstance(p, date)})
    texts = sorted({p for p in points if isinstance(p, str)})
    if kind.name == "number" or Decimal in types:
        yield from _numbers(numbers, kind.whole)
    if kind.name == "date" or date in types:
        yield from _days(days)
    if kind.name == "text" or str in types:
        yield from texts
        yield from _texts(texts)
    if kind.name == "boolean" or bool in types:
        yield from (True, False)
    if not types and not kind.name:
        yield "…"
    yield None


def _numbers(points: list[Decimal], whole: bool) -> Iterator[Decimal]:
    yield from points
    if not points:
        yield Decimal(0)
        return
    step = _FAR if whole else None
    for low, high in zip(points, points[1:], strict=False):
        yield low + step if step else (low + high) / 2
    yield (points[0] // 1) - _FAR
    yield (points[-1] // 1) + _FAR + _FAR


def _days(points: list[date]) -> Iterator[date]:
    day = timedelta(days=1)
    yield from points
    for point in points:
        if point < date.max:
            yield point + day
    yield points[0] - day if points and points[0] > date.min else date(2026, 1, 1)


def _texts(points: list[str]) -> Iterator[str]:
    """A text that is none of them, a text after each point and before the next."""
    if "anderes" not in points:
        yield "anderes"
    yield from (f"{point}…" for point in points)
    yield "" if "" not in points else "…"
