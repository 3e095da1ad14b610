"""What stands in a form before anybody typed: prefilled values, defaults, rows from the case."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from pikflow.errors import EngineFault
from pikflow.forms.evaluation import scope_of
from pikflow.forms.properties import Formula
from pikflow.forms.schema import Field, FormSchema
from pikflow.forms.types.table import MAX_ROWS


def seed(
    schema: FormSchema,
    stored: Mapping[str, Any],
    context: Mapping[str, Any],
    *,
    blank_rows: bool = False,
) -> dict[str, Any]:
    """The stored answers of known fields; what was never answered is prefilled or defaulted.

    `blank_rows` adds the empty rows a group starts with on screen.
    """
    scope = scope_of(schema, context)
    answers: dict[str, Any] = {}
    for item in schema.fields():
        if item.shape == "none" or (item.compute is not None and item.shape == "value"):
            continue
        known = item.id in stored
        if item.shape == "rows":
            answers[item.id] = _rows(item, stored.get(item.id), known, scope, blank_rows)
        elif known:
            answers[item.id] = stored[item.id]
        else:
            found = initial(item, scope)
            if found is not None:
                answers[item.id] = found
        scope[item.id] = answers.get(item.id)
    return answers


def initial(item: Field, scope: Mapping[str, Any]) -> Any:
    """The first value of a field: prefilled, else its default, else None."""
    found = _value(item.prefill, scope)
    return item.default if found is None else found


def new_row(group: Field, scope: Mapping[str, Any]) -> dict[str, Any]:
    """A row nobody has typed in, with the defaults of its columns."""
    found = {child.id: initial(child, scope) for child in group.children if child.compute is None}
    return {name: value for name, value in found.items() if value is not None}


def _value(formula: Formula | None, scope: Mapping[str, Any]) -> Any:
    if formula is None:
        return None
    try:
        return formula.evaluate(scope)
    except EngineFault:
        return None


def _rows(
    group: Field, stored: Any, known: bool, scope: dict[str, Any], blank_rows: bool
) -> list[dict[str, Any]]:
    rows = (
        [dict(row) for row in stored if isinstance(row, Mapping)]
        if isinstance(stored, list)
        else []
    )
    if group.rows.source is not None and (group.rows.fixed or not known):
        return _from_source(group, rows, scope)
    if not known and blank_rows:
        least = group.repeat.min
        count = max(group.repeat.start, int(least) if isinstance(least, Decimal) else 0)
        rows = [{} for _ in range(min(count, MAX_ROWS))]
    return [{**new_row(group, {**scope, "item": row}), **row} for row in rows]


def _from_source(
    group: Field, stored: list[dict[str, Any]], scope: dict[str, Any]
) -> list[dict[str, Any]]:
    """One row per entry; what was typed into an earlier row of the same key is kept."""
    source = _value(group.rows.source, scope)
    rows = []
    for number, entry in enumerate(source[:MAX_ROWS] if isinstance(source, list) else []):
        inner = {**scope, "entry": entry}
        taken = {name: _value(formula, inner) for name, formula in group.rows.mapping.items()}
        before = _same(group, taken, stored, number)
        kept = {
            name: value for name, value in before.items()
            if not (name in taken and _is_fixed(group, name))
        }  # fmt: skip
        rows.append({**new_row(group, {**scope, "item": taken}), **taken, **kept})
    return rows


def _is_fixed(group: Field, name: str) -> bool:
    child = group.child(name)
    return child is not None and child.readonly is True


def _same(
    group: Field, taken: Mapping[str, Any], stored: list[dict[str, Any]], number: int
) -> dict[str, Any]:
    key = group.rows.key
    if not key:
        return stored[number] if number < len(stored) else {}
    wanted = _identity(taken.get(key))
    return next((row for row in stored if _identity(row.get(key)) == wanted), {})


def _identity(value: Any) -> Any:
    return value.get("id") if isinstance(value, Mapping) else value
