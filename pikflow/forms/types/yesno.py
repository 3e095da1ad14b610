"""Truth values: a question with yes and no, a tick box, and a declaration that must be ticked."""

from collections.abc import Mapping
from typing import Any, ClassVar

from pikflow.forms.properties import Property, one_of
from pikflow.forms.schema import Field
from pikflow.forms.types.base import N_, FieldType, InputError, State

_TRUE = frozenset({"true", "ja", "yes", "on", "1", "y", "wahr"})
_FALSE = frozenset({"false", "nein", "no", "off", "0", "n", "falsch"})


def read_truth(raw: Any) -> bool | None:
    """True or False of a box, a radio button or plain data; None for empty text."""
    if isinstance(raw, bool):
        return raw
    word = str(raw).strip().lower() if isinstance(raw, str | int) or raw is not None else ""
    if word in _TRUE:
        return True
    if word in _FALSE:
        return False
    if not word:
        return None
    raise InputError(N_("Wählen Sie Ja oder Nein."))


class BoolType(FieldType):
    """A tick box (no tick is False), or, when an answer is required, a choice of yes and no."""

    name = "bool"
    widget = "bool"
    properties: ClassVar[Mapping[str, Property]] = {
        "display": Property(one_of("radio", "checkbox"))
    }

    def is_box(self, field: Field) -> bool:
        display = field.settings.get("display")
        return display == "checkbox" or (display is None and field.required is False)

    def parse(self, raw: Any, field: Field, state: State) -> bool | None:
        value = read_truth(raw)
        return False if value is None and self.is_box(field) else value

    def is_empty(self, value: Any) -> bool:
        return value is None

    def missing(self, field: Field) -> InputError:
        if self.is_box(field):
            return InputError(N_("Setzen Sie hier ein Häkchen."))
        return InputError(N_("Wählen Sie Ja oder Nein."))

    def format(self, value: Any, field: Field, locale: str = "de") -> str:
        if not isinstance(value, bool):
            return ""
        if locale.startswith("en"):
            return "Yes" if value else "No"
        return "Ja" if value else "Nein"

    def entry(self, value: Any, field: Field) -> str:
        return "" if value is None else ("true" if value is True else "false")

    def example(self, field: Field, state: State, seed: int = 0) -> bool:
        return False


class ConfirmType(BoolType):
    """A declaration: must be true wherever it is visible, unless `required: false`."""

    name = "confirm"
    widget = "confirm"
    required_by_default = True
    properties: ClassVar[Mapping[str, Property]] = {}

    def is_box(self, field: Field) -> bool:
        return True

    def is_empty(self, value: Any) -> bool:
        return value is not True

    def missing(self, field: Field) -> InputError:
        return InputError(
            N_("Ohne diese Bestätigung geht es nicht weiter. Setzen Sie das Häkchen.")
        )

    def example(self, field: Field, state: State, seed: int = 0) -> bool:
        return True
