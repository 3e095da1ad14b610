"""Conditions, computed values and limits of a form, from parsed values and the case's data.

A value hides another, which changes a sum, which hides a third: so the form is evaluated again
until nothing changes. The load check has refused circles, so this ends.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from pikflow.errors import EngineFault
from pikflow.expressions.numbers import EXACT
from pikflow.forms.properties import Condition, Formula, Text
from pikflow.forms.schema import Field, FormSchema, Option
from pikflow.forms.types.base import N_, InputError, State

Organisations = Callable[[Sequence[str]], Sequence[Mapping[str, Any]]]
MAX_PASSES = 30


@dataclass
class Evaluated:
    """Values by field id as they count, states by path, and expressions that failed by path."""

    values: dict[str, Any] = field(default_factory=dict)
    states: dict[str, State] = field(default_factory=dict)
    faults: dict[str, InputError] = field(default_factory=dict)
    scope: dict[str, Any] = field(default_factory=dict)
    sections: dict[str, bool] = field(default_factory=dict)


def scope_of(schema: FormSchema, context: Mapping[str, Any]) -> dict[str, Any]:
    """The case's data with the form's own params for the year of the case below the measure's."""
    scope = dict(context)
    given = context.get("params")
    params = given if isinstance(given, Mapping) else {}
    own = {name: _dated(table, context) for name, table in schema.params.items()}
    scope["params"] = {**own, **params}
    return scope


def _dated(table: Any, context: Mapping[str, Any]) -> Any:
    """The entry valid on the first day of the case's year, or today without one."""
    if not isinstance(table, Mapping):
        return table
    case = context.get("vorgang")
    year = case.get("jahr") if isinstance(case, Mapping) else None
    today = context.get("heute")
    if isinstance(year, Decimal | int):
        wanted = f"{int(year):04}-01-01"
    elif isinstance(today, date):
        wanted = today.isoformat()
    else:
        wanted = "9999"
    starts = sorted(key for key in table if (key if len(key) > 4 else f"{key}-01-01") <= wanted)
    return table[starts[-1]] if starts else None


def evaluate(
    schema: FormSchema,
    parsed: Mapping[str, Any],
    context: Mapping[str, Any],
    *,
    organisations: Organisations | None = None,
) -> Evaluated:
    """Evaluate the form over parsed values; never raises for what a user typed."""
    work = _Evaluation(schema, parsed, scope_of(schema, context), organisations)
    for _ in range(MAX_PASSES):
        before = dict(work.result.values)
        work.run()
        if work.result.values == before:
            break
    else:
        work.result.faults[""] = InputError(N_("Die Berechnungen dieses Formulars enden nicht."))
    work.read_states()
    return work.result


class _Evaluation:
    def __init__(
        self,
        schema: FormSchema,
        parsed: Mapping[str, Any],
        scope: dict[str, Any],
        organisations: Organisations | None,
    ) -> None:
        self.schema = schema
        self.parsed = parsed
        self.organisations = organisations
        self.scope = scope
        for item in schema.fields():
            scope[item.id] = parsed.get(item.id)
        self.result = Evaluated(scope=scope)
        self.choices: dict[int, tuple[Mapping[str, Any], ...] | None] = {}

    def value(self, formula: Formula, path: str) -> Any:
        """The value of an expression; a fault is remembered at the path and gives None."""
        try:
            return formula.evaluate(self.scope)
        except EngineFault as fault:
            self.result.faults[path] = InputError("{message}", message=fault.message)
            return None

    def holds(self, condition: Condition, path: str) -> bool:
        return condition if isinstance(condition, bool) else self.value(condition, path) is True

    def run(self) -> None:
        """One pass: every field's value, using what this pass already found."""
        for section in self.schema.sections:
            shown = self.holds(section.visible, "")
            self.result.sections[section.id] = shown
            for item in section.fields:
                if item.shape == "none":
                    continue
                value = self._top(item) if shown and self.holds(item.visible, item.id) else None
                if value is None and item.shape == "rows":
                    value = []
                self.result.values[item.id] = self.scope[item.id] = value

    def _top(self, item: Field) -> Any:
        parsed = self.parsed.get(item.id)
        if item.shape == "rows":
            rows = parsed if isinstance(parsed, list) else []
            return [self._row(item, row, f"{item.id}-{number}") for number, row in enumerate(rows)]
        if item.compute is not None:
            return self._computed(item, item.id)
        fixed = self._fixed(item, item.id)
        value = parsed if fixed is None else fixed
        if item.shape in ("parts", "matrix") and item.kind.is_empty(_without_empty(value)):
            return value if item.shape == "matrix" else None
        return value

    def _row(self, group: Field, row: Mapping[str, Any], path: str) -> dict[str, Any]:
        result = dict(row)
        self.scope["item"] = result
        for child in group.children:
            where = f"{path}-{child.id}"
            if not self.holds(child.visible, where):
                result[child.id] = None
            elif child.compute is not None:
                result[child.id] = self._computed(child, where)
            else:
                fixed = self._fixed(child, where)
                result[child.id] = row.get(child.id) if fixed is None else fixed
        del self.scope["item"]
        return result

    def _computed(self, item: Field, path: str) -> Any:
        value = self.value(item.compute, path) if item.compute else None
        places = getattr(item.kind, "places", None)
        if isinstance(value, Decimal) and places:
            return value.quantize(Decimal(1).scaleb(-places(item)), ROUND_HALF_UP, EXACT)
        return value

    def _fixed(self, item: Field, path: str) -> Any:
        """The prefilled value of a field nobody may change; None when it does not apply."""
        if item.prefill is None or not self.holds(item.readonly, path):
            return None
        return self.value(item.prefill, path)

    def read_states(self) -> None:
        """Visibility, limits and options of every field and row."""
        for section in self.schema.sections:
            shown = self.result.sections[section.id]
            for item in section.fields:
                self._state(item, item.id, shown)
                if item.shape == "rows":
                    for number, row in enumerate(self.result.values[item.id]):
                        self.scope["item"] = row
                        self._children(item, f"{item.id}-{number}")
                        del self.scope["item"]
                    self._blank_row(item)
                elif item.shape == "matrix":
                    for option in item.settings["row_options"]:
                        self._children(item, f"{item.id}-{option.value}")
                elif item.shape == "parts":
                    self._children(item, item.id)

    def _children(self, item: Field, path: str, *, shown: bool | None = None) -> None:
        shown = self.result.states[item.id].visible if shown is None else shown
        for child in item.children:
            where = f"{path}-{child.id}"
            self._state(child, where, shown)
            for inner in child.children:
                self._state(inner, f"{where}-{inner.id}", self.result.states[where].visible)

    def _blank_row(self, group: Field) -> None:
        """States by column alone, for rows that do not exist yet or whose group is hidden.

        They are the states of a group on show: the browser reveals rows the server sent hidden.
        """
        self.scope["item"] = {child.id: None for child in group.children}
        self._children(group, group.id, shown=True)
        del self.scope["item"]

    def _state(self, item: Field, path: str, shown: bool) -> None:
        self.result.states[path] = State(
            visible=shown and self.holds(item.visible, path),
            readonly=item.compute is not None or self.holds(item.readonly, path),
            required=item.compute is None and self.holds(item.required, path),
            computed=item.compute is not None,
            options=self._options(item, path),
            choices=self._choices(item, path),
            **self._limits(item, path),
        )

    def _limits(self, item: Field, path: str) -> dict[str, Any]:
        low, high = self._limit(item.min, path), self._limit(item.max, path)
        shortest, longest = self._limit(item.min_length, path), self._limit(item.max_length, path)
        return {
            "min": low,
            "max": high,
            "min_length": int(shortest) if isinstance(shortest, Decimal) else None,
            "max_length": int(longest) if isinstance(longest, Decimal) else None,
        }

    def _limit(self, limit: Any, path: str) -> Any:
        return self.value(limit, path) if isinstance(limit, Formula) else limit

    def _options(self, item: Field, path: str) -> tuple[Option, ...]:
        if isinstance(item.options, tuple):
            return item.options
        found = self.value(item.options, path)
        return tuple(_option(entry) for entry in found) if isinstance(found, list) else ()

    def _choices(self, item: Field, path: str) -> tuple[Mapping[str, Any], ...] | None:
        """Organisations on offer, None when nobody says which there are."""
        within = item.settings.get("within")
        kinds = tuple(item.settings.get("kinds") or ())
        if isinstance(within, Formula):
            found = self.value(within, path)
            found = [found] if isinstance(found, Mapping) else found
            entries = [entry for entry in found or [] if isinstance(entry, Mapping)]
            return tuple(
                entry for entry in entries
                if not kinds or entry.get("kind", entry.get("art", kinds[0])) in kinds
            )  # fmt: skip
        if item.type != "organisation" or self.organisations is None:
            return None
        key = id(item)
        if key not in self.choices:
            self.choices[key] = tuple(self.organisations(kinds))
        return self.choices[key]


def _without_empty(value: Any) -> Any:
    """{} for a composite whose every part is empty."""
    if not isinstance(value, Mapping):
        return value
    return {} if all(part in (None, "", [], {}) for part in value.values()) else value


def _option(entry: Any) -> Option:
    if isinstance(entry, Mapping):
        value = entry.get("value", entry.get("id", ""))
        label = entry.get("label", entry.get("name", value))
        return Option(str(value), Text(str(label)))
    return Option(str(entry), Text(str(entry)))
