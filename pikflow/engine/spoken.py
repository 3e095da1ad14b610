"""Steps and events of a process in German words, for the outline."""

import re
from datetime import datetime

from pikflow.deadlines import Duration, Repeating, TimeTextError, parse_timing
from pikflow.engine.model import Node
from pikflow.engine.timers import is_iso

_UNITS = (("Jahr", "Jahren"), ("Monat", "Monaten"), ("Tag", "Tagen"), ("Stunde", "Stunden"))


def step(node: Node) -> str:
    """What happens at a node, "" for one that only joins or passes on."""
    name = " ".join(node.name.split())
    lane = f" ({node.lane})" if node.lane else ""
    kind = node.kind
    if kind in ("userTask", "manualTask", "task"):
        return f"{node.label}{lane}{_often(node)}"
    if kind in ("scriptTask", "serviceTask", "businessRuleTask", "sendTask"):
        return f"Automatisch: {node.label}{_often(node)}"
    if kind == "callActivity":
        if "cases" in node.attributes:
            return f"{node.label}: je Organisation ein eigener Vorgang{lane}"
        return f"{node.label}{_often(node)}"
    if kind == "startEvent":
        return f"Beginn: {name}" if name else "Beginn"
    if kind == "endEvent":
        return f"Ende: {name}" if name else "Ende"
    if kind in ("intermediateCatchEvent", "receiveTask"):
        return _waiting(node, name)
    if kind == "intermediateThrowEvent":
        if node.event and node.event.kind == "compensate":
            return f"Rückgängig machen: {name}" if name else "Rückgängig machen"
        return f"Mitteilung: {name}" if name else ""
    if kind.endswith("Gateway"):
        return _gateway(node, name)
    return f"{node.label}{_often(node)}"


def _gateway(node: Node, name: str) -> str:
    if len(node.outgoing) < 2:
        return ""
    if node.kind == "eventBasedGateway":
        return name or "Was zuerst eintritt"
    if node.kind == "parallelGateway":
        return f"{name} (gleichzeitig)" if name else "Gleichzeitig"
    if node.kind == "inclusiveGateway":
        return f"{name} (mehreres möglich)" if name else "Je nach Fall, auch mehreres"
    return name or "Entscheidung"


def _often(node: Node) -> str:
    if node.loop is None:
        return ""
    return {
        "parallel": ", mehrfach zugleich",
        "sequential": ", mehrfach nacheinander",
        "standard": ", wird wiederholt",
    }[node.loop.kind]


def _waiting(node: Node, name: str) -> str:
    if node.event and node.event.kind == "timer":
        when = timing(node.event.text)
        return f"Warten: {name or when}" + (f" ({when})" if name and when else "")
    return f"Warten auf: {name or (node.event.name if node.event else None) or node.message or ''}"


def happening(event: Node) -> str:
    """What a boundary event (or the start of an event sub-process) waits for, as a lead."""
    name = " ".join(event.name.split())
    definition = event.event
    if definition is None:
        return name or "Jederzeit"
    if definition.kind == "timer":
        when = timing(definition.text)
        if name and when:
            return f"{when}: {name}"
        return when or name or "Zum festgelegten Zeitpunkt"
    if definition.kind == "message":
        return f"Jederzeit möglich: {name or definition.name or 'Nachricht'}"
    lead = {
        "error": "Bei einem Fehler",
        "escalation": "Bei einer Eskalation",
        "signal": "Auf ein Signal hin",
        "conditional": "Sobald die Bedingung zutrifft",
        "compensate": "Wenn es rückgängig gemacht wird",
        "cancel": "Bei Abbruch der Transaktion",
    }.get(definition.kind, "")
    return f"{lead}: {name}" if lead and name else lead or name or "Jederzeit"


def timing(text: str) -> str:
    """A timer in words: "Nach 14 Tagen", "Alle 7 Tage, höchstens 3-mal"; "" for an expression."""
    text = text.strip().strip("\"'")
    if not is_iso(text):
        return ""
    try:
        value = parse_timing(text)
    except TimeTextError:
        return ""
    if isinstance(value, Repeating):
        every = _every(value.every)
        return f"{every}, höchstens {value.count}-mal" if value.count else every
    if isinstance(value, Duration):
        return f"Nach {_span(value)}"
    day = value.date() if isinstance(value, datetime) else value
    return f"Am {day.day}.{day.month}.{day.year}"


def _parts(span: Duration) -> list[tuple[int, tuple[str, str]]]:
    years, months = divmod(span.months, 12)
    hours, seconds = divmod(span.seconds, 3600)
    counts = [years, months, span.days, hours]
    parts = [(n, unit) for n, unit in zip(counts, _UNITS, strict=True) if n]
    return [*parts, *([(seconds // 60, ("Minute", "Minuten"))] if seconds else [])]


def _span(span: Duration) -> str:
    parts = [f"{n} {one if n == 1 else many}" for n, (one, many) in _parts(span)]
    text = " und ".join(parts) or "sofort"
    return re.sub(
        r"^1 (Jahr|Monat|Tag)\b", r"einem \1", re.sub(r"^1 (Stunde|Minute)", r"einer \1", text)
    )


def _every(span: Duration) -> str:
    parts = _parts(span)
    if len(parts) == 1:
        n, (one, many) = parts[0]
        if n == 1:
            return f"Jeden {one}" if one in ("Tag", "Monat") else f"Alle 1 {one}"
        return f"Alle {n} {many.removesuffix('n') if many != 'Stunden' else many}"
    return f"Alle {_span(span)}"
