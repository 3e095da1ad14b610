"""Lanes: who works a step, and the lanes a process has."""

from pikflow.engine.editing.workpiece import (
    Edited,
    Workpiece,
    bpmn_children,
    child_of,
    refuse,
)
from pikflow.engine.model import Lane, Process
from pikflow.engine.reading import reference
from pikflow.engine.source import Element
from pikflow.texts import say


def add_lane(data: bytes, name: str, *, process: str = "", file: str = "") -> Edited:
    """A further lane below the others; the first one of a process takes all its steps."""
    from_file = Workpiece.open(data, file)
    key = new_lane(from_file, from_file.process(process), name)
    return from_file.finish(key)


def rename_lane(data: bytes, lane: str, name: str, *, file: str = "") -> Edited:
    piece = Workpiece.open(data, file)
    found, process = _lane(piece, lane)
    name = _named(name)
    if any(other.name == name and other.id != found.id for other in process.lanes):
        raise _twice(name)
    piece.element(found.id).set("name", name)
    return piece.finish(found.id)


def remove_lane(data: bytes, lane: str, *, to: str = "", file: str = "") -> Edited:
    """Remove a lane; its steps go to the lane `to`, which an empty lane needs not name."""
    piece = Workpiece.open(data, file)
    found, process = _lane(piece, lane)
    if any(other.parent == found.id for other in process.lanes):
        raise refuse(
            "lane-has-lanes",
            say("In der Bahn „{name}“ liegen weitere Bahnen.", name=found.name),
            say("Entfernen Sie zuerst die inneren Bahnen."),
        )
    nodes = [key for key in found.nodes if key in process.nodes]
    if nodes:
        target = next((other for other in process.lanes if other.id == to), None)
        if target is None or target.id == found.id:
            raise refuse(
                "lane-not-empty",
                say("In der Bahn „{name}“ stehen noch Schritte.", name=found.name),
                say("Wählen Sie die Bahn, in die diese Schritte kommen."),
            )
        for key in nodes:
            assign(piece, process, key, target.id)
    element = piece.element(found.id)
    around = element.parent
    piece.drop(element)
    if around is not None and child_of(around, "lane") is None:
        piece.drop(around)
    return piece.finish()


def new_lane(piece: Workpiece, process: Process, name: str) -> str:
    """Puts the lane into the file; returns its id."""
    name = _named(name)
    if any(lane.name == name for lane in process.lanes):
        raise _twice(name)
    element = piece.element(process.id)
    key = piece.new_id("lane", name)
    lane_set = child_of(element, "laneSet")
    first = lane_set is None
    if lane_set is None:
        lane_set = piece.make(element, "laneSet", id=piece.free_id(f"Bahnen_{process.id}"))
        piece.put(element, lane_set, "process")
    lane = piece.make(lane_set, "lane", id=key, name=name)
    piece.put(lane_set, lane, "laneSet")
    if first:
        for node in process.inside(None):
            _refer(piece, lane, node.id)
    return key


def lane_for(piece: Workpiece, process: Process, wanted: str) -> str:
    """The id of a lane named by id or name; a name the process lacks becomes a new lane."""
    for lane in process.lanes:
        if wanted in (lane.id, lane.name):
            if any(other.parent == lane.id for other in process.lanes):
                break
            return lane.id
    element = piece.element(process.id)
    for made in element.walk():  # made by this very change
        if made.local == "lane" and made.get("name") == wanted:
            return made.get("id") or ""
    return new_lane(piece, process, wanted)


def assign(piece: Workpiece, process: Process, node: str, lane: str) -> None:
    """Put a node into a lane, out of any other."""
    for element in list(piece.element(process.id).walk()):
        if element.local == "flowNodeRef" and reference(element.text) == node:
            if element.parent is not None and element.parent.get("id") == lane:
                return
            piece.drop(element)
    _refer(piece, piece.element(lane), node)
    piece.moved.add(node)


def _refer(piece: Workpiece, lane: Element, node: str) -> None:
    entry = piece.make(lane, "flowNodeRef")
    entry.write(node)
    known = list(bpmn_children(lane, "flowNodeRef"))
    if known:
        lane.insert(entry, lane.content.index(known[-1]) + 1)
    else:
        piece.put(lane, entry, "lane")


def _lane(piece: Workpiece, key: str) -> tuple[Lane, Process]:
    for process in piece.before.processes.values():
        for lane in process.lanes:
            if lane.id == key and piece.has(key):
                return lane, process
    raise refuse("lane-unknown", say("Diese Bahn gibt es nicht oder nicht mehr."))


def _named(name: str) -> str:
    name = " ".join(name.split())
    if not name:
        raise refuse(
            "lane-without-name",
            say("Die Bahn braucht einen Namen."),
            say(
                "Wählen Sie eine Bahn des Katalogs: Der Name bestimmt, wer die Schritte bearbeitet."
            ),
        )
    return name


def _twice(name: str) -> Exception:
    return refuse(
        "lane-twice", say("Die Bahn „{name}“ gibt es in diesem Prozess schon.", name=name)
    )
