"""What a draft keeps: values where they could be read, the typed text where not."""

from collections.abc import Mapping
from typing import Any

from pikflow.forms.parsing import Parsed
from pikflow.forms.schema import Field, FormSchema


def draft_of(
    schema: FormSchema, parsed: Parsed, known: set[str], posted: frozenset[str]
) -> dict[str, Any]:
    """The draft after a post of the sections `posted`; `known` are fields it had before.

    Fields nobody has seen yet stay out, so they are prefilled afresh when their page is opened.
    """
    draft = {}
    for section in schema.sections:
        for item in section.fields:
            computed = item.compute is not None and item.shape == "value"
            if item.shape == "none" or computed:
                continue
            if item.id in known or section.id in posted:
                draft[item.id] = _kept(item, parsed.values.get(item.id), item.id, parsed)
    return draft


def _kept(item: Field, value: Any, path: str, parsed: Parsed) -> Any:
    if path in parsed.raw:
        return parsed.raw[path]
    if item.shape == "rows" and isinstance(value, list):
        return [
            {
                child.id: _kept(child, row.get(child.id), f"{path}-{number}-{child.id}", parsed)
                for child in item.children if child.compute is None
            }
            for number, row in enumerate(value)
        ]  # fmt: skip
    if item.shape == "matrix" and isinstance(value, Mapping):
        return {
            option.value: {
                child.id: _kept(
                    child, value[option.value].get(child.id),
                    f"{path}-{option.value}-{child.id}", parsed,
                )
                for child in item.children
            }
            for option in item.settings["row_options"]
        }  # fmt: skip
    if item.shape == "parts" and isinstance(value, Mapping):
        parts = {
            child.id: _kept(child, value.get(child.id), f"{path}-{child.id}", parsed)
            for child in item.children
        }
        return {**{key: value[key] for key in item.kind.server_keys if key in value}, **parts}
    return value
