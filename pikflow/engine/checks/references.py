"""What a diagram names beside itself: forms, lanes, connectors, called processes, other steps."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from pikflow.engine.checks.report import Report, named
from pikflow.engine.checks.vocabulary import closest
from pikflow.engine.facts import FormFacts, Usage
from pikflow.engine.model import Lane, Model, Node, Process

PEOPLE = ("userTask", "manualTask", "task")


@dataclass(frozen=True)
class World:
    """What exists outside the diagrams; None means that nobody said, so it is not checked."""

    models: tuple[Model, ...]
    lanes: Collection[str] | None = None
    forms: Mapping[str, FormFacts] | None = None
    usages: tuple[Usage, ...] = ()
    connectors: Collection[str] | None = None
    start_names: frozenset[str] = frozenset()
    processes: Mapping[str, Process] = field(default_factory=dict)


def check(model: Model, world: World, report: Report) -> None:
    inheriting = _called_from_lanes(world)
    for process in model.processes.values():
        _lanes(process, world, report)
        for node in process.nodes.values():
            if node.kind in PEOPLE and "connector" not in node.attributes:
                _person(process, node, world, process.id in inheriting, report)
            if node.kind == "task":
                report.information(
                    node,
                    "task-untyped",
                    f"Die {named(node)} hat keine Art und gilt als manuelle Aufgabe.",
                    "Machen Sie daraus eine Benutzer-Aufgabe mit Formular, oder eine Skript- oder "
                    "Dienst-Aufgabe.",
                )
            if node.kind == "callActivity":
                _call(node, world, report)
            if node.kind == "serviceTask" or "connector" in node.attributes:
                _connector(node, world, report)
            if "form" in node.attributes:
                _form(process, node, world, report)
            _four_eyes(node, world, report)
            _event_lane(node, world, report)


# --- lanes -----------------------------------------------------------------------------------


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


def _person(process: Process, node: Node, world: World, inherits: bool, report: Report) -> None:
    if node.lane is None and not (inherits and not process.lanes):
        message = (
            f"Die {named(node)} steht in keiner Bahn. Es ist nicht bestimmt, wer sie bearbeitet."
        )
        hint = "Ordnen Sie die Aufgabe einer Bahn zu."
        if world.lanes is None:
            report.information(node, "task-without-lane", message, hint)
        else:
            report.error(node, "task-without-lane", message, hint)
    if node.kind == "userTask" and "form" not in node.attributes and world.forms is not None:
        report.warning(
            node,
            "form-not-named",
            f"Die {named(node)} nennt kein Formular; sie lässt sich nur abhaken.",
            "Geben Sie ein Formular in pik:form an, oder nehmen Sie eine manuelle Aufgabe.",
        )


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


# --- forms, connectors, calls ----------------------------------------------------------------


def form_ids(node: Node, usages: Collection[Usage]) -> list[str]:
    """The forms `pik:form` may mean: one, or with `catalog:` one per measure with that role."""
    text = node.attributes.get("form", "").strip()
    if not text.startswith("catalog:"):
        return [text] if text else []
    role = text.partition(":")[2]
    return list(dict.fromkeys(usage.forms[role] for usage in usages if role in usage.forms))


def _form(process: Process, node: Node, world: World, report: Report) -> None:
    if world.forms is None:
        return
    text = node.attributes["form"].strip()
    known = frozenset(world.forms)
    if not text:
        report.error(
            node,
            "form-unknown",
            f"Die {named(node)} nennt ein leeres Formular.",
            "Füllen Sie pik:form.",
        )
    elif text.startswith("catalog:"):
        role = text.partition(":")[2]
        for usage in world.usages:
            if role not in usage.forms and process.id in usage.processes:
                report.error(
                    node,
                    "form-role-unknown",
                    f"Die {named(node)} braucht das Formular „{role}“; für „{usage.name}“ ist im "
                    "Katalog keines eingetragen.",
                    closest(role, frozenset(usage.forms))
                    + f"Tragen Sie „{role}“ unter forms der Maßnahme ein.",
                )
    for form in form_ids(node, _of_process(process, world)):
        if form and form not in known:
            report.error(
                node,
                "form-unknown",
                f"Das Formular „{form}“ ({named(node)}) gibt es nicht.",
                closest(form, known) + "Legen Sie es an, oder berichtigen Sie die Kennung.",
            )


def _of_process(process: Process, world: World) -> list[Usage]:
    return [usage for usage in world.usages if process.id in usage.processes]


def _connector(node: Node, world: World, report: Report) -> None:
    name = node.attributes.get("connector", "").strip()
    if not name:
        report.error(
            node,
            "connector-not-named",
            f"Die {named(node)} nennt keinen Konnektor; niemand führt sie aus.",
            "Geben Sie in pik:connector den Namen eines Konnektors an.",
        )
    elif world.connectors is not None and name not in world.connectors:
        report.error(
            node,
            "connector-unknown",
            f"Den Konnektor „{name}“ ({named(node)}) gibt es nicht.",
            closest(name, frozenset(world.connectors))
            + "Registrieren Sie den Konnektor, oder berichtigen Sie den Namen.",
        )


def _call(node: Node, world: World, report: Report) -> None:
    if not node.called:
        report.error(
            node,
            "called-process-not-named",
            f"Der {named(node)} sagt nicht, welchen Prozess er aufruft.",
            "Wählen Sie den Prozess aus (calledElement).",
        )
    elif node.called not in world.processes:
        report.error(
            node,
            "called-process-unknown",
            f"Den Prozess „{node.called}“, den „{node.label}“ aufruft, gibt es nicht.",
            closest(node.called, frozenset(world.processes))
            + "Geben Sie die Datei mit diesem Prozess dazu, oder berichtigen Sie die Kennung.",
        )


def _four_eyes(node: Node, world: World, report: Report) -> None:
    text = node.attributes.get("fourEyes")
    if text is None:
        return
    tasks = {
        key: other.kind
        for process in world.processes.values()
        for key, other in process.nodes.items()
    }
    names = [name.strip() for name in text.split(",") if name.strip()]
    if not names:
        report.error(
            node,
            "four-eyes-unknown",
            f"Die Vier-Augen-Regel an „{node.label}“ nennt keinen Schritt.",
            "Nennen Sie in pik:fourEyes die Kennungen der Schritte, die eine andere Person "
            "erledigt haben muss.",
        )
    for name in names:
        if name not in tasks:
            people = frozenset(key for key, kind in tasks.items() if kind in PEOPLE)
            report.error(
                node,
                "four-eyes-unknown",
                f"Die Vier-Augen-Regel an „{node.label}“ nennt „{name}“; diesen Schritt gibt es "
                "nicht.",
                closest(name, people) + "Nennen Sie die Kennung einer Aufgabe.",
            )
        elif tasks[name] not in PEOPLE:
            report.error(
                node,
                "four-eyes-not-a-task",
                f"Die Vier-Augen-Regel an „{node.label}“ nennt „{name}“; das bearbeitet keine "
                "Person.",
                "Nennen Sie die Kennung einer Aufgabe.",
            )
