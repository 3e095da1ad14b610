"""Events: kinds that run, references that exist, boundary events on a border, timers that tick."""

from collections.abc import Mapping

from pikflow.engine.checks import races, timers
from pikflow.engine.checks.report import Report, named
from pikflow.engine.model import EventDefinition, Model, Named, Node, Process

# Which event definitions run where; tests/unit/engine/test_events.py shows each.
CAUGHT = frozenset({"timer", "message", "signal", "conditional"})
BORDER = CAUGHT | {"error", "escalation"}
THROWN = frozenset({"message", "signal", "escalation", "compensate"})
ENDING = THROWN | {"error", "terminate"}
STARTING = frozenset({"message", "signal", "timer"})

GERMAN = {
    "timer": "Zeit",
    "message": "Nachricht",
    "signal": "Signal",
    "error": "Fehler",
    "escalation": "Eskalation",
    "conditional": "Bedingung",
    "terminate": "Abbruch aller Wege",
    "link": "Link",
    "compensate": "Kompensation",
    "cancel": "Abbruch der Transaktion",
}
_HOSTS = (
    "Task",
    "task",
    "callActivity",
    "subProcess",
    "transaction",
    "adHocSubProcess",
)


def check(model: Model, report: Report) -> None:
    for process in model.processes.values():
        for node in process.nodes.values():
            if node.kind.endswith("Event"):
                _event(process, node, report)
            for event in node.events:
                _references(model, node, event, report)
                if event.kind == "link" and node.kind.startswith("intermediate"):
                    _link(process, node, event, report)
            if node.kind in ("receiveTask", "sendTask") and "connector" not in node.attributes:
                _message_task(model, node, report)
            if node.kind == "eventBasedGateway":
                races.check(process, node, report)
            if node.kind == "subProcess" and node.triggered:
                _event_sub_process(process, node, report)


def _event(process: Process, node: Node, report: Report) -> None:
    if len(node.events) > 1 or node.parallel_multiple:
        report.error(
            node,
            "event-multiple",
            f"Das {named(node)} hat mehrere Auslöser.",
            "Nehmen Sie für jeden Auslöser ein eigenes Ereignis.",
        )
        return
    if node.kind == "boundaryEvent":
        _boundary(process, node, report)
    event = node.event
    allowed = _allowed(process, node)
    if event is not None and event.kind not in allowed:
        report.error(
            node,
            "event-unsupported",
            f"Das {named(node)} mit dem Auslöser „{GERMAN.get(event.kind, event.kind)}“ wird an "
            "dieser Stelle nicht unterstützt.",
            _instead(node, allowed),
        )
    if event is None and node.kind in ("intermediateCatchEvent", "boundaryEvent"):
        report.error(
            node,
            "event-without-trigger",
            f"Das {named(node)} hat keinen Auslöser und würde nie eintreten.",
            "Wählen Sie aus, worauf es wartet: Zeit, Nachricht, Signal oder Bedingung.",
        )


def _allowed(process: Process, node: Node) -> frozenset[str]:
    if node.kind == "startEvent":
        around = process.nodes.get(node.parent or "")
        if around is None:
            return STARTING
        return BORDER | {"compensate"} if around.triggered else frozenset()
    host = process.nodes.get(node.attached_to or node.parent or "")
    cancel = {"cancel"} if host is not None and host.kind == "transaction" else set()
    return {
        "intermediateCatchEvent": CAUGHT | {"link"},
        "boundaryEvent": BORDER | {"compensate"} | cancel,
        "intermediateThrowEvent": THROWN | {"link"},
        "endEvent": ENDING | cancel,
    }.get(node.kind, frozenset())


def _instead(node: Node, allowed: frozenset[str]) -> str:
    if node.kind == "startEvent" and not node.parent:
        return (
            "Ein Vorgang beginnt durch eine Person, eine Nachricht, ein Signal oder nach der Uhr. "
            "Nehmen Sie ein Startereignis ohne Auslöser und danach ein Zwischenereignis."
        )
    words = ", ".join(sorted(GERMAN[kind] for kind in allowed))
    return f"Möglich sind hier: {words}." if words else "Nehmen Sie ein Ereignis ohne Auslöser."


def _boundary(process: Process, node: Node, report: Report) -> None:
    host = process.nodes.get(node.attached_to or "")
    if host is None or not host.kind.endswith(_HOSTS) or host.parent != node.parent:
        report.error(
            node,
            "boundary-host-missing",
            f"Das {named(node)} hängt an keiner Aktivität.",
            "Ziehen Sie das Ereignis auf den Rand einer Aufgabe oder eines Unterprozesses.",
        )
        return
    kind = node.event.kind if node.event else ""
    if not node.outgoing and kind != "compensate":
        report.error(
            node,
            "boundary-without-way",
            f"Vom {named(node)} an „{host.label}“ führt kein Weg weg.",
            "Verbinden Sie das Randereignis mit dem, was dann geschehen soll.",
        )
    if kind in ("error", "cancel") and not node.interrupting:
        report.error(
            node,
            f"boundary-{kind}-not-interrupting",
            f"Das {named(node)} ({GERMAN[kind]}) unterbricht „{host.label}“ nicht.",
            "Es unterbricht immer (BPMN 2.0, 10.5.4). Stellen Sie es auf unterbrechend.",
        )


def _references(model: Model, node: Node, event: EventDefinition, report: Report) -> None:
    tables: dict[str, Mapping[str, Named]] = {
        "message": model.messages,
        "signal": model.signals,
        "error": model.errors,
        "escalation": model.escalations,
    }
    if event.kind == "timer":
        timers.check(node, event, report)
        return
    if event.kind == "conditional":
        _conditional(node, event, report)
        return
    table = tables.get(event.kind)
    if table is None:
        return
    word = GERMAN[event.kind]
    catches_all = node.kind in ("boundaryEvent", "startEvent") and event.kind in (
        "error",
        "escalation",
    )
    if event.reference is None and not catches_all:
        report.error(
            node,
            f"{event.kind}-missing",
            f"Beim {named(node)} ist nicht angegeben, welche {word} gemeint ist."
            if event.kind in ("message", "escalation")
            else f"Beim {named(node)} ist nicht angegeben, welches {word} gemeint ist."
            if event.kind == "signal"
            else f"Beim {named(node)} ist nicht angegeben, welcher {word} gemeint ist.",
            f"Legen Sie das Element „{word}“ an und wählen Sie es am Ereignis aus.",
        )
    elif event.reference is not None and event.reference not in table:
        report.error(
            node,
            f"{event.kind}-missing",
            f"Das {named(node)} verweist auf „{event.reference}“ ({word}); das gibt es nicht.",
            f"Legen Sie „{event.reference}“ an, oder wählen Sie ein vorhandenes Element.",
        )


def _message_task(model: Model, node: Node, report: Report) -> None:
    reference = node.element.get("messageRef") if node.element is not None else None
    key = (reference or "").rpartition(":")[2]
    if key in model.messages:
        return
    report.error(
        node,
        "message-missing",
        f"Bei der {named(node)} ist keine vorhandene Nachricht angegeben.",
        "Wählen Sie eine Nachricht aus. Soll ein Dienst aufgerufen werden, nehmen Sie eine "
        "Dienst-Aufgabe mit pik:connector.",
    )


def _conditional(node: Node, event: EventDefinition, report: Report) -> None:
    if not event.text.strip():
        report.error(
            node,
            "condition-missing",
            f"Beim {named(node)} fehlt die Bedingung.",
            "Schreiben Sie einen Ausdruck, zum Beispiel: antrag.vollstaendig == true",
        )


def _event_sub_process(process: Process, node: Node, report: Report) -> None:
    starts = [n for n in process.inside(node.id) if n.kind == "startEvent"]
    if len(starts) != 1 or len(starts[0].events) != 1:
        report.error(
            node,
            "event-sub-process-start",
            f"Der Ereignis-Unterprozess „{node.label}“ braucht genau ein Startereignis mit "
            "Auslöser.",
            "Wählen Sie aus, worauf er wartet: Zeit, Nachricht, Signal oder Bedingung.",
        )
        return
    if starts[0].events[0].kind == "error" and not starts[0].interrupting:
        report.error(
            starts[0],
            "start-error-not-interrupting",
            f"Das Fehlerereignis „{starts[0].label}“ unterbricht den Vorgang nicht.",
            "Fehlerereignisse unterbrechen immer (BPMN 2.0, 10.5.2). Stellen Sie es auf "
            "unterbrechend.",
        )


def _link(process: Process, node: Node, event: EventDefinition, report: Report) -> None:
    """A link leads from any number of throwing events to one catching event of its scope."""
    throws = node.kind == "intermediateThrowEvent"
    ends = process.linked(node)
    twins = [n for n in process.linked(ends[0]) if n.id != node.id] if ends else []
    if not event.text.strip():
        report.error(
            node,
            "link-without-name",
            f"Das {named(node)} hat keinen Link-Namen.",
            "Geben Sie beiden Enden des Links denselben Namen.",
        )
    elif not ends:
        report.error(
            node,
            "link-end-missing",
            f"Zum Link „{event.text}“ ({named(node)}) fehlt das andere Ende.",
            "Zeichnen Sie das andere Ereignis im selben Prozess oder Unterprozess, mit demselben "
            "Link-Namen.",
        )
    elif not throws and twins:
        report.error(
            node,
            "link-end-twice",
            f"Der Link „{event.text}“ ({named(node)}) hat mehr als ein Ziel.",
            "Ein Link führt zu genau einem Ereignis. Geben Sie dem anderen einen eigenen Namen.",
        )
    if node.outgoing if throws else node.incoming:
        report.error(
            node,
            "link-with-flow",
            f"Am {named(node)} hängt zusätzlich ein Sequenzfluss.",
            "Ein Link ersetzt den Sequenzfluss: Der Weg endet am werfenden Ereignis und geht beim "
            "fangenden weiter.",
        )
