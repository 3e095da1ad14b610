"""Answers that satisfy a form, for simulation: the smallest that do.

Each type gives an example inside its limits. Checks across fields are then met by trying other
values for the fields they name: limits, each other's values, every option.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from pikflow.forms.evaluation import Evaluated
from pikflow.forms.repair import repair
from pikflow.forms.schema import Field, FormSchema
from pikflow.forms.seeding import seed
from pikflow.forms.settling import plain, settle
from pikflow.forms.types.base import State


def generate(
    schema: FormSchema, context: Mapping[str, Any], given: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """Answers by field id; as good as can be found when the checks contradict each other.

    `given` answers stay as they are (in rows and composites only what is missing is added), even
    when a check would want them otherwise.
    """
    known = plain(context)
    answers = seed(schema, plain(given or {}), known)
    for _ in range(4):
        _, evaluated = settle(schema, answers, known, None)
        if not _fill(schema, answers, evaluated):
            break
    return repair(schema, answers, known, fixed=frozenset(given or {}))


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
                column.id: column.kind.example(
                    column, states.get(f"{path}-{option.value}-{column.id}", State())
                )
                for column in item.children
            }
            for option in item.settings["row_options"]
        }
    if not state.required or not _is_open(item, before):
        return before
    if item.shape == "parts":
        given = before if isinstance(before, Mapping) else {}
        whole = item.kind.example(item, state, seed_) or {}
        needed = item.kind.required_parts(item)
        found = {
            child.id: given.get(child.id)
            or whole.get(child.id)
            or child.kind.example(child, _part_state(child, state))
            for child in item.children
            if child.id in needed
        }
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
