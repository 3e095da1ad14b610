"""The pik: attributes: known, on the right kind of element, and with a value that makes sense."""

import re

from pikflow.engine.checks.report import Report, named
from pikflow.engine.checks.timers import timer_fault
from pikflow.engine.checks.vocabulary import closest
from pikflow.engine.checks.world import PEOPLE, World, form_ids
from pikflow.engine.facts import FormFacts
from pikflow.engine.model import Model, Node, Process
from pikflow.engine.timers import is_iso
from pikflow.expressions import ExpressionError, compile_expression

_TASK = [
    "form",
    "result",
    "sections",
    "show",
    "fourEyes",
    "due",
    "submit",
    "rule",
    "irreversible",
    "phase",
    "lane",
]
_EVENT = ["lane", "form", "result", "submit", "rule", "phase", "key"]
_THROW = ["input", "key", "phase", "rule"]
ALLOWED: dict[str, frozenset[str]] = {
    **dict.fromkeys(PEOPLE, frozenset([*_TASK, "connector", "input"])),
    "serviceTask": frozenset({"connector", "result", "input", "phase", "rule"}),
    "businessRuleTask": frozenset({"decision", "connector", "result", "input", "phase", "rule"}),
    "sendTask": frozenset({"connector", "result", *_THROW}),
    "receiveTask": frozenset({*_EVENT, "connector", "input"}),
    "callActivity": frozenset({*_TASK, "cases", "item", "open"}),
    "intermediateCatchEvent": frozenset(_EVENT),
    "boundaryEvent": frozenset(_EVENT),
    "startEvent": frozenset(_EVENT),
    "intermediateThrowEvent": frozenset(_THROW),
    "endEvent": frozenset({"again", *_THROW}),
    "subProcess": frozenset({"phase", "rule"}),
}
ANYWHERE = frozenset({"phase", "rule"})
PROCESS = frozenset({"amount", "output", "title", "phase"})
ALL = frozenset().union(*ALLOWED.values(), PROCESS)
_FLAGS = ("open", "irreversible", "again")
_EXPRESSIONS = ("input", "cases", "sections", "key")
_NAME = re.compile(r"[A-Za-zÄÖÜäöüß][A-Za-z0-9_ÄÖÜäöüß]*")


def check(model: Model, world: World, report: Report) -> None:
    for process in model.processes.values():
        _known(process, PROCESS, report)
        for name in ("amount", "title"):
            if name in process.attributes:
                _process_expression(process, name, report)
        for node in process.nodes.values():
            _known(node, ALLOWED.get(node.kind, ANYWHERE) | ANYWHERE, report)
            _values(node, report)
            _sections(process, node, world, report)
            _cases(node, report)
            _message(node, report)


def _known(thing: Node | Process, allowed: frozenset[str], report: Report) -> None:
    for name in thing.attributes:
        if name in allowed:
            continue
        if name in ALL:
            report.error(
                thing,
                "pik-attribute-misplaced",
                f"Die Angabe pik:{name} hat an dieser Stelle keine Wirkung: {named(thing)}.",
                f"Möglich sind hier: {', '.join(f'pik:{word}' for word in sorted(allowed))}.",
            )
        else:
            report.error(
                thing,
                "pik-attribute-unknown",
                f"Die Angabe pik:{name} gibt es nicht: {named(thing)}.",
                (closest(name, ALL) or "")
                + f"Möglich sind hier: {', '.join(f'pik:{word}' for word in sorted(allowed))}.",
            )


def _process_expression(process: Process, name: str, report: Report) -> None:
    text = process.attributes[name]
    if name == "title" and not text.startswith("="):
        return
    try:
        compile_expression(text.removeprefix("="))
    except ExpressionError as fault:
        report.error(
            process,
            "expression-invalid",
            f"pik:{name} am {named(process)} lässt sich nicht lesen: {fault.message}",
            fault.hint,
        )


def _values(node: Node, report: Report) -> None:
    for name in _FLAGS:
        value = node.attributes.get(name)
        if value is not None and value not in ("true", "false"):
            report.error(
                node,
                "pik-attribute-value",
                f"pik:{name} an „{node.label}“ ist „{value}“.",
                "Möglich sind true und false.",
            )
    for name in ("result", "item"):
        value = node.attributes.get(name)
        if value is not None and _NAME.fullmatch(value.strip()) is None:
            report.error(
                node,
                "pik-attribute-value",
                f"pik:{name} an „{node.label}“ ist kein Name: „{value}“.",
                "Ein Name besteht aus Buchstaben, Ziffern und Unterstrich und beginnt mit einem "
                "Buchstaben.",
            )
    for name in _EXPRESSIONS:
        value = node.attributes.get(name)
        if value is not None:
            _compiles(node, name, value, report)
    due = node.attributes.get("due", "").strip()
    if due:
        fault = timer_fault(due if is_iso(due) else due.removeprefix("="))
        if fault:
            report.error(
                node,
                "timer-invalid",
                f"Die Frist „{due}“ (pik:due) an „{node.label}“ ist weder ISO 8601 noch ein "
                f"Ausdruck: {fault}",
                "Zum Beispiel P14D, oder ein Ausdruck, der ein Datum ergibt.",
            )


def _compiles(node: Node, name: str, text: str, report: Report) -> None:
    try:
        compile_expression(text)
    except ExpressionError as fault:
        report.error(
            node,
            "expression-invalid",
            f"pik:{name} an „{node.label}“ lässt sich nicht lesen: {fault.message}",
            fault.hint,
        )


def _sections(process: Process, node: Node, world: World, report: Report) -> None:
    """A constant list of sections must name sections of the form."""
    text = node.attributes.get("sections")
    usages = [usage for usage in world.usages if process.id in usage.processes]
    forms = [(world.forms or {}).get(form) for form in form_ids(node, usages)]
    known = [form for form in forms if isinstance(form, FormFacts)]
    if text is None or not known:
        return
    try:
        expression = compile_expression(text)
    except ExpressionError:
        return
    if expression.names or expression.row_names:
        return
    value = expression.evaluate({})
    for section in value if isinstance(value, list) else []:
        if not any(section in form.sections for form in known):
            everything = frozenset().union(*(form.sections for form in known))
            report.error(
                node,
                "section-unknown",
                f"Den Abschnitt „{section}“ (pik:sections an „{node.label}“) hat das Formular "
                "nicht.",
                closest(str(section), everything) + "Nennen Sie die Kennung eines Abschnitts.",
            )


def _message(node: Node, report: Report) -> None:
    """A key belongs to a message, a payload to what is sent."""
    kind = node.event.kind if node.event else ""
    sends = node.kind in ("sendTask", "receiveTask") or kind == "message"
    begins = node.kind == "startEvent" and node.parent is None
    if "key" in node.attributes and (not sends or begins or "connector" in node.attributes):
        _without_effect(
            node,
            "key",
            "Ein Startereignis beginnt für jede Nachricht einen Vorgang."
            if begins
            else "Ein Schlüssel gehört zu Ereignissen und Aufgaben mit einer Nachricht.",
            report,
        )
    throws = node.kind in ("intermediateThrowEvent", "endEvent")
    if "input" in node.attributes and throws and kind not in ("message", "signal"):
        _without_effect(node, "input", "Nur Nachrichten und Signale haben einen Inhalt.", report)


def _without_effect(node: Node, name: str, hint: str, report: Report) -> None:
    report.error(
        node,
        "pik-attribute-misplaced",
        f"Die Angabe pik:{name} hat an dieser Stelle keine Wirkung: {named(node)}.",
        hint,
    )


def _cases(node: Node, report: Report) -> None:
    """Child cases: what only means something together."""
    if node.kind != "callActivity":
        return
    with_cases = "cases" in node.attributes
    for name in ("item", "open"):
        if name in node.attributes and not with_cases:
            report.error(
                node,
                "pik-attribute-misplaced",
                f"pik:{name} an „{node.label}“ wirkt nur zusammen mit pik:cases.",
                "Geben Sie in pik:cases an, für welche Organisationen eigene Vorgänge beginnen.",
            )
    if with_cases and node.loop is not None:
        report.error(
            node,
            "cases-and-loop",
            f"„{node.label}“ hat pik:cases und zugleich eine Mehrfachausführung.",
            "Entfernen Sie die Mehrfachausführung: pik:cases beginnt selbst einen Vorgang je "
            "Organisation.",
        )
