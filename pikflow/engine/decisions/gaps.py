"""Values no rule of a table takes: an example, and the cells of a rule that would take them all.

A gap is looked for as one sample per axis, then widened axis by axis for as long as no rule comes
into it. The next one is looked for beside those already found.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import reduce
from itertools import groupby, takewhile
from operator import and_, or_
from typing import Any

from pikflow.engine.decisions.compiled import Ready
from pikflow.engine.decisions.overlaps import Axis, Chart, bits

MOST_PLACES = 20_000  # combinations looked at


@dataclass(frozen=True)
class Gap:
    """An `example` (label -> value) no rule takes; the input cells of a rule for all like it."""

    example: Mapping[str, Any]
    cells: tuple[str, ...]


def gaps(chart: Chart, ready: Ready, most: int) -> Iterator[Gap]:
    """Up to `most` gaps with something in every column; none when it can't be told."""
    if not chart.sure or any(one is None for sets in chart.taken for one in sets):
        return
    search = _Search(chart)
    for _ in range(most):
        found = search.next()
        if found is None:
            return
        start, box = found
        axes = list(zip(chart.axes, start, box, strict=True))
        example = {axis.label: axis.samples[sample] for axis, sample, _ in axes}
        cells = ["-"] * len(ready.inputs)
        ours = ready.decision.own_language
        for axis, sample, among in axes:
            cells[axis.columns[0]] = (
                shown(axis.samples[sample]) if ours else test_of(axis, among, sample)
            )
        yield Gap(example, tuple(cells))


class _Search:
    """Goes through the samples; a gap that was found counts as a rule from then on."""

    def __init__(self, chart: Chart) -> None:
        self.axes = chart.axes
        self.takers = [list(takers) for takers in chart.takers]
        self.usable = [
            [n for n, sample in enumerate(axis.samples) if sample is not None]
            for axis in chart.axes
        ]
        self.nothing = [
            [n for n, sample in enumerate(axis.samples) if sample is None] for axis in chart.axes
        ]
        self.rules = len(chart.numbers)
        self.left = MOST_PLACES

    def next(self) -> tuple[list[int], list[int]] | None:
        """A sample per axis, and per axis the samples (bits) of the widened gap."""
        start = self._free(0, (1 << self.rules) - 1)
        if start is None:
            return None
        start += [usable[0] for usable in self.usable[len(start) :]]
        box = [1 << sample for sample in start]
        for place in range(len(box)):
            others = reduce(and_, (self._in(n, own) for n, own in enumerate(box) if n != place), -1)
            for sample in self._around(place, start[place], others):
                box[place] |= 1 << sample
            for nothing in self.nothing[place]:
                if not self.takers[place][nothing] & others:
                    box[place] |= 1 << nothing
        for place, own in enumerate(box):
            for sample in bits(own):
                self.takers[place][sample] |= 1 << self.rules
        self.rules += 1
        return start, box

    def _around(self, place: int, start: int, others: int) -> Iterator[int]:
        """Further samples of an axis that none of the `others` (rules) takes: of numbers and days
        the neighbours, else all."""
        free = [n for n in self.usable[place] if not self.takers[place][n] & others]
        axis = self.axes[place]
        if not is_ordered(axis):
            yield from free
            return
        order = sorted(self.usable[place], key=lambda n: axis.samples[n])
        at = order.index(start)
        yield from takewhile(free.__contains__, order[at:])
        yield from takewhile(free.__contains__, reversed(order[:at]))

    def _in(self, place: int, own: int) -> int:
        """The rules that take one of these samples."""
        return reduce(or_, (self.takers[place][n] for n in bits(own)), 0)

    def _free(self, place: int, rules: int) -> list[int] | None:
        """Samples from `place` on that lead past all `rules` (bits) still in question."""
        self.left -= 1
        if rules == 0:
            return [] if all(self.usable[place:]) else None
        if place == len(self.usable) or self.left <= 0:
            return None
        for sample in self.usable[place]:
            rest = self._free(place + 1, rules & self.takers[place][sample])
            if rest is not None:
                return [sample, *rest]
        return None


# --- cells -------------------------------------------------------------------------------------


def test_of(axis: Axis, among: int, sample: int) -> str:
    """The unary test for these samples (bits) of an axis; for one of them where there is none."""
    usable = [n for n, value in enumerate(axis.samples) if value is not None]
    empty = any(among >> n & 1 for n, value in enumerate(axis.samples) if value is None)
    if all(among >> n & 1 for n in usable):
        return "-" if empty else "not(null)"
    if is_ordered(axis):
        return _runs(axis, among, usable)
    kinds = {type(axis.samples[n]) for n in usable}
    points = frozenset(axis.points)
    chosen = [n for n in usable if among >> n & 1]
    if all(axis.samples[n] in points for n in chosen) or kinds == {bool}:
        return ", ".join(shown(axis.samples[n]) for n in chosen)
    named = [axis.samples[n] for n in usable if not among >> n & 1]
    if kinds == {str} and all(value in points for value in named):
        return f"not({', '.join([*map(shown, named), *([] if empty else ['null'])])})"
    return shown(axis.samples[sample])


def is_ordered(axis: Axis) -> bool:
    """Whether the samples are all numbers, or all days."""
    kinds = {type(value) for value in axis.samples if value is not None}
    return kinds <= {Decimal} or kinds <= {date}


def _runs(axis: Axis, among: int, usable: list[int]) -> str:
    """Ranges, from point to point; the samples between are open at both ends."""
    order = sorted(usable, key=lambda n: axis.samples[n])
    points = sorted({p for p in axis.points if p is not None})
    tests = []
    for chosen, run in groupby(order, key=lambda n: bool(among >> n & 1)):
        if chosen:
            values = [axis.samples[n] for n in run]
            first, last = values[0], values[-1]
            low = first if first in points else max((p for p in points if p < first), default=None)
            high = last if last in points else min((p for p in points if p > last), default=None)
            tests.append(_range(low, first in points, high, last in points))
    return ", ".join(tests)


def _range(low: Any, low_in: bool, high: Any, high_in: bool) -> str:
    if low is None:
        return f"{'<=' if high_in else '<'} {shown(high)}"
    if high is None:
        return f"{'>=' if low_in else '>'} {shown(low)}"
    if low == high:
        return shown(low)
    return f"{'[' if low_in else '('}{shown(low)}..{shown(high)}{']' if high_in else ')'}"


def shown(value: Any) -> str:
    """A constant as it stands in a cell."""
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    if isinstance(value, date):
        return f'date("{value.isoformat()}")'
    inner = str(value).replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{inner}"'
