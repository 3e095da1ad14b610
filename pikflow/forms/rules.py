"""What is wrong with evaluated values: required, each type's own rules, checks across fields."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from pikflow.errors import EngineFault
from pikflow.forms.evaluation import Evaluated
from pikflow.forms.names import PLACEHOLDER
from pikflow.forms.parsing import Parsed
from pikflow.forms.schema import Check, Field, FormSchema
from pikflow.forms.types.base import N_, InputError, State, Translate
from pikflow.forms.types.number import write_number

_EMPTY: tuple[Any, ...] = (None, "", [], {})


@dataclass
class Remarks:
    """Messages by path, in the reader's language; the first error of a path stays."""

    errors: dict[str, str] = field(default_factory=dict)
    warnings: dict[str, str] = field(default_factory=dict)
    informations: dict[str, str] = field(default_factory=dict)

    def add(self, severity: str, path: str, message: str) -> None:
        kept = {
            "error": self.errors,
            "warning": self.warnings,
            "information": self.informations,
        }[severity]
        if severity == "error":
            kept.setdefault(path, message)
        else:
            kept[path] = f"{kept[path]} {message}" if path in kept else message


def examine(
    schema: FormSchema,
    parsed: Parsed,
    evaluated: Evaluated,
    *,
    editable: frozenset[str],
    locale: str = "de",
    translate: Translate = str,
) -> Remarks:
    """Everything to be said about the values; `editable` are ids of sections that may change."""
    rules = _Rules(schema, parsed, evaluated, locale, translate)
    for section in schema.sections:
        if section.id in editable and evaluated.sections.get(section.id):
            for item in section.fields:
                rules.field(item, item.id, evaluated.values.get(item.id))
    for check in schema.checks:
        rules.check(check, editable)
    for path, problem in evaluated.faults.items():
        rules.remarks.add("error", path, problem.to(translate))
    return rules.remarks


class _Rules:
    def __init__(
        self,
        schema: FormSchema,
        parsed: Parsed,
        evaluated: Evaluated,
        locale: str,
        translate: Translate,
    ) -> None:
        self.schema = schema
        self.parsed = parsed
        self.evaluated = evaluated
        self.locale = locale
        self.translate = translate
        self.remarks = Remarks()

    def state(self, path: str) -> State:
        return self.evaluated.states.get(path, State())

    def say(self, item: Field, path: str, problem: InputError) -> None:
        """An error at a field, in the form's own words when it has some."""
        text = item.error.to(self.locale) if item.error else problem.to(self.translate)
        self.remarks.add("error", path, text)

    def require(self, item: Field, path: str) -> None:
        self.remarks.add("error", path, item.kind.missing(item).to(self.translate))

    def field(self, item: Field, path: str, value: Any) -> None:
        state = self.state(path)
        if not state.visible or item.shape == "none" or (state.computed and item.shape == "value"):
            return
        if path in self.parsed.problems:
            self.say(item, path, self.parsed.problems[path])
        elif item.shape == "rows":
            self._rows(item, path, value, state)
        elif item.shape == "matrix":
            self._matrix(item, path, value, state)
        elif item.shape == "parts":
            self._parts(item, path, value, state)
        elif item.kind.is_empty(value):
            if state.required and not state.readonly:
                self.require(item, path)
        elif not state.readonly:
            problem = item.kind.check(value, item, state)
            if problem:
                self.say(item, path, problem)

    def _rows(self, item: Field, path: str, value: Any, state: State) -> None:
        rows = value if isinstance(value, list) else []
        typed = self.parsed.problems
        filled = len(rows) - len(spare_rows(item, rows, 0, typed))
        problem = item.kind.check(rows, item, state)
        if problem:
            self.say(item, path, problem)
        elif not filled and (state.required or (state.min or 0) > 0) and not item.rows.fixed:
            self.require(item, path)
        spare = spare_rows(item, rows, int(state.min or 0) or int(state.required), typed)
        for number, row in enumerate(rows):
            for child in item.children if number not in spare else ():
                self.field(child, f"{path}-{number}-{child.id}", row.get(child.id))

    def _matrix(self, item: Field, path: str, value: Any, state: State) -> None:
        cells = value if isinstance(value, Mapping) else {}
        for option in item.settings["row_options"]:
            line = cells.get(option.value) or {}
            for column in item.children:
                where = f"{path}-{option.value}-{column.id}"
                self.field(column, where, line.get(column.id))
                missing = line.get(column.id) is None and where not in self.parsed.problems
                if state.required and missing and not state.readonly:
                    self.require(column, where)

    def _parts(self, item: Field, path: str, value: Any, state: State) -> None:
        if state.readonly:
            return
        parts = value if isinstance(value, Mapping) else {}
        paths = {child.id: f"{path}-{child.id}" for child in item.children}
        begun = any(part not in (*_EMPTY, False) for part in parts.values())
        begun = begun or any(where in self.parsed.problems for where in paths.values())
        needed = item.kind.required_parts(item) if state.required or begun else frozenset()
        for child in item.children:
            where, part = paths[child.id], parts.get(child.id)
            if where in self.parsed.problems:
                self.say(child, where, self.parsed.problems[where])
            elif child.kind.is_empty(part):
                if child.id in needed:
                    self.require(child, where)
            else:
                problem = child.kind.check(part, child, self._within(child, where, state))
                if problem:
                    self.say(child, where, problem)
        if parts and not any(where in self.remarks.errors for where in paths.values()):
            problem = item.kind.check(parts, item, state)
            if problem:
                self.say(item, path, problem)

    def _within(self, child: Field, path: str, above: State) -> State:
        """A part obeys the composite's limits when it has none of its own."""
        own = self.state(path)
        return above if own.min is None and own.max is None else own

    def check(self, check: Check, editable: frozenset[str]) -> None:
        """Evaluate one check; at most one remark per row."""
        if not self._touches(check, editable):
            return
        scope = self.evaluated.scope
        for number, row in self._rows_of(check):
            path = self._path(check, number)
            if row is not None:
                scope["item"] = row
            try:
                if self._applies(check, path, row) and check.rule.evaluate(scope) is not True:
                    self.remarks.add(check.severity, path, self._message(check))
            except EngineFault as fault:
                problem = InputError(N_("Diese Prüfung ließ sich nicht rechnen: {message}"),
                                  message=fault.message)  # fmt: skip
                self.remarks.add("error", path, problem.to(self.translate))
            finally:
                scope.pop("item", None)

    def _rows_of(self, check: Check) -> Iterator[tuple[int, Mapping[str, Any] | None]]:
        if not check.each:
            yield 0, None
            return
        yield from enumerate(self.evaluated.values.get(check.each) or [])

    def _path(self, check: Check, number: int) -> str:
        first, _, rest = check.field.partition(".")
        field = self.schema.field(first)
        if not rest or field is None:
            return f"{first}-{number}" if check.each == first else first
        if field.shape == "rows":
            return f"{first}-{number}-{rest.replace('.', '-')}" if check.each == first else first
        path = f"{first}-{rest.replace('.', '-')}"
        return path if path in self.evaluated.states else first

    def _touches(self, check: Check, editable: frozenset[str]) -> bool:
        """Whether the person can do something about it: a field it reads or points to is theirs."""
        roots = {name.split(".")[0] for name in check.rule.names} - {"item"}
        roots |= {check.field.split(".")[0], check.each or check.field.split(".")[0]}
        sections = {section.id for root in roots if (section := self.schema.section_of(root))}
        return bool(sections & editable)

    def _applies(self, check: Check, path: str, row: Mapping[str, Any] | None) -> bool:
        state = self.evaluated.states.get(path)
        if state is not None and not state.visible:
            return False
        if path in self.parsed.problems or path in self.remarks.errors:
            return False
        if check.when is not None and check.when.evaluate(self.evaluated.scope) is not True:
            return False
        return check.always or not any(self._is_open(name, row) for name in check.rule.names)

    def _is_open(self, name: str, row: Mapping[str, Any] | None) -> bool:
        """Whether an own single value the check names is still empty or hidden."""
        root, _, rest = name.partition(".")
        if root == "item":
            return bool(rest) and row is not None and _dig(row, rest) in (None, "")
        field = self.schema.field(root)
        if field is None or field.shape == "rows":
            return False
        return _dig(self.evaluated.values, name) in (None, "")

    def _message(self, check: Check) -> str:
        def fill(match: Any) -> str:
            return self._shown(match[1], check)

        return PLACEHOLDER.sub(fill, check.message.to(self.locale))

    def _shown(self, name: str, check: Check) -> str:
        value = _dig(self.evaluated.scope, name)
        root, _, rest = name.partition(".")
        own = f"{check.each}.{rest}" if root == "item" else name
        field = self.schema.field(own) or self.schema.field(own.rpartition(".")[0])
        if field is not None and (field.shape == "matrix" or field.id in own.split(".")[-1:]):
            column = field.children[0] if field.shape == "matrix" and rest else field
            return column.kind.format(value, column, self.locale) or "–"
        return show(value, name)


def spare_rows(
    group: Field, rows: list[dict[str, Any]], least: int, typed: Iterable[str] = ()
) -> frozenset[int]:
    """Numbers of rows nobody filled in and nobody needs: they are passed over and not stored.

    `typed` are paths where something stands that could not be read.
    """
    if group.rows.fixed:
        return frozenset()
    busy = {path.split("-")[1] for path in typed if path.startswith(f"{group.id}-")}
    blank = [
        number
        for number, row in enumerate(rows)
        if str(number) not in busy and _is_blank(group, row)
    ]
    return frozenset(blank[max(0, least - (len(rows) - len(blank))) :])


def _is_blank(group: Field, row: Mapping[str, Any]) -> bool:
    """Nothing but defaults, computed values and, unless they come from the case, fixed columns."""
    for child in group.children:
        value = row.get(child.id)
        fixed = child.readonly is True and group.rows.source is None
        # An unticked box says nothing; a typed 0, which Python takes for False, does.
        if child.compute is not None or fixed or value is False or value in _EMPTY:
            continue
        if isinstance(value, Mapping) and all(part in _EMPTY for part in value.values()):
            continue
        if child.default is None or str(child.default) != str(value):
            return False
    return True


def submitted(schema: FormSchema, evaluated: Evaluated, parsed: Parsed) -> dict[str, Any]:
    """The values as they are stored on submission: without spare rows."""
    found = dict(evaluated.values)
    for item in schema.fields():
        rows = found.get(item.id)
        if item.shape == "rows" and isinstance(rows, list):
            spare = spare_rows(item, rows, 0, parsed.problems)
            found[item.id] = [row for number, row in enumerate(rows) if number not in spare]
    return found


def show(value: Any, name: str = "") -> str:
    """Any value for people; a number whose name ends in _eur is money."""
    if value is None:
        return "–"
    if isinstance(value, bool):
        return "Ja" if value else "Nein"
    if isinstance(value, Decimal):
        return write_number(value, 2) + "\u00a0€" if name.endswith("_eur") else write_number(value)
    if isinstance(value, date):
        return f"{value.day:02}.{value.month:02}.{value.year:04}"
    if isinstance(value, Mapping):
        return str(value.get("name") or value.get("id") or "–")
    if isinstance(value, list):
        return ", ".join(show(item) for item in value)
    return str(value)


def _dig(values: Mapping[str, Any], name: str) -> Any:
    found: Any = values
    for key in name.split("."):
        found = found.get(key) if isinstance(found, Mapping) else None
    return found
