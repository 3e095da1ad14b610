"""The types of DMN columns, as far as values of case data have them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from pikflow.engine.decisions.elements import ItemType

_NUMBERS = {"number", "integer", "long", "double", "float", "decimal", "int", "short"}
_TYPES: dict[str, str] = {
    **dict.fromkeys(_NUMBERS, "number"),
    **dict.fromkeys(("string", "text"), "text"),
    **dict.fromkeys(("boolean", "bool"), "boolean"),
    **dict.fromkeys(("", "any", "list", "context", "collection", "null"), ""),
    "date": "date",
}
_WHOLE = frozenset({"integer", "long", "int", "short"})
REFUSED = frozenset(
    {"time", "datetime", "date and time", "dateandtime", "datetimeduration", "duration"}
    | {"days and time duration", "years and months duration", "yearmonthduration"}
    | {"daytimeduration", "yearsandmonthsduration", "daysandtimeduration"}
)
GERMAN = {"number": "eine Zahl", "text": "ein Text", "boolean": "Ja oder Nein", "date": "ein Datum"}
_CLASSES = {"number": Decimal, "text": str, "boolean": bool, "date": date}


@dataclass(frozen=True)
class Kind:
    """`name` is number, text, boolean or date, "" for anything; `whole` of a number: no places.

    `values` are unary tests a defined type brings along.
    """

    name: str = ""
    whole: bool = False
    values: str = ""

    def fits(self, value: Any) -> bool:
        """Whether a value is of this kind; nothing always is."""
        if value is None or not self.name:
            return True
        if not isinstance(value, _CLASSES[self.name]):
            return False
        return not (self.whole and isinstance(value, Decimal)) or value % 1 == 0

    @property
    def german(self) -> str:
        return "eine ganze Zahl" if self.whole else GERMAN.get(self.name, "ein Wert")

    @property
    def negated(self) -> str:
        """What a value that does not fit is: "kein Text", "weder Ja noch Nein"."""
        return "weder Ja noch Nein" if self.name == "boolean" else f"k{self.german}"


def kind_of(text: str, types: Mapping[str, ItemType]) -> Kind | None:
    """The kind a typeRef names; None when there is no such type here."""
    own = types.get(text) or types.get(text.rpartition(":")[2])
    seen: set[str] = set()
    values = ""
    while own is not None:
        if own.composed or own.name in seen:
            return Kind()
        seen.add(own.name)
        values = values or own.values
        text = own.base
        own = types.get(text) if text not in seen else None
    word = text.rpartition(":")[2].strip().lower()
    name = _TYPES.get(word)
    return None if name is None else Kind(name, word in _WHOLE, values)


def is_refused(text: str, types: Mapping[str, ItemType]) -> bool:
    """Whether a typeRef names times or durations, which case data does not have."""
    own = types.get(text)
    base = own.base if own is not None and not own.composed else text
    return base.rpartition(":")[2].strip().lower() in REFUSED
