"""Tracks: which line of a gutter each part of a way takes, so that no two lie on each other."""

from collections.abc import Mapping
from dataclasses import dataclass

from pikflow.engine.layout.graph import Link
from pikflow.engine.layout.routing import Grid, Way

SPACING = 14  # pixels between two tracks


@dataclass
class Segment:
    """A straight part of a way: in channel (horizontal, index) from `first` to `last` (coarse).

    `ends` says for both ends, in growing order, to which side the way goes on: -1, 0 (a shape) or
    1. `track` counts from 0 in gutters; in the middle of cells it is an offset in tracks.
    `port` is set when an end touches a shape.
    """

    link: Link
    horizontal: bool
    channel: int
    first: int
    last: int
    ends: tuple[int, int]
    port: bool
    track: int = 0


def segments(way: Way) -> list[Segment]:
    """The straight parts of a way, in order."""
    cells = way.cells
    corners = [cells[0]]
    for before, here, after in zip(cells, cells[1:], cells[2:], strict=False):
        if (here[0] - before[0], here[1] - before[1]) != (after[0] - here[0], after[1] - here[1]):
            corners.append(here)
    corners.append(cells[-1])
    result = []
    for i, (a, b) in enumerate(zip(corners, corners[1:], strict=False)):
        horizontal = a[1] == b[1]
        along, across = (0, 1) if horizontal else (1, 0)
        start = _sign(corners[i - 1][across] - a[across]) if i else 0
        end = _sign(corners[i + 2][across] - b[across]) if i + 2 < len(corners) else 0
        ends = (start, end) if a[along] <= b[along] else (end, start)
        result.append(
            Segment(
                way.link,
                horizontal,
                a[across],
                min(a[along], b[along]),
                max(a[along], b[along]),
                ends,
                port=i == 0 or i + 2 == len(corners),
            )
        )
    return result


def assign(parts: Mapping[str, list[Segment]], grid: Grid) -> dict[tuple[bool, int], int]:
    """Set the track of every segment; returns how many tracks each gutter needs."""
    channels: dict[tuple[bool, int], list[Segment]] = {}
    for segment in (s for ways in parts.values() for s in ways):
        channels.setdefault((segment.horizontal, segment.channel), []).append(segment)
    counts = {}
    for (horizontal, index), members in sorted(channels.items()):
        centre = grid.is_row(index) if horizontal else index % 2 == 1
        if centre:
            _offset(members)
        else:
            counts[(horizontal, index)] = _stack(members, horizontal, grid)
    return counts


def _offset(members: list[Segment]) -> None:
    """In the middle of cells: parts that touch a shape keep the middle, others step aside."""
    placed = [segment for segment in members if segment.port]
    for segment in (s for s in members if not s.port):
        for track in (0, 1, -1, 2, -2, 3, -3):
            if all(o.track != track or not _meet(segment, o) for o in placed):
                segment.track = track
                break
        placed.append(segment)


def _stack(members: list[Segment], horizontal: bool, grid: Grid) -> int:
    """In a gutter: order the bundles so that few cross, then give each the first free track."""
    bundles = _bundles(members)
    order: list[list[Segment]] = []
    for bundle in bundles:
        costs = [
            sum(_pair(b, bundle, horizontal, grid) for b in order[:i])
            + sum(_pair(bundle, b, horizontal, grid) for b in order[i:])
            for i in range(len(order) + 1)
        ]
        order.insert(costs.index(min(costs)), bundle)
    for _ in range(len(order)):
        for i in range(len(order) - 1):
            a, b = order[i], order[i + 1]
            if _pair(b, a, horizontal, grid) < _pair(a, b, horizontal, grid):
                order[i], order[i + 1] = b, a
    count = 0
    for i, bundle in enumerate(order):
        before = [b[0].track for b in order[:i] if any(_meet(s, o) for s in bundle for o in b)]
        track = 1 + max(before, default=-1)
        for segment in bundle:
            segment.track = track
        count = max(count, track + 1)
    return count


def _bundles(members: list[Segment]) -> list[list[Segment]]:
    """Parts that go to the same shape share a track; so do those that come from the same one."""
    left = sorted(members, key=lambda s: (s.first, s.last, s.link.id))
    bundles = []
    for key in (lambda s: ("to", s.link.target), lambda s: ("from", s.link.source, s.link.event)):
        groups: dict[tuple[object, ...], list[Segment]] = {}
        for segment in left:
            groups.setdefault(key(segment), []).append(segment)
        shared = [group for group in groups.values() if len(group) > 1 and _hang_together(group)]
        bundles += shared
        used = {id(segment) for group in shared for segment in group}
        left = [segment for segment in left if id(segment) not in used]
    return sorted([*bundles, *([s] for s in left)], key=lambda b: (b[0].first, b[0].last))


def _hang_together(group: list[Segment]) -> bool:
    ordered = sorted(group, key=lambda s: s.first)
    reach = ordered[0].last
    for segment in ordered[1:]:
        if segment.first > reach:
            return False
        reach = max(reach, segment.last)
    return True


def _meet(a: Segment, b: Segment) -> bool:
    if a.link is b.link:
        return a.first < b.last and b.first < a.last
    return a.first <= b.last and b.first <= a.last


def _pair(low: list[Segment], high: list[Segment], horizontal: bool, grid: Grid) -> float:
    """The crossings when `low` has the smaller track (further up or left) than `high`."""
    return sum(_cost(a, b, horizontal, grid) for a in low for b in high)


def _cost(a: Segment, b: Segment, horizontal: bool, grid: Grid) -> float:
    """A part of `a` that goes on towards higher tracks crosses `b` if it starts in b's range."""
    cost = 0.0
    for place, side in zip((a.first, a.last), a.ends, strict=True):
        if side > 0:
            cost += _hit(place, b)
    for place, side in zip((b.first, b.last), b.ends, strict=True):
        if side < 0:
            cost += _hit(place, a)
    for pa, sa in zip((a.first, a.last), a.ends, strict=True):
        for pb, sb in zip((b.first, b.last), b.ends, strict=True):
            if pa == pb and sa > 0 and sb < 0:  # they would lie on each other
                centre = pa % 2 == 1 if horizontal else grid.is_row(pa)
                cost += 20 if centre else 1
    return cost


def _hit(place: int, other: Segment) -> float:
    if other.first < place < other.last:
        return 1.0
    return 0.4 if place in (other.first, other.last) else 0.0


def _sign(number: int) -> int:
    return (number > 0) - (number < 0)
