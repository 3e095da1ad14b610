"""Loading a form file: YAML to FormSchema, with findings that name file, line and field."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from pikflow.errors import DefinitionInvalid, Finding
from pikflow.forms.fields import MAX_FIELDS, FieldReader, read_options
from pikflow.forms.names import check_names
from pikflow.forms.properties import (
    ANY,
    CONDITION,
    FLAG,
    FORM_ID_KIND,
    FORMULA,
    IDENTIFIER_KIND,
    TEXT,
    TEXTS,
    WHOLE,
    WORDS,
    Property,
    Reader,
    nearest,
    one_of,
    read_object,
)
from pikflow.forms.schema import NO_TEXT, Check, Example, Field, FormSchema, Option, Section
from pikflow.forms.source import Block, Items, read
from pikflow.forms.types import FieldTypes, builtin_types

MAX_INCLUDES = 5
_YEAR = re.compile(r"\d{4}(-\d{2}-\d{2})?")

FORM: Mapping[str, Property] = {
    "pikform": Property(ANY, required=True),
    "id": Property(FORM_ID_KIND, required=True),
    "version": Property(WHOLE, required=True),
    "title": Property(WORDS, required=True),
    "description": Property(WORDS, default=NO_TEXT),
    "notes": Property(ANY),
    "legal_basis": Property(TEXT, default=""),
    "params": Property(ANY),
    "lists": Property(ANY),
    "sections": Property(ANY, required=True),
    "checks": Property(ANY),
    "tests": Property(ANY),
}
SECTION: Mapping[str, Property] = {
    "id": Property(IDENTIFIER_KIND, required=True),
    "title": Property(WORDS, required=True),
    "intro": Property(WORDS, default=NO_TEXT),
    "visible": Property(CONDITION, default=True),
    "fields": Property(ANY, required=True),
}
CHECK: Mapping[str, Property] = {
    "assert": Property(FORMULA, required=True),
    "message": Property(WORDS, required=True),
    "field": Property(TEXT, required=True),
    "severity": Property(one_of("error", "warning", "information"), default="error"),
    "when": Property(FORMULA),
    "each": Property(IDENTIFIER_KIND, default=""),
    "always": Property(FLAG, default=False),
}
TEST: Mapping[str, Property] = {
    "name": Property(TEXT, default=""),
    "given": Property(ANY),
    "context": Property(ANY),
    "expect": Property(ANY),
    "errors": Property(TEXTS),
    "warnings": Property(TEXTS),
}
INCLUDE: Mapping[str, Property] = {
    "include": Property(TEXT, required=True),
    "without": Property(TEXTS, default=()),
    "with": Property(ANY),
}
BLOCK_FILE: Mapping[str, Property] = {
    "pikbaustein": Property(ANY, required=True),
    "id": Property(FORM_ID_KIND, required=True),
    "title": Property(WORDS, default=NO_TEXT),
    "fields": Property(ANY),
    "sections": Property(ANY),
    "checks": Property(ANY),
}
LIST_FILE: Mapping[str, Property] = {
    "pikliste": Property(ANY, required=True),
    "id": Property(FORM_ID_KIND, required=True),
    "title": Property(WORDS, default=NO_TEXT),
    "options": Property(ANY, required=True),
}


@dataclass(frozen=True)
class Shared:
    """What form files share: building blocks by path without suffix, code lists by id."""

    blocks: Mapping[str, tuple[str, Block]]
    lists: Mapping[str, tuple[Option, ...]]

    def find(self, name: str) -> tuple[str, Block] | None:
        """A building block by the name an include gives: the end of its path."""
        wanted = "/" + name.removesuffix(".yaml").strip("/")
        return next(
            (found for path, found in self.blocks.items() if f"/{path}".endswith(wanted)), None
        )


NOTHING_SHARED = Shared({}, {})


def load(
    text: str, file: str, *, types: FieldTypes | None = None, shared: Shared = NOTHING_SHARED
) -> FormSchema:
    """The form of one file.

    Raises DefinitionInvalid with every finding when there is an error. Warnings do not raise;
    FormLibrary keeps them.
    """
    schema, findings = examine(read(text, file), file, types=types, shared=shared)
    if schema is None or any(finding.severity == "error" for finding in findings):
        raise DefinitionInvalid(findings)
    return schema


def examine(
    block: Block, file: str, *, types: FieldTypes | None = None, shared: Shared = NOTHING_SHARED
) -> tuple[FormSchema | None, list[Finding]]:
    """The form as far as it can be read, and everything found."""
    loader = _Loader(file, types or builtin_types(), shared)
    schema = loader.form(block)
    if schema is not None:
        loader.findings.extend(check_names(schema))
    return schema, loader.findings


def read_list(block: Block, file: str) -> tuple[str, tuple[Option, ...], list[Finding]]:
    """A code list file: its id, its options and the findings."""
    reader = Reader(file)
    raw = read_object(reader, block, block.line, "", LIST_FILE)
    if raw is None or raw["options"] is None:
        return "", (), reader.findings
    options = read_options(reader, raw["options"], block.at("options"), str(raw["id"]))
    if not isinstance(options, tuple):
        reader.report(block.at("options"), "", "form-options", "Eine Liste zählt ihre Werte auf.")
        options = ()
    return raw["id"] or "", options, reader.findings


class _Loader:
    """Reads one form file and the building blocks it names."""

    def __init__(self, file: str, types: FieldTypes, shared: Shared) -> None:
        self.file = file
        self.types = types
        self.shared = shared
        self.findings: list[Finding] = []
        self.reader = Reader(file, self.findings)
        self.lists: dict[str, tuple[Option, ...]] = dict(shared.lists)
        self.checks: list[Check] = []

    def form(self, block: Block) -> FormSchema | None:
        raw = read_object(self.reader, block, block.line, "", FORM)
        if raw is None:
            return None
        if raw["pikform"] != 1:
            message = "Ein Formular beginnt mit „pikform: 1“."
            self.reader.report(block.at("pikform"), "", "form-version", message)
        if isinstance(raw["lists"], Block):
            self._read_lists(raw["lists"])
        sections = tuple(self._sections(self.reader, raw["sections"], block.at("sections"), 0))
        self._refuse_repetition(sections)
        self._read_checks(self.reader, raw["checks"], block.at("checks"))
        if raw["id"] is None or raw["title"] is None:
            return None
        return FormSchema(
            id=raw["id"],
            version=raw["version"] or 0,
            title=raw["title"],
            sections=sections,
            file=self.file,
            description=raw["description"] or NO_TEXT,
            notes=self._notes(raw["notes"], block),
            legal_basis=raw["legal_basis"] or "",
            params=self._params(raw["params"], block),
            checks=tuple(self.checks),
            examples=tuple(self._examples(raw["tests"], block.at("tests"))),
        )

    def _read_lists(self, lists: Block) -> None:
        for name, entries in lists.items():
            options = read_options(self.reader, entries, lists.at(name), name)
            if isinstance(options, tuple):
                self.lists[name] = options
            else:
                message = f"Die Liste „{name}“ zählt ihre Werte auf."
                self.reader.report(lists.at(name), name, "form-options", message)

    def _items(self, reader: Reader, raw: Any, line: int, what: str) -> Iterator[tuple[int, Any]]:
        if not isinstance(raw, Items):
            reader.report(line, "", "form-shape", f"Hier wird eine Liste von {what} erwartet.")
            return
        yield from raw.located()

    def _sections(self, reader: Reader, raw: Any, line: int, depth: int) -> Iterator[Section]:
        for item_line, item in self._items(reader, raw, line, "Abschnitten"):
            if isinstance(item, Block) and "include" in item:
                found = self._include(reader, item, item_line, "sections", depth)
                if found:
                    inner, block = found
                    yield from self._sections(
                        inner, block["sections"], block.at("sections"), depth + 1
                    )
                continue
            element = str(item.get("id", ""))[:60] if isinstance(item, Block) else ""
            read = read_object(reader, item, item_line, element, SECTION)
            if read is None or read["id"] is None:
                continue
            fields = tuple(self._fields(reader, read["fields"], item.at("fields"), depth))
            yield Section(
                id=read["id"],
                title=read["title"] or NO_TEXT,
                fields=fields,
                intro=read["intro"] or NO_TEXT,
                visible=True if read["visible"] is None else read["visible"],
                line=item_line,
            )

    def _fields(self, reader: Reader, raw: Any, line: int, depth: int) -> Iterator[Field]:
        fields = FieldReader(reader, self.types, self.lists)
        for item_line, item in self._items(reader, raw, line, "Feldern"):
            if isinstance(item, Block) and "include" in item:
                found = self._include(reader, item, item_line, "fields", depth)
                if found:
                    inner, block = found
                    changed = _changed(block["fields"], item, reader, item_line)
                    yield from self._fields(inner, changed, block.at("fields"), depth + 1)
                continue
            field = fields.read(item, item_line)
            if field is not None:
                yield field

    def _include(
        self, reader: Reader, item: Block, line: int, wanted: str, depth: int
    ) -> tuple[Reader, Block] | None:
        read = read_object(reader, item, line, "", INCLUDE)
        name = str((read or {}).get("include") or "")
        found = self.shared.find(name) if name else None
        if not found:
            hint = nearest(name, self.shared.blocks) or "Bausteine liegen in forms/bausteine."
            reader.report(line, "", "form-include", f"Den Baustein „{name}“ gibt es nicht.", hint)
            return None
        if depth >= MAX_INCLUDES:
            message = f"Der Baustein „{name}“ setzt sich selbst ein oder ist zu tief geschachtelt."
            reader.report(line, "", "form-include", message)
            return None
        file, block = found
        inner = Reader(file, self.findings)
        raw = read_object(inner, block, block.line, "", BLOCK_FILE)
        if raw is None or not isinstance(raw[wanted], Items):
            word = "Felder („fields“)" if wanted == "fields" else "Abschnitte („sections“)"
            reader.report(line, "", "form-include", f"Der Baustein „{name}“ enthält keine {word}.")
            return None
        self._read_checks(inner, raw["checks"], block.at("checks"))
        return inner, block

    def _read_checks(self, reader: Reader, raw: Any, line: int) -> None:
        if raw is None:
            return
        for item_line, item in self._items(reader, raw, line, "Prüfungen"):
            read = read_object(reader, item, item_line, "", CHECK)
            if read is None or not (read["assert"] and read["message"] and read["field"]):
                continue
            self.checks.append(
                Check(
                    rule=read["assert"],
                    message=read["message"],
                    field=read["field"],
                    severity=read["severity"] or "error",
                    when=read["when"],
                    each=read["each"] or "",
                    always=bool(read["always"]),
                    line=item_line,
                    file=reader.file,
                )
            )

    def _refuse_repetition(self, sections: Iterable[Section]) -> None:
        seen_sections: set[str] = set()
        seen: set[str] = set()
        count = 0
        for section in sections:
            if section.id in seen_sections:
                message = f"Der Abschnitt „{section.id}“ steht zweimal da."
                self.reader.report(section.line, section.id, "form-duplicate", message)
            seen_sections.add(section.id)
            for field in section.fields:
                count += 1 + len(field.children)
                if field.id in seen:
                    message = f"Das Feld „{field.id}“ steht zweimal da."
                    Reader(field.file, self.findings).report(
                        field.line, field.id, "form-duplicate", message
                    )
                seen.add(field.id)
        if count > MAX_FIELDS:
            self.reader.report(
                0, "", "form-size", f"Ein Formular hat höchstens {MAX_FIELDS} Felder."
            )

    def _notes(self, raw: Any, block: Block) -> dict[str, str]:
        if raw is None:
            return {}
        if not isinstance(raw, Block):
            message = "Erwartet wird je Fassung ein Satz: {2: …}."
            self.reader.report(block.at("notes"), "", "form-shape", message)
            return {}
        return {version: str(text) for version, text in raw.items()}

    def _params(self, raw: Any, block: Block) -> dict[str, Any]:
        """Dated tables as {date or year: value}, fixed values as they are."""
        if raw is None:
            return {}
        if not isinstance(raw, Block):
            message = 'Erwartet werden Werte: {name: {"2024": 60000}}.'
            self.reader.report(block.at("params"), "", "form-shape", message)
            return {}
        for name, table in raw.items():
            IDENTIFIER_KIND.read(self.reader, name, raw.at(name), "params")
            dated = isinstance(table, Block) and all(_YEAR.fullmatch(key) for key in table)
            if not dated and not isinstance(table, Decimal | str | bool):
                message = f"„{name}“ ist weder ein fester Wert noch eine Tabelle nach Jahren."
                self.reader.report(raw.at(name), "params", "form-params", message)
        return {
            name: dict(table) if isinstance(table, Block) else table for name, table in raw.items()
        }

    def _examples(self, raw: Any, line: int) -> Iterator[Example]:
        if raw is None:
            return
        for number, (item_line, item) in enumerate(self._items(self.reader, raw, line, "Tests"), 1):
            read = read_object(self.reader, item, item_line, "tests", TEST)
            if read is None:
                continue
            parts = {}
            for name in ("given", "context", "expect"):
                value = read[name]
                if value is not None and not isinstance(value, Block):
                    message = f"„{name}“ nennt Felder mit ihren Werten."
                    self.reader.report(item.at(name), "tests", "form-shape", message)
                parts[name] = value if isinstance(value, Block) else {}
            yield Example(
                name=read["name"] or f"Test {number}",
                errors=read["errors"],
                warnings=read["warnings"],
                line=item_line,
                **parts,
            )


def _changed(fields: Items, item: Block, reader: Reader, line: int) -> Items:
    """The fields of a building block with `without` and `with` of its include applied."""
    leave = item.get("without") or ()
    leave = list(leave) if isinstance(leave, Items) else [leave] if leave else []
    changes = item.get("with") if isinstance(item.get("with"), Block) else Block()
    known = {str(field.get("id")) for field in fields if isinstance(field, Block)}
    for name in [*leave, *(changes or {})]:
        if name not in known:
            message = f"Der Baustein hat kein Feld „{name}“."
            reader.report(line, str(name), "form-include", message, nearest(str(name), known))
    result = Items()
    result.line, result.lines = fields.line, []
    for field_line, field in fields.located():
        key = str(field.get("id")) if isinstance(field, Block) else ""
        if key and key in leave:
            continue
        change = changes.get(key) if changes else None
        if isinstance(change, Block):
            merged = Block({**field, **change})
            merged.line, merged.lines = field.line, dict(field.lines)
            field = merged
        result.append(field)
        result.lines.append(field_line)
    return result
