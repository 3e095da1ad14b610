"""One scope (a process or the inside of a sub-process) drawn: from a graph to coordinates."""

from collections.abc import Mapping, Sequence

from pikflow.engine.layout import graph, labels, routing, tracks
from pikflow.engine.layout.drawing import Drawing
from pikflow.engine.layout.graph import Box, Link
from pikflow.engine.layout.labels import EVENT
from pikflow.engine.layout.plan import BAND_GUTTER, EDGE_GUTTER, Plan
from pikflow.engine.layout.routing import Grid
from pikflow.engine.layout.rows import Rows
from pikflow.engine.lettering import LINE, wrap
from pikflow.engine.model import (
    SUB_PROCESSES,
    Artifact,
    Node,
    Process,
)

TASK, GATEWAY = (120.0, 80.0), 50.0
INNER, INNER_TOP = 24.0, 40.0  # room between a sub-process's border and what is inside


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
    graph.columns(boxes, links, starts)
    Rows(boxes, links, graph.main_links(boxes, links, starts)).place()
    _hang_boundaries(boxes, links)
    grid = Grid.of(boxes, count)
    ways = routing.route(boxes, links, grid)
    placed = labels.place(boxes, list(ways.values()))
    parts = {key: tracks.segments(way) for key, way in ways.items()}
    counts = tracks.assign(parts, grid)
    plan = Plan(boxes, grid, placed, counts)
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


def size_of(process: Process, node: Node) -> tuple[float, float]:
    """Width and height of a node by itself, with what is inside of it."""
    inside = draw_scope(process, node.id, {}, 1) if node.kind in SUB_PROCESSES else None
    box = _box(node, 0, inside)
    return box.width, box.height


def _box(node: Node, band: int, inside: Drawing | None) -> Box:
    kind = graph.kind_of(node)
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
