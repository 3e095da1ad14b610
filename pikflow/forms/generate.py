"""Answers that satisfy a form, for simulation: the smallest that do.

Each type gives an example inside its limits. Checks across fields are then met by trying other
values for the fields they name: limits, each other's values, every option.
"""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from pikflow.forms.evaluation import Evaluated
from pikflow.forms.names import PLACEHOLDER
from pikflow.forms.schema import Field, FormSchema
from pikflow.forms.seeding import seed
from pikflow.forms.settling import plain, settle
from pikflow.forms.submission import Checked, validate
from pikflow.forms.types.base import State

MAX_TRIES = 400


def generate(schema: FormSchema, context: Mapping[str, Any]) -> dict[str, Any]:
    """Answers by field id; as good as can be found when the checks contradict each other."""
    known = plain(context)
    answers = seed(schema, {}, known)
    for _ in range(4):
        _, evaluated = settle(schema, answers, known, None)
        if not _fill(schema, answers, evaluated):
            break
    return _repair(schema, answers, known)


def _fill(schema: FormSchema, answers: dict[str, Any], evaluated: Evaluated) -> bool:
    """Give every visible required field an example; True when something was added."""
    changed = False
    for item in schema.fields():
        state = evaluated.states.get(item.id, State())
        if not state.visible or state.readonly or item.shape == "none":
            continue
        before = answers.get(item.id)
        after = _example(item, item.id, before, state, evaluated.states)
        if after is not None and after != before:
            answers[item.id] = after
            changed = True
    return changed


def _example(
    item: Field, path: str, before: Any, state: State, states: Mapping[str, State], seed_: int = 0
) -> Any:
    if item.shape == "rows":
        return _rows(item, path, before, state, states)
    if item.shape == "matrix":
        if not state.required:
            return before
        return {
            option.value: {
                column.id: column.kind.example(column, states.get(f"{path}-{option.value}-{column.id}", State()))
                for column in item.children
            }
            for option in item.settings["row_options"]
        }  # fmt: skip
    if not state.required or not _is_open(item, before):
        return before
    if item.shape == "parts":
        given = before if isinstance(before, Mapping) else {}
        needed = item.kind.required_parts(item)
        found = {
            child.id: given.get(child.id) or child.kind.example(child, _part_state(child, state))
            for child in item.children if child.id in needed
        }  # fmt: skip
        return {**given, **found}
    return item.kind.example(item, state, seed_)


def _part_state(child: Field, above: State) -> State:
    return State(min=above.min, max=above.max) if child.min is None else State()


def _is_open(item: Field, value: Any) -> bool:
    if item.shape == "parts":
        given = value if isinstance(value, Mapping) else {}
        return any(not given.get(name) for name in item.kind.required_parts(item))
    return item.kind.is_empty(value)


def _rows(
    item: Field, path: str, before: Any, state: State, states: Mapping[str, State]
) -> list[dict[str, Any]] | None:
    rows = [dict(row) for row in before] if isinstance(before, list) else []
    least = int(state.min) if isinstance(state.min, Decimal) else 0
    if not item.rows.fixed:
        while len(rows) < max(least, 1 if state.required else 0):
            rows.append({})
    for number, row in enumerate(rows):
        for child in item.children:
            own = states.get(f"{path}-{number}-{child.id}") or states.get(f"{path}-{child.id}")
            own = own or State()
            if not own.visible or own.readonly:
                continue
            after = _example(
                child, f"{path}-{number}-{child.id}", row.get(child.id), own, states, number
            )
            if after is not None:
                row[child.id] = after
    return rows


def _repair(schema: FormSchema, answers: dict[str, Any], context: dict[str, Any]) -> dict[str, Any]:
    """Change one field after the other as long as errors become fewer."""
    checked = validate(schema, answers, context)
    tries = 0
    while checked.errors and tries < MAX_TRIES:
        better = None
        for name, candidate in _candidates(schema, answers, checked):
            tries += 1
            trial = {**answers, name: candidate}
            result = validate(schema, trial, context)
            if len(result.errors) < len(checked.errors):
                better = (trial, result)
                break
            if tries >= MAX_TRIES:
                break
        if better is None:
            break
        answers, checked = better
    return answers


def _candidates(
    schema: FormSchema, answers: Mapping[str, Any], checked: Checked
) -> Iterator[tuple[str, Any]]:
    """Other values worth trying for the fields with errors and for those their checks name."""
    wanted = [path.split("-")[0] for path in checked.errors]
    others: list[str] = []
    for check in schema.checks:
        if check.field.split(".")[0] in wanted:
            others += [name.split(".")[0] for name in check.rule.names]
            others += [name.split(".")[0] for name in PLACEHOLDER.findall(check.message.de)]
    pool = [checked.values.get(name) for name in [*wanted, *others]]
    for name in dict.fromkeys([*wanted, *others]):
        item = schema.field(name)
        if item is None or item.compute is not None or item.shape == "none":
            continue
        for candidate in _variants(item, answers.get(name), pool):
            yield name, candidate


def _variants(item: Field, value: Any, pool: list[Any]) -> Iterator[Any]:
    if item.shape == "rows":
        yield from _row_variants(item, value)
    elif item.shape == "parts":
        yield from _part_variants(item, value, pool)
    elif item.shape == "matrix":
        for number in (Decimal(0), *(one for one in pool if isinstance(one, Decimal))):
            yield _first_cell(item, number)
    elif item.kind.widget == "number":
        yield from (Decimal(0), Decimal(1))
        yield from (one for one in pool if isinstance(one, Decimal))
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


def _row_variants(item: Field, value: Any) -> Iterator[Any]:
    rows = value if isinstance(value, list) else []
    if len(rows) > 1 and not item.rows.fixed:
        yield rows[:1]
    for child in item.children:
        if child.kind.widget == "number" and child.compute is None:
            for number in (Decimal(0), Decimal(1), Decimal(100)):
                yield [{**row, child.id: number} for row in rows]
        elif child.kind.widget in ("bool", "confirm"):
            yield [{**row, child.id: True} for row in rows]
        elif isinstance(child.options, tuple):
            for option in child.options:
                yield [{**row, child.id: option.value} for row in rows]


def _part_variants(item: Field, value: Any, pool: list[Any]) -> Iterator[Any]:
    given = value if isinstance(value, Mapping) else {}
    days = [one for one in pool if isinstance(one, date)]
    days += [day for one in pool if isinstance(one, Mapping) for day in one.values()
             if isinstance(day, date)]  # fmt: skip
    for child in item.children:
        for day in days if child.kind.widget == "date" else ():
            yield {**given, child.id: day}


def _first_cell(item: Field, number: Decimal) -> dict[str, Any]:
    cells = {
        option.value: {column.id: Decimal(0) for column in item.children}
        for option in item.settings["row_options"]
    }
    first = next(iter(cells.values()))
    first[item.children[0].id] = number
    return cells
