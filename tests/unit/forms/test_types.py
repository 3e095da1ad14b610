# ruff: noqa: E501 - lines of form files stay in one piece
"""Every field type: what it reads, how it shows it, what it refuses and in which words."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from pikflow.forms.language import load
from pikflow.forms.schema import Field
from pikflow.forms.submission import validate
from pikflow.forms.types import FieldTypes, builtin_types
from pikflow.forms.types.base import FieldType, State
from pikflow.forms.types.number import read_number, write_number

from .samples import form


def answer(field: str, raw: Any, **context: Any) -> tuple[Any, str]:
    """Value and message of a single field `f`."""
    checked = validate(form(f"{{id: f, label: F, {field}}}"), {"f": raw}, context)
    return checked.values["f"], " ".join(checked.errors.values())


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1.234,50", "1234.50"), ("1234.50", "1234.50"), ("1234,5", "1234.5"), ("1.234", "1234"),
        ("1 234,50", "1234.50"), ("1.234.567", "1234567"), ("0.350", "0.350"), ("-5", "-5"),
        ("\u22125,25", "-5.25"), ("1.234,50 €", "1234.50"), ("12 EUR", "12"), ("12,5 %", "12.5"),
        ("1'234,50", "1234.50"), (" 7 ", "7"), ("0,75 VZÄ", "0.75"),
    ],
)  # fmt: skip
def test_reads_numbers_as_germans_and_iso_write_them(text: str, number: str) -> None:
    assert read_number(text, "VZÄ") == Decimal(number)


@pytest.mark.parametrize(
    "text",
    [
        "abc",
        "1,2,3",
        "1.23.456",
        "12.34,5",
        "1,234.50",
        "1e5",
        "NaN",
        "Infinity",
        "--1",
        "１２",
        "1" * 61,
        "0x1",
    ],
)
def test_refuses_what_is_no_number(text: str) -> None:
    with pytest.raises(ValueError, match="no number"):
        read_number(text)


def test_writes_numbers_in_german() -> None:
    assert write_number(Decimal("1234567.5"), 2) == "1.234.567,50"
    assert write_number(Decimal("-0.5")) == "-0,5"
    assert write_number(Decimal("100")) == "100"
    assert write_number(Decimal("2.345"), 2) == "2,35"


@pytest.mark.parametrize(
    ("field", "raw", "value"),
    [
        ("type: money", "1.234,50", Decimal("1234.50")),
        ("type: integer", "1.234", Decimal(1234)),
        ("type: decimal, places: 3", "0,125", Decimal("0.125")),
        ("type: percent", "12,5", Decimal("12.50")),
        ("type: date", "31.12.2026", date(2026, 12, 31)),
        ("type: date", "2026-12-31", date(2026, 12, 31)),
        ("type: date", "1.2.2026", date(2026, 2, 1)),
        ("type: month", "12.2026", date(2026, 12, 1)),
        ("type: month", "2026-12", date(2026, 12, 1)),
        ("type: month", "31.12.2026", date(2026, 12, 1)),
        ("type: bool", "ja", True),
        ("type: bool", None, False),
        ("type: bool, required: true", "nein", False),
        ("type: text", "  a\r\n b ", "a  b"),
        ("type: textarea", "a\r\nb", "a\nb"),
        ("type: text", "e\u0301", "é"),
        ("type: text", "a\u202eb\x00", "ab"),
        ("type: text", "", None),
        ("type: iban", "de02 6005 0101 0002 0343 04", "DE02600501010002034304"),
        ("type: bic", "soladest600", "SOLADEST600"),
        ("type: email", "amt@gemeinde.de", "amt@gemeinde.de"),
        ("type: phone", "+49 711 123456-0", "+49 711 123456-0"),
        ("type: url", "https://www.bw.de/x?y=1", "https://www.bw.de/x?y=1"),
        ("type: aktenzeichen", "15.2-1234.5/12", "15.2-1234.5/12"),
        ("type: choice, options: {a: A, b: B}", "b", "b"),
        ("type: multichoice, options: {a: A, b: B}", ["b", "a", "b"], ["a", "b"]),
        (
            "type: period",
            {"von": "1.1.2026", "bis": "2026-12-31"},
            {"von": date(2026, 1, 1), "bis": date(2026, 12, 31)},
        ),
    ],
)
def test_reads_what_people_type(field: str, raw: Any, value: Any) -> None:
    assert answer(field, raw) == (value, "")


@pytest.mark.parametrize(
    ("field", "raw", "words"),
    [
        ("type: money", "9,999", "höchstens zwei Nachkommastellen"),
        ("type: money", "viel", "zum Beispiel 1.234,50"),
        ("type: integer", "1,5", "ganze Zahl"),
        ("type: integer", True, "ganze Zahl"),
        ("type: decimal", "1" * 16, "zu groß"),
        ("type: money, min: 10", "9,99", "mindestens 10,00\xa0€"),
        ("type: integer, max: 5", "6", "höchstens 5"),
        ("type: date", "31.02.2026", "Datum ein, das es gibt"),
        ("type: date", "1.1.26", "Datum ein, das es gibt"),
        ("type: date", "01.01.0900", "Datum ein, das es gibt"),
        ('type: date, min: "2026-01-01"', "31.12.2025", "frühestens 01.01.2026"),
        ('type: date, max: "2026-01-01"', "2.1.2026", "spätestens 01.01.2026"),
        ("type: month", "13.2026", "Monat und Jahr"),
        ("type: period", {"von": "2.1.2026", "bis": "1.1.2026"}, "vor dem Beginn"),
        ("type: period", {"von": "2.1.2026"}, "Pflichtfeld"),
        ("type: bool, required: true", "vielleicht", "Ja oder Nein"),
        ("type: bool, required: true", "", "Ja oder Nein"),
        ("type: confirm", False, "Häkchen"),
        ("type: text, required: true", " ", "Pflichtfeld"),
        ("type: text, max_length: 3", "abcd", "höchstens 3 Zeichen ein. Es sind 4"),
        ("type: text, min_length: 3", "ab", "mindestens 3 Zeichen"),
        ('type: text, pattern: "[0-9]{5}", error: Fünf Ziffern.', "123", "Fünf Ziffern."),
        ("type: text", ["a"], "Text"),
        ("type: iban", "DE02600501010002034305", "IBAN stimmt nicht"),
        ("type: iban", "DE0260050101", "22 Zeichen"),
        ("type: bic", "X", "BIC stimmt nicht"),
        ("type: email", "a@b", "E-Mail-Adresse"),
        ("type: phone", "anrufen", "Telefonnummer"),
        ("type: url", "javascript:alert(1)", "Internetadresse"),
        ("type: url", "https://[", "Internetadresse"),
        ("type: aktenzeichen", "<b>", "Aktenzeichen"),
        ("type: choice, options: {a: A}", "z", "angebotenen"),
        ("type: multichoice, options: {a: A}", ["z"], "angebotenen"),
        ("type: multichoice, options: {a: A, b: B}, min: 2", ["a"], "mindestens 2"),
        ("type: address, required: true", {"strasse": "Weg 1", "ort": "X", "plz": "12"}, "Form"),
        ("type: person, required: true", {"funktion": "Amtsleitung"}, "Pflichtfeld"),
        (
            "type: file, kinds: [pdf]",
            [{"id": "1", "name": "a.exe", "size": 1, "kind": "exe"}],
            "„a.exe“ ist keine Datei der Art PDF",
        ),
        (
            "type: file, max_mb: 1",
            [{"id": "1", "name": "a.pdf", "size": 2_000_000, "kind": "pdf"}],
            "höchstens 1 MB",
        ),
        ("type: file, required: true", [], "Datei bei"),
        ("type: file", "a.pdf", "hier hoch"),
        ("type: organisation", "Nirgendwo", "AGS"),
    ],
)
def test_says_precisely_what_is_wrong(field: str, raw: Any, words: str) -> None:
    assert words in answer(field, raw)[1]


@pytest.mark.parametrize(
    ("field", "value", "text"),
    [
        ("type: money", Decimal("1234.5"), "1.234,50\xa0€"),
        ("type: percent", Decimal("12.50"), "12,5\xa0%"),
        ("type: decimal, unit: VZÄ", Decimal("1.4"), "1,40\xa0VZÄ"),
        ("type: date", date(2026, 1, 2), "02.01.2026"),
        ("type: month", date(2026, 1, 1), "01.2026"),
        (
            "type: period",
            {"von": date(2026, 1, 1), "bis": date(2026, 2, 1)},
            "01.01.2026 bis 01.02.2026",
        ),
        ("type: iban", "DE02600501010002034304", "DE02 6005 0101 0002 0343 04"),
        ("type: bool", True, "Ja"),
        ("type: choice, options: {a: Apfel}", "a", "Apfel"),
        ("type: multichoice, options: {a: Apfel, b: Birne}", ["a", "b"], "Apfel, Birne"),
        (
            "type: address",
            {"strasse": "Weg 1", "plz": "70173", "ort": "Stuttgart"},
            "Weg 1, 70173 Stuttgart",
        ),
        ("type: organisation", {"id": "g", "name": "Adorf", "ags": "08111001"}, "Adorf (08111001)"),
        ("type: file", [{"id": "1", "name": "a.pdf", "size": 1_234_567}], "a.pdf (1,2\xa0MB)"),
        (
            "type: signature",
            {
                "bestaetigt": True,
                "name": "Kim",
                "amt": "Amt",
                "zeitpunkt": "2026-11-22T14:03:00+01:00",
            },
            "Kim, Amt, 22.11.2026 14:03",
        ),
        ("type: text", None, ""),
    ],
)
def test_shows_values_as_people_read_them(field: str, value: Any, text: str) -> None:
    item = form(f"{{id: f, label: F, {field}}}").field("f")
    assert item.kind.format(value, item) == text


def test_finds_an_organisation_by_key_label_or_name() -> None:
    places = [
        {"id": "g1", "name": "Adorf", "ags": "08111001"},
        {"id": "g2", "name": "Bdorf", "ags": "08111002"},
    ]
    field = 'type: organisation, within: "orte"'
    for raw in ("g1", "08111001", "Adorf (08111001)", "adorf", {"id": "g1"}):
        assert answer(field, raw, orte=places) == (places[0], ""), raw
    for raw in ("g3", "08111003", {"id": "g3", "name": "Adorf"}):
        assert answer(field, raw, orte=places)[1], raw


def test_asks_the_provider_once_for_the_kinds_of_the_field() -> None:
    asked: list[tuple[str, ...]] = []

    def provider(kinds: Any) -> list[dict[str, str]]:
        asked.append(tuple(kinds))
        return [{"id": "k1", "name": "Kreis", "ags": "08111"}]

    schema = form("{id: f, type: organisation, label: F, kinds: [landkreis], multiple: true}")
    checked = validate(schema, {"f": ["08111"]}, {}, organisations=provider)
    assert checked.values["f"] == [{"id": "k1", "name": "Kreis", "ags": "08111"}]
    assert asked == [("landkreis",)]


def test_options_may_come_from_an_expression() -> None:
    field = 'type: choice, options: "wege"'
    assert answer(field, "b", wege=["a", "b"]) == ("b", "")
    assert answer(field, "c", wege=[{"value": "a", "label": "A"}])[1]


def test_every_type_gives_an_example_that_satisfies_itself() -> None:
    for kind in builtin_types():
        if kind.shape != "value" or kind.name in ("choice", "codelist", "multichoice"):
            continue
        extra = ", options: {a: A}" if "list" in kind.properties else ""
        item = form(f"{{id: f, label: F, type: {kind.name}{extra}}}").field("f")
        checked = validate(form(f"{{id: f, label: F, required: true, type: {kind.name}{extra}}}"),
                           {"f": kind.example(item, State())}, {})  # fmt: skip
        assert checked.errors == {} or kind.name == "bool", kind.name


class Colour(FieldType):
    name = "farbe"

    def parse(self, raw: Any, field: Field, state: Any) -> str | None:
        return str(raw).upper() or None


def test_a_foreign_type_is_registered_like_a_built_in_one() -> None:
    types = builtin_types()
    types.register(Colour())
    text = "pikform: 1\nid: x\nversion: 1\ntitle: X\nsections:\n  - {id: a, title: A, fields: [{id: f, type: farbe, label: F}]}\n"
    assert validate(load(text, "x", types=types), {"f": "rot"}, {}).values == {"f": "ROT"}


@pytest.mark.parametrize("kind", [Colour(), FieldType()])
def test_refuses_a_type_without_or_with_a_taken_name(kind: FieldType) -> None:
    types = FieldTypes()
    if kind.name:
        types.register(kind)
    with pytest.raises(ValueError, match="registered twice"):
        types.register(kind)
