"""How a process begins: one plain start event, and any number of others something sets off."""

from pikflow.engine.checks.report import Report, named
from pikflow.engine.checks.world import World
from pikflow.engine.model import Model, Node, Process

_HINT = "Zeichnen Sie genau ein Startereignis ohne Auslöser."


def check(model: Model, world: World, report: Report) -> None:
    for process in model.processes.values():
        for node in process.inside(None):
            if node.kind == "startEvent" and world.lanes is not None:
                _timer(node, report)
        for node in process.nodes.values():
            if node.kind == "callActivity":
                _called(node, world, report)


def several(process: Process, scope: str | None, report: Report) -> None:
    """Only the process itself may begin at several places, each with a trigger of its own."""
    starts = [node for node in process.inside(scope) if node.kind == "startEvent"]
    around: Node | Process = process.nodes[scope] if scope else process
    plain = [node for node in starts if not node.events]
    begins = next(iter([*plain, *starts]), None)
    for other in starts:
        if other is begins or (scope is None and other.events):
            continue
        report.error(
            other,
            "start-several",
            f"Im {named(around)} gibt es mehrere Startereignisse. Er beginnt bei "
            f"„{begins.label if begins else ''}“; „{other.label}“ würde nie eintreten.",
            f"{_HINT} Mehrere Anfänge führt ein exklusives Gateway zusammen.",
        )


def _timer(node: Node, report: Report) -> None:
    """Where cases have applicants, nobody could be the applicant of a case the clock begins."""
    if node.event is None or node.event.kind != "timer":
        return
    report.error(
        node,
        "start-by-timer",
        f"Das {named(node)} soll Vorgänge nach der Uhr beginnen. Ein Vorgang gehört aber einer "
        "antragstellenden Organisation, und die ist hier nicht bekannt.",
        "Beginnen Sie den Vorgang durch eine Person, oder durch eine Nachricht mit „antragsteller“ "
        "in pik:input, die ein anderer Vorgang zur rechten Zeit sendet.",
    )


def _called(node: Node, world: World, report: Report) -> None:
    """A call begins the process at its start event without a trigger (BPMN 2.0, 10.5.2)."""
    called = world.processes.get(node.called or "")
    starts = [n for n in called.inside(None) if n.kind == "startEvent"] if called else []
    if not starts or any(not start.events for start in starts):
        return
    report.error(
        node,
        "called-start-missing",
        f"„{node.label}“ ruft „{called.label if called else ''}“ auf, der nur durch ein Ereignis "
        "beginnt.",
        "Ein Prozess, der aufgerufen wird, braucht ein Startereignis ohne Auslöser.",
    )
