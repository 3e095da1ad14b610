"""What other products say: kept in the file, not evaluated, and what to use here instead."""

from pikflow.engine.checks.report import Report, named
from pikflow.engine.decisions.calls import READ
from pikflow.engine.model import Flow, Model, Node, Process, VendorItem

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
    "calledElement": "Den aufgerufenen Prozess nennt hier das Attribut calledElement.",
    **dict.fromkeys(("decisionRefBinding", "decisionRefVersion", "bindingType"), _PINNED),
    "decisionRefTenantId": _PINNED,
    "executionListener": "Was vor oder nach einem Schritt geschieht, ist hier ein eigener Schritt.",
    "taskListener": "Was vor oder nach einem Schritt geschieht, ist hier ein eigener Schritt.",
    "userTask": _FORM,
}
_OTHERWISE = "Die Angabe bleibt in der Datei erhalten. Sie können sie auch entfernen."


def check(model: Model, report: Report) -> None:
    for process in model.processes.values():
        _report(process, process, report)
        for node in process.nodes.values():
            _report(process, node, report)
        for flow in process.flows.values():
            _report(process, flow, report)


def _report(process: Process, thing: Node | Flow | Process, report: Report) -> None:
    seen: set[tuple[str, str]] = set()
    called = isinstance(thing, Node) and thing.kind == "businessRuleTask"
    for item in thing.vendor:
        if called and item.name in READ:
            continue
        if (item.namespace, item.name) in seen:
            continue
        seen.add((item.namespace, item.name))
        where = named(thing, process)
        report.information(
            thing,
            "vendor-attribute",
            f"Die Angabe {_shown(item)} wird nicht ausgewertet: {where}.",
            INSTEAD.get(item.name, _OTHERWISE),
        )


def _shown(item: VendorItem) -> str:
    return f"{item.prefix}:{item.name}" if item.prefix else f"{item.name} ({item.namespace})"
