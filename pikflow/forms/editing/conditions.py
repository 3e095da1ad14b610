"""An expression as comparisons a person chooses from lists, and back.

Only what can be chosen is taken apart: comparisons of a name with a fixed value, joined by `and`
or by `or`. Everything else stays text.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from pikflow.errors import Invalid
from pikflow.expressions import compile_expression
from pikflow.forms.editing.entries import literal
from pikflow.forms.properties import ISO_DATE
from pikflow.forms.schema import Field, FormSchema
from pikflow.forms.types.table import SUM
from pikflow.texts import say

YES, NO, FILLED, EMPTY, HAS, HAS_NOT = "yes", "no", "filled", "empty", "has", "has_not"
SIGNS = ("==", "!=", "<", "<=", ">", ">=", YES, NO, HAS, HAS_NOT, FILLED, EMPTY)
BARE = (YES, NO, FILLED, EMPTY)  # signs with no value behind them
MOST = 20  # comparisons in one condition


@dataclass(frozen=True)
class Known:
    """A name an expression may use at some place: its words, its kind ("number", "date", "bool",
    "choice", "list", "text", "rows" or "" when that is not known), and the values it may have."""

    name: str
    label: str
    kind: str = ""
    options: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Comparison:
    """`name sign value`; `value` as it is typed: 1,5 or 31.12.2026 or the word of an option.
    With `other` it is compared with what another field says."""

    name: str
    sign: str
    value: str = ""
    other: str = ""


@dataclass(frozen=True)
class Rule:
    """Comparisons of which all ("and") or one ("or") has to hold."""

    joint: str = "and"
    comparisons: tuple[Comparison, ...] = ()


def names_of(schema: FormSchema, group: str = "") -> tuple[Known, ...]:
    """The names of a form's own values, in its order; inside of a group its columns first."""
    found: list[Known] = []
    inside = schema.field(group) if group else None
    if inside is not None and inside.shape == "rows":
        found += [_known(child, "item.") for child in inside.children]
    for field in schema.fields():
        found += _names(field)
    return tuple(found)


def take_apart(text: str) -> Rule | None:
    """The comparisons of an expression, None when it is more than that."""
    try:
        tree = compile_expression(text).tree
    except Invalid:
        return None
    joint = tree[0] if tree[0] in ("and", "or") else "and"
    pieces = tree[1:] if tree[0] in ("and", "or") else [tree]
    comparisons = [_comparison(piece) for piece in pieces]
    if len(pieces) > MOST or any(one is None for one in comparisons):
        return None
    return Rule(joint, tuple(one for one in comparisons if one is not None))


def put_together(rule: Rule, known: Sequence[Known]) -> str:
    """The expression of a rule; "" when no comparison is filled in. Raises Invalid for a value
    that does not suit the name it is compared with."""
    kinds = {one.name: one for one in known}
    pieces = [
        _written(one, kinds.get(one.name) or Known(one.name, one.name))
        for one in rule.comparisons
        if one.name
    ]
    return f" {'or' if rule.joint == 'or' else 'and'} ".join(pieces)


def _names(field: Field) -> Iterator[Known]:
    if field.shape == "none":
        return
    if field.shape == "matrix":
        label = field.label.de
        for row in (*(option.value for option in field.settings["row_options"]), SUM):
            for column in (*(child.id for child in field.children), SUM):
                yield Known(f"{field.id}.{row}.{column}", f"{label}: {row}, {column}", "number")
        return
    yield _known(field)
    if field.shape == "parts":
        yield from (_known(child, f"{field.id}.", field.label.de) for child in field.children)


def _known(field: Field, before: str = "", above: str = "") -> Known:
    options = field.options if isinstance(field.options, tuple) else ()
    label = field.label.de or field.id
    return Known(
        before + field.id,
        f"{above}: {label}" if above else label,
        kind_of(field),
        tuple((option.value, option.label.de) for option in options),
    )


def kind_of(field: Field) -> str:
    """What kind of value a field has in an expression."""
    if field.shape in ("rows", "parts"):
        return field.shape
    if field.type in ("multichoice", "file") or field.settings.get("multiple"):
        return "list"
    widget = field.kind.widget
    return {"number": "number", "date": "date", "bool": "bool", "confirm": "bool",
            "choice": "choice", "organisation": "parts"}.get(widget, "text")  # fmt: skip


def _comparison(tree: list[Any]) -> Comparison | None:
    if tree[0] == "not":
        name = _name(tree[1])
        return Comparison(name, NO) if name else None
    if name := _name(tree):
        return Comparison(name, YES)
    if tree[0] != "compare" or len(tree) != 3:
        return None
    sign, right = tree[2]
    if sign in ("in", "not in"):
        name, value = _name(right), _value(tree[1])
        if not name or value is None:
            return None
        return Comparison(name, HAS if sign == "in" else HAS_NOT, value)
    name = _name(tree[1])
    if not name:
        return None
    if right == ["value", None] and sign in ("==", "!="):
        return Comparison(name, EMPTY if sign == "==" else FILLED)
    if right[0] == "value" and isinstance(right[1], bool) and sign == "==":
        return None  # x == true is not the same as x
    if other := _name(right):
        return Comparison(name, sign, other=other)
    value = _value(right)
    return None if value is None else Comparison(name, sign, value)


def _name(tree: list[Any]) -> str:
    if tree[0] == "name":
        return str(tree[1])
    if tree[0] == "get" and tree[1][0] == "name":
        return ".".join([tree[1][1], *tree[2:]])
    return ""


def _value(tree: list[Any]) -> str | None:
    """A fixed value as it is typed, None for anything computed."""
    if tree[0] == "neg":
        inner = _value(tree[1]) if tree[1][0] == "value" else None
        return None if inner is None else f"-{inner}"
    if tree[0] == "call" and tree[1] == "date" and len(tree) == 3:
        inner = tree[2][1] if tree[2][0] == "value" else None
        if isinstance(inner, str) and ISO_DATE.fullmatch(inner):
            year, month, day = inner.split("-")
            return f"{day}.{month}.{year}"
        return None
    if tree[0] != "value":
        return None
    if isinstance(tree[1], Mapping):
        return str(tree[1]["$decimal"]).replace(".", ",")
    # A text that looks like a number or a date would come back as one.
    text = tree[1]
    return text if isinstance(text, str) and type(_meaning(text, "")) is str else None


def _written(one: Comparison, known: Known) -> str:
    if one.sign not in SIGNS:
        raise Invalid("condition-sign", say("Wählen Sie, womit „{name}“ verglichen wird.",
                                            name=known.label))  # fmt: skip
    if one.sign in BARE:
        bare = {YES: one.name, NO: f"not {one.name}", FILLED: f"{one.name} != null"}
        return bare.get(one.sign, f"{one.name} == null")
    value = one.other or _spelled(one.value, known)
    if one.sign in (HAS, HAS_NOT):
        return f"{value} {'in' if one.sign == HAS else 'not in'} {one.name}"
    return f"{one.name} {one.sign} {value}"


def _spelled(text: str, known: Known) -> str:
    text = text.strip()
    kind = {"choice": "text", "list": "text"}.get(known.kind, known.kind)
    value = _meaning(text, kind)
    if kind == "number" and not isinstance(value, Decimal):
        raise Invalid(
            "condition-value",
            say("„{name}“ ist eine Zahl. Geben Sie eine Zahl ein.", name=known.label),
            say("Zum Beispiel 1250 oder 1,5."),
        )
    if kind == "date" and not isinstance(value, _Day):
        raise Invalid(
            "condition-value",
            say("„{name}“ ist ein Datum. Geben Sie ein Datum ein.", name=known.label),
            say("Zum Beispiel 31.12.2026."),
        )
    if not text:
        raise Invalid(
            "condition-value",
            say("Womit soll „{name}“ verglichen werden?", name=known.label),
            say("Geben Sie einen Wert ein, oder wählen Sie „ist leer“."),
        )
    if isinstance(value, _Day):
        return f'date("{value}")'
    if isinstance(value, Decimal):
        return format(value, "f")
    escaped = value.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"


class _Day(str):
    """A date as ISO text."""

    __slots__ = ()


def _meaning(text: str, kind: str) -> Any:
    """What a typed value means: a number, a day, or the text itself."""
    if kind in ("", "date"):
        parts = text.split(".")
        if len(parts) == 3 and all(part.isdecimal() for part in parts) and len(parts[2]) == 4:
            return _Day(f"{parts[2]}-{int(parts[1]):02}-{int(parts[0]):02}")
        if ISO_DATE.fullmatch(text):
            return _Day(text)
    if kind in ("", "number"):
        number = literal(text.replace(".", "").replace(",", ".") if "," in text else text)
        if isinstance(number, Decimal):
            return number
    return text
