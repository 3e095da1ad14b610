"""The JSON Schema of the form language as editors get it: with what each property and word means,
in the language of the reader. The published copy (forms/schema.json) says what is allowed only."""

from collections.abc import Mapping
from typing import Any

from pikflow.forms.jsonschema import json_schema
from pikflow.forms.types import FieldTypes
from pikflow.web.i18n import translate
from pikflow.web.studio.form_words import PROPERTIES, TYPE_NAMES, WORDS


def described(types: FieldTypes | None = None) -> dict[str, Any]:
    """The schema, with `title` and `description` at properties, `title` at field types and
    `enumDescriptions` (the word of VS Code) beside a closed list of words."""
    schema: dict[str, Any] = _described(json_schema(types))
    return schema


def _described(value: Any) -> Any:
    if isinstance(value, list):
        return [_described(one) for one in value]
    if not isinstance(value, Mapping):
        return value
    found = {name: _described(one) for name, one in value.items()}
    if isinstance(properties := value.get("properties"), Mapping):
        found["properties"] = {
            name: {**_told(name), **_described(one)} for name, one in properties.items()
        }
    if isinstance(words := value.get("enum"), list):
        found["enumDescriptions"] = [translate(WORDS[one]) if one in WORDS else "" for one in words]
    if isinstance(kind := value.get("const"), str) and kind in TYPE_NAMES:
        found["title"] = translate(TYPE_NAMES[kind])
    return found


def _told(name: str) -> dict[str, str]:
    label, text = PROPERTIES.get(name, ("", ""))
    told = {"title": label, "description": text}
    return {key: translate(words) for key, words in told.items() if words}
