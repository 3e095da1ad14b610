"""The stored state of a case."""

import json
from datetime import date
from decimal import Decimal

import pytest
from case_driver import BEGIN, Case, bpmn, file, process_xml

from pikflow.engine import runtime
from pikflow.engine.codec import VERSION
from pikflow.errors import EngineFault

PLAIN = bpmn("start > a > end")


def test_local_names_keep_their_kinds() -> None:
    loop = (
        "<multiInstanceLoopCharacteristics><loopDataInputRef>liste</loopDataInputRef>"
        '<inputDataItem id="x"/></multiInstanceLoopCharacteristics>'
    )
    values = [{"tag": date(2026, 1, 5), "zahl": Decimal("1.50"), "nichts": None, "ja": True}]
    case = Case(
        bpmn("start > a > b", f'<userTask id="a">{loop}</userTask>'), data={"liste": values}
    )
    case.later(days=1)
    assert case.task("a").scope["x"] == values[0]
    assert str(case.task("a").scope["x"]["zahl"]) == "1.50"


def test_the_ids_of_open_tasks_stay() -> None:
    case = Case(bpmn("start > a > end\nstart > b > end"))
    key = case.task("b").id
    case.complete("a")
    assert case.task("b").id == key


def test_the_state_holds_no_case_data() -> None:
    case = Case(PLAIN, data={"iban": "DE02120300000000202051"})
    assert b"DE02" not in case.result.state


def _complete(case: Case, state: bytes) -> None:
    runtime.complete(case.definition, state, case.data, case.task("a").id, {}, BEGIN)


@pytest.mark.parametrize("state", [b"", b"kein json", b"[]", b"{}", b'{"version":"1"}', b"\xff"])
def test_a_damaged_state_is_a_fault(state: bytes) -> None:
    with pytest.raises(EngineFault) as caught:
        _complete(Case(PLAIN), state)
    assert caught.value.code == "state-damaged"


def test_a_state_of_another_process_is_a_fault() -> None:
    case = Case(PLAIN)
    for state in (
        case.result.state.replace(b'"process":"p"', b'"process":"q"'),
        case.result.state.replace(b'"a"', b'"fort"'),
    ):
        with pytest.raises(EngineFault) as caught:
            _complete(case, state)
        assert caught.value.code == "state-definition"


def test_an_open_scope_that_is_gone_is_a_fault() -> None:
    called = process_xml("qs > qa", '<startEvent id="qs"/>', process="q")
    caller = process_xml("start > ruf > end", '<callActivity id="ruf" calledElement="q"/>')
    case = Case(file(caller, called))
    content = json.loads(case.result.state)
    (scope,) = content["scopes"].values()
    scope["spec"] = "fort"
    with pytest.raises(EngineFault) as caught:
        runtime.fire(case.definition, json.dumps(content).encode(), case.data, BEGIN)
    assert caught.value.code == "state-definition"
    assert content["version"] < VERSION, "nothing in it needs the newest"
