"""Where checks write what they find, and how they name things in German."""

from dataclasses import dataclass, field
from typing import Protocol

from pikflow.engine.model import Flow, Node, Process
from pikflow.errors import Finding, Severity

KINDS = {
    "startEvent": "Startereignis",
    "endEvent": "Endereignis",
    "intermediateCatchEvent": "Zwischenereignis",
    "intermediateThrowEvent": "Zwischenereignis",
    "implicitThrowEvent": "Zwischenereignis",
    "boundaryEvent": "Randereignis",
    "task": "Aufgabe",
    "userTask": "Aufgabe",
    "manualTask": "Aufgabe",
    "serviceTask": "Dienst-Aufgabe",
    "scriptTask": "Skript-Aufgabe",
    "businessRuleTask": "Geschäftsregel-Aufgabe",
    "sendTask": "Sende-Aufgabe",
    "receiveTask": "Empfangs-Aufgabe",
    "callActivity": "Aufruf",
    "subProcess": "Unterprozess",
    "adHocSubProcess": "Ad-hoc-Unterprozess",
    "transaction": "Transaktion",
    "exclusiveGateway": "Verzweigung",
    "inclusiveGateway": "Oder-Verzweigung",
    "parallelGateway": "Und-Verzweigung",
    "eventBasedGateway": "Ereignis-Verzweigung",
    "complexGateway": "komplexe Verzweigung",
}


class Place(Protocol):
    """What a finding points at."""

    @property
    def id(self) -> str: ...
    @property
    def line(self) -> int: ...


@dataclass(frozen=True)
class Spot:
    """A place that is no element of the model."""

    id: str
    line: int


@dataclass
class Report:
    """The findings of one file, in the order they were made; each is kept once."""

    file: str
    found: dict[Finding, None] = field(default_factory=dict)

    def error(self, place: Place, code: str, message: str, hint: str) -> None:
        self._add("error", place, code, message, hint)

    def warning(self, place: Place, code: str, message: str, hint: str) -> None:
        self._add("warning", place, code, message, hint)

    def information(self, place: Place, code: str, message: str, hint: str) -> None:
        self._add("information", place, code, message, hint)

    def _add(self, severity: Severity, place: Place, code: str, message: str, hint: str) -> None:
        element = "" if place.id.startswith("ohne-id-") else place.id
        finding = Finding(self.file, place.line, element, severity, code, message, hint)
        self.found.setdefault(finding)


def named(thing: Node | Flow | Process, process: Process | None = None) -> str:
    """The element as a person would say it: Aufgabe „Antrag prüfen“."""
    if isinstance(thing, Process):
        return f"Prozess „{thing.label}“"
    if isinstance(thing, Node):
        return f"{KINDS.get(thing.kind, thing.kind)} „{thing.label}“"
    if thing.name:
        return f"Weg „{thing.name}“"
    source = process.nodes.get(thing.source or "") if process else None
    target = process.nodes.get(thing.target or "") if process else None
    if source is not None and target is not None:
        return f"Weg von „{source.label}“ nach „{target.label}“"
    return f"Weg „{thing.id}“"
