"""Ways for single lines through a drawing that is there: level and upright, round all shapes."""

import heapq
from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from pikflow.engine.editing.drawing.canvas import Canvas, Point, bottom, middle, right
from pikflow.engine.model import GATEWAYS, Bounds, Node

MARGIN = 14.0  # lines keep this far from shapes they pass
BEND, CROSSING, ALONG, SIDE = 40.0, 60.0, 14.0, 45.0
_MOST = 60_000  # places looked at, then a simple line must do
EAST, SOUTH, WEST, NORTH = (1.0, 0.0), (0.0, 1.0), (-1.0, 0.0), (0.0, -1.0)
_SIDES = (EAST, SOUTH, WEST, NORTH)


@dataclass
class _Lines:
    """Parts of the other lines, level ones by y and upright ones by x."""

    level: list[tuple[float, float, float]] = field(default_factory=list)
    upright: list[tuple[float, float, float]] = field(default_factory=list)

    def add(self, points: Iterable[Point]) -> None:
        listed = list(points)
        for (ax, ay), (bx, by) in zip(listed, listed[1:], strict=False):
            if abs(ay - by) < 1:
                self.level.append((ay, min(ax, bx), max(ax, bx)))
            elif abs(ax - bx) < 1:
                self.upright.append((ax, min(ay, by), max(ay, by)))

    def sort(self) -> None:
        self.level.sort()
        self.upright.sort()

    def cost(self, a: Point, b: Point) -> float:
        """What a straight step costs for crossing others and lying along them."""
        level = a[1] == b[1]
        at, low, high = (a[1], *sorted((a[0], b[0]))) if level else (a[0], *sorted((a[1], b[1])))
        along, across = (self.level, self.upright) if level else (self.upright, self.level)
        cost = 0.0
        start = bisect_left(along, (at - 7.5, -1e9, -1e9))
        for line, first, last in along[start : bisect_right(along, (at + 7.5, 1e9, 1e9))]:
            shared = min(high, last) - max(low, first)
            if shared > 1 and abs(line - at) < 8:
                cost += ALONG * shared / 10
        start = bisect_left(across, (low + 0.5, -1e9, -1e9))
        for _, first, last in across[start : bisect_right(across, (high + 0.5, -1e9, -1e9))]:
            if first < at < last:
                cost += CROSSING
        return cost


class Router:
    """Finds the way of a flow between two drawn shapes of one scope."""

    def __init__(self, canvas: Canvas, parent: str | None, waiting: Collection[str]) -> None:
        """`waiting` are the flows that have no way yet: they are in nobody's way."""
        self.canvas, self.parent, self.waiting = canvas, parent, set(waiting)
        process = canvas.process
        self.nodes = {n.id: n for n in process.inside(parent) if n.id in canvas.shapes}

    def route(self, flow: str) -> tuple[Point, ...]:
        source, target = (self.canvas.ends[flow][i] for i in (0, 1))
        a, b = self.canvas.shapes[source].bounds, self.canvas.shapes[target].bounds
        lines = self._others(source, target)
        straight = self._straight(source, target, a, b, lines, flow)
        if straight is not None:
            return straight
        for near in (MARGIN - 6, 1.0):
            found = self._search(flow, source, target, lines, near)
            if found is not None:
                return found
        return self._plain(source, a, b)

    def _others(self, source: str, target: str) -> _Lines:
        lines = _Lines()
        for key, edge in self.canvas.edges.items():
            ends = self.canvas.ends.get(key, ("", ""))
            if key not in self.waiting and ends[0] != source and ends[1] != target:
                lines.add(edge.points)
        for label in self._labels():
            box = Bounds(label.x + 3, label.y + 3, label.width - 6, label.height - 6)
            corners = [(box.x, box.y), (right(box), box.y), (right(box), bottom(box))]
            lines.add([*corners, (box.x, bottom(box)), (box.x, box.y)])
        lines.sort()
        return lines

    def _labels(self) -> list[Bounds]:
        """Names a line had better not run through."""
        shapes = [shape.label for shape in self.canvas.shapes.values()]
        edges = [edge.label for key, edge in self.canvas.edges.items() if key not in self.waiting]
        return [label for label in (*shapes, *edges) if label]

    def _obstacles(self, *ends: str) -> list[Bounds]:
        boxes = self.canvas.shapes
        return [boxes[key].bounds for key in self.nodes if key not in ends]

    def _straight(
        self, source: str, target: str, a: Bounds, b: Bounds, lines: _Lines, flow: str
    ) -> tuple[Point, ...] | None:
        ay, by = middle(a)[1], middle(b)[1]
        if self.nodes[source].attached_to or abs(ay - by) > 0.5 or right(a) >= b.x:
            return None
        if EAST in self._taken(source, flow) and self.nodes[source].kind in GATEWAYS:
            return None
        start, end = (right(a), ay), (b.x, ay)
        if any(_hits(start, end, box) for box in self._obstacles(source, target)):
            return None
        return None if lines.cost(start, end) > 2 * CROSSING else (start, end)

    def _plain(self, source: str, a: Bounds, b: Bounds) -> tuple[Point, ...]:
        """When nothing else is found: out to the right (or down) and over with two bends."""
        (ax, ay), (bx, by) = middle(a), middle(b)
        if self.nodes[source].attached_to:
            low = max(bottom(a), bottom(b)) + 20
            return ((ax, bottom(a)), (ax, low), (bx, low), (bx, bottom(b)))
        if right(a) < b.x:
            half = (right(a) + b.x) / 2
            return ((right(a), ay), (half, ay), (half, by), (b.x, by))
        low = max(bottom(a), bottom(b)) + 20
        return ((ax, bottom(a)), (ax, low), (bx, low), (bx, bottom(b)))

    def _taken(self, key: str, but: str) -> dict[Point, int]:
        """How many lines begin or end on each side of a shape already."""
        box = self.canvas.shapes[key].bounds
        found: dict[Point, int] = {}
        for flow, ends in self.canvas.ends.items():
            edge = self.canvas.edges.get(flow)
            if flow == but or flow in self.waiting or edge is None:
                continue
            for end, point in zip(ends, (edge.points[0], edge.points[-1]), strict=True):
                if end == key:
                    side = side_of(box, point)
                    found[side] = found.get(side, 0) + 1
        return found

    def _exits(self, flow: str, node: Node, box: Bounds) -> dict[Point, float]:
        if node.attached_to:
            host = self.canvas.box(node.attached_to)
            return {side_of(host, middle(box)): 0.0} if host else {SOUTH: 0.0}
        gateway = node.kind in GATEWAYS
        costs = {EAST: 0.0, SOUTH: 5.0 if gateway else SIDE, NORTH: 8.0 if gateway else SIDE + 5}
        if not gateway:
            costs[WEST] = 4 * SIDE
        return self._free_sides(flow, node, costs)

    def _entries(self, flow: str, node: Node) -> dict[Point, float]:
        costs = {WEST: 0.0, NORTH: 0.7 * SIDE, SOUTH: 0.7 * SIDE, EAST: 4 * SIDE}
        return self._free_sides(flow, node, costs, into=True)

    def _free_sides(
        self, flow: str, node: Node, costs: dict[Point, float], *, into: bool = False
    ) -> dict[Point, float]:
        """Sides with lines cost more; where a border event hangs nothing begins or ends."""
        for side, count in self._taken(node.id, flow).items():
            if side in costs:
                usual = into and side == WEST
                costs[side] += (10.0 if usual else 1.2 * SIDE) * count
        shape = self.canvas.shapes[node.id]
        box = shape.bounds
        if shape.label is not None:
            side = side_of(box, middle(shape.label))
            if side in costs:
                costs[side] += SIDE
        for event in self.canvas.process.boundaries(node.id):
            hangs = self.canvas.box(event.id)
            if hangs is not None:
                costs.pop(side_of(box, middle(hangs)), None)
        return costs

    def _search(
        self, flow: str, source: str, target: str, lines: _Lines, near: float
    ) -> tuple[Point, ...] | None:
        """A* over lines through and beside the shapes; it passes them no closer than `near`."""
        a, b = self.canvas.shapes[source].bounds, self.canvas.shapes[target].bounds
        host = self.nodes[source].attached_to or ""
        boxes = self._obstacles(source, target, host)
        solid = [*boxes, a, b, *([self.canvas.shapes[host].bounds] if host else [])]
        xs, ys = _grid(solid, a, b)
        blocked = _blocked(xs, ys, solid, near)
        exits = self._exits(flow, self.nodes[source], a)
        goals: dict[tuple[int, int, Point], tuple[float, Point]] = {}
        for side, cost in self._entries(flow, self.nodes[target]).items():
            port, stop = _port(b, side)
            place = (bisect_left(xs, stop[0]), bisect_left(ys, stop[1]))
            turn = (-side[0], -side[1])
            goals[(*place, turn)] = (cost, port)
        queue: list[tuple[float, int, float, int, int, Point]] = []
        best: dict[tuple[int, int, Point], float] = {}
        came: dict[tuple[int, int, Point], tuple[int, int, Point] | Point] = {}
        count = 0
        bx, by = middle(b)

        def push(cost: float, state: tuple[int, int, Point],
                 before: tuple[int, int, Point] | Point) -> None:  # fmt: skip
            nonlocal count
            if cost < best.get(state, 1e18) - 1e-6:
                best[state], came[state] = cost, before
                count += 1
                least = abs(xs[state[0]] - bx) + abs(ys[state[1]] - by)
                heapq.heappush(queue, (cost + least, count, cost, *state))

        for side, cost in exits.items():
            port, stop = _port(a, side)
            i, j = bisect_left(xs, stop[0]), bisect_left(ys, stop[1])
            if (i, j) not in blocked:
                push(cost, (i, j, side), port)
        final: tuple[float, tuple[int, int, Point], Point] | None = None
        while queue and count < _MOST:
            estimate, _, cost, i, j, way = heapq.heappop(queue)
            if final is not None and estimate >= final[0]:
                break
            state = (i, j, way)
            if cost > best[state] + 1e-6:
                continue
            for turn in _SIDES:
                if turn == (-way[0], -way[1]):
                    continue
                bend = BEND if turn != way else 0.0
                goal = goals.get((i, j, turn))
                if goal is not None:
                    whole = cost + bend + goal[0]
                    if final is None or whole < final[0]:
                        final = (whole, state, goal[1])
                k, m = i + int(turn[0]), j + int(turn[1])
                if not (0 <= k < len(xs) and 0 <= m < len(ys)) or (k, m) in blocked:
                    continue
                here, there = (xs[i], ys[j]), (xs[k], ys[m])
                step = abs(here[0] - there[0]) + abs(here[1] - there[1])
                push(cost + bend + step + lines.cost(here, there), (k, m, turn), state)
        if final is None:
            return None
        points, at = [final[2]], final[1]
        while True:
            points.append((xs[at[0]], ys[at[1]]))
            before = came[at]
            if len(before) == 2:
                points.append(before)
                break
            at = before
        return _straightened(points[::-1])


def side_of(box: Bounds, point: Point) -> Point:
    """The side of a box that a point lies on or next to."""
    x, y = middle(box)
    distances = {
        EAST: abs(point[0] - right(box)),
        WEST: abs(point[0] - box.x),
        SOUTH: abs(point[1] - bottom(box)),
        NORTH: abs(point[1] - box.y),
    }
    return min(distances, key=lambda side: distances[side])


def _port(box: Bounds, side: Point) -> tuple[Point, Point]:
    """Where a line touches a side, and the place before it."""
    x, y = middle(box)
    port = (x + side[0] * box.width / 2, y + side[1] * box.height / 2)
    return port, (port[0] + side[0] * MARGIN, port[1] + side[1] * MARGIN)


def _grid(boxes: list[Bounds], a: Bounds, b: Bounds) -> tuple[list[float], list[float]]:
    low_x, high_x = min(a.x, b.x) - 400, max(right(a), right(b)) + 400
    low_y, high_y = min(a.y, b.y) - 400, max(bottom(a), bottom(b)) + 400
    xs, ys = set(), set()
    for box in boxes:
        xs |= {box.x - MARGIN, right(box) + MARGIN, middle(box)[0]}
        ys |= {box.y - MARGIN, bottom(box) + MARGIN, middle(box)[1]}
        ys |= {box.y - 2 * MARGIN, bottom(box) + 2 * MARGIN}
    return (
        sorted(x for x in xs if low_x <= x <= high_x),
        sorted(y for y in ys if low_y <= y <= high_y),
    )


def _blocked(
    xs: list[float], ys: list[float], boxes: list[Bounds], near: float
) -> set[tuple[int, int]]:
    """The places of the grid inside of shapes or closer to them than `near`."""
    found = set()
    for box in boxes:
        columns = range(bisect_right(xs, box.x - near), bisect_left(xs, right(box) + near))
        rows = range(bisect_right(ys, box.y - near), bisect_left(ys, bottom(box) + near))
        found |= {(i, j) for i in columns for j in rows}
    return found


def _hits(a: Point, b: Point, box: Bounds) -> bool:
    left, far = sorted((a[0], b[0]))
    top, low = sorted((a[1], b[1]))
    return left < right(box) and far > box.x and top < bottom(box) and low > box.y


def crosses(points: Iterable[Point], box: Bounds) -> bool:
    """Whether a line runs through a box, or closer along it than looks good."""
    listed = list(points)
    wide = Bounds(box.x - 4, box.y - 4, box.width + 8, box.height + 8)
    return any(_hits(a, b, wide) for a, b in zip(listed, listed[1:], strict=False))


def _straightened(points: list[Point]) -> tuple[Point, ...]:
    result: list[Point] = []
    for i, point in enumerate(points):
        if 0 < i < len(points) - 1:
            before, after = result[-1], points[i + 1]
            if point == before or (before[0] == point[0] == after[0]):
                continue
            if before[1] == point[1] == after[1]:
                continue
        result.append(point)
    return tuple(result)
