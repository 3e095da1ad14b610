"""Which rules of a table meet, and which values no rule takes, told without a case.

Constants cut the values of a column into points and the stretches between them; one value of each
stands for all. A rule is then a set of such samples per column, and rules overlap when their sets
do in every column. Columns that look at the same thing are one.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from pikflow.engine.decisions.compiled import Ready, ReadyInput
from pikflow.engine.decisions.kinds import Kind
from pikflow.expressions import ExpressionFault

MOST_WORK = 400_000  # cells looked at for one table
MOST_PLACES = 20_000  # combinations looked at for a gap
_FAR = Decimal(1)


@dataclass(frozen=True)
class Axis:
    """What one or several columns look at, and the samples of its values."""

    label: str
    columns: tuple[int, ...]
    samples: tuple[Any, ...]
    plain: bool


@dataclass(frozen=True)
class Meeting:
    """Two rules (numbers) that both take the `example` (label -> value)."""

    first: int
    second: int
    example: Mapping[str, Any]


@dataclass(frozen=True)
class Chart:
    """A table over its axes; `taken` has per axis the set (as bits) of samples of each rule, None
    where that depends on the case. `sure` says that nothing else decides which inputs there are."""

    axes: tuple[Axis, ...]
    taken: tuple[tuple[int | None, ...], ...]
    numbers: tuple[int, ...]
    sure: bool

    def meetings(self) -> Iterator[Meeting]:
        """Every two rules that are known to overlap."""
        for b, second in enumerate(self.numbers):
            for a, first in enumerate(self.numbers[:b]):
                shared = [_both(sets[a], sets[b]) for sets in self.taken]
                if all(shared):
                    yield Meeting(first, second, self._example(shared))

    def hidden(self) -> Iterator[tuple[int, int]]:
        """(rule, earlier rule) where the earlier one takes everything the rule does."""
        for b, number in enumerate(self.numbers):
            for a, earlier in enumerate(self.numbers[:b]):
                if all(_covers(sets[a], sets[b]) for sets in self.taken):
                    yield number, earlier
                    break

    def gap(self) -> Mapping[str, Any] | None:
        """An input that no rule takes, with something in every column; None when there is none, or
        it can't be told."""
        if not self.sure or any(one is None for sets in self.taken for one in sets):
            return None
        chosen = self._free(0, (1 << len(self.numbers)) - 1, [MOST_PLACES])
        if chosen is None:
            return None
        return {axis.label: axis.samples[n] for axis, n in zip(self.axes, chosen, strict=False)}

    def _free(self, place: int, rules: int, left: list[int]) -> list[int] | None:
        """Samples from `place` on that lead past all `rules` (bits) still in question."""
        left[0] -= 1
        if rules == 0:
            return []
        if place == len(self.axes) or left[0] <= 0:
            return None
        for number, sample in enumerate(self.axes[place].samples):
            if sample is None:
                continue
            sets = self.taken[place]
            here = sum(
                1 << r for r, one in enumerate(sets) if one is not None and one >> number & 1
            )
            rest = self._free(place + 1, rules & here, left)
            if rest is not None:
                return [number, *rest]
        return None

    def _example(self, shared: Sequence[int | None]) -> dict[str, Any]:
        return {
            axis.label: axis.samples[(bits & -bits).bit_length() - 1]
            for axis, bits in zip(self.axes, shared, strict=True)
            if bits
        }


def chart(ready: Ready) -> Chart | None:
    """The chart of a table; None for one that is too large to be looked at."""
    axes = tuple(_axes(ready))
    work = sum(len(axis.samples) * len(axis.columns) for axis in axes) * len(ready.rules)
    if work > MOST_WORK or len(ready.rules) ** 2 > MOST_WORK:
        return None
    seen: dict[tuple[int, str], int | None] = {}
    taken = tuple(tuple(_taken(rule, axis, seen) for rule in ready.rules) for axis in axes)
    sure = all(axis.plain for axis in axes)
    return Chart(axes, taken, tuple(rule.number for rule in ready.rules), sure)


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
        samples = tuple(s for s in _samples(first.kind, points) if _may_be(s, allowed))
        plain = first.expression.tree[0] in ("name", "get")
        yield Axis(first.expression.text, tuple(columns), samples, plain)


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


def _both(one: int | None, other: int | None) -> int | None:
    return None if one is None or other is None else one & other


def _covers(one: int | None, other: int | None) -> bool:
    return one is not None and other is not None and one & other == other


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
    """A text after each point and before the next, and one that is none of them."""
    yield from (f"{point}…" for point in points)
    yield "" if "" not in points else "…"
    if not any(point > "anderes" for point in points) and "anderes" not in points:
        yield "anderes"
