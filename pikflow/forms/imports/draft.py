"""A form while it is put together out of another product's file, and the YAML it ends as."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import yaml

from pikflow.expressions import ExpressionError, compile_expression
from pikflow.forms.fields import MAX_FIELDS
from pikflow.forms.imports.identifiers import Identifiers, form_id_of
from pikflow.forms.imports.words import shown
from pikflow.forms.library import FormLibrary
from pikflow.forms.patterns import complaint
from pikflow.forms.source import MAX_CHARACTERS
from pikflow.notes import Note, Notes

COLUMN = "Prüfen Sie Ausdrücke des Prozesses, die diese Spalte lesen."
_MOST_OPTIONS = 2_000
_TEXT_LENGTH = 500  # what a field of one line takes at most


class Expression(str):
    """Text of our language; written in quotes, as the language asks for."""

    __slots__ = ()


@dataclass(frozen=True)
class ImportedForm:
    """A form of another product in our language.

    `names` maps variables of the other product to ours where they differ; `keys` are the names by
    which processes may call the form.
    """

    id: str
    data: bytes = field(repr=False)
    notes: tuple[Note, ...] = ()
    names: Mapping[str, str] = field(default_factory=dict)
    keys: tuple[str, ...] = ()

    @property
    def path(self) -> str:
        return f"forms/{self.id}.yaml"


Fields = list[dict[str, Any]]


class Draft:
    """Sections, fields and checks as the language has them, still open for more."""

    def __init__(self, file: str, product: str, text: str = "") -> None:
        self.file = file
        self.product = product
        self.notes = Notes(file)
        self.ids = Identifiers()
        self.title: Any = ""
        self.form_id = ""
        self.version = 1
        self.description: Any = ""
        self.sections: list[dict[str, Any]] = []
        self.checks: list[dict[str, Any]] = []
        self.lists: dict[str, Any] = {}
        self._section_ids = Identifiers()
        self._text = text
        self._fields = 0
        self._full = False

    def line(self, name: str) -> int:
        """The line of a JSON file on which a name stands first, 0 when it can't be told."""
        place = self._text.find(json.dumps(name, ensure_ascii=False)) if name else -1
        return self._text.count("\n", 0, place) + 1 if place >= 0 else 0

    def section(self, name: str, title: Any, **more: Any) -> Fields:
        """A new section; its list of fields."""
        fields: Fields = []
        known = {key: value for key, value in more.items() if value not in (None, "")}
        self.sections.append(
            {"id": self._section_ids.take(name), "title": title or "Angaben", **known,
             "fields": fields}
        )  # fmt: skip
        return fields

    def add(self, fields: Fields, values: Mapping[str, Any]) -> dict[str, Any] | None:
        """Append a field without its empty properties; None when the form is full."""
        if self._fields >= MAX_FIELDS:
            if not self._full:
                what = f"Ein Formular hat hier höchstens {MAX_FIELDS} Felder; die übrigen fehlen."
                self.notes.missing(what, "", "Teilen Sie das Formular in mehrere auf.")
            self._full = True
            return None
        self._fields += 1
        found = {key: value for key, value in values.items() if value not in (None, "", [], {})}
        fields.append(found)
        return found

    def expression(self, text: str) -> Expression | None:
        """The text if our language takes it."""
        try:
            compile_expression(text)
        except ExpressionError:
            return None
        return Expression(text)

    def pattern(self, field: dict[str, Any], pattern: str, error: Any, at: int, name: str) -> None:
        """A regular expression on a field, if ours is safe with it."""
        plain = _whole(pattern)
        fault = complaint(plain, int(field.get("max_length") or _TEXT_LENGTH))
        if fault:
            hint = "Beschreiben Sie die Form im Hinweis, oder schreiben Sie ein einfacheres Muster."
            self.notes.missing(f"Muster: {fault}", pattern, hint, at=at, element=name)
            return
        field["pattern"] = plain
        field.setdefault("error", error or "Die Eingabe hat nicht die erwartete Form.")
        if plain != pattern:
            what = "Muster: Hier gilt es für den ganzen Text."
            self.notes.translated(what, pattern, plain, at=at, element=name)

    def options(self, pairs: list[tuple[str, Any]], at: int, name: str) -> Any:
        """Options of a choice; values once each, and not more than a page can show."""
        found: dict[str, Any] = {}
        for value, label in pairs:
            if value in found:
                self.notes.missing(f"Die Möglichkeit „{value}“ steht zweimal da.", value,
                                   "Die zweite ist weggelassen.", at=at, element=name)  # fmt: skip
            elif not value:
                self.notes.missing("Eine Möglichkeit ohne Wert ist weggelassen.", shown(label),
                                   at=at, element=name)  # fmt: skip
            else:
                found[value] = label or value
        if len(found) > _MOST_OPTIONS:
            what = f"Von {len(found)} Möglichkeiten sind {_MOST_OPTIONS} übernommen."
            self.notes.missing(what, "", "Legen Sie eine Liste in forms/listen an.",
                               at=at, element=name)  # fmt: skip
        return [
            {"value": value, "label": label} for value, label in list(found.items())[:_MOST_OPTIONS]
        ]

    def finished(self, fallback: str, keys: tuple[str, ...] = ()) -> ImportedForm:
        """The form as a file; what our own reader still finds wrong becomes notes."""
        self.form_id = form_id_of(self.form_id or fallback)
        self.sections = [section for section in self.sections if section["fields"]]
        if not self.sections:
            self.notes.missing("In der Datei ist kein Feld, das hier übernommen werden kann.")
            self.add(self.section("angaben", "Angaben"),
                     {"id": "hinweis", "type": "note", "text": "Noch ohne Felder."})  # fmt: skip
        data = self._written()
        library = FormLibrary.load({self.file: data.decode()})
        for finding in library.findings:
            if finding.severity == "error":
                self.notes.missing(finding.message, "", finding.hint, element=finding.element)
        if self._fields:
            what = f"Formular mit {self._fields} Feldern übernommen."
            self.notes.translated(what, self.product, f"forms/{self.form_id}.yaml")
        names = self.ids.renamed()
        for name, here in names.items():
            self.notes.translated(
                "Name des Feldes.", name, here, at=self.line(name.rpartition(".")[2]), element=here
            )
        known = dict.fromkeys((self.form_id, *keys))
        return ImportedForm(self.form_id, data, tuple(self.notes), names, tuple(known))

    def _written(self) -> bytes:
        whole = {
            "pikform": 1,
            "id": self.form_id,
            "version": self.version,
            "title": self.title or self.form_id,
            "description": self.description,
            "lists": self.lists,
            "sections": self.sections,
            "checks": self.checks,
        }
        body = {key: value for key, value in whole.items() if value not in ("", [], {})}
        text = written(body)
        if len(text) > MAX_CHARACTERS:
            self.notes.missing("Das Formular ist größer als ein Megabyte und wird nicht gelesen.")
        source = self.file.rpartition("/")[2].encode("ascii", "replace").decode()
        source = "".join(sign if sign.isprintable() else "?" for sign in source)
        return f"# Aus {source} ({self.product}) übernommen\n{text}".encode()


def _whole(pattern: str) -> str:
    """A pattern that is looked for anywhere in a text, as one for the whole of the text."""
    if "|" in re.sub(r"\\.|\[[^\]]*\]|\([^()]*\)", "", pattern):
        return f".*(?:{pattern}).*"
    begins = pattern.startswith("^")
    ends = pattern.endswith("$") and not pattern.endswith("\\$")
    inner = pattern[begins : len(pattern) - ends]
    return f"{'' if begins else '.*'}{inner}{'' if ends else '.*'}"


def written(value: Any) -> str:
    """YAML as a person would write it: keys in their order, no anchors, expressions in quotes."""
    return yaml.dump(
        value, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=100, indent=2
    )


class _Dumper(yaml.SafeDumper):
    def ignore_aliases(self, data: Any) -> bool:
        return True

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, False)


def _quoted(dumper: yaml.SafeDumper, text: Expression) -> yaml.Node:
    return dumper.represent_scalar("tag:yaml.org,2002:str", str(text), style='"')


def _plain(dumper: yaml.SafeDumper, text: str) -> yaml.Node:
    """A number that is a text here must not look like one to any reader."""
    if "\n" in text:
        return dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|")
    style = '"' if re.fullmatch(r"[-+.\d][\d._:eE+-]*|0[xob].*|[<=~]", text) else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Dumper.add_representer(Expression, _quoted)
_Dumper.add_representer(str, _plain)
