"""One scope (a process or the inside of a sub-process) drawn: from a graph to coordinates."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from pikflow.engine.layout import grid as grids
from pikflow.engine.layout import labels, routing, tracks
from pikflow.engine.layout.grid import Box, Link
from pikflow.engine.layout.labels import EVENT, Placed
from pikflow.engine.layout.routing import Grid, Way
from pikflow.engine.lettering import LINE, wrap
from pikflow.engine.model import (
    SUB_PROCESSES,
    Artifact,
    Bounds,
    Edge,
    Node,
    Process,
    Shape,
)

TASK, GATEWAY = (120.0, 80.0), 50.0
INNER, INNER_TOP = 24.0, 40.0  # room between a sub-process's border and what is inside
GUTTER, EDGE_GUTTER, ROW_GUTTER, BAND_GUTTER = 36.0, 26.0, 24.0, 16.0

Point = tuple[float, float]


@dataclass
class Drawing:
    """Shapes and edges from (0, 0); `bands` are the top and height of every lane."""

    width: float = 0.0
    height: float = 0.0
    shapes: dict[str, Shape] = field(default_factory=dict)
    edges: dict[str, Edge] = field(default_factory=dict)
    bands: list[tuple[float, float]] = field(default_factory=list)

    def moved(self, dx: float, dy: float) -> "Drawing":
        return Drawing(
            self.width,
            self.height,
            {key: _moved_shape(shape, dx, dy) for key, shape in self.shapes.items()},
            {key: _moved_edge(edge, dx, dy) for key, edge in self.edges.items()},
            [(top + dy, height) for top, height in self.bands],
        )


def draw_scope(
    process: Process, parent: str | None, bands: Mapping[str, int], count: int
) -> Drawing:
    """The drawing of everything directly in `parent`; `bands` gives the band of a node id."""
    inner = {
        node.id: draw_scope(process, node.id, {}, 1)
        for node in process.inside(parent)
        if node.kind in SUB_PROCESSES
    }
    boxes = _boxes(process, parent, bands, inner)
    links = _links(process, parent, boxes)
    if not boxes:
        return Drawing(EDGE_GUTTER * 2, BAND_GUTTER * 2, bands=[(0.0, 100.0)] * count)
    starts = [n.id for n in process.inside(parent) if n.kind == "startEvent" and n.id in boxes]
    grids.columns(boxes, links, starts)
    grids.Rows(boxes, links, grids.main_links(boxes, links, starts)).place()
    _hang_boundaries(boxes, links)
    grid = Grid.of(boxes, count)
    ways = routing.route(boxes, links, grid)
    placed = labels.place(boxes, list(ways.values()))
    parts = {key: tracks.segments(way) for key, way in ways.items()}
    counts = tracks.assign(parts, grid)
    plan = _Plan(boxes, grid, placed, counts)
    drawing = plan.drawing(ways, parts)
    for key, inside in inner.items():
        corner = drawing.shapes[key].bounds
        moved = inside.moved(corner.x + INNER, corner.y + INNER_TOP)
        drawing.shapes.update(moved.shapes)
        drawing.edges.update(moved.edges)
    return drawing


def _boxes(
    process: Process, parent: str | None, bands: Mapping[str, int], inner: Mapping[str, Drawing]
) -> dict[str, Box]:
    boxes = {}
    for node in process.inside(parent):
        host = process.nodes.get(node.attached_to or "")
        if node.kind == "boundaryEvent" and host is not None and host.parent == parent:
            continue
        boxes[node.id] = _box(node, bands.get(node.id, 0), inner.get(node.id))
    for node in process.inside(parent):
        if node.kind == "boundaryEvent" and node.attached_to in boxes and node.id not in boxes:
            boxes[node.attached_to].boundaries.append(node)
    for box in boxes.values():
        box.width = max(box.width, 42.0 * len(box.boundaries) + 20 if box.boundaries else 0)
    for artifact in process.artifacts.values():
        if artifact.parent == parent and artifact.kind not in ("group", "dataObject"):
            boxes[artifact.id] = _note(artifact)
    for association in process.associations:
        for note, other in (
            (association.source, association.target),
            (association.target, association.source),
        ):
            if note in boxes and other in boxes and boxes[note].kind in ("note", "data"):
                boxes[note].band = boxes[other].band
    return boxes


def _box(node: Node, band: int, inside: Drawing | None) -> Box:
    kind = grids.kind_of(node)
    if inside is not None:
        width = max(160.0, inside.width + 2 * INNER)
        return Box(
            node.id, kind, node.label, width, max(100.0, inside.height + INNER + INNER_TOP), band
        )
    name = " ".join(node.name.split())
    if kind == "event":
        return Box(node.id, kind, name, EVENT, EVENT, band)
    if kind == "gateway":
        return Box(node.id, kind, name, GATEWAY, GATEWAY, band)
    rows = len(wrap(name, TASK[0] - 16))
    height = max(TASK[1], 20 * round((rows * 12 * LINE + 34) / 20))
    return Box(node.id, kind, name, TASK[0], height, band)


def _note(artifact: Artifact) -> Box:
    if artifact.kind == "textAnnotation":
        rows = len(wrap(artifact.name, 150))
        return Box(artifact.id, "note", artifact.name, 170.0, max(30.0, rows * 15.0 + 10))
    return Box(artifact.id, "data", " ".join(artifact.name.split()), 36.0, 50.0)


def _hang_boundaries(boxes: Mapping[str, Box], links: Sequence[Link]) -> None:
    """The events whose ways go down deepest hang furthest left, so that no way crosses another."""
    deep: dict[str, tuple[int, int]] = {}
    for link in links:
        source, target = boxes[link.source], boxes[link.target]
        place = target.band, target.row
        if link.event is not None and place > (source.band, source.row):
            deep[link.event] = max(deep.get(link.event, place), place)
    for box in boxes.values():
        box.boundaries.sort(key=lambda event: deep.get(event.id, (-1, -1)), reverse=True)


def _links(process: Process, parent: str | None, boxes: Mapping[str, Box]) -> list[Link]:
    links = []
    hosts = {event.id: box.id for box in boxes.values() for event in box.boundaries}
    for flow in process.flows.values():
        if flow.parent != parent:
            continue
        source = hosts.get(flow.source or "", flow.source)
        event = flow.source if flow.source in hosts else None
        if source in boxes and flow.target in boxes:
            links.append(Link(flow.id, source, flow.target, flow.name, event))
    for association in process.associations:
        a, b = association.source, association.target
        if a in boxes and b in boxes and a != b:
            source, target = (b, a) if boxes[b].kind not in ("note", "data") else (a, b)
            links.append(Link(association.id, source, target, dotted=True))
    return links


class _Plan:
    """Turns grid places into coordinates once everybody's room is known."""

    def __init__(
        self,
        boxes: Mapping[str, Box],
        grid: Grid,
        placed: Placed,
        counts: Mapping[tuple[bool, int], int],
    ) -> None:
        self.boxes, self.grid, self.placed = boxes, grid, placed
        self.x_lines: dict[int, float] = {}  # middle of a column; first track of a gutter
        self.y_lines: dict[int, float] = {}
        self.width = self._columns(counts)
        self.height = self._rows(counts)

    def _columns(self, counts: Mapping[tuple[bool, int], int]) -> float:
        x = 0.0
        last = 2 * self.grid.columns
        for index in range(last + 1):
            if index % 2:
                extents = [
                    self.placed.extents[box.id]
                    for box in self.boxes.values()
                    if 2 * box.column + 1 == index
                ]
                left = max((extent.left for extent in extents), default=20.0)
                self.x_lines[index] = round(x + left)
                x += left + max((extent.right for extent in extents), default=20.0)
            else:
                least = EDGE_GUTTER if index in (0, last) else GUTTER
                x = self._gutter(self.x_lines, index, x, counts.get((False, index), 0), least)
        return round(x)

    def _rows(self, counts: Mapping[tuple[bool, int], int]) -> float:
        y = 0.0
        heights = self.grid.heights
        self.band_tops: dict[int, float] = {}
        for index, (kind, band, row) in enumerate(heights):
            self.band_tops.setdefault(band, round(y))
            if kind == "row":
                extents = [
                    self.placed.extents[box.id]
                    for box in self.boxes.values()
                    if (box.band, box.row) == (band, row)
                ]
                up = max((extent.up for extent in extents), default=30.0)
                self.y_lines[index] = round(y + up)
                y += up + max((extent.down for extent in extents), default=30.0)
            else:
                edge = row == 0 or index + 1 == len(heights) or heights[index + 1][1] != band
                least = BAND_GUTTER if edge else ROW_GUTTER
                y = self._gutter(self.y_lines, index, y, counts.get((True, index), 0), least)
        return round(y)

    def _gutter(
        self, lines: dict[int, float], index: int, start: float, count: int, least: float
    ) -> float:
        needed = (count - 1) * tracks.SPACING if count else 0
        size = max(least, needed + 22)
        lines[index] = round(start + (size - needed) / 2)
        return start + size

    def centre(self, box: Box) -> Point:
        x, y = self.grid.cell(box)
        return self.x_lines[x], self.y_lines[y]

    def drawing(
        self, ways: Mapping[str, Way], parts: Mapping[str, list[tracks.Segment]]
    ) -> Drawing:
        drawing = Drawing(self.width, self.height)
        for box in self.boxes.values():
            self._shape(drawing, box)
        for key, way in ways.items():
            points = self._points(way, parts[key])
            drawing.edges[key] = Edge(tuple(points), self._name(key))
        tops = [self.band_tops[band] for band in sorted(self.band_tops)]
        ends = [*tops[1:], self.height]
        drawing.bands = [(top, end - top) for top, end in zip(tops, ends, strict=True)]
        return drawing

    def _shape(self, drawing: Drawing, box: Box) -> None:
        x, y = self.centre(box)
        corner = Bounds(x - box.width / 2, y - box.height / 2, box.width, box.height)
        drawing.shapes[box.id] = Shape(corner, self._name(box.id))
        for event, offset in zip(box.boundaries, labels.boundary_offsets(box), strict=True):
            top = y + box.height / 2 - EVENT / 2
            bounds = Bounds(x + offset - EVENT / 2, top, EVENT, EVENT)
            drawing.shapes[event.id] = Shape(bounds, self._name(event.id))

    def _name(self, key: str) -> Bounds | None:
        name = self.placed.names.get(key)
        if name is None:
            return None
        x, y = self.centre(self.boxes[self.placed.at[key]])
        return replace(name, x=round(x + name.x), y=round(y + name.y))

    def _line(self, segment: tracks.Segment, way: Way) -> float:
        """The x of a vertical part, the y of a horizontal one."""
        lines = self.y_lines if segment.horizontal else self.x_lines
        line = lines[segment.channel] + segment.track * tracks.SPACING
        source = self.boxes[way.link.source]
        if way.link.event is not None and not segment.horizontal:
            first = self.grid.cell(source)
            if segment.channel == first[0] and segment.port and segment.first == first[1]:
                offsets = labels.boundary_offsets(source)
                ids = [event.id for event in source.boundaries]
                line += offsets[ids.index(way.link.event)]
        return line

    def _points(self, way: Way, parts: list[tracks.Segment]) -> list[Point]:
        values = [self._line(part, way) for part in parts]
        source, target = self.boxes[way.link.source], self.boxes[way.link.target]
        below = EVENT / 2 if way.link.event is not None else 0.0
        points = [self._port(source, way.leaves, values[0], below)]
        for i in range(1, len(parts)):
            a, b = values[i - 1], values[i]
            points.append((b, a) if parts[i - 1].horizontal else (a, b))
        points.append(self._port(target, way.enters, values[-1], 0.0))
        return _straightened(points)

    def _port(self, box: Box, side: routing.Cell, line: float, below: float) -> Point:
        x, y = self.centre(box)
        if side[1] == 0:
            return x + side[0] * box.width / 2, line
        return line, y + side[1] * (box.height / 2 + below)


def _straightened(points: list[Point]) -> list[Point]:
    """Without points that lie between their neighbours."""
    result: list[Point] = []
    for i, point in enumerate(points):
        if 0 < i < len(points) - 1:
            before, after = result[-1], points[i + 1]
            if point == before or before[0] == point[0] == after[0]:
                continue
            if before[1] == point[1] == after[1]:
                continue
        result.append(point)
    return result


def _moved_bounds(bounds: Bounds | None, dx: float, dy: float) -> Bounds | None:
    return None if bounds is None else replace(bounds, x=bounds.x + dx, y=bounds.y + dy)


def _moved_shape(shape: Shape, dx: float, dy: float) -> Shape:
    bounds = replace(shape.bounds, x=shape.bounds.x + dx, y=shape.bounds.y + dy)
    return replace(shape, bounds=bounds, label=_moved_bounds(shape.label, dx, dy))


def _moved_edge(edge: Edge, dx: float, dy: float) -> Edge:
    points = tuple((x + dx, y + dy) for x, y in edge.points)
    return Edge(points, _moved_bounds(edge.label, dx, dy))
