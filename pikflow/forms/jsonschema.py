"""The JSON Schema of the form language, for editors; made from the tables the loader reads by.

`schema.json` beside this file is its published copy; a test compares them.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pikflow.forms.fields import COMMON, OPTION, PERSONAL, REPEAT
from pikflow.forms.language import BLOCK_FILE, CHECK, FORM, INCLUDE, LIST_FILE, SECTION, TEST
from pikflow.forms.properties import IDENTIFIER, Property
from pikflow.forms.types import FieldTypes, builtin_types

PUBLISHED = Path(__file__).with_name("schema.json")
_HERE = "#/$defs/"


def json_schema(types: FieldTypes | None = None) -> dict[str, Any]:
    """The schema of all three kinds of file; foreign field types included when registered."""
    types = types or builtin_types()
    fields = [_field(kind.name, kind.properties, kind.needs_label) for kind in types]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "urn:pikflow:form:1",
        "title": "pikflow-Formular, Baustein oder Liste",
        "oneOf": [_ref("form"), _ref("block"), _ref("list")],
        "$defs": {
            "text": {
                "description": "Ein Text, oder je Sprache einer; Englisch ist freiwillig",
                "anyOf": [
                    {"type": ["string", "number"]},
                    {
                        "type": "object",
                        "properties": {"de": {"type": "string"}, "en": {"type": "string"}},
                        "required": ["de"],
                        "additionalProperties": False,
                    },
                ],
            },
            "expression": {"type": "string", "minLength": 1, "maxLength": 2000},
            "form": _object(FORM, {"pikform": {"const": 1}} | _FORM_PARTS),
            "block": _object(BLOCK_FILE, {"pikbaustein": {"const": 1}} | _BLOCK_PARTS),
            "list": _object(LIST_FILE, {"pikliste": {"const": 1}, "options": _ref("options")}),
            "section": _either(_object(SECTION, {"fields": _list("field")}), _ref("include")),
            "include": _object(INCLUDE, {"with": {"type": "object"}}),
            "check": _object(CHECK, {}),
            "test": _object(TEST, {name: {"type": "object"} for name in _TEST_PARTS}),
            "options": _either(
                {"type": "object", "additionalProperties": _ref("text")},
                {"type": "array", "items": _object(OPTION, {})},
                _ref("expression"),
            ),
            "common": _common(),
            "field": {"oneOf": [*fields, _ref("include")]},
        },
    }


def publish() -> None:
    """Write schema.json anew; for whoever changes the language."""
    text = json.dumps(json_schema(), ensure_ascii=False, indent=1, sort_keys=True)
    PUBLISHED.write_text(text + "\n", encoding="utf-8")


def _ref(name: str) -> dict[str, str]:
    return {"$ref": _HERE + name}


def _list(name: str) -> dict[str, Any]:
    return {"type": "array", "items": _ref(name)}


def _either(*schemas: Mapping[str, Any]) -> dict[str, Any]:
    return {"anyOf": list(schemas)}


def _object(properties: Mapping[str, Property], parts: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": {
            name: dict(parts.get(name, prop.kind.schema)) for name, prop in properties.items()
        },
        "required": [name for name, prop in properties.items() if prop.required],
        "additionalProperties": False,
    }


def _common() -> dict[str, Any]:
    """The properties every field has; open, since each type adds its own."""
    personal = _either({"type": "boolean"}, _object(PERSONAL, {}))
    schema = _object(COMMON, {"options": _ref("options"), "personal": personal})
    del schema["additionalProperties"]
    return schema


def _field(name: str, own: Mapping[str, Property], needs_label: bool) -> dict[str, Any]:
    """A field type: the common properties, its own, and no others."""
    parts = {
        "fields": _list("field"),
        "repeat": _object(REPEAT, {}),
        "map": {"type": "object", "additionalProperties": _ref("expression")},
        "columns": _list("field"),
    }
    if name == "matrix":
        parts["rows"] = _ref("options")
    schema = _object(own, parts)
    del schema["additionalProperties"]
    schema["properties"]["type"] = {"const": name}
    schema["required"] += ["label"] if needs_label else []
    return {**schema, "allOf": [_ref("common")], "unevaluatedProperties": False}


_TEST_PARTS = ("given", "context", "expect")
_FORM_PARTS: dict[str, Any] = {
    "notes": {"type": "object"},
    "params": {"type": "object", "propertyNames": {"pattern": f"^{IDENTIFIER.pattern}$"}},
    "lists": {"type": "object", "additionalProperties": _ref("options")},
    "sections": _list("section"),
    "checks": _list("check"),
    "tests": _list("test"),
}
_BLOCK_PARTS: dict[str, Any] = {
    "fields": _list("field"),
    "sections": _list("section"),
    "checks": _list("check"),
}
