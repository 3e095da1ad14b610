"""Timers: ISO 8601 or an expression that gives a time."""

from datetime import UTC, datetime

from pikflow.deadlines import TimeTextError
from pikflow.engine.checks.report import Report, named
from pikflow.engine.model import EventDefinition, Node
from pikflow.engine.timers import due, is_iso
from pikflow.expressions import ExpressionError, ExpressionFault, compile_expression

_GERMAN = {"date": "Zeitpunkt", "duration": "Dauer", "cycle": "Wiederholung"}
_SOME_INSTANT = datetime(2024, 1, 1, tzinfo=UTC)


def check(node: Node, event: EventDefinition, report: Report) -> None:
    text = event.text.strip()
    if not text:
        report.error(
            node,
            "timer-missing",
            f"Beim {named(node)} fehlt die Zeitangabe.",
            "Zum Beispiel P14D (nach 14 Tagen), R3/P7D (dreimal alle 7 Tage) oder 2026-12-31.",
        )
        return
    fault = timer_fault(text)
    if fault:
        report.error(
            node,
            "timer-invalid",
            f"Die Zeitangabe „{_short(text)}“ am {named(node)} ist weder ISO 8601 noch ein "
            f"Ausdruck: {fault}",
            "Zum Beispiel P14D, R3/P7D, 2026-12-31, oder ein Ausdruck, der ein Datum ergibt: "
            "add_days(heute, 14).",
        )
    elif event.timer and is_iso(text) and event.timer != _kind(text):
        report.error(
            node,
            "timer-kind",
            f"Die Zeitangabe „{_short(text)}“ am {named(node)} ist {_GERMAN[_kind(text)]}, steht "
            f"aber als {_GERMAN[event.timer]} da.",
            "Wählen Sie die Art der Zeitangabe, die zum Text passt.",
        )
    elif text.startswith("R") and is_iso(text) and not _repeats(node):
        report.warning(
            node,
            "timer-cycle-once",
            f"Die Wiederholung „{text}“ am {named(node)} tritt nur einmal ein.",
            "Wiederholt wird nur an einem Randereignis, das nicht unterbricht. Schreiben Sie sonst "
            f"„{text.partition('/')[2]}“.",
        )


def _kind(text: str) -> str:
    return {"R": "cycle", "P": "duration"}.get(text[0], "date")


def _repeats(node: Node) -> bool:
    return node.kind in ("boundaryEvent", "startEvent") and not node.interrupting


def timer_fault(text: str) -> str:
    """Why the text is no time: neither ISO 8601 nor an expression; "" when it is one.

    An expression without names is evaluated, so that a wrong constant is found too.
    """
    if is_iso(text):
        return _value_fault(text)
    try:
        expression = compile_expression(text)
    except ExpressionError as fault:
        return f"{fault.message} {fault.hint}".strip()
    if expression.names:
        return ""
    try:
        return _value_fault(expression.evaluate({"heute": _SOME_INSTANT.date()}))
    except ExpressionFault as fault:
        return fault.message


def _value_fault(value: object) -> str:
    try:
        due(value, _SOME_INSTANT)
    except TimeTextError as fault:
        return fault.message
    except (TypeError, OverflowError):
        return "Das ergibt keinen Zeitpunkt."
    return ""


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= 60 else f"{text[:59]}…"
