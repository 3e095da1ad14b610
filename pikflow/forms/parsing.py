"""From raw text or plain data to values: one walk over the schema, never over the input.

Only what the schema names is looked at, so an unknown key can't get in. The result is a tree of
the same shape as the answers; what could not be read is None there and has a InputError under its
path. Paths are "betrag", "zeitraum-von", "stellen-0-vzae", "kostenplan-personal-jahr1".
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pikflow.forms.schema import Field, FormSchema
from pikflow.forms.types.base import N_, InputError, State
from pikflow.forms.types.table import MAX_ROWS, add_up

States = Mapping[str, State]
_PLAIN_STATE = State()


@dataclass
class Parsed:
    """Values by field id, problems by path, and the raw entries of those that have a problem."""

    values: dict[str, Any] = field(default_factory=dict)
    problems: dict[str, InputError] = field(default_factory=dict)
    raw: dict[str, Any] = field(default_factory=dict)


def parse(schema: FormSchema, answers: Mapping[str, Any], states: States) -> Parsed:
    """Read the answers; `states` gives the options on offer per path."""
    parsed = Parsed()
    for item in schema.fields():
        if item.shape == "none":
            continue
        parsed.values[item.id] = _read(item, answers.get(item.id), item.id, states, parsed)
    return parsed


def _read(item: Field, raw: Any, path: str, states: States, parsed: Parsed) -> Any:
    if item.shape == "parts":
        return _read_parts(item, raw, path, states, parsed)
    if item.shape == "rows":
        return _read_rows(item, raw, path, states, parsed)
    if item.shape == "matrix":
        return _read_matrix(item, raw, path, states, parsed)
    if item.compute is not None:
        return None
    return _read_leaf(item, raw, path, states, parsed)


def _read_leaf(item: Field, raw: Any, path: str, states: States, parsed: Parsed) -> Any:
    raw = "" if raw is None else raw
    try:
        return item.kind.parse(raw, item, states.get(path, _PLAIN_STATE))
    except InputError as problem:
        parsed.problems[path] = problem
        parsed.raw[path] = raw
        return None


def _read_parts(item: Field, raw: Any, path: str, states: States, parsed: Parsed) -> Any:
    given = raw if isinstance(raw, Mapping) else {}
    if raw not in (None, "") and not isinstance(raw, Mapping):
        parsed.problems[path] = InputError(N_("Die Angaben haben nicht die erwartete Form."))
    values = {
        child.id: _read(child, given.get(child.id), f"{path}-{child.id}", states, parsed)
        for child in item.children
    }
    for key in item.kind.server_keys:
        if isinstance(given.get(key), str):
            values[key] = given[key]
    return values


def _read_rows(item: Field, raw: Any, path: str, states: States, parsed: Parsed) -> list[Any]:
    rows = raw if isinstance(raw, list) else []
    if raw not in (None, "") and not isinstance(raw, list):
        parsed.problems[path] = InputError(N_("Die Angaben haben nicht die erwartete Form."))
    return [
        _read_parts(item, row, f"{path}-{number}", states, parsed)
        for number, row in enumerate(rows[: MAX_ROWS + 1])
    ]


def _read_matrix(item: Field, raw: Any, path: str, states: States, parsed: Parsed) -> Any:
    given = raw if isinstance(raw, Mapping) else {}
    cells = {
        option.value: _read_parts(
            item, given.get(option.value), f"{path}-{option.value}", states, parsed
        )
        for option in item.settings["row_options"]
    }
    return add_up(cells, item)
