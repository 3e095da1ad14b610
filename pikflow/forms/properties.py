"""Kinds of property in the language: how each is read, and its JSON Schema.

A kind reads one YAML value and reports findings instead of raising, so one load lists all faults.
"""

import difflib
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from pikflow.errors import Finding, Invalid, Severity
from pikflow.expressions import Expression, compile_expression
from pikflow.forms.source import Block, Items

IDENTIFIER = re.compile(r"[a-z][a-z0-9_]{0,59}")
FORM_ID = re.compile(r"[a-z][a-z0-9_-]{0,79}")
ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
# Python words and constants of the expression language: a field of that name could not be named.
RESERVED = frozenset(
    [
        "and",
        "or",
        "not",
        "in",
        "if",
        "else",
        "for",
        "true",
        "false",
        "none",
        "True",
        "False",
        "None",
        "item",
        "entry",
        "lambda",
        "is",
    ]
)


@dataclass(frozen=True)
class Text:
    """A text per language; `to("en")` falls back to German."""

    de: str
    en: str = ""

    def to(self, locale: str) -> str:
        return self.en if locale.startswith("en") and self.en else self.de

    def __bool__(self) -> bool:
        return bool(self.de)


@dataclass(frozen=True)
class Formula:
    """An expression of the language together with its place in the file."""

    text: str
    line: int
    expression: Expression = field(repr=False, compare=False)

    @property
    def names(self) -> frozenset[str]:
        return frozenset(self.expression.names)

    def evaluate(self, scope: Mapping[str, Any]) -> Any:
        return self.expression.evaluate(scope)


Condition = bool | Formula
Limit = Decimal | date | Formula | None


_ADVICE = "Was hier stehen kann, sagt docs/form-language.md."


@dataclass
class Reader:
    """Collects the findings of one file while it is read."""

    file: str
    findings: list[Finding] = field(default_factory=list)

    def report(
        self,
        line: int,
        element: str,
        code: str,
        message: str,
        hint: str = "",
        severity: Severity = "error",
    ) -> None:
        advice = hint or _ADVICE
        self.findings.append(Finding(self.file, line, element, severity, code, message, advice))

    @property
    def failed(self) -> bool:
        return any(finding.severity == "error" for finding in self.findings)


@dataclass(frozen=True)
class Kind:
    """One kind of value: `read(reader, value, line, element)` gives the value or None."""

    read: Callable[[Reader, Any, int, str], Any]
    schema: Mapping[str, Any]


@dataclass(frozen=True)
class Property:
    """A property an object may have; `default` holds when it is left out."""

    kind: Kind
    required: bool = False
    default: Any = None


def nearest(name: str, known: Iterable[str]) -> str:
    """A hint that names the most similar known word, "" when none is near."""
    close = difflib.get_close_matches(name, sorted(known), n=1, cutoff=0.7)
    return f"Gemeint ist vielleicht „{close[0]}“." if close else ""


def read_object(
    reader: Reader, value: Any, line: int, element: str, properties: Mapping[str, Property]
) -> dict[str, Any] | None:
    """All properties of one mapping, defaults filled in; None when it is no mapping."""
    if not isinstance(value, Block):
        reader.report(line, element, "form-shape", "Hier werden „Name: Wert“-Angaben erwartet.")
        return None
    result = {name: prop.default for name, prop in properties.items()}
    for name, item in value.items():
        if name not in properties:
            hint = (
                nearest(name, properties) or "Erlaubt sind: " + ", ".join(sorted(properties)) + "."
            )
            message = f"Die Angabe „{name}“ gibt es hier nicht."
            reader.report(value.at(name), element, "form-property", message, hint)
            continue
        if item is None:
            continue
        result[name] = properties[name].kind.read(reader, item, value.at(name), element)
    for name, prop in properties.items():
        if prop.required and value.get(name) is None:
            message = f"Die Angabe „{name}“ fehlt."
            reader.report(value.line, element, "form-missing", message)
    return result


def _wrong(reader: Reader, line: int, element: str, expected: str, value: Any) -> None:
    shown = str(value) if not isinstance(value, dict | list) else "eine Aufzählung"
    message = f"Erwartet wird {expected}, gefunden wurde „{shown[:60]}“."
    reader.report(line, element, "form-value", message)


def _text(reader: Reader, value: Any, line: int, element: str) -> str | None:
    if isinstance(value, str):
        return value
    if isinstance(value, Decimal):
        return str(value)
    _wrong(reader, line, element, "ein Text", value)
    return None


def _words(reader: Reader, value: Any, line: int, element: str) -> Text | None:
    if isinstance(value, Block):
        unknown = [key for key in value if key not in ("de", "en")]
        if unknown or not isinstance(value.get("de"), str | Decimal):
            hint = "Zum Beispiel: {de: Ort, en: Town}."
            message = "Ein Text hat die Sprachen „de“ (Pflicht) und „en“."
            reader.report(line, element, "form-language", message, hint)
            return None
        return Text(str(value["de"]), str(value.get("en") or ""))
    plain = _text(reader, value, line, element)
    return None if plain is None else Text(plain)


def _flag(reader: Reader, value: Any, line: int, element: str) -> bool | None:
    if isinstance(value, bool):
        return value
    _wrong(reader, line, element, "true oder false", value)
    return None


def _whole(reader: Reader, value: Any, line: int, element: str) -> int | None:
    if isinstance(value, Decimal) and value == value.to_integral_value() and 0 <= value <= 10**9:
        return int(value)
    _wrong(reader, line, element, "eine ganze Zahl ab 0", value)
    return None


def _formula(reader: Reader, value: Any, line: int, element: str) -> Formula | None:
    if not isinstance(value, str):
        _wrong(reader, line, element, "ein Ausdruck in Anführungszeichen", value)
        return None
    try:
        return Formula(value, line, compile_expression(value))
    except Invalid as fault:
        message = f"Ausdruck „{value[:80]}“: {fault.message}"
        reader.report(line, element, "form-expression", message, fault.hint)
        return None


def _condition(reader: Reader, value: Any, line: int, element: str) -> Condition | None:
    return value if isinstance(value, bool) else _formula(reader, value, line, element)


def _limit(reader: Reader, value: Any, line: int, element: str) -> Limit:
    if isinstance(value, Decimal):
        return value
    if isinstance(value, str) and ISO_DATE.fullmatch(value.strip()):
        try:
            return date.fromisoformat(value.strip())
        except ValueError:
            _wrong(reader, line, element, "ein Datum, das es gibt", value)
            return None
    return _formula(reader, value, line, element)


def _literal(reader: Reader, value: Any, line: int, element: str) -> Any:
    if isinstance(value, Block | Items):
        _wrong(reader, line, element, "ein einzelner Wert", value)
        return None
    return value


def _identifier(reader: Reader, value: Any, line: int, element: str) -> str | None:
    if isinstance(value, str) and IDENTIFIER.fullmatch(value) and value not in RESERVED:
        return value
    hint = "Kleinbuchstaben, Ziffern und Unterstrich, beginnend mit einem Buchstaben."
    shown = str(value)[:60]
    reader.report(line, element, "form-id", f"„{shown}“ taugt nicht als Bezeichner.", hint)
    return None


def _form_id(reader: Reader, value: Any, line: int, element: str) -> str | None:
    if isinstance(value, str) and FORM_ID.fullmatch(value):
        return value
    _wrong(reader, line, element, "eine Kennung aus Kleinbuchstaben, Ziffern und Strichen", value)
    return None


def _texts(reader: Reader, value: Any, line: int, element: str) -> tuple[str, ...]:
    items = value if isinstance(value, list) else [value]
    read = [_text(reader, item, line, element) for item in items]
    return tuple(item for item in read if item is not None)


def _any(reader: Reader, value: Any, line: int, element: str) -> Any:
    return value


def one_of(*words: str) -> Kind:
    """A kind that takes one of a closed list of words."""

    def read(reader: Reader, value: Any, line: int, element: str) -> str | None:
        if value in words:
            return str(value)
        _wrong(reader, line, element, "eines von " + ", ".join(words), value)
        return None

    return Kind(read, {"enum": list(words)})


_STRING: dict[str, Any] = {"type": "string"}
TEXT = Kind(_text, {"type": ["string", "number"]})
WORDS = Kind(_words, {"$ref": "#/$defs/text"})
FLAG = Kind(_flag, {"type": "boolean"})
WHOLE = Kind(_whole, {"type": "integer", "minimum": 0})
FORMULA = Kind(_formula, {"$ref": "#/$defs/expression"})
CONDITION = Kind(_condition, {"anyOf": [{"type": "boolean"}, {"$ref": "#/$defs/expression"}]})
LIMIT = Kind(_limit, {"anyOf": [{"type": "number"}, {"$ref": "#/$defs/expression"}]})
LITERAL = Kind(_literal, {"type": ["string", "number", "boolean"]})
IDENTIFIER_KIND = Kind(_identifier, {**_STRING, "pattern": f"^{IDENTIFIER.pattern}$"})
FORM_ID_KIND = Kind(_form_id, {**_STRING, "pattern": f"^{FORM_ID.pattern}$"})
TEXTS = Kind(_texts, {"anyOf": [_STRING, {"type": "array", "items": _STRING}]})
ANY = Kind(_any, {})
