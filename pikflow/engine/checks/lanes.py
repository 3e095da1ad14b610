"""Lanes: mapped by the catalog, every task of a person in exactly one."""

from pikflow.engine.checks.report import Report, named
from pikflow.engine.checks.vocabulary import closest
from pikflow.engine.checks.world import PEOPLE, World
from pikflow.engine.model import Lane, Model, Node, Process


def check(model: Model, world: World, report: Report) -> None:
    inheriting = _called_from_lanes(world)
    for process in model.processes.values():
        _lanes(process, world, report)
        for node in process.nodes.values():
            if node.kind in PEOPLE and "connector" not in node.attributes:
                _task(process, node, world, process.id in inheriting, report)
            _event_lane(node, world, report)


def _lanes(process: Process, world: World, report: Report) -> None:
    holder: dict[str, Lane] = {}
    for lane in process.lanes:
        for key in lane.nodes:
            if key not in process.nodes:
                report.warning(
                    lane,
                    "lane-node-missing",
                    f"Die Bahn „{lane.name}“ führt „{key}“ auf; das gibt es nicht.",
                    "Speichern Sie die Datei im Modellierungswerkzeug neu.",
                )
                continue
            other = holder.get(key)
            if other is not None and other.depth == lane.depth:
                report.error(
                    process.nodes[key],
                    "lane-twice",
                    f"{named(process.nodes[key])} steht in zwei Bahnen: „{other.name}“ und "
                    f"„{lane.name}“.",
                    "Ordnen Sie den Schritt genau einer Bahn zu.",
                )
            holder[key] = lane
        mine = [process.nodes[key] for key in lane.nodes if key in process.nodes]
        inner = any(other.parent == lane.id for other in process.lanes)
        if not inner or any(node.lane_id == lane.id for node in mine):
            _lane(lane, mine, world, report)


def _lane(lane: Lane, nodes: list[Node], world: World, report: Report) -> None:
    if not lane.name.strip():
        if nodes:
            report.error(
                lane,
                "lane-without-name",
                "Eine Bahn hat keinen Namen. Über den Namen wird bestimmt, wer die Aufgaben "
                "bearbeitet.",
                "Benennen Sie die Bahn, zum Beispiel wie im Katalog.",
            )
        return
    if world.lanes is not None and lane.name not in world.lanes:
        report.error(
            lane,
            "lane-unmapped",
            f"Für die Bahn „{lane.name}“ steht nicht im Katalog, wer sie bearbeitet.",
            closest(lane.name, frozenset(world.lanes))
            + "Tragen Sie die Bahn unter lanes im Katalog ein, oder benennen Sie sie um.",
        )


def _called_from_lanes(world: World) -> set[str]:
    """Processes whose callers all stand in a lane; tasks without one inherit the caller's."""
    calls: dict[str, list[tuple[str, str | None]]] = {}
    for process in world.processes.values():
        for node in process.nodes.values():
            if node.kind == "callActivity" and node.called:
                calls.setdefault(node.called, []).append((process.id, node.lane))
    good = set(calls)
    changed = True
    while changed:
        changed = False
        for key in sorted(good):
            if any(lane is None and caller not in good for caller, lane in calls[key]):
                good.discard(key)
                changed = True
    return good


def _task(process: Process, node: Node, world: World, inherits: bool, report: Report) -> None:
    if node.lane is None and not (inherits and not process.lanes):
        message = (
            f"Die {named(node)} steht in keiner Bahn. Es ist nicht bestimmt, wer sie bearbeitet."
        )
        hint = "Ordnen Sie die Aufgabe einer Bahn zu."
        if world.lanes is None:
            report.information(node, "task-without-lane", message, hint)
        else:
            report.error(node, "task-without-lane", message, hint)


def _event_lane(node: Node, world: World, report: Report) -> None:
    lane = node.attributes.get("lane")
    if lane is None and "form" in node.attributes and node.events:
        report.error(
            node,
            "event-form-without-lane",
            f"Das {named(node)} nennt ein Formular, aber nicht, wem es angeboten wird.",
            "Nennen Sie in pik:lane die Bahn, deren Personen das Ereignis auslösen dürfen.",
        )
    if lane is not None and world.lanes is not None and lane not in world.lanes:
        report.error(
            node,
            "lane-unmapped",
            f"Für die Bahn „{lane}“ ({named(node)}) steht nicht im Katalog, wer sie bearbeitet.",
            closest(lane, frozenset(world.lanes))
            + "Nennen Sie in pik:lane eine Bahn des Katalogs.",
        )
