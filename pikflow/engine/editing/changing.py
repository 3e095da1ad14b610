"""What is said about a step, a way or the process: names, texts, pik: attributes, its kind."""

from collections.abc import Mapping

from pikflow.engine.checks.attributes import ALLOWED, ANYWHERE, PROCESS
from pikflow.engine.editing.kinds import (
    ACTIVITIES,
    BOUNDARIES,
    BRANCHES,
    STEPS,
    define,
    fields_of,
    kind_of,
    named,
    refuse_kind,
    set_reference,
    set_timer,
)
from pikflow.engine.editing.lanes import assign, lane_for
from pikflow.engine.editing.net import Net
from pikflow.engine.editing.workpiece import (
    Edited,
    Workpiece,
    bpmn_children,
    refers,
)
from pikflow.engine.model import GATEWAYS, Node
from pikflow.engine.source import Element
from pikflow.errors import Invalid
from pikflow.texts import say

_UNNAMED = ("startEvent", "endEvent", "error", *GATEWAYS)


def change_step(data: bytes, key: str, values: Mapping[str, str], *, file: str = "") -> Edited:
    """Set what is said about a step, by the field names of `kinds.fields_of`; "" takes it away.

    A new kind comes as the field `kind`, and is changed before the other fields.
    """
    piece = Workpiece.open(data, file)
    node = piece.node(key)
    element = piece.element(key)
    process = piece.process_of(node)
    values = dict(values)
    kind = values.pop("kind", "") or kind_of(node)
    if kind != kind_of(node):
        _change_kind(piece, node, element, kind)
        values = {n: values[n] for n in ("name", "documentation", "lane") if n in values}
    else:
        _known(node, values)
    lane = values.pop("lane", None)
    if lane and lane not in (node.lane, node.lane_id):
        target = lane_for(piece, process, lane)
        assign(piece, process, key, target)
        for event in process.boundaries(key):
            assign(piece, process, event.id, target)
    apply_values(piece, element, kind, values)
    return piece.finish(key)


def change_way(
    data: bytes,
    flow: str,
    *,
    name: str | None = None,
    condition: str | None = None,
    default: bool | None = None,
    file: str = "",
) -> Edited:
    """Set the name and condition of a way, or make it the one that is taken otherwise."""
    piece = Workpiece.open(data, file)
    way = piece.flow(flow)
    process = piece.process_of(way)
    source = process.nodes.get(way.source)
    element = piece.element(flow)
    if name is not None:
        _text_attribute(element, "name", " ".join(name.split()))
    chooses = source is not None and source.kind in ("exclusiveGateway", "inclusiveGateway")
    if (condition or default) and not chooses:
        raise Invalid(
            "way-without-choice",
            say("Dieser Weg hat keine Bedingung: Davor wird nichts entschieden."),
            say("Fügen Sie vor dem Weg eine Verzweigung mit Bedingungen ein."),
        )
    if condition is not None and not default:
        Net.of(piece, process).set_condition(flow, condition.strip())
    if default is not None and source is not None and chooses:
        gateway = piece.element(source.id)
        if default:
            gateway.set("default", flow)
            Net.of(piece, process).set_condition(flow, "")
        elif refers(gateway, "default") == flow:
            gateway.drop("default")
    return piece.finish(flow)


def change_process(data: bytes, key: str, values: Mapping[str, str], *, file: str = "") -> Edited:
    """Set name, documentation and pik: attributes of a process."""
    piece = Workpiece.open(data, file)
    process = piece.process(key)
    element = piece.element(process.id)
    for name, value in values.items():
        value = value.strip()
        if name == "name":
            value = named(value)
            for pool in list(piece.source.root.walk()):
                shows = pool.local == "participant" and refers(pool, "processRef") == process.id
                if shows and pool.get("name") in (process.name, None):
                    pool.set("name", value)
            element.set("name", value)
        elif name == "documentation":
            piece.set_text(element, "documentation", value, "process")
        elif name.startswith("pik:") and name[4:] in PROCESS:
            piece.set_own(element, name[4:], value or None)
        else:
            raise _unknown(name, process.label)
    return piece.finish(process.id)


def apply_values(piece: Workpiece, element: Element, kind: str, values: Mapping[str, str]) -> None:
    """Write fields (all but lane and kind) into a step's element."""
    for name, raw in values.items():
        value = raw.replace("\r\n", "\n").strip()
        if name == "name":
            needed = element.local not in _UNNAMED and kind not in _UNNAMED
            _text_attribute(element, "name", named(value, needed=needed))
        elif name == "documentation":
            piece.set_text(element, "documentation", value)
        elif name == "script":
            piece.set_text(element, "script", value or " ")
        elif name == "called":
            _text_attribute(element, "calledElement", value)
        elif name == "timer":
            set_timer(piece, element, value)
        elif name in ("message", "error"):
            set_reference(piece, element, name, value)
        elif name == "interrupting":
            if value == "false":
                element.set("cancelActivity", "false")
            else:
                element.drop("cancelActivity")
        elif name.startswith("pik:"):
            allowed = ALLOWED.get(element.local, ANYWHERE) | ANYWHERE
            if name[4:] not in allowed:
                raise _unknown(name, element.get("name") or "")
            piece.set_own(element, name[4:], value or None)
        else:
            raise _unknown(name, element.get("name") or "")


def _known(node: Node, values: Mapping[str, str]) -> None:
    for name in values:
        if name not in (*fields_of(node), "kind"):
            raise _unknown(name, node.label)


def _unknown(name: str, label: str) -> Exception:
    return Invalid(
        "property-unknown",
        say("Die Angabe „{name}“ gibt es an „{label}“ nicht.", name=name, label=label),
        say("Laden Sie die Seite neu: Vielleicht hat der Schritt inzwischen eine andere Art."),
    )


def _text_attribute(element: Element, name: str, value: str) -> None:
    if value:
        element.set(name, value)
    else:
        element.drop(name)


def _change_kind(piece: Workpiece, node: Node, element: Element, kind: str) -> None:
    """Another element name in the same place; what the new kind can't have goes, with a note."""
    if node.kind == "boundaryEvent" and kind in BOUNDARIES:
        define(piece, element, kind)
        return
    if node.kind in BRANCHES and kind in BRANCHES:
        _rename(element, kind)
        if kind == "parallelGateway":
            _drop_choices(piece, node, element)
        return
    local, definition = STEPS.get(kind, ("", ""))
    swappable = (*ACTIVITIES, "intermediateCatchEvent", "intermediateThrowEvent")
    fixed = ("subProcess", "transaction", "adHocSubProcess")
    if node.kind not in swappable or local not in swappable or {node.kind, local} & set(fixed):
        raise refuse_kind(node)
    process = piece.process_of(node)
    if local not in ACTIVITIES and (process.boundaries(node.id) or node.loop):
        raise refuse_kind(node)
    _rename(element, local)
    allowed = ALLOWED.get(local, ANYWHERE) | ANYWHERE
    for name in node.attributes:
        if name not in allowed:
            piece.set_own(element, name, None)
            piece.notes.append(
                say("Die Angabe „{name}“ passt nicht zur neuen Art und entfällt.", name=name)
            )
    for child in list(element.children):
        event = child.local.endswith("EventDefinition")
        if (child.local == "script" and local != "scriptTask") or (event and not definition):
            piece.drop(child)
    if local != "scriptTask":
        element.drop("scriptFormat")
    if local != "callActivity":
        element.drop("calledElement")
    if local not in ("sendTask", "receiveTask"):
        element.drop("messageRef")
    if local not in ("sendTask", "receiveTask", "serviceTask", "userTask", "businessRuleTask"):
        element.drop("implementation")
    if local != "receiveTask":
        element.drop("instantiate")
    if definition:
        define(piece, element, definition)
    if local == "scriptTask":
        piece.set_text(element, "script", node.script or " ")


def _rename(element: Element, local: str) -> None:
    prefix = element.prefix
    element.rename(f"{prefix}:{local}" if prefix else local)


def _drop_choices(piece: Workpiece, node: Node, element: Element) -> None:
    """Ways of a parallel branch are all taken: conditions would be refused."""
    element.drop("default")
    for flow in node.outgoing:
        way = piece.element(flow)
        for condition in list(bpmn_children(way, "conditionExpression")):
            piece.drop(condition)
            piece.notes.append(
                say("Die Bedingung am Weg „{name}“ entfällt.", name=way.get("name") or flow)
            )
