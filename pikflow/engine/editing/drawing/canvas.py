"""Shapes and lines that can be moved: where there is no room, others step aside, and no further.

Room is made as with the space tool of a modeler: what lies behind a line goes on by as much as is
missing, so hand-made arrangements keep their inner distances.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace

from pikflow.engine.model import Bounds, Edge, Model, Node, Process, Shape

Point = tuple[float, float]
BORDER = 26.0  # room between the last shape and the border of its pool or sub-process


@dataclass
class Canvas:
    """The drawing of one process within its file, changed in place.

    `model` is the process as it is after the change; `shapes` and `edges` are those of the file.
    """

    model: Model
    process: Process
    shapes: dict[str, Shape]
    edges: dict[str, Edge]
    ends: dict[str, tuple[str, str]] = field(default_factory=dict)

    def box(self, key: str) -> Bounds | None:
        shape = self.shapes.get(key)
        return None if shape is None else shape.bounds

    # --- who is where ----------------------------------------------------------------------------

    def beside(self, parent: str | None) -> list[str]:
        """The drawn things directly in a scope, border events aside."""
        nodes = [n.id for n in self.process.inside(parent) if n.attached_to is None]
        things = [a.id for a in self.process.artifacts.values() if a.parent == parent]
        return [key for key in (*nodes, *things) if key in self.shapes]

    def with_inside(self, keys: Iterable[str]) -> set[str]:
        """These shapes with their border events and all that is drawn inside of them."""
        found: set[str] = set()
        queue = list(keys)
        while queue:
            key = queue.pop()
            if key in found:
                continue
            found.add(key)
            queue += [event.id for event in self.process.boundaries(key)]
            queue += [node.id for node in self.process.inside(key)] if key else []
            queue += [a.id for a in self.process.artifacts.values() if a.parent == key]
        return found

    def lane_of(self, node: Node) -> Bounds | None:
        """The lane a node must lie in; None when there is none or it is not drawn."""
        return None if node.parent or not node.lane_id else self.box(node.lane_id)

    def frames(self) -> list[str]:
        """The pool of the process and its lanes, as far as they are drawn, outermost first."""
        pools = [
            pool.id
            for collaboration in self.model.collaborations
            for pool in collaboration.participants
            if pool.process == self.process.id
        ]
        keys = [*pools, *(lane.id for lane in self.process.lanes)]
        return [key for key in keys if key in self.shapes]

    # --- moving ----------------------------------------------------------------------------------

    def move(self, keys: Iterable[str], dx: float, dy: float) -> None:
        """Move shapes; lines between two of them go along, others keep hold of their end."""
        moved = {key for key in keys if key in self.shapes}
        for key in moved:
            shape = self.shapes[key]
            label = shape.label and _moved(shape.label, dx, dy)
            self.shapes[key] = replace(shape, bounds=_moved(shape.bounds, dx, dy), label=label)
        for key, edge in self.edges.items():
            ends = self.ends.get(key, ("", ""))
            if ends[0] in moved and ends[1] in moved:
                points = tuple((x + dx, y + dy) for x, y in edge.points)
                self.edges[key] = Edge(points, edge.label and _moved(edge.label, dx, dy))
            elif ends[0] in moved or ends[1] in moved:
                self.edges[key] = _held(edge, ends[0] in moved, dx, dy)

    def push_right(
        self, line: float, by: float, parent: str | None, but: Collection[str] = ()
    ) -> None:
        """Everything of a scope that begins at or behind `line` goes right by `by`."""
        behind = [k for k in self.beside(parent) if self.shapes[k].bounds.x >= line - 0.5]
        keys = [k for k in behind if k not in but]
        self._push(self.with_inside(keys), line, by, 0)
        self.fit_right(parent)

    def push_down(self, line: float, by: float, growing: Iterable[str]) -> None:
        """Everything in the plane that begins at or below `line` goes down; frames grow."""
        held = set(growing)
        keys = {
            key
            for key, shape in self.shapes.items()
            if shape.bounds.y >= line - 0.5 and key not in held
        }
        self._push(self._whole(keys), line, by, 1)
        for key in held & self.shapes.keys():
            self._stretch(key, 0.0, by)

    def _whole(self, keys: set[str]) -> set[str]:
        """Border events and insides go where their host goes, and only there."""
        hosts: dict[str, str] = {}
        for process in self.model.processes.values():
            for node in process.nodes.values():
                host = node.attached_to or node.parent
                if host and host in self.shapes:
                    hosts[node.id] = host
        found = set()
        for key in keys | set(hosts):
            top = key
            while top in hosts:
                top = hosts[top]
            if top in keys and key in self.shapes:
                found.add(key)
        return found

    def _push(self, keys: set[str], line: float, by: float, axis: int) -> None:
        for key in keys & self.shapes.keys():
            shape = self.shapes[key]
            dx, dy = (by, 0.0) if axis == 0 else (0.0, by)
            label = shape.label and _moved(shape.label, dx, dy)
            self.shapes[key] = replace(shape, bounds=_moved(shape.bounds, dx, dy), label=label)
        for key, edge in self.edges.items():
            source, target = self.ends.get(key, ("", ""))
            self.edges[key] = _bent(edge, source in keys, target in keys, line, by, axis)

    def _stretch(self, key: str, dx: float, dy: float) -> None:
        shape = self.shapes[key]
        box = replace(shape.bounds, width=shape.bounds.width + dx, height=shape.bounds.height + dy)
        self.shapes[key] = replace(shape, bounds=box)

    # --- borders ---------------------------------------------------------------------------------

    def fit_right(self, parent: str | None) -> None:
        """Let what surrounds a scope reach as far right as what is in it."""
        edge = max((self._reach(key) for key in self.beside(parent)), default=0.0)
        if parent is not None:
            box = self.box(parent)
            if box is None or right(box) >= edge + 20:
                return
            more = edge + BORDER - right(box)
            around = self.process.nodes[parent].parent
            border = right(box)
            self._stretch(parent, more, 0.0)
            self._clear_right(parent, border, more, around)
            self.fit_right(around)
            return
        frames = self.frames()
        ends = [right(self.shapes[key].bounds) for key in frames]
        if ends and max(ends) < edge + 10:
            for key in frames:
                self._stretch(key, edge + BORDER - right(self.shapes[key].bounds), 0.0)

    def _reach(self, key: str) -> float:
        shape = self.shapes[key]
        return max(right(shape.bounds), right(shape.label) if shape.label else 0.0)

    def _clear_right(self, key: str, border: float, by: float, parent: str | None) -> None:
        """A container has grown over its neighbours: they go on, and its ways out with it."""
        box = self.shapes[key].bounds
        others = [k for k in self.beside(parent) if k != key]
        behind = [k for k in others if self.shapes[k].bounds.x >= border - 0.5]
        near = min((self.shapes[k].bounds.x for k in behind), default=right(box) + 60)
        missing = min(by, right(box) + 36 - near)
        if missing > 0:
            self._push(self.with_inside(behind), border, missing, 0)
        for flow, (source, _) in self.ends.items():
            edge = self.edges.get(flow)
            if source == key and edge and abs(edge.points[0][0] - border) < 1:
                first = (right(box), edge.points[0][1])
                self.edges[flow] = replace(edge, points=(first, *edge.points[1:]))

    def fit_down(self, parent: str | None, bottom: float) -> None:
        """Let a sub-process reach as far down as what is in it, and those around it."""
        if parent is None:
            return
        box = self.box(parent)
        if box is None or box.y + box.height >= bottom + 16:
            return
        more = bottom + BORDER - (box.y + box.height)
        line = box.y + box.height
        holders = [parent, *self.around(parent)]
        self.push_down(line, more, [k for k in holders if k in self.shapes])

    def around(self, key: str) -> list[str]:
        """Containers and frames that reach below the bottom of a node, outermost included."""
        found = []
        node: Node | None = self.process.nodes.get(key)
        top = node
        while node is not None and node.parent:
            found.append(node.parent)
            node = self.process.nodes.get(node.parent)
            top = node
        return [*found, *(self.lanes_around(top.lane_id) if top else [])]

    def lanes_around(self, lane: str | None) -> list[str]:
        """A lane, the lanes it lies in, and the pool."""
        lanes = {entry.id: entry for entry in self.process.lanes}
        found = [key for key in self.frames() if key not in lanes]
        while lane in lanes:
            found.append(lane)
            lane = lanes[lane].parent
        return found


def right(box: Bounds) -> float:
    return box.x + box.width


def bottom(box: Bounds) -> float:
    return box.y + box.height


def middle(box: Bounds) -> Point:
    return box.x + box.width / 2, box.y + box.height / 2


def meet(a: Bounds, b: Bounds, gap: float = 0.0) -> bool:
    """Whether two boxes come closer than `gap`."""
    return (
        a.x < right(b) + gap
        and b.x < right(a) + gap
        and a.y < bottom(b) + gap
        and b.y < bottom(a) + gap
    )


def _moved(box: Bounds, dx: float, dy: float) -> Bounds:
    return replace(box, x=box.x + dx, y=box.y + dy)


def _held(edge: Edge, first: bool, dx: float, dy: float) -> Edge:
    points = list(edge.points)
    at = 0 if first else -1
    points[at] = (points[at][0] + dx, points[at][1] + dy)
    return Edge(tuple(points), edge.label)


def _bent(edge: Edge, first: bool, last: bool, line: float, by: float, axis: int) -> Edge:
    """A line whose ends moved or stayed: what is upright (or level) stays so.

    Points in a row with the same coordinate go together, and with the end they hang on.
    """
    points = edge.points
    groups: list[list[int]] = []
    for i, point in enumerate(points):
        if groups and points[groups[-1][-1]][axis] == point[axis]:
            groups[-1].append(i)
        else:
            groups.append([i])
    new = list(points)
    for group in groups:
        holds_first, holds_last = 0 in group, len(points) - 1 in group
        if holds_first and holds_last and first != last:
            goes = None
        elif holds_first:
            goes = first
        elif holds_last:
            goes = last
        else:
            goes = points[group[0]][axis] >= line - 0.5
        for i in group:
            end = first if i == 0 else last
            if goes if goes is not None else (i in (0, len(points) - 1) and end):
                x, y = points[i]
                new[i] = (x + by, y) if axis == 0 else (x, y + by)
    label = edge.label
    if label is not None:
        place = label.x if axis == 0 else label.y
        near = new[0][axis] != points[0][axis] if len(points) else False
        close = abs(place - points[0][axis]) < 120
        if near if close else place >= line - 0.5:
            label = _moved(label, by if axis == 0 else 0.0, by if axis == 1 else 0.0)
    return Edge(tuple(new), label)


def copy_of(model: Model, drawn: Mapping[str, Shape], edges: Mapping[str, Edge],
            process: Process) -> Canvas:  # fmt: skip
    """A canvas for one process, with the ends of every line of the file."""
    ends = {
        flow.id: (flow.source, flow.target)
        for each in model.processes.values()
        for flow in each.flows.values()
    }
    for each in model.processes.values():
        ends |= {a.id: (a.source, a.target) for a in each.associations}
    for collaboration in model.collaborations:
        ends |= {flow.id: (flow.source, flow.target) for flow in collaboration.message_flows}
    return Canvas(model, process, dict(drawn), dict(edges), ends)
