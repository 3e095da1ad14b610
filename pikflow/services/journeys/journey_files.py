"""Journey files as data: the steps of a walk through a process, as docs/journeys.md describes."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import yaml

from pikflow.catalog import read_yaml
from pikflow.deadlines import add_months
from pikflow.errors import DefinitionInvalid, Finding
from pikflow.identity import Actor, Organisation
from pikflow.values import normalise

_HEAD = {"pikweg", "titel", "beginn", "runde", "runden", "schritte", "beschreibung"}
_VERBS = ("beginnt", "aufgabe", "aktion", "zeit", "pruefe")
_STEP = {
    *_VERBS,
    "wer", "massnahme", "fuer", "antworten", "ausfuellen", "grund", "abgelehnt", "fehler", "danach",
    "hinweis",
}  # fmt: skip
_AFTER = {
    "fuer", "haupt", "offen", "unter_anderem", "angeboten", "stand", "ergebnis", "phase", "betrag",
    "frist", "daten", "kinder", "sieht", "sieht_nicht",
}  # fmt: skip
_SPAN = re.compile(r"\+\s*(\d+)\s+(Tage?|Wochen?|Monate?|Jahre?)")
STATES = {
    "offen": ("open",),
    "beendet": ("completed", "closed"),
    "abgebrochen": ("cancelled",),
}


@dataclass(frozen=True)
class Step:
    """One step; `number` counts from 1, `line` is where it begins in the file."""

    number: int
    line: int
    verb: str
    what: Any
    given: Mapping[str, Any]

    @property
    def title(self) -> str:
        who = f"{self.given['wer']}: " if self.given.get("wer") else ""
        return f"Schritt {self.number} ({who}{self.what if self.verb != 'pruefe' else 'prüfe'})"

    @property
    def after(self) -> list[Mapping[str, Any]]:
        """What holds after the step; several when several cases are looked at."""
        found = self.given.get("danach") or []
        return found if isinstance(found, list) else [found]


@dataclass(frozen=True)
class Journey:
    file: str
    title: str
    begins: date
    rounds: tuple[Mapping[str, Any], ...]
    steps: tuple[Step, ...]


@dataclass(frozen=True)
class People:
    """The organisations and persons of all journeys, by id."""

    organisations: Mapping[str, Organisation] = field(default_factory=dict)
    inhabitants: Mapping[str, int] = field(default_factory=dict)
    actors: Mapping[str, Actor] = field(default_factory=dict)


def check(journeys: Mapping[str, bytes], people: Mapping[str, bytes]) -> list[Finding]:
    """Findings of journey files and of the people file, by file."""
    findings: list[Finding] = []
    for path, data in people.items():
        findings += _caught(lambda p=path, d=data: load_people(_text(d), p))
    for path, data in journeys.items():
        findings += _caught(lambda p=path, d=data: load(_text(d), p))
    return findings


def _caught(read: Any) -> list[Finding]:
    try:
        read()
    except DefinitionInvalid as fault:
        return list(fault.findings)
    return []


def _text(data: bytes) -> str:
    return data.decode("utf-8-sig", errors="replace")


def load(text: str, file: str) -> Journey:
    """One journey; raises DefinitionInvalid with every finding."""
    raw, lines = _read(text, file)
    findings = list(_remarks(raw, lines, file))
    if findings:
        raise DefinitionInvalid(findings)
    steps = tuple(
        Step(number, lines[number - 1], _verb(entry), entry[_verb(entry)], normalise(entry))
        for number, entry in enumerate(raw["schritte"], 1)
    )
    rounds = raw.get("runden") or raw.get("runde") or []
    rounds = rounds if isinstance(rounds, list) else [rounds]
    return Journey(
        file, str(raw["titel"]), _as_date(raw["beginn"]), tuple(normalise(rounds)), steps
    )


def load_people(text: str, file: str) -> People:
    """The people file; raises DefinitionInvalid."""
    raw, _ = _read(text, file)
    try:
        inhabitants = {}
        organisations = {}
        for entry in raw["organisationen"]:
            key = str(entry["id"])
            organisations[key] = Organisation(
                key,
                entry["name"],
                entry["art"],
                str(entry["gehoert_zu"]) if entry.get("gehoert_zu") else None,
                str(entry.get("ags") or ""),
            )
            if entry.get("einwohner"):
                inhabitants[key] = int(entry["einwohner"])
        actors = {
            entry["id"]: Actor(
                entry["id"],
                entry["name"],
                organisations[str(entry["organisation"])],
                frozenset(entry["rollen"]),
                entry.get("amt", ""),
            )
            for entry in raw["personen"]
        }
    except (KeyError, TypeError, ValueError) as fault:
        message = f"Die Personen haben nicht die erwartete Form: {fault}"
        raise DefinitionInvalid([_finding(file, 0, message)]) from fault
    return People(organisations, inhabitants, actors)


def moved(now: datetime, what: Any) -> datetime:
    """The instant a `zeit` step sets the clock to; raises ValueError when it goes back."""
    match = _SPAN.fullmatch(str(what).strip())
    if match:
        number, unit = int(match.group(1)), match.group(2)[0]
        if unit in "MJ":
            day = add_months(now.date(), number * (12 if unit == "J" else 1))
            later = now.replace(year=day.year, month=day.month, day=day.day)
        else:
            later = now + timedelta(days=number * (7 if unit == "W" else 1))
    else:
        later = datetime.combine(_as_date(what), now.timetz())
    if later < now:
        raise ValueError(f"„{what}“ liegt vor dem Stand der Uhr ({now:%d.%m.%Y})")
    return later


def _read(text: str, file: str) -> tuple[dict[str, Any], list[int]]:
    """The YAML as data, and the line of every step."""
    try:
        raw = read_yaml(text)
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.YAMLError as fault:
        mark = getattr(fault, "problem_mark", None)
        line = mark.line + 1 if mark else 0
        raise DefinitionInvalid([_finding(file, line, "Das ist kein gültiges YAML.")]) from fault
    if not isinstance(raw, dict):
        raise DefinitionInvalid([_finding(file, 1, "Die Datei enthält keine Angaben.")])
    lines: list[int] = []
    for key, value in getattr(node, "value", []):
        if key.value == "schritte" and isinstance(value, yaml.SequenceNode):
            lines = [item.start_mark.line + 1 for item in value.value]
    return raw, lines


def _remarks(raw: Mapping[str, Any], lines: list[int], file: str) -> Iterator[Finding]:
    for key in raw.keys() - _HEAD:
        yield _finding(file, 1, f"Die Angabe „{key}“ kennt ein Weg nicht.")
    for key in ("titel", "beginn", "schritte"):
        if not raw.get(key):
            yield _finding(file, 1, f"Dem Weg fehlt die Angabe „{key}“.")
    if raw.get("beginn") and not isinstance(raw["beginn"], date):
        yield _finding(file, 1, "„beginn“ ist kein Datum (JJJJ-MM-TT).")
    steps = raw.get("schritte")
    if not isinstance(steps, list):
        return
    for number, step in enumerate(steps, 1):
        line = lines[number - 1] if number <= len(lines) else 0
        if not isinstance(step, dict):
            yield _finding(file, line, f"Schritt {number} enthält keine Angaben.")
            continue
        yield from _step_remarks(step, number, line, file)


def _step_remarks(step: Mapping[str, Any], number: int, line: int, file: str) -> Iterator[Finding]:
    for key in step.keys() - _STEP:
        yield _finding(file, line, f"Schritt {number}: Die Angabe „{key}“ gibt es nicht.")
    verbs = [verb for verb in _VERBS if verb in step]
    if len(verbs) != 1:
        wanted = ", ".join(_VERBS)
        yield _finding(file, line, f"Schritt {number} braucht genau eines von: {wanted}.")
    elif verbs[0] in ("beginnt", "aufgabe", "aktion") and not step.get("wer"):
        yield _finding(file, line, f"Schritt {number} sagt nicht, wer ihn tut.")
    after = step.get("danach") or []
    for entry in after if isinstance(after, list) else [after]:
        unknown = entry.keys() - _AFTER if isinstance(entry, dict) else {str(entry)}
        for key in unknown:
            yield _finding(file, line, f"Schritt {number}: „danach: {key}“ gibt es nicht.")
        state = entry.get("stand") if isinstance(entry, dict) else None
        if state is not None and state not in STATES:
            yield _finding(file, line, f"Schritt {number}: Den Stand „{state}“ gibt es nicht.")


def _verb(step: Mapping[str, Any]) -> str:
    return next(verb for verb in _VERBS if verb in step)


def _as_date(value: Any) -> date:
    if isinstance(value, date):
        return value
    return date.fromisoformat(str(value))


def _finding(file: str, line: int, message: str) -> Finding:
    hint = "docs/journeys.md beschreibt, wie ein Weg geschrieben wird."
    return Finding(file, line, "", "error", "journey-invalid", message, hint)


def equal(found: Any, wanted: Any) -> bool:
    """Whether a value of the case is what a journey says; numbers by value, dates also as text."""
    if isinstance(wanted, Decimal) and isinstance(found, Decimal):
        return found == wanted
    if isinstance(found, date) and isinstance(wanted, str):
        return found.isoformat() == wanted
    if isinstance(wanted, dict) and isinstance(found, dict):
        return all(equal(found.get(key), value) for key, value in wanted.items())
    if isinstance(wanted, list) and isinstance(found, list):
        return len(found) == len(wanted) and all(map(equal, found, wanted))
    return bool(found == wanted)
