"""Multi-instance and standard loops."""

from decimal import Decimal

import pytest
from case_driver import Case, bpmn, numbers, scope

from pikflow.errors import EngineFault


def _loop(kind: str = "", inner: str = "", more: str = "") -> str:
    return (
        f"<multiInstanceLoopCharacteristics {kind}><loopDataInputRef>stellen</loopDataInputRef>"
        '<inputDataItem id="I" name="stelle"/>'
        f"{inner}</multiInstanceLoopCharacteristics>{more}"
    )


OUT = '<loopDataOutputRef>noten</loopDataOutputRef><outputDataItem id="O" name="note"/>'
SEQUENTIAL = 'isSequential="true"'
DATA = {"stellen": [{"vzae": 1}, {"vzae": 2}, {"vzae": 3}]}


def _process(loop: str, flows: str = "start > a > nach > end", tag: str = "userTask") -> bytes:
    return bpmn(flows, f'<{tag} id="a" pik:result="note">{loop}</{tag}>')


def test_a_parallel_task_opens_once_per_entry_with_local_names() -> None:
    case = Case(_process(_loop(inner=OUT)), data=DATA)
    scopes = [task.scope for task in case.result.open_tasks]
    assert [s["loopCounter"] for s in scopes] == numbers(1, 2, 3)
    assert [s["stelle"]["vzae"] for s in scopes] == numbers(1, 2, 3)
    assert set(case.data) == {"stellen", "noten"}


def test_outputs_keep_the_order_of_the_input() -> None:
    case = Case(_process(_loop(inner=OUT)), data=DATA)
    case.complete("a", 2, n=3).complete("a", 0, n=1)
    assert case.data["noten"] == [{"n": Decimal(1)}, {"n": Decimal(3)}]
    case.complete("a", n=2)
    assert [note["n"] for note in case.data["noten"]] == numbers(1, 2, 3)
    assert case.open == ["nach"] and case.trace == ["start", "a", "a", "a"]
    assert "note" not in case.data and "stelle" not in case.data


def test_a_sequential_task_opens_one_after_the_other() -> None:
    case = Case(_process(_loop(SEQUENTIAL, OUT)), data=DATA)
    for number in (1, 2, 3):
        assert case.open == ["a"]
        assert case.task("a").scope["stelle"]["vzae"] == number
        case.complete("a", n=number)
    assert case.open == ["nach"] and len(case.data["noten"]) == 3


@pytest.mark.parametrize("kind", ["", SEQUENTIAL])
def test_an_empty_list_is_done_at_once(kind: str) -> None:
    case = Case(_process(_loop(kind, OUT)), data={"stellen": []})
    assert case.open == ["nach"] and case.data["noten"] == []
    assert case.trace == ["start", "a"]


def test_a_completion_condition_cancels_the_rest() -> None:
    condition = "<completionCondition>nrOfCompletedInstances >= 2</completionCondition>"
    case = Case(_process(_loop(inner=OUT + condition.replace(">=", "&gt;="))), data=DATA)
    case.complete("a").complete("a")
    assert case.open == ["nach"] and case.cancelled == ["a"]


def test_a_completion_condition_sees_the_instances_answer() -> None:
    condition = "<completionCondition>note.ablehnung</completionCondition>"
    case = Case(_process(_loop(SEQUENTIAL, OUT + condition)), data=DATA)
    case.complete("a", ablehnung=False).complete("a", ablehnung=True)
    assert case.open == ["nach"] and len(case.data["noten"]) == 2


def test_a_number_instead_of_a_list_counts_the_instances() -> None:
    loop = (
        "<multiInstanceLoopCharacteristics><loopCardinality>anzahl + 1</loopCardinality>"
        "</multiInstanceLoopCharacteristics>"
    )
    assert Case(_process(loop), data={"anzahl": 2}).open == ["a", "a", "a"]


def test_a_list_that_is_input_and_output_is_changed_in_place() -> None:
    inner = '<loopDataOutputRef>stellen</loopDataOutputRef><outputDataItem id="O" name="note"/>'
    case = Case(_process(_loop(SEQUENTIAL, inner)), data=DATA)
    case.complete("a", vzae=10)
    assert [s["vzae"] for s in case.data["stellen"]] == numbers(10, 2, 3)
    assert case.task("a").scope["stelle"]["vzae"] == 2


def test_a_sub_process_runs_per_entry_with_its_own_names() -> None:
    inner = scope(
        "s > frage > rechnen > e",
        '<startEvent id="s"/><endEvent id="e"/><scriptTask id="rechnen"><script>'
        "note = stelle.vzae * faktor\nletzte = loopCounter</script></scriptTask>",
    )
    case = Case(_process(_loop(inner=OUT, more=inner), tag="subProcess"), data=DATA)
    assert case.open == ["frage"] * 3
    case.complete("frage", 1, faktor=10)
    assert case.data["noten"] == numbers(20)
    assert case.data["letzte"] == 2, "what is no local name goes to the case"
    case.complete("frage", faktor=10).complete("frage", faktor=10)
    assert case.data["noten"] == numbers(10, 20, 30) and case.open == ["nach"]


def test_nested_instances_see_both_items() -> None:
    nested = _loop().replace("stellen", "stelle.orte").replace('name="stelle"', 'name="ort"')
    inner = scope(
        "s > frage > e",
        f'<startEvent id="s"/><endEvent id="e"/><userTask id="frage">{nested}</userTask>',
    )
    data = {"stellen": [{"orte": ["Ulm", "Aalen"]}, {"orte": ["Kehl"]}]}
    case = Case(_process(_loop(more=inner), tag="subProcess"), data=data)
    assert [task.scope["ort"] for task in case.result.open_tasks] == ["Ulm", "Aalen", "Kehl"]
    assert case.result.open_tasks[2].scope["stelle"]["orte"] == ["Kehl"]
    for _ in range(3):
        case.complete("frage")
    assert case.open == ["nach"]


def test_a_boundary_event_ends_all_instances() -> None:
    flows = "start > a > nach > end\nfrist > spaet"
    event = (
        '<boundaryEvent id="frist" attachedToRef="a"><timerEventDefinition><timeDuration>P1D'
        "</timeDuration></timerEventDefinition></boundaryEvent>"
    )
    process = bpmn(
        flows, f'<userTask id="a" pik:result="note">{_loop(inner=OUT)}</userTask>{event}'
    )
    case = Case(process, data=DATA).complete("a", 1, n=2).later(days=2)
    assert case.open == ["spaet"] and case.cancelled == ["a", "a"]
    assert case.data["noten"] == [{"n": Decimal(2)}]


def test_too_many_instances_are_refused() -> None:
    with pytest.raises(EngineFault) as caught:
        Case(_process(_loop()), data={"stellen": list(range(1001))})
    assert caught.value.code == "loop"


def _many(count: int, kind: str = "") -> str:
    return (
        f"<multiInstanceLoopCharacteristics {kind}><loopCardinality>{count}</loopCardinality>"
        "</multiInstanceLoopCharacteristics>"
    )


@pytest.mark.parametrize("kind", ["", 'isSequential="true"'])
def test_ten_thousand_instances_are_refused_at_once(kind: str) -> None:
    with pytest.raises(EngineFault) as caught:
        Case(bpmn("start > a", f'<userTask id="a">{_many(10_000, kind)}</userTask>'))
    assert caught.value.code == "loop" and "a" in caught.value.message


def test_instances_inside_instances_are_refused_before_they_slow_every_step() -> None:
    task = f'<userTask id="a">{_many(100)}</userTask>'
    inner = scope("s > a", f'<startEvent id="s"/>{task}')
    process = bpmn("start > sub", f'<subProcess id="sub">{_many(100)}{inner}</subProcess>')
    with pytest.raises(EngineFault) as caught:
        Case(process)
    assert caught.value.code == "loop" and "5000" in caught.value.message
    assert len(Case(process.replace(b">100<", b">30<")).open) == 900


def test_a_thousand_scripts_run_in_one_step() -> None:
    script = f'<scriptTask id="a"><script>n = loopCounter</script>{_many(1000)}</scriptTask>'
    assert Case(bpmn("start > a > b", script)).open == ["b"]


def test_a_loop_of_instances_without_anything_to_wait_for_ends() -> None:
    for count in (1, 50):
        script = f'<scriptTask id="a"><script>n = 1</script>{_many(count)}</scriptTask>'
        with pytest.raises(EngineFault) as caught:
            Case(bpmn("start > a > a", script), limit=100)
        assert caught.value.code == "step-limit"


@pytest.mark.parametrize(
    "condition",
    [
        "numberOfCompletedInstances == 2",
        "numberOfActiveInstances == 1",
        "numberOfInstances == 3 and numberOfCompletedInstances &gt; 1",
        "nrOfCompletedInstances == 2 and nrOfTerminatedInstances == 0",
    ],
)
def test_a_completion_condition_knows_the_numbers_of_the_standard(condition: str) -> None:
    loop = (
        "<multiInstanceLoopCharacteristics><loopCardinality>3</loopCardinality>"
        f"<completionCondition>{condition}</completionCondition></multiInstanceLoopCharacteristics>"
    )
    case = Case(bpmn("start > a > nach", f'<userTask id="a">{loop}</userTask>'))
    assert case.complete("a").open == ["a", "a"]
    assert case.complete("a").open == ["nach"] and case.cancelled == ["a"]


def test_what_an_instance_throws_is_thrown_by_each() -> None:
    signal = '<signalEventDefinition signalRef="S1"/>'
    inner = scope(
        "s > wurf > a > e",
        f'<startEvent id="s"/><endEvent id="e"/><intermediateThrowEvent id="wurf">{signal}'
        "</intermediateThrowEvent>",
    )
    edge = (
        '<boundaryEvent id="rand" attachedToRef="sub" cancelActivity="false">'
        f"{signal}</boundaryEvent>"
    )
    process = f'<subProcess id="sub">{_many(3)}{inner}</subProcess>{edge}'
    case = Case(bpmn("start > sub > nach\nrand > b", process))
    assert case.open.count("b") == 3 and len(case.result.thrown) == 3


def _standard(attributes: str, condition: str) -> str:
    return (
        f"<standardLoopCharacteristics {attributes}><loopCondition>{condition}</loopCondition>"
        "</standardLoopCharacteristics>"
    )


def test_a_standard_loop_repeats_while_its_condition_holds() -> None:
    case = Case(_process(_standard("", "note.nochmal")))
    case.complete("a", nochmal=True).complete("a", nochmal=True)
    assert case.open == ["a"] and case.task("a").scope["loopCounter"] == 3
    assert case.complete("a", nochmal=False).open == ["nach"]


def test_a_standard_loop_that_tests_first_may_not_run_at_all() -> None:
    loop = _standard('testBefore="true"', "rest &gt; 0")
    assert Case(_process(loop), data={"rest": 0}).open == ["nach"]
    assert Case(_process(loop), data={"rest": 1}).open == ["a"]


def test_a_standard_loop_stops_at_its_maximum() -> None:
    case = Case(_process(_standard('loopMaximum="2"', "true")))
    assert case.complete("a").complete("a").open == ["nach"]
