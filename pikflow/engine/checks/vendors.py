"""What other products say: kept in the file, not evaluated, and what to use here instead."""

from collections.abc import Iterable, Iterator

from pikflow.engine.checks.report import Place, Report, Spot, named
from pikflow.engine.decisions.calls import READ
from pikflow.engine.model import Flow, Model, Named, Node, Process, VendorItem
from pikflow.engine.reading import children, line_of, vendor_items

_FORM = "Das Formular nennt hier pik:form."
_LANE = "Wer eine Aufgabe bearbeitet, sagt hier die Bahn."
_SERVICE = "Einen Dienst nennt hier pik:connector, seine Eingabe pik:input."
_DATA = "Werte setzt hier eine Skript-Aufgabe; Ergebnisse nennt pik:result."
_LIST = "Die Liste einer Mehrfachausführung nennt hier loopDataInputRef."
_DUE = "Eine Frist nennt hier pik:due, eine Wiedervorlage setzt die bearbeitende Person."
_JOBS = "Wiederholungen nach Fehlern macht die Prozess-Maschine selbst."
_PINNED = "Ein Vorgang behält die Entscheidungen, mit denen er begonnen hat."
INSTEAD = {
    **dict.fromkeys(("formKey", "formRef", "formRefBinding", "formData", "formDefinition"), _FORM),
    **dict.fromkeys(("formProperty", "formFieldValidation", "userTaskForm", "Formularios"), _FORM),
    **dict.fromkeys(("assignee", "candidateUsers", "candidateGroups", "owner"), _LANE),
    **dict.fromkeys(("assignmentDefinition", "initiator", "candidateStarterGroups"), _LANE),
    **dict.fromkeys(("class", "delegateExpression", "expression", "type", "topic"), _SERVICE),
    **dict.fromkeys(
        ("taskDefinition", "connector", "field", "taskHeaders", "resultVariable"), _SERVICE
    ),
    **dict.fromkeys(("inputOutput", "ioMapping", "properties", "in", "out", "script"), _DATA),
    **dict.fromkeys(("collection", "elementVariable", "loopCharacteristics"), _LIST),
    **dict.fromkeys(("dueDate", "followUpDate", "priority", "taskSchedule"), _DUE),
    **dict.fromkeys(("asyncBefore", "asyncAfter", "async", "exclusive"), _JOBS),
    **dict.fromkeys(("jobPriority", "failedJobRetryTimeCycle", "retryCounter"), _JOBS),
    "subscription": "Für welchen Vorgang eine Nachricht ist, sagt hier pik:key am Ereignis.",
    "calledElement": "Den aufgerufenen Prozess nennt hier das Attribut calledElement.",
    **dict.fromkeys(("decisionRefBinding", "decisionRefVersion", "bindingType"), _PINNED),
    "decisionRefTenantId": _PINNED,
    "executionListener": "Was vor oder nach einem Schritt geschieht, ist hier ein eigener Schritt.",
    "taskListener": "Was vor oder nach einem Schritt geschieht, ist hier ein eigener Schritt.",
    "userTask": _FORM,
}
_OTHERWISE = "Die Angabe bleibt in der Datei erhalten. Sie können sie auch entfernen."


def check(model: Model, report: Report) -> None:
    for named_thing in _named_things(model):
        _name(named_thing, report)
    for place, items in _beside(model):
        _tell(place, f"„{place.id}“", items, report)
    for process in model.processes.values():
        _report(process, process, report)
        for node in process.nodes.values():
            _report(process, node, report)
        for flow in process.flows.values():
            _report(process, flow, report)


def _named_things(model: Model) -> Iterator[Named]:
    for table in (model.messages, model.signals, model.errors, model.escalations):
        yield from table.values()


def _beside(model: Model) -> Iterator[tuple[Spot, tuple[VendorItem, ...]]]:
    """What other products say at messages and the like."""
    root = model.tree.getroot() if model.tree is not None else None
    for element in () if root is None else children(root, "message", "signal", "error"):
        yield Spot(element.get("id", ""), line_of(element)), vendor_items(element)


def _name(thing: Named, report: Report) -> None:
    """Names that other products work out while a case runs are plain texts here."""
    text = thing.code or thing.name
    if text.startswith(("=", "${", "#{")) or "${" in text:
        report.error(
            thing,
            "name-is-expression",
            f"Der Name „{text}“ ist ein Ausdruck; verglichen würde der Text selbst.",
            "Nehmen Sie einen festen Namen. Welcher Vorgang gemeint ist, sagt pik:key.",
        )


def _report(process: Process, thing: Node | Flow | Process, report: Report) -> None:
    called = isinstance(thing, Node) and thing.kind == "businessRuleTask"
    items = tuple(item for item in thing.vendor if not (called and item.name in READ))
    _tell(thing, named(thing, process), items, report)


def _tell(place: Place, where: str, items: Iterable[VendorItem], report: Report) -> None:
    seen: set[tuple[str, str]] = set()
    for item in items:
        if (item.namespace, item.name) in seen:
            continue
        seen.add((item.namespace, item.name))
        report.information(
            place,
            "vendor-attribute",
            f"Die Angabe {_shown(item)} wird nicht ausgewertet: {where}.",
            INSTEAD.get(item.name, _OTHERWISE),
        )


def _shown(item: VendorItem) -> str:
    return f"{item.prefix}:{item.name}" if item.prefix else f"{item.name} ({item.namespace})"
