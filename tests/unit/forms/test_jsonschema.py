"""The published JSON Schema is the one the loader's tables give."""

import json

from pikflow.forms.jsonschema import PUBLISHED, json_schema
from pikflow.forms.types import builtin_types


def test_the_published_schema_is_up_to_date() -> None:
    assert json.loads(PUBLISHED.read_text(encoding="utf-8")) == json_schema()


def test_knows_every_field_type() -> None:
    entries = json_schema()["$defs"]["field"]["oneOf"]
    types = {entry["properties"]["type"]["const"] for entry in entries if "properties" in entry}
    assert types == set(builtin_types().names())
