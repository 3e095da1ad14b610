"""The fields of a step's form: labels, hints, lists to choose from, and what is wrong in them."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from pikflow.engine.editing.kinds import fields_of, values_of
from pikflow.engine.model import Node, Process
from pikflow.errors import Finding
from pikflow.services.studio.choices import Choice, Choices
from pikflow.web.words import WORDS, later

Option = tuple[str, str]  # value and words


@dataclass(frozen=True)
class StepField:
    """`widget` is text, line (of an expression), area, code, choice or several; `options` belong to
    the last two, `many` are the chosen ones of several; `problems` stand at the field."""

    name: str
    label: str
    value: str
    widget: str = "text"
    hint: str = ""
    options: tuple[Option, ...] = ()
    many: tuple[str, ...] = ()
    problems: tuple[Finding, ...] = ()


_LABELS = {
    "name": later("Name"),
    "lane": later("Bahn"),
    "documentation": later("Was ist zu tun?"),
    "script": later("Skript"),
    "called": later("Aufgerufener Ablauf"),
    "timer": later("Zeitangabe"),
    "message": later("Nachricht"),
    "error": later("Fehler"),
    "interrupting": later("Wirkung"),
    "pik:form": later("Formular"),
    "pik:decision": later("Entscheidungstabelle"),
    "pik:connector": later("Anschluss"),
    "pik:cases": later("Eigene Vorgänge für diese Liste"),
    "pik:item": later("Name für den Eintrag der Liste"),
    "pik:input": later("Eingabe"),
    "pik:result": later("Ergebnis speichern als"),
    "pik:due": later("Frist"),
    "pik:fourEyes": later("Vier-Augen-Prinzip"),
    "pik:show": later("Daneben zeigen"),
    "pik:sections": later("Nur diese Abschnitte ändern"),
    "pik:submit": later("Text der Schaltfläche"),
    "pik:rule": later("Rechtsgrundlage"),
    "pik:irreversible": later("Vor dem Absenden noch einmal fragen"),
    "pik:again": later("Danach kann neu begonnen werden"),
    "pik:open": later("Es geht auch ohne die Übrigen weiter"),
    "pik:lane": later("Wem es angeboten wird"),
    "pik:key": later("Schlüssel"),
    "pik:phase": later("Phase"),
    "pik:amount": later("Betrag des Vorgangs"),
    "pik:title": later("Titel des Vorgangs"),
    "pik:output": later("Was ein eigener Vorgang zurückgibt"),
}
_HINTS = {
    "documentation": later("Steht über der Aufgabe. Kurze Sätze, Anrede „Sie“."),
    "script": later("Eine Zeile je Wert: name = Ausdruck"),
    "timer": later(
        "Zum Beispiel P14D (nach 14 Tagen), R3/P7D (dreimal alle 7 Tage) oder ein Datum."
    ),
    "pik:due": later("Zum Beispiel P14D, oder ein Ausdruck mit = davor, der ein Datum ergibt."),
    "pik:result": later("Unter diesem Namen stehen die Angaben in späteren Schritten."),
    "pik:fourEyes": later("Wer einen dieser Schritte erledigt hat, darf diesen nicht übernehmen."),
    "pik:show": later("Namen früherer Ergebnisse, mit Komma getrennt."),
    "pik:sections": later("Ein Ausdruck, der eine Liste von Abschnitten ergibt."),
    "pik:cases": later("Ein Ausdruck, der eine Liste von Organisationen ergibt."),
    "pik:input": later("Ein Ausdruck: was mitgegeben wird."),
    "pik:amount": later("Ein Ausdruck, der den Betrag ergibt."),
    "pik:title": later("Text, oder ein Ausdruck mit = davor."),
    "pik:output": later("Namen, mit Komma getrennt."),
}
_EXPRESSIONS = (
    "timer", "pik:due", "pik:cases", "pik:input", "pik:sections", "pik:key", "pik:show",
    "pik:amount", "pik:title", "pik:output",
)  # fmt: skip
_FLAGS = ("pik:irreversible", "pik:again", "pik:open")
PROCESS_FIELDS = ("name", "documentation", "pik:amount", "pik:title", "pik:output", "pik:phase")
_CODES = (  # the beginning of a finding's code -> the field it belongs to
    ("timer", "timer"), ("script", "script"), ("form", "pik:form"), ("lane", "lane"),
    ("decision", "pik:decision"), ("connector", "pik:connector"), ("call", "called"),
    ("section", "pik:sections"), ("message", "message"), ("four-eyes", "pik:fourEyes"),
)  # fmt: skip


def step_fields(
    process: Process,
    node: Node,
    choices: Choices,
    findings: Sequence[Finding],
    typed: Mapping[str, str],
) -> list[StepField]:
    """The form of a step; what was `typed` and not saved stands in place of what is stored."""
    now = {**values_of(node), **{k: v for k, v in typed.items() if k in fields_of(node)}}
    problems = by_field(findings, tuple(now))
    return [
        _field(process, name, value, choices, problems.get(name, ()), node)
        for name, value in now.items()
    ]


def process_fields(
    process: Process, choices: Choices, findings: Sequence[Finding], typed: Mapping[str, str]
) -> list[StepField]:
    """The form of a process."""
    now = {name: process.attributes.get(name[4:], "") for name in PROCESS_FIELDS}
    now |= {"name": process.name, "documentation": process.documentation}
    now |= {k: v for k, v in typed.items() if k in now}
    problems = by_field(findings, tuple(now))
    return [
        _field(process, name, value, choices, problems.get(name, ()), None)
        for name, value in now.items()
    ]


def by_field(findings: Iterable[Finding], names: Sequence[str]) -> dict[str, tuple[Finding, ...]]:
    """The findings of a step by the field they are about; the rest under ""."""
    found: dict[str, list[Finding]] = {}
    for finding in findings:
        marked = re.search(r"pik:(\w+)", finding.message)
        name = f"pik:{marked.group(1)}" if marked else ""
        if name not in names:
            name = next((f for code, f in _CODES if finding.code.startswith(code)), "")
        found.setdefault(name if name in names else "", []).append(finding)
    return {name: tuple(listed) for name, listed in found.items()}


def _field(
    process: Process,
    name: str,
    value: str,
    choices: Choices,
    problems: tuple[Finding, ...],
    node: Node | None,
) -> StepField:
    label, hint = _LABELS[name], _HINTS.get(name, "")
    if name == "pik:fourEyes" and node is not None:
        chosen = tuple(part.strip() for part in value.split(",") if part.strip())
        people = [n for n in process.nodes.values() if n.kind == "userTask" and n.id != node.id]
        options = [(n.id, n.label) for n in people]
        options += [(key, key) for key in chosen if key not in dict(options)]
        return StepField(name, label, value, "several", hint, tuple(options), chosen, problems)
    options_ = _options(name, choices, process)
    if options_ is not None:
        if value not in dict(options_):
            options_ = (*options_, (value, value or later("keine Angabe")))
        return StepField(name, label, value, "choice", hint, options_, (), problems)
    widget = "line" if name in _EXPRESSIONS else "text"
    if name in ("documentation", "script"):
        widget = "area" if name == "documentation" else "code"
    return StepField(name, label, value, widget, hint, (), (), problems)


def _pairs(choices: Sequence[Choice]) -> list[Option]:
    return [(one.value, one.label) for one in choices]


def _options(name: str, choices: Choices, process: Process) -> tuple[Option, ...] | None:
    """The list of a field, None for one that is typed."""
    nothing: Option = ("", later("keine Angabe"))
    if name in ("lane", "pik:lane"):
        own = tuple(lane.name for lane in process.lanes if lane.name)
        names = dict.fromkeys((*own, *(one.value for one in choices.lanes)))
        return (*(() if name == "lane" and own else (nothing,)), *((n, n) for n in names))
    if name == "pik:form":
        return (nothing, *_pairs(choices.forms), *((one.value, one.value) for one in choices.roles))
    if name == "pik:decision":
        return (nothing, *_pairs(choices.decisions))
    if name == "pik:connector":
        return (nothing, *_pairs(choices.connectors))
    if name == "called":
        return (nothing, *(pair for pair in _pairs(choices.processes) if pair[0] != process.id))
    if name == "pik:phase":
        return (nothing, *((key, words) for key, words in WORDS["phase"].items()))
    if name == "interrupting":
        return (
            ("true", later("beendet den Schritt")),
            ("false", later("der Schritt bleibt offen")),
        )
    if name in _FLAGS:
        return (nothing, ("true", later("ja")), ("false", later("nein")))
    return None
