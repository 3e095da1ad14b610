"""Pools and lanes around the scopes, several pools below each other, and message flows."""

from collections.abc import Mapping
from dataclasses import replace

from pikflow.engine.layout.drawing import Drawing, Point
from pikflow.engine.layout.scope import draw_scope
from pikflow.engine.model import Bounds, Collaboration, Edge, Flow, Lane, Model, Process, Shape

HEAD = 30.0  # the strip with the name of a pool or lane
CORNER = 100.0, 80.0
POOL_GAP, CLOSED_POOL = 50.0, 60.0
_REST = ""  # the band of nodes that are in no lane


def draw_process(process: Process, *, pool: str | None) -> Drawing:
    """A process with its lanes, and with a pool around them if `pool` is a participant's id."""
    bands = _bands(process)
    homes = {node.id: _band_of(node.lane_id, bands) for node in process.nodes.values()}
    for artifact in process.artifacts.values():
        homes[artifact.id] = 0
    drawing = draw_scope(process, None, homes, len(bands))
    if not process.lanes:
        return drawing if pool is None else _around(drawing, pool)
    depth = 1 + max(lane.depth for lane in process.lanes)
    moved = drawing.moved(depth * HEAD, 0.0)
    moved.width = drawing.width + depth * HEAD
    for lane in process.lanes:
        bounds = _lane_bounds(lane, process, bands, moved)
        moved.shapes[lane.id] = Shape(bounds, horizontal=True)
    return moved if pool is None else _around(moved, pool)


def _bands(process: Process) -> list[str]:
    """Lane ids from top to bottom: every innermost lane, and outer ones that hold nodes."""
    parents = {lane.parent for lane in process.lanes}
    used = {node.lane_id for node in process.nodes.values()}
    found = [lane.id for lane in process.lanes if lane.id not in parents or lane.id in used]
    loose = any(node.lane_id is None for node in process.nodes.values())
    return [*found, *([_REST] if loose or not found else [])]


def _band_of(lane: str | None, bands: list[str]) -> int:
    return bands.index(lane) if lane in bands else len(bands) - 1


def _lane_bounds(lane: Lane, process: Process, bands: list[str], drawing: Drawing) -> Bounds:
    inside = {lane.id}
    for other in process.lanes:  # parents come before their children
        if other.parent in inside:
            inside.add(other.id)
    numbers = [number for number, key in enumerate(bands) if key in inside]
    top = drawing.bands[numbers[0]][0]
    last_top, last_height = drawing.bands[numbers[-1]]
    x = lane.depth * HEAD
    return Bounds(x, top, drawing.width - x, last_top + last_height - top)


def _around(drawing: Drawing, pool: str) -> Drawing:
    moved = drawing.moved(HEAD, 0.0)
    moved.width = drawing.width + HEAD
    bounds = Bounds(0.0, 0.0, moved.width, drawing.height)
    moved.shapes = {pool: Shape(bounds, horizontal=True), **moved.shapes}
    return moved


def draw_collaboration(model: Model, collaboration: Collaboration) -> Drawing:
    """All pools of a collaboration, one below the other and equally wide."""
    drawings = []
    for participant in collaboration.participants:
        process = model.processes.get(participant.process or "")
        if process is None:
            drawing = Drawing(300.0, CLOSED_POOL)
            drawing.shapes[participant.id] = Shape(
                Bounds(0, 0, 300.0, CLOSED_POOL), horizontal=True
            )
        else:
            drawing = draw_process(process, pool=participant.id)
        drawings.append((participant.id, process, drawing))
    width = max((drawing.width for _, _, drawing in drawings), default=0.0)
    whole = Drawing(width)
    for key, process, drawing in drawings:
        _widen(drawing, key, process, width)
        moved = drawing.moved(0.0, whole.height)
        whole.shapes.update(moved.shapes)
        whole.edges.update(moved.edges)
        whole.height += drawing.height + POOL_GAP
    for flow in collaboration.message_flows:
        edge = _message_edge(flow, whole.shapes)
        if edge is not None:
            whole.edges[flow.id] = edge
    return whole


def _widen(drawing: Drawing, pool: str, process: Process | None, width: float) -> None:
    lanes = {lane.id for lane in process.lanes} if process else set()
    more = width - drawing.width
    for key in (pool, *sorted(lanes)):
        shape = drawing.shapes[key]
        wider = replace(shape.bounds, width=shape.bounds.width + more)
        drawing.shapes[key] = replace(shape, bounds=wider)


def _message_edge(flow: Flow, shapes: Mapping[str, Shape]) -> Edge | None:
    """Straight down or up, with one step in the gap when the ends are not above each other."""
    source, target = shapes.get(flow.source or ""), shapes.get(flow.target or "")
    if source is None or target is None:
        return None
    a, b = source.bounds, target.bounds
    down = a.y < b.y
    start_y, end_y = (a.y + a.height, b.y) if down else (a.y, b.y + b.height)
    ax, bx = a.x + a.width / 2, b.x + b.width / 2
    if b.width > 250:  # a whole pool: go straight to its border
        bx = ax
    if a.width > 250:
        ax = bx
    if ax == bx:
        return Edge(((ax, start_y), (bx, end_y)))
    middle = end_y - 25 if down else end_y + 25
    return Edge(((ax, start_y), (ax, middle), (bx, middle), (bx, end_y)))


def straight_edges(process: Process, drawing: Drawing) -> dict[str, Edge]:
    """Flows the scopes could not draw (they cross a border): a line from middle to middle."""
    missing = {}
    for flow in process.flows.values():
        a, b = drawing.shapes.get(flow.source or ""), drawing.shapes.get(flow.target or "")
        if flow.id not in drawing.edges and a is not None and b is not None:
            missing[flow.id] = Edge((_middle(a.bounds), _middle(b.bounds)))
    return missing


def _middle(bounds: Bounds) -> Point:
    return bounds.x + bounds.width / 2, bounds.y + bounds.height / 2
