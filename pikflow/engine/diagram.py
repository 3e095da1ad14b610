"""The picture of a process as SVG, from the drawing in its file; without one it is laid out first.

Only classes and presentation attributes: no style, no script, so it stands under a strict
Content-Security-Policy, follows dark mode through CSS and prints as it is. Classes:

    pik-diagram                 the svg; `pik-diagram--wide-N` says it is about N x 1,000 units wide
    pik-d-pool, -lane, -head    pools and lanes
    pik-d-node                  a shape's group, with -activity, -event, -gateway, -note, -data
    pik-d-done, -current, -open the state of a node; a tick or an arrow says the same without colour
    pik-d-flow, pik-d-taken     a flow, and one the case has gone along
    pik-d-chosen                the node or flow that is worked on
    pik-d-text, -label, -mark, -badge
"""

from collections.abc import Collection, Mapping
from xml.sax.saxutils import escape, quoteattr

from pikflow.engine import figures
from pikflow.engine.figures import LABEL, Canvas
from pikflow.engine.layout import place
from pikflow.engine.model import (
    EVENTS,
    GATEWAYS,
    SUB_PROCESSES,
    Bounds,
    Flow,
    Model,
    Node,
    Process,
    Shape,
)
from pikflow.engine.strokes import arrow, beside, rounded, short, slash, straight

_STATES = {"done": "erledigt", "current": "hier steht der Vorgang", "open": "offen"}


def draw(
    model: Model,
    *,
    process: str | None = None,
    states: Mapping[str, str] | None = None,
    taken: Collection[str] | None = None,
    notes: Mapping[str, str] | None = None,
    title: str = "",
    description: str = "",
    key: str = "diagramm",
    chosen: str = "",
) -> str:
    """The SVG text of one process of the file, or of everything in it.

    `states` maps element ids to "done", "current" or "open"; `taken` are flow ids, by default
    those between elements the case has come to; `notes` short texts below a shape (a duration);
    `key` makes the ids of title and description unique on the page; `chosen` is an element that
    is marked without a word on where a case stands.
    """
    if not _drawn(model):
        model = place(model)
    states = states or {}
    gone = _taken(model, states) if taken is None else taken
    picture = _Picture(model, process, states, gone, notes or {}, chosen)
    return picture.text(title, description, key)


def _drawn(model: Model) -> bool:
    """Whether every node has a shape, those inside of folded sub-processes aside."""
    return all(
        node.id in model.shapes or _folded(model, process, node)
        for process in model.processes.values()
        for node in process.nodes.values()
    )


def _folded(model: Model, process: Process, node: Node) -> bool:
    around = process.nodes.get(node.parent or "")
    while around is not None:
        shape = model.shapes.get(around.id)
        if shape is not None and shape.expanded is False:
            return True
        around = process.nodes.get(around.parent or "")
    return False


def _taken(model: Model, states: Mapping[str, str]) -> set[str]:
    return {
        flow.id
        for process in model.processes.values()
        for flow in process.flows.values()
        if states.get(flow.source or "") == "done"
        and states.get(flow.target or "") in ("done", "current")
    }


class _Picture:
    def __init__(
        self,
        model: Model,
        process: str | None,
        states: Mapping[str, str],
        taken: Collection[str],
        notes: Mapping[str, str],
        chosen: str = "",
    ) -> None:
        self.model, self.states, self.notes, self.chosen = model, states, notes, chosen
        self.taken = frozenset(taken)
        self.processes = [p for p in model.processes.values() if process in (None, p.id)]
        self.whole = len(self.processes) == len(model.processes)
        self.canvas = Canvas()

    def text(self, title: str, description: str, key: str) -> str:
        parts = self._bands()
        for process in self.processes:
            parts += self._process(process)
        if self.whole:
            parts += self._message_flows()
        view = self.canvas.view()
        title = title or (self.processes[0].label if self.processes else "Prozess")
        box = " ".join(short(number) for number in (view.x, view.y, view.width, view.height))
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" role="img"'
            f' class="pik-diagram pik-diagram--wide-{min(9, max(1, round(view.width / 1000)))}"'
            f' viewBox="{box}" aria-labelledby={quoteattr(f"{key}-titel {key}-text")}'
            f' fill="none" stroke="currentColor" stroke-width="1.5">'
            f"<title id={quoteattr(f'{key}-titel')}>{escape(title)}</title>"
            f"<desc id={quoteattr(f'{key}-text')}>{escape(description or self._description())}"
            f"</desc>{''.join(parts)}</svg>\n"
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

    def _bands(self) -> list[str]:
        shown = {process.id for process in self.processes}
        parts = []
        for collaboration in self.model.collaborations:
            for pool in collaboration.participants:
                shape = self.model.shapes.get(pool.id)
                if shape is not None and (self.whole or pool.process in shown):
                    closed = pool.process not in self.model.processes
                    name = pool.name
                    parts.append(
                        figures.band(self.canvas, "pool", shape.bounds, name, closed=closed)
                    )
        for process in self.processes:
            for lane in process.lanes:
                shape = self.model.shapes.get(lane.id)
                if shape is not None:
                    parts.append(figures.band(self.canvas, "lane", shape.bounds, lane.name))
        return parts

    def _process(self, process: Process) -> list[str]:
        """Sub-processes below, then lines, then what is inside, boundary events on top."""
        shapes = self.model.shapes
        nodes = [node for node in process.nodes.values() if node.id in shapes]
        around = [node for node in nodes if node.kind in SUB_PROCESSES]
        border = [node for node in nodes if node.kind == "boundaryEvent"]
        inside = [node for node in nodes if node not in around and node not in border]
        flows = sorted(process.flows.values(), key=lambda flow: flow.id in self.taken)
        artifacts = [thing for thing in process.artifacts.values() if thing.id in shapes]
        return [
            *(self._node(node) for node in around),
            *(self._dotted(line.id) for line in process.associations),
            *(self._flow(process, flow) for flow in flows),
            *(self._node(node) for node in (*inside, *border)),
            *(figures.artifact(self.canvas, thing, shapes[thing.id]) for thing in artifacts),
        ]

    def _node(self, node: Node) -> str:
        shape = self.model.shapes[node.id]
        self.canvas.see(shape.bounds)
        state = self.states.get(node.id, "")
        if node.kind in EVENTS:
            kind, body = "event", figures.event(self.canvas, node, shape)
        elif node.kind in GATEWAYS:
            kind, body = "gateway", figures.gateway(self.canvas, node, shape)
        else:
            kind, body = (
                "activity",
                figures.activity(node, shape, bold=state == "current" or node.id == self.chosen),
            )
        classes = f"pik-d-node pik-d-{kind}" + (f" pik-d-{state}" if state in _STATES else "")
        classes += " pik-d-chosen" if node.id == self.chosen else ""
        hint = f"{node.label}: {_STATES[state]}" if state in _STATES else node.label
        badge = figures.badge(self.canvas, state, kind, shape.bounds)
        return (
            f'<g class="{classes}" data-element={quoteattr(node.id)}><title>{escape(hint)}</title>'
            f"{body}{self._note(node, shape)}{badge}</g>"
        )

    def _note(self, node: Node, shape: Shape) -> str:
        note = self.notes.get(node.id)
        if not note:
            return ""
        box = Bounds(
            shape.bounds.x, shape.bounds.y + shape.bounds.height + 3, shape.bounds.width, 14
        )
        self.canvas.see(box)
        return figures.lines([note], box, LABEL, "pik-d-label pik-d-duration")

    def _flow(self, process: Process, flow: Flow) -> str:
        edge = self.model.edges.get(flow.id)
        if edge is None:
            return ""
        self.canvas.corners += edge.points
        classes = "pik-d-flow" + (" pik-d-taken" if flow.id in self.taken else "")
        classes += " pik-d-chosen" if flow.id == self.chosen else ""
        text = f'<path class="pik-d-line" d="{rounded(edge.points)}" />{arrow(edge.points)}'
        source = process.nodes.get(flow.source or "")
        if flow.default and source is not None and len(source.outgoing) > 1:
            text += slash(edge.points)
        text += self.canvas.label(flow.name, edge.label or beside(edge.points))
        return f'<g class="{classes}" data-element={quoteattr(flow.id)}>{text}</g>'

    def _dotted(self, key: str) -> str:
        edge = self.model.edges.get(key)
        if edge is None:
            return ""
        self.canvas.corners += edge.points
        line = straight(edge.points)
        return f'<path class="pik-d-association" stroke-dasharray="2 4" d="{line}" />'

    def _message_flows(self) -> list[str]:
        parts = []
        for collaboration in self.model.collaborations:
            for flow in collaboration.message_flows:
                edge = self.model.edges.get(flow.id)
                if edge is None:
                    continue
                self.canvas.corners += edge.points
                label = self.canvas.label(flow.name, edge.label or beside(edge.points))
                line = straight(edge.points)
                parts.append(
                    f'<g class="pik-d-message"><path stroke-dasharray="7 5" d="{line}" />'
                    f"{arrow(edge.points, hollow=True)}{label}</g>"
                )
        return parts
