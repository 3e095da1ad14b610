"""A table is tried out with typed values: what hits, what comes out, and why not."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from pikflow.engine.decisions.kinds import Kind
from pikflow.engine.decisions.library import Library, decisions_of
from pikflow.engine.decisions.trial import questions, read, try_out
from pikflow.errors import Invalid

from .tables import dmn, literal, requires, table

RATES = table(
    "antrag.betrag:number | art:string",
    "satz:number | grund:string",
    '< 1000 | "a" | 5 | "klein"\n>= 1000 | - | 7 | "groß"\n- | "b" | 9 | "b"',
    policy="FIRST",
    name="Satz",
)


def library(*decisions: str) -> Library:
    return Library.of(decisions_of({"a.dmn": dmn(*decisions)}))


@pytest.mark.parametrize(
    ("typed", "kind", "value"),
    [
        ("1.234,50", "number", Decimal("1234.50")),
        ("1234.50", "number", Decimal("1234.50")),
        ("1.234", "number", Decimal(1234)),
        ("1.5", "number", Decimal("1.5")),
        ("-3", "number", Decimal(-3)),
        ("12 €", "number", Decimal(12)),
        ("22.11.2026", "date", date(2026, 11, 22)),
        ("2026-11-22", "date", date(2026, 11, 22)),
        ('date("2026-11-22")', "date", date(2026, 11, 22)),
        ("Ja", "boolean", True),
        ("false", "boolean", False),
        ("12", "text", "12"),
        ('"kreis"', "text", "kreis"),
        ("  ", "number", None),
        ("null", "text", None),
        ("12,5", "", Decimal("12.5")),
        ("22.11.2026", "", date(2026, 11, 22)),
        ("nein", "", False),
        ('["a", 1]', "", ["a", Decimal(1)]),
        ("kreis", "", "kreis"),
        ("[kaputt", "", "[kaputt"),
    ],
)
def test_values_are_read_as_people_and_files_write_them(typed: str, kind: str, value: Any) -> None:
    found = read(typed, Kind(kind))
    assert found == value and type(found) is type(value)


@pytest.mark.parametrize(
    ("typed", "kind", "words"),
    [
        ("zwölf", Kind("number"), "keine Zahl"),
        ("1,5", Kind("number", whole=True), "keine ganze Zahl"),
        ("31.02.2026", Kind("date"), "kein Datum"),
        ("vielleicht", Kind("boolean"), "weder Ja noch Nein"),
        ("x" * 501, Kind(), "länger als 500"),
    ],
)
def test_a_text_of_another_kind_is_refused(typed: str, kind: Kind, words: str) -> None:
    with pytest.raises(Invalid, match=words):
        read(typed, kind)


def test_it_asks_for_what_the_table_reads() -> None:
    found = questions(library(RATES), "tabelle")
    assert [(q.name, q.kind.name) for q in found] == [("antrag.betrag", "number"), ("art", "text")]


def test_it_shows_which_rules_hit_and_why() -> None:
    trial = try_out(library(RATES), "tabelle", {"antrag.betrag": "1.000,00", "art": "b"})
    assert trial.result == {"satz": Decimal(7), "grund": "groß"}
    assert trial.values == (Decimal(1000), "b")
    assert [step.cells for step in trial.steps] == [(False, False), (True, True), (True, True)]
    assert trial.hits == (2, 3) and not trial.problem


def test_wrong_values_are_named_one_by_one() -> None:
    trial = try_out(library(RATES), "tabelle", {"antrag.betrag": "viel", "art": "b"})
    assert list(trial.faults) == ["antrag.betrag"] and "viel" in trial.faults["antrag.betrag"]


def test_a_conflict_is_told_with_the_rules_marked() -> None:
    unique = table("x:number", "n", "< 5 | 1\n< 9 | 2")
    trial = try_out(library(unique), "tabelle", {"x": "3"})
    assert "1 und 2" in trial.problem and trial.hits == (1, 2) and trial.result is None


def test_a_value_the_table_does_not_have_is_told() -> None:
    known = table("x:string", "n", '"a" | 1', allowed='"a","b"')
    found = library(known)
    assert questions(found, "tabelle")[0].choices == ("a", "b")
    trial = try_out(found, "tabelle", {"x": "c"})
    assert "nicht vorsieht" in trial.problem and not trial.steps


def test_decisions_it_builds_on_are_made_and_shown() -> None:
    grade = table("wert:number", "note", '< 5 | "gut"\n>= 5 | "schlecht"', inside=requires("wert"))
    found = library(literal("betrag * 2"), grade)
    assert [q.name for q in questions(found, "tabelle")] == ["betrag"]
    trial = try_out(found, "tabelle", {"betrag": "2,5"})
    assert trial.made == (("wert", Decimal("5.0")),)
    assert trial.result == "schlecht" and trial.values == (Decimal("5.0"),)


@pytest.mark.parametrize(
    ("policy", "aggregation", "result"),
    [
        ("ANY", "", None),
        ("FIRST", "", Decimal(1)),
        ("PRIORITY", "", Decimal(2)),
        ("COLLECT", "", [Decimal(1), Decimal(2)]),
        ("COLLECT", "SUM", Decimal(3)),
        ("RULE ORDER", "", [Decimal(1), Decimal(2)]),
        ("OUTPUT ORDER", "", [Decimal(2), Decimal(1)]),
    ],
)
def test_every_hit_policy_is_tried_as_the_engine_runs_it(
    policy: str, aggregation: str, result: Any
) -> None:
    one = table(
        "x", "n:number", "< 5 | 1\n< 9 | 2", policy=policy, aggregation=aggregation, values="2, 1"
    )
    assert try_out(library(one), "tabelle", {"x": "3"}).result == result


def test_a_missing_decision_is_told() -> None:
    assert "fehlt" in try_out(library(RATES), "fehlt", {}).problem
