"""The shapes of BPMN as plain data; model.py reads them from a file."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from lxml import etree


@dataclass(frozen=True)
class Bounds:
    """A rectangle in diagram units, top left corner first."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class Shape:
    """How an element is drawn; `label` is where its name stands when it is outside."""

    bounds: Bounds
    label: Bounds | None = None
    expanded: bool | None = None
    horizontal: bool | None = None


@dataclass(frozen=True)
class Edge:
    """How a flow is drawn: its corner points in order."""

    points: tuple[tuple[float, float], ...]
    label: Bounds | None = None


@dataclass(frozen=True)
class VendorItem:
    """An attribute or extension element of another product, e.g. `camunda:assignee`."""

    namespace: str
    prefix: str
    name: str
    value: str
    line: int
    element: bool = False


@dataclass(frozen=True)
class EventDefinition:
    """What an event waits for or throws.

    `kind` is timer, message, signal, error, escalation, conditional, link, compensate, cancel or
    terminate; `timer` is duration, date or cycle; `text` the timer's text, the condition or the
    link's name; `reference` the id of the message, signal, ... and `name` its name or code, None
    when the reference dangles. `waits` is false for a compensation event that goes on at once.
    """

    kind: str
    line: int
    id: str = ""
    timer: str | None = None
    text: str = ""
    reference: str | None = None
    name: str | None = None
    waits: bool = True


@dataclass(frozen=True)
class Loop:
    """`kind` is standard, parallel or sequential; the rest as the file says, None when absent.

    `behavior` says when a multi-instance throws its implicit events (All, the default, never).
    """

    kind: str
    line: int
    cardinality: str | None = None
    collection: str | None = None
    item: str | None = None
    output: str | None = None
    output_item: str | None = None
    completion: str | None = None
    condition: str | None = None
    test_before: bool = False
    maximum: str | None = None
    behavior: str | None = None


@dataclass(frozen=True)
class Flow:
    """A sequence flow; `condition` is None when there is none; its source names the `default`.

    `source` and `target` are "" when the file does not name them.
    """

    id: str
    name: str
    source: str
    target: str
    line: int
    condition: str | None = None
    language: str | None = None
    default: bool = False
    parent: str | None = None
    attributes: Mapping[str, str] = field(default_factory=dict)
    vendor: tuple[VendorItem, ...] = ()


@dataclass(frozen=True)
class Lane:
    """A lane; `nodes` are the ids it lists, `parent` the lane around it, `depth` 0 outermost."""

    id: str
    name: str
    line: int
    nodes: tuple[str, ...]
    parent: str | None = None
    depth: int = 0


@dataclass(frozen=True)
class Node:
    """A flow node; `kind` is the BPMN local name, e.g. userTask or boundaryEvent.

    `lane` is the name of the innermost lane, inherited by boundary events and inside
    sub-processes; `attributes` the pik: attributes without prefix; `phase` is inherited.
    `parent` is the sub-process around the node, None directly in the process.
    """

    id: str
    name: str
    kind: str
    line: int
    process: str
    parent: str | None = None
    lane: str | None = None
    lane_id: str | None = None
    phase: str | None = None
    attributes: Mapping[str, str] = field(default_factory=dict)
    documentation: str = ""
    incoming: tuple[str, ...] = ()
    outgoing: tuple[str, ...] = ()
    default: str | None = None
    attached_to: str | None = None
    interrupting: bool = True
    called: str | None = None
    events: tuple[EventDefinition, ...] = ()
    loop: Loop | None = None
    script: str | None = None
    script_format: str | None = None
    triggered: bool = False
    parallel_multiple: bool = False
    quantities: tuple[str | None, str | None] = (None, None)
    for_compensation: bool = False
    instantiate: bool = False
    message: str | None = None
    vendor: tuple[VendorItem, ...] = ()
    element: etree._Element | None = field(default=None, compare=False, repr=False)

    @property
    def event(self) -> EventDefinition | None:
        """The first event definition; `events` has all of them."""
        return self.events[0] if self.events else None

    @property
    def label(self) -> str:
        """The name on one line, or the id where a person gave no name."""
        return " ".join(self.name.split()) or self.id


_LINKS = {
    "intermediateThrowEvent": "intermediateCatchEvent",
    "intermediateCatchEvent": "intermediateThrowEvent",
}


@dataclass(frozen=True)
class Artifact:
    """A text annotation, group or data object: `kind` is the local name."""

    id: str
    name: str
    kind: str
    line: int
    parent: str | None = None


@dataclass(frozen=True)
class Association:
    """A dotted line between an artifact and anything."""

    id: str
    source: str
    target: str
    line: int


@dataclass(frozen=True)
class Process:
    """One process; nodes and flows of its sub-processes are in the same dicts.

    `executable` is what the file says, False when it says nothing; `descriptive` that it says no.
    """

    id: str
    name: str
    line: int
    executable: bool = True
    descriptive: bool = False
    attributes: Mapping[str, str] = field(default_factory=dict)
    documentation: str = ""
    nodes: Mapping[str, Node] = field(default_factory=dict)
    flows: Mapping[str, Flow] = field(default_factory=dict)
    lanes: tuple[Lane, ...] = ()
    artifacts: Mapping[str, Artifact] = field(default_factory=dict)
    associations: tuple[Association, ...] = ()
    vendor: tuple[VendorItem, ...] = ()
    element: etree._Element | None = field(default=None, compare=False, repr=False)

    @property
    def label(self) -> str:
        return " ".join(self.name.split()) or self.id

    def inside(self, parent: str | None) -> list[Node]:
        """The nodes directly in the process (None) or in one sub-process, in file order."""
        return list(self._scopes.get(parent, ()))

    def boundaries(self, host: str) -> list[Node]:
        """The events on the border of `host`, in file order."""
        return list(self._borders.get(host, ()))

    @cached_property
    def _scopes(self) -> dict[str | None, list[Node]]:
        """The nodes by the sub-process they are in."""
        found: dict[str | None, list[Node]] = {}
        for node in self.nodes.values():
            found.setdefault(node.parent, []).append(node)
        return found

    @cached_property
    def _borders(self) -> dict[str | None, list[Node]]:
        """The boundary events by their host."""
        found: dict[str | None, list[Node]] = {}
        for node in self.nodes.values():
            found.setdefault(node.attached_to, []).append(node)
        return found

    def handlers(self, boundary: Node) -> list[Node]:
        """The activities a compensation boundary event is associated with."""
        ends = {a.target for a in self.associations if a.source == boundary.id}
        ends |= {a.source for a in self.associations if a.target == boundary.id}
        return [node for node in self.inside(boundary.parent) if node.id in ends]

    def linked(self, node: Node) -> list[Node]:
        """The other ends of a link event: those of its name in the same scope."""
        other = _LINKS.get(node.kind)
        if other is None or node.event is None or node.event.kind != "link":
            return []
        return [
            end
            for end in self.inside(node.parent)
            if end.kind == other
            and any(e.kind == "link" and e.text == node.event.text for e in end.events)
        ]


@dataclass(frozen=True)
class Participant:
    """A pool; `process` is the id it shows, None for a closed pool."""

    id: str
    name: str
    process: str | None
    line: int


@dataclass(frozen=True)
class Collaboration:
    id: str
    line: int
    participants: tuple[Participant, ...] = ()
    message_flows: tuple[Flow, ...] = ()


@dataclass(frozen=True)
class Named:
    """A message, signal, error or escalation; `code` is its error or escalation code."""

    id: str
    name: str
    line: int
    code: str | None = None


@dataclass(frozen=True)
class Model:
    """Everything one file says."""

    file: str
    processes: Mapping[str, Process] = field(default_factory=dict)
    collaborations: tuple[Collaboration, ...] = ()
    messages: Mapping[str, Named] = field(default_factory=dict)
    signals: Mapping[str, Named] = field(default_factory=dict)
    errors: Mapping[str, Named] = field(default_factory=dict)
    escalations: Mapping[str, Named] = field(default_factory=dict)
    shapes: Mapping[str, Shape] = field(default_factory=dict)
    edges: Mapping[str, Edge] = field(default_factory=dict)
    tree: etree._ElementTree | None = field(default=None, compare=False, repr=False)

    def node(self, element: str) -> Node | None:
        """The flow node with this id in any process of the file."""
        for process in self.processes.values():
            if element in process.nodes:
                return process.nodes[element]
        return None
