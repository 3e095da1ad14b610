"""Places for what is new, or has come to another lane, among what is drawn already."""

from collections.abc import Collection, Iterable
from dataclasses import replace

from pikflow.engine.editing.drawing.canvas import (
    BORDER,
    Canvas,
    bottom,
    meet,
    middle,
    right,
)
from pikflow.engine.layout.labels import EVENT, size
from pikflow.engine.layout.scope import INNER, INNER_TOP, draw_scope, size_of
from pikflow.engine.model import EVENTS, GATEWAYS, SUB_PROCESSES, Bounds, Node, Shape
from pikflow.engine.ways import Ways

GAP = 44.0  # between two steps on a way
LEAST = 30.0  # what is still enough between them
ROW = 36.0  # between two rows
LABEL = 18.0  # room below an event or above a gateway for its name


class Placer:
    """Places nodes of one process; `fresh` are those that have no place or must find another."""

    def __init__(self, canvas: Canvas, fresh: Collection[str], fixed: Collection[str]) -> None:
        """`fixed` are nodes whose column stays: only their lane has changed."""
        self.canvas = canvas
        self.fresh = set(fresh)
        self.fixed = set(fixed)
        self.last = False

    def place(self) -> None:
        process = self.canvas.process
        scopes = {process.nodes[key].parent for key in self.fresh if key in process.nodes}
        for parent in sorted(scopes, key=lambda key: (key is not None, key or "")):
            if parent in self.fresh or not self._open(parent):
                continue
            ways = Ways.of(process, parent)
            order = _order(ways, list(process.nodes))
            mine = [process.nodes[key] for key in order if key in self.fresh]
            for node in (n for n in mine if n.attached_to is None):
                self._node(node, ways)
            for node in (n for n in mine if n.attached_to is not None):
                self._border(node)
            # What follows a border event finds its place only now; rings at the very end.
            for self.last in (False, True):
                for node in mine:
                    if node.attached_to is None and node.id not in self.canvas.shapes:
                        self._node(node, ways)
            self.last = False

    def _open(self, parent: str | None) -> bool:
        """Whether what is in a scope is drawn at all: folded sub-processes hide it."""
        if parent is None:
            return True
        shape = self.canvas.shapes.get(parent)
        return shape is not None and shape.expanded is not False

    # --- one node ---------------------------------------------------------------------------------

    def _node(self, node: Node, ways: Ways) -> None:
        if node.id in self.fixed and node.id in self.canvas.shapes:
            self._change_lane(node)
            return
        before = self._neighbours(node, ways, ahead=False)
        after = self._neighbours(node, ways, ahead=True)
        border = [key for key in before if self.canvas.process.nodes[key].attached_to]
        waiting = self._waiting(node)
        if waiting and not before:
            return  # its border event comes first
        width, height = self._size(node)
        known = {key: self.canvas.shapes[key].bounds for key in (*before, *after)}
        start = min((known[key].x for key in after), default=0.0)
        ahead = [k for k in before if k in self.fresh or not after or known[k].x < start]
        left = self._left(node, ahead or before, after, width)
        left = max(left, self._inner_left(node) + 14)
        begin = min((known[key].x for key in ahead), default=1e9)
        nearest = min((known[key].x for key in after if known[key].x >= begin), default=None)
        if before and nearest is not None and nearest < left + width + LEAST:
            self._push(node, nearest, left + width + GAP - nearest, before)
        self._stand(node, left, width, height, before, after, border)

    def _neighbours(self, node: Node, ways: Ways, *, ahead: bool) -> list[str]:
        process = self.canvas.process
        rank = ways.rank.get(node.id, 0)
        found = []
        for flow in node.outgoing if ahead else node.incoming:
            key = process.flows[flow].target if ahead else process.flows[flow].source
            other = ways.rank.get(key, -1)
            forward = other > rank if ahead else other < rank
            if forward and key in self.canvas.shapes and key != node.id:
                found.append(key)
        return found

    def _waiting(self, node: Node) -> bool:
        """Whether it follows a new step, or a border event, that has no place yet."""
        process = self.canvas.process
        sources = [process.flows[flow].source for flow in node.incoming]
        return not self.last and any(
            key in self.fresh and key not in self.canvas.shapes for key in sources
        )

    def _left(self, node: Node, before: list[str], after: list[str], width: float) -> float:
        shapes = self.canvas.shapes
        if before:
            edges = []
            for key in before:
                hangs = self.canvas.process.nodes[key].attached_to
                edges.append(right(shapes[key].bounds) + (2 if hangs else GAP))
            return max(edges)
        if after:
            return min(shapes[key].bounds.x for key in after) - GAP - width
        beside = [shapes[key].bounds for key in self.canvas.beside(node.parent)]
        return max((right(box) for box in beside), default=self._inner_left(node)) + GAP

    def _inner_left(self, node: Node) -> float:
        box = self._room(node)
        if box is None:
            frames = [self.canvas.shapes[key].bounds for key in self.canvas.frames()]
            return max((frame.x + 30 for frame in frames), default=-1e9)
        return box.x + (10 if node.parent else 30)

    def _room(self, node: Node) -> Bounds | None:
        """The box a node must lie in: its lane, or the sub-process around it."""
        if node.parent is not None:
            return self.canvas.box(node.parent)
        return self.canvas.lane_of(node)

    def _size(self, node: Node) -> tuple[float, float]:
        shape = self.canvas.shapes.get(node.id)
        return (
            (shape.bounds.width, shape.bounds.height)
            if shape
            else size_of(self.canvas.process, node)
        )

    # --- which row --------------------------------------------------------------------------------

    def _stand(
        self, node: Node, left: float, width: float, height: float,
        before: list[str], after: list[str], border: list[str],
    ) -> None:  # fmt: skip
        room = self._room(node)
        rows = self._rows(node, before, after, border, room, height)
        main = rows[0]
        box = Bounds(left, main - height / 2, width, height)
        if (
            not self._free(node, box, room)
            and self._inside(node, box, room)
            and self._goes_on(node, before, border, main)
        ):
            self._make_room(node, box)
        for line in rows:
            box = Bounds(left, line - height / 2, width, height)
            if self._free(node, box, room):
                self._put(node, box)
                return
        self._new_row(node, Bounds(left, main - height / 2, width, height), room)

    def _goes_on(self, node: Node, before: list[str], border: list[str], line: float) -> bool:
        """Whether it continues the row of what is before it, and no other way of the same branch
        stands there."""
        process, shapes = self.canvas.process, self.canvas.shapes
        if border or not before or self._aside(node, before):
            return False
        siblings = {
            process.flows[flow].target for key in before for flow in process.nodes[key].outgoing
        }
        beside = [shapes[k].bounds for k in siblings - {node.id} if k in shapes]
        if any(abs(middle(box)[1] - line) < 40 for box in beside):
            return False
        lanes = [key for key in before if self._same_lane(process.nodes[key], node)]
        return any(abs(middle(shapes[key].bounds)[1] - line) < 40 for key in lanes)

    def _rows(
        self, node: Node, before: list[str], after: list[str], border: list[str],
        room: Bounds | None, height: float,
    ) -> list[float]:  # fmt: skip
        """Middles of rows to try, the best first."""
        shapes, process = self.canvas.shapes, self.canvas.process
        wanted: list[float] = []
        plain = [key for key in before if key not in border]
        if not self._aside(node, before):
            joins = len(plain) > 1
            ordered = [*after, *plain] if joins else [*plain, *after]
            same = [k for k in ordered if self._same_lane(process.nodes[k], node)]
            wanted += [middle(shapes[key].bounds)[1] for key in same]
        base = [shapes[key].bounds for key in before if self._same_lane(process.nodes[key], node)]
        for box in base:
            center = middle(box)[1]
            step = ROW + max(height, 60.0) / 2 + box.height / 2
            down = [center + step + extra for extra in (0.0, 40.0, 80.0, 120.0, 160.0)]
            up = [center - step - extra for extra in (0.0, 40.0)] if not border else []
            wanted += [*down[:1], *up[:1], *down[1:], *up[1:]]
        if room is not None and not base:
            rows = sorted(
                {
                    round(middle(shapes[key].bounds)[1])
                    for key in self.canvas.beside(node.parent)
                    if key in process.nodes and self._same_lane(process.nodes[key], node)
                }
            )
            center = room.y + room.height / 2
            wanted += [float(row) for row in rows]
            wanted += [center, room.y + 20 + height / 2]
            wanted += [room.y + offset for offset in range(60, int(room.height) - 40, 40)]
        if not wanted:
            around = [shapes[key].bounds for key in (*before, *after)]
            lines = [middle(box)[1] for box in around] or [200.0]
            wanted = [lines[0], *(lines[0] + 40 * n for n in range(2, 9))]
        if border:
            low = max(bottom(shapes[key].bounds) for key in border) + 20
            wanted = [line for line in wanted if line - height / 2 >= low] or [low + height / 2]
        return list(dict.fromkeys(wanted))

    def _same_lane(self, one: Node, other: Node) -> bool:
        return one.parent == other.parent and (
            one.parent is not None or one.lane_id == other.lane_id
        )

    def _aside(self, node: Node, before: list[str]) -> bool:
        """Whether another way of the branch before it goes straight on, so it stands beside."""
        process = self.canvas.process
        for key in before:
            source = process.nodes[key]
            if source.kind not in GATEWAYS or len(source.outgoing) < 2:
                continue
            for flow in source.outgoing:
                target = process.nodes.get(process.flows[flow].target)
                if target is None or target.id == node.id:
                    continue
                joins = target.kind in GATEWAYS and len(target.incoming) > 1
                if joins or (target.id in self.canvas.shapes and self._ahead(key, target.id)):
                    return True
        return False

    def _ahead(self, key: str, other: str) -> bool:
        a, b = self.canvas.shapes[key].bounds, self.canvas.shapes[other].bounds
        return b.x > a.x and abs(middle(a)[1] - middle(b)[1]) < 30

    def _inside(self, node: Node, box: Bounds, room: Bounds | None) -> bool:
        if room is None:
            return True
        if self.canvas.process.boundaries(node.id):
            box = replace(box, height=box.height + EVENT / 2)
        return box.y >= room.y + (30 if node.parent else 8) and bottom(box) <= bottom(room) - 8

    def _free(self, node: Node, box: Bounds, room: Bounds | None) -> bool:
        if not self._inside(node, box, room):
            return False
        wide = self._extent(node, box)
        return not any(meet(wide, other, 14.0) for other in self._others(node))

    def _extent(self, node: Node, box: Bounds) -> Bounds:
        """The box with the room its name and its border events need above and below."""
        label = label_of(node, box)
        top, low = box.y, bottom(box)
        if label is not None:
            top, low = min(top, label.y), max(low, bottom(label))
        if self.canvas.process.boundaries(node.id):
            low += EVENT / 2 + 4
        return Bounds(box.x, top, box.width, low - top)

    def _others(self, node: Node) -> list[Bounds]:
        mine = self.canvas.with_inside([node.id])
        process = self.canvas.process
        found = []
        for key in self.canvas.beside(node.parent):
            if key in mine:
                continue
            other = process.nodes.get(key)
            box = self.canvas.shapes[key].bounds
            found.append(self._extent(other, box) if other else box)
            for event in process.boundaries(key):
                shape = self.canvas.box(event.id)
                if shape is not None:
                    found.append(shape)
        return found

    def _make_room(self, node: Node, box: Bounds) -> None:
        """What stands in the place goes on to the right, with all behind it."""
        wide = self._extent(node, box)
        blocking = [o for o in self._others(node) if meet(wide, o, 14.0) and o.x > box.x - GAP]
        if blocking:
            line = min(other.x for other in blocking)
            self._push(node, line, right(box) + GAP - line, [])

    def _push(self, node: Node, line: float, by: float, before: list[str]) -> None:
        """Others go right; what is new itself, or before this node, keeps its place."""
        kept = {key for key in self.fresh - self.fixed if key in self.canvas.shapes}
        self.canvas.push_right(line, by, node.parent, {*kept, *before})

    def _new_row(self, node: Node, box: Bounds, room: Bounds | None) -> None:
        """A row of its own below what is there; the lane grows, and what is below goes down."""
        mine = self.canvas.with_inside([node.id])
        near = [
            other
            for other in self._others(node)
            if other.x < right(box) + 20
            and right(other) > box.x - 20
            and (room is None or (other.y < bottom(room) and bottom(other) > room.y))
        ]
        top = max((bottom(other) for other in near), default=(room.y if room else box.y) - 10) + ROW
        placed = replace(box, y=max(top, (room.y + 20) if room else top))
        if room is None:
            self._put(node, placed)
            return
        low = bottom(self._extent(node, placed)) + 16
        missing = low - bottom(room)
        if missing > 0:
            lane = node.parent or node.lane_id or ""
            around = self.canvas.around(node.parent) if node.parent else []
            lanes = self.canvas.lanes_around(node.lane_id) if not node.parent else []
            growing = {lane, *around, *lanes} & self.canvas.shapes.keys()
            self.canvas.push_down(bottom(room), missing, growing | (mine & set(self.fixed)))
        self._put(node, placed)

    def _change_lane(self, node: Node) -> None:
        """The column stays; the row is one of the new lane."""
        shape = self.canvas.shapes[node.id]
        box, room = shape.bounds, self._room(node)
        if room is None or (box.y >= room.y and bottom(box) <= bottom(room)):
            return
        rows = self._rows(node, [], [], [], room, box.height)
        for line in rows:
            wanted = replace(box, y=line - box.height / 2)
            if self._free(node, wanted, room):
                self._shift(node, wanted.y - box.y)
                return
        mine = self.canvas.with_inside([node.id])
        kept = {key: self.canvas.shapes[key] for key in mine if key in self.canvas.shapes}
        self._new_row(node, box, room)
        there = self.canvas.shapes[node.id].bounds.y
        self.canvas.shapes.update(kept)
        self._shift(node, there - box.y)

    def _shift(self, node: Node, dy: float) -> None:
        self.canvas.move(self.canvas.with_inside([node.id]), 0.0, dy)

    # --- putting ----------------------------------------------------------------------------------

    def _put(self, node: Node, box: Bounds) -> None:
        old = self.canvas.shapes.get(node.id)
        box = Bounds(round(box.x), round(box.y), box.width, box.height)
        if old is not None:
            self.canvas.move(
                self.canvas.with_inside([node.id]), box.x - old.bounds.x, box.y - old.bounds.y
            )
        else:
            expanded = True if node.kind in SUB_PROCESSES else None
            self.canvas.shapes[node.id] = Shape(box, label_of(node, box), expanded)
            if node.kind in SUB_PROCESSES:
                self._furnish(node, box)
        self.canvas.fit_right(node.parent)
        self.canvas.fit_down(node.parent, bottom(self._extent(node, box)))

    def _furnish(self, node: Node, box: Bounds) -> None:
        inside = draw_scope(self.canvas.process, node.id, {}, 1)
        moved = inside.moved(box.x + INNER, box.y + INNER_TOP)
        self.canvas.shapes.update(moved.shapes)
        self.canvas.edges.update(moved.edges)

    def _hanging(self, node: Node, host: Bounds) -> Bounds:
        """A free place on the edge of the host: below from the right, else above."""
        others = [
            self.canvas.shapes[event.id].bounds
            for event in self.canvas.process.boundaries(node.attached_to or "")
            if event.id in self.canvas.shapes
        ]
        offsets = [host.width - 30, 30.0, host.width / 2]
        offsets += [float(x) for x in range(18, max(19, int(host.width) - 17), 4)]
        places = [
            Bounds(round(host.x + x - EVENT / 2), round(edge - EVENT / 2), EVENT, EVENT)
            for edge in (bottom(host), host.y)
            for x in offsets
        ]
        free = [box for box in places if _spaced(others, box) >= EVENT + 2]
        shapes = self._others(self.canvas.process.nodes[node.attached_to or ""])
        for box in free:
            beyond = replace(box, y=box.y - 16 if middle(box)[1] <= host.y else box.y + 16)
            if not any(meet(beyond, other, 4.0) for other in shapes):
                return box
        return next(iter(free), None) or max(places, key=lambda box: _spaced(others, box))

    def _border(self, node: Node) -> None:
        """On the bottom edge of its host, away from other events there."""
        host = self.canvas.box(node.attached_to or "")
        if host is None or node.id in self.canvas.shapes:
            return
        box = self._hanging(node, host)
        label = None
        if node.name.strip():
            width, height = size(" ".join(node.name.split()))
            above = middle(box)[1] <= host.y
            line = host.y - 6 - height if above else bottom(host) + 6
            label = Bounds(round(right(box) + 3), round(line), width, height)
        self.canvas.shapes[node.id] = Shape(box, label)
        lane = self.canvas.lane_of(self.canvas.process.nodes[node.attached_to or ""])
        low = max(bottom(box), bottom(label) if label else 0.0) + 8
        if lane is not None and low > bottom(lane):
            lanes = self.canvas.lanes_around(node.lane_id)
            self.canvas.push_down(bottom(lane), low - bottom(lane), lanes)
        self.canvas.fit_down(node.parent, low - 8)


def _order(ways: Ways, listed: list[str]) -> list[str]:
    """The nodes of a scope by how many steps lead to them, then as the file has them."""
    depth = dict.fromkeys(ways.rank, 0)
    for key in sorted(ways.rank, key=lambda key: ways.rank[key]):
        for target in ways.after[key]:
            if target in depth:
                depth[target] = max(depth[target], depth[key] + 1)
    place = {key: number for number, key in enumerate(listed)}
    return sorted(depth, key=lambda key: (depth[key], place[key]))


def label_of(node: Node, box: Bounds) -> Bounds | None:
    """Where the name of an event (below) or a gateway (above) stands; None for other shapes."""
    name = " ".join(node.name.split())
    if not name or node.kind not in (*EVENTS, *GATEWAYS):
        return None
    width, height = size(name, 110)
    left = round(box.x + box.width / 2 - width / 2)
    if node.kind in GATEWAYS:
        return Bounds(left, round(box.y - 5 - height), width, height)
    return Bounds(left, round(bottom(box) + 5), width, height)


def _spaced(boxes: list[Bounds], box: Bounds) -> float:
    """How far the middle of a box is from the nearest of others."""
    x, y = middle(box)
    return min((abs(middle(o)[0] - x) + abs(middle(o)[1] - y) for o in boxes), default=1e9)


def placed_lanes(canvas: Canvas, lanes: Iterable[str]) -> None:
    """New lanes: below the others, or around everything when there were none."""
    process = canvas.process
    for key in lanes:
        others = [canvas.shapes[k].bounds for k in canvas.frames() if k in _ids(process.lanes)]
        pools = [k for k in canvas.frames() if k not in _ids(process.lanes)]
        if others:
            low = max(bottom(box) for box in others)
            box = Bounds(min(o.x for o in others), low, max(right(o) for o in others), 120.0)
            box = replace(box, width=box.width - box.x)
            canvas.push_down(low, 120.0, pools)
        elif pools:
            pool = canvas.shapes[pools[0]].bounds
            box = Bounds(pool.x + 30, pool.y, pool.width - 30, pool.height)
        else:
            inside = [canvas.shapes[k].bounds for k in canvas.beside(None)]
            if not inside:
                continue
            left, top = min(b.x for b in inside) - 60, min(b.y for b in inside) - 40
            far, low = max(right(b) for b in inside), max(bottom(b) for b in inside)
            box = Bounds(left, top, far + BORDER - left, low + 40 - top)
        canvas.shapes[key] = Shape(box, horizontal=True)


def _ids(lanes: Iterable[object]) -> set[str]:
    return {str(getattr(lane, "id", "")) for lane in lanes}
