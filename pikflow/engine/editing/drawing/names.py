"""Where the name of a way stands: beside its beginning, clear of the line."""

from collections.abc import Sequence

from pikflow.engine.editing.drawing.canvas import Canvas, Point, meet
from pikflow.engine.layout.labels import GAP, SLASH, size
from pikflow.engine.model import Bounds, Flow


def label_of_flow(canvas: Canvas, flow: Flow, points: Sequence[Point]) -> Bounds | None:
    """The box of a way's name; None for one without. The first free place along the line wins."""
    if not flow.name:
        return None
    width, height = size(flow.name)
    found = list(_places(points, width, height))
    taken = [s.bounds for key, s in canvas.shapes.items() if key in canvas.process.nodes]
    taken += [s.label for s in canvas.shapes.values() if s.label]
    taken += [e.label for key, e in canvas.edges.items() if e.label and key != flow.id]
    around = {n.id for n in canvas.process.nodes.values() if canvas.process.inside(n.id)}
    boxes = [canvas.shapes[k].bounds for k in around if k in canvas.shapes]
    taken = [box for box in taken if box not in boxes]
    for box in found:
        if not any(meet(box, other) for other in taken):
            return box
    return found[0]


def _places(points: Sequence[Point], width: float, height: float) -> list[Bounds]:
    found = []
    for (ax, ay), (bx, by) in zip(points, points[1:], strict=False):
        if ay == by and bx > ax:
            found.append(Bounds(ax + GAP + SLASH, ay - 3 - height, width, height))
            found.append(Bounds(ax + GAP + SLASH, ay + 5, width, height))
        elif ay == by:
            found.append(Bounds(ax - GAP - width, ay - 3 - height, width, height))
        elif by > ay:
            found.append(Bounds(ax + GAP + 2, ay + 3, width, height))
        else:
            found.append(Bounds(ax + GAP + 2, ay - 3 - height, width, height))
    return [Bounds(round(b.x), round(b.y), b.width, b.height) for b in found]
