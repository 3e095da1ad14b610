"""Changing generated answers until the checks across fields hold: a small local search."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from pikflow.errors import EngineFault
from pikflow.expressions import Expression
from pikflow.forms.evaluation import Evaluated
from pikflow.forms.names import PLACEHOLDER
from pikflow.forms.rules import examine
from pikflow.forms.schema import Check, Field, FormSchema
from pikflow.forms.settling import editable_sections, settle
from pikflow.forms.types.base import State

MAX_TRIES = 400
_NUMBERS = (Decimal(0), Decimal(1), Decimal(100))


@dataclass(frozen=True)
class _Attempt:
    answers: dict[str, Any]
    errors: dict[str, str]
    evaluated: Evaluated

    @property
    def mark(self) -> frozenset[tuple[str, str]]:
        return frozenset(self.errors.items())


def repair(
    schema: FormSchema,
    answers: dict[str, Any],
    context: Mapping[str, Any],
    *,
    fixed: Collection[str] = (),
) -> dict[str, Any]:
    """Answers with as few errors as the search finds; those given when it finds nothing better.
    The fields in `fixed` are never changed.

    One field is changed at a time. A change that trades one error for another is taken when no
    change does better, but never twice.
    """
    best = now = _attempt(schema, answers, context)
    seen = {now.mark}
    tries = 0
    while now.errors and tries < MAX_TRIES:
        sideways = None
        for name, candidate in _candidates(schema, now):
            if name in fixed:
                continue
            tries += 1
            trial = _attempt(schema, {**now.answers, name: candidate}, context)
            if len(trial.errors) < len(now.errors):
                sideways = trial
                break
            if sideways is None and len(trial.errors) == len(now.errors) and trial.mark not in seen:
                sideways = trial
            if tries >= MAX_TRIES:
                break
        if sideways is None:
            break
        now = sideways
        seen.add(now.mark)
        if len(now.errors) < len(best.errors):
            best = now
    return best.answers


def _attempt(schema: FormSchema, answers: dict[str, Any], context: Mapping[str, Any]) -> _Attempt:
    parsed, evaluated = settle(schema, answers, context, None)
    remarks = examine(schema, parsed, evaluated, editable=editable_sections(schema, None))
    return _Attempt(answers, remarks.errors, evaluated)


def _candidates(schema: FormSchema, attempt: _Attempt) -> Iterator[tuple[str, Any]]:
    """Other values worth trying for the fields with errors and for those their checks name."""
    wanted = [path.split("-")[0] for path in attempt.errors]
    failing = [check for check in schema.checks if check.field.split(".")[0] in wanted]
    others = [
        name.split(".")[0]
        for check in failing
        for name in [*check.rule.names, *PLACEHOLDER.findall(check.message.de)]
    ]
    pool = [attempt.evaluated.values.get(name) for name in [*wanted, *others]]
    gaps = [gap for check in failing if (gap := _gap(check, attempt.evaluated))]
    for name in dict.fromkeys([*wanted, *others]):
        item = schema.field(name)
        if item is None or item.compute is not None or item.shape == "none":
            continue
        for candidate in _variants(item, attempt.answers.get(name), pool, gaps):
            yield name, candidate


def _gap(check: Check, evaluated: Evaluated) -> Decimal | None:
    """By how much the two sides of a comparison of numbers differ."""
    tree = check.rule.expression.tree
    if tree[0] != "compare" or len(tree) != 3 or check.each:
        return None
    try:
        left = Expression.of("", tree[1]).evaluate(evaluated.scope)
        right = Expression.of("", tree[2][1]).evaluate(evaluated.scope)
    except EngineFault:
        return None
    if isinstance(left, Decimal) and isinstance(right, Decimal):
        return left - right
    return None


def _variants(item: Field, value: Any, pool: list[Any], gaps: list[Decimal]) -> Iterator[Any]:
    numbers = [one for one in pool if isinstance(one, Decimal)]
    if item.shape == "rows":
        yield from _row_variants(item, value, gaps)
    elif item.shape == "parts":
        yield from _part_variants(item, value, pool)
    elif item.shape == "matrix":
        yield from _matrix_variants(item, value, [*_NUMBERS, *numbers], gaps)
    elif item.kind.widget == "number":
        held = value if isinstance(value, Decimal) else Decimal(0)
        yield from (held + step for gap in gaps for step in (gap, -gap) if held + step >= 0)
        yield from (*_NUMBERS, *numbers)
        yield from (limit for limit in (item.min, item.max) if isinstance(limit, Decimal))
    elif item.kind.widget == "date":
        for one in pool:
            for day in one.values() if isinstance(one, Mapping) else [one]:
                if isinstance(day, date):
                    yield from (day, day + timedelta(days=1), day - timedelta(days=1))
    elif item.kind.widget in ("bool", "confirm"):
        yield from (True, False)
    elif isinstance(item.options, tuple) and item.options:
        values = [option.value for option in item.options]
        yield from ([values] if item.kind.widget == "multichoice" else values)
    else:
        yield item.kind.example(item, State())
        yield item.kind.example(item, State(), 1)


def _row_variants(item: Field, value: Any, gaps: list[Decimal]) -> Iterator[Any]:
    rows = value if isinstance(value, list) else []
    if len(rows) > 1 and not item.rows.fixed:
        yield rows[:1]
    for child in item.children:
        if child.compute is not None or child.readonly is True:
            continue
        if child.kind.widget == "number":
            held = rows[0].get(child.id) if rows else None
            held = held if isinstance(held, Decimal) else Decimal(0)
            for gap in gaps:
                for step in (gap, -gap):
                    if rows and held + step >= 0:
                        yield [{**rows[0], child.id: held + step}, *rows[1:]]
            for number in _NUMBERS:
                yield [{**row, child.id: number} for row in rows]
        elif child.kind.widget in ("bool", "confirm"):
            yield [{**row, child.id: True} for row in rows]
        elif isinstance(child.options, tuple):
            for option in child.options:
                yield [{**row, child.id: option.value} for row in rows]


def _part_variants(item: Field, value: Any, pool: list[Any]) -> Iterator[Any]:
    given = value if isinstance(value, Mapping) else {}
    days = [one for one in pool if isinstance(one, date)]
    for one in pool:
        if isinstance(one, Mapping):
            days += [day for day in one.values() if isinstance(day, date)]
    for child in item.children:
        for day in days if child.kind.widget == "date" else ():
            for moved in (day, day + timedelta(days=1), day - timedelta(days=1)):
                yield {**given, child.id: moved}


def _matrix_variants(
    item: Field, value: Any, numbers: list[Decimal], gaps: list[Decimal]
) -> Iterator[Any]:
    """The first row changed: one column by the gap, or all columns to the same number."""
    rows = [option.value for option in item.settings["row_options"]]
    given = value if isinstance(value, Mapping) else {}
    first = given.get(rows[0]) or {}
    for column in item.children:
        held = first.get(column.id)
        held = held if isinstance(held, Decimal) else Decimal(0)
        for gap in gaps:
            for step in (gap, -gap):
                if held + step >= 0:
                    yield {**given, rows[0]: {**first, column.id: held + step}}
    for number in dict.fromkeys(numbers):
        yield {**given, rows[0]: {column.id: number for column in item.children}}
