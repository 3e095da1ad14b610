"""A set of form files that belong together: forms, building blocks and lists."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

from pikflow.errors import DefinitionInvalid, Finding
from pikflow.forms.language import Shared, examine, read_list
from pikflow.forms.names import Facts, facts
from pikflow.forms.schema import FormSchema, Option
from pikflow.forms.source import Block, read
from pikflow.forms.types import FieldTypes, builtin_types

SUFFIXES = (".yaml", ".yml")


@dataclass(frozen=True)
class FormLibrary:
    """Forms by id, and everything found while loading; a form with errors is not in `forms`."""

    forms: Mapping[str, FormSchema] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()

    @classmethod
    def load(cls, files: Mapping[str, str], types: FieldTypes | None = None) -> "FormLibrary":
        """Read all files; never raises for what they contain. Other YAML files are findings."""
        return _load(files, types or builtin_types())

    @classmethod
    def read(cls, folder: Path, types: FieldTypes | None = None) -> "FormLibrary":
        """Load every YAML file below a folder."""
        return cls.load(form_files(folder), types)

    def facts(self, form_id: str) -> Facts:
        """What a form provides and reads; KeyError for an unknown id."""
        return facts(self.forms[form_id])

    @property
    def failed(self) -> bool:
        return any(finding.severity == "error" for finding in self.findings)


def form_files(folder: Path) -> dict[str, str]:
    """Texts of the YAML files below a folder by their path; undecodable bytes are replaced."""
    return {
        path.as_posix(): path.read_text(encoding="utf-8", errors="replace")
        for path in sorted(folder.rglob("*"))
        if path.suffix in SUFFIXES and path.is_file()
    }


def _load(files: Mapping[str, str], types: FieldTypes) -> FormLibrary:
    findings: list[Finding] = []
    forms: dict[str, tuple[str, Block]] = {}
    blocks: dict[str, tuple[str, Block]] = {}
    lists: dict[str, tuple[Option, ...]] = {}
    for file, text in sorted(files.items()):
        try:
            block = read(text, file)
        except DefinitionInvalid as fault:
            findings.extend(fault.findings)
            continue
        if "pikbaustein" in block:
            blocks[str(PurePosixPath(file).with_suffix(""))] = (file, block)
        elif "pikliste" in block:
            name, options, found = read_list(block, file)
            findings.extend(found)
            lists[name] = options
        elif "pikform" in block:
            forms[file] = (file, block)
        else:
            findings.append(_unknown(file))
    shared = Shared(blocks, lists)
    schemas: dict[str, FormSchema] = {}
    for file, block in forms.values():
        schema, found = examine(block, file, types=types, shared=shared)
        findings.extend(found)
        if schema is None or any(finding.severity == "error" for finding in found):
            continue
        if schema.id in schemas:
            findings.append(_twice(file, block, schema, schemas[schema.id]))
            continue
        schemas[schema.id] = schema
    return FormLibrary(schemas, tuple(dict.fromkeys(findings)))


def _unknown(file: str) -> Finding:
    message = "Die Datei ist weder Formular noch Baustein noch Liste."
    hint = "Die erste Zeile heißt „pikform: 1“, „pikbaustein: 1“ oder „pikliste: 1“."
    return Finding(file, 1, "", "error", "form-kind", message, hint)


def _twice(file: str, block: Any, schema: FormSchema, other: FormSchema) -> Finding:
    message = f"Das Formular „{schema.id}“ gibt es schon in {other.file}."
    return Finding(file, block.at("id"), schema.id, "error", "form-duplicate", message)
