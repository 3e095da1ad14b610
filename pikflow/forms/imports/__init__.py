"""Forms of other products in our language: bytes in, YAML and a list of notes out.

Every reader takes any bytes: what can't be expressed is a note with its place, never an exception,
and what comes out is read by our own reader before it is handed on.
"""

import json
from typing import Any

from pikflow.forms.imports.draft import ImportedForm
from pikflow.forms.imports.fieldlist import read_fieldlist
from pikflow.forms.imports.fields import Feel
from pikflow.forms.imports.formjs import read_formjs
from pikflow.forms.imports.jsonforms import read_jsonschema
from pikflow.forms.imports.schemas import is_control
from pikflow.forms.imports.workbook import is_workbook
from pikflow.forms.imports.xlsform import read_xlsform
from pikflow.forms.source import MAX_CHARACTERS

__all__ = [
    "Feel",
    "ImportedForm",
    "kind_of",
    "read_fieldlist",
    "read_formjs",
    "read_jsonschema",
    "read_xlsform",
]


def kind_of(path: str, data: bytes) -> str:
    """form-js, json-schema, ui-schema, xlsform, json (some other JSON), or "" for anything else."""
    suffix = path.rsplit(".", 1)[-1].lower()
    if suffix in ("xlsx", "xls", "xlsm") and is_workbook(data):
        return "xlsform"
    if suffix not in ("json", "form"):
        return ""
    return "form-js" if suffix == "form" else _json_kind(data)


def _json_kind(data: bytes) -> str:
    try:
        value: Any = json.loads(data[: MAX_CHARACTERS + 1].decode("utf-8-sig"))
    except (ValueError, RecursionError):
        return "json"
    if not isinstance(value, dict):
        return "json"
    if isinstance(value.get("components"), list):
        return "form-js"
    if isinstance(value.get("schema"), dict) or "properties" in value or "$schema" in value:
        return "json-schema"
    own = any(key.startswith("ui:") for key in value) or any(
        isinstance(inner, dict) and any(str(key).startswith("ui:") for key in inner)
        for inner in value.values()
    )
    return "ui-schema" if own or is_control(value) else "json"
