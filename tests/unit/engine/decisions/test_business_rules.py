"""Business rule tasks: the decision they make, and where its result goes."""

from typing import Any

import pytest
from case_driver import Case, bpmn

from pikflow.engine.decisions.library import Library, decisions_of
from pikflow.engine.definition import Definition
from pikflow.errors import EngineFault
from pikflow.values import normalise, plain

from .tables import dmn, literal, table

ONE = dmn(table("x", "art", '< 10 | "a"\n>= 10 | "b"'))
TWO = dmn(table("x", "art | n", '< 10 | "a" | 1\n>= 10 | "b" | 2'))
LIST = dmn(table("x", "art", '< 10 | "a"\n< 20 | "b"', policy="COLLECT"))
WIDE = dmn(table("x", "art | n", '< 10 | "a" | 1\n< 20 | "b" | 2', policy="RULE ORDER"))
SPACES = (
    'xmlns:camunda="http://camunda.org/schema/1.0/bpmn" '
    'xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" '
    'xmlns:spiffworkflow="http://spiffworkflow.org/bpmn/schema/1.0/core"'
)


def rule(attributes: str, inner: str = "") -> bytes:
    node = f'<businessRuleTask id="r" {SPACES} {attributes}>{inner}</businessRuleTask>'
    return bpmn("start > r > a > end", node)


def data(process: bytes, file: bytes, **given: Any) -> Any:
    case = Case(process, file, data=normalise(given))
    assert case.open == ["a"] and case.trace == ["start", "r"]
    return {key: value for key, value in plain(case.data).items() if key not in given}


def inside(text: str) -> str:
    return f"<extensionElements>{text}</extensionElements>"


@pytest.mark.parametrize(
    ("attributes", "inner", "file", "kept"),
    [
        ('pik:decision="tabelle" pik:result="s"', "", ONE, {"s": "a"}),
        ('pik:decision="tabelle"', "", ONE, {"art": "a"}),
        ('pik:decision="tabelle" pik:result="s"', "", TWO, {"s": {"art": "a", "n": 1}}),
        ('pik:decision="tabelle"', "", TWO, {"art": "a", "n": 1}),
        ('pik:decision="tabelle" pik:result="s"', "", LIST, {"s": ["a", "b"]}),
        (
            'camunda:decisionRef="tabelle" camunda:resultVariable="s" '
            'camunda:mapDecisionResult="singleEntry"',
            "",
            ONE,
            {"s": "a"},
        ),
        (
            'camunda:decisionRef="tabelle" camunda:resultVariable="s" '
            'camunda:mapDecisionResult="singleResult"',
            "",
            TWO,
            {"s": {"art": "a", "n": 1}},
        ),
        (
            'camunda:decisionRef="tabelle" camunda:resultVariable="s" '
            'camunda:mapDecisionResult="collectEntries"',
            "",
            LIST,
            {"s": ["a", "b"]},
        ),
        (
            'camunda:decisionRef="tabelle" camunda:resultVariable="s"',
            "",
            WIDE,
            {"s": [{"art": "a", "n": 1}, {"art": "b", "n": 2}]},
        ),
        (
            "",
            inside('<zeebe:calledDecision decisionId="tabelle" resultVariable="s"/>'),
            ONE,
            {"s": "a"},
        ),
        (
            "",
            inside("<spiffworkflow:calledDecisionId>tabelle</spiffworkflow:calledDecisionId>"),
            TWO,
            {"art": "a", "n": 1},
        ),
        (
            'pik:decision="tabelle" pik:result="s" camunda:decisionRef="andere" '
            'camunda:resultVariable="t"',
            "",
            ONE,
            {"s": "a"},
        ),
    ],
)
def test_the_result_goes_where_the_task_says(
    attributes: str, inner: str, file: bytes, kept: dict[str, Any]
) -> None:
    assert data(rule(attributes, inner), file, x=5) == kept


def test_without_a_hit_every_output_is_nothing() -> None:
    gap = dmn(table("x", "art | n", '< 10 | "a" | 1'))
    assert data(rule('pik:decision="tabelle"'), gap, x=50) == {"art": None, "n": None}
    assert data(rule('pik:decision="tabelle" pik:result="s"'), gap, x=50) == {"s": None}


def test_an_expression_goes_by_the_name_of_its_decision() -> None:
    assert data(rule('pik:decision="wert"'), dmn(literal("x * 2")), x=5) == {"wert": 10}


def test_the_case_goes_on_in_the_same_step_and_its_conditions_see_the_result() -> None:
    nodes = (
        '<businessRuleTask id="r" pik:decision="tabelle" pik:result="art"/>'
        '<exclusiveGateway id="g" default="g_b"/>'
    )
    process = bpmn('start > r > g\ng > a [art == "a"]\ng > b\na > end\nb > end', nodes)
    assert Case(process, ONE, data=normalise({"x": 5})).open == ["a"]
    assert Case(process, ONE, data=normalise({"x": 50})).open == ["b"]


def test_each_instance_of_a_loop_decides_for_its_own_item() -> None:
    node = (
        '<businessRuleTask id="r" pik:decision="tabelle" pik:result="art">'
        "<multiInstanceLoopCharacteristics><loopDataInputRef>liste</loopDataInputRef>"
        '<loopDataOutputRef>arten</loopDataOutputRef><inputDataItem name="x"/>'
        '<outputDataItem name="art"/></multiInstanceLoopCharacteristics></businessRuleTask>'
    )
    case = Case(bpmn("start > r > a > end", node), ONE, data=normalise({"liste": [1, 50, 2]}))
    assert case.data["arten"] == ["a", "b", "a"] and "art" not in case.data


def test_a_conflict_stops_the_step_and_names_element_table_and_rules() -> None:
    file = dmn(table("x", "art", '< 10 | "a"\n< 20 | "b"', name="Stufen"))
    with pytest.raises(EngineFault) as caught:
        Case(rule('pik:decision="tabelle"'), file, data=normalise({"x": 5}))
    fault: Any = caught.value
    assert fault.code == "decision-conflict" and fault.element == "r"
    assert "„Stufen“" in fault.message and "1 und 2" in fault.message


@pytest.mark.parametrize("mapping", ["singleEntry", "singleResult"])
def test_a_mapping_for_one_hit_refuses_two(mapping: str) -> None:
    attributes = (
        f'camunda:decisionRef="tabelle" camunda:resultVariable="s" '
        f'camunda:mapDecisionResult="{mapping}"'
    )
    with pytest.raises(EngineFault) as caught:
        Case(rule(attributes), WIDE, data=normalise({"x": 5}))
    assert caught.value.code == "decision-result"


def test_a_task_whose_decision_is_nowhere_is_a_fault() -> None:
    with pytest.raises(EngineFault) as caught:
        Case(rule('pik:decision="fehlt"'), ONE, data=normalise({"x": 5}))
    assert caught.value.code == "decision-missing"


def test_decisions_belong_to_the_definition() -> None:
    process = rule('pik:decision="tabelle"')
    one = Definition.build({"a.bpmn": process, "t.dmn": ONE}, "p")
    other = Definition.build({"a.bpmn": process, "t.dmn": TWO}, "p")
    assert one.hash != other.hash and [model.file for model in one.models] == ["a.bpmn"]
    assert one.library.reached("tabelle") == {"tabelle"}


def test_of_two_decisions_with_one_id_the_first_counts() -> None:
    files = {"a.dmn": ONE, "b.dmn": TWO}
    library = Library.of(decisions_of(files))
    assert [problem.code for _, problem in library.problems] == ["decision-duplicate"]
    assert len(library.decisions["tabelle"].table.outputs) == 1  # type: ignore[union-attr]
