"""The single questions of an XLSForm: kinds, choices, conditions, constraints, calculations."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pikflow.expressions.pieces import Untranslatable, tidied
from pikflow.forms.imports.draft import Draft, Expression, Fields
from pikflow.forms.imports.fields import TIME, TIME_ERROR, both, kind_of_result
from pikflow.forms.imports.identifiers import Identifiers
from pikflow.forms.imports.languages import Labels
from pikflow.forms.imports.words import limit_of, number_of, one_line
from pikflow.forms.imports.workbook import Row
from pikflow.forms.imports.xpath import Surroundings, Variable, translated

_KINDS = {
    "text": "text",
    "integer": "integer",
    "int": "integer",
    "decimal": "decimal",
    "range": "decimal",
    "date": "date",
    "time": "text",
    "datetime": "date",
    "note": "note",
    "calculate": "text",
    "acknowledge": "bool",
    "trigger": "bool",
    "barcode": "text",
    "hidden": "text",
    "image": "file",
    "photo": "file",
    "audio": "file",
    "video": "file",
    "file": "file",
    "rank": "multichoice",
    "select_one": "choice",
    "select_multiple": "multichoice",
    "select_one_external": "choice",
    "select_one_from_file": "choice",
    "select_multiple_from_file": "multichoice",
}
_FILES = {"image": ["png", "jpg"], "photo": ["png", "jpg"]}
_RANGE = re.compile(r"\.\s*(>=|<=|>|<)\s*(-?\d+(?:\.\d+)?|today\(\))")
_REGEX = re.compile(r"regex\(\s*\.\s*,\s*('[^']*'|\"[^\"]*\")\s*\)")
_OTHER = {"de": "Anderes, nämlich", "en": "Other, namely"}
_YES = frozenset({"yes", "true", "true()", "1", "ja"})
_NO = frozenset({"", "no", "false", "false()", "0", "nein"})
_HANDMADE = "Bauen Sie die Frage im Formular nach."


@dataclass(frozen=True)
class Stand:
    """Where a question stands: its list of fields, the group whose column it is, and what must
    hold for everything around it."""

    fields: Fields
    group: str = ""
    visible: str = ""
    depth: int = 0


def kind_of(row: Mapping[str, str]) -> str:
    """The field type of a question here, "" for a kind we do not know."""
    word = row.get("type", "").strip().partition(" ")[0].lower()
    kind = _KINDS.get(word, "")
    look = row.get("appearance", "").lower()
    if word == "range" and "." not in row.get("parameters", ""):
        return "integer"
    if word == "text" and "multiline" in look:
        return "textarea"
    if word == "date" and "month-year" in look:
        return "month"
    if word in ("acknowledge", "trigger") and row.get("required", "").strip().lower() in _YES:
        return "confirm"
    return kind


class Questions:
    """Builds one field per question; xlsform.py walks the survey."""

    def __init__(self, draft: Draft, labels: Labels, lists: Mapping[str, list[Row]]) -> None:
        self.draft = draft
        self.labels = labels
        self.lists = lists
        self.fields: dict[str, Variable] = {}
        self.columns: dict[str, Identifiers] = {}  # by the id of their group
        self.here: dict[int, str] = {}  # row of the sheet -> id

    # --- notes

    def missing(
        self, row: Mapping[str, str], number: int, what: str, before: str = "", hint: str = ""
    ) -> None:
        name = row.get("name", "")
        self.draft.notes.missing(what, before, hint, at=number, element=name)

    def kept(
        self, row: Mapping[str, str], number: int, what: str, before: str = "", hint: str = ""
    ) -> None:
        self.draft.notes.kept(what, before, hint, at=number, element=row.get("name", ""))

    def translated(
        self,
        row: Mapping[str, str],
        number: int,
        what: str,
        before: str,
        after: str,
        hint: str = "",
    ) -> None:
        name = row.get("name", "")
        self.draft.notes.translated(what, before, after, hint, at=number, element=name)

    # --- expressions

    def expression(
        self, row: Mapping[str, str], number: int, what: str, text: str, stand: Stand
    ) -> str:
        """An XLSForm expression in our language, "" with a note when it can't be said."""
        own = self.fields.get(row.get("name", ""))
        try:
            found = translated(text, Surroundings(self.fields, stand.group, own))
        except Untranslatable as fault:
            self.missing(row, number, f"{what}: {fault.reason}", text, fault.hint)
            return ""
        self.translated(row, number, f"{what} übersetzt.", text, found)
        return found

    def relevant(self, row: Mapping[str, str], number: int, stand: Stand) -> str:
        text = row.get("relevant", "")
        found = self.expression(row, number, "Bedingung (relevant)", text, stand) if text else ""
        return str(both(stand.visible, found) or "")

    # --- questions

    def question(self, row: Mapping[str, str], number: int, stand: Stand) -> None:
        word = row.get("type", "").strip().partition(" ")[0].lower()
        kind = kind_of(row)
        if not kind:
            what = f"Die Frageart „{row.get('type', '')[:60]}“ gibt es hier nicht."
            self.missing(row, number, what, "", _HANDMADE)
            return
        field = self._base(row, number, stand, kind)
        if word == "note":
            self._note(row, number, stand, field)
            return
        if word == "calculate" or row.get("calculation"):
            self._computed(row, number, stand, field)
            return
        self._details(row, number, word, field)
        self._default(row, number, field, stand)
        self._constraint(row, number, field, stand)
        self.draft.add(stand.fields, field)
        self._companions(row, number, word, field, stand)

    def _base(self, row: Mapping[str, str], number: int, stand: Stand, kind: str) -> dict[str, Any]:
        visible = self.relevant(row, number, stand)
        name = one_line(row.get("name"))
        field: dict[str, Any] = {
            "id": self.here[number],
            "type": kind,
            "label": self.labels.of(row, "label") or name or kind,
            "hint": self.labels.of(row, "hint"),
            "visible": Expression(visible) if visible else None,
        }
        for text in (row.get("label", ""), *(v for k, v in row.items() if k.startswith("label:"))):
            if "${" in text:
                hint = "Schreiben Sie einen festen Text."
                self.missing(
                    row, number, "Antworten werden in Texten nicht eingesetzt.", text, hint
                )
                break
        for column, ours in (
            ("required", "required"),
            ("read_only", "readonly"),
            ("readonly", "readonly"),
        ):
            text = row.get(column, "").strip()
            if text.lower() in _NO:
                continue
            if text.lower() in _YES:
                field[ours] = True
            else:
                word = "Pflicht" if ours == "required" else "Sperre"
                found = self.expression(row, number, f"{word} ({column})", text, stand)
                field[ours] = Expression(found) if found else None
        if kind == "confirm":
            field.pop("required", None)
        if row.get("required_message") or any(k.startswith("required_message:") for k in row):
            text = self.labels.of(row, "required_message")
            self.kept(row, number, "Der Text für leere Pflichtfelder ist hier einheitlich.",
                      text if isinstance(text, str) else text["de"])  # fmt: skip
        return field

    def _note(
        self, row: Mapping[str, str], number: int, stand: Stand, field: dict[str, Any]
    ) -> None:
        shown = {key: field[key] for key in ("id", "visible")}
        if not self.labels.of(row, "label"):
            self.missing(row, number, "Der Hinweis hat keinen Text.")
            return
        self.draft.add(stand.fields, {**shown, "type": "note", "text": field["label"]})

    def _computed(
        self, row: Mapping[str, str], number: int, stand: Stand, field: dict[str, Any]
    ) -> None:
        text = row.get("calculation", "") or row.get("default", "")
        found = self.expression(row, number, "Berechnung", text, stand)
        if not found:
            return
        hidden = row.get("type", "").strip().lower() == "calculate"
        kind = kind_of_result(found) if hidden or field["type"] == "text" else field["type"]
        computed = {**field, "type": kind, "compute": Expression(found)}
        computed.pop("required", None)
        if hidden:
            hint = "Geben Sie dem Feld eine Bezeichnung."
            self.translated(row, number, "Das berechnete Feld ist hier sichtbar.", text,
                            f"type: {kind}", hint)  # fmt: skip
        self.draft.add(stand.fields, computed)

    def _details(
        self, row: Mapping[str, str], number: int, word: str, field: dict[str, Any]
    ) -> None:
        look = row.get("appearance", "").lower()
        if field["type"] in ("choice", "multichoice"):
            self._choice(row, number, word, field, look)
        elif word == "decimal":
            self.translated(row, number, "Die Zahl hat hier zwei Nachkommastellen.", "decimal",
                            "places: 2", "Mehr Stellen sagt places.")  # fmt: skip
        elif word == "range":
            for part in re.findall(r"(start|end)\s*=\s*(-?[\d.]+)", row.get("parameters", "")):
                field["min" if part[0] == "start" else "max"] = limit_of(part[1])
            self.kept(row, number, "Statt eines Schiebereglers steht hier ein Zahlenfeld.",
                      row.get("parameters", ""))  # fmt: skip
        elif word == "time":
            field |= {"pattern": TIME, "error": TIME_ERROR, "width": "s"}
            self.translated(row, number, "Uhrzeiten sind hier Text der Form 14:30.", "time", "text")
        elif field["type"] == "file":
            field["max"] = 1
            if word in _FILES:
                field["kinds"] = _FILES[word]
            elif word in ("audio", "video"):
                self.missing(row, number, "Ton und Film lassen sich hier nicht beifügen.", word,
                             "Es bleibt ein Feld für eine Datei.")  # fmt: skip
        elif word in ("barcode", "hidden"):
            self.missing(row, number, f"„{word}“ gibt es hier nicht; es bleibt ein Textfeld.", word)
        elif look and not {"multiline", "month-year"} & set(look.split()):
            self.kept(row, number, "Die Darstellung (appearance) hat hier keine Wirkung.", look)

    def options_of(self, row: Mapping[str, str]) -> list[Row]:
        name = row.get("type", "").strip().partition(" ")[2].replace("or_other", "").strip()
        return list(self.lists.get(name, []))

    def _choice(
        self, row: Mapping[str, str], number: int, word: str, field: dict[str, Any], look: str
    ) -> None:
        pairs = [
            (one_line(r.get("name")), self.labels.of(r, "label")) for _, r in self.options_of(row)
        ]
        if "or_other" in row.get("type", ""):
            pairs.append(("other", {"de": "Anderes", "en": "Other"}))
        field["options"] = self.draft.options(pairs, number, row.get("name", ""))
        if word.endswith(("_from_file", "_external")) or not pairs:
            hint = "Tragen Sie die Möglichkeiten unter options ein."
            self.missing(
                row, number, "Was zur Wahl steht, fehlt in der Datei.", row.get("type", ""), hint
            )
            field["options"] = field["options"] or [
                {"value": "offen", "label": "Noch ohne Auswahl"}
            ]
        if word == "rank":
            self.missing(row, number, "Eine Rangfolge gibt es hier nicht; es bleibt eine Auswahl.")
        if row.get("choice_filter"):
            hint = "Hier stehen alle zur Wahl. Ein Ausdruck in options kann sie eingrenzen."
            self.missing(row, number, "Gefilterte Auswahl.", row["choice_filter"], hint)
        if field["type"] == "choice" and ("minimal" in look or "autocomplete" in look):
            field["display"] = "select"
        elif look and "minimal" not in look:
            self.kept(row, number, "Die Darstellung (appearance) hat hier keine Wirkung.", look)

    def _companions(
        self, row: Mapping[str, str], number: int, word: str, field: dict[str, Any], stand: Stand
    ) -> None:
        """What one question there is two fields here: an own answer, the time of a moment."""
        name = row.get("name", "") or "frage"
        if "or_other" in row.get("type", ""):
            own = self.draft.ids.take(f"{name}_other")
            here = f"item.{field['id']}" if stand.group else field["id"]
            asked = f'"other" in {here}' if field["type"] == "multichoice" else f'{here} == "other"'
            self.translated(row, number, "Eigene Angabe als eigenes Feld.", "or_other", own)
            self.draft.add(stand.fields, {
                "id": own, "type": "text", "label": _OTHER,
                "visible": both(stand.visible, asked), "required": True})  # fmt: skip
        if word == "datetime":
            own = self.draft.ids.take(f"{name}_uhrzeit")
            self.translated(
                row, number, "Uhrzeiten sind hier Text der Form 14:30.", "dateTime", own
            )
            self.draft.add(stand.fields, {
                "id": own, "type": "text", "label": {"de": "Uhrzeit", "en": "Time"},
                "visible": field.get("visible"), "pattern": TIME, "error": TIME_ERROR,
                "width": "s"})  # fmt: skip

    def _default(
        self, row: Mapping[str, str], number: int, field: dict[str, Any], stand: Stand
    ) -> None:
        text = row.get("default", "").strip()
        if not text:
            return
        if "${" in text or re.search(r"\w\(", text):
            found = self.expression(row, number, "Anfangswert", text, stand)
            field["prefill"] = Expression(found) if found else None
            return
        if field["type"] in ("integer", "decimal") and number_of(text) is None:
            self.missing(row, number, "Der Anfangswert ist keine Zahl.", text)
        elif field["type"] in ("multichoice", "file", "note"):
            self.missing(row, number, "Diese Feldart hat hier keinen Anfangswert.", text)
        elif field["type"] in ("bool", "confirm"):
            field["default"] = text.lower() in (*_YES, "ok")
        else:
            field["default"] = limit_of(text) if field["type"] in ("integer", "decimal") else text

    def _constraint(
        self, row: Mapping[str, str], number: int, field: dict[str, Any], stand: Stand
    ) -> None:
        text = row.get("constraint", "").strip()
        if not text:
            return
        message = self.labels.of(row, "constraint_message")
        if match := _REGEX.fullmatch(text):
            pattern = match[1][1:-1]
            whole = pattern if pattern.startswith("^") else f"^{pattern}"
            whole = whole if whole.endswith("$") else f"{whole}$"
            self.draft.pattern(field, whole, message, number, row.get("name", ""))
        elif not self._limits(text, field, message):
            self._check(row, number, field, stand, text, message)
            return
        else:
            said = ", ".join(f"{key}: {field[key]}" for key in ("min", "max") if key in field)
            self.translated(row, number, "Bedingung (constraint) übersetzt.", text, said)

    def _limits(self, text: str, field: dict[str, Any], message: Any) -> bool:
        """`. >= 0 and . <= 10` as least and most value."""
        parts = re.split(r"\s+and\s+", text)
        found: dict[str, Any] = {}
        step = {"integer": 1, "date": None}.get(field["type"], 0)
        for part in parts:
            match = _RANGE.fullmatch(tidied(part.strip()))
            if match is None or field["type"] not in ("integer", "decimal", "date"):
                return False
            sign, value = match[1], match[2]
            if value == "today()":
                day = {"<": "add_days(heute, -1)", ">": "add_days(heute, 1)"}.get(sign, "heute")
                limit: Any = Expression(day)
            elif sign in ("<", ">") and step != 1:
                return False
            else:
                limit = limit_of(value)
                if sign in ("<", ">") and isinstance(limit, int):
                    limit += 1 if sign == ">" else -1
            found["min" if sign.startswith(">") else "max"] = limit
        field |= found
        if message:
            field.setdefault("error", message)
        return True

    def _check(
        self, row: Mapping[str, str], number: int, field: dict[str, Any], stand: Stand,
        text: str, message: Any,
    ) -> None:  # fmt: skip
        found = self.expression(row, number, "Bedingung (constraint)", text, stand)
        if not found:
            return
        place = f"{stand.group}.{field['id']}" if stand.group else field["id"]
        check: dict[str, Any] = {"each": stand.group} if stand.group else {}
        check |= {"assert": Expression(found), "field": place,
                  "message": message or "Prüfen Sie diese Angabe."}  # fmt: skip
        if field.get("visible"):
            check["when"] = field["visible"]
        self.draft.checks.append(check)
