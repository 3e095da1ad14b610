"""Looking at drawings with numbers: what runs through what, what lies on what."""

from itertools import combinations

from pikflow.engine.model import SUB_PROCESSES, Bounds, Model

Point = tuple[float, float]


def shapes_crossed(model: Model) -> list[tuple[str, str]]:
    """(flow, node) pairs where a flow runs through a shape it does not begin or end at."""
    found = []
    for process in model.processes.values():
        for flow in process.flows.values():
            edge = model.edges[flow.id]
            around = _around(process.nodes, flow.source)
            for node in process.nodes.values():
                host = node.attached_to
                ends = {flow.source, flow.target, *around}
                source = process.nodes[flow.source]
                if node.id in ends or host in (flow.source,) or source.attached_to == node.id:
                    continue
                if host in ends and host == flow.target:
                    continue
                box = _smaller(model.shapes[node.id].bounds, 1)
                if any(
                    _hits(a, b, box) for a, b in zip(edge.points, edge.points[1:], strict=False)
                ):
                    found.append((flow.id, node.id))
    return found


def _around(nodes, key) -> set[str]:
    found = set()
    while key in nodes and nodes[key].parent:
        key = nodes[key].parent
        found.add(key)
    return found


def slanted(model: Model) -> list[str]:
    """Flows with a part that is neither level nor upright."""
    return [
        key
        for key, edge in model.edges.items()
        for a, b in zip(edge.points, edge.points[1:], strict=False)
        if a[0] != b[0] and a[1] != b[1]
    ]


def overlapping(model: Model) -> list[tuple[str, str]]:
    """Pairs of nodes that lie on each other; an event on the border of its host is in order."""
    found = []
    for process in model.processes.values():
        for a, b in combinations(process.nodes.values(), 2):
            if a.attached_to == b.id or b.attached_to == a.id:
                continue
            if _inside_of(process, a, b) or _inside_of(process, b, a):
                continue
            if _meet(model.shapes[a.id].bounds, model.shapes[b.id].bounds):
                found.append((a.id, b.id))
    return found


def labels_covered(model: Model) -> list[tuple[str, str]]:
    """(label, other) pairs: names that lie on a shape, on another name or under a flow."""
    labels = {key: shape.label for key, shape in model.shapes.items() if shape.label}
    labels |= {key: edge.label for key, edge in model.edges.items() if edge.label}
    found = []
    nodes = {key: n for p in model.processes.values() for key, n in p.nodes.items()}
    for (a, one), (b, other) in combinations(labels.items(), 2):
        if _meet(one, other):
            found.append((a, b))
    for key, label in labels.items():
        for other, node in nodes.items():
            if node.kind in SUB_PROCESSES or other == key:
                continue
            if _meet(_smaller(label, 2), model.shapes[other].bounds):
                found.append((key, other))
        for other, edge in model.edges.items():
            box = _smaller(label, 2)
            if any(_hits(a, b, box) for a, b in zip(edge.points, edge.points[1:], strict=False)):
                found.append((key, other))
    return found


def crossings(model: Model) -> int:
    """How often flows cross that neither begin nor end together."""
    count = 0
    flows = [f for p in model.processes.values() for f in p.flows.values()]
    for one, other in combinations(flows, 2):
        if one.source == other.source or one.target == other.target:
            continue
        a, b = model.edges[one.id].points, model.edges[other.id].points
        count += sum(
            _cross(p, q, r, s)
            for p, q in zip(a, a[1:], strict=False)
            for r, s in zip(b, b[1:], strict=False)
        )
    return count


def lying_on_each_other(model: Model) -> list[tuple[str, str]]:
    """Pairs of flows that share a stretch although they neither begin nor end together."""
    found = []
    flows = [f for p in model.processes.values() for f in p.flows.values()]
    for one, other in combinations(flows, 2):
        if one.source == other.source or one.target == other.target:
            continue
        a, b = model.edges[one.id].points, model.edges[other.id].points
        if any(
            _along(p, q, r, s)
            for p, q in zip(a, a[1:], strict=False)
            for r, s in zip(b, b[1:], strict=False)
        ):
            found.append((one.id, other.id))
    return found


def outside_their_lane(model: Model) -> list[str]:
    """Nodes that do not lie in the shape of their lane."""
    return [
        node.id
        for process in model.processes.values()
        for node in process.nodes.values()
        if node.lane_id
        and not _contains(model.shapes[node.lane_id].bounds, model.shapes[node.id].bounds)
    ]


def _inside_of(process, inner, outer) -> bool:
    parent = inner.parent
    while parent:
        if parent == outer.id or process.nodes[parent].id == outer.id:
            return True
        parent = process.nodes[parent].parent
    return outer.kind == "boundaryEvent" and _inside_of(
        process, inner, process.nodes[outer.attached_to]
    )


def _contains(outer: Bounds, inner: Bounds) -> bool:
    return (
        outer.x <= inner.x
        and outer.y <= inner.y
        and inner.x + inner.width <= outer.x + outer.width
        and inner.y + inner.height <= outer.y + outer.height
    )


def _meet(a: Bounds, b: Bounds) -> bool:
    return (
        a.x < b.x + b.width
        and b.x < a.x + a.width
        and a.y < b.y + b.height
        and b.y < a.y + a.height
    )


def _smaller(b: Bounds, by: float) -> Bounds:
    return Bounds(b.x + by, b.y + by, max(1, b.width - 2 * by), max(1, b.height - 2 * by))


def _hits(a: Point, b: Point, box: Bounds) -> bool:
    left, right = sorted((a[0], b[0]))
    top, bottom = sorted((a[1], b[1]))
    return (
        left < box.x + box.width and right > box.x and top < box.y + box.height and bottom > box.y
    )


def _cross(p: Point, q: Point, r: Point, s: Point) -> bool:
    if (p[0] == q[0]) == (r[0] == s[0]):
        return False
    (a, b), (c, d) = ((p, q), (r, s)) if p[0] == q[0] else ((r, s), (p, q))
    return min(c[0], d[0]) < a[0] < max(c[0], d[0]) and min(a[1], b[1]) < c[1] < max(a[1], b[1])


def _along(p: Point, q: Point, r: Point, s: Point) -> bool:
    for axis, other in ((0, 1), (1, 0)):
        if p[axis] == q[axis] == r[axis] == s[axis]:
            low = max(min(p[other], q[other]), min(r[other], s[other]))
            high = min(max(p[other], q[other]), max(r[other], s[other]))
            return high - low > 1
    return False
