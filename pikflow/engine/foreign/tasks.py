"""What people and services do at a step: forms, deadlines, who does it, scripts, calls."""

import re
from collections.abc import Mapping

from lxml import etree

from pikflow.engine.checks.work import OUR_FORMATS
from pikflow.engine.checks.world import PEOPLE
from pikflow.engine.foreign.desk import Desk, label_of
from pikflow.engine.foreign.forms import form_key
from pikflow.engine.foreign.products import JUEL_PRODUCTS
from pikflow.engine.foreign.times import read_time
from pikflow.engine.model import Node
from pikflow.engine.reading import children, text_of
from pikflow.expressions.errors import ExpressionError
from pikflow.expressions.pieces import NAME, Piece, Untranslatable, finished

_GROUPS = ("candidateGroups", "candidateUsers", "assignee", "owner")
_SERVICES = (
    *("class", "delegateExpression", "expression", "topic", "type", "actionRef", "decisionRef"),
)
_CONNECTOR = (
    "Was hier geschieht, macht ein Konnektor: Nennen Sie ihn in pik:connector, seine Eingabe in "
    "pik:input."
)
_LANE = "Zeichnen Sie die Aufgabe in die Bahn dieser Stelle; der Katalog gibt der Bahn eine Rolle."


def translate(desk: Desk, node: Node, element: etree._Element, forms: Mapping[str, str]) -> None:
    """Everything about one flow node; `forms` are ids of our forms by the keys of the file."""
    _form(desk, node, element, forms)
    if node.kind in PEOPLE:
        _due(desk, node, element)
        _workers(desk, node, element)
    elif node.kind in ("serviceTask", "sendTask", "businessRuleTask"):
        _service(desk, node, element)
    elif node.kind == "scriptTask":
        _script(desk, node, element)
    elif node.kind == "callActivity":
        _call(desk, element)


def _form(desk: Desk, node: Node, element: etree._Element, forms: Mapping[str, str]) -> None:
    key = form_key(desk, node, element)
    if not key:
        return
    if "form" in node.attributes:
        desk.kept(element, f"Das Formular von „{label_of(node)}“ nennt schon pik:form.", key)
        return
    form = forms.get(key) or forms.get(short(key)) or forms.get(stem(key))
    if form is None:
        desk.missing(
            element,
            f"Das Formular von „{label_of(node)}“ liegt nicht bei.",
            key,
            "Übernehmen Sie die Datei des Formulars mit, oder bauen Sie es neu und nennen Sie es "
            "in pik:form.",
        )
    elif node.kind == "startEvent":
        desk.missing(
            element,
            f"„{label_of(node)}“ soll mit einem Formular beginnen; das tut hier eine Aufgabe.",
            key,
            f"Zeichnen Sie nach dem Start eine Benutzeraufgabe mit pik:form „{form}“.",
        )
    else:
        desk.set_own(node, "form", form)
        desk.translated(element, f"Formular von „{label_of(node)}“.", key, f'pik:form="{form}"')


def short(key: str) -> str:
    """The file name in keys such as `camunda-forms:/forms/antrag.form` or a path."""
    return re.split(r"[/:\\]", key)[-1]


def stem(key: str) -> str:
    """The name without folder and endings: `antrag` of `forms/antrag-schema.json`."""
    name = re.sub(r"\.(form|json|html|xlsx|jsp)$", "", short(key), flags=re.IGNORECASE)
    return re.sub(r"[-_.]?(ui)?schema$", "", name, flags=re.IGNORECASE) or name


def _due(desk: Desk, node: Node, element: etree._Element) -> None:
    text = desk.attribute(element, JUEL_PRODUCTS, "dueDate")
    schedule = desk.extension(element, "taskSchedule")
    if schedule is not None:
        text = text or schedule.get("dueDate", "").strip()
        if schedule.get("followUpDate"):
            hint = "Eine Wiedervorlage setzt, wer die Aufgabe bearbeitet."
            desk.kept(
                element, "Wiedervorlage (followUpDate).", schedule.get("followUpDate", ""), hint
            )
    if not text:
        return
    what = f"Frist von „{label_of(node)}“"
    try:
        meant = read_time(text, "date", desk.languages)
    except Untranslatable as fault:
        desk.missing(element, f"{what}: {fault.reason}", text, fault.hint)
        return
    if desk.set_own(node, "due", meant.text):
        desk.translated(element, f"{what}.", text, f'pik:due="{meant.text}"', meant.hint)
    else:
        desk.kept(element, f"{what}: pik:due steht schon da.", text)


def _workers(desk: Desk, node: Node, element: etree._Element) -> None:
    found = {name: desk.attribute(element, JUEL_PRODUCTS, name) for name in _GROUPS}
    assigned = desk.extension(element, "assignmentDefinition")
    if assigned is not None:
        found = {name: found[name] or assigned.get(name, "").strip() for name in _GROUPS}
    for owner in children(element, "potentialOwner", "humanPerformer", "performer"):
        found["candidateGroups"] = found["candidateGroups"] or text_of(owner)
    named = {name: value for name, value in found.items() if value}
    if not named:
        return
    shown = ", ".join(f'{name}="{value}"' for name, value in named.items())
    if node.lane:
        what = f"Wer „{label_of(node)}“ bearbeitet, sagt hier die Bahn „{node.lane}“."
        desk.kept(element, what, shown, "Prüfen Sie, ob die Bahn dieselbe Stelle meint.")
        return
    group = named.get("candidateGroups") or next(iter(named.values()))
    plain = "" if group.startswith(("=", "${", "#{")) else f" „{group}“"
    desk.missing(
        element,
        f"„{label_of(node)}“ steht in keiner Bahn; niemand bekäme die Aufgabe.",
        shown,
        f"Vorschlag: eine Bahn{plain}. {_LANE}",
    )


def _service(desk: Desk, node: Node, element: etree._Element) -> None:
    said = {name: desk.attribute(element, JUEL_PRODUCTS, name) for name in _SERVICES}
    said = {name: value for name, value in said.items() if value}
    if node.kind == "businessRuleTask" and "decisionRef" in said:
        return  # read as it is, engine/decisions/calls.py
    definition = desk.extension(element, "taskDefinition")
    if definition is not None:
        said["taskDefinition"] = definition.get("type", "")
    for name in ("serviceTaskOperator", "connector"):
        operator = desk.extension(element, name)
        if operator is not None:
            said[name] = operator.get("id", "") or text_of(operator)[:80]
    if said and "connector" not in node.attributes:
        shown = ", ".join(f'{name}="{value}"' for name, value in said.items())
        desk.missing(element, f"Der Dienst von „{label_of(node)}“.", shown, _CONNECTOR)


def _script(desk: Desk, node: Node, element: etree._Element) -> None:
    script = next(children(element, "script"), None)
    written = (node.script_format or "").strip().lower()
    zeebe = desk.extension(element, "script")
    if zeebe is not None and not (node.script or "").strip():
        _feel_script(desk, node, element, zeebe, script)
        return
    text = node.script or ""
    if not text.strip():
        return
    is_python = "python" in written or (desk.product == "Spiff Arena" and written in OUR_FORMATS)
    what = f"Skript von „{label_of(node)}“"
    if not is_python:
        if written not in OUR_FORMATS:
            hint = (
                "Schreiben Sie Zeilen der Form „name = Ausdruck“ und lassen Sie scriptFormat weg."
            )
            said = f"in „{node.script_format}“ geschrieben; das wird nicht übersetzt"
            desk.missing(element, f"{what}: {said}.", text, hint)
        return
    try:
        meant = desk.languages.script(text)
    except Untranslatable as fault:
        desk.missing(element, f"{what}: {fault.reason}", text, fault.hint)
        return
    if script is not None and meant.text != text.strip():
        desk.source.set_text(script, meant.text)
        desk.translated(element, f"{what} aus Python übersetzt.", text, meant.text)
    if written not in OUR_FORMATS:
        desk.source.set(element, "scriptFormat", None)
        before = f'scriptFormat="{node.script_format}"'
        desk.translated(element, f"{what}: Angabe der Sprache entfernt.", before, "")


def _feel_script(
    desk: Desk, node: Node, element: etree._Element, zeebe: etree._Element,
    script: etree._Element | None,
) -> None:  # fmt: skip
    """`zeebe:script` computes one expression and names where it goes: a line of ours."""
    text, name = zeebe.get("expression", ""), zeebe.get("resultVariable", "").strip()
    what = f"Skript von „{label_of(node)}“"
    meant = desk.expression(zeebe, what, text)
    if meant is None:
        return
    target = desk.languages.names.get(name, name)
    if not NAME.fullmatch(target) or "." in target:
        desk.missing(element, f"{what}: „{name}“ ist hier kein Name.", text, "Benennen Sie es um.")
        return
    line = f"{target} = {meant.text}"
    if script is None:
        desk.source.insert(element, [("script", {}, line)])
    else:
        desk.source.set_text(script, line)
    desk.translated(element, f"{what} aus FEEL übersetzt.", f"{name} {text}", line, meant.hint)


def _call(desk: Desk, element: etree._Element) -> None:
    called = desk.extension(element, "calledElement")
    process = "" if called is None else called.get("processId", "").strip()
    if called is not None and called.get("propagateAllChildVariables") == "false":
        what = "Ein aufgerufener Prozess teilt hier alle Daten des Vorgangs."
        desk.missing(element, what, 'propagateAllChildVariables="false"',
                     "Eigene Daten hat ein untergeordneter Vorgang (pik:cases).")  # fmt: skip
    if process.startswith("="):
        hint = "Welcher Prozess aufgerufen wird, steht hier beim Einspielen fest."
        desk.missing(element, "Der aufgerufene Prozess ist ein Ausdruck.", process, hint)
    elif process and not element.get("calledElement"):
        desk.source.set(element, "calledElement", process)
        what = "Aufgerufener Prozess."
        desk.translated(element, what, f'processId="{process}"', f'calledElement="{process}"')


def translate_loop(desk: Desk, node: Node, loop: etree._Element) -> None:
    """The list of a multi-instance: Camunda 7, Flowable and Camunda 8 say it in words of theirs."""
    own = {name: next(children(loop, name), None) for name in ("loopDataInputRef", "inputDataItem")}
    zeebe = desk.extension(loop, "loopCharacteristics")
    said = {
        "list": desk.attribute(loop, JUEL_PRODUCTS, "collection"),
        "item": desk.attribute(loop, JUEL_PRODUCTS, "elementVariable"),
        "output": "",
        "result": "",
    }
    if zeebe is not None:
        said["list"] = said["list"] or zeebe.get("inputCollection", "")
        said["item"] = said["item"] or zeebe.get("inputElement", "")
        said["output"] = zeebe.get("outputCollection", "")
        said["result"] = zeebe.get("outputElement", "").removeprefix("=").strip()
    if not said["list"] or own["loopDataInputRef"] is not None:
        return
    listed = desk.expression(loop, f"Liste der Mehrfachausführung von „{label_of(node)}“",
                             said["list"])  # fmt: skip
    if listed is None:
        return
    try:
        finished(Piece(said["item"] or "eintrag"))
    except (Untranslatable, ExpressionError, ValueError):
        said["item"] = ""
    parts: list[tuple[str, dict[str, str], str]] = [("loopDataInputRef", {}, listed.text)]
    names = all(
        NAME.fullmatch(said[part]) and "." not in said[part] for part in ("output", "result")
    )
    if said["output"] and names:
        parts.append(("loopDataOutputRef", {}, said["output"]))
    elif said["output"]:
        before = f"{said['output']} = {said['result']}"
        hint = "Nennen Sie den Wert eines Durchgangs mit einem einfachen Namen (outputDataItem)."
        desk.missing(
            loop, f"Ergebnisse der Mehrfachausführung von „{label_of(node)}“.", before, hint
        )
    if said["item"]:
        parts.append(("inputDataItem", {"id": f"{node.id}_eintrag", "name": said["item"]}, ""))
    if said["output"] and names:
        parts.append(("outputDataItem", {"id": f"{node.id}_ergebnis", "name": said["result"]}, ""))
    after = next(children(loop, "complexBehaviorDefinition", "completionCondition"), None)
    desk.source.insert(loop, parts, before=after)
    shown = " ".join(part for part in (said["list"], said["item"], said["output"]) if part)
    desk.translated(
        loop,
        f"Liste der Mehrfachausführung von „{label_of(node)}“.",
        shown,
        ", ".join(f"{name}: {text or given.get('name', '')}" for name, given, text in parts),
        listed.hint,
    )


def translate_messages(desk: Desk) -> None:
    """`zeebe:subscription` at a message: for us its key stands at the events that wait for it."""
    root = desk.source.tree.getroot()
    keys: dict[str, tuple[etree._Element, str]] = {}
    for message in children(root, "message"):
        subscription = desk.extension(message, "subscription")
        text = "" if subscription is None else subscription.get("correlationKey", "").strip()
        if text:
            meant = desk.expression(message, "Schlüssel einer Nachricht", text)
            if meant is not None:
                keys[message.get("id", "")] = (message, meant.text)
    for process in desk.model.processes.values():
        for node in process.nodes.values():
            wanted = node.event.reference if node.event else None
            if wanted is None and node.element is not None and node.kind == "receiveTask":
                wanted = node.element.get("messageRef")
            waits = node.kind in ("intermediateCatchEvent", "boundaryEvent", "receiveTask") or (
                node.kind == "startEvent" and node.parent is not None
            )
            if wanted not in keys or not waits or node.element is None:
                continue
            message, key = keys[wanted]
            if desk.set_own(node, "key", key):
                before = f"correlationKey an „{message.get('name', wanted)}“"
                what = f"Schlüssel der Nachricht von „{label_of(node)}“."
                desk.translated(node.element, what, before, f'pik:key="{key}"')
