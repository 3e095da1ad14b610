"""A drawing in coordinates: shapes, edges and the bands of lanes, movable as a whole."""

from dataclasses import dataclass, field, replace

from pikflow.engine.model import Bounds, Edge, Shape

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


def _moved_bounds(bounds: Bounds | None, dx: float, dy: float) -> Bounds | None:
    return None if bounds is None else replace(bounds, x=bounds.x + dx, y=bounds.y + dy)


def _moved_shape(shape: Shape, dx: float, dy: float) -> Shape:
    bounds = replace(shape.bounds, x=shape.bounds.x + dx, y=shape.bounds.y + dy)
    return replace(shape, bounds=bounds, label=_moved_bounds(shape.label, dx, dy))


def _moved_edge(edge: Edge, dx: float, dy: float) -> Edge:
    points = tuple((x + dx, y + dy) for x, y in edge.points)
    return Edge(points, _moved_bounds(edge.label, dx, dy))
