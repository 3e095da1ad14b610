"""Fields that stand in the process itself (`camunda:formData`, `flowable:formProperty`)."""

import re
from typing import Any

from pikflow.forms.imports.draft import Draft, ImportedForm
from pikflow.forms.imports.words import limit_of, number_of, one_line, read_json, shown

_KINDS = {"string": "text", "long": "integer", "integer": "integer", "double": "decimal",
          "boolean": "bool", "date": "date", "enum": "choice"}  # fmt: skip
_YES = ("true", "")
_EXPRESSION = re.compile(r"[$#]\{")


def read_fieldlist(data: bytes, file: str, *, key: str = "", title: str = "") -> ImportedForm:
    """The form of a list of fields as engine/foreign writes it; problems are notes."""
    draft = Draft(file, "Felder im Prozess")
    rows = read_json(data, draft.notes)
    draft.form_id = key.partition("#")[0]
    draft.title = one_line(title) or draft.form_id
    fields = draft.section("angaben", draft.title or "Angaben")
    for row in rows if isinstance(rows, list) else []:
        if isinstance(row, dict):
            draft.add(fields, _field(draft, row))
    return draft.finished("formular", (key,))


def _field(draft: Draft, row: dict[str, Any]) -> dict[str, Any]:
    name = one_line(row.get("id"))
    at = int(number_of(row.get("line")) or 0)
    word = one_line(row.get("type")) or "string"
    kind = _KINDS.get(word, "")
    if not kind:
        what = f"Die Feldart „{word[:60]}“ gibt es hier nicht; es bleibt ein Textfeld."
        draft.notes.missing(what, word, "Wählen Sie im Formular eine Feldart.", at=at, element=name)
    field: dict[str, Any] = {
        "id": draft.ids.take(name or "feld", name),
        "type": kind or "text",
        "label": one_line(row.get("label")) or name or "Feld",
    }
    if kind == "choice":
        pairs = [(one_line(value), one_line(label)) for value, label in _pairs(row.get("options"))]
        field["options"] = draft.options(pairs, at, name) or [
            {"value": "offen", "label": "Noch ohne Auswahl"}
        ]
    if kind == "decimal":
        draft.notes.translated("Die Zahl hat hier zwei Nachkommastellen.", word, "places: 2",
                               at=at, element=name)  # fmt: skip
    for rule, value in _pairs(row.get("rules")):
        _rule(draft, field, str(rule), str(value), at, name)
    if field["type"] == "bool" and field.get("required"):
        field["display"] = "radio"
    _default(draft, field, one_line(row.get("default"), 2_000), at, name)
    properties = row.get("properties")
    for item in properties if isinstance(properties, list) else []:
        draft.notes.kept("Eigene Angaben am Feld haben hier keine Wirkung.", shown(item),
                         at=at, element=name)  # fmt: skip
    return field


def _pairs(value: Any) -> list[tuple[Any, Any]]:
    entries = value if isinstance(value, list) else []
    return [(e[0], e[1]) for e in entries if isinstance(e, list) and len(e) == 2]


def _rule(draft: Draft, field: dict[str, Any], rule: str, value: str, at: int, name: str) -> None:
    limits = {"min": "min", "max": "max", "minlength": "min_length", "maxlength": "max_length"}
    if rule in ("required", "readonly") and value in _YES:
        field[rule] = True
    elif rule in limits and limit_of(value) is not None:
        field[limits[rule]] = limit_of(value)
    elif not (rule in ("required", "readonly") and value == "false"):
        draft.notes.missing(f"Die Prüfung „{rule[:40]}“ gibt es hier nicht.", value,
                            "Nehmen Sie checks im Formular.", at=at, element=name)  # fmt: skip


def _default(draft: Draft, field: dict[str, Any], text: str, at: int, name: str) -> None:
    if not text:
        return
    kind = field["type"]
    if _EXPRESSION.search(text):
        hint = "Nehmen Sie prefill mit einem Ausdruck."
        draft.notes.missing("Der Anfangswert ist ein Ausdruck.", text, hint, at=at, element=name)
    elif kind in ("integer", "decimal") and limit_of(text) is not None:
        field["default"] = limit_of(text)
    elif kind == "bool" and text in ("true", "false"):
        field["default"] = text == "true"
    elif kind in ("text", "choice"):
        field["default"] = text
    else:
        what = "Der Anfangswert passt nicht zur Feldart."
        draft.notes.missing(what, text, at=at, element=name)
