"""Forms of form-js (Camunda 7 and 8, bpmn.io) into our language."""

from collections.abc import Callable, Mapping
from typing import Any

from pikflow.forms.imports.draft import COLUMN, Draft, Expression, Fields, ImportedForm
from pikflow.forms.imports.fields import (
    Feel,
    kind_of_result,
)
from pikflow.forms.imports.formjs_fields import Components, Place
from pikflow.forms.imports.identifiers import Identifiers
from pikflow.forms.imports.words import (
    markdown_of,
    number_of,
    one_line,
    read_json,
    shown,
    text_of,
    without_tags,
)

_SILENT = ("spacer", "separator")
_DEPTH = 12
_KEEP = "Die Datei selbst bleibt unverändert; im Formular fehlt die Angabe."


def read_formjs(
    data: bytes, file: str, feel: Feel, *, key: str = "", title: str = ""
) -> ImportedForm:
    """The form of a form-js file, whatever it holds; problems are notes."""
    draft = Draft(file, "form-js", data.decode("utf-8", "replace"))
    whole = read_json(data, draft.notes)
    if not isinstance(whole, dict) or not isinstance(whole.get("components"), list):
        if whole is not None:
            draft.notes.missing(
                "Die Datei ist kein Formular von form-js.", "", "Es fehlt „components“."
            )
        return draft.finished(key or file.rpartition("/")[2])
    draft.form_id = one_line(whole.get("id"))
    draft.title = one_line(whole.get("title")) or one_line(title)
    reader = _FormJs(draft, feel)
    reader.name_everything(whole["components"], draft.ids, "", 0)
    reader.pages(whole["components"] if draft.title else reader.without_title(whole["components"]))
    return draft.finished(file.rpartition("/")[2].partition(".")[0], (key,) if key else ())


class _FormJs(Components):
    # --- names first: a condition may read what comes later

    def name_everything(
        self, components: list[Any], ids: Identifiers, path: str, depth: int
    ) -> None:
        for component in components:
            if not isinstance(component, dict) or depth > _DEPTH:
                continue
            kind, inner = component.get("type"), component.get("components")
            name = one_line(component.get("key")) or one_line(component.get("path"))
            whole = f"{path}.{name}" if path and name else name
            if kind == "group" and isinstance(inner, list):
                self.name_everything(inner, ids, whole or path, depth + 1)
                continue
            if kind in (*_SILENT, "button", "image", "iframe", "documentPreview"):
                continue
            name = whole or ("hinweis" if kind in ("text", "html") else str(kind))
            self.given[id(component)] = ids.take(name, whole or f"#{id(component)}")
            if kind == "dynamiclist" and isinstance(inner, list):
                columns = Identifiers()
                self.name_everything(inner, columns, "", depth + 1)
                self.columns[self.given[id(component)]] = dict(columns.names)
        if ids is self.draft.ids:
            ids.names = {k: v for k, v in ids.names.items() if not k.startswith("#")}
            self.names = dict(ids.names)

    # --- structure

    def without_title(self, components: list[Any]) -> list[Any]:
        """form-js forms have no title; a heading at the top is one."""
        first = components[0] if components and isinstance(components[0], dict) else {}
        heading = text_of(first.get("text"))
        title = heading.lstrip("#").strip()
        if not heading.startswith("#") or "\n" in heading or not title:
            return components
        self.draft.title = title
        self.translated(first, "Die Überschrift ist der Titel des Formulars.", heading, title)
        return components[1:]

    def pages(self, components: list[Any]) -> None:
        """A group with a label at the top is a page; what stands between goes to one of its own."""
        loose: Fields | None = None
        for component in components:
            if not isinstance(component, dict):
                self._broken(component)
                continue
            label = one_line(component.get("label"))
            if component.get("type") == "group" and label and not component.get("path"):
                visible = self.visible(component, "")
                fields = self.draft.section(
                    label, label, visible=Expression(visible) if visible else None
                )
                self._inside(component, Place(fields, self.draft.ids, depth=1))
                loose = None
                continue
            if loose is None:
                title = "Weitere Angaben" if self.draft.sections else "Angaben"
                loose = self.draft.section(title, title)
            self._component(component, Place(loose, self.draft.ids))

    def _inside(self, component: Mapping[str, Any], place: Place) -> None:
        inner = component.get("components")
        if place.depth > _DEPTH:
            self.draft.notes.missing("Die Gruppen sind zu tief ineinander geschachtelt.")
            return
        for child in inner if isinstance(inner, list) else []:
            if isinstance(child, dict):
                self._component(child, place)
            else:
                self._broken(child)

    def _broken(self, component: Any) -> None:
        self.draft.notes.missing("Ein Eintrag ist kein Feld von form-js.", shown(component))

    def _component(self, component: dict[str, Any], place: Place) -> None:
        kind = component.get("type")
        build = _KINDS.get(str(kind))
        at, name = self.where(component)
        if kind in _SILENT:
            self.draft.notes.kept(
                "Abstände und Linien setzt hier die Seite selbst.", str(kind), at=at
            )
        elif build is None:
            self.missing(
                component,
                f"Die Feldart „{shown(kind)[:60]}“ gibt es hier nicht.",
                shown(component)[:200],
                _KEEP,
            )
        else:
            build(self, component, place)
            self.leftovers(component, at, name)

    # --- what only shows, computes or repeats

    def note(self, component: dict[str, Any], place: Place) -> None:
        html = component.get("type") == "html"
        source = text_of(component.get("content" if html else "text"))
        if source.startswith("="):
            self.missing(component, "Texte werden hier nicht berechnet.", source, _KEEP)
            return
        visible = self.visible(component, place.visible, place)
        shared = {"id": self.given.get(id(component)) or place.ids.take("hinweis"),
                  "visible": Expression(visible) if visible else None}  # fmt: skip
        title = source.lstrip("#").strip()
        if not html and source.startswith("#") and "\n" not in source and title:
            self.draft.add(place.fields, {**shared, "type": "heading", "label": title})
            return
        words = without_tags(source) if html else markdown_of(source)
        if html and words:
            self.translated(component, "Von HTML bleibt der Text.", source, words)
        if not words:
            self.missing(component, "Der Hinweis hat keinen Text, der bleibt.", source)
            return
        if "{{" in words:
            self.missing(
                component,
                "Werte in {{…}} werden hier nicht eingesetzt.",
                words,
                "Schreiben Sie einen festen Text.",
            )
        self.draft.add(place.fields, {**shared, "type": "note", "text": words})

    def computed(self, component: dict[str, Any], place: Place) -> None:
        source = str(component.get("expression") or "")
        found = self.expression("Berechnung", source, component, place)
        if not found:
            return
        name = one_line(component.get("key"))
        field = {"id": self.given.get(id(component)) or place.ids.take(name),
                 "type": kind_of_result(found), "label": name or "Ergebnis",
                 "compute": Expression(found)}  # fmt: skip
        if place.visible:
            field["visible"] = Expression(place.visible)
        at, _ = self.where(component)
        hint = "Geben Sie dem Feld eine Bezeichnung und, wenn nötig, eine andere Feldart."
        self.translated(
            component,
            "Das berechnete Feld ist hier sichtbar.",
            source,
            f"type: {field['type']}",
            hint,
        )
        self.draft.add(place.fields, field)

    def group(self, component: dict[str, Any], place: Place) -> None:
        """A group inside of a page: a heading and its fields; a path becomes part of the names."""
        visible = self.visible(component, place.visible, place)
        label, path = one_line(component.get("label")), one_line(component.get("path"))
        if label:
            self.draft.add(place.fields, {
                "id": place.ids.take(label, f"#{label}"), "type": "heading", "label": label,
                "visible": Expression(visible) if visible else None})  # fmt: skip
            place.ids.names.pop(f"#{label}", None)
        whole = f"{place.path}.{path}" if place.path and path else path or place.path
        self._inside(component, Place(place.fields, place.ids, "", whole, visible, place.row,
                                       place.depth + 1))  # fmt: skip

    def repeated(self, component: dict[str, Any], place: Place) -> None:
        _, name = self.where(component)
        if place.row:
            hint = "Legen Sie die innere Liste als eigene Gruppe daneben."
            self.missing(component, "Listen stehen hier nicht in Listen.", name, hint)
            return
        field = self.base(component, place, "group")
        columns = Identifiers()
        columns.names = dict(self.columns.get(field["id"], {}))
        columns._used = set(columns.names.values())
        inner: Fields = []
        self._inside(component, Place(inner, columns, row=True, depth=place.depth + 1))
        if not inner:
            self.missing(component, "Die Liste hat keine Spalten, die bleiben.", name)
            return
        repeat: dict[str, Any] = {"layout": "cards" if len(inner) > 5 else "table"}
        start = number_of(component.get("defaultRepetitions"))
        if isinstance(start, int) and 0 < start <= 200:
            repeat["start"] = start
        if component.get("allowAddRemove") is False and isinstance(start, int):
            repeat |= {"min": start, "max": start}
        for column, here in columns.renamed().items():
            if not column.startswith("#"):
                self.draft.notes.translated(
                    "Name der Spalte.", column, here, COLUMN, element=field["id"]
                )
        self.draft.add(place.fields, {**field, "repeat": repeat, "fields": inner})

    def table(self, component: dict[str, Any], place: Place) -> None:
        """A table only shows a list: rows that can't be changed."""
        source, columns = component.get("dataSource"), component.get("columns")
        if place.row or not isinstance(source, str) or not isinstance(columns, list):
            self.missing(
                component,
                "Die Tabelle lässt sich hier nicht zeigen.",
                shown(component)[:200],
                "Nehmen Sie eine Gruppe mit rows.",
            )
            return
        rows = self.expression("Zeilen der Tabelle", source, component, place)
        ids, inner, chosen = Identifiers(), [], {}
        for column in columns:
            key = one_line(column.get("key")) if isinstance(column, dict) else ""
            path = self.draft.expression(f"entry.{key}") if key else None
            if path is None:
                self.missing(component, "Eine Spalte fehlt.", shown(column))
                continue
            here = ids.take(key)
            label = one_line(column.get("label")) or key
            inner.append({"id": here, "type": "text", "label": label, "readonly": True})
            chosen[here] = path
        if not rows or not inner:
            return
        field = self.base(component, place, "group")
        more = {"rows": Expression(rows), "map": chosen, "fixed": True, "fields": inner}
        self.draft.add(place.fields, {**field, "repeat": {"layout": "table"}, **more})

    def dropped(self, component: dict[str, Any], place: Place) -> None:
        kind = str(component.get("type"))
        if kind == "button":
            self.kept(
                component,
                "Schaltflächen bringt hier die Seite mit.",
                one_line(component.get("label")),
                "Wie „Absenden“ heißt, sagt pik:submit an der Aufgabe.",
            )
            return
        words = {"image": "Bilder", "iframe": "Fremde Seiten", "documentPreview": "Vorschauen"}
        source = component.get("source") or component.get("url") or component.get("dataSource")
        self.missing(
            component,
            f"{words.get(kind, kind)} zeigt ein Formular hier nicht.",
            shown(source),
            "Beschreiben Sie den Inhalt in einem Hinweis.",
        )


_KINDS: dict[str, Callable[[_FormJs, dict[str, Any], Place], None]] = {
    **dict.fromkeys(("textfield", "textarea"), _FormJs.text),
    "number": _FormJs.number,
    "checkbox": _FormJs.checkbox,
    **dict.fromkeys(("radio", "select", "checklist", "taglist"), _FormJs.choice),
    **dict.fromkeys(("datetime",), _FormJs.moment),
    "filepicker": _FormJs.file,
    **dict.fromkeys(("text", "html"), _FormJs.note),
    "expression": _FormJs.computed,
    "group": _FormJs.group,
    "dynamiclist": _FormJs.repeated,
    "table": _FormJs.table,
    **dict.fromkeys(("button", "image", "iframe", "documentPreview"), _FormJs.dropped),
}
