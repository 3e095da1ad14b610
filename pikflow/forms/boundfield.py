"""One bound field as the macros see it: label, hint, control, error, rows, cells."""

import dataclasses
from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from pikflow.errors import EngineFault
from pikflow.forms import preview
from pikflow.forms.builder import shows_box, shows_radio, shows_suggestions
from pikflow.forms.markdown import safe
from pikflow.forms.properties import Formula, Text
from pikflow.forms.schema import Field
from pikflow.forms.types.base import State
from pikflow.forms.types.choice import with_options
from pikflow.forms.types.file import write_size
from pikflow.forms.types.organisation import entry_of, label_of
from pikflow.forms.types.table import SUM, sums_columns, sums_rows

if TYPE_CHECKING:
    from pikflow.forms.view import BoundForm

ID_PREFIX = "feld-"
_NOTATIONS = {"date": Text("TT.MM.JJJJ", "DD.MM.YYYY"), "month": Text("MM.JJJJ", "MM.YYYY")}


@dataclasses.dataclass
class BoundRow:
    """A row of a group or matrix."""

    number: int
    path: str
    label: str
    fields: tuple["BoundField", ...]
    sum: str = ""


@dataclasses.dataclass
class BoundField:
    """One field, part or cell with all a macro shows. `path` is its name in the posted form."""

    form: "BoundForm"
    field: Field
    path: str
    above: "BoundField | None" = None
    row: int | None = None
    row_label: str = ""
    item: Mapping[str, Any] = dataclasses.field(default_factory=dict)

    @property
    def id(self) -> str:
        return ID_PREFIX + self.path

    @property
    def name(self) -> str:
        return self.path

    @property
    def widget(self) -> str:
        return self.field.kind.widget

    @property
    def locale(self) -> str:
        return self.form.locale

    def _text(self, text: Text) -> str:
        return text.to(self.form.locale)

    @property
    def label(self) -> str:
        return self._text(self.field.label)

    @property
    def full_label(self) -> str:
        """The label with where it stands: "Stelle 2, Umfang"."""
        outer = self.row_label or (self.above.label if self.above else "")
        return ", ".join(text for text in (outer, self.label) if text)

    @property
    def hint(self) -> str:
        """The form's hint; a date says how it is written when the form says nothing."""
        own = self._text(self.field.hint)
        notation = _NOTATIONS.get(self.field.type)
        return own or (self._text(notation) if notation and not self.readonly else "")

    @property
    def unit(self) -> str:
        return (
            "€"
            if self.field.type == "money"
            else ("%" if self.field.type == "percent" else self._text(self.field.unit))
        )

    @property
    def legal_basis(self) -> str:
        return self.field.legal_basis

    @cached_property
    def state(self) -> State:
        states = self.form.evaluated.states
        if self.path in states:
            return states[self.path]
        if self.above is not None and self.above.field.shape == "rows":
            column = states.get(f"{self.above.field.id}-{self.field.id}")
            if column is not None:
                return column
        return State(required=self._part_required)

    @property
    def _part_required(self) -> bool:
        return bool(
            self.above
            and self.above.state.required
            and self.field.id in self.above.field.kind.required_parts(self.above.field)
        )

    @property
    def required(self) -> bool:
        if self.readonly or self.field.rows.fixed:
            return False
        if self.above is not None and self.above.field.shape == "matrix":
            return self.above.state.required
        if self.above is not None and self.above.field.shape == "parts":
            return self._part_required
        return self.state.required

    @property
    def readonly(self) -> bool:
        section = self.form.schema.section_of(self.path.split("-")[0])
        if section is not None and section.id not in self.form.editable:
            return True
        if self.above is not None and self.above.readonly and self.above.field.shape != "rows":
            return True
        return self.state.readonly or (self.above is not None and self.above.state.readonly)

    @property
    def computed(self) -> bool:
        return self.field.compute is not None

    @property
    def in_table(self) -> bool:
        if self.above is None:
            return False
        if self.above.field.shape == "rows":
            return self.above.field.repeat.layout == "table"
        return self.above.field.shape == "matrix"

    @property
    def conditional(self) -> bool:
        """Hangs on something typed on this page: always rendered, hidden by the script."""
        return not self.form_is_readonly and preview.is_interactive(self)

    @property
    def form_is_readonly(self) -> bool:
        section = self.form.schema.section_of(self.path.split("-")[0])
        return section is not None and section.id not in self.form.editable

    @property
    def shown(self) -> bool:
        return self.state.visible or self.conditional

    @property
    def condition(self) -> str:
        """When to fill the field in, in words; "" when it is always to be filled in."""
        return preview.in_words(self) if self.conditional else ""

    @property
    def visible_tree(self) -> str:
        """JSON of the condition, for the script; "" when the script can't know the answer."""
        formula = self.field.visible
        return preview.tree_of(self, formula) if isinstance(formula, Formula) else ""

    @property
    def compute_tree(self) -> str:
        return preview.tree_of(self, self.field.compute) if self.field.compute else ""

    @property
    def script_kind(self) -> str:
        """How the script reads and writes this value."""
        return preview.kind_of(self.field)

    @property
    def error(self) -> str:
        return self.form.reported.get(self.path, "")

    @property
    def warning(self) -> str:
        return self.form.warnings.get(self.path, "") if self.form.report != "none" else ""

    @property
    def information(self) -> str:
        return self.form.informations.get(self.path, "") if self.form.report != "none" else ""

    @cached_property
    def value(self) -> Any:
        if self.above is None:
            effective = self.form.evaluated.values.get(self.field.id)
            hidden = not self.state.visible
            return self.form.parsed.values.get(self.field.id) if hidden else effective
        if self.field.compute is None and not self.state.visible:
            return self._parsed_item.get(self.field.id)
        return self.item.get(self.field.id)

    @property
    def _parsed_item(self) -> Mapping[str, Any]:
        if self.above is None or self.row is None:
            return self.item
        rows = self.form.parsed.values.get(self.above.field.id) or []
        return rows[self.row] if self.row < len(rows) else self.item

    @property
    def text(self) -> str:
        """The value as people read it, a dash when there is none."""
        if self.path in self.form.parsed.raw:
            return str(self.form.parsed.raw[self.path])
        return self.field.kind.format(self.value, self._with_options, self.form.locale) or "–"

    @property
    def _with_options(self) -> Field:
        return with_options(self.field, self.state)

    @property
    def entry(self) -> Any:
        """What stands in the control: the typed text as long as it can't be read."""
        if self.path in self.form.parsed.raw:
            raw = self.form.parsed.raw[self.path]
            return raw if isinstance(raw, str | list) else str(raw)
        value = self.value
        if self.widget == "organisation" and shows_suggestions(self):
            return label_of(value) if isinstance(value, Mapping) else ""
        return self.field.kind.entry(value, self.field)

    @property
    def origin(self) -> str:
        """Where a prefilled value comes from, as long as nobody changed it."""
        if not self.field.prefill_source or self.field.prefill is None:
            return ""
        scope = {**self.form.evaluated.scope, "item": self.item}
        try:
            first = self.field.prefill.evaluate(scope)
        except EngineFault:
            return ""
        same = first not in (None, "") and self._same(first)
        return self._text(self.field.prefill_source) if same else ""

    def _same(self, first: Any) -> bool:
        if isinstance(first, Mapping) and isinstance(self.value, Mapping):
            return (
                first.get("id") == self.value.get("id")
                if "id" in first
                else all(
                    first.get(key) == value
                    for key, value in self.value.items()
                    if value is not None
                )
            )
        return first == self.value

    @property
    def control(self) -> Any:
        """The WTForms control."""
        return self.form.controls[self.path]

    @property
    def is_box(self) -> bool:
        return shows_box(self)

    @property
    def is_radio(self) -> bool:
        return shows_radio(self)

    @property
    def is_short(self) -> bool:
        """Few short options stand side by side."""
        words = [option.label.to(self.locale) for option in self.state.options]
        return self.field.type == "bool" or (len(words) <= 4 and len("".join(words)) <= 40)

    @property
    def suggestions(self) -> list[str]:
        """Words of a datalist, [] when the control is not a text with suggestions."""
        if not shows_suggestions(self):
            return []
        return [label_of(entry_of(choice)) for choice in self.state.choices or ()]

    @property
    def option_hints(self) -> dict[str, str]:
        """Hints of options by value."""
        return {
            option.value: self._text(option.hint) for option in self.state.options if option.hint
        }

    @property
    def anchor(self) -> str:
        """The id an error summary links to: the first control that can take the focus."""
        if self.field.shape == "parts" and self.field.children and not self.readonly:
            return f"{self.id}-{self.field.children[0].id}"
        if not self.readonly and (self.is_radio or self._is_boxes):
            return f"{self.id}-0"
        return self.id

    @property
    def _is_boxes(self) -> bool:
        return self.widget == "multichoice" or bool(self.field.settings.get("multiple"))

    @property
    def described_by(self) -> str:
        """Ids of the hint, the origin and the error, for aria-describedby."""
        parts = {
            "hinweis": self.hint or self.condition,
            "herkunft": self.origin,
            "warnung": self.warning or self.information,
            "fehler": self.error,
        }
        return " ".join(f"{self.id}-{name}" for name, text in parts.items() if text)

    @property
    def attributes(self) -> dict[str, Any]:
        """Attributes of the input element."""
        found: dict[str, Any] = {"class": preview.css_class(self)}
        if self.described_by:
            found["aria-describedby"] = self.described_by
        if self.error:
            found["aria-invalid"] = "true"
        complete = self.field.autocomplete or self.field.kind.autocomplete
        if complete:
            found["autocomplete"] = complete
        if self.field.kind.inputmode:
            found["inputmode"] = self.field.kind.inputmode
        if self.script_kind:
            found["data-pik-kind"] = self.script_kind
        return found

    @cached_property
    def parts(self) -> tuple["BoundField", ...]:
        """The parts of a composite."""
        item = self.value if isinstance(self.value, Mapping) else {}
        if not item:
            held = self.form.parsed.values.get(self.field.id) if self.above is None else None
            item = held if isinstance(held, Mapping) else {}
        return tuple(
            BoundField(self.form, child, f"{self.path}-{child.id}", self, item=item)
            for child in self.field.children
        )

    @property
    def takes_worksheet(self) -> bool:
        """The rows of this group may come from a spreadsheet."""
        field = self.field
        open_rows = field.shape == "rows" and not (field.rows.fixed or self.readonly)
        return open_rows and bool(field.repeat.upload)

    @cached_property
    def columns(self) -> tuple["BoundField", ...]:
        """Heads of the columns: label, unit and whether it is required."""
        return tuple(
            BoundField(self.form, child, f"{self.path}-{child.id}", self)
            for child in self.field.children
        )

    @cached_property
    def rows(self) -> tuple[BoundRow, ...]:
        return tuple(self._matrix_rows() if self.field.shape == "matrix" else self._group_rows())

    def _group_rows(self) -> Iterator[BoundRow]:
        word = self.row_word
        rows = self.value if isinstance(self.value, list) else []
        for number, item in enumerate(rows):
            path, label = f"{self.path}-{number}", f"{word} {number + 1}"
            fields = tuple(
                BoundField(self.form, child, f"{path}-{child.id}", self, number, label, item)
                for child in self.field.children
            )
            yield BoundRow(number, path, label, fields)

    def _matrix_rows(self) -> Iterator[BoundRow]:
        cells = self.value if isinstance(self.value, Mapping) else {}
        for number, option in enumerate(self.field.settings["row_options"]):
            path, label = f"{self.path}-{option.value}", option.label.to(self.form.locale)
            item = cells.get(option.value) or {}
            fields = tuple(
                BoundField(self.form, child, f"{path}-{child.id}", self, None, label, item)
                for child in self.field.children
            )
            yield BoundRow(number, path, label, fields, self._cell(item.get(SUM)))

    @property
    def column_sums(self) -> list[str]:
        """The last line of a matrix, the sum of everything at its end."""
        below = (self.value or {}).get(SUM) or {}
        return [self._cell(below.get(child.id)) for child in [*self.field.children]]

    @property
    def total(self) -> str:
        return self._cell(((self.value or {}).get(SUM) or {}).get(SUM))

    def _cell(self, value: Any) -> str:
        column = self.field.children[0]
        return column.kind.format(value, column, self.form.locale)

    @property
    def sums_rows(self) -> bool:
        return sums_rows(self.field)

    @property
    def sums_columns(self) -> bool:
        return sums_columns(self.field)

    @property
    def files(self) -> list[dict[str, str]]:
        """Attachments already there: id, name, size in words."""
        held = self.value if isinstance(self.value, list) else []
        return [
            {"id": str(one["id"]), "name": str(one["name"]), "size": write_size(one.get("size"))}
            for one in held
        ]

    @property
    def note(self) -> Markup:
        """The HTML of a note."""
        return safe(self._text(self.field.settings["text"]))

    @property
    def row_word(self) -> str:
        """What one row is called."""
        return self._text(self.field.settings["row_label"])

    @property
    def row_path(self) -> str:
        """The path of the row this cell stands in, "" outside a group."""
        return f"{self.above.path}-{self.row}" if self.above and self.row is not None else ""

    @property
    def may_add(self) -> bool:
        most = self.state.max
        return not self.field.rows.fixed and (most is None or len(self.rows) < most)

    def leaves(self) -> Iterator["BoundField"]:
        """The controls below this field that may change."""
        if self.field.shape == "parts":
            for part in self.parts:
                yield from part.leaves()
        elif self.field.shape in ("rows", "matrix"):
            for row in self.rows:
                for cell in row.fields:
                    yield from cell.leaves()
        elif self.field.shape == "value" and not self.readonly and not self.computed:
            yield self
