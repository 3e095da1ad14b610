"""Conditions written as JSON Schema ("this property has that value") as expressions of ours."""

import json
from collections.abc import Callable, Mapping
from typing import Any

from pikflow.expressions.pieces import (
    AND,
    COMPARE,
    OR,
    Piece,
    Untranslatable,
    compared,
    joined,
    literal,
    negated,
)

# The name of a property (dotted) as an expression at this place may write it; "" for none.
Named = Callable[[str], str]
_LIMITS = {"minimum": ">=", "maximum": "<=", "exclusiveMinimum": ">", "exclusiveMaximum": "<"}
_ABOUT_FORM = frozenset({"title", "description", "type", "$comment", "default", "examples"})
_DEPTH = 10


def condition(schema: Any, named: Named, path: str = "", depth: int = 0) -> Piece:
    """When a value (the object itself without `path`) fits the schema; raises Untranslatable.

    A schema also fits an object that lacks the property; a form has every property, so that an
    empty one does not fit here.
    """
    if depth > _DEPTH:
        raise Untranslatable("Die Bedingung ist zu tief verschachtelt.", "Teilen Sie sie auf.")
    if isinstance(schema, bool):
        return Piece("true" if schema else "false")
    if not isinstance(schema, Mapping):
        raise Untranslatable("Die Bedingung ist kein Schema.")
    parts: list[Piece] = []
    required = schema.get("required")
    required = [n for n in required if isinstance(n, str)] if isinstance(required, list) else []
    for word, value in schema.items():
        if word in _ABOUT_FORM or word == "required":
            continue
        parts += _part(word, value, named, path, depth)
    unchecked = schema.get("properties")
    known = unchecked if isinstance(unchecked, Mapping) else {}
    parts += [
        compared(_name(named, f"{path}.{name}" if path else str(name)), "!=", Piece("null"))
        for name in required
        if not isinstance(known.get(name), Mapping) or not known[name].keys() - _ABOUT_FORM
    ]
    return joined("and", AND, parts) if parts else Piece("true")


def _part(word: str, value: Any, named: Named, path: str, depth: int) -> list[Piece]:
    if word == "properties" and isinstance(value, Mapping):
        found = []
        for name, inner in value.items():
            below = f"{path}.{name}" if path else str(name)
            if isinstance(inner, Mapping) and not inner.keys() - _ABOUT_FORM:
                continue
            found.append(condition(inner, named, below, depth + 1))
        return found
    if word in ("allOf", "anyOf", "oneOf") and isinstance(value, list) and value:
        pieces = [condition(inner, named, path, depth + 1) for inner in value]
        return [joined("and", AND, pieces) if word == "allOf" else joined("or", OR, pieces)]
    if word == "not":
        return [negated(condition(value, named, path, depth + 1))]
    if not path:
        raise Untranslatable(f"„{word[:40]}“ an dieser Stelle wird nicht übersetzt.")
    name = _name(named, path)
    if word == "const":
        return [compared(name, "==", _constant(value))]
    if word == "enum" and isinstance(value, list) and value:
        if len(value) == 1:
            return [compared(name, "==", _constant(value[0]))]
        listed = ", ".join(_constant(item).text for item in value[:200])
        return [Piece(f"{name.text} in [{listed}]", COMPARE)]
    if word in _LIMITS and isinstance(value, int | float) and not isinstance(value, bool):
        return [compared(name, _LIMITS[word], _constant(value))]
    if word == "contains" and isinstance(value, Mapping) and "const" in value:
        return [Piece(f"{_constant(value['const']).text} in {name.text}", COMPARE)]
    if word in ("minLength", "minItems") and value == 1:
        return [compared(name, "!=", Piece("null"))]
    raise Untranslatable(f"„{word[:40]}“ in einer Bedingung wird nicht übersetzt.")


def _name(named: Named, path: str) -> Piece:
    found = named(path)
    if not found:
        raise Untranslatable(f"Das Feld „{path[:60]}“ gibt es im Formular nicht.")
    return Piece(found)


def _constant(value: Any) -> Piece:
    if value is None or isinstance(value, bool):
        return Piece(json.dumps(value))
    if isinstance(value, str):
        return literal(value)
    if isinstance(value, int | float) and abs(value) < 1e15:
        text = str(value) if isinstance(value, int) else f"{value:.10f}".rstrip("0").rstrip(".")
        return Piece(text)
    raise Untranslatable("Die Bedingung vergleicht mit einem Wert, den es hier nicht gibt.")
