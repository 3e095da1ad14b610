"""Event-based gateways: the first of the events behind one decides."""

from pikflow.engine.checks.report import Report, named
from pikflow.engine.model import Node, Process


def check(process: Process, node: Node, report: Report) -> None:
    kind = node.element.get("eventGatewayType") if node.element is not None else None
    if kind not in (None, "", "Exclusive"):
        report.error(
            node,
            "event-gateway-type",
            f"Die {named(node)} soll auf alle Ereignisse warten (eventGatewayType „{kind}“). Das "
            "wird nicht unterstützt.",
            "Nehmen Sie ein paralleles Gateway; danach wartet jeder Weg auf sein Ereignis.",
        )
    for key in node.outgoing:
        target = process.nodes.get(process.flows[key].target or "")
        if target is None or target.kind == "intermediateCatchEvent":
            continue
        if target.kind == "receiveTask" and not process.boundaries(target.id):
            continue
        report.error(
            node,
            "event-gateway-target",
            f"Auf die {named(node)} folgt „{target.label}“, das kein Ereignis ist.",
            "Danach dürfen nur Zwischenereignisse stehen, auf die der Vorgang wartet, und "
            "Empfangs-Aufgaben ohne Randereignis.",
        )
    _shared_targets(process, node, report)
    if len(node.outgoing) < 2:
        report.warning(
            node,
            "event-gateway-single",
            f"Auf die {named(node)} folgt nur ein Ereignis; sie hat keine Wirkung.",
            "Ergänzen Sie ein zweites Ereignis, oder entfernen Sie das Gateway.",
        )


def _shared_targets(process: Process, node: Node, report: Report) -> None:
    """What waits behind the gateway has no other way in (BPMN 2.0, 10.6.6)."""
    for key in node.outgoing:
        target = process.nodes.get(process.flows[key].target or "")
        if target is not None and len(target.incoming) > 1:
            report.error(
                target,
                "event-gateway-target-shared",
                f"In „{target.label}“ nach der {named(node)} führt noch ein anderer Weg.",
                "Zeichnen Sie für den anderen Weg ein eigenes Ereignis.",
            )
