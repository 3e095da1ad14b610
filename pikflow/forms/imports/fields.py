"""What several foreign form languages share: choices, times, and conditions in words of ours."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from pikflow.expressions import ExpressionError
from pikflow.expressions.expression import compile_expression
from pikflow.expressions.pieces import (
    COMPARE,
    NOT,
    OR,
    VALUE,
    Piece,
    Untranslatable,
    joined,
    negated,
    tidied,
)
from pikflow.forms.imports.draft import Draft, Expression

# FEEL into our language: the text, and variables that are called otherwise here. None for no FEEL;
# raises ExpressionError. The decisions of the engine bring it; forms know nothing of the engine.
Feel = Callable[[str, Mapping[str, str]], str | None]

TIME = r"([01]\d|2[0-3]):[0-5]\d"
TIME_ERROR = {
    "de": "Geben Sie eine Uhrzeit ein, zum Beispiel 14:30.",
    "en": "Enter a time, for example 14:30.",
}
_KINDS = {"arith": "decimal", "neg": "decimal", "pos": "decimal", "compare": "bool", "and": "bool",
          "or": "bool", "not": "bool"}  # fmt: skip
_CALLS = {
    **dict.fromkeys(("sum", "min", "max", "len", "round", "abs", "count", "number"), "decimal"),
    **dict.fromkeys(("year", "month", "days_between", "months_between"), "decimal"),
    **dict.fromkeys(("any", "all", "starts_with", "sample"), "bool"),
    **dict.fromkeys(("date", "today", "add_days", "add_months", "workday"), "date"),
    **dict.fromkeys(("text", "lower", "upper", "strip", "join"), "text"),
}


@dataclass(frozen=True)
class Scope:
    """Where a field stands: `names` as expressions there may call them, `visible` what must hold
    for everything around it."""

    names: Mapping[str, str]
    visible: str = ""


def both(*conditions: str) -> Expression | bool | None:
    """Conditions that must all hold; None without any."""
    pieces = [piece_of(text) for text in conditions if text and text != "true"]
    if not pieces:
        return None
    return Expression(joined("and", NOT, pieces).text)


def piece_of(text: str) -> Piece:
    """An expression of ours as a piece, by how tightly its outermost operator binds."""
    try:
        kind = compile_expression(text).tree[0]
    except ExpressionError:
        return Piece(text, 0)
    levels = {"compare": COMPARE, "not": NOT, "and": OR + 1, "or": OR, "if": OR - 1}
    return Piece(
        text, levels.get(kind, VALUE if re.fullmatch(r"[\w.]+|\w+\(.*\)", text) else COMPARE)
    )


def opposite(text: str) -> str:
    return negated(piece_of(text)).text


def feel_text(feel: Feel, source: str, names: Mapping[str, str]) -> str:
    """`=…` of FEEL in our language; raises Untranslatable."""
    text = source.strip().removeprefix("=").strip()
    try:
        found = feel(text, names)
        if found is None:
            raise Untranslatable("Das ist kein FEEL, das hier gelesen wird.")
        compile_expression(found)
    except ExpressionError as fault:
        raise Untranslatable(fault.reason, fault.hint) from None
    return tidied(found)


def kind_of_result(text: str) -> str:
    """The field type that shows what an expression gives, as far as its form tells."""
    try:
        tree: Any = compile_expression(text).tree
    except ExpressionError:
        return "text"
    while tree[0] == "if":
        tree = tree[2]
    if tree[0] == "value" and isinstance(tree[1], dict):
        return "decimal"
    if tree[0] == "value" and isinstance(tree[1], bool):
        return "bool"
    if tree[0] == "arith" and any(part[0] == "value" and isinstance(part[1], str)
                                  for part in (tree[1], *(p for _, p in tree[2:]))):  # fmt: skip
        return "text"
    return _CALLS.get(tree[1], "text") if tree[0] == "call" else _KINDS.get(tree[0], "text")


def note_expression(
    draft: Draft, what: str, fault: Untranslatable, text: str, at: int, name: str
) -> None:
    draft.notes.missing(f"{what}: {fault.reason}", text, fault.hint, at=at, element=name)


def display_of(count: int, wanted: str) -> str:
    """Radio buttons or a select, when the other product chose one."""
    return wanted if wanted in ("radio", "select") and count else ""
