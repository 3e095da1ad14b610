"""What a field type is: everything about it in one object."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from pikflow.forms.properties import Property, Text
from pikflow.forms.schema import Field, Option

Translate = Callable[[str], str]


class InputError(Exception):
    """A value that can't be taken; `text` is a German source text with {placeholders}."""

    def __init__(self, text: str, **values: Any) -> None:
        super().__init__(text)
        self.text = text
        self.values = values

    def to(self, translate: Translate = str) -> str:
        return translate(self.text).format(**self.values)


def N_(text: str) -> str:  # noqa: N802 - gettext's name for: mark here, translate later
    return text


@dataclass(frozen=True)
class State:
    """What holds for one field in one row right now: conditions and limits evaluated."""

    visible: bool = True
    readonly: bool = False
    required: bool = False
    computed: bool = False
    min: Any = None
    max: Any = None
    min_length: int | None = None
    max_length: int | None = None
    options: tuple[Option, ...] = ()
    choices: tuple[Mapping[str, Any], ...] | None = None


class FieldType:
    """Base of all field types.

    `shape` says how a value is built: "value" (one leaf), "parts" (dict of the children),
    "rows" (list of dicts), "matrix" (dict of dicts), "none" (nothing is stored).
    `widget` names the macro that renders it.
    """

    name: ClassVar[str] = ""
    widget: ClassVar[str] = "text"
    shape: ClassVar[str] = "value"
    empty: ClassVar[Any] = None
    needs_label: ClassVar[bool] = True
    inputmode: ClassVar[str] = ""
    autocomplete: ClassVar[str] = ""
    required_by_default: ClassVar[bool] = False
    server_keys: ClassVar[tuple[str, ...]] = ()  # parts of a composite no browser may set
    properties: ClassVar[Mapping[str, Property]] = {}

    def parts(self, field_id: str, settings: Mapping[str, Any]) -> tuple[Field, ...]:
        """The fields a composite consists of; none for a simple value."""
        return ()

    def required_parts(self, field: Field) -> frozenset[str]:
        """Which parts a required (or half filled) composite needs."""
        return frozenset(child.id for child in field.children)

    def parse(self, raw: Any, field: Field, state: State) -> Any:
        """The value of raw text or plain data; raises InputError. Empty text gives `empty`."""
        raise NotImplementedError

    def check(self, value: Any, field: Field, state: State) -> InputError | None:
        """What is wrong with a parsed, non-empty value."""
        return None

    def format(self, value: Any, field: Field, locale: str = "de") -> str:
        """The value as people read it, "" when there is none."""
        return "" if value is None else str(value)

    def entry(self, value: Any, field: Field) -> Any:
        """The value as it stands in its input control: text, or a list of texts."""
        return self.format(value, field)

    def is_empty(self, value: Any) -> bool:
        return value is None or value == "" or value == [] or value == {}

    def completed(self, value: Any, now: datetime) -> Any:
        """The value at the moment the task is completed (`now` is aware)."""
        return value

    def missing(self, field: Field) -> InputError:
        """The message for a required field left empty."""
        return InputError(N_("Füllen Sie dieses Pflichtfeld aus."))

    def example(self, field: Field, state: State, seed: int = 0) -> Any:
        """A value that satisfies the field's own rules; `seed` varies it between rows."""
        return None


def check_count(chosen: Sequence[Any], state: State) -> InputError | None:
    """What is wrong with how many were chosen."""
    if state.min is not None and len(chosen) < state.min:
        return InputError(N_("Wählen Sie mindestens {least} aus."), least=state.min)
    if state.max is not None and len(chosen) > state.max:
        return InputError(N_("Wählen Sie höchstens {most} aus."), most=state.max)
    return None


def part(kind: FieldType, field_id: str, de: str, en: str, **more: Any) -> Field:
    """A part of a composite type."""
    return Field(id=field_id, kind=kind, label=Text(de, en), **more)
