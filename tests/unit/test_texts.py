"""A sentence is its German text and can still be said in another language."""

from datetime import date

import pytest

from pikflow.texts import Sentence, say

ENGLISH = {
    "„{task}“ liegt bei {who}.": "“{task}” is with {who}.",
    "Jetzt ist dran: {steps}.": "Next in turn: {steps}.",
    "einer anderen Person": "another person",
    "und": "and",
}


def english(text: str) -> str:
    return ENGLISH[text]


def test_it_is_its_german_text() -> None:
    said = say("„{task}“ liegt bei {who}.", task="Antrag prüfen", who="Elif Demir")
    assert said == "„Antrag prüfen“ liegt bei Elif Demir."
    assert said.to(english) == "“Antrag prüfen” is with Elif Demir."


def test_sentences_within_are_translated_too() -> None:
    said = say("„{task}“ liegt bei {who}.", task="Antrag", who=say("einer anderen Person"))
    assert said == "„Antrag“ liegt bei einer anderen Person."
    assert said.to(english) == "“Antrag” is with another person."


@pytest.mark.parametrize(
    ("steps", "german", "translated"),
    [
        ((), "", ""),
        (("A",), "A", "A"),
        (("A", "B"), "A und B", "A and B"),
        (("A", "B", "C"), "A, B und C", "A, B and C"),
    ],
)
def test_a_tuple_is_an_enumeration(steps: tuple[str, ...], german: str, translated: str) -> None:
    said = say("Jetzt ist dran: {steps}.", steps=steps)
    assert said == f"Jetzt ist dran: {german}."
    assert said.to(english) == f"Next in turn: {translated}."


def test_days_are_in_german_notation() -> None:
    assert say("bis {day}", day=date(2026, 3, 1)) == "bis 01.03.2026"


def test_braces_in_values_stay_as_they_are() -> None:
    said = say("„{task}“ liegt bei {who}.", task="{who}", who="{task}")
    assert said == "„{who}“ liegt bei {task}." and isinstance(said, Sentence)
    assert said.to(english) == "“{who}” is with {task}."
