"""Undoing: handlers that are joined to what they undo, events that find something, transactions."""

from pikflow.engine.checks.report import Report, named
from pikflow.engine.checks.world import World
from pikflow.engine.model import Model, Node, Process

METHODS = frozenset({"", "compensate", "##Compensate"})
SCOPES = ("subProcess", "transaction", "callActivity")


def check(model: Model, world: World, report: Report) -> None:
    called = {n.called for p in world.processes.values() for n in p.nodes.values()}
    for process in model.processes.values():
        for node in process.nodes.values():
            if node.for_compensation:
                _handler(process, node, report)
            if node.kind == "transaction":
                _transaction(process, node, report)
            if not undoes(node):
                continue
            if node.kind == "boundaryEvent":
                _boundary(process, node, report)
            elif node.kind in ("intermediateThrowEvent", "endEvent"):
                _throw(process, node, report)
            elif node.kind == "startEvent" and process.id not in called:
                _never(process, node, report)


def undoes(node: Node) -> bool:
    """Whether the event is one of compensation."""
    return node.event is not None and node.event.kind == "compensate"


def _boundary(process: Process, node: Node, report: Report) -> None:
    handlers = process.handlers(node)
    if len(handlers) != 1 or not handlers[0].for_compensation:
        report.error(
            node,
            "compensation-handler-missing",
            f"Zum {named(node)} gehört keine Aktivität, die „{_host(process, node)}“ rückgängig "
            "macht.",
            "Verbinden Sie das Ereignis durch eine Assoziation mit genau einer Aktivität, die als "
            "Kompensation gekennzeichnet ist (isForCompensation).",
        )
    if node.outgoing:
        _with_flow(node, report)
    twins = [n for n in process.boundaries(node.attached_to or "") if undoes(n)]
    beside = [n for n in process.inside(node.attached_to) if n.triggered]
    if len(twins) > 1 or any(undoes(n) for one in beside for n in process.inside(one.id)):
        report.error(
            node,
            "compensation-twice",
            f"„{_host(process, node)}“ hat mehr als eine Kompensation.",
            "Lassen Sie entweder ein Randereignis oder einen Ereignis-Unterprozess stehen.",
        )


def _handler(process: Process, node: Node, report: Report) -> None:
    if node.incoming or node.outgoing or process.boundaries(node.id):
        _with_flow(node, report)
    if node.triggered or not any(
        undoes(n) and node in process.handlers(n) for n in _edges(process)
    ):
        report.error(
            node,
            "compensation-handler-unused",
            f"„{node.label}“ macht etwas rückgängig, ist aber mit keinem Kompensationsereignis "
            "verbunden und würde nie ausgeführt.",
            "Ziehen Sie eine Assoziation vom Kompensationsereignis am Rand der Aktivität, um die "
            "es geht.",
        )


def _edges(process: Process) -> list[Node]:
    return [node for node in process.nodes.values() if node.kind == "boundaryEvent"]


def _with_flow(node: Node, report: Report) -> None:
    report.error(
        node,
        "compensation-with-flow",
        f"An „{node.label}“ hängt ein Sequenzfluss oder Randereignis.",
        "Eine Kompensation steht außerhalb des Ablaufs; nur eine Assoziation führt zu ihr.",
    )


def _throw(process: Process, node: Node, report: Report) -> None:
    wanted = node.event.reference if node.event else None
    here = [n for scope in _visible(process, node) for n in process.inside(scope)]
    can = {n.id for n in here if _undoable(process, n)}
    if wanted is not None and wanted not in can:
        report.error(
            node,
            "compensation-target",
            f"Das {named(node)} soll „{wanted}“ rückgängig machen; das geht von dort aus nicht.",
            "Möglich sind Aktivitäten derselben Ebene mit einem Kompensationsereignis am Rand, "
            "außerdem Unterprozesse und Aufrufe.",
        )
    elif not can:
        report.warning(
            node,
            "compensation-nothing",
            f"Das {named(node)} findet nichts, was sich rückgängig machen lässt.",
            "Hängen Sie Kompensationsereignisse an die Aktivitäten, um die es geht.",
        )


def _visible(process: Process, node: Node) -> list[str | None]:
    """The scopes whose activities the event can undo: see engine.compensable.visible."""
    around = process.nodes.get(node.parent or "")
    return (
        [node.parent, around.parent] if around is not None and around.triggered else [node.parent]
    )


def _undoable(process: Process, node: Node) -> bool:
    if node.kind in SCOPES and not node.triggered and "cases" not in node.attributes:
        return True
    return any(undoes(event) for event in process.boundaries(node.id))


def _never(process: Process, node: Node, report: Report) -> None:
    around = process.nodes.get(node.parent or "")
    if around is not None and around.parent is None:
        report.warning(
            node,
            "compensation-never",
            f"Das {named(node)} tritt nie ein: Ein Vorgang als Ganzes wird nicht rückgängig "
            "gemacht.",
            "Das gibt es nur in Unterprozessen und in Prozessen, die ein anderer aufruft.",
        )


def _transaction(process: Process, node: Node, report: Report) -> None:
    method = (node.element.get("method") or "") if node.element is not None else ""
    if method not in METHODS:
        report.error(
            node,
            "transaction-method",
            f"Die {named(node)} soll mit „{method}“ abgesichert werden. Das wird nicht "
            "unterstützt.",
            "Lassen Sie die Angabe weg: Ein Abbruch macht rückgängig, was erledigt ist.",
        )
    ends = [
        n
        for n in process.inside(node.id)
        if n.kind == "endEvent" and any(e.kind == "cancel" for e in n.events)
    ]
    catches = [n for n in process.boundaries(node.id) if any(e.kind == "cancel" for e in n.events)]
    if ends and len(catches) != 1:
        report.error(
            node,
            "cancel-boundary-missing",
            f"Die {named(node)} kann abgebrochen werden, hat aber nicht genau ein "
            "Abbruch-Ereignis am Rand.",
            "Hängen Sie ein Abbruch-Ereignis an den Rand, das sagt, wie es dann weitergeht.",
        )
    if ends and node.loop is not None:
        report.error(
            node,
            "cancel-in-loop",
            f"Die {named(node)} wird mehrfach ausgeführt und kann abgebrochen werden.",
            "Legen Sie die Transaktion in einen Unterprozess, der mehrfach ausgeführt wird.",
        )


def _host(process: Process, node: Node) -> str:
    host = process.nodes.get(node.attached_to or "")
    return host.label if host else node.attached_to or ""
