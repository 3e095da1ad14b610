"""From places on the grid to coordinates, once everybody's room is known."""

from collections.abc import Mapping
from dataclasses import replace

from pikflow.engine.layout import labels, routing, tracks
from pikflow.engine.layout.drawing import Drawing, Point
from pikflow.engine.layout.graph import Box
from pikflow.engine.layout.labels import EVENT, Placed
from pikflow.engine.layout.routing import Grid, Way
from pikflow.engine.model import Bounds, Edge, Shape

EDGE_GUTTER, GUTTER, ROW_GUTTER, BAND_GUTTER = 26.0, 36.0, 24.0, 16.0


class Plan:
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
