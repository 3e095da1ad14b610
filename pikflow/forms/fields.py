"""Reading one field of a form file: common properties, those of its type, options, children."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from pikflow.forms.patterns import complaint
from pikflow.forms.properties import (
    ANY,
    CONDITION,
    FLAG,
    FORMULA,
    IDENTIFIER_KIND,
    LIMIT,
    LITERAL,
    TEXT,
    WHOLE,
    WORDS,
    Formula,
    Property,
    Reader,
    Text,
    nearest,
    one_of,
    read_object,
)
from pikflow.forms.schema import NO_TEXT, Field, Option, Personal, Repeat, Rows
from pikflow.forms.source import Block, Items
from pikflow.forms.types import FieldTypes
from pikflow.forms.types.base import FieldType
from pikflow.forms.types.table import MAX_ROWS, SUM

MAX_FIELDS = 500
_PATTERN_LENGTH = 500  # characters of a text whose type names no limit
_DURATION = re.compile(r"P(?:\d+Y)?(?:\d+M)?(?:\d+D)?")

COMMON: Mapping[str, Property] = {
    "id": Property(IDENTIFIER_KIND, required=True),
    "type": Property(TEXT, required=True),
    "label": Property(WORDS),
    "hint": Property(WORDS, default=NO_TEXT),
    "error": Property(WORDS, default=NO_TEXT),
    "required": Property(CONDITION),
    "visible": Property(CONDITION, default=True),
    "visible_text": Property(WORDS, default=NO_TEXT),
    "readonly": Property(CONDITION, default=False),
    "default": Property(LITERAL),
    "prefill": Property(FORMULA),
    "prefill_source": Property(WORDS, default=NO_TEXT),
    "compute": Property(FORMULA),
    "min": Property(LIMIT),
    "max": Property(LIMIT),
    "min_length": Property(LIMIT),
    "max_length": Property(LIMIT),
    "pattern": Property(TEXT, default=""),
    "unit": Property(WORDS, default=NO_TEXT),
    "width": Property(one_of("s", "m", "l"), default=""),
    "autocomplete": Property(TEXT, default=""),
    "personal": Property(ANY),
    "legal_basis": Property(TEXT, default=""),
    "fim": Property(TEXT, default=""),
    "inbox": Property(FLAG, default=False),
    "summary": Property(FLAG, default=True),
    "internal": Property(FLAG, default=False),
    "export": Property(FLAG, default=True),
    "suppress_below": Property(WHOLE, default=0),
    "options": Property(ANY, default=()),
}
REPEAT: Mapping[str, Property] = {
    "min": Property(LIMIT),
    "max": Property(LIMIT),
    "layout": Property(one_of("table", "cards"), default="table"),
    "start": Property(WHOLE, default=0),
    "upload": Property(one_of("xlsx"), default=""),
}
OPTION: Mapping[str, Property] = {
    "value": Property(TEXT, required=True),
    "label": Property(WORDS, required=True),
    "hint": Property(WORDS, default=NO_TEXT),
}
PERSONAL: Mapping[str, Property] = {"retention": Property(TEXT, required=True)}
_COPIED = [
    "hint",
    "error",
    "visible",
    "visible_text",
    "readonly",
    "default",
    "prefill",
    "prefill_source",
    "compute",
    "min",
    "max",
    "min_length",
    "max_length",
    "pattern",
    "unit",
    "width",
    "autocomplete",
    "legal_basis",
    "fim",
    "inbox",
    "summary",
    "internal",
    "export",
    "suppress_below",
]


@dataclass
class FieldReader:
    """Reads fields of one file. `lists` are the code lists the file may name."""

    reader: Reader
    types: FieldTypes
    lists: Mapping[str, tuple[Option, ...]]

    def read(self, value: Any, line: int, above: str = "") -> Field | None:
        """One field with its children; findings are reported, None when it can't be used."""
        if not isinstance(value, Block):
            self.reader.report(
                line, above, "form-shape", "Hier wird ein Feld mit Angaben erwartet."
            )
            return None
        element = self._element(value, above)
        kind = self.types.get(str(value.get("type")))
        if kind is None and "type" in value:
            word = str(value["type"])[:60]
            hint = nearest(word, self.types.names()) or "Siehe die Liste der Feldarten."
            message = f"Die Feldart „{word}“ gibt es nicht."
            self.reader.report(value.at("type"), element, "form-type", message, hint)
            return None
        properties = {**COMMON, **(kind.properties if kind else {})}
        read = read_object(self.reader, value, line, element, properties)
        if read is None or kind is None or not read["id"]:
            return None
        if read["label"] is None and kind.needs_label:
            message = "Die Angabe „label“ fehlt: wie das Feld auf dem Bildschirm heißt."
            self.reader.report(value.line, element, "form-missing", message)
        self._refuse_bad_pattern(read, value, element, kind)
        settings = {name: read[name] for name in kind.properties if name not in ("fields",)}
        field = Field(
            id=read["id"],
            kind=kind,
            label=read["label"] or NO_TEXT,
            line=value.line,
            file=self.reader.file,
            required=kind.required_by_default if read["required"] is None else read["required"],
            personal=self._personal(read["personal"], value, element),
            options=self._options(read, value, element),
            **{name: read[name] for name in _COPIED if read[name] is not None},
        )
        if kind.shape == "rows":
            return self._group(field, read, value, element)
        if kind.shape == "matrix":
            return self._matrix(field, read, settings, value, element)
        return replace(field, settings=settings, children=kind.parts(field.id, settings))

    def _element(self, value: Block, above: str) -> str:
        own = str(value.get("id", ""))[:60]
        return f"{above}.{own}" if above else own

    def _refuse_bad_pattern(
        self, read: dict[str, Any], value: Block, element: str, kind: FieldType
    ) -> None:
        if not read["pattern"]:
            return
        message = complaint(read["pattern"], getattr(kind, "most", _PATTERN_LENGTH))
        if message:
            self.reader.report(value.at("pattern"), element, "form-pattern", message)
            read["pattern"] = ""

    def _personal(self, raw: Any, value: Block, element: str) -> Personal | None:
        if raw is None or raw is False:
            return None
        if raw is True:
            return Personal()
        read = read_object(self.reader, raw, value.at("personal"), element, PERSONAL)
        retention = (read or {}).get("retention") or ""
        if retention and (len(retention) < 3 or not _DURATION.fullmatch(retention)):
            message = f"„{retention}“ ist keine Dauer; fünf Jahre heißen „P5Y“."
            self.reader.report(value.at("personal"), element, "form-duration", message)
        return Personal(retention)

    def _options(
        self, read: dict[str, Any], value: Block, element: str
    ) -> tuple[Option, ...] | Formula:
        name = read.get("list")
        if name is not None:
            if name in self.lists:
                return self.lists[name]
            message = f"Die Liste „{name}“ gibt es nicht."
            hint = nearest(name, self.lists) or "Listen stehen unter „lists“ oder in forms/listen."
            self.reader.report(value.at("list"), element, "form-list", message, hint)
            return ()
        if read["type"] in ("choice", "multichoice", "codelist") and "options" not in value:
            message = "Es fehlt, was zur Wahl steht: „options“ oder „list“."
            self.reader.report(value.line, element, "form-options", message)
            return ()
        return read_options(self.reader, read["options"], value.at("options"), element)

    def children(self, raw: Any, line: int, above: str) -> tuple[Field, ...]:
        """The fields of a list that may not hold groups, with unique ids."""
        if not isinstance(raw, Items) or not raw:
            message = "Hier wird eine Liste von Feldern erwartet."
            self.reader.report(line, above, "form-shape", message)
            return ()
        found: dict[str, Field] = {}
        for item_line, item in raw.located():
            child = self.read(item, item_line, above)
            if child is None:
                continue
            if child.shape in ("rows", "matrix"):
                message = "Gruppen und Matrizen können nicht in einer Gruppe stehen."
                self.reader.report(item_line, f"{above}.{child.id}", "form-nested", message)
            elif child.id in found:
                message = f"Das Feld „{child.id}“ steht zweimal da."
                self.reader.report(item_line, f"{above}.{child.id}", "form-duplicate", message)
            else:
                found[child.id] = child
        return tuple(found.values())

    def _group(self, field: Field, read: dict[str, Any], value: Block, element: str) -> Field:
        children = self.children(read["fields"], value.at("fields"), element)
        repeat = Repeat()
        if read["repeat"] is not None:
            line = value.at("repeat")
            raw = read_object(self.reader, read["repeat"], line, element, REPEAT) or {}
            repeat = Repeat(**raw)
        for limit in (repeat.min, repeat.max):
            if isinstance(limit, Formula) or limit is None:
                continue
            if not isinstance(limit, Decimal) or not 0 <= limit <= MAX_ROWS:
                message = f"Möglich sind 0 bis {MAX_ROWS} Zeilen."
                self.reader.report(value.at("repeat"), element, "form-rows", message)
        rows = Rows(read["rows"], self._mapping(read, children, value, element),
                    read["key"] or "", bool(read["fixed"]))  # fmt: skip
        if rows.key and rows.key not in {child.id for child in children}:
            message = f"Die Spalte „{rows.key}“ gibt es in dieser Gruppe nicht."
            self.reader.report(value.at("key"), element, "form-key", message)
        if rows.fixed and not rows.source:
            message = "Feste Zeilen („fixed“) brauchen die Angabe „rows“."
            self.reader.report(value.at("fixed"), element, "form-rows", message)
        settings = {"row_label": read["row_label"] or Text("Zeile", "Row")}
        return replace(
            field, children=children, repeat=repeat, rows=rows, settings=settings,
            min=repeat.min, max=repeat.max,
        )  # fmt: skip

    def _mapping(
        self, read: dict[str, Any], children: tuple[Field, ...], value: Block, element: str
    ) -> dict[str, Formula]:
        raw = read["map"]
        if raw is None:
            return {}
        properties = {child.id: Property(FORMULA) for child in children}
        mapping = read_object(self.reader, raw, value.at("map"), element, properties) or {}
        return {name: formula for name, formula in mapping.items() if formula is not None}

    def _matrix(
        self,
        field: Field,
        read: dict[str, Any],
        settings: dict[str, Any],
        value: Block,
        element: str,
    ) -> Field:
        rows = read_options(self.reader, read["rows"], value.at("rows"), element)
        if not isinstance(rows, tuple) or not rows:
            message = "Eine Matrix braucht „rows“: {id: Bezeichnung, …}."
            self.reader.report(value.at("rows"), element, "form-matrix", message)
            rows = ()
        columns = self.children(read["columns"], value.at("columns"), element)
        taken = {option.value for option in rows} | {column.id for column in columns}
        bad = [name for name in taken if name == SUM or not re.fullmatch("[a-z][a-z0-9_]*", name)]
        if bad:
            message = f"„{bad[0]}“ taugt nicht als Zeile oder Spalte einer Matrix."
            self.reader.report(value.line, element, "form-matrix", message)
        wrong = [column for column in columns if column.kind.widget != "number" or column.compute]
        if wrong:
            message = f"Die Spalte „{wrong[0].id}“ einer Matrix muss eine Zahl zum Ausfüllen sein."
            self.reader.report(wrong[0].line, element, "form-matrix", message)
            columns = ()
        return replace(
            field, children=columns, settings={"sums": settings["sums"], "row_options": rows}
        )


def read_options(reader: Reader, raw: Any, line: int, element: str) -> tuple[Option, ...] | Formula:
    """Options as a mapping, a list of objects, or an expression."""
    if isinstance(raw, str):
        return FORMULA.read(reader, raw, line, element) or ()
    if isinstance(raw, Block):
        pairs = [
            (key, WORDS.read(reader, label, raw.at(key), element)) for key, label in raw.items()
        ]
        return tuple(Option(key, label) for key, label in pairs if label is not None)
    found: dict[str, Option] = {}
    if isinstance(raw, Items):
        for item_line, item in raw.located():
            read = read_object(reader, item, item_line, element, OPTION)
            if not read or read["value"] is None or read["label"] is None:
                continue
            if read["value"] in found:
                message = f"Der Wert „{read['value']}“ steht zweimal in der Auswahl."
                reader.report(item_line, element, "form-options", message)
            found[read["value"]] = Option(read["value"], read["label"], read["hint"] or NO_TEXT)
    elif raw != ():
        reader.report(line, element, "form-options", "Hier wird eine Auswahl erwartet.")
    return tuple(found.values())
