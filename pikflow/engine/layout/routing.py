"""Ways for the flows on the coarse grid: round shapes, with few corners and crossings.

The grid alternates gutters and cells: x = 2 * column + 1 is a column, even x the gutter before
it; the list of heights does the same for rows, with a gutter on both sides of a lane's border.
A way is a list of (x, y) from the source's cell to the target's.
"""

import heapq
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate

from pikflow.engine.layout.graph import Box, Link

Cell = tuple[int, int]
EAST, SOUTH, WEST, NORTH = (1, 0), (0, 1), (-1, 0), (0, -1)
OPPOSITE = {EAST: WEST, WEST: EAST, NORTH: SOUTH, SOUTH: NORTH}

MANY = 120  # links; beyond that, ways are found faster and may be less short
COLUMN, ROW, GUTTER, INFINITE = 3.0, 2.5, 1.0, float("inf")
BEND, CROSSING, SHARED_GUTTER, SHARED_CENTRE, MIXED_SIDE, FAN = 3.0, 6.0, 0.6, 14.0, 12.0, 2.5
OUT = {
    "activity": {EAST: 0.0, SOUTH: 4.0, NORTH: 5.0},
    "event": {EAST: 0.0, NORTH: 5.0, SOUTH: 7.0},
    "gateway": {EAST: 0.0, SOUTH: 0.5, NORTH: 1.5},
}
INTO = {
    "activity": {WEST: 0.0, NORTH: 3.6, SOUTH: 3.6},
    "event": {WEST: 0.0, NORTH: 4.5, SOUTH: 7.0},
    "gateway": {WEST: 0.0, NORTH: 3.0, SOUTH: 2.5},
}


@dataclass
class Way:
    link: Link
    cells: list[Cell]

    @property
    def leaves(self) -> Cell:
        """The side of the source where the way begins, as a direction."""
        return _direction(self.cells[0], self.cells[1])

    @property
    def enters(self) -> Cell:
        """The side of the target where the way ends, as a direction seen from the target."""
        return OPPOSITE[_direction(self.cells[-2], self.cells[-1])]


@dataclass
class Grid:
    """The size of the coarse grid and what stands on it; `rows` are the y of all rows."""

    columns: int
    heights: list[tuple[str, int, int]]  # ("gutter" | "row", band, number)
    taken: dict[Cell, str] = field(default_factory=dict)

    @classmethod
    def of(cls, boxes: Mapping[str, Box], bands: int) -> "Grid":
        heights: list[tuple[str, int, int]] = []
        for band in range(bands):
            rows = 1 + max((box.row for box in boxes.values() if box.band == band), default=0)
            for row in range(rows):
                heights += [("gutter", band, row), ("row", band, row)]
            heights.append(("gutter", band, rows))
        columns = 1 + max((box.column for box in boxes.values()), default=0)
        grid = cls(columns, heights)
        grid.taken = {grid.cell(box): box.id for box in boxes.values()}
        return grid

    def cell(self, box: Box) -> Cell:
        return 2 * box.column + 1, self.heights.index(("row", box.band, box.row))

    def is_row(self, y: int) -> bool:
        return self.heights[y][0] == "row"

    def inside(self, cell: Cell) -> bool:
        return 0 <= cell[0] <= 2 * self.columns and 0 <= cell[1] < len(self.heights)


def route(boxes: Mapping[str, Box], links: Sequence[Link], grid: Grid) -> dict[str, Way]:
    """A way for every link; short forward links choose first, loops last."""
    router = _Router(boxes, grid, hurry=1.0 if len(links) <= MANY else 3.0)
    numbered = {link.id: number for number, link in enumerate(links)}

    def rank(link: Link) -> tuple[bool, bool, int, int, int]:
        a, b = grid.cell(boxes[link.source]), grid.cell(boxes[link.target])
        return link.dotted, link.back, abs(a[0] - b[0]), abs(a[1] - b[1]), numbered[link.id]

    for link in sorted(links, key=rank):
        router.add(link)
    if len(links) <= MANY:
        for link in sorted(links, key=rank):  # again, now that everybody's way is known
            router.remove(link)
            router.add(link)
    return {link.id: router.ways[link.id] for link in links if link.id in router.ways}


class _Router:
    def __init__(self, boxes: Mapping[str, Box], grid: Grid, *, hurry: float) -> None:
        self.hurry = hurry
        self.boxes = boxes
        self.grid = grid
        self.ways: dict[str, Way] = {}
        self.used: dict[tuple[Cell, bool], list[Link]] = {}  # (cell, horizontal) -> who is there
        self.sides: dict[tuple[str, Cell], list[tuple[str, Link]]] = {}
        self.step = {
            (x, True): COLUMN if x % 2 else GUTTER for x in range(2 * grid.columns + 1)
        } | {(y, False): ROW if grid.is_row(y) else GUTTER for y in range(len(grid.heights))}
        self.level = list(accumulate(self.step[(x, True)] for x in range(2 * grid.columns + 1)))
        self.drop = list(accumulate(self.step[(y, False)] for y in range(len(grid.heights))))
        self.homes = {box.id: grid.cell(box) for box in boxes.values()}

    def add(self, link: Link) -> None:
        cells = self._search(link)
        if cells is None:
            return
        way = self.ways[link.id] = Way(link, cells)
        for key in self._places(cells):
            self.used.setdefault(key, []).append(link)
        if link.event is None:
            self.sides.setdefault((link.source, way.leaves), []).append(("out", link))
        self.sides.setdefault((link.target, way.enters), []).append(("in", link))

    def remove(self, link: Link) -> None:
        way = self.ways.pop(link.id, None)
        if way is None:
            return
        for links in self.used.values():
            links[:] = [other for other in links if other is not link]
        for users in self.sides.values():
            users[:] = [user for user in users if user[1] is not link]

    def _places(self, cells: list[Cell]) -> list[tuple[Cell, bool]]:
        found = []
        for a, b in zip(cells, cells[1:], strict=False):
            horizontal = a[1] == b[1]
            found += [(a, horizontal), (b, horizontal)]
        ends = (cells[0], cells[-1])  # inside a shape ways are in nobody's way
        return [place for place in dict.fromkeys(found) if place[0] not in ends]

    def _search(self, link: Link) -> list[Cell] | None:
        """A* from the source's cell; a state is a cell and the direction it was reached in."""
        source, target = self.boxes[link.source], self.boxes[link.target]
        start, goal = self.homes[source.id], self.homes[target.id]
        queue: list[tuple[float, int, float, Cell, Cell]] = []
        best: dict[tuple[Cell, Cell], float] = {}
        came: dict[tuple[Cell, Cell], tuple[Cell, Cell] | None] = {}
        count = 0

        def push(cost: float, cell: Cell, way: Cell, before: tuple[Cell, Cell] | None) -> None:
            nonlocal count
            state = cell, way
            if cost < best.get(state, INFINITE) - 1e-9:
                best[state], came[state] = cost, before
                count += 1
                estimate = cost + self.hurry * self._least(cell, goal)
                heapq.heappush(queue, (estimate, -count, cost, cell, way))

        for way, cost in self._exits(link, source).items():
            push(cost, start, way, None)
        while queue:
            _, _, cost, cell, way = heapq.heappop(queue)
            if cost > best[(cell, way)] + 1e-9:
                continue
            before = came[(cell, way)]
            if cell == goal and before is not None:
                return self._trace(came, (cell, way))
            turns = (way,) if before is None else (EAST, SOUTH, WEST, NORTH)
            for turn in turns:
                if turn == OPPOSITE[way]:
                    continue
                after = cell[0] + turn[0], cell[1] + turn[1]
                if not self.grid.inside(after):
                    continue
                if after == goal:
                    extra = self._entry(link, target, OPPOSITE[turn], way, turn, start, cell)
                    if extra is None:
                        continue
                elif after in self.grid.taken:
                    continue
                else:
                    extra = 0.0
                bend = BEND if turn != way else 0.0
                push(cost + bend + extra + self._step(link, after, turn), after, turn, (cell, way))
        return None

    def _least(self, cell: Cell, goal: Cell) -> float:
        """What the way from a cell to the goal costs at least."""
        (x, y), (gx, gy) = cell, goal
        level = self.level[gx] - self.level[x] if x < gx else self.level[x - 1] - self.level[gx - 1]
        drop = self.drop[gy] - self.drop[y] if y < gy else self.drop[y - 1] - self.drop[gy - 1]
        if x == gx:
            return drop if y != gy else 0.0
        return level + (drop + BEND if y != gy else 0.0)

    def _trace(
        self,
        came: Mapping[tuple[Cell, Cell], tuple[Cell, Cell] | None],
        state: tuple[Cell, Cell] | None,
    ) -> list[Cell]:
        cells = []
        while state is not None:
            cells.append(state[0])
            state = came[state]
        return cells[::-1]

    def _exits(self, link: Link, source: Box) -> dict[Cell, float]:
        if link.event is not None:
            return {SOUTH: 0.0}
        if link.dotted:
            return {NORTH: 0.0, SOUTH: 1.0, EAST: 2.0, WEST: 2.0}
        costs = dict(OUT.get(source.kind, OUT["activity"]))
        if source.boundaries:
            costs.pop(SOUTH, None)
        for side in costs:
            for role, other in self.sides.get((source.id, side), ()):
                costs[side] += MIXED_SIDE if role == "in" else FAN
                costs[side] += FAN if source.kind == "gateway" and other.name and link.name else 0
        return costs

    def _entry(
        self, link: Link, target: Box, side: Cell, way: Cell, turn: Cell, start: Cell, cell: Cell
    ) -> float | None:
        if link.dotted:
            return 0.0
        costs = INTO.get(target.kind, INTO["activity"])
        if side not in costs or (side == SOUTH and target.boundaries):
            return None
        straight = cell[0] == start[0] and way == turn == SOUTH
        if link.event is not None and straight and target.kind != "activity":
            return None  # a boundary event is not above the middle of a small shape
        mixed = any(role == "out" for role, _ in self.sides.get((target.id, side), ()))
        return costs[side] + (MIXED_SIDE if mixed else 0)

    def _step(self, link: Link, cell: Cell, way: Cell) -> float:
        horizontal = way[1] == 0
        in_column, in_row = cell[0] % 2 == 1, self.grid.is_row(cell[1])
        cost = self.step[(cell[0], True) if horizontal else (cell[1], False)]
        centre = in_row if horizontal else in_column
        for other in self.used.get((cell, horizontal), ()):
            if _together(link, other):
                continue
            beside = not horizontal and (self._hangs(link, cell) or self._hangs(other, cell))
            cost += SHARED_CENTRE if centre and not beside else SHARED_GUTTER
        for other in self.used.get((cell, not horizontal), ()):
            if not _together(link, other):
                cost += CROSSING
        return cost

    def _hangs(self, link: Link, cell: Cell) -> bool:
        """Whether the link comes down from a boundary event here, beside the column's middle."""
        return link.event is not None and self.homes[link.source][0] == cell[0]


def _together(one: Link, other: Link) -> bool:
    """Flows that may share a line: same end, or same beginning."""
    return one.target == other.target or (one.source == other.source and one.event == other.event)


def _direction(a: Cell, b: Cell) -> Cell:
    return (b[0] > a[0]) - (b[0] < a[0]), (b[1] > a[1]) - (b[1] < a[1])
