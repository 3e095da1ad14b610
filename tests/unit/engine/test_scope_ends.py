"""Terminate end events: what they end and what they leave alone."""

import pytest
from case_driver import Case, bpmn, file, process_xml, scope

HALT = '<endEvent id="halt"><terminateEventDefinition/></endEvent>'
START = '<startEvent id="s"/>'
INSIDE = f'{START}<endEvent id="e"/>{HALT}'
FLOWS = "s > a > halt\ns > b > e"


def _many(*, sequential: bool = False) -> str:
    return (
        f'<multiInstanceLoopCharacteristics isSequential="{str(sequential).lower()}">'
        "<loopCardinality>2</loopCardinality></multiInstanceLoopCharacteristics>"
    )


def test_terminate_ends_the_whole_case_at_the_top() -> None:
    inner = f'<subProcess id="sub">{scope("s > c", START)}</subProcess>'
    case = Case(bpmn("start > a > halt\nstart > sub > nach", HALT + inner)).complete("a")
    assert case.done and sorted(case.cancelled) == ["c", "sub"] and case.result.outcome == "halt"


def test_terminate_ends_one_sub_process() -> None:
    nodes = f'<subProcess id="sub">{scope(FLOWS, INSIDE)}</subProcess>'
    case = Case(bpmn("start > sub > nach > end\nstart > daneben > end", nodes)).complete("a")
    assert sorted(case.open) == ["daneben", "nach"] and case.cancelled == ["b"]


def test_terminate_ends_one_called_process() -> None:
    caller = process_xml("start > ruf > nach > end", '<callActivity id="ruf" calledElement="q"/>')
    case = Case(file(caller, process_xml(FLOWS, INSIDE, process="q"))).complete("a")
    assert case.open == ["nach"] and case.cancelled == ["b"]


@pytest.mark.parametrize("sequential", [True, False])
def test_terminate_in_a_multi_instance_ends_its_own_instance(sequential: bool) -> None:
    inner = _many(sequential=sequential) + scope(FLOWS, INSIDE)
    case = Case(bpmn("start > sub > nach > end", f'<subProcess id="sub">{inner}</subProcess>'))
    case.complete("a")
    assert case.open == ["a", "b"] and case.cancelled == ["b"]
    assert case.complete("a").open == ["nach"]
