"""Ids: present, once in a file, well formed, and none that the engine keeps for itself."""

import re
from collections.abc import Iterator, Sequence
from typing import Any

from lxml import etree

from pikflow.engine.checks.report import Report, Spot, named
from pikflow.engine.model import Model, Node, Process
from pikflow.engine.reading import line_of, local, namespace
from pikflow.engine.xml import BPMN

# Names of hidden tasks in SpiffWorkflow; an element called like one of them is taken for it.
RESERVED = frozenset({"Start", "End", "Root", "StartEventSplit", "StartEventJoin"})
RESERVED_ENDINGS = (
    ".EndJoin",
    ".StartEventSplit",
    ".StartEventJoin",
    ".BoundaryEventSplit",
    ".BoundaryEventJoin",
)
_WELL_FORMED = re.compile(r"[^\W\d][\w.\-]*")  # XML's NCName, by Python's idea of letters
_LONGEST = {"id": 100, "name": 300, "lane": 100, "phase": 60, "result": 100}  # as tables hold them
_NEEDS_ID = frozenset({"process", "sequenceFlow", "participant", "lane", "message", "signal"})


def check(model: Model, report: Report) -> None:
    seen: dict[str, int] = {}
    for element in _elements(model):
        key, line = element.get("id"), line_of(element)
        if key is None:
            continue
        if key in seen:
            report.error(
                Spot(key, line),
                "id-duplicate",
                f"Die Kennung „{key}“ gibt es in dieser Datei mehrfach (zuerst Zeile {seen[key]}).",
                "Jedes Element braucht eine eigene Kennung. Benennen Sie eine davon um.",
            )
        seen.setdefault(key, line)
    for element in _elements(model):
        if local(element) in _NEEDS_ID and not element.get("id"):
            _missing(report, line_of(element), local(element))
    _lengths(model, report)
    for process in model.processes.values():
        for node in process.nodes.values():
            if node.id.startswith("ohne-id-"):
                _missing(report, node.line, named(node))
            elif _WELL_FORMED.fullmatch(node.id) is None:
                report.error(
                    node,
                    "id-invalid",
                    f"Die Kennung „{node.id}“ ({named(node)}) ist keine gültige XML-Kennung.",
                    "Erlaubt sind Buchstaben, Ziffern, Punkt, Strich und Unterstrich; vorn ein "
                    "Buchstabe oder Unterstrich.",
                )
            if node.id in RESERVED or node.id.endswith(RESERVED_ENDINGS):
                report.error(
                    node,
                    "id-reserved",
                    f"Die Kennung „{node.id}“ ({named(node)}) gehört der Prozess-Maschine.",
                    f"Wählen Sie eine andere Kennung, zum Beispiel „{_other(node.id)}“.",
                )


def _lengths(model: Model, report: Report) -> None:
    """What is kept and looked up as it stands: longer than its column, no case could be saved."""
    for process in model.processes.values():
        things: list[Process | Node] = [process, *process.nodes.values()]
        for thing in things:
            texts = {"id": thing.id, **thing.attributes}
            for what in _LONGEST.keys() & texts.keys() - {"name"}:
                _length(report, thing, what, texts[what])
        for lane in process.lanes:
            _length(report, lane, "lane", lane.name)
    for named_thing in (*model.messages.values(), *model.signals.values()):
        _length(report, Spot(named_thing.id, named_thing.line), "name", named_thing.name)


def _length(report: Report, place: Any, what: str, text: str) -> None:
    most = _LONGEST[what]
    if len(text) > most:
        report.error(
            place,
            "text-too-long",
            f"„{text[:40]}…“ hat {len(text)} Zeichen; möglich sind hier {most}.",
            "Kürzen Sie den Text.",
        )


def check_together(models: Sequence[Model], reports: dict[str, Report]) -> None:
    """A process id may be in one file only: calls find processes by it."""
    first: dict[str, str] = {}
    for model in models:
        for process in model.processes.values():
            if process.id in first and first[process.id] != model.file:
                reports[model.file].error(
                    process,
                    "process-duplicate",
                    f"Den Prozess „{process.id}“ gibt es schon in {first[process.id]}.",
                    "Benennen Sie einen der beiden Prozesse um, oder löschen Sie die Kopie.",
                )
            first.setdefault(process.id, model.file)


def _elements(model: Model) -> Iterator[etree._Element]:
    if model.tree is not None:
        for element in model.tree.getroot().iter(etree.Element):
            if namespace(element) == BPMN:
                yield element


def _missing(report: Report, line: int, what: str) -> None:
    report.error(
        Spot("", line),
        "id-missing",
        f"Ein Element ohne Kennung: {what}.",
        "Geben Sie dem Element ein Attribut id, oder speichern Sie die Datei im Modellierungs"
        "werkzeug neu.",
    )


def _other(key: str) -> str:
    return f"Ereignis_{key}" if key in ("Start", "End") else key.replace(".", "_") + "_1"
