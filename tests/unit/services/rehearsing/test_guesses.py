"""What a rehearsal tries when nobody says what was answered."""

from decimal import Decimal

import pytest

from pikflow.engine.definition import Definition
from pikflow.services.rehearsing.guesses import guesses

HEAD = '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="t">'


def _definition(condition: str, script: str = "") -> Definition:
    body = (
        '<startEvent id="s"/><exclusiveGateway id="g"/><endEvent id="e"/>'
        f'<scriptTask id="x"><script>{script}</script></scriptTask>'
        '<sequenceFlow id="f" sourceRef="g" targetRef="e"><conditionExpression>'
        f"{condition}</conditionExpression></sequenceFlow>"
    )
    return Definition.build(
        {"a.bpmn": f'{HEAD}<process id="p">{body}</process></definitions>'.encode()}, "p"
    )


def test_tries_the_texts_and_numbers_a_name_is_compared_with() -> None:
    found = list(guesses(_definition('urteil == "gut" or note &gt;= 2'), ""))
    assert {"urteil": "gut"} in found and {"urteil": True} in found
    assert [g["note"] for g in found if "note" in g and isinstance(g["note"], Decimal)] == [2, 3, 1]


def test_strips_the_name_a_task_stores_its_answers_under() -> None:
    definition = _definition("antrag.ok and bericht.ok")
    assert {tuple(g) for g in guesses(definition, "antrag")} == {("ok",)}
    assert {tuple(g) for g in guesses(definition, "")} == {("antrag",), ("bericht",)}


@pytest.mark.parametrize("condition", ["runde.budget &gt; 1", "${kaputt", "1 == 1"])
def test_leaves_alone_what_no_task_can_answer(condition: str) -> None:
    assert list(guesses(_definition(condition), "")) == []


def test_a_name_only_a_script_reads_is_tried_as_a_number() -> None:
    found = list(guesses(_definition("1 == 1", "doppelt = betrag * 2"), ""))
    assert found == [{"betrag": 100}, {"betrag": 1}]
