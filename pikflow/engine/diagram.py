"""The picture of a process as SVG, from the drawing in its file; without one it is laid out first.

Only classes and presentation attributes: no style, no script, so it stands under a strict
Content-Security-Policy, follows dark mode through CSS and prints as it is. Classes:

    pik-diagram                 the svg; `pik-diagram--wide-N` says it is about N x 1,000 units wide
    pik-d-pool, -lane, -head    pools and lanes
    pik-d-node                  a shape's group, with -activity, -event, -gateway, -note, -data
    pik-d-done, -current, -open the state of a node; a tick or an arrow says the same without colour
    pik-d-flow, pik-d-taken     a flow, and one the case has gone along
    pik-d-text, -label, -mark, -badge
"""

from collections.abc import Collection, Mapping
from xml.sax.saxutils import escape, quoteattr

from pikflow.engine import icons
from pikflow.engine.layout import place
from pikflow.engine.lettering import wrap
from pikflow.engine.model import (
    EVENTS,
    GATEWAYS,
    SUB_PROCESSES,
    Artifact,
    Bounds,
    Flow,
    Lane,
    Model,
    Node,
    Process,
    Shape,
)

_MARGIN = 12
_TEXT, _LABEL = 12, 11
_STATES = {"done": "erledigt", "current": "hier steht der Vorgang", "open": "offen"}


def draw(
    model: Model,
    *,
    process: str | None = None,
    states: Mapping[str, str] | None = None,
    taken: Collection[str] = (),
    notes: Mapping[str, str] | None = None,
    title: str = "",
    description: str = "",
    key: str = "diagramm",
) -> str:
    """The SVG text of one process of the file, or of everything in it.

    `states` maps element ids to "done", "current" or "open"; `taken` are flow ids; `notes` short
    texts below a shape (a duration); `key` makes the ids of title and description unique on the
    page.
    """
    if not model.shapes:
        model = place(model)
    picture = _Picture(model, process, states or {}, taken, notes or {})
    return picture.text(title, description, key)


class _Picture:
    def __init__(
        self,
        model: Model,
        process: str | None,
        states: Mapping[str, str],
        taken: Collection[str],
        notes: Mapping[str, str],
    ) -> None:
        self.model, self.states, self.notes = model, states, notes
        self.taken = frozenset(taken)
        self.processes = [p for p in model.processes.values() if process in (None, p.id)]
        self.corners: list[tuple[float, float]] = []

    def text(self, title: str, description: str, key: str) -> str:
        parts = [*self._pools()]
        for process in self.processes:
            parts += [self._lane(lane) for lane in process.lanes if lane.id in self.model.shapes]
        for process in self.processes:
            parts += self._process(process)
        parts += self._message_flows()
        xs, ys = [x for x, _ in self.corners] or [0.0], [y for _, y in self.corners] or [0.0]
        x, y = min(xs) - _MARGIN, min(ys) - _MARGIN
        width, height = max(xs) + _MARGIN - x, max(ys) + _MARGIN - y
        title = title or (self.processes[0].label if self.processes else "Prozess")
        description = description or self._description()
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" role="img"'
            f' class="pik-diagram pik-diagram--wide-{min(9, max(1, round(width / 1000)))}"'
            f' viewBox="{_n(x)} {_n(y)} {_n(width)} {_n(height)}"'
            f' aria-labelledby="{key}-titel {key}-text"'
            f' fill="none" stroke="currentColor" stroke-width="1.5">'
            f'<title id="{key}-titel">{escape(title)}</title>'
            f'<desc id="{key}-text">{escape(description)}</desc>{"".join(parts)}</svg>\n'
        )

    def _description(self) -> str:
        names = [
            f"„{node.label}“"
            for process in self.processes
            for node in process.nodes.values()
            if self.states.get(node.id) == "current"
        ]
        if names:
            return f"Der Vorgang steht bei {' und '.join(names)}."
        return "Ablauf als Diagramm. Daneben steht derselbe Ablauf als Text."

    def _seen(self, bounds: Bounds) -> None:
        self.corners.append((bounds.x, bounds.y))
        self.corners.append((bounds.x + bounds.width, bounds.y + bounds.height))

    # --- pools and lanes -----------------------------------------------------------------------

    def _pools(self) -> list[str]:
        shown = {process.id for process in self.processes}
        everything = len(shown) == len(self.model.processes)
        parts = []
        for collaboration in self.model.collaborations:
            for pool in collaboration.participants:
                shape = self.model.shapes.get(pool.id)
                if shape is None or not (pool.process in shown or everything):
                    continue
                closed = pool.process not in self.model.processes
                parts.append(self._band("pool", shape.bounds, pool.name, closed=closed))
        return parts

    def _lane(self, lane: Lane) -> str:
        return self._band("lane", self.model.shapes[lane.id].bounds, lane.name)

    def _band(self, kind: str, bounds: Bounds, name: str, *, closed: bool = False) -> str:
        self._seen(bounds)
        rect = f'<rect class="pik-d-{kind}" {_rect(bounds)} />'
        if closed:
            return rect + self._lines(wrap(name, bounds.width - 20, 13), bounds, 13, "pik-d-head")
        head = f"M{_n(bounds.x + 30)} {_n(bounds.y)}v{_n(bounds.height)}"
        x, y = bounds.x + 15, bounds.y + bounds.height / 2
        rows = wrap(name, bounds.height - 8, 13, lines=2)
        spans = "".join(
            f'<tspan x="0" y="{_n(4.5 + (i - (len(rows) - 1) / 2) * 14)}">{escape(row)}</tspan>'
            for i, row in enumerate(rows)
        )
        line = f'<path class="pik-d-{kind}-line" d="{head}" />' if kind == "pool" else ""
        turned = f"translate({_n(x)} {_n(y)}) rotate(-90)"
        return (
            f'{rect}{line}<text class="pik-d-head" fill="currentColor" stroke="none" font-size="13"'
            f' text-anchor="middle" transform="{turned}">{spans}</text>'
        )

    # --- what is inside ------------------------------------------------------------------------

    def _process(self, process: Process) -> list[str]:
        nodes = [n for n in process.nodes.values() if n.id in self.model.shapes]
        around = [n for n in nodes if n.kind in SUB_PROCESSES]
        inside = [n for n in nodes if n.kind not in SUB_PROCESSES and n.kind != "boundaryEvent"]
        border = [n for n in nodes if n.kind == "boundaryEvent"]
        flows = sorted(process.flows.values(), key=lambda flow: flow.id in self.taken)
        return [
            *(self._node(node) for node in around),
            *(self._dotted(a.id) for a in process.associations),
            *(self._flow(process, flow) for flow in flows),
            *(self._node(node) for node in inside),
            *(self._node(node) for node in border),
            *(self._artifact(a) for a in process.artifacts.values() if a.id in self.model.shapes),
        ]

    def _node(self, node: Node) -> str:
        shape = self.model.shapes[node.id]
        self._seen(shape.bounds)
        state = self.states.get(node.id, "")
        if node.kind in EVENTS:
            kind, body = "event", self._event(node, shape)
        elif node.kind in GATEWAYS:
            kind, body = "gateway", self._gateway(node, shape)
        else:
            kind, body = "activity", self._activity(node, shape)
        classes = f"pik-d-node pik-d-{kind}" + (f" pik-d-{state}" if state in _STATES else "")
        hint = f"{node.label}: {_STATES[state]}" if state in _STATES else node.label
        return (
            f'<g class="{classes}" data-element={quoteattr(node.id)}><title>{escape(hint)}</title>'
            f"{body}{self._note(node, shape)}{self._badge(state, kind, shape.bounds)}</g>"
        )

    def _activity(self, node: Node, shape: Shape) -> str:
        b = shape.bounds
        width = ' stroke-width="4"' if node.kind == "callActivity" else ""
        dashed = ' stroke-dasharray="6 4"' if node.triggered else ""
        rect = f'<rect class="pik-d-shape" {_rect(b)} rx="8"{width}{dashed} />'
        if node.kind == "transaction":
            inner = Bounds(b.x + 4, b.y + 4, b.width - 8, b.height - 8)
            rect += f'<rect class="pik-d-shape" {_rect(inner)} rx="6" />'
        icon = icons.TASKS.get(node.kind, "")
        if icon:
            fill = ' fill="currentColor"' if node.kind in icons.FILLED_TASKS else ""
            rect += (
                f'<path class="pik-d-mark" transform="translate({_n(b.x + 5)} {_n(b.y + 5)})"'
                f' stroke-width="1.1" d="{icon}"{fill} />'
            )
        markers = [node.loop.kind] if node.loop else []
        opened = node.kind in SUB_PROCESSES and shape.expanded is not False and b.height > 100
        if node.kind in SUB_PROCESSES and not opened:
            markers.append("collapsed")
        for i, marker in enumerate(markers):
            x = b.x + b.width / 2 + (i - (len(markers) - 1) / 2) * 18
            rect += self._path(icons.MARKERS[marker], x, b.y + b.height - 10, "pik-d-mark")
        if opened:
            rows = wrap(node.name, b.width - 24, _TEXT, lines=1)
            strip = Bounds(b.x, b.y + 6, b.width, 20)
            return rect + self._lines(rows, strip, _TEXT, "pik-d-text pik-d-sub")
        top = 16 if icon and b.height < 60 else 8
        text = Bounds(b.x, b.y + top, b.width, b.height - top - (20 if markers else 2))
        rows = wrap(node.name, b.width - 16, _TEXT, lines=max(1, int(text.height // 14)))
        return rect + self._lines(rows, text, _TEXT, "pik-d-text")

    def _event(self, node: Node, shape: Shape) -> str:
        b = shape.bounds
        x, y, r = b.x + b.width / 2, b.y + b.height / 2, b.width / 2
        heavy = ' stroke-width="3.5"' if node.kind == "endEvent" else ""
        dashed = "" if node.interrupting else ' stroke-dasharray="5 3"'
        circle = f'cx="{_n(x)}" cy="{_n(y)}"'
        text = f'<circle class="pik-d-shape" {circle} r="{_n(r)}"{heavy}{dashed} />'
        if node.kind in ("intermediateCatchEvent", "intermediateThrowEvent", "boundaryEvent"):
            text += f'<circle class="pik-d-ring" {circle} r="{_n(max(1, r - 3.5))}"{dashed} />'
        kind = node.event.kind if node.event else ""
        icon = icons.EVENTS.get(kind, "")
        if icon:
            throwing = node.kind in ("endEvent", "intermediateThrowEvent")
            filled = kind == "terminate" or (throwing and kind != "message")
            fill = ' fill="currentColor"' if filled else ""
            text += self._path(icon, x, y, "pik-d-mark", f' stroke-width="1.2"{fill}')
        below = Bounds(b.x - 32, b.y + b.height + 5, b.width + 64, 0)
        return text + self._label(node.name, shape.label or below)

    def _gateway(self, node: Node, shape: Shape) -> str:
        b = shape.bounds
        x, y = b.x + b.width / 2, b.y + b.height / 2
        corners = (b.x, y), (x, b.y), (b.x + b.width, y), (x, b.y + b.height)
        d = "M" + "L".join(f"{_n(px)} {_n(py)}" for px, py in corners) + "Z"
        text = f'<path class="pik-d-shape" d="{d}" />'
        heavy = ' stroke-width="1.2"' if node.kind == "eventBasedGateway" else ' stroke-width="3"'
        text += self._path(icons.GATEWAYS[node.kind], x, y, "pik-d-mark", heavy)
        above = Bounds(b.x - 32, b.y - 20, b.width + 64, 0)
        return text + self._label(node.name, shape.label or above)

    def _note(self, node: Node, shape: Shape) -> str:
        note = self.notes.get(node.id)
        if not note:
            return ""
        b = shape.bounds
        box = Bounds(b.x, b.y + b.height + 3, b.width, 14)
        self._seen(box)
        return self._lines([note], box, _LABEL, "pik-d-label pik-d-duration")

    def _badge(self, state: str, kind: str, b: Bounds) -> str:
        """The tick or arrow: it stands on the top right corner, beside small shapes on top."""
        if state not in ("done", "current"):
            return ""
        inset = 0 if kind == "activity" else b.width * 0.15
        x, y = b.x + b.width - inset, b.y + inset
        self._seen(Bounds(x - 10, y - 10, 20, 20))
        icon = icons.DONE if state == "done" else icons.CURRENT
        fill = "" if state == "done" else ' fill="currentColor"'
        return (
            f'<g class="pik-d-badge" transform="translate({_n(x)} {_n(y)})">'
            f'<circle class="pik-d-badge-disc" r="9" />'
            f'<path class="pik-d-badge-mark" stroke-width="2" d="{icon}"{fill} /></g>'
        )

    def _artifact(self, artifact: Artifact) -> str:
        b = self.model.shapes[artifact.id].bounds
        self._seen(b)
        if artifact.kind in icons.DATA:
            body = (
                f'<path class="pik-d-shape" transform="translate({_n(b.x)} {_n(b.y)})"'
                f' d="{icons.DATA[artifact.kind]}" />'
            )
            label = self.model.shapes[artifact.id].label
            below = Bounds(b.x - 32, b.y + b.height + 5, b.width + 64, 0)
            body += self._label(artifact.name, label or below)
            return f'<g class="pik-d-node pik-d-data">{body}</g>'
        if artifact.kind == "group":
            return f'<rect class="pik-d-group" {_rect(b)} rx="8" stroke-dasharray="8 3 2 3" />'
        bracket = f"M{_n(b.x + 14)} {_n(b.y)}H{_n(b.x)}V{_n(b.y + b.height)}H{_n(b.x + 14)}"
        rows = wrap(artifact.name, b.width - 14, _TEXT)
        inner = Bounds(b.x + 8, b.y, 0, b.height)
        words = self._lines(rows, inner, _TEXT, "pik-d-text", anchor="start")
        return f'<g class="pik-d-node pik-d-note"><path d="{bracket}" />{words}</g>'

    # --- lines ---------------------------------------------------------------------------------

    def _flow(self, process: Process, flow: Flow) -> str:
        edge = self.model.edges.get(flow.id)
        if edge is None:
            return ""
        points = edge.points
        self.corners += points
        classes = "pik-d-flow" + (" pik-d-taken" if flow.id in self.taken else "")
        text = f'<path class="pik-d-line" d="{_rounded(points)}" />{_arrow(points)}'
        source = process.nodes.get(flow.source or "")
        if flow.default and source is not None and len(source.outgoing) > 1:
            text += _slash(points)
        if flow.name:
            text += self._label(flow.name, edge.label or _beside(points))
        return f'<g class="{classes}" data-element={quoteattr(flow.id)}>{text}</g>'

    def _dotted(self, key: str) -> str:
        edge = self.model.edges.get(key)
        if edge is None:
            return ""
        self.corners += edge.points
        line = "M" + "L".join(f"{_n(x)} {_n(y)}" for x, y in edge.points)
        return f'<path class="pik-d-association" stroke-dasharray="2 4" d="{line}" />'

    def _message_flows(self) -> list[str]:
        parts = []
        if len(self.processes) < len(self.model.processes):
            return parts
        for collaboration in self.model.collaborations:
            for flow in collaboration.message_flows:
                edge = self.model.edges.get(flow.id)
                if edge is None:
                    continue
                self.corners += edge.points
                line = "M" + "L".join(f"{_n(x)} {_n(y)}" for x, y in edge.points)
                label = self._label(flow.name, edge.label or _beside(edge.points))
                parts.append(
                    f'<g class="pik-d-message"><path stroke-dasharray="7 5" d="{line}" />'
                    f"{_arrow(edge.points, hollow=True)}{label if flow.name else ''}</g>"
                )
        return parts

    # --- words ---------------------------------------------------------------------------------

    def _label(self, name: str, box: Bounds) -> str:
        """A name outside its shape, centred on the box, from its upper edge on."""
        if not name.strip():
            return ""
        rows = wrap(name, max(box.width, 60), _LABEL)
        lines = Bounds(box.x, box.y, box.width, 14 * len(rows))
        self._seen(lines)
        return self._lines(rows, lines, _LABEL, "pik-d-label")

    def _lines(
        self, rows: list[str], box: Bounds, size: int, classes: str, *, anchor: str = "middle"
    ) -> str:
        """Rows of text in the middle of the box."""
        step = size + (3 if size == _LABEL else 2.5)
        x = box.x + box.width / 2
        first = box.y + box.height / 2 - step * (len(rows) - 1) / 2 + size * 0.35
        spans = "".join(
            f'<tspan x="{_n(x)}" y="{_n(first + step * i)}">{escape(row)}</tspan>'
            for i, row in enumerate(rows)
        )
        return (
            f'<text class="{classes}" fill="currentColor" stroke="none" font-size="{size}"'
            f' text-anchor="{anchor}">{spans}</text>'
        )

    def _path(self, data: str, x: float, y: float, classes: str, more: str = "") -> str:
        return f'<path class="{classes}" transform="translate({_n(x)} {_n(y)})" d="{data}"{more} />'


def _n(number: float) -> str:
    """A short number: at most one decimal."""
    text = f"{number:.1f}"
    return text.removesuffix(".0")


def _rect(b: Bounds) -> str:
    return f'x="{_n(b.x)}" y="{_n(b.y)}" width="{_n(b.width)}" height="{_n(b.height)}"'


Points = tuple[tuple[float, float], ...]


def _rounded(points: Points, radius: float = 7) -> str:
    """A line with round corners, ending short of the arrow's point."""
    text = f"M{_n(points[0][0])} {_n(points[0][1])}"
    for before, here, after in zip(points, points[1:], points[2:], strict=False):
        r = min(radius, _far(before, here) / 2, _far(here, after) / 2)
        a, b = _towards(here, before, r), _towards(here, after, r)
        text += f"L{_n(a[0])} {_n(a[1])}Q{_n(here[0])} {_n(here[1])} {_n(b[0])} {_n(b[1])}"
    end = _towards(points[-1], points[-2], 6)
    return f"{text}L{_n(end[0])} {_n(end[1])}"


def _arrow(points: Points, *, hollow: bool = False) -> str:
    (x, y), back = points[-1], _towards(points[-1], points[-2], 10)
    dx, dy = (back[0] - x) * 0.42, (back[1] - y) * 0.42
    corners = (x, y), (back[0] - dy, back[1] + dx), (back[0] + dy, back[1] - dx)
    d = "M" + "L".join(f"{_n(px)} {_n(py)}" for px, py in corners) + "Z"
    fill = "" if hollow else ' fill="currentColor"'
    return f'<path class="pik-d-arrow" stroke-width="1" d="{d}"{fill} />'


def _slash(points: Points) -> str:
    """The stroke through the beginning of a default flow."""
    x, y = _towards(points[0], points[1], 9)
    return f'<path class="pik-d-default" d="M{_n(x - 4)} {_n(y + 6)}L{_n(x + 4)} {_n(y - 6)}" />'


def _beside(points: Points) -> Bounds:
    """Room for a label in the middle of a line that has none of its own."""
    middle = len(points) // 2
    (ax, ay), (bx, by) = points[middle - 1], points[middle]
    return Bounds((ax + bx) / 2 - 45, (ay + by) / 2 - 17, 90, 14)


def _far(a: tuple[float, float], b: tuple[float, float]) -> float:
    return abs(a[0] - b[0]) + abs(a[1] - b[1])


def _towards(
    a: tuple[float, float], b: tuple[float, float], distance: float
) -> tuple[float, float]:
    """The point `distance` from a on the way to b; a itself when they are the same."""
    length = ((b[0] - a[0]) ** 2 + (b[1] - a[1]) ** 2) ** 0.5
    if not length:
        return a
    return a[0] + (b[0] - a[0]) * distance / length, a[1] + (b[1] - a[1]) * distance / length
