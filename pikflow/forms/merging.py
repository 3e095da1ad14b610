"""Posted text over stored answers: only what the page offers, only where it may change.

Group rows are posted as `stellen-0-vzae` with a hidden `stellen-_rows` that says the group was on
the page. A tick box that is not posted was not ticked; a text that is not posted was not there.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any, Protocol

from pikflow.forms.schema import Field, FormSchema
from pikflow.forms.seeding import new_row
from pikflow.forms.types.base import State
from pikflow.forms.types.table import MAX_ROWS
from pikflow.forms.types.yesno import BoolType

ROWS_MARK = "_rows"
ADD, REMOVE, FILL = "_add", "_remove", "_fill"
MAX_TEXT = 200_000


class Raw(Protocol):
    """A posted form, as Werkzeug's MultiDict gives it."""

    def getlist(self, key: str) -> list[Any]: ...

    def __contains__(self, key: str) -> bool: ...

    def keys(self) -> Iterable[str]: ...


Uploads = Mapping[str, list[dict[str, Any]]]


def merge(
    schema: FormSchema,
    answers: Mapping[str, Any],
    raw: Raw,
    *,
    states: Mapping[str, State],
    sections: Iterable[str],
    uploads: Uploads | None = None,
) -> dict[str, Any]:
    """New answers: those of `sections` read from `raw`, all others as they were."""
    reading = _Reading(raw, states, uploads or {})
    result = dict(answers)
    wanted = set(sections)
    for section in schema.sections:
        if section.id not in wanted:
            continue
        for item in section.fields:
            if item.shape != "none":
                result[item.id] = reading.field(item, item.id, answers.get(item.id))
    return result


def restructure(
    schema: FormSchema, answers: dict[str, Any], raw: Raw, sections: Iterable[str]
) -> str:
    """Carry out an `_add` or `_remove` button in place; what `_fill` brought is merged already.

    Gives the path to show next: the new row, the group or the file field; "" when none was pressed.
    """
    wanted = set(sections)
    groups = _groups(schema, wanted)
    for name in raw.getlist(FILL)[:1]:
        if name in groups:
            return str(name)
    for name in raw.getlist(ADD)[:1]:
        if name in groups:
            return _add_row(answers, groups[name])
    for name in raw.getlist(REMOVE)[:1]:
        path, _, file_id = str(name).partition(":")
        if file_id:
            return path if _remove_file(schema, answers, path, file_id, wanted) else ""
        group, _, number = path.rpartition("-")
        rows = answers.get(group)
        if group in groups and isinstance(rows, list) and number.isdecimal():
            answers[group] = [row for at, row in enumerate(rows) if at != int(number[:6])]
            return group
    return ""


def refill(
    schema: FormSchema,
    answers: Mapping[str, Any],
    raw: Raw,
    states: Mapping[str, State],
    sections: Iterable[str],
) -> dict[str, Any] | None:
    """The answers with new rows for the group all of whose rows come with this post (`_fill`), so
    that nothing of the earlier ones is left; None when there is none."""
    for name in raw.getlist(FILL)[:1]:
        group = _groups(schema, set(sections)).get(name)
        if group is not None and not states.get(name, State()).readonly:
            count = len(row_numbers(group, name, raw)[:MAX_ROWS])
            rows = [new_row(group, {**answers, "item": {}}) for _ in range(count)]
            return {**answers, name: rows}
    return None


def _groups(schema: FormSchema, sections: set[str]) -> dict[str, Field]:
    """The groups of these sections whose rows people add and remove."""
    return {
        item.id: item
        for section in schema.sections if section.id in sections
        for item in section.fields if item.shape == "rows" and not item.rows.fixed
    }  # fmt: skip


def takes_file(schema: FormSchema, path: str, sections: Iterable[str] | None) -> bool:
    """Whether a path such as "plan" or "stellen-0-nachweis" is a file field one may change;
    `sections` are the ids of those that are open, None for all."""
    parts = path.split("-")
    section = schema.section_of(parts[0])
    field = schema.field(parts[0] if len(parts) == 1 else f"{parts[0]}.{parts[-1]}")
    if section is None or field is None or field.type != "file" or field.readonly is True:
        return False
    return len(parts) in (1, 3) and (sections is None or section.id in sections)


def _add_row(answers: dict[str, Any], group: Field) -> str:
    rows = answers.get(group.id)
    rows = list(rows) if isinstance(rows, list) else []
    if len(rows) < MAX_ROWS:
        rows.append(new_row(group, {**answers, "item": {}}))
    answers[group.id] = rows
    return f"{group.id}-{len(rows) - 1}"


def _remove_file(
    schema: FormSchema, answers: dict[str, Any], path: str, file_id: str, sections: set[str]
) -> bool:
    """Take a file out of a file field of one of the sections; anything else stays."""
    if not takes_file(schema, path, sections):
        return False
    *above, last = path.split("-")
    holder: Any = answers
    for key in above:
        if isinstance(holder, list) and key.isdecimal() and int(key[:6]) < len(holder):
            holder = holder[int(key[:6])]
        elif isinstance(holder, dict):
            holder = holder.get(key)
        else:
            return False
    if not isinstance(holder, dict) or not isinstance(holder.get(last), list):
        return False
    files = [item for item in holder[last] if isinstance(item, Mapping)]
    holder[last] = [item for item in files if item.get("id") != file_id]
    return True


def row_numbers(group: Field, path: str, raw: Raw) -> list[int]:
    """The numbers of the rows of a group that were posted."""
    columns = "|".join(child.id for child in group.children)
    pattern = re.compile(rf"{re.escape(path)}-(\d{{1,4}})-(?:{columns}|{ROWS_MARK})(?:-.*)?")
    found = (pattern.fullmatch(key) for key in raw.keys())  # noqa: SIM118 - a MultiDict
    return sorted({int(match[1]) for match in found if match})


class _Reading:
    def __init__(self, raw: Raw, states: Mapping[str, State], uploads: Uploads) -> None:
        self.raw = raw
        self.states = states
        self.uploads = uploads

    def field(self, item: Field, path: str, before: Any, state_path: str = "") -> Any:
        state = self.states.get(state_path or path) or State()
        if item.shape == "rows":
            return before if state.readonly else self._rows(item, path, before)
        if state.readonly or item.shape == "none":
            return before
        if item.shape == "parts":
            return self._parts(item, path, before, state_path or path)
        if item.shape == "matrix":
            held = before if isinstance(before, Mapping) else {}
            return {
                option.value: self._parts(
                    item, f"{path}-{option.value}", held.get(option.value), f"{path}-{option.value}"
                )
                for option in item.settings["row_options"]
            }
        return self._leaf(item, path, before)

    def _parts(self, item: Field, path: str, before: Any, state_path: str) -> dict[str, Any]:
        held = dict(before) if isinstance(before, Mapping) else {}
        for child in item.children:
            read = self.field(
                child, f"{path}-{child.id}", held.get(child.id), f"{state_path}-{child.id}"
            )
            if read is not None or child.id in held:
                held[child.id] = read
        return held

    def _rows(self, group: Field, path: str, before: Any) -> Any:
        held = before if isinstance(before, list) else []
        if group.rows.fixed:
            numbers = list(range(len(held)))
        else:
            numbers = row_numbers(group, path, self.raw)
            if not numbers and f"{path}-{ROWS_MARK}" not in self.raw:
                return before
        rows = []
        for number in numbers[: MAX_ROWS + 1]:
            known = number < len(held)
            # A row added by this very post has no state of its own yet: its column has.
            where = f"{path}-{number}" if known else path
            rows.append(
                self._parts(group, f"{path}-{number}", held[number] if known else {}, where)
            )
        return rows

    def _leaf(self, item: Field, path: str, before: Any) -> Any:
        if item.kind.widget == "file":
            held = before if isinstance(before, list) else []
            return [*held, *self.uploads.get(path, [])]
        given = [text[:MAX_TEXT] for text in self.raw.getlist(path) if isinstance(text, str)]
        if item.kind.widget == "multichoice" or item.settings.get("multiple"):
            return given
        if isinstance(item.kind, BoolType) and item.kind.is_box(item):
            return given[-1] if given else ""
        return given[-1] if given else before
