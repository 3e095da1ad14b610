"""Branches: ways that part and, as a rule, meet again."""

from collections.abc import Sequence
from dataclasses import dataclass

from pikflow.engine.editing.kinds import BRANCHES, NewStep, named
from pikflow.engine.editing.lanes import assign
from pikflow.engine.editing.net import Net
from pikflow.engine.editing.steps import Place, check_target, make, put_there
from pikflow.engine.editing.workpiece import Edited, Workpiece, refuse
from pikflow.engine.model import GATEWAYS, Node, Process
from pikflow.engine.source import Element
from pikflow.engine.ways import Ways
from pikflow.errors import Invalid
from pikflow.texts import say


@dataclass(frozen=True)
class NewWay:
    """A way of a branch: over `step`, if there is one, to `to` or to where the ways meet."""

    name: str = ""
    condition: str = ""
    default: bool = False
    step: NewStep | None = None
    to: str = ""


def add_branch(
    data: bytes, place: Place, kind: str, name: str, ways: Sequence[NewWay], *, file: str = ""
) -> Edited:
    """Put a branch on a way, with all its ways, and a join where two or more of them meet."""
    piece = Workpiece.open(data, file)
    ways = _judged(kind, ways)
    anchor = piece.node(place.after or place.before) if not place.way else None
    flow = piece.flow(place.way) if place.way else None
    thing = flow or anchor
    assert thing is not None  # noqa: S101 - a Place names one of the three
    process, parent = piece.process_of(thing), thing.parent
    near = anchor or _near(process, place)
    net = Net.of(piece, process)
    split = _gateway(piece, process, parent, kind, name, near)
    put_there(net, place, split)
    onward = net.out_of(split)[0] if net.out_of(split) else ""
    goal = net.ends[onward][1] if onward else ""
    meeting = [way for way in ways if not way.to and not (way.step and way.step.ends)]
    if not meeting and goal:
        raise refuse(
            "branch-cut-off",
            say("Dann käme niemand mehr zum nächsten Schritt."),
            say("Lassen Sie mindestens einen Weg dort weitergehen, wo die Verzweigung steht."),
        )
    if len(meeting) > 1 and goal:
        join = _gateway(piece, process, parent, kind, "", near)
        net.lead(onward, source=join)
        goal = join
    elif onward:
        net.cut(onward)
    for way in ways:
        _lay(net, parent, split, way, goal, near)
    return piece.finish(split)


def add_way(data: bytes, gateway: str, way: NewWay, *, file: str = "") -> Edited:
    """A further way from a branch, by default to where its other ways meet."""
    piece = Workpiece.open(data, file)
    node = piece.node(gateway)
    if node.kind not in GATEWAYS:
        raise refuse(
            "branch-none",
            say("„{name}“ ist keine Verzweigung.", name=node.label),
            say("Fügen Sie hier zuerst eine Verzweigung ein."),
        )
    process = piece.process_of(node)
    if node.kind in BRANCHES:
        _judge_way(node.kind, way)
    goal = way.to or _meeting(process, node)
    if not goal and not (way.step and way.step.ends):
        raise refuse(
            "branch-without-join",
            say("Die Wege von „{name}“ treffen sich nicht wieder.", name=node.label),
            say("Wählen Sie, zu welchem Schritt der neue Weg führt."),
        )
    if goal:
        check_target(node.parent, piece.node(goal))
    net = Net.of(piece, process)
    key = _lay(net, node.parent, gateway, way, goal, node)
    return piece.finish(key)


def remove_way(data: bytes, flow: str, *, file: str = "") -> Edited:
    """Remove one of several ways, with all steps that only it leads to."""
    piece = Workpiece.open(data, file)
    way = piece.flow(flow)
    process = piece.process_of(way)
    net = Net.of(piece, process)
    if len(net.out_of(way.source)) < 2:
        source = process.nodes.get(way.source)
        raise refuse(
            "way-only",
            say("Das ist der einzige Weg von „{name}“.", name=source.label if source else ""),
            say("Führen Sie ihn woandershin, oder entfernen Sie den Schritt."),
        )
    before = net.reached(way.parent)
    net.cut(flow)
    net.sweep(way.parent, before)
    return piece.finish(way.source if piece.has(way.source) else "")


def remove_branch(data: bytes, gateway: str, keep: str, *, file: str = "") -> Edited:
    """Remove a branch: only the way `keep` stays, with the steps on it."""
    piece = Workpiece.open(data, file)
    node = piece.node(gateway)
    if keep not in node.outgoing or len(node.outgoing) < 2:
        raise refuse(
            "branch-keep",
            say("Wählen Sie den Weg von „{name}“, der bleiben soll.", name=node.label),
        )
    process = piece.process_of(node)
    net = Net.of(piece, process)
    before = net.reached(node.parent)
    for flow in node.outgoing:
        if flow != keep:
            net.cut(flow)
    net.sweep(node.parent, before)
    if piece.has(gateway) and len(net.out_of(gateway)) == 1 and len(net.into(gateway)) > 1:
        net.bypass(gateway)
        net.take_out([gateway])
    elif piece.has(keep):
        net.set_condition(keep, "")
    return piece.finish()


def _judged(kind: str, ways: Sequence[NewWay]) -> list[NewWay]:
    if kind not in BRANCHES:
        raise Invalid(
            "kind-unknown",
            say("Diese Art von Verzweigung gibt es nicht: {kind}.", kind=kind),
            say("Wählen Sie eine Art aus der Liste."),
        )
    if len(ways) < 2:
        raise Invalid(
            "branch-few-ways",
            say("Eine Verzweigung hat mindestens zwei Wege."),
            say("Beschreiben Sie auch den zweiten Weg."),
        )
    for way in ways:
        _judge_way(kind, way)
    if kind == "parallelGateway":
        return list(ways)
    if sum(way.default for way in ways) > 1:
        raise Invalid(
            "branch-two-defaults",
            say("Nur ein Weg kann für alle übrigen Fälle gelten."),
            say("Geben Sie dem anderen Weg eine Bedingung."),
        )
    open_ones = [i for i, way in enumerate(ways) if not way.condition and not way.default]
    if len(open_ones) == 1 and not any(way.default for way in ways):
        number = open_ones[0]
        way = ways[number]
        otherwise = NewWay(way.name, "", True, way.step, way.to)
        return [*ways[:number], otherwise, *ways[number + 1 :]]
    return list(ways)


def _judge_way(kind: str, way: NewWay) -> None:
    if kind != "parallelGateway":
        return
    if way.condition or way.default:
        raise Invalid(
            "branch-condition",
            say("Bei gleichzeitigen Wegen gibt es keine Bedingungen: Alle werden gegangen."),
            say("Lassen Sie die Bedingung weg, oder wählen Sie eine andere Art der Verzweigung."),
        )
    if way.step is None and not way.to:
        raise Invalid(
            "branch-empty-way",
            say("Ein gleichzeitiger Weg ohne Schritt bewirkt nichts."),
            say("Nennen Sie den Schritt, der auf diesem Weg getan wird."),
        )


def _gateway(
    piece: Workpiece,
    process: Process,
    parent: str | None,
    kind: str,
    name: str,
    near: Node | None,
) -> str:
    scope: Element = piece.element(parent or process.id)
    name = named(name, needed=False)
    key = piece.new_id(kind, name) if name else piece.free_id(_PLAIN[kind])
    element = piece.make(scope, kind, id=key, **({"name": name} if name else {}))
    piece.put(scope, element, "process" if parent is None else "node")
    if parent is None and near is not None and near.lane_id:
        assign(piece, process, key, near.lane_id)
    return key


_PLAIN = {
    "exclusiveGateway": "Verzweigung_1",
    "inclusiveGateway": "Verzweigung_1",
    "parallelGateway": "Zugleich_1",
}


def _lay(
    net: Net, parent: str | None, split: str, way: NewWay, goal: str, near: Node | None
) -> str:
    """One way from the split; returns the id of its first step, or of the way itself."""
    piece, target = net.piece, way.to or goal
    if way.to:
        check_target(parent, piece.node(way.to))
    first = ""
    if way.step is not None:
        first = make(piece, net.process, parent, way.step, near)
        if not way.step.ends:
            net.connect(parent, first, target)
    flow = net.connect(
        parent, split, first or target, name=" ".join(way.name.split()),
        condition="" if way.default else way.condition.strip(),
    )  # fmt: skip
    if way.default:
        piece.element(split).set("default", flow)
    return first or flow


def _meeting(process: Process, node: Node) -> str:
    ways = Ways.of(process, node.parent)
    targets = [process.flows[key].target for key in node.outgoing]
    return ways.meeting([t for t in targets if t in ways.rank], ()) or ""


def _near(process: Process, place: Place) -> Node | None:
    flow = process.flows.get(place.way)
    return process.nodes.get(flow.source) if flow else None
