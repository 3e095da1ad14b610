"""One or several of given options. Anything that is not offered is refused."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, ClassVar

from pikflow.forms.properties import TEXT, Property, one_of
from pikflow.forms.schema import Field, Option
from pikflow.forms.types.base import N_, FieldType, InputError, State, check_count
from pikflow.forms.types.text import clean

# Up to this many options radio buttons show all at once; more become a select.
RADIO_LIMIT = 6


def label_of(value: Any, options: tuple[Option, ...], locale: str = "de") -> str:
    """The word of a stored value; the value itself when it is no longer offered."""
    found = next((option for option in options if option.value == value), None)
    return found.label.to(locale) if found else str(value)


def with_options(item: Field, state: State) -> Field:
    """The field with the options its expression gave, so that values show their words."""
    if isinstance(item.options, tuple):
        return item
    return replace(item, options=state.options)


def _options(field: Field) -> tuple[Option, ...]:
    return field.options if isinstance(field.options, tuple) else ()


class ChoiceType(FieldType):
    name = "choice"
    widget = "choice"
    properties: ClassVar[Mapping[str, Property]] = {
        "list": Property(TEXT),
        "display": Property(one_of("radio", "select")),
    }

    def parse(self, raw: Any, field: Field, state: State) -> str | None:
        text = clean(raw)
        if not text:
            return None
        if not any(option.value == text for option in state.options):
            raise InputError(N_("Wählen Sie eine der angebotenen Möglichkeiten."))
        return text

    def missing(self, field: Field) -> InputError:
        return InputError(N_("Wählen Sie eine Möglichkeit aus."))

    def format(self, value: Any, field: Field, locale: str = "de") -> str:
        return "" if value is None else label_of(value, _options(field), locale)

    def entry(self, value: Any, field: Field) -> str:
        return "" if value is None else str(value)

    def example(self, field: Field, state: State, seed: int = 0) -> str | None:
        # Always the first: forms name the plain way first, and every row of a checklist takes it.
        return state.options[0].value if state.options else None


class CodeListType(ChoiceType):
    """A choice from a list, always shown as a select."""

    name = "codelist"
    properties: ClassVar[Mapping[str, Property]] = {"list": Property(TEXT)}


class MultiChoiceType(FieldType):
    name = "multichoice"
    widget = "multichoice"
    properties: ClassVar[Mapping[str, Property]] = {"list": Property(TEXT)}

    def parse(self, raw: Any, field: Field, state: State) -> list[str] | None:
        items = raw if isinstance(raw, list) else [raw]
        chosen = [text for text in (clean(item) for item in items) if text]
        offered = [option.value for option in state.options]
        if any(text not in offered for text in chosen):
            raise InputError(N_("Wählen Sie nur aus den angebotenen Möglichkeiten."))
        return [value for value in offered if value in chosen]

    def check(self, value: list[str], field: Field, state: State) -> InputError | None:
        return check_count(value, state)

    def missing(self, field: Field) -> InputError:
        return InputError(N_("Wählen Sie mindestens eine Möglichkeit aus."))

    def format(self, value: Any, field: Field, locale: str = "de") -> str:
        if not isinstance(value, list):
            return ""
        return ", ".join(label_of(item, _options(field), locale) for item in value)

    def entry(self, value: Any, field: Field) -> list[str]:
        return [str(item) for item in value] if isinstance(value, list) else []

    def example(self, field: Field, state: State, seed: int = 0) -> list[str]:
        count = max(1, int(state.min or 1))
        return [option.value for option in state.options[:count]]
