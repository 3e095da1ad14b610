"""The single properties of a JSON Schema as fields, with what a UI schema says of each."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pikflow.expressions.pieces import joined
from pikflow.forms.imports.draft import COLUMN, Expression, Fields
from pikflow.forms.imports.fields import TIME, TIME_ERROR, both, piece_of
from pikflow.forms.imports.identifiers import Identifiers
from pikflow.forms.imports.schema_rules import DEPTH, Rule, Rules, mapping
from pikflow.forms.imports.schemas import ui_of
from pikflow.forms.imports.words import limit_of, number_of, one_line, shown

_FORMATS = {
    "date": "date", "email": "email", "idn-email": "email", "uri": "url", "url": "url",
    "iri": "url", "phone": "phone", "tel": "phone", "data-url": "file", "binary": "file",
}  # fmt: skip
_WIDGETS = {"textarea": "textarea", "email": "email", "uri": "url", "file": "file", "date": "date",
            "alt-date": "date"}  # fmt: skip
_SEEN = frozenset(
    {"type", "title", "description", "properties", "required", "default", "enum", "enumNames"}
    | {"const", "oneOf", "anyOf", "allOf", "items", "minimum", "maximum", "exclusiveMinimum"}
    | {"exclusiveMaximum", "multipleOf", "minLength", "maxLength", "pattern", "format"}
    | {"uniqueItems", "minItems", "maxItems", "readOnly", "if", "then", "else", "dependencies"}
    | {"dependentRequired", "dependentSchemas", "$ref", "$schema", "$id", "definitions", "$defs"}
    | {"contentMediaType", "contentEncoding", "$comment", "examples", "writeOnly", "nullable"}
)
_UI_SEEN = frozenset(
    {"ui:title", "ui:description", "ui:help", "ui:widget", "ui:order", "ui:readonly"}
    | {"ui:disabled", "ui:enumNames", "ui:options", "ui:placeholder", "ui:submitButtonOptions"}
    | {"ui:globalOptions", "ui:rootFieldId", "ui:label"}
)


@dataclass(frozen=True)
class Spot:
    """Where a property stands: its list of fields, the path above it, the group whose column it
    is, and what must hold for everything around it."""

    fields: Fields
    path: str = ""
    group: str = ""
    visible: str = ""
    depth: int = 0


class Properties(Rules):
    """Builds one field of each property; jsonforms.py says in which order."""

    def inside(self, schema: dict[str, Any], look: Mapping[str, Any], spot: Spot) -> None:
        if spot.depth > DEPTH:
            self.missing(spot.path, "Die Objekte sind zu tief geschachtelt.")
            return
        for name, inner, required in self.ordered(schema, look):
            self.property(name, inner, ui_of(look, name), required, spot)

    def heading(self, title: str, spot: Spot) -> None:
        ids = self.draft.ids
        key = f"#{len(ids.names)}{title}"
        self.draft.add(spot.fields, {
            "id": ids.take(title, key), "type": "heading", "label": title,
            "visible": Expression(spot.visible) if spot.visible else None})  # fmt: skip
        ids.names.pop(key, None)

    def property(
        self, name: str, raw: Any, look: Mapping[str, Any], required: bool, spot: Spot,
        readonly: str = "",
    ) -> None:  # fmt: skip
        path = f"{spot.path}.{name}" if spot.path else name
        schema = self.schemas.merged(raw)
        self._left_over(schema, look, path)
        if look.get("ui:widget") == "hidden":
            what = "Verborgene Felder gibt es hier nicht; das Feld fehlt."
            self.missing(path, what, shown(schema.get("default", "")))
            return
        if self.is_object(schema):
            title = one_line(look.get("ui:title")) or one_line(schema.get("title"))
            rule = self.rules.get(f"{spot.group}/{name}".removeprefix("/"))
            visible = str(both(spot.visible, _any(rule.visible) if rule else "") or "")
            inner = Spot(spot.fields, path, spot.group, visible, spot.depth + 1)
            if title:
                self.heading(title, inner)
            self.inside(schema, look, inner)
            return
        field = self._base(name, path, schema, look, required, spot)
        if readonly:
            field["readonly"] = Expression(readonly)
        kind = self.kind(schema)
        options = self._options(schema, look, path)
        if kind == "array":
            self._array(field, schema, look, path, spot)
        elif options:
            field |= {"type": "choice", "options": options}
            widget = look.get("ui:widget")
            field["display"] = widget if widget in ("radio", "select") else None
            if "default" in schema:
                field["default"] = one_line(schema["default"]) or None
            self.draft.add(spot.fields, field)
        elif "const" in schema:
            field |= {"type": "text", "default": one_line(schema["const"]), "readonly": True}
            self.draft.add(spot.fields, field)
        elif kind in ("integer", "number"):
            self._number(field, schema, kind, path)
            self.draft.add(spot.fields, field)
        elif kind == "boolean":
            field["type"] = "bool"
            field["display"] = "radio" if look.get("ui:widget") == "radio" else None
            if isinstance(schema.get("default"), bool):
                field["default"] = schema["default"]
            self.draft.add(spot.fields, field)
        elif kind in ("string", ""):
            self._text(field, schema, look, path, spot)
        else:
            self.missing(
                path,
                f"Ein Wert der Art „{kind[:40]}“ lässt sich hier nicht ausfüllen.",
                shown(schema)[:200],
            )

    def _base(
        self, name: str, path: str, schema: Mapping[str, Any], look: Mapping[str, Any],
        required: bool, spot: Spot,
    ) -> dict[str, Any]:  # fmt: skip
        ids = self.columns[spot.group] if spot.group else self.draft.ids
        known = path.removeprefix(f"{spot.group}.") if spot.group else path
        rule = self.rules.get(f"{spot.group}/{name}".removeprefix("/")) or Rule([], [])
        visible = both(spot.visible, _any(rule.visible))
        needed = _any(rule.required)
        options = mapping(look.get("ui:options"))
        hint = look.get("ui:help") or look.get("ui:description") or options.get("description")
        title = look.get("ui:title") or options.get("title") or schema.get("title")
        locked = look.get("ui:readonly") or look.get("ui:disabled") or schema.get("readOnly")
        shown_only = set(rule.required) <= set(rule.visible)
        return {
            "id": ids.names.get(known) or ids.take(known),
            "type": "text",
            "label": one_line(title) or name,
            "hint": one_line(hint or schema.get("description"), 1_000),
            "required": True if required or (needed and shown_only) else
            Expression(needed) if needed else None,
            "visible": visible,
            "readonly": True if locked is True else None,
        }  # fmt: skip

    def _options(
        self, schema: Mapping[str, Any], look: Mapping[str, Any], path: str
    ) -> list[dict[str, Any]]:
        """Choices: enum with its names, or oneOf/anyOf of constants with titles."""
        values = schema.get("enum")
        if isinstance(values, list) and values:
            names = look.get("ui:enumNames") or schema.get("enumNames")
            names = names if isinstance(names, list) else []
            pairs = [(_value(value), one_line(names[i]) if i < len(names) else _value(value))
                     for i, value in enumerate(values) if value is not None]  # fmt: skip
        else:
            many = schema.get("oneOf") or schema.get("anyOf")
            entries = many if isinstance(many, list) else []
            if not entries or not all(
                isinstance(e, dict) and _constant(e) is not None for e in entries
            ):
                return []
            pairs = [(_value(_constant(e)), one_line(e.get("title"))) for e in entries]
        if self.kind(schema) in ("integer", "number"):
            what = "Die Auswahl ergibt hier einen Text, keine Zahl."
            self.translated(path, what, shown(values), "choice", 'Vergleichen Sie mit "1".')
        found: list[dict[str, Any]] = self.draft.options(pairs, self.draft.line(path), path)
        return found

    def _number(
        self, field: dict[str, Any], schema: Mapping[str, Any], kind: str, path: str
    ) -> None:
        step = number_of(schema.get("multipleOf"))
        whole = kind == "integer" or (isinstance(step, int) and step == 1)
        field["type"] = "integer" if whole else "decimal"
        if isinstance(step, float) and 0 < step < 1:
            field["places"] = min(len(f"{step:.10f}".rstrip("0").partition(".")[2]), 10)
        elif not whole:
            self.translated(path, "Die Zahl hat hier zwei Nachkommastellen.", "number", "places: 2")
        elif step not in (None, 1):
            self.missing(
                path, "Nur Vielfache lassen sich hier nicht verlangen.", f"multipleOf {step}"
            )
        for word, ours, beside in (("minimum", "min", 1), ("maximum", "max", -1)):
            limit = limit_of(schema.get(word))
            exclusive = schema.get(f"exclusive{word.capitalize()}")
            bound = limit if exclusive is True else limit_of(exclusive)
            if bound is not None and exclusive is not None and exclusive is not False:
                if whole and isinstance(bound, int):
                    limit = bound + beside
                else:
                    self._strictly(field, ">" if beside == 1 else "<", bound)
            field[ours] = limit
        field["default"] = limit_of(schema.get("default"))

    def _strictly(self, field: dict[str, Any], sign: str, bound: Any) -> None:
        """More than, not at least: a check of its own."""
        word = "größer" if sign == ">" else "kleiner"
        self.draft.checks.append({
            "assert": Expression(f"{field['id']} {sign} {bound}"), "field": field["id"],
            "message": f"Der Wert muss {word} als {bound} sein."})  # fmt: skip

    def _text(
        self, field: dict[str, Any], schema: Mapping[str, Any], look: Mapping[str, Any], path: str,
        spot: Spot,
    ) -> None:  # fmt: skip
        form, widget = schema.get("format"), look.get("ui:widget")
        kind = _FORMATS.get(str(form)) or _WIDGETS.get(str(widget)) or "text"
        if schema.get("contentMediaType") or schema.get("contentEncoding"):
            kind = "file"
        field["type"] = kind
        if kind == "file":
            field["max"] = 1
        for word, ours in (("minLength", "min_length"), ("maxLength", "max_length")):
            length = number_of(schema.get(word))
            field[ours] = length if isinstance(length, int) and kind != "file" else None
        if isinstance(schema.get("pattern"), str) and kind == "text":
            self.draft.pattern(field, schema["pattern"], "", self._line(path), path)
        if (
            kind in ("text", "textarea", "email", "url", "phone")
            and schema.get("default") is not None
        ):
            field["default"] = one_line(schema["default"], 2_000)
        if form in ("time", "date-time") or widget in ("time", "date-time"):
            self._moment(field, str(form or widget), path, spot)
            return
        if kind == "text" and form and str(form) not in ("textarea", "color"):
            self.missing(path, f"Die Form „{shown(form)[:40]}“ wird hier nicht geprüft.", "")
        self.draft.add(spot.fields, field)

    def _moment(self, field: dict[str, Any], form: str, path: str, spot: Spot) -> None:
        time = {"pattern": TIME, "error": TIME_ERROR, "width": "s"}
        if form == "date-time":
            self.draft.add(spot.fields, {**field, "type": "date"})
            ids = self.columns[spot.group] if spot.group else self.draft.ids
            own = ids.take(f"{path}_uhrzeit")
            self.draft.add(spot.fields, {**field, **time, "id": own, "label": "Uhrzeit"})
        else:
            own = field["id"]
            self.draft.add(spot.fields, {**field, **time})
        self.translated(path, "Uhrzeiten sind hier Text der Form 14:30.", form, own)

    def _array(
        self, field: dict[str, Any], schema: Mapping[str, Any], look: Mapping[str, Any], path: str,
        spot: Spot,
    ) -> None:  # fmt: skip
        items = self.schemas.merged(schema.get("items"))
        inner_look = ui_of(look, "items")
        least, most = number_of(schema.get("minItems")), number_of(schema.get("maxItems"))
        options = self._options(items, look if look.get("ui:enumNames") else inner_look, path)
        if options:
            field |= {"type": "multichoice", "options": options, "min": least, "max": most}
        elif items.get("format") == "data-url" or items.get("contentMediaType"):
            field |= {"type": "file", "min": least, "max": most}
        elif spot.group or not items:
            hint = "Legen Sie die innere Liste als eigene Gruppe daneben." if spot.group else ""
            self.missing(
                path, "Diese Liste lässt sich hier nicht ausfüllen.", shown(schema)[:200], hint
            )
            return
        else:
            inner: Fields = []
            self.columns.setdefault(path, Identifiers())
            within = Spot(inner, "", path, "", spot.depth + 1)
            if self.is_object(items):
                self.rules_of(items, path)
                self.inside(items, inner_look, within)
            else:
                self.translated(
                    path,
                    "Eine Liste einzelner Werte ist hier eine Gruppe mit einer Spalte.",
                    path,
                    "wert",
                )
                self.columns[path].names.pop("wert", None)
                self.property("wert", {"title": field["label"], **items}, inner_look, True, within)
            if not inner:
                self.missing(path, "Die Liste hat keine Spalten, die bleiben.")
                return
            for column, here in self.columns[path].renamed().items():
                self.translated(path, "Name der Spalte.", column, here, COLUMN)
            repeat = {"layout": "cards" if len(inner) > 5 else "table", "min": least, "max": most}
            known = {key: value for key, value in repeat.items() if value is not None}
            field |= {"type": "group", "repeat": known, "fields": inner}
        self.draft.add(spot.fields, field)

    # --- what has no meaning here

    def _left_over(self, schema: Mapping[str, Any], look: Mapping[str, Any], path: str) -> None:
        for word in schema.keys() - _SEEN:
            self.kept(
                path,
                f"Die Angabe „{shown(word)[:60]}“ hat hier keine Wirkung.",
                shown(schema[word]),
            )
        self.ignored(look, path)
        many = schema.get("oneOf") or schema.get("anyOf")
        if isinstance(many, list) and not all(
            isinstance(e, dict) and _constant(e) is not None for e in many
        ):
            self.missing(
                path,
                "Eine Wahl zwischen mehreren Schemata gibt es hier nicht.",
                shown(many)[:200],
                "Nehmen Sie eine Auswahl und Bedingungen.",
            )

    def ignored(self, look: Mapping[str, Any], path: str) -> None:
        for word in look:
            if isinstance(word, str) and word.startswith("ui:") and word not in _UI_SEEN:
                self.kept(
                    path, f"Die Angabe „{word[:60]}“ hat hier keine Wirkung.", shown(look[word])
                )


def _any(conditions: list[str]) -> str:
    """One of the conditions holds, "" for none."""
    pieces = [piece_of(text) for text in dict.fromkeys(conditions)]
    return joined("or", 2, pieces).text if pieces else ""


def _constant(entry: Mapping[str, Any]) -> Any:
    """The one value an entry of oneOf stands for."""
    single = entry.get("enum")
    return entry.get("const", single[0] if isinstance(single, list) and len(single) == 1 else None)


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return one_line(value)
