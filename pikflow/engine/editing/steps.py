"""Steps: add one, move it, remove it, let a way lead elsewhere."""

from dataclasses import dataclass

from pikflow.engine.editing.changing import apply_values
from pikflow.engine.editing.kinds import ACTIVITIES, NewStep, make_boundary, make_step, named
from pikflow.engine.editing.lanes import assign, lane_for
from pikflow.engine.editing.net import Net
from pikflow.engine.editing.workpiece import Edited, Workpiece, refuse
from pikflow.engine.model import GATEWAYS, Node, Process
from pikflow.errors import Invalid
from pikflow.texts import say


@dataclass(frozen=True)
class Place:
    """Where something goes: after a step, before one, or on a way; exactly one of the three."""

    after: str = ""
    before: str = ""
    way: str = ""


def add_step(data: bytes, place: Place, new: NewStep, *, file: str = "") -> Edited:
    """Add a step; the ways there lead over it. An end may only stand where a way is free."""
    piece = Workpiece.open(data, file)
    parent, process, near = _where(piece, place)
    net = Net.of(piece, process)
    key = make(piece, process, parent, new, near)
    if new.ends:
        _end_there(net, place, key)
    else:
        put_there(net, place, key)
    return piece.finish(key)


def make(
    piece: Workpiece, process: Process, parent: str | None, new: NewStep, near: Node | None
) -> str:
    """A new step in the lane it wants, or in that of the step it is put beside."""
    element, key = make_step(piece, piece.element(parent or process.id), new)
    if parent is None:
        lane = lane_for(piece, process, new.lane) if new.lane else (near.lane_id if near else None)
        if lane:
            assign(piece, process, key, lane)
    apply_values(piece, element, new.kind, new.values)
    return key


def move_step(data: bytes, key: str, place: Place, *, file: str = "") -> Edited:
    """Take a step out of its ways and put it elsewhere in the same scope."""
    piece = Workpiece.open(data, file)
    node = piece.node(key)
    if node.kind not in (*ACTIVITIES, "intermediateCatchEvent", "intermediateThrowEvent"):
        raise refuse(
            "move-fixed",
            say("„{name}“ lässt sich nicht verschieben.", name=node.label),
            say("Führen Sie stattdessen die Wege, die dort beginnen oder enden, woandershin."),
        )
    parent, process, _ = _where(piece, place)
    if parent != node.parent or process.id != node.process:
        raise refuse(
            "move-other-scope",
            say("„{name}“ bleibt in seinem Unterprozess oder Prozess.", name=node.label),
            say("Wählen Sie eine Stelle im selben Ablauf, oder fügen Sie dort einen neuen ein."),
        )
    net = Net.of(piece, process)
    before = net.reached(parent)
    if key in (place.after, place.before) or place.way in (*net.into(key), *net.out_of(key)):
        raise refuse(
            "move-same-place",
            say("„{name}“ steht dort schon.", name=node.label),
            say("Wählen Sie eine andere Stelle."),
        )
    if len(net.out_of(key)) > 1:
        raise _choose(node)
    if net.out_of(key):
        net.bypass(key)
    else:
        for flow in net.into(key):
            _leave_hanging(net, flow)
            net.cut(flow)
    put_there(net, place, key)
    if key in before and key not in net.reached(parent):
        raise refuse(
            "move-cut-off",
            say("Dort käme niemand mehr zu „{name}“.", name=node.label),
            say("Die Stelle hängt von diesem Schritt selbst ab. Wählen Sie eine andere."),
        )
    piece.moved.add(key)
    return piece.finish(key)


def remove_step(data: bytes, key: str, *, file: str = "") -> Edited:
    """Remove a step: its ways are joined, its border events go with all that only they reach."""
    piece = Workpiece.open(data, file)
    node = piece.node(key)
    process = piece.process_of(node)
    net = Net.of(piece, process)
    before = net.reached(node.parent)
    out, into = net.out_of(key), net.into(key)
    if node.kind == "startEvent":
        _keep_a_start(process, node)
    if node.kind in GATEWAYS and (len(out) > 1 or (len(into) > 1 and _waits(node))):
        raise refuse(
            "remove-branch",
            say("„{name}“ verbindet mehrere Wege.", name=node.label),
            say("Entfernen Sie die Verzweigung als Ganzes oder einzelne ihrer Wege."),
        )
    if len(out) > 1:
        raise _choose(node)
    if out and net.ends[out[0]][1] == key:
        net.cut(out[0])
    if net.out_of(key):
        if into:
            net.bypass(key)
    else:
        for flow in net.into(key):
            _leave_hanging(net, flow)
            net.cut(flow)
    net.take_out([key])
    net.sweep(node.parent, before)
    _keep_reached(process, node.parent, before, net)
    return piece.finish()


def lead_way(data: bytes, flow: str, to: str, *, file: str = "") -> Edited:
    """Let a way lead to another step of the same scope."""
    piece = Workpiece.open(data, file)
    way, target = piece.flow(flow), piece.node(to)
    check_target(way.parent, target)
    source = piece.process_of(way).nodes.get(way.source)
    if source is not None and source.kind == "eventBasedGateway":
        _only_events(source, target.kind)
    net = Net.of(piece, piece.process_of(way))
    net.lead(flow, target=to)
    return piece.finish(flow)


def add_way(
    data: bytes, source: str, to: str, *, name: str = "", condition: str = "", file: str = ""
) -> Edited:
    """A way between two steps, for one that has none yet (a branch takes `branches.add_way`)."""
    piece = Workpiece.open(data, file)
    node, target = piece.node(source), piece.node(to)
    check_target(node.parent, target)
    if node.kind == "endEvent" or (node.outgoing and node.kind not in GATEWAYS):
        raise refuse(
            "way-second",
            say("Von „{name}“ führt schon ein Weg weiter.", name=node.label),
            say("Fügen Sie eine Verzweigung ein, wenn es hier mehrere Wege gibt."),
        )
    net = Net.of(piece, piece.process_of(node))
    return piece.finish(net.connect(node.parent, source, to, name=name, condition=condition))


def add_boundary(
    data: bytes,
    host: str,
    kind: str,
    name: str,
    *,
    text: str = "",
    interrupting: bool = True,
    step: NewStep | None = None,
    to: str = "",
    file: str = "",
) -> Edited:
    """A deadline, message or error on an activity, and what follows it.

    What follows is `step`, then the step `to`; without both a new end, named like the event.
    """
    piece = Workpiece.open(data, file)
    node = piece.node(host)
    if node.kind not in ACTIVITIES:
        raise refuse(
            "boundary-host",
            say("An „{name}“ kann keine Frist hängen.", name=node.label),
            say("Fristen, Nachrichten und Fehler hängen an Aufgaben, Aufrufen und Unterprozessen."),
        )
    if kind == "error" and not interrupting:
        raise Invalid(
            "boundary-error-interrupts",
            say("Ein Fehler beendet den Schritt immer."),
            say("Wählen Sie „beendet den Schritt“."),
        )
    process = piece.process_of(node)
    if to:
        check_target(node.parent, piece.node(to))
    scope = piece.element(node.parent or process.id)
    key = make_boundary(piece, scope, host, kind, name, interrupting)
    if node.parent is None and node.lane_id:
        assign(piece, process, key, node.lane_id)
    apply_values(piece, piece.element(key), kind, {kind: text} if text else {})
    net = Net.of(piece, process)
    last = key
    if step is not None:
        last = make(piece, process, node.parent, step, node)
        net.connect(node.parent, key, last)
    if step is None or not step.ends:
        if not to:
            lane = step.lane if step else ""
            ending = NewStep("endEvent", named(name, needed=False), lane)
            to = make(piece, process, node.parent, ending, node)
        net.connect(node.parent, last, to)
    return piece.finish(key)


def put_there(net: Net, place: Place, key: str) -> None:
    """Lead the ways at a place over a node that has none yet."""
    process, piece = net.process, net.piece
    parent = process.nodes[key].parent if key in process.nodes else _where(piece, place)[0]
    if place.way:
        source = process.nodes.get(net.ends[place.way][0])
        if source is not None and source.kind == "eventBasedGateway":
            _only_events(source, piece.element(key).local)
        net.enter(place.way, key)
        return
    if place.after:
        node = piece.node(place.after)
        out = net.out_of(node.id)
        if node.kind == "endEvent":
            raise refuse(
                "step-after-end",
                say("Nach dem Ende „{name}“ kommt nichts mehr.", name=node.label),
                say("Fügen Sie den Schritt davor ein."),
            )
        if len(out) > 1:
            raise _choose(node)
        if out:
            net.enter(out[0], key)
        else:
            net.connect(parent, node.id, key)
        return
    node = piece.node(place.before)
    into = net.into(node.id)
    if node.kind in ("startEvent", "boundaryEvent"):
        raise refuse(
            "step-before-start",
            say("Vor „{name}“ kann kein Schritt stehen.", name=node.label),
            say("Fügen Sie den Schritt danach ein."),
        )
    if len(into) > 1 and node.kind in GATEWAYS:
        raise refuse(
            "way-choose",
            say("Zu „{name}“ führen mehrere Wege.", name=node.label),
            say("Wählen Sie den Weg, auf dem der neue Schritt stehen soll."),
        )
    for flow in into[1:]:
        net.lead(flow, target=key)
    if into:
        net.enter(into[0], key)
    else:
        net.connect(parent, key, node.id)


def check_target(parent: str | None, target: Node) -> None:
    """Refuse a target no way can lead to."""
    if target.parent != parent:
        raise refuse(
            "way-other-scope",
            say("„{name}“ gehört zu einem anderen Ablauf.", name=target.label),
            say("Ein Weg führt nie in einen Unterprozess hinein oder aus ihm heraus."),
        )
    if target.kind in ("startEvent", "boundaryEvent") or target.triggered:
        raise refuse(
            "way-to-start",
            say("Zu „{name}“ kann kein Weg führen.", name=target.label),
            say("Wählen Sie einen Schritt, eine Verzweigung oder ein Ende."),
        )


def _end_there(net: Net, place: Place, key: str) -> None:
    """Let a way end: what only it led to would be lost, and that is refused."""
    piece, process = net.piece, net.process
    if place.before:
        raise refuse(
            "end-before-step",
            say("Ein Ende steht nicht vor einem Schritt."),
            say("Fügen Sie das Ende nach einem Schritt oder auf einem Weg ein."),
        )
    parent = _where(piece, place)[0]
    flow = place.way
    if place.after:
        node = piece.node(place.after)
        if node.kind == "endEvent":
            put_there(net, place, key)
        out = net.out_of(node.id)
        if len(out) > 1:
            raise _choose(node)
        if not out:
            net.connect(parent, node.id, key)
            return
        flow = out[0]
    before = net.reached(parent)
    net.lead(flow, target=key)
    lost = sorted(before - net.reached(parent), key=list(process.nodes).index)
    if lost:
        names = ", ".join(f"„{process.nodes[one].label}“" for one in lost[:3])
        raise refuse(
            "end-cut-off",
            say("Zu {names} käme dann niemand mehr.", names=names),
            say("Entfernen Sie diese Schritte zuerst, oder fügen Sie eine Verzweigung ein."),
        )


def _where(piece: Workpiece, place: Place) -> tuple[str | None, Process, Node | None]:
    """The scope and process of a place, and the step whose lane a new one gets."""
    if place.way:
        flow = piece.flow(place.way)
        process = piece.process_of(flow)
        near = process.nodes.get(flow.source)
        if near is not None and near.kind in GATEWAYS and flow.target in process.nodes:
            near = process.nodes[flow.target]
        return flow.parent, process, near
    node = piece.node(place.after or place.before)
    return node.parent, piece.process_of(node), node


def _only_events(gateway: Node, kind: str) -> None:
    if kind not in ("intermediateCatchEvent", "receiveTask"):
        raise refuse(
            "after-event-gateway",
            say("Nach „{name}“ stehen nur Ereignisse, auf die gewartet wird.", name=gateway.label),
            say("Fügen Sie den Schritt nach dem Ereignis ein."),
        )


def _choose(node: Node) -> Exception:
    return refuse(
        "way-choose",
        say("Von „{name}“ führen mehrere Wege weiter.", name=node.label),
        say("Wählen Sie den Weg, um den es geht."),
    )


def _waits(node: Node) -> bool:
    return node.kind != "exclusiveGateway"


def _leave_hanging(net: Net, flow: str) -> None:
    """Refuse to take the last way from a step that is not allowed to be the last one."""
    source = net.process.nodes.get(net.ends[flow][0])
    if source is not None and len(net.out_of(source.id)) == 1:
        raise refuse(
            "step-last-of-way",
            say("Dann hätte „{name}“ keinen nächsten Schritt.", name=source.label),
            say("Führen Sie den Weg von dort zuerst zu einem anderen Schritt."),
        )


def _keep_a_start(process: Process, node: Node) -> None:
    starts = [n for n in process.inside(node.parent) if n.kind == "startEvent"]
    if len(starts) == 1:
        raise refuse(
            "start-last",
            say("Ohne „{name}“ könnte der Ablauf nicht beginnen.", name=node.label),
            say("Ändern Sie den Beginn, statt ihn zu entfernen."),
        )


def _keep_reached(process: Process, parent: str | None, before: set[str], net: Net) -> None:
    """Refuse when nothing could end any more: no end is left in the scope."""
    left = [n for n in process.inside(parent) if n.id in before and n.id not in net.gone]
    if not any(not net.out_of(n.id) for n in left) and any(
        n.kind == "endEvent" for n in process.inside(parent)
    ):
        raise refuse(
            "end-last",
            say("Dann gäbe es kein Ende mehr."),
            say("Fügen Sie zuerst an anderer Stelle ein Ende ein."),
        )
