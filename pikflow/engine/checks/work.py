"""Scripts, loops and conditions: everything that is computed compiles."""

from lxml import etree

from pikflow.engine.checks.report import Report, Spot, named
from pikflow.engine.model import Loop, Model, Node, Process
from pikflow.engine.reading import local
from pikflow.expressions import ExpressionError, compile_expression, compile_script

OUR_FORMATS = frozenset({"", "pik", "pikflow"})
MANY, MOST = 100, 1000  # instances; engine.loops stops at MOST


def check(model: Model, report: Report) -> None:
    for process in model.processes.values():
        for flow in process.flows.values():
            if flow.condition and flow.condition.strip():
                _expression(
                    report,
                    Spot(flow.id, flow.line),
                    flow.condition,
                    "condition-invalid",
                    f"Die Bedingung am {named(flow, process)}",
                )
        for node in process.nodes.values():
            if node.kind == "scriptTask":
                _script(node, report)
            for event in node.events:
                if event.kind == "conditional" and event.text.strip():
                    what = f"Die Bedingung am {named(node)}"
                    _expression(report, node, event.text, "condition-invalid", what)
            if node.loop is not None:
                _loop(process, node, node.loop, report)
            _quantities(node, report)


def _expression(report: Report, place: Spot | Node, text: str, code: str, what: str) -> None:
    try:
        compile_expression(text)
    except ExpressionError as fault:
        report.error(place, code, f"{what} lässt sich nicht lesen: {fault.message}", fault.hint)


def _script(node: Node, report: Report) -> None:
    if (node.script_format or "").strip().lower() not in OUR_FORMATS:
        report.error(
            node,
            "script-format",
            f"Die {named(node)} ist in „{node.script_format}“ geschrieben; das läuft hier nicht.",
            "Schreiben Sie Zeilen der Form „name = Ausdruck“ und lassen Sie scriptFormat weg.",
        )
        return
    if not (node.script or "").strip():
        elsewhere = next((item.name for item in node.vendor), "")
        tell = report.error if elsewhere else report.warning
        tell(
            node,
            "script-empty",
            f"Die {named(node)} tut nichts"
            + (f"; was in „{elsewhere}“ steht, wird nicht gelesen." if elsewhere else "."),
            "Schreiben Sie Zeilen der Form „name = Ausdruck“, oder löschen Sie die Aufgabe.",
        )
        return
    try:
        compile_script(node.script or "")
    except ExpressionError as fault:
        report.error(
            node,
            "script-invalid",
            f"Das Skript der {named(node)} lässt sich nicht lesen: {fault.message}",
            fault.hint,
        )


def _quantities(node: Node, report: Report) -> None:
    for value, name in zip(node.quantities, ("startQuantity", "completionQuantity"), strict=True):
        if value not in (None, "", "1"):
            report.error(
                node,
                "token-quantity",
                f"{name} ist an „{node.label}“ auf „{value}“ gesetzt. Das wird nicht unterstützt.",
                "Entfernen Sie die Angabe, oder zeichnen Sie die Wege einzeln.",
            )
    if node.instantiate:
        report.error(
            node,
            "instantiate",
            f"„{node.label}“ soll einen Vorgang beginnen. Das kann nur ein Startereignis.",
            "Zeichnen Sie ein Startereignis davor und entfernen Sie instantiate.",
        )


# --- loops -----------------------------------------------------------------------------------


def _loop(process: Process, node: Node, loop: Loop, report: Report) -> None:
    if loop.kind == "standard":
        _standard(node, loop, report)
        return
    if not loop.collection and not loop.cardinality:
        report.error(
            node,
            "loop-without-list",
            f"Die Mehrfachausführung von „{node.label}“ nennt weder eine Liste noch eine Anzahl.",
            "Geben Sie loopDataInputRef (eine Liste) oder loopCardinality (eine Anzahl) an.",
        )
    for text, what in (
        (loop.collection, "Die Liste"),
        (loop.cardinality, "Die Anzahl"),
        (loop.completion, "Die Endbedingung"),
    ):
        if text:
            what = f"{what} der Mehrfachausführung von „{node.label}“"
            _expression(report, node, text, "expression-invalid", what)
    _list_of_data(node, loop, report)
    _cardinality(node, loop, report)
    if (loop.behavior or "All") != "All":
        report.error(
            node,
            "loop-behavior",
            f"Die Mehrfachausführung von „{node.label}“ soll Ereignisse werfen (behavior "
            f"„{loop.behavior}“). Das wird nicht unterstützt.",
            "Entfernen Sie behavior, und zeichnen Sie das Ereignis in einen Unterprozess.",
        )
    for name, what in ((loop.item, "inputDataItem"), (loop.output_item, "outputDataItem")):
        if name is not None and not name.isidentifier():
            report.error(
                node,
                "loop-name-invalid",
                f"{what} an „{node.label}“ ist kein Name: „{name}“.",
                "Ein Name besteht aus Buchstaben, Ziffern und Unterstrich.",
            )
    if loop.output and not loop.output.isidentifier():
        report.error(
            node,
            "loop-name-invalid",
            f"loopDataOutputRef an „{node.label}“ ist kein Name: „{loop.output}“.",
            "Das Ergebnis wird unter einem einfachen Namen abgelegt, zum Beispiel „ergebnisse“.",
        )


def _list_of_data(node: Node, loop: Loop, report: Report) -> None:
    """A list that comes over a data flow (BPMN 2.0, 13.3.7): data flows are only drawn."""
    if node.element is None:
        return
    own = {
        e.get("id")
        for e in node.element.iter(etree.Element)
        if local(e) in ("dataInput", "dataOutput")
    }
    for name in {loop.collection, loop.output} & own:
        report.error(
            node,
            "loop-list-is-data",
            f"Die Mehrfachausführung von „{node.label}“ nennt „{name}“, eine Angabe eines "
            "Datenflusses.",
            "Nennen Sie die Liste so, wie sie im Vorgang heißt.",
        )


def _cardinality(node: Node, loop: Loop, report: Report) -> None:
    text = (loop.cardinality or "").strip()
    if not text.isascii() or not text.isdigit():
        return
    count = int(text[:9])
    hint = "Rufen Sie den Prozess mit pik:cases auf: dann hat jeder Eintrag einen eigenen Vorgang."
    message = f"„{node.label}“ wird {count}-mal ausgeführt."
    if count > MOST:
        report.error(node, "loop-too-many", f"{message} Möglich sind höchstens {MOST}.", hint)
    elif count > MANY:
        report.warning(node, "loop-too-many", f"{message} Das macht jeden Schritt langsam.", hint)


def _standard(node: Node, loop: Loop, report: Report) -> None:
    if not (loop.condition or "").strip() and not loop.maximum:
        report.error(
            node,
            "loop-without-condition",
            f"Die Wiederholung von „{node.label}“ hat weder eine Bedingung noch eine Höchstzahl.",
            "Geben Sie loopCondition oder loopMaximum an.",
        )
    for text in (loop.condition, loop.maximum):
        if text and text.strip():
            what = f"Die Bedingung der Wiederholung von „{node.label}“"
            _expression(report, node, text, "expression-invalid", what)
