"""Reading JSON Schema: references inside of the file, parts put together, order and UI schema."""

from collections.abc import Mapping
from typing import Any

from pikflow.notes import Notes

_LAYOUTS = frozenset(
    {"VerticalLayout", "HorizontalLayout", "Group", "Categorization", "Category", "Control"}
)
_DEPTH = 20
_MOST_READ = 20_000  # schemas, those behind references each time


def is_control(look: Any) -> bool:
    """Whether a UI schema is one of JSON Forms."""
    return isinstance(look, dict) and str(look.get("type")) in _LAYOUTS


def ui_of(look: Mapping[str, Any], name: str) -> dict[str, Any]:
    """The part of a react-jsonschema-form UI schema that is about one property."""
    found = look.get(name)
    return found if isinstance(found, dict) else {}


class Schemas:
    """One schema file with its definitions."""

    def __init__(self, whole: dict[str, Any], notes: Notes) -> None:
        self.whole = whole
        self.notes = notes
        self._left = _MOST_READ

    def merged(self, schema: Any, depth: int = 0) -> dict[str, Any]:
        """The schema with what $ref and allOf point to put into it; never deeper than people
        write, so a definition that names itself ends."""
        if not isinstance(schema, dict):
            return {}
        self._left -= 1
        if depth > _DEPTH or self._left < 0:
            self.notes.missing("Das Schema ist zu tief, zu groß oder verweist im Kreis.",
                               "", "Der Rest ist nicht übernommen.")  # fmt: skip
            return {}
        found: dict[str, Any] = {}
        reference = schema.get("$ref")
        if isinstance(reference, str):
            found = dict(self.merged(self._target(reference), depth + 1))
        parts = schema.get("allOf")
        for part in parts if isinstance(parts, list) else []:
            if isinstance(part, dict) and "if" not in part:
                found = _joined(found, self.merged(part, depth + 1))
        own = {key: value for key, value in schema.items() if key not in ("$ref", "allOf")}
        conditional = [p for p in parts or [] if isinstance(p, dict) and "if" in p] if isinstance(
            parts, list) else []  # fmt: skip
        if conditional:
            own["allOf"] = conditional
        return _joined(found, own)

    def _target(self, reference: str) -> Any:
        if not reference.startswith("#"):
            hint = "Verweise auf andere Dateien und Adressen werden nicht gelesen."
            self.notes.missing("Ein Verweis führt aus der Datei hinaus.", reference, hint)
            return {}
        found: Any = self.whole
        for part in reference.removeprefix("#").strip("/").split("/"):
            if not part:
                continue
            name = part.replace("~1", "/").replace("~0", "~")
            found = found.get(name) if isinstance(found, dict) else None
        if found is None:
            self.notes.missing("Ein Verweis führt ins Leere.", reference)
        return found

    def at(self, root: dict[str, Any], scope: str) -> tuple[str, str, Any, bool] | None:
        """(path above, name, schema, required) of a scope such as `#/properties/a/properties/b`;
        None when there is no such property."""
        names = [part for part in scope.removeprefix("#/").split("/") if part != "properties"]
        if not names or len(names) > _DEPTH:
            return None
        here, above = root, []
        for name in names[:-1]:
            inner = _properties(here).get(name)
            if inner is None:
                return None
            above.append(name)
            here = self.merged(inner)
        schema = _properties(here).get(names[-1])
        if schema is None:
            return None
        required = here.get("required")
        return (".".join(above), names[-1], schema,
                isinstance(required, list) and names[-1] in required)  # fmt: skip


def _properties(schema: Mapping[str, Any]) -> dict[str, Any]:
    found = schema.get("properties")
    return found if isinstance(found, dict) else {}


def _joined(one: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
    """Both schemas; properties and required of both, the rest from the second."""
    found = {**one, **other}
    if "properties" in one and "properties" in other:
        found["properties"] = {**_properties(one), **_properties(other)}
    lists = [part.get("required") for part in (one, other)]
    if all(isinstance(names, list) for names in lists):
        found["required"] = [*lists[0], *lists[1]]  # type: ignore[misc]
    if isinstance(one.get("allOf"), list) and isinstance(other.get("allOf"), list):
        found["allOf"] = [*one["allOf"], *other["allOf"]]
    return found
