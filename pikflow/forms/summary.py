"""What a form says, for people: sections with labelled texts, groups as tables, changes marked."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from pikflow.forms.evaluation import Evaluated, evaluate
from pikflow.forms.schema import Field, FormSchema
from pikflow.forms.settling import plain
from pikflow.forms.types.base import State
from pikflow.forms.types.choice import with_options
from pikflow.forms.types.table import SUM, sums_columns, sums_rows

NOTHING = "–"
_SUM = {"de": "Summe", "en": "Total"}
_BELOW = {"de": "unter {number}", "en": "below {number}"}
_EMPTY: tuple[Any, ...] = (None, "", [], {})


@dataclass(frozen=True)
class Cell:
    """One cell of a table, or a head."""

    text: str
    numeric: bool = False
    changed: bool = False


@dataclass(frozen=True)
class SummaryTable:
    heads: tuple[Cell, ...]
    lines: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True)
class SummaryRow:
    """One answer. `before` is the earlier text when it changed; a group or matrix has a `table`."""

    path: str
    label: str
    text: str
    changed: bool = False
    before: str = ""
    table: SummaryTable | None = None
    value: Any = None


@dataclass(frozen=True)
class SummarySection:
    id: str
    title: str
    rows: tuple[SummaryRow, ...] = field(default_factory=tuple)


def summary(
    schema: FormSchema,
    values: Mapping[str, Any],
    context: Mapping[str, Any],
    locale: str = "de",
    previous: Mapping[str, Any] | None = None,
    *,
    suppress: bool = False,
    internal: bool = True,
) -> tuple[SummarySection, ...]:
    """The visible answers. `previous` are earlier values: what differs is marked.

    `suppress` hides numbers below a field's `suppress_below`, for readers outside the case;
    without `internal`, fields that are only for the side that decides are left out.
    """
    values = plain(values)
    evaluated = evaluate(schema, values, plain(context))
    told = values if internal else without_internal(schema, values)
    before = None if previous is None else plain(previous)
    writer = _Writer(evaluated, locale, before, suppress, internal)
    sections = []
    for section in schema.sections:
        rows = tuple(
            writer.row(item, told.get(item.id))
            for item in section.fields
            if writer.tells(item) and writer.shows(item, values.get(item.id))
        )
        if rows:
            sections.append(SummarySection(section.id, section.title.to(locale), rows))
    return tuple(sections)


def without_internal(schema: FormSchema, values: Mapping[str, Any]) -> dict[str, Any]:
    """The values of a form without those of internal fields and columns."""
    hidden = {item.id for item in schema.fields() if item.internal}
    found = {name: value for name, value in values.items() if name not in hidden}
    for item in schema.fields():
        columns = {child.id for child in item.children if child.internal}
        rows = found.get(item.id)
        if columns and isinstance(rows, list):
            found[item.id] = [
                {name: value for name, value in row.items() if name not in columns}
                for row in rows if isinstance(row, Mapping)
            ]  # fmt: skip
    return found


def inbox_values(
    schema: FormSchema, values: Mapping[str, Any], locale: str = "de", *, internal: bool = True
) -> dict[str, str]:
    """Label and text of the fields marked for the inbox; `internal` as in `summary`."""
    return {
        item.label.to(locale): item.kind.format(values.get(item.id), item, locale)
        for item in schema.fields()
        if item.inbox and item.shape != "none" and (internal or not item.internal)
    }


class _Writer:
    def __init__(
        self,
        evaluated: Evaluated,
        locale: str,
        previous: Mapping[str, Any] | None,
        suppress: bool,
        internal: bool,
    ) -> None:
        self.evaluated = evaluated
        self.locale = locale
        self.previous = previous
        self.suppress = suppress
        self.internal = internal

    def tells(self, item: Field) -> bool:
        """Whether the field belongs in this reader's summary at all."""
        return item.summary and item.shape != "none" and (self.internal or not item.internal)

    def shows(self, item: Field, value: Any) -> bool:
        state = self.evaluated.states.get(item.id, State())
        return state.visible or value not in _EMPTY

    def row(self, item: Field, value: Any) -> SummaryRow:
        label = item.label.to(self.locale)
        before = self.previous.get(item.id) if self.previous is not None else None
        changed = self.previous is not None and not _equal(value, before)
        text = self.text(item, value, item.id)
        table = None
        if item.shape == "rows":
            table = self._group(item, value, before)
        elif item.shape == "matrix":
            table = self._matrix(item, value, before)
        earlier = self.text(item, before, item.id) if changed and table is None else ""
        return SummaryRow(item.id, label, text, changed, earlier, table, value)

    def text(self, item: Field, value: Any, path: str) -> str:
        if self.suppress and isinstance(value, Decimal) and value < item.suppress_below:
            word = _BELOW["en" if self.locale.startswith("en") else "de"]
            return word.format(number=item.suppress_below)
        state = self.evaluated.states.get(path, State())
        return item.kind.format(value, with_options(item, state), self.locale) or NOTHING

    def _group(self, item: Field, value: Any, before: Any) -> SummaryTable:
        columns = [child for child in item.children if self.tells(child)]
        rows = value if isinstance(value, list) else []
        old = before if isinstance(before, list) else []
        word = item.settings["row_label"].to(self.locale)
        heads = (Cell(word), *(self._head(column) for column in columns))
        return SummaryTable(heads, tuple(self._lines(item, columns, rows, old, word)))

    def _lines(
        self, item: Field, columns: list[Field], rows: list[Any], old: list[Any], word: str
    ) -> Iterator[tuple[Cell, ...]]:
        for number, row in enumerate(rows):
            given = row if isinstance(row, Mapping) else {}
            held = old[number] if number < len(old) and isinstance(old[number], Mapping) else {}
            cells = [
                self._cell(
                    column, given.get(column.id), held.get(column.id),
                    f"{item.id}-{number}-{column.id}",
                )
                for column in columns
            ]  # fmt: skip
            yield (Cell(f"{word} {number + 1}"), *cells)

    def _head(self, column: Field) -> Cell:
        return Cell(column.label.to(self.locale), column.kind.widget == "number")

    def _cell(self, column: Field, value: Any, before: Any, path: str) -> Cell:
        changed = self.previous is not None and not _equal(value, before)
        numeric = column.kind.widget == "number"
        return Cell(self.text(column, value, path), numeric, changed)

    def _matrix(self, item: Field, value: Any, before: Any) -> SummaryTable:
        cells = value if isinstance(value, Mapping) else {}
        old = before if isinstance(before, Mapping) else {}
        total = Cell(_SUM["en" if self.locale.startswith("en") else "de"], True)
        wide, deep = sums_rows(item), sums_columns(item)
        columns = list(item.children)
        heads = [Cell(""), *(self._head(column) for column in columns), *([total] if wide else [])]
        names = [
            (option.value, option.label.to(self.locale)) for option in item.settings["row_options"]
        ]
        lines = []
        for name, label in [*names, *([(SUM, total.text)] if deep else [])]:
            line, held = cells.get(name) or {}, old.get(name) or {}
            found = [
                self._cell(column, line.get(column.id), held.get(column.id), "")
                for column in columns
            ]
            if wide:
                found.append(self._cell(columns[0], line.get(SUM), held.get(SUM), ""))
            lines.append((Cell(label), *found))
        return SummaryTable(tuple(heads), tuple(lines))


def _equal(one: Any, other: Any) -> bool:
    if one in _EMPTY and other in _EMPTY:
        return True
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return all(_equal(one.get(key), other.get(key)) for key in {*one, *other})
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(_equal, one, other))
    return bool(one == other)
