"""Dated values: what holds on 1 January of the round's year."""

from datetime import date
from decimal import Decimal

import pytest

from pikflow.errors import DefinitionInvalid
from pikflow.services.parameters import load

TEXT = """
pikparameter: 1
alle:
  satz: {werte: {"2020": 1}}
  frist: {wert: 14, mark: config}
  kurz: 7
  zins: {tabelle: [{ab: 2024-07-01, wert: 3.37}, {ab: 2023-01-01, wert: 1.62}]}
  zins2: {tabelle: {"2024-01-01": 3.62, "2023-07-01": 3.12}}
massnahmen:
  im:
    satz: {werte: {"2024": 60000, "2023": 47000, "2025-07-01": 65000}}
    saetze: {werte: {"2023": [{art: a, satz_eur: 48.5}]}}
"""


@pytest.mark.parametrize(
    ("measure", "year", "satz"),
    [
        ("im", 2023, 47000),
        ("im", 2024, 60000),
        ("im", 2025, 60000),
        ("im", 2026, 65000),
        ("im", 2022, 1),
        ("andere", 2026, 1),
        ("andere", 2019, None),
    ],
)
def test_the_value_of_the_measure_goes_first(measure: str, year: int, satz: int | None) -> None:
    assert load(TEXT).resolve(measure, year)["satz"] == satz


def test_plain_values_and_tables_stand_as_they_are() -> None:
    found = load(TEXT).resolve("im", 2026)
    assert (found["frist"], found["kurz"]) == (Decimal(14), Decimal(7))
    assert found["zins"] == [
        {"ab": date(2023, 1, 1), "wert": Decimal("1.62")},
        {"ab": date(2024, 7, 1), "wert": Decimal("3.37")},
    ]
    assert [row["ab"] for row in found["zins2"]] == [date(2023, 7, 1), date(2024, 1, 1)]
    assert found["saetze"] == [{"art": "a", "satz_eur": Decimal("48.5")}]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "pikparameter: 2",
        "pikparameter: 1\nalle: 5",
        "pikparameter: 1\nalle: {a: {werte: {}}}",
        "pikparameter: 1\nalle: {a: {wert: 1, werte: {'2020': 1}}}",
        "pikparameter: 1\nalle: {a: {werte: {'20201': 1}}}",
        "pikparameter: 1\nalle: {a: {tabelle: [{wert: 1}]}}",
        "pikparameter: 1\nalle: {a: {note: x}}",
        "pikparameter: 1\nmassnahmen: [a]",
        "pikparameter: [",
    ],
)
def test_what_does_not_fit_is_a_finding(text: str) -> None:
    with pytest.raises(DefinitionInvalid) as refusal:
        load(text, "p.yaml")
    assert refusal.value.findings[0].code == "parameters-invalid"
