"""From the model of a process to the specs that run it: one ProcessSpec per scope.

SpiffWorkflow's own parser is not used: it refuses much of what modelers draw without naming the
element, and splits elements into hidden ones whose names collide with ids (B11).
"""

from collections.abc import Callable
from typing import Any

from pikflow.engine.compensation import Cancelling, Compensating, CompensatingEnd, Undo
from pikflow.engine.decisions.calls import call_of
from pikflow.engine.decisions.library import Library
from pikflow.engine.decisions.task import BusinessRule
from pikflow.engine.events import (
    Boundary,
    Catching,
    End,
    EventGateway,
    Link,
    Throwing,
    Trigger,
)
from pikflow.engine.joins import InclusiveGateway, Join, ParallelGateway
from pikflow.engine.loops import MultiInstance, StandardLoop
from pikflow.engine.model import EventDefinition, Node, Process
from pikflow.engine.specs import INTERNAL, Element, ExclusiveGateway, ProcessSpec, Unsupported, Way
from pikflow.engine.tasks import Children, Connector, PersonTask, Script, SubProcess

CAUGHT = frozenset(("timer", "message", "signal", "conditional"))
BORDER = CAUGHT | {"error", "escalation"}
THROWN = frozenset(("message", "signal", "error", "escalation", "terminate"))


def build_specs(process: Process, library: Library) -> dict[str, ProcessSpec]:
    """The scopes of a process by key: its own under its id, sub-processes under both ids.

    `library` has the decisions its business rule tasks make.
    """
    scopes = [None, *(n.id for n in process.nodes.values() if _is_sub_process(n))]
    return {_key(process, scope): _scope(process, scope, library) for scope in scopes}


def _key(process: Process, scope: str | None) -> str:
    return process.id if scope is None else f"{process.id}{INTERNAL}{scope}"


def _scope(process: Process, scope: str | None, library: Library) -> ProcessSpec:
    spec = ProcessSpec(_key(process, scope), library)
    nodes = process.inside(scope)
    triggers = []
    Undo(spec, process.id)
    for node in nodes:
        element = _add(spec, process, node)
        element.ways = _ways(process, node)
        if isinstance(element, Join):
            element.reach = {f: _reach(process, nodes, node, f) for f in node.incoming}
        if _is_event_sub_process(node):
            triggers.extend(_trigger(spec, process, node))
        if _compensates(node) and node.attached_to:
            handler = next(iter(process.handlers(node)), None)
            spec.handlers |= {node.attached_to: handler.id} if handler else {}
    for node in nodes:
        element = spec.task_specs[node.id]
        border = (b for b in nodes if b.attached_to == node.id)
        element.boundaries = tuple(
            b.id for b in border if isinstance(spec.task_specs[b.id], Boundary)
        )
    spec.first = _first(nodes)
    spec.triggers = tuple(triggers)
    spec.watches = any(
        getattr(one, "event", None) is not None and one.event.kind == "conditional"
        for one in spec.task_specs.values()
    )
    return spec


def _add(spec: ProcessSpec, process: Process, node: Node) -> Element:
    """Add the spec of a node, and its loop's when it has one; the one tokens arrive at."""
    if node.loop is None:
        return _element(spec, process, node, node.id)
    each = f"{node.id}{INTERNAL}each"
    _element(spec, process, node, each)
    kind = StandardLoop if node.loop.kind == "standard" else MultiInstance
    return kind(spec, node.id, node, loop=node.loop, each=each)


def _element(spec: ProcessSpec, process: Process, node: Node, name: str) -> Element:
    attributes = node.attributes
    if node.kind in _SIMPLE:
        return _SIMPLE[node.kind](spec, name, node)
    if node.kind == "serviceTask" or attributes.get("connector") and node.kind.endswith("Task"):
        return Connector(spec, name, node)
    if node.kind == "businessRuleTask" and (call := call_of(node)):
        return BusinessRule(spec, name, node, call=call)
    if node.kind == "scriptTask":
        return Script(spec, name, node, script=node.script or "")
    if node.kind == "callActivity" and attributes.get("cases"):
        return Children(spec, name, node)
    if node.kind == "callActivity":
        return SubProcess(spec, name, node, inner=node.called or "")
    if node.kind in ("subProcess", "transaction"):
        return SubProcess(spec, name, node, inner=_key(process, node.id))
    if node.kind in ("receiveTask", "sendTask"):
        event = EventDefinition("message", node.line, name=node.message)
        kind: Any = Catching if node.kind == "receiveTask" else Throwing
        return kind(spec, name, node, event=event)
    return _event(spec, node, name)


_SIMPLE: dict[str, Callable[..., Element]] = {
    "startEvent": Element,
    "userTask": PersonTask,
    "manualTask": PersonTask,
    "task": PersonTask,
    "exclusiveGateway": ExclusiveGateway,
    "inclusiveGateway": InclusiveGateway,
    "parallelGateway": ParallelGateway,
    "eventBasedGateway": EventGateway,
}


def _event(spec: ProcessSpec, node: Node, name: str) -> Element:
    event = node.event
    if len(node.events) > 1:
        return Unsupported(spec, name, node)
    if event is None or event.kind == "link":
        return _plain_event(spec, node, name)
    if event.kind in ("compensate", "cancel"):
        return _undoing(spec, node, name)
    if node.kind == "endEvent" and event.kind in THROWN:
        return End(spec, name, node, event=event)
    if node.kind == "boundaryEvent" and event.kind in BORDER:
        return Boundary(spec, name, node, event=event)
    if node.kind == "intermediateCatchEvent" and event.kind in CAUGHT:
        return Catching(spec, name, node, event=event)
    if node.kind == "intermediateThrowEvent" and event.kind in THROWN - {"terminate"}:
        return Throwing(spec, name, node, event=event)
    return Unsupported(spec, name, node)


def _undoing(spec: ProcessSpec, node: Node, name: str) -> Element:
    """Compensation and cancel events; a compensation boundary event only names its handler."""
    event = node.event
    kinds: dict[tuple[str, str], Any] = {
        ("intermediateThrowEvent", "compensate"): Compensating,
        ("endEvent", "compensate"): CompensatingEnd,
        ("endEvent", "cancel"): Cancelling,
        ("boundaryEvent", "cancel"): Boundary,
    }
    kind = kinds.get((node.kind, event.kind if event else ""))
    return kind(spec, name, node, event=event) if kind else Element(spec, name, node)


def _plain_event(spec: ProcessSpec, node: Node, name: str) -> Element:
    """An event without a definition, or a link."""
    if node.kind == "endEvent" and node.event is None:
        return End(spec, name, node, event=None)
    if node.kind in ("intermediateCatchEvent", "intermediateThrowEvent"):
        return Link(spec, name, node)
    return Unsupported(spec, name, node)


def _trigger(spec: ProcessSpec, process: Process, node: Node) -> list[str]:
    """The listener for an event sub-process: its start event, waiting in the scope around."""
    starts = [n for n in process.inside(node.id) if n.kind == "startEvent" and n.event]
    names = []
    for start in starts:
        if _compensates(start):
            spec.undoing = node.id
        elif len(start.events) == 1 and start.events[0].kind in BORDER:
            name = f"{start.id}{INTERNAL}on"
            Trigger(spec, name, start, event=start.events[0], opens=node.id)
            names.append(name)
    return names


def _ways(process: Process, node: Node) -> tuple[Way, ...]:
    flows = [process.flows[key] for key in node.outgoing]
    ways = tuple(
        Way(
            flow.id,
            flow.target or "",
            (flow.condition or "").strip() or None,
            flow.id == node.default,
        )
        for flow in flows
        if (end := process.nodes.get(flow.target or "")) and end.parent == node.parent
    )
    ends = process.linked(node) if node.kind == "intermediateThrowEvent" else []
    return ways + tuple(Way(f"{node.id}{INTERNAL}link", end.id) for end in ends)


def _first(nodes: list[Node]) -> tuple[str, ...]:
    """Where a scope begins: its plain start event, else its first one, else all nodes nothing
    leads to (BPMN 2.0, 10.5.2)."""
    starts = [n for n in nodes if n.kind == "startEvent"]
    plain = [n for n in starts if not n.events]
    if starts:
        return ((plain or starts)[0].id,)
    return tuple(
        n.id
        for n in nodes
        if not n.incoming
        and not n.attached_to
        and not n.for_compensation
        and not _is_event_sub_process(n)
        and not (n.event and n.event.kind == "link")
    )


def _reach(process: Process, nodes: list[Node], join: Node, flow: str) -> frozenset[str]:
    """The elements from which a token can come over `flow` without passing the join."""
    open_ends = [process.flows[flow].source or ""]
    found: set[str] = set()
    while open_ends:
        key = open_ends.pop()
        node = process.nodes.get(key)
        if node is None or key in found or key == join.id:
            continue
        found.add(key)
        open_ends.extend(process.flows[f].source or "" for f in node.incoming)
        if node.attached_to:
            open_ends.append(node.attached_to)
        if node.kind == "intermediateCatchEvent":
            open_ends.extend(end.id for end in process.linked(node))
    return frozenset(found)


def _is_sub_process(node: Node) -> bool:
    return node.kind in ("subProcess", "transaction")


def _compensates(node: Node) -> bool:
    return node.event is not None and node.event.kind == "compensate"


def _is_event_sub_process(node: Node) -> bool:
    return node.kind == "subProcess" and node.triggered
