"""The properties of a JSON Schema by their names here, and the conditions between them."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pikflow.expressions.pieces import Untranslatable, finished
from pikflow.forms.imports.conditions import condition
from pikflow.forms.imports.draft import Draft
from pikflow.forms.imports.identifiers import Identifiers
from pikflow.forms.imports.schemas import Schemas
from pikflow.forms.imports.words import shown

DEPTH = 6  # objects in objects; a definition that names itself ends there
_PROPERTIES = 5_000  # of one file, those of definitions each time they are used


@dataclass
class Rule:
    """What if/then and dependencies say of a property: one of these must hold."""

    visible: list[str]
    required: list[str]


class Rules:
    """Knows all properties by their names here, and what they depend on."""

    def __init__(self, draft: Draft, schemas: Schemas) -> None:
        self.draft = draft
        self.schemas = schemas
        self.leaves: set[str] = set()
        self._named = 0
        self.rules: dict[str, Rule] = {}
        self.columns: dict[str, Identifiers] = {}  # by the path of their list

    # --- names and rules first: conditions may read what comes later

    def name(
        self, schema: dict[str, Any], ids: Identifiers, path: str, row: str, depth: int = 0
    ) -> None:
        if depth > DEPTH or self._named > _PROPERTIES:
            return
        for name, inner, _ in self.ordered(schema, {}):
            self._named += 1
            whole = f"{path}.{name}" if path else name
            merged = self.schemas.merged(inner)
            if self.is_object(merged):
                self.name(merged, ids, whole, row, depth + 1)
                continue
            if not row:
                self.leaves.add(whole)
            ids.take(whole)
            items = self.schemas.merged(merged.get("items"))
            if self.kind(merged) == "array" and self.is_object(items) and not row:
                self.columns[whole] = Identifiers()
                self.name(items, self.columns[whole], "", whole, depth + 1)

    def named(self, group: str) -> Callable[[str], str]:
        """How conditions may write a property: columns of the group around as `item.x`."""

        def find(path: str) -> str:
            if group and path in self.columns[group].names:
                return f"item.{self.columns[group].names[path]}"
            return self.draft.ids.names.get(path, "")

        return find  # fmt: skip

    def ordered(
        self, schema: Mapping[str, Any], look: Mapping[str, Any]
    ) -> Iterator[tuple[str, Any, bool]]:
        """(name, schema, required) of all properties, those of then, else and dependencies too."""
        required = schema.get("required")
        needed = (
            {name for name in required if isinstance(name, str)}
            if isinstance(required, list)
            else set()
        )
        found = dict(mapping(schema.get("properties")))
        for _, extra in self._branches(schema):
            for name, inner in mapping(extra.get("properties")).items():
                if name not in found:
                    found[name] = inner
                elif isinstance(inner, dict) and inner.keys() - {"const", "enum"}:
                    found[name] = {**mapping(found[name]), **inner}
        order = look.get("ui:order")
        names = (
            [n for n in order if isinstance(n, str) and n in found]
            if isinstance(order, list)
            else []
        )
        for name in [*names, *(n for n in found if n not in names)]:
            yield str(name), found[name], name in needed

    def _branches(self, schema: Mapping[str, Any]) -> Iterator[tuple[Any, dict[str, Any]]]:
        """(condition as a schema, what holds then) of if/then/else and dependencies."""
        parts = schema.get("allOf")
        conditional = [p for p in parts if isinstance(p, dict)] if isinstance(parts, list) else []
        for part in (schema, *conditional):
            if "if" in part:
                if isinstance(part.get("then"), dict):
                    yield part["if"], self.schemas.merged(part["then"])
                if isinstance(part.get("else"), dict):
                    yield {"not": part["if"]}, self.schemas.merged(part["else"])
        for word in ("dependencies", "dependentSchemas", "dependentRequired"):
            for name, wanted in mapping(schema.get(word)).items():
                given = {"required": [name]}
                if isinstance(wanted, list):
                    yield given, {"required": wanted}
                elif isinstance(wanted, dict):
                    yield from self._dependency(name, given, self.schemas.merged(wanted))

    def _dependency(
        self, name: str, given: Any, wanted: dict[str, Any]
    ) -> Iterator[tuple[Any, dict[str, Any]]]:
        """A dependency of react-jsonschema-form with `oneOf` asks for values of the property."""
        choices = wanted.get("oneOf")
        if not isinstance(choices, list):
            yield given, wanted
            return
        for entry in choices:
            merged = self.schemas.merged(entry)
            properties = dict(mapping(merged.get("properties")))
            asked = properties.pop(name, None)
            yield (
                given if asked is None else {"properties": {name: asked}},
                {**merged, "properties": properties},
            )

    def rules_of(self, schema: dict[str, Any], group: str) -> None:
        """Which properties are shown or needed only under a condition."""
        own = set(mapping(schema.get("properties")))
        for wanted, then in self._branches(schema):
            try:
                text = finished(condition(wanted, self.named(group)))
            except Untranslatable as fault:
                self.draft.notes.missing(
                    f"Bedingung im Schema: {fault.reason}", shown(wanted), fault.hint
                )
                continue
            required = then.get("required")
            for name in mapping(then.get("properties")):
                if name not in own:
                    self.rule_of(f"{group}/{name}").visible.append(text)
            for name in required if isinstance(required, list) else ():
                self.rule_of(f"{group}/{name}").required.append(text)
            names = [
                *mapping(then.get("properties")),
                *(required if isinstance(required, list) else ()),
            ]
            self.draft.notes.translated("Bedingung im Schema übersetzt.", shown(wanted),
                                        f"{text}: {', '.join(map(str, names))}")  # fmt: skip

    def rule_of(self, key: str) -> Rule:
        return self.rules.setdefault(key.removeprefix("/"), Rule([], []))

    def is_object(self, schema: Mapping[str, Any]) -> bool:
        return bool(schema.get("properties")) and self.kind(schema) in ("object", "")

    def kind(self, schema: Mapping[str, Any]) -> str:
        """The JSON type; of several the first that is not null."""
        found = schema.get("type")
        if isinstance(found, list):
            found = next((word for word in found if word != "null"), "")
        return found if isinstance(found, str) else ""

    # --- notes

    def missing(self, path: str, what: str, before: str = "", hint: str = "") -> None:
        self.draft.notes.missing(what, before, hint, at=self._line(path), element=path)

    def kept(self, path: str, what: str, before: str = "", hint: str = "") -> None:
        self.draft.notes.kept(what, before, hint, at=self._line(path), element=path)

    def translated(self, path: str, what: str, before: str, after: str, hint: str = "") -> None:
        self.draft.notes.translated(what, before, after, hint, at=self._line(path), element=path)

    def _line(self, path: str) -> int:
        return self.draft.line(path.rpartition(".")[2])


def mapping(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
