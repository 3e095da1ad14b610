"""Trying a decision out: typed values in, and what it gives, rule by rule.

Values are typed as people write them here (1.234,50 and 22.11.2026) or as files have them (1234.50
and 2026-11-22).
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from pikflow.engine.decisions.cells import expression_of
from pikflow.engine.decisions.compiled import Ready
from pikflow.engine.decisions.evaluation import Run, Scope, looked_at
from pikflow.engine.decisions.faults import DecisionFault
from pikflow.engine.decisions.kinds import Kind
from pikflow.engine.decisions.library import Library
from pikflow.errors import Invalid
from pikflow.expressions import ExpressionError, ExpressionFault
from pikflow.texts import say

MOST_SIGNS = 500
_NUMBER = re.compile(r"[-+]?(?:\d{1,3}(?:\.\d{3})+|\d+)(?:,\d+)?|[-+]?\d*\.?\d+")
_YES = {"ja": True, "true": True, "wahr": True, "nein": False, "false": False, "falsch": False}


@dataclass(frozen=True)
class Question:
    """A name of the case the decision reads; `choices` are cell texts of its possible values."""

    name: str
    label: str
    kind: Kind
    choices: tuple[str, ...] = ()


@dataclass(frozen=True)
class Step:
    """A rule: whether each of its input cells takes the value; None when that can't be told."""

    number: int
    cells: tuple[bool | None, ...]

    @property
    def hits(self) -> bool:
        return all(cell is True for cell in self.cells)


@dataclass(frozen=True)
class Trial:
    """What came out. `values` are the inputs column by column; `faults` say what is wrong with
    what was typed (name -> sentence); `problem` why there is no result; `made` the results of the
    decisions this one builds on (label -> value)."""

    values: tuple[Any, ...] = ()
    steps: tuple[Step, ...] = ()
    result: Any = None
    made: tuple[tuple[str, Any], ...] = ()
    problem: str = ""
    hint: str = ""
    faults: Mapping[str, str] = field(default_factory=dict)

    @property
    def hits(self) -> tuple[int, ...]:
        return tuple(step.number for step in self.steps if step.hits)


def questions(library: Library, key: str) -> tuple[Question, ...]:
    """What has to be known to make a decision, in the order of its columns, then by name."""
    found: dict[str, Question] = {}
    for one in [key, *sorted(library.reached(key) - {key})]:
        ready = library.ready.get(one)
        for column in ready.inputs if ready else ():
            name = column.expression.text.strip()
            if ready and name in ready.names and name not in found:
                found[name] = Question(name, column.label, column.kind, _choices(column.allowed))
    for name in sorted(library.names(key)):
        if "[]" not in name and not any(f"{one}.".startswith(f"{name}.") for one in found):
            found[name] = Question(name, name, Kind())
    return tuple(found.values())


def _choices(allowed: Any) -> tuple[str, ...]:
    points = allowed.points if allowed is not None else None
    texts = [point for point in points or () if isinstance(point, str)]
    return tuple(texts) if points and len(texts) == len(points) else ()


def try_out(library: Library, key: str, typed: Mapping[str, str]) -> Trial:
    """The decision made over typed values (name -> text, empty is nothing)."""
    values: dict[str, Any] = {}
    faults: dict[str, str] = {}
    for question in questions(library, key):
        try:
            _put(values, question.name, read(typed.get(question.name, ""), question.kind))
        except Invalid as fault:
            faults[question.name] = fault.message
    if faults:
        return Trial(faults=faults)
    run = Run(library.ready, values)
    problem, result = ("", ""), None
    try:
        result = run.outcome(key).value
    except DecisionFault as fault:
        problem = fault.message, fault.hint
    made = tuple(
        (library.decisions[other].label, outcome.value)
        for other, outcome in run.made.items()
        if other != key
    )
    looked, steps = _traced(library.ready.get(key), run)
    return Trial(looked, steps, result, made, *problem)


def _traced(ready: Ready | None, run: Run) -> tuple[tuple[Any, ...], tuple[Step, ...]]:
    if ready is None:
        return (), ()
    try:
        scope = run.seen_by(ready)
        values = [looked_at(ready, column, scope) for column in ready.inputs]
    except (DecisionFault, ExpressionFault):
        return (), ()
    steps = []
    for rule in ready.rules:
        pairs = zip(rule.conditions, values, strict=True)
        steps.append(Step(rule.number, tuple(_holds(one, value, scope) for one, value in pairs)))
    return tuple(values), tuple(steps)


def _holds(condition: Any, value: Any, scope: Scope) -> bool | None:
    try:
        return bool(condition.holds(value, scope))
    except ExpressionFault:
        return None


def _put(values: dict[str, Any], name: str, value: Any) -> None:
    """Put a value under its dotted name."""
    *path, last = name.split(".")
    for part in path:
        inner = values.setdefault(part, {})
        if not isinstance(inner, dict):
            return
        values = inner
    values.setdefault(last, value)


# --- typed values ------------------------------------------------------------------------------


def read(typed: str, kind: Kind) -> Any:
    """The value of a typed text, None for an empty one. Raises Invalid for a text of another kind.

    Without a kind a text is what it looks like: a number, a day, yes or no, a list, a text.
    """
    text = typed.strip()
    if len(text) > MOST_SIGNS:
        raise _wrong(say("Der Wert ist länger als {most} Zeichen.", most=MOST_SIGNS))
    if not text or text == "null":
        return None
    if kind.name == "text":
        return _unquoted(text)
    for name, found in _readings(text, kind.name):
        if found is not None and kind.fits(found):
            return found
        if kind.name == name:
            raise _of_kind(kind, text)
    return _unquoted(text)


def _of_kind(kind: Kind, text: str) -> Invalid:
    """What to say of a text that is none of its kind."""
    if kind.name == "number" and kind.whole:
        return _wrong(say("„{text}“ ist keine ganze Zahl.", text=text))
    if kind.name == "number":
        return _wrong(say("„{text}“ ist keine Zahl. Richtig ist zum Beispiel 1.234,50.", text=text))
    if kind.name == "date":
        return _wrong(
            say("„{text}“ ist kein Datum. Richtig ist zum Beispiel 22.11.2026.", text=text)
        )
    return _wrong(say("„{text}“ ist weder Ja noch Nein.", text=text))


def _readings(text: str, wanted: str) -> Iterator[tuple[str, Any]]:
    """(kind, value) of the ways to read a text; None where it is not written so."""
    if wanted in ("", "boolean"):
        yield "boolean", _YES.get(text.lower())
    if wanted in ("", "number"):
        yield "number", number(text)
    if wanted in ("", "date"):
        yield "date", day(text)
    if not wanted and text[0] in "[{":
        yield "list", _constant(text)


def number(text: str) -> Decimal | None:
    """1.234,50 or 1234.50; a point before exactly three digits separates thousands."""
    plain = text.replace("\u00a0", "").replace(" ", "").removesuffix("€")
    if not _NUMBER.fullmatch(plain):
        return None
    german = "," in plain or re.fullmatch(r"[-+]?\d{1,3}(?:\.\d{3})+", plain)
    return Decimal(plain.replace(".", "").replace(",", ".") if german else plain)


def day(text: str) -> date | None:
    for pattern in ("%d.%m.%Y", "%Y-%m-%d"):
        try:
            return datetime.strptime(text, pattern).date()  # noqa: DTZ007 - a day has no zone
        except ValueError:
            continue
    inner = re.fullmatch(r'date\("(\d{4}-\d\d-\d\d)"\)', text)
    return day(inner[1]) if inner else None


def _constant(text: str) -> Any:
    try:
        found = expression_of(text)
        return None if found.names else found.evaluate({})
    except (ExpressionError, ExpressionFault):
        return None


def _unquoted(text: str) -> str:
    return text[1:-1] if len(text) > 1 and text[0] == text[-1] == '"' else text


def _wrong(message: str) -> Invalid:
    return Invalid("trial-value", message)
