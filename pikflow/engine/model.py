"""From an XML tree to a Model: what a file says, whoever drew it; nothing is judged here.

Attributes and extension elements of other products are kept as `vendor` items, those of pikflow
in `attributes`. Broken references stay as they are (None or the dangling id): the check names
them.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace

from lxml import etree

from pikflow.engine.elements import (
    Artifact,
    Association,
    Bounds,
    Collaboration,
    Edge,
    EventDefinition,
    Flow,
    Lane,
    Loop,
    Model,
    Named,
    Node,
    Participant,
    Process,
    Shape,
    VendorItem,
)
from pikflow.engine.interchange import diagram
from pikflow.engine.nodes import read_flow, read_node
from pikflow.engine.reading import (
    child_text,
    children,
    flag,
    is_bpmn,
    line_of,
    local,
    own_attributes,
    reference,
    text_of,
    vendor_items,
)
from pikflow.engine.xml import BPMN
from pikflow.errors import DefinitionInvalid, Finding

__all__ = [
    "Artifact",
    "Association",
    "Bounds",
    "Collaboration",
    "Edge",
    "EventDefinition",
    "Flow",
    "Lane",
    "Loop",
    "Model",
    "Named",
    "Node",
    "Participant",
    "Process",
    "Shape",
    "VendorItem",
    "read",
]

SUB_PROCESSES = ("subProcess", "adHocSubProcess", "transaction")
EVENTS = (
    "startEvent",
    "endEvent",
    "intermediateCatchEvent",
    "intermediateThrowEvent",
    "implicitThrowEvent",
    "boundaryEvent",
)
TASKS = (
    "task",
    "userTask",
    "manualTask",
    "serviceTask",
    "scriptTask",
    "businessRuleTask",
    "sendTask",
    "receiveTask",
)
GATEWAYS = (
    "exclusiveGateway",
    "inclusiveGateway",
    "parallelGateway",
    "eventBasedGateway",
    "complexGateway",
)
CHOREOGRAPHY = ("callChoreography", "choreographyTask", "subChoreography")
NODES = frozenset((*EVENTS, *TASKS, *GATEWAYS, *CHOREOGRAPHY, *SUB_PROCESSES, "callActivity"))
# Of one file: some checks look at every element from every other.
MOST_NODES = 1_000
MOST_FLOWS = 3_000
MOST_FLOWS_OF_A_NODE = 100
_BESIDE = (
    *("process", "participant", "messageFlow", "lane", "message", "signal", "error", "escalation"),
    *("association", "textAnnotation", "dataObject", "dataObjectReference"),
)
ARTIFACTS = ("textAnnotation", "group", "dataObject", "dataObjectReference", "dataStoreReference")


def read(tree: etree._ElementTree, file: str) -> Model:
    """The model of a parsed file; an empty one when the file holds no BPMN 2.0.

    Nodes and flows without an id get one that starts with `ohne-id-`. Raises DefinitionInvalid
    ("file-too-many") for a file with more than anybody draws.
    """
    root = tree.getroot()
    if root is None or not is_bpmn(root, "definitions"):
        return Model(file=file, tree=tree)
    _refuse_crowds(root, file)
    named = {
        kind: {entry.id: entry for entry in _named(root, kind)}
        for kind in ("message", "signal", "error", "escalation")
    }
    processes = [_process(element, named) for element in children(root, "process")]
    shapes, edges = diagram(root)
    return Model(
        file=file,
        processes={process.id: process for process in processes},
        collaborations=tuple(_collaboration(e) for e in children(root, "collaboration")),
        messages=named["message"],
        signals=named["signal"],
        errors=named["error"],
        escalations=named["escalation"],
        shapes=shapes,
        edges=edges,
        tree=tree,
    )


def _refuse_crowds(root: etree._Element, file: str) -> None:
    """Refuse a file that would keep the check busy for minutes."""
    flows = list(root.iter(f"{{{BPMN}}}sequenceFlow"))
    ends = Counter((end, flow.get(end)) for flow in flows for end in ("sourceRef", "targetRef"))
    kinds = Counter(local(element) for element in root.iter(etree.Element))
    counts = [
        ("Elemente", sum(kinds[kind] for kind in NODES), MOST_NODES),
        ("Wege", len(flows), MOST_FLOWS),
        ("Wege an einem Element", max(ends.values(), default=0), MOST_FLOWS_OF_A_NODE),
        *((kind, kinds[kind], MOST_NODES) for kind in _BESIDE),
    ]
    for what, count, most in counts:
        if count > most:
            message = f"Die Datei hat zu viel von einer Art: {count} {what}, erlaubt sind {most}."
            hint = "Teilen Sie den Prozess in aufgerufene Prozesse auf, jeden in eigener Datei."
            raise DefinitionInvalid([Finding(file, 0, "", "error", "file-too-many", message, hint)])


def reached(processes: Mapping[str, Process], start: str) -> frozenset[str]:
    """The ids of a process and of all that it calls, child cases and missing ones too."""
    found, waiting = {start}, [start]
    while waiting:
        process = processes.get(waiting.pop())
        for node in process.nodes.values() if process else ():
            if node.called and node.called not in found:
                found.add(node.called)
                waiting.append(node.called)
    return frozenset(found)


def _named(root: etree._Element, kind: str) -> Iterator[Named]:
    for element in children(root, kind):
        code = element.get(f"{kind}Code")
        yield Named(element.get("id", ""), element.get("name", ""), line_of(element), code)


def _collaboration(element: etree._Element) -> Collaboration:
    participants = tuple(
        Participant(e.get("id", ""), e.get("name", ""), reference(e.get("processRef")), line_of(e))
        for e in children(element, "participant")
    )
    flows = tuple(
        Flow(
            e.get("id", ""),
            e.get("name", ""),
            reference(e.get("sourceRef")) or "",
            reference(e.get("targetRef")) or "",
            line_of(e),
        )
        for e in children(element, "messageFlow")
    )
    return Collaboration(element.get("id", ""), line_of(element), participants, flows)


def _process(element: etree._Element, named: Mapping[str, Mapping[str, Named]]) -> Process:
    process_id = element.get("id", "")
    lanes = tuple(_lanes(element, None, 0))
    home: dict[str, Lane] = {}
    for lane in sorted(lanes, key=lambda lane: lane.depth):
        home.update(dict.fromkeys(lane.nodes, lane))
    attributes = own_attributes(element)
    nodes: dict[str, Node] = {}
    flows: dict[str, Flow] = {}
    artifacts: dict[str, Artifact] = {}
    associations: list[Association] = []

    def walk(
        scope: etree._Element, parent: str | None, lane: Lane | None, phase: str | None
    ) -> None:
        defaults = {e.get("default") for e in children(scope) if e.get("default")}
        for child in children(scope):
            kind = local(child)
            if kind == "sequenceFlow":
                flow = read_flow(child, _key(child), parent, defaults)
                flows[flow.id] = flow
            elif kind in ARTIFACTS:
                text = child_text(child, "text") or child.get("name") or ""
                key = _key(child)
                artifacts[key] = Artifact(key, text, kind, line_of(child), parent)
            elif kind == "association":
                ends = [reference(child.get(end)) or "" for end in ("sourceRef", "targetRef")]
                associations.append(Association(_key(child), ends[0], ends[1], line_of(child)))
            elif kind in NODES:
                node = read_node(child, _key(child), process_id, parent, home, lane, phase, named)
                nodes[node.id] = node
                if kind in SUB_PROCESSES:
                    walk(child, node.id, home.get(node.id, lane), node.phase)

    walk(element, None, None, attributes.get("phase"))
    return Process(
        id=process_id,
        name=element.get("name", ""),
        line=line_of(element),
        executable=flag(element, "isExecutable"),
        descriptive=not flag(element, "isExecutable", True),
        attributes=attributes,
        documentation=child_text(element, "documentation") or "",
        nodes=_joined(nodes, flows),
        flows=flows,
        lanes=lanes,
        artifacts=artifacts,
        associations=tuple(associations),
        vendor=vendor_items(element),
        element=element,
    )


def _key(element: etree._Element) -> str:
    """The id; without one, the element's place in its parent, which is the same every time."""
    parent = element.getparent()
    place = 0 if parent is None else parent.index(element)
    return element.get("id") or f"ohne-id-{line_of(element)}-{place}"


def _lanes(element: etree._Element, parent: str | None, depth: int) -> Iterator[Lane]:
    """All lanes in document order, each before the lanes nested in it."""
    for lane_set in children(element, "laneSet", "childLaneSet"):
        for entry in children(lane_set, "lane"):
            refs = tuple(reference(text_of(e)) or "" for e in children(entry, "flowNodeRef"))
            key = entry.get("id", "")
            yield Lane(key, entry.get("name", ""), line_of(entry), refs, parent, depth)
            yield from _lanes(entry, key, depth + 1)


def _joined(nodes: dict[str, Node], flows: Mapping[str, Flow]) -> dict[str, Node]:
    """The nodes with their incoming and outgoing flows, as the flows say (not the node's lists)."""
    incoming: dict[str, list[str]] = {key: [] for key in nodes}
    outgoing: dict[str, list[str]] = {key: [] for key in nodes}
    for flow in flows.values():
        if flow.source in outgoing:
            outgoing[flow.source].append(flow.id)
        if flow.target in incoming:
            incoming[flow.target].append(flow.id)
    return {
        key: replace(
            node,
            incoming=tuple(incoming[key]),
            outgoing=tuple(outgoing[key]),
            phase=_phase(node, nodes),
        )
        for key, node in nodes.items()
    }


def _phase(node: Node, nodes: Mapping[str, Node]) -> str | None:
    """A boundary event without a phase of its own is in the phase of its host."""
    host = nodes.get(node.attached_to or "")
    return node.phase if host is None or "phase" in node.attributes else host.phase
