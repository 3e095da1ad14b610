"""Dated parameters of the measures, from `parameter.yaml`: what `params` holds in a case."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

import yaml

from pikflow.catalog import read_yaml
from pikflow.errors import DefinitionInvalid, Finding
from pikflow.values import normalise

EVERYWHERE = "alle"


@dataclass(frozen=True)
class Entry:
    """Who entered a dated value, when (a day or "") and why; `mark` says how sure it is."""

    at: str = ""
    by: str = ""
    reason: str = ""
    mark: str = ""


@dataclass(frozen=True)
class Parameter:
    """One named value: dated (`steps`, ascending), a whole table, or the same on every day.

    `label`, `unit`, `mark` (sourced, config) and `note` are for people; `entered` has by day who
    brought the value that begins then.
    """

    name: str
    steps: tuple[tuple[date, Any], ...] = ()
    table: tuple[Mapping[str, Any], ...] = ()
    value: Any = None
    label: str = ""
    unit: str = ""
    mark: str = ""
    note: str = ""
    entered: Mapping[date, Entry] = field(default_factory=dict)

    def on(self, day: date) -> Any:
        """The value valid on a day, None before the first; a table as a whole."""
        if self.table:
            return [dict(row) for row in self.table]
        if self.steps:
            return next((value for begin, value in reversed(self.steps) if begin <= day), None)
        return self.value


@dataclass(frozen=True)
class Parameters:
    """All parameters: those of every measure, and those of one, which go first."""

    everywhere: Mapping[str, Parameter] = field(default_factory=dict)
    measures: Mapping[str, Mapping[str, Parameter]] = field(default_factory=dict)

    def resolve(self, measure: str, year: int) -> dict[str, Any]:
        """name -> the value valid on 1 January of the year, None when none is yet."""
        day = date(year, 1, 1)
        own = self.measures.get(measure, {})
        resolved = {name: parameter.on(day) for name, parameter in self.everywhere.items()}
        for name, parameter in own.items():
            value = parameter.on(day)
            if value is not None or name not in resolved:
                resolved[name] = value
        return resolved


def load(text: str, file: str = "parameter.yaml") -> Parameters:
    """Read parameters; raises DefinitionInvalid with a finding that names what is wrong."""
    try:
        raw = read_yaml(text)
    except yaml.YAMLError as fault:
        mark = getattr(fault, "problem_mark", None)
        line = mark.line + 1 if mark else 0
        raise _invalid(file, line, "Die Parameter sind kein gültiges YAML.") from fault
    if not isinstance(raw, dict) or raw.get("pikparameter") != 1:
        raise _invalid(file, 1, "Die Parameter beginnen nicht mit „pikparameter: 1“.")
    everywhere = _group(file, EVERYWHERE, raw.get(EVERYWHERE) or {})
    measures = raw.get("massnahmen") or {}
    if not isinstance(measures, dict):
        raise _invalid(file, 0, "Unter „massnahmen“ steht je Maßnahme eine Liste von Namen.")
    return Parameters(
        everywhere, {slug: _group(file, slug, group or {}) for slug, group in measures.items()}
    )


def _group(file: str, owner: str, group: Any) -> dict[str, Parameter]:
    if not isinstance(group, dict):
        raise _invalid(file, 0, f"Unter „{owner}“ stehen benannte Werte.")
    return {name: _parameter(file, f"{owner}.{name}", name, e) for name, e in group.items()}


def _parameter(file: str, place: str, name: str, entry: Any) -> Parameter:
    if not isinstance(entry, dict):
        return Parameter(name, value=normalise(entry))
    given = [key for key in ("werte", "tabelle", "wert") if key in entry]
    if len(given) != 1:
        raise _invalid(
            file, 0, f"„{place}“ braucht genau eine der Angaben „werte“, „tabelle“ und „wert“."
        )
    found = Parameter(
        name,
        label=str(entry.get("label") or ""),
        unit=str(entry.get("unit") or ""),
        mark=str(entry.get("mark") or ""),
        note=str(entry.get("note") or ""),
        entered=_entered(file, place, entry.get("eingetragen") or {}),
    )
    if given == ["wert"]:
        return replace(found, value=normalise(entry["wert"]))
    if given == ["tabelle"]:
        return replace(found, table=_table(file, place, entry["tabelle"]))
    return replace(found, steps=_steps(file, place, entry["werte"]))


def _entered(file: str, place: str, entries: Any) -> dict[date, Entry]:
    if not isinstance(entries, dict) or not all(isinstance(e, dict) for e in entries.values()):
        raise _invalid(file, 0, f"„{place}“: unter „eingetragen“ steht zu jedem Beginn, wer warum.")
    return {
        _day(file, place, key): Entry(
            at=str(entry.get("am") or ""),
            by=str(entry.get("von") or ""),
            reason=str(entry.get("grund") or ""),
            mark=str(entry.get("mark") or ""),
        )
        for key, entry in entries.items()
    }


def _steps(file: str, place: str, entries: Any) -> tuple[tuple[date, Any], ...]:
    if not isinstance(entries, dict) or not entries:
        raise _invalid(file, 0, f"„{place}“: unter „werte“ steht zu jedem Beginn ein Wert.")
    dated = [(_day(file, place, key), normalise(value)) for key, value in entries.items()]
    return tuple(sorted(dated, key=lambda step: step[0]))


def _table(file: str, place: str, rows: Any) -> tuple[Mapping[str, Any], ...]:
    if isinstance(rows, dict):
        rows = [{"ab": key, "wert": value} for key, value in rows.items()]
    if not isinstance(rows, list) or not all(isinstance(r, dict) and "ab" in r for r in rows):
        raise _invalid(file, 0, f"„{place}“: jede Zeile der Tabelle braucht „ab“ und „wert“.")
    dated = [{**normalise(row), "ab": _day(file, place, row["ab"])} for row in rows]
    return tuple(sorted(dated, key=lambda row: row["ab"]))


def _day(file: str, place: str, key: Any) -> date:
    if isinstance(key, date):
        return key
    text = str(key)
    try:
        return date(int(text), 1, 1) if len(text) == 4 else date.fromisoformat(text)
    except ValueError as fault:
        raise _invalid(
            file, 0, f"„{place}“: „{text}“ ist kein Jahr (JJJJ) und kein Tag (JJJJ-MM-TT)."
        ) from fault


def _invalid(file: str, line: int, message: str) -> DefinitionInvalid:
    hint = "Nehmen Sie die mitgelieferten Parameter als Muster."
    found = Finding(file, line, "", "error", "parameters-invalid", message, hint)
    return DefinitionInvalid([found])
