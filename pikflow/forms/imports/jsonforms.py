"""Forms described by JSON Schema (2020-12, draft 07) and one of the two usual UI schemas."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from pikflow.expressions.pieces import Untranslatable, finished, negated
from pikflow.forms.imports.conditions import condition
from pikflow.forms.imports.draft import Draft, Expression, Fields, ImportedForm
from pikflow.forms.imports.fields import both
from pikflow.forms.imports.schema_fields import Properties, Spot
from pikflow.forms.imports.schemas import Schemas, is_control, ui_of
from pikflow.forms.imports.words import markdown_of, one_line, read_json, shown
from pikflow.notes import Notes

_DEPTH = 12
_LAYOUTS = ("VerticalLayout", "HorizontalLayout", "Group", "Categorization", "Category")


def read_jsonschema(
    data: bytes, file: str, *, ui: bytes = b"", ui_file: str = "", key: str = ""
) -> ImportedForm:
    """The form of a JSON Schema, laid out by its UI schema if there is one; problems are notes."""
    draft = Draft(file, "JSON Schema", data.decode("utf-8", "replace"))
    name = file.rpartition("/")[2].partition(".")[0]
    stem = re.sub(r"[-_]?schema$", "", name, flags=re.IGNORECASE) or name
    whole = read_json(data, draft.notes)
    look = read_json(ui, (notes := Notes(ui_file))) if ui else None
    for note in notes if ui else ():
        draft.notes.missing(f"{ui_file}: {note.what}", note.before, note.hint)
    if (
        isinstance(whole, dict)
        and "properties" not in whole
        and isinstance(whole.get("schema"), dict)
    ):
        look = look or whole.get("uischema") or whole.get("uiSchema")  # both in one file
        whole = whole["schema"]
    if not isinstance(whole, dict):
        if whole is not None:
            draft.notes.missing("Die Datei ist kein JSON Schema.", shown(whole)[:100])
        return draft.finished(key or stem)
    draft.title = one_line(whole.get("title")) or stem
    draft.description = markdown_of(whole.get("description"))
    draft.form_id = key or stem
    reader = _JsonForm(draft, Schemas(whole, draft.notes))
    if isinstance(look, dict) and is_control(look):
        reader.laid_out(whole, look)
    else:
        reader.in_order(whole, look if isinstance(look, dict) else {})
    return draft.finished(stem, tuple(dict.fromkeys((key, stem, name))))


class _JsonForm(Properties):
    def in_order(self, whole: dict[str, Any], look: Mapping[str, Any]) -> None:
        """react-jsonschema-form: the order of the schema, or that of `ui:order`; an object at the
        top is a page."""
        root = self.schemas.merged(whole)
        self.name(root, self.draft.ids, "", "")
        self.rules_of(root, "")
        loose: Fields | None = None
        for name, schema, required in self.ordered(root, look):
            inner, own = self.schemas.merged(schema), ui_of(look, name)
            if self.is_object(inner) and name not in self.rules:
                title = one_line(own.get("ui:title")) or one_line(inner.get("title")) or name
                page = self.draft.section(name, title, intro=markdown_of(inner.get("description")))
                self.inside(inner, own, Spot(page, name, depth=1))
                loose = None
                continue
            if loose is None:
                title = "Weitere Angaben" if self.draft.sections else "Angaben"
                loose = self.draft.section(title, title)
            self.property(name, schema, own, required, Spot(loose))
        self.ignored(look, "")

    def laid_out(self, whole: dict[str, Any], look: dict[str, Any]) -> None:
        """JSON Forms: only what a control names is shown, in the order of the layout."""
        root = self.schemas.merged(whole)
        self.name(root, self.draft.ids, "", "")
        self.rules_of(root, "")
        self.shown: set[str] = set()
        pages = [e for e in _elements(look) if e.get("type") in ("Category", "Group")]
        if look.get("type") in ("Categorization", "VerticalLayout") and pages:
            loose: Fields | None = None
            for element in _elements(look):
                if element in pages:
                    self._page(element, root)
                    loose = None
                    continue
                if loose is None:
                    title = "Weitere Angaben" if self.draft.sections else "Angaben"
                    loose = self.draft.section(title, title)
                self._element(element, root, Spot(loose))
        else:
            self._element(look, root, Spot(self.draft.section("angaben", "Angaben")))
        for path in self.leaves - self.shown:
            if not any(path.startswith(f"{other}.") for other in self.shown):
                what = "Das Feld steht nicht in der Oberfläche und fehlt deshalb."
                self.draft.notes.missing(what, "", "Nehmen Sie es im Formular auf.", element=path)

    def _page(self, element: Mapping[str, Any], root: dict[str, Any]) -> None:
        title = one_line(element.get("label")) or "Angaben"
        visible, _ = self._ui_rule(element, "")
        page = self.draft.section(title, title, visible=Expression(visible) if visible else None)
        for child in _elements(element):
            self._element(child, root, Spot(page, depth=1))

    def _element(self, element: Mapping[str, Any], root: dict[str, Any], spot: Spot) -> None:
        kind = element.get("type")
        if spot.depth > _DEPTH:
            self.draft.notes.missing("Die Oberfläche ist zu tief geschachtelt.")
            return
        visible, readonly = self._ui_rule(element, spot.visible)
        inner = Spot(spot.fields, spot.path, spot.group, visible, spot.depth + 1)
        if kind == "Control":
            self._control(element, root, inner, readonly)
        elif kind == "Label":
            text = markdown_of(element.get("text"))
            if text:
                note = {"id": self.draft.ids.take("hinweis"), "type": "note", "text": text}
                shows = Expression(visible) if visible else None
                self.draft.add(spot.fields, {**note, "visible": shows})
        elif kind in _LAYOUTS:
            label = one_line(element.get("label"))
            if label:
                self.heading(label, inner)
            if kind == "HorizontalLayout":
                self.draft.notes.kept("Felder stehen hier untereinander.", "HorizontalLayout")
            for child in _elements(element):
                self._element(child, root, inner)
        else:
            self.draft.notes.missing(f"„{shown(kind)[:60]}“ in der Oberfläche gibt es hier nicht.",
                                     shown(element)[:200])  # fmt: skip

    def _control(
        self, element: Mapping[str, Any], root: dict[str, Any], spot: Spot, readonly: str
    ) -> None:
        scope = element.get("scope")
        found = self.schemas.at(root, scope) if isinstance(scope, str) else None
        if found is None:
            what = "Ein Feld der Oberfläche gibt es im Schema nicht."
            self.draft.notes.missing(what, shown(scope), "Prüfen Sie scope.")
            return
        above, name, schema, required = found
        self.shown.add(f"{above}.{name}" if above else name)
        options = element.get("options")
        options = options if isinstance(options, dict) else {}
        look: dict[str, Any] = {}
        label = element.get("label")
        if isinstance(label, str) and label:
            look["ui:title"] = label
        if options.get("multi") is True:
            look["ui:widget"] = "textarea"
        if options.get("format") in ("radio", "password", "date", "time", "date-time"):
            look["ui:widget"] = options["format"]
        if options.get("readonly") is True or options.get("readOnly") is True:
            look["ui:readonly"] = True
        for word in options.keys() - {"multi", "format", "readonly", "readOnly", "detail"}:
            what = f"Die Angabe „{shown(word)[:40]}“ hat hier keine Wirkung."
            self.draft.notes.kept(what, shown(options[word]), element=name)
        inner = Spot(spot.fields, above, spot.group, spot.visible, spot.depth)
        self.property(name, schema, look, required, inner, readonly)

    def _ui_rule(self, element: Mapping[str, Any], around: str) -> tuple[str, str]:
        """(visible, readonly) of a rule with SHOW, HIDE, ENABLE or DISABLE."""
        rule = element.get("rule")
        if not isinstance(rule, dict):
            return around, ""
        effect, wanted = rule.get("effect"), rule.get("condition")
        try:
            piece = condition(_of_scope(wanted), self.named(""))
            piece = negated(piece) if effect in ("HIDE", "ENABLE") else piece
            text = finished(piece)
        except Untranslatable as fault:
            self.draft.notes.missing(f"Regel: {fault.reason}", shown(rule), fault.hint)
            return around, ""
        what = "Regel der Oberfläche übersetzt."
        if effect in ("SHOW", "HIDE"):
            self.draft.notes.translated(what, shown(rule), f"visible: {text}")
            return str(both(around, text) or ""), ""
        self.draft.notes.translated(what, shown(rule), f"readonly: {text}")
        return around, text


def _elements(element: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    found = element.get("elements")
    for child in found if isinstance(found, list) else ():
        if isinstance(child, dict):
            yield child


def _of_scope(wanted: Any) -> Any:
    """`{scope, schema}` of JSON Forms as one schema of the whole object."""
    if not isinstance(wanted, dict):
        raise Untranslatable("Die Bedingung fehlt.")
    kind, inner = wanted.get("type"), wanted.get("conditions")
    if kind in ("AND", "OR") and isinstance(inner, list) and inner:
        return {"allOf" if kind == "AND" else "anyOf": [_of_scope(part) for part in inner]}
    if kind == "LEAF":
        schema: Any = {"const": wanted.get("expectedValue")}
    else:
        schema = wanted.get("schema")
    scope = wanted.get("scope")
    if not isinstance(scope, str) or not scope.startswith("#/") or scope.count("/") > 20:
        raise Untranslatable("Die Bedingung nennt kein Feld.")
    for name in reversed(scope.removeprefix("#/").split("/")):
        if name != "properties":
            schema = {"properties": {name.replace("~1", "/").replace("~0", "~"): schema}}
    return schema
