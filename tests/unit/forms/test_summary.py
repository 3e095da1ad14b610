"""What a form says, for people."""

from decimal import Decimal
from typing import Any

from pikflow.forms.schema import FormSchema
from pikflow.forms.submission import validate
from pikflow.forms.summary import SummaryRow, inbox_values, summary

from .samples import form


def rows(schema: FormSchema, *given: Any, **more: Any) -> dict[str, SummaryRow]:
    return {row.path: row for section in summary(schema, *given, **more) for row in section.rows}


def test_shows_visible_answers_as_texts(full: FormSchema, good: Any, case: Any) -> None:
    values = validate(full, {**good, "modell": "eigene"}, case).values
    found = rows(full, values, case)
    assert found["betrag"].text == "90.000,00\xa0€"
    assert found["modell"].text == "Eigene Stellen"
    assert found["frage"].text == "Nein"
    assert "warum" not in found
    assert "hinweis" not in found
    assert found["quote"].text == "–"


def test_shows_groups_and_matrices_as_tables(full: FormSchema, good: Any, case: Any) -> None:
    values = validate(full, {**good, "plan": {"sach": {"jahr1": 5}}}, case).values
    found = rows(full, values, case)
    group, plan = found["stellen"].table, found["plan"].table
    assert group is not None
    assert [head.text for head in group.heads][:3] == ["Stelle", "Kennung", "Umfang"]
    assert [cell.text for cell in group.lines[1]][:3] == ["Stelle 2", "B", "0,50\xa0VZÄ"]
    assert plan is not None
    last = [cell.text for cell in plan.lines[-1]]
    assert last == ["Summe", "5,00\xa0€", "0,00\xa0€", "5,00\xa0€"]


def test_marks_what_changed_and_says_what_it_was(full: FormSchema, good: Any, case: Any) -> None:
    before = validate(full, good, case).values
    first = good["stellen"][0]
    changed = {**good, "wunsch": 5, "stellen": [first, {"kennung": "C", "vzae": "0,5"}]}
    found = rows(full, validate(full, changed, case).values, case, previous=before)
    assert (found["wunsch"].changed, found["wunsch"].before) == (True, "1.000,00\xa0€")
    assert not found["betrag"].changed
    table = found["stellen"].table
    assert table is not None
    assert [cell.changed for cell in table.lines[1]][:3] == [False, True, False]


def test_hides_small_numbers_from_readers_outside() -> None:
    schema = form("{id: n, type: integer, label: N, suppress_below: 5}")
    assert rows(schema, {"n": Decimal(3)}, {}, suppress=True)["n"].text == "unter 5"
    assert rows(schema, {"n": Decimal(3)}, {})["n"].text == "3"
    assert rows(schema, {"n": Decimal(5)}, {}, suppress=True)["n"].text == "5"


def test_gives_the_values_of_the_inbox(full: FormSchema) -> None:
    assert inbox_values(full, {"betrag": Decimal(7)}) == {"Betrag": "7,00\xa0€"}


def test_takes_values_of_an_older_version_of_the_form(full: FormSchema) -> None:
    odd = {"stellen": "kaputt", "plan": 5, "zeit": "x", "betrag": "1", "themen": 3, "sitz": [1]}
    assert rows(full, odd, {})["betrag"].text == "1"
