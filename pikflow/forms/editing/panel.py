"""Which properties a part of a form has, in which group of the panel, and how each is entered."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pikflow.forms import properties as kinds
from pikflow.forms.fields import COMMON, REPEAT
from pikflow.forms.language import BLOCK_FILE, CHECK, FORM, INCLUDE, LIST_FILE, SECTION, TEST
from pikflow.forms.properties import Kind, Property
from pikflow.forms.types.base import FieldType

GROUPS = ("basis", "texts", "choice", "rules", "limits", "start", "privacy", "display", "more")
_GROUPS = {
    "basis": "id type title version include field each name",
    "texts": "label hint error unit text row_label description intro message",
    "choice": "options list display multiple kinds within",
    "rules": "required visible visible_text readonly compute assert when severity always",
    "limits": "min max min_length max_length pattern places max_mb repeat.min repeat.max",
    "start": "default prefill prefill_source rows map key fixed repeat.start",
    "privacy": "personal internal suppress_below legal_basis fim",
    "display": "width autocomplete tone repeat.layout sums inbox summary export",
}
_GROUP_OF = {name: group for group, names in _GROUPS.items() for name in names.split()}
_CONTROLS = {
    id(kind): control
    for kind, control in [
        (kinds.TEXT, "text"),
        (kinds.WORDS, "words"),
        (kinds.FLAG, "flag"),
        (kinds.WHOLE, "whole"),
        (kinds.FORMULA, "formula"),
        (kinds.CONDITION, "condition"),
        (kinds.LIMIT, "limit"),
        (kinds.LITERAL, "literal"),
        (kinds.IDENTIFIER_KIND, "identifier"),
        (kinds.FORM_ID_KIND, "identifier"),
        (kinds.TEXTS, "texts"),
    ]
}
# What a kind of value says as ANY, by its name.
_SHAPED = {
    "options": "options",
    "rows": "options",
    "personal": "personal",
    "map": "map",
    "params": "params",
    "notes": "notes",
    "given": "pairs",
    "context": "pairs",
    "expect": "pairs",
    "with": "pairs",
}
_ELSEWHERE = {"fields", "columns", "sections", "checks", "tests", "lists", "repeat",
              "pikform", "pikbaustein", "pikliste"}  # fmt: skip
_LONG = {"text", "description", "intro", "message", "hint", "error"}
# Which common properties do something for a field, beside those that every field has.
_TEXT_LIKE = ("text", "textarea", "email", "phone", "url", "iban", "bic", "aktenzeichen")
_EVERY = {"id", "type", "label", "visible", "visible_text"}
_FILLED = {"hint", "error", "required", "readonly", "personal", "legal_basis", "fim", "inbox",
           "summary", "internal", "export"}  # fmt: skip
_STARTED = {"default", "prefill", "prefill_source", "compute"}
_BY_SHAPE = {
    "none": _EVERY,
    "value": _EVERY | _FILLED | _STARTED,
    "parts": _EVERY | _FILLED | {"prefill", "prefill_source"},
    "rows": _EVERY | _FILLED,
    "matrix": _EVERY | _FILLED,
}
_BY_WIDGET = {
    "number": {"min", "max", "unit", "width", "suppress_below"},
    "date": {"min", "max", "width"},
    "choice": {"options"},
    "multichoice": {"options", "min", "max"},
    "organisation": {"min", "max"},
    "file": {"min", "max"},
}
_WORDED = {"min_length", "max_length", "pattern", "width", "autocomplete"}


@dataclass(frozen=True)
class Slot:
    """One property in a panel: `name` dotted for what is inside another (repeat.min), `control`
    how it is entered, `words` what a choice offers, `long` for texts of several lines."""

    name: str
    control: str
    group: str
    kind: Kind
    required: bool = False
    default: Any = None
    words: tuple[str, ...] = ()
    long: bool = False

    @property
    def path(self) -> tuple[str, ...]:
        return tuple(self.name.split("."))


def slots_of(kind: str, held: Mapping[str, Any], field_type: FieldType | None) -> tuple[Slot, ...]:
    """The slots of a part; for a field those of its type, and whatever else stands there."""
    if kind != "field":
        return tuple(_slots(_TABLES.get(kind, {}), set()))
    own = dict(field_type.properties) if field_type else {}
    names = _names_of(field_type) | set(own) | set(held)
    table = {name: prop for name, prop in {**COMMON, **own}.items() if name in names}
    if "list" in own and "list" in held and "options" not in held:
        table = {name: prop for name, prop in table.items() if name != "options"}
    if "repeat" in own:
        table |= {f"repeat.{name}": prop for name, prop in REPEAT.items()}
    long = {"default"} if field_type and field_type.name == "textarea" else set()
    found = tuple(_slots(table, long))
    return tuple(sorted(found, key=_order))


def _names_of(field_type: FieldType | None) -> set[str]:
    if field_type is None:
        return set(COMMON)
    found = set(_BY_SHAPE.get(field_type.shape, set(COMMON)))
    found |= _BY_WIDGET.get(field_type.widget, set())
    if field_type.name in _TEXT_LIKE:
        found |= _WORDED
    if field_type.name == "codelist":
        found -= {"options"}
    if field_type.name == "period":
        found |= {"min", "max"}
    if field_type.shape == "value" and field_type.widget in ("file", "organisation"):
        found -= {"default", "compute"}
    if field_type.name == "confirm":
        found -= {"default", "compute", "readonly"}
    return found


def _order(slot: Slot) -> tuple[int, int]:
    names = list(_GROUP_OF)
    place = names.index(slot.name) if slot.name in names else len(names)
    return GROUPS.index(slot.group), place


def _slots(table: Mapping[str, Property], long: set[str]) -> Iterator[Slot]:
    for name, prop in table.items():
        if name in _ELSEWHERE:
            continue
        words = tuple(prop.kind.schema.get("enum", ()))
        control = "choice" if words else _CONTROLS.get(id(prop.kind)) or _SHAPED.get(name, "")
        if name == "type":
            control = "type"
        if name == "options" or (name == "rows" and prop.kind is kinds.ANY):
            control = "options"
        if name == "list":
            control = "list"
        if not control:
            continue
        group = "choice" if control == "options" else _GROUP_OF.get(name, "more")
        if name == "rows" and control == "whole":
            group = "display"
        yield Slot(
            name, control, group, prop.kind, prop.required, prop.default, words,
            name in _LONG or name in long,
        )  # fmt: skip


_TABLES: Mapping[str, Mapping[str, Property]] = {
    "form": FORM,
    "block": BLOCK_FILE,
    "list": LIST_FILE,
    "section": SECTION,
    "check": CHECK,
    "test": TEST,
    "include": INCLUDE,
}
ORDERS: Mapping[str, tuple[str, ...]] = {
    **{kind: tuple(table) for kind, table in _TABLES.items()},
    "field": (
        *("id", "type", "places", "unit", "label", "hint", "row_label", "text", "tone"),
        *("legal_basis", "list", "options", "display", "kinds", "within", "multiple"),
        *("visible", "visible_text", "required", "readonly", "error", "default", "prefill"),
        *("prefill_source", "compute", "repeat", "rows", "map", "key", "fixed"),
        *("min", "max", "min_length", "max_length", "pattern", "max_mb", "width", "autocomplete"),
        *("personal", "internal", "suppress_below", "inbox", "summary", "export", "fim"),
        *("columns", "sums", "fields"),
    ),
}
