"""What the check says about business rule tasks."""

from typing import Any

import pytest
from decisions.tables import dmn, table
from sketch import sketch

from pikflow.engine.check import check_files

ONE = dmn(table("betrag", "stufe", '< 10 | "a"\n>= 10 | "b"'))
LIST = dmn(table("betrag", "stufe", '< 10 | "a"', policy="COLLECT"))
NAMES = {"lanes": {"Amt"}, "start_names": ("betrag",)}
CAMUNDA = 'xmlns:camunda="http://camunda.org/schema/1.0/bpmn" id="r" camunda:decisionRef="tabelle"'


def told(task: str, file: bytes = ONE, **world: Any) -> list[tuple[str, str]]:
    text = f"lane Amt\nstart a\nrule r {task}\nuser u\nend z\na -> r -> u -> z"
    return findings(sketch(text), file, **world)


def findings(process: bytes, file: bytes, **world: Any) -> list[tuple[str, str]]:
    found = check_files({"a.bpmn": process, "t.dmn": file}, **{**NAMES, **world})
    return [(f.severity, f.code) for f in found if f.file == "a.bpmn"]


@pytest.mark.parametrize("task", ["pik:decision=tabelle", "pik:decision=tabelle pik:result=s"])
def test_a_task_with_its_decision_is_in_order(task: str) -> None:
    assert told(task) == []


@pytest.mark.parametrize(
    ("task", "file", "code"),
    [
        ("", ONE, "decision-not-named"),
        ("pik:decision=fehlt", ONE, "decision-unknown"),
        ("pik:decision=tabelle", LIST, "decision-result"),
        ("pik:decision=tabelle pik:connector=post", ONE, "decision-and-connector"),
        ("pik:decision=tabelle pik:result=9x", ONE, "pik-attribute-value"),
    ],
)
def test_a_task_is_refused(task: str, file: bytes, code: str) -> None:
    assert ("error", code) in told(task, file)


def test_a_misspelt_decision_is_guessed() -> None:
    process = sketch("start a\nrule r pik:decision=tabele\nend z\na -> r -> z")
    found = check_files({"a.bpmn": process, "t.dmn": ONE})
    (finding,) = [f for f in found if f.code == "decision-unknown"]
    assert "„tabelle“" in finding.hint


@pytest.mark.parametrize(
    ("attributes", "expected"),
    [
        ('camunda:resultVariable="s" camunda:mapDecisionResult="singleEntry"', []),
        ("", [("error", "decision-result")]),
        (
            'camunda:resultVariable="s" camunda:mapDecisionResult="irgendwie"',
            [("error", "decision-result")],
        ),
        ('camunda:resultVariable="a.b"', [("error", "decision-result")]),
    ],
)
def test_the_words_of_camunda_are_read_with_a_note(
    attributes: str, expected: list[tuple[str, str]]
) -> None:
    process = sketch("start a\nrule r\nend z\na -> r -> z")
    process = process.replace(b'id="r"', f"{CAMUNDA} {attributes}".encode())
    note = ("information", "decision-from-vendor")
    assert sorted(findings(process, ONE)) == sorted([note, *expected])


def test_a_decision_that_is_worked_out_while_running_is_refused() -> None:
    process = sketch("start a\nrule r pik:decision='${welche}'\nend z\na -> r -> z")
    found = [f for f in check_files({"a.bpmn": process}) if f.severity == "error"]
    assert [f.code for f in found] == ["decision-unknown"] and "steht beim" in found[0].hint


def test_names_a_table_looks_at_have_to_be_known_where_the_task_stands() -> None:
    assert ("error", "name-unknown") in told("pik:decision=tabelle", start_names=())


def test_names_a_decision_gives_are_known_afterwards() -> None:
    text = "lane Amt\nstart a\nrule r {}\nxor g\nend z\nend y\na -> r -> g\n"
    flows = 'g -> z if stufe == "a"\ng -> y default'
    good = sketch(text.format("pik:decision=tabelle") + flows)
    assert findings(good, ONE) == []
    other = sketch(text.format("pik:decision=tabelle pik:result=s") + flows)
    assert ("error", "name-unknown") in findings(other, ONE)


def test_parts_of_a_result_are_known_by_their_names() -> None:
    two = dmn(table("betrag", "stufe | satz", '< 10 | "a" | 1\n>= 10 | "b" | 2'))
    text = (
        "lane Amt\nstart a\nrule r pik:decision=tabelle pik:result=s\nxor g\nend z\nend y\n"
        "a -> r -> g\ng -> z if s.{} == 1\ng -> y default"
    )
    assert findings(sketch(text.format("satz")), two) == []
    assert ("error", "name-unknown") in findings(sketch(text.format("satzes")), two)
