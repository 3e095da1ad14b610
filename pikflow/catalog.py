"""The catalog: which lane is worked by whom, and which measures there are. Data, never code.

A `catalog.yaml` beside the processes:

    pikcatalog: 1
    kinds: {gemeinde: {de: Gemeinde, en: ...}, ...}        kinds of organisations, on screen
    roles: {sachbearbeitung: Sachbearbeitung, ...}
    lanes:
      Gemeinde: {role: sachbearbeitung, scope: line, kinds: [gemeinde]}
    measures:
      - slug: ..., name: {de: ..., en: ...}, short: IM, process: ..., authority: <organisation id>,
        applicants: [kinds], starters: [kinds], carrier: <organisation id or null>,
        forms: {antrag: <form id>, ...}, provisional: false, colour: blau
    round_process: foerderrunde                            the process that opens a funding round
    oversight: [ministerium]                               kinds whose people see all cases

Scopes: `applicant` is the organisation the case belongs to; `caller` the one whose case called
this child case (without one, the applicant); `line` the nearest organisation of one of the kinds,
from the case's organisation upwards (then from that of the calling case); `authority` the
measure's authority; `any` everybody with the role in an organisation of one of the kinds.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import yaml

from pikflow.errors import DefinitionInvalid, Finding

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # libyaml: about ten times faster
COLOURS = ("blau", "gruen", "gelb", "rot", "violett", "grau")  # of a measure, on screen
SCOPES = ("applicant", "caller", "line", "authority", "any")


@dataclass(frozen=True)
class Lane:
    """Who works a lane: persons with `role` in the organisation that `scope` finds."""

    name: str
    role: str
    scope: str
    kinds: tuple[str, ...] = ()


@dataclass(frozen=True)
class Measure:
    """One measure of the pact; all of it is data an administrator can change."""

    slug: str
    name: Mapping[str, str]
    short: str
    process: str
    authority: str
    applicants: tuple[str, ...]
    starters: tuple[str, ...]
    carrier: str | None = None
    forms: Mapping[str, str] = field(default_factory=dict)
    provisional: bool = False
    description: Mapping[str, str] = field(default_factory=dict)
    colour: str = ""


@dataclass(frozen=True)
class Catalog:
    kinds: Mapping[str, Mapping[str, str]]
    roles: Mapping[str, str]
    lanes: Mapping[str, Lane]
    measures: Mapping[str, Measure]
    round_process: str = ""
    oversight: tuple[str, ...] = ()

    @classmethod
    def load(cls, text: str, file: str = "catalog.yaml") -> "Catalog":
        """Read a catalog; raises DefinitionInvalid with a finding that names what is wrong."""
        try:
            raw = read_yaml(text)
        except yaml.YAMLError as fault:
            mark = getattr(fault, "problem_mark", None)
            raise _invalid(
                file, "Der Katalog ist kein gültiges YAML.", mark.line + 1 if mark else 0
            ) from fault
        if not isinstance(raw, dict) or raw.get("pikcatalog") != 1:
            raise _invalid(file, "Der Katalog beginnt nicht mit „pikcatalog: 1“.")
        try:
            return cls(
                kinds={kind: _texts(words) for kind, words in raw["kinds"].items()},
                roles=dict(raw["roles"]),
                lanes={name: _lane(name, entry) for name, entry in raw["lanes"].items()},
                measures={entry["slug"]: _measure(entry) for entry in raw["measures"]},
                round_process=raw.get("round_process", ""),
                oversight=tuple(raw.get("oversight", ())),
            )
        except KeyError as missing:
            raise _invalid(file, f"Im Katalog fehlt die Angabe „{missing.args[0]}“.") from missing
        except (TypeError, AttributeError, ValueError) as fault:
            raise _invalid(file, f"Der Katalog hat nicht die erwartete Form: {fault}") from fault


def read_yaml(text: str) -> Any:
    """The value of a YAML text; YAMLError with its line also for an alias, for a few of those can
    stand for more than any memory holds."""
    for event in yaml.parse(text, Loader=_LOADER):
        if isinstance(event, yaml.AliasEvent):
            raise yaml.MarkedYAMLError(problem="alias", problem_mark=event.start_mark)  # type: ignore[arg-type]
    return yaml.load(text, Loader=_LOADER)  # noqa: S506 - the C form of the safe one


def _invalid(file: str, message: str, line: int = 0) -> DefinitionInvalid:
    hint = "Nehmen Sie den mitgelieferten Katalog als Muster."
    return DefinitionInvalid([Finding(file, line, "", "error", "catalog-invalid", message, hint)])


def _texts(words: Any) -> Mapping[str, str]:
    """Words per language; a plain word is German."""
    return dict(words) if isinstance(words, dict) else {"de": str(words)}


def _lane(name: str, entry: Mapping[str, Any]) -> Lane:
    if entry["scope"] not in SCOPES:
        raise ValueError(f"Bahn „{name}“: der Geltungsbereich „{entry['scope']}“ ist unbekannt")
    return Lane(name, entry["role"], entry["scope"], tuple(entry.get("kinds", ())))


def _measure(entry: Mapping[str, Any]) -> Measure:
    return Measure(
        slug=entry["slug"],
        name=dict(entry["name"]),
        short=entry["short"],
        process=entry["process"],
        authority=entry["authority"],
        applicants=tuple(entry["applicants"]),
        starters=tuple(entry.get("starters", entry["applicants"])),
        carrier=entry.get("carrier"),
        forms=dict(entry.get("forms", {})),
        provisional=bool(entry.get("provisional", False)),
        description=dict(entry.get("description", {})),
        colour=_colour(entry.get("colour", "")),
    )


def _colour(name: str) -> str:
    if name and name not in COLOURS:
        raise ValueError(f"die Farbe „{name}“ gibt es nicht; möglich sind {', '.join(COLOURS)}")
    return name
