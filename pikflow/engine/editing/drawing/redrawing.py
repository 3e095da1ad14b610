"""From a file whose steps changed to one whose drawing fits them again."""

from collections.abc import Collection

from pikflow.engine.editing.drawing.canvas import Canvas, copy_of, meet, middle
from pikflow.engine.editing.drawing.lines import Router, crosses
from pikflow.engine.editing.drawing.names import label_of_flow
from pikflow.engine.editing.drawing.placing import Placer, label_of, placed_lanes
from pikflow.engine.editing.drawing.plane import write
from pikflow.engine.layout.scope import size_of
from pikflow.engine.model import EVENTS, SUB_PROCESSES, Bounds, Edge, Model, Process, Shape
from pikflow.engine.source import Source


def redraw(source: Source, before: Model, after: Model, moved: Collection[str]) -> None:
    """Bring the drawing in `source` from `before` to `after`; `moved` need another place."""
    shapes, edges = dict(before.shapes), dict(before.edges)
    gone = _ids(before) - _ids(after)
    shapes = {key: shape for key, shape in shapes.items() if key not in gone}
    edges = {key: edge for key, edge in edges.items() if key not in gone}
    for process in after.processes.values():
        if _drawn(process, shapes):
            canvas = copy_of(after, shapes, edges, process)
            _bring(canvas, before, moved)
            shapes, edges = canvas.shapes, canvas.edges
    write(source, after, before, shapes, edges)


def _bring(canvas: Canvas, before: Model, moved: Collection[str]) -> None:
    process = canvas.process
    old = before.processes.get(process.id)
    if old is None:
        return
    lanes_before = {lane.id for lane in old.lanes}
    placed_lanes(canvas, [lane.id for lane in process.lanes if lane.id not in lanes_before])
    changed_lane = {
        key
        for key, node in process.nodes.items()
        if key in old.nodes
        and node.attached_to is None
        and node.parent is None
        and node.lane_id != old.nodes[key].lane_id
    }
    fresh = {key for key in process.nodes if key not in old.nodes}
    elsewhere = {key for key in moved if key in old.nodes and _ways(process, old, key)}
    for key in elsewhere:
        for gone in canvas.with_inside([key]):
            if process.nodes.get(key) and process.nodes[key].kind not in SUB_PROCESSES:
                canvas.shapes.pop(gone, None)
    placed = fresh | changed_lane | elsewhere
    placed |= _reshaped(canvas, old)
    hanging = {e.id for key in elsewhere for e in process.boundaries(key)}
    Placer(canvas, fresh | changed_lane | elsewhere | hanging, changed_lane - elsewhere).place()
    _rename_labels(canvas, old)
    _reroute(canvas, old, placed | hanging)


def _ways(process: Process, old: Process, key: str) -> bool:
    """Whether other steps come before or after it than before."""
    node, was = process.nodes.get(key), old.nodes[key]
    if node is None:
        return False
    return {process.flows[f].source for f in node.incoming} != {
        old.flows[f].source for f in was.incoming
    }


def _reshaped(canvas: Canvas, old: Process) -> set[str]:
    """A task that became an event (or the other way) gets the size of its kind, where it was."""
    found = set()
    for key, node in canvas.process.nodes.items():
        shape, was = canvas.shapes.get(key), old.nodes.get(key)
        if shape is None or was is None or (was.kind in EVENTS) == (node.kind in EVENTS):
            continue
        x, y = middle(shape.bounds)
        width, height = size_of(canvas.process, node)
        box = Bounds(round(x - width / 2), round(y - height / 2), width, height)
        canvas.shapes[key] = Shape(box, label_of(node, box), shape.expanded)
        found.add(key)
    return found


def _reroute(canvas: Canvas, old: Process, placed: Collection[str]) -> None:
    """New lines for flows that are new, changed an end, or have a new shape in their way."""
    process = canvas.process
    hosts = {e.id for key in placed for e in process.boundaries(key)}
    turned = set(placed) | hosts
    waiting: list[str] = []
    for key, flow in process.flows.items():
        if flow.source not in canvas.shapes or flow.target not in canvas.shapes:
            canvas.edges.pop(key, None)
            continue
        was = old.flows.get(key)
        edge = canvas.edges.get(key)
        same = was is not None and (was.source, was.target) == (flow.source, flow.target)
        if was is not None and edge is None and same and not {flow.source, flow.target} & turned:
            continue  # nobody drew it, and nobody asked to
        touched = {flow.source, flow.target} & turned or not same or edge is None
        if touched or _in_the_way(canvas, key, turned) or _loose(canvas, key):
            waiting.append(key)
    order = sorted(waiting, key=lambda key: _difficulty(canvas, key))
    for number, key in enumerate(order):
        parent = process.flows[key].parent
        points = Router(canvas, parent, order[number:]).route(key)
        points = tuple((round(x), round(y)) for x, y in points)
        canvas.edges[key] = Edge(points, label_of_flow(canvas, process.flows[key], points))


def _loose(canvas: Canvas, key: str) -> bool:
    """Whether making room has made a line slanted that was not."""
    edge = canvas.edges[key]
    old = canvas.model.edges.get(key)
    pairs = zip(edge.points, edge.points[1:], strict=False)
    if not any(a[0] != b[0] and a[1] != b[1] for a, b in pairs):
        return False
    if old is None:
        return True
    before = zip(old.points, old.points[1:], strict=False)
    return not any(a[0] != b[0] and a[1] != b[1] for a, b in before)


def _in_the_way(canvas: Canvas, key: str, placed: Collection[str]) -> bool:
    points = canvas.edges[key].points
    ends = canvas.ends[key]
    return any(
        node in canvas.shapes and node not in ends and crosses(points, canvas.shapes[node].bounds)
        for node in placed
        if canvas.process.nodes[node].parent == canvas.process.flows[key].parent
    )


def _difficulty(canvas: Canvas, key: str) -> tuple[bool, bool, float]:
    """Straight lines come first, those that lead back last."""
    a, b = (canvas.shapes[end].bounds for end in canvas.ends[key])
    level = abs(middle(a)[1] - middle(b)[1]) < 1
    return b.x < a.x, not level, abs(a.x - b.x) + abs(a.y - b.y)


def _rename_labels(canvas: Canvas, old: Process) -> None:
    """A name that is new or longer needs a box that fits; one that is gone needs none."""
    process = canvas.process
    for key, node in process.nodes.items():
        was, shape = old.nodes.get(key), canvas.shapes.get(key)
        if (
            was is None
            or shape is None
            or " ".join(was.name.split()) == " ".join(node.name.split())
        ):
            continue
        fresh = label_of(node, shape.bounds)
        if fresh is not None and shape.label is not None:
            x = shape.label.x + (shape.label.width - fresh.width) / 2
            fresh = (
                fresh
                if meet(fresh, shape.label)
                else type(fresh)(round(x), shape.label.y, fresh.width, fresh.height)
            )
        canvas.shapes[key] = Shape(shape.bounds, fresh, shape.expanded, shape.horizontal)
    for key, flow in process.flows.items():
        before, edge = old.flows.get(key), canvas.edges.get(key)
        if before is not None and edge is not None and before.name != flow.name:
            label = label_of_flow(canvas, flow, edge.points)
            canvas.edges[key] = Edge(edge.points, label)


def _drawn(process: Process, shapes: dict[str, Shape]) -> bool:
    return any(key in shapes for key in process.nodes)


def _ids(model: Model) -> set[str]:
    """The ids of everything in the file, drawn or not."""
    if model.tree is None:
        return set()
    return {str(element.get("id")) for element in model.tree.iter("{*}*")}
