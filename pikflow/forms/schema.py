"""What a form file says, as frozen data. No behaviour beyond looking things up."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from pikflow.forms.properties import Condition, Formula, Limit, Text

if TYPE_CHECKING:
    from pikflow.forms.types.base import FieldType

NO_TEXT = Text("")


@dataclass(frozen=True)
class Option:
    """One entry of a choice or code list; `value` is stored, `label` is shown."""

    value: str
    label: Text
    hint: Text = NO_TEXT


@dataclass(frozen=True)
class Personal:
    """Mark of personal data; `retention` is an ISO 8601 duration after the case's end, or ""."""

    retention: str = ""


@dataclass(frozen=True)
class Repeat:
    """How a group's rows repeat; `start` rows stand there empty at first, `upload` names the kind
    of file that may bring them, "" for none."""

    min: Limit = None
    max: Limit = None
    layout: str = "table"
    start: int = 0
    upload: str = ""


@dataclass(frozen=True)
class Rows:
    """Rows of a group taken from the case: one per entry of `source`, columns by `mapping`.

    `key` is the column by which a row is found again; without it the position counts. `fixed`
    rows can be neither added nor removed.
    """

    source: Formula | None = None
    mapping: Mapping[str, Formula] = field(default_factory=dict)
    key: str = ""
    fixed: bool = False


@dataclass(frozen=True)
class Field:
    """One field. `children` are the parts of a composite, columns of a group or of a matrix.

    `settings` holds the properties only this type has, by their name in the language.
    """

    id: str
    kind: "FieldType"
    label: Text
    line: int = 0
    file: str = ""
    hint: Text = NO_TEXT
    error: Text = NO_TEXT
    required: Condition = False
    visible: Condition = True
    visible_text: Text = NO_TEXT
    readonly: Condition = False
    default: Any = None
    prefill: Formula | None = None
    prefill_source: Text = NO_TEXT
    compute: Formula | None = None
    min: Limit = None
    max: Limit = None
    min_length: Limit = None
    max_length: Limit = None
    pattern: str = ""
    unit: Text = NO_TEXT
    width: str = ""
    autocomplete: str = ""
    personal: Personal | None = None
    legal_basis: str = ""
    fim: str = ""
    inbox: bool = False
    summary: bool = True
    internal: bool = False
    export: bool = True
    suppress_below: int = 0
    options: tuple[Option, ...] | Formula = ()
    children: tuple["Field", ...] = ()
    repeat: Repeat = Repeat()
    rows: Rows = Rows()
    settings: Mapping[str, Any] = field(default_factory=dict)

    @property
    def type(self) -> str:
        return self.kind.name

    @property
    def shape(self) -> str:
        return self.kind.shape

    def child(self, field_id: str) -> "Field | None":
        return next((child for child in self.children if child.id == field_id), None)

    def formulas(self) -> Iterator[tuple[str, Formula]]:
        """Every expression of this field itself (not of its children), with its property."""
        for name in [
            "required",
            "visible",
            "readonly",
            "prefill",
            "compute",
            "min",
            "max",
            "min_length",
            "max_length",
            "options",
        ]:
            value = getattr(self, name)
            if isinstance(value, Formula):
                yield name, value
        for name, value in self.settings.items():
            if isinstance(value, Formula):
                yield name, value
        if self.rows.source:
            yield "rows", self.rows.source
        for name in ("min", "max"):
            value = getattr(self.repeat, name)
            if isinstance(value, Formula):
                yield f"repeat.{name}", value


@dataclass(frozen=True)
class Section:
    """One page of the form."""

    id: str
    title: Text
    fields: tuple[Field, ...]
    intro: Text = NO_TEXT
    visible: Condition = True
    line: int = 0


@dataclass(frozen=True)
class Check:
    """A rule across fields. `field` is a dotted name; `each` a group whose rows are `item`."""

    rule: Formula
    message: Text
    field: str
    severity: str = "error"
    when: Formula | None = None
    each: str = ""
    always: bool = False
    line: int = 0
    file: str = ""


@dataclass(frozen=True)
class Example:
    """A test inside the form file. `errors` and `warnings` are paths; None means: not looked at."""

    name: str
    given: Mapping[str, Any]
    context: Mapping[str, Any]
    expect: Mapping[str, Any]
    errors: tuple[str, ...] | None = None
    warnings: tuple[str, ...] | None = None
    line: int = 0


@dataclass(frozen=True)
class FormSchema:
    """A whole form, as published: building blocks and lists already put in."""

    id: str
    version: int
    title: Text
    sections: tuple[Section, ...]
    file: str = ""
    description: Text = NO_TEXT
    notes: Mapping[str, str] = field(default_factory=dict)
    legal_basis: str = ""
    params: Mapping[str, Any] = field(default_factory=dict)
    checks: tuple[Check, ...] = ()
    examples: tuple[Example, ...] = ()

    def fields(self) -> Iterator[Field]:
        """The fields of all sections in order, without their children."""
        for section in self.sections:
            yield from section.fields

    def field(self, dotted: str) -> Field | None:
        """A field or child by its dotted name ("betrag", "stellen.vzae")."""
        first, _, rest = dotted.partition(".")
        found = next((item for item in self.fields() if item.id == first), None)
        return found.child(rest) if found and rest else found

    def section_of(self, field_id: str) -> Section | None:
        for section in self.sections:
            if any(item.id == field_id for item in section.fields):
                return section
        return None
