"""The bugs of SpiffWorkflow 3.2 that no user may meet, one test each, by their number.

B1 to B13 are described in docs/engine.md; B11 is the check's as well. When the library is
updated, these say whether our ways around it still hold.
"""

import json
import logging
import threading
from copy import deepcopy
from typing import Any

import pytest
from case_driver import BEGIN, Case, bpmn, numbers, scope, timer

from pikflow.engine import runtime
from pikflow.engine.codec import VERSION
from pikflow.engine.definition import Definition
from pikflow.errors import Conflict, EngineFault

AND = '<parallelGateway id="auf"/><parallelGateway id="zu"/>'
BRANCHES = "start > auf > a > zu > nach > end\nauf > b > zu"


def test_b1_the_state_is_bytes_whose_keys_keep_their_order() -> None:
    case = Case(bpmn(BRANCHES, AND))
    state = case.result.state
    assert isinstance(state, bytes)
    keys = list(json.loads(state))
    assert keys == ["version", "process", "outcome", "completed", "tasks", "scopes"]
    sorted_state = json.dumps(json.loads(state), sort_keys=True).encode()
    again = runtime.complete(case.definition, sorted_state, case.data, case.task("a").id, {}, BEGIN)
    assert [task.element for task in again.open_tasks] == ["b"], "no task is lost even so"


def test_b2_nested_data_is_shared_neither_with_the_caller_nor_with_history() -> None:
    process = bpmn(
        "start > a > s > end", '<scriptTask id="s"><script>neu = antrag</script></scriptTask>'
    )
    data = {"antrag": {"stellen": [{"vzae": 1}]}}
    before = deepcopy(data)
    case = Case(process, data=data)
    case.data["antrag"]["stellen"].append("fremd")
    assert data == before
    case.complete("a").data["neu"]["stellen"].append("auch fremd")
    assert case.data["antrag"]["stellen"] == [{"vzae": numbers(1)[0]}, "fremd"]


@pytest.mark.parametrize("order", [["a", "b"], ["b", "a"]])
def test_b3_no_branch_overwrites_what_it_did_not_write(order: list[str]) -> None:
    case = Case(bpmn(BRANCHES, AND), data={"liste": [1, 2, 3], "alt": "x"})
    case.complete(order[0], liste=[1, 2, 3, 4], **{order[0]: "von " + order[0]})
    case.complete(order[1], **{order[1]: "von " + order[1]})
    assert case.open == ["nach"]
    assert case.data == {"liste": numbers(1, 2, 3, 4), "alt": "x", "a": "von a", "b": "von b"}


def test_b4_a_join_in_a_loop_waits_for_both_branches_in_every_order() -> None:
    process = bpmn(
        "start > m > auf > a > zu > w\nauf > b > zu\nw > m [nochmal]\nw > end",
        AND + '<exclusiveGateway id="m"/><exclusiveGateway id="w"/>',
    )
    case = Case(process, data={"nochmal": True})
    for first, second in (("a", "b"), ("b", "a"), ("b", "a"), ("a", "b")):
        case.complete(first)
        assert case.open == [second]
        case.complete(second)
        assert sorted(case.open) == ["a", "b"]


def test_b5_a_case_may_go_round_thousands_of_times_and_stays_small() -> None:
    case = Case(bpmn("start > m > a > w\nw > m [weiter]\nw > end",
                     '<exclusiveGateway id="m"/><exclusiveGateway id="w"/>'))  # fmt: skip
    size = len(case.result.state)
    for _ in range(1500):
        case.complete("a", weiter=True)
    assert case.open == ["a"] and len(case.result.state) == size
    assert case.complete("a", weiter=False).done


def test_b6_neither_future_nor_finished_tasks_can_be_run() -> None:
    case = Case(bpmn("start > a > warten > b", '<intermediateCatchEvent id="warten">'
                     + timer("Duration", "P1D") + "</intermediateCatchEvent>"))  # fmt: skip
    finished = case.task("a").id
    case.complete("a")
    for key in (finished, case.event("warten").id):
        with pytest.raises(Conflict):
            case.step(runtime.complete, key, {})
    assert case.waiting == ["warten"] and case.trace == ["start", "a"]


def test_b7_no_name_in_the_data_makes_a_case_unloadable() -> None:
    loop = (
        "<multiInstanceLoopCharacteristics><loopDataInputRef>liste</loopDataInputRef>"
        '<inputDataItem id="x"/></multiInstanceLoopCharacteristics>'
    )
    names = {"typename": "dict", "state": 1, "tasks": [], "data": {"typename": "Task"}}
    case = Case(bpmn("start > a > b > end", f'<userTask id="a">{loop}</userTask>'),
                data={**names, "liste": [names]})  # fmt: skip
    assert case.task("a").scope["x"]["typename"] == "dict"
    case.complete("a", typename="UUID", **{"$decimal": "kein"})
    assert case.open == ["b"] and case.data["typename"] == "UUID"


def test_b8_a_state_of_a_newer_engine_is_refused() -> None:
    case = Case(bpmn("start > a > end"))
    newer = case.result.state.replace(b'"version":1', b'"version":%d' % (VERSION + 1))
    with pytest.raises(EngineFault) as caught:
        runtime.complete(case.definition, newer, case.data, case.task("a").id, {}, BEGIN)
    assert caught.value.code == "state-version"


def test_b9_threads_share_one_definition() -> None:
    loop = (
        '<multiInstanceLoopCharacteristics isSequential="true"><loopDataInputRef>liste'
        "</loopDataInputRef><loopDataOutputRef>aus</loopDataOutputRef>"
        '<inputDataItem id="x"/><outputDataItem id="y"/></multiInstanceLoopCharacteristics>'
    )
    process = bpmn(
        "start > s > end", f'<scriptTask id="s">{loop}<script>y = x + 1</script></scriptTask>'
    )
    results: dict[int, Any] = {}

    def run(number: int) -> None:
        definition = Definition.build({"a.bpmn": process}, "p")
        for _ in range(5):
            data = {"liste": [number, number * 10, number * 100]}
            results[number] = runtime.start(definition, data, BEGIN).data["aus"]

    threads = [threading.Thread(target=run, args=(number,)) for number in range(1, 9)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == {n: numbers(n + 1, n * 10 + 1, n * 100 + 1) for n in range(1, 9)}


def test_b10_no_log_record_carries_data_of_the_case(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        Case(bpmn("start > a > b > end"), data={"iban": "DE02120300000000202051"}).complete(
            "a", name="Geheim"
        )
    for record in caplog.records:
        assert not record.name.startswith("spiff"), record
        assert "Geheim" not in repr(vars(record)) and "DE02" not in repr(vars(record))


@pytest.mark.parametrize("key", ["Start", "End", "StartEventSplit", "StartEventJoin", "p.EndJoin"])
def test_b11_an_elements_id_collides_with_nothing(key: str) -> None:
    case = Case(bpmn(f"start > {key} > end", f'<userTask id="{key}"/>'))
    assert case.open == [key]
    assert case.complete(key).done and case.trace == ["start", key, "end"]


def test_b12_an_endless_loop_is_a_fault_that_names_an_element() -> None:
    process = bpmn("start > m > n\nn > m [true]\nn > end",
                   '<exclusiveGateway id="m"/><exclusiveGateway id="n"/>')  # fmt: skip
    with pytest.raises(EngineFault, match=r"\((m|n)\)") as caught:
        Case(process)
    assert caught.value.code == "step-limit"


def test_b12_a_long_way_below_the_limit_is_none() -> None:
    process = bpmn(
        "start > m > s > n\nn > m [zahl < 300]\nn > end",
        '<exclusiveGateway id="m"/><exclusiveGateway id="n"/>'
        '<scriptTask id="s"><script>zahl = zahl + 1</script></scriptTask>',
    )
    case = Case(process, data={"zahl": 0})
    assert case.done and case.data["zahl"] == 300
    with pytest.raises(EngineFault):
        Case(process, data={"zahl": 0}, limit=500)


FAILING = scope("s > x > e", '<startEvent id="s"/><endEvent id="e"/>')


def test_b13_a_cancelled_branch_leaves_no_join_waiting_for_ever() -> None:
    """The other branch's token is withdrawn: what needs both branches must not run with one."""
    nodes = AND + (
        f'<subProcess id="a">{FAILING}</subProcess><boundaryEvent id="frist" attachedToRef="a">'
        f"{timer('Duration', 'P1D')}</boundaryEvent>"
        '<endEvent id="end_frist" name="Frist abgelaufen"/>'
    )
    process = bpmn("start > auf > a > zu > zahlen > end\nauf > b > zu\nfrist > end_frist", nodes)
    case = Case(process).complete("b").later(days=2)
    assert case.done and case.result.outcome == "Frist abgelaufen"
    assert "zahlen" not in case.trace and case.cancelled == ["x", "a", "zu"]


def test_b13_a_join_goes_on_waiting_while_a_branch_can_still_come() -> None:
    nodes = AND + (
        '<boundaryEvent id="frist" attachedToRef="a"><timerEventDefinition><timeDuration>P1D'
        "</timeDuration></timerEventDefinition></boundaryEvent>"
    )
    flows = "start > auf > a > zu > nach\nauf > b > zu\nfrist > ersatz > zu"
    case = Case(bpmn(flows, '<userTask id="a"/>' + nodes)).complete("b").later(days=2)
    assert case.open == ["ersatz"] and not case.done
