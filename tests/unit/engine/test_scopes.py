"""Sub-processes, called processes and child cases."""

from decimal import Decimal

import pytest
from case_driver import Case, bpmn, file, process_xml, scope

from pikflow.engine import runtime
from pikflow.errors import Conflict, EngineFault

CALLED = process_xml(
    "start > pruefen > rechnen > end",
    '<scriptTask id="rechnen"><script>ergebnis = betrag * 2</script></scriptTask>',
    process="q",
)
CALLER = process_xml(
    "start > aufruf > nach > end",
    '<laneSet><lane id="L" name="Land"><flowNodeRef>aufruf</flowNodeRef></lane></laneSet>'
    '<callActivity id="aufruf" calledElement="q" pik:phase="Prüfung"/>',
)


def test_a_sub_process_runs_in_its_parents_data_and_then_goes_on() -> None:
    inner = scope("s > innen > e", '<startEvent id="s"/><endEvent id="e"/>')
    case = Case(bpmn("start > sub > nach > end", f'<subProcess id="sub">{inner}</subProcess>'))
    assert case.open == ["innen"]
    assert case.complete("innen", wert=1).open == ["nach"]
    assert case.trace == ["start", "s", "innen", "e", "sub"] and case.data["wert"] == 1


def test_a_called_process_shares_the_data_and_inherits_lane_and_phase() -> None:
    case = Case(file(CALLER, CALLED), data={"betrag": 4})
    task = case.task("pruefen")
    assert (task.process, task.path, task.lane, task.phase) == ("q", ("aufruf",), "Land", "Prüfung")
    assert case.complete("pruefen").data["ergebnis"] == Decimal(8)
    assert case.trace == ["start", "start", "pruefen", "rechnen", "end", "aufruf"]
    assert case.open == ["nach"]


def test_a_called_process_may_stand_in_another_file() -> None:
    assert Case(file(CALLER), file(CALLED)).open == ["pruefen"]


def test_a_missing_called_process_is_named() -> None:
    with pytest.raises(EngineFault, match=r"aufruf.*„q“") as caught:
        Case(file(CALLER))
    assert caught.value.code == "called-process-missing"


def test_a_process_that_calls_itself_without_end_stops() -> None:
    with pytest.raises(EngineFault) as caught:
        Case(bpmn("start > ich > end", '<callActivity id="ich" calledElement="p"/>'))
    assert caught.value.code == "nesting-limit"


def test_a_terminate_end_ends_its_scope_only() -> None:
    inner = scope(
        "s > a > halt\ns > b > e",
        '<startEvent id="s"/><endEvent id="halt"><terminateEventDefinition/></endEvent>'
        '<endEvent id="e"/>',
    )
    case = Case(bpmn("start > sub > nach > end", f'<subProcess id="sub">{inner}</subProcess>'))
    case.complete("a")
    assert case.open == ["nach"] and case.cancelled == ["b"]
    assert case.trace == ["start", "s", "a", "halt", "sub"]


def test_the_last_end_event_of_the_top_process_is_the_outcome() -> None:
    process = bpmn(
        "start > a > ja\nstart > b > nein",
        '<endEvent id="ja" name="Bewilligt"/><endEvent id="nein" name="Abgelehnt"/>',
    )
    case = Case(process).complete("b")
    assert case.result.outcome is None
    assert case.complete("a").result.outcome == "Bewilligt"


def test_an_empty_sub_process_is_passed() -> None:
    loop = (
        '<multiInstanceLoopCharacteristics isSequential="true"><loopCardinality>900'
        "</loopCardinality></multiInstanceLoopCharacteristics>"
    )
    assert Case(bpmn("start > sub > a", '<subProcess id="sub"/>')).open == ["a"]
    many = Case(bpmn("start > sub > a", f'<subProcess id="sub">{loop}</subProcess>'))
    assert many.open == ["a"] and many.trace.count("sub") == 900


CHILDREN = file(
    process_xml(
        "start > umfrage > auswerten > end",
        '<callActivity id="umfrage" calledElement="q" pik:cases="gemeinden" pik:item="gemeinde" '
        'pik:result="bedarf" pik:due="P14D"/>',
    ),
    CALLED,
)
TOWNS = {"gemeinden": [{"id": "08111", "name": "A"}, {"id": "08112", "name": "B"}]}


def _entry(key: str, **values: object) -> dict[str, object]:
    return {"organisation": {"id": key}, "nummer": f"X-{key}", **values}


def test_a_call_with_cases_opens_one_child_per_organisation() -> None:
    case = Case(CHILDREN, data=TOWNS)
    (child,) = case.result.children
    task = case.task("umfrage")
    assert (task.kind, task.id) == ("children", child.task_id) and task.due is not None
    assert [entry["id"] for entry in child.organisations] == ["08111", "08112"]
    assert (child.process, child.item, child.result, child.open) == (
        "q", "gemeinde", "bedarf", False
    )  # fmt: skip
    assert case.data["bedarf"] == []


def test_the_call_is_complete_when_the_last_child_has_ended() -> None:
    case = Case(CHILDREN, data=TOWNS)
    key = case.task("umfrage").id
    case.step(runtime.child_ended, key, _entry("08112", stellen=2))
    assert case.open == ["umfrage"] and case.data["bedarf"][0]["stellen"] == Decimal(2)
    case.step(runtime.child_ended, key, _entry("08111"))
    assert case.open == ["auswerten"] and len(case.data["bedarf"]) == 2
    assert case.result.closed_children == (key,)


def test_a_person_goes_on_with_the_children_that_have_answered() -> None:
    case = Case(CHILDREN, data=TOWNS)
    key = case.task("umfrage").id
    case.step(runtime.child_ended, key, _entry("08111")).complete("umfrage")
    assert case.open == ["auswerten"] and len(case.data["bedarf"]) == 1
    assert case.result.closed_children == (key,)
    with pytest.raises(Conflict):
        case.step(runtime.child_ended, key, _entry("08112"))


def test_a_call_without_organisations_is_done_at_once() -> None:
    case = Case(CHILDREN, data={"gemeinden": []})
    assert case.open == ["auswerten"] and case.result.children == () and case.data["bedarf"] == []


def test_an_open_call_waits_for_more_until_it_is_closed() -> None:
    more = CHILDREN.replace(b'pik:item="gemeinde"', b'pik:open="true"')
    case = Case(more, data={"gemeinden": []})
    key = case.task("umfrage").id
    assert case.result.children[0].open
    case.step(runtime.child_joined, key, "08115").step(runtime.child_joined, key, "08115")
    case.step(runtime.child_ended, key, _entry("08115"))
    assert case.open == ["umfrage"] and len(case.data["bedarf"]) == 1
    assert case.complete("umfrage").open == ["auswerten"]


def test_a_deadline_closes_the_call_and_tells_so() -> None:
    process = CHILDREN.replace(
        b"</process><process",
        b'<boundaryEvent id="frist" attachedToRef="umfrage"><timerEventDefinition><timeDuration>'
        b"P14D</timeDuration></timerEventDefinition></boundaryEvent>"
        b'<sequenceFlow id="fx" sourceRef="frist" targetRef="auswerten"/></process><process',
        1,
    )
    case = Case(process, data=TOWNS)
    key = case.task("umfrage").id
    case.later(days=15)
    assert case.open == ["auswerten"] and case.cancelled == ["umfrage"]
    assert case.result.closed_children == (key,)


def test_cases_that_are_no_list_stop_at_the_call() -> None:
    with pytest.raises(EngineFault) as caught:
        Case(CHILDREN, data={"gemeinden": 3})
    assert caught.value.code == "cases-not-a-list"


SERVICE = bpmn(
    "start > post > nach > end",
    '<serviceTask id="post" pik:connector="brief" pik:input="{&quot;an&quot;: name}" '
    'pik:result="beleg"/>',
)


def test_a_service_task_asks_for_its_connector_and_takes_its_result() -> None:
    case = Case(SERVICE, data={"name": "Ulm"})
    (call,) = case.result.calls
    assert (call.element, call.connector, call.input) == ("post", "brief", {"an": "Ulm"})
    assert case.task("post").kind == "service" and not case.done
    case.step(runtime.resume, call.task_id, {"nummer": 7})
    assert case.data["beleg"] == {"nummer": Decimal(7)} and case.open == ["nach"]
    with pytest.raises(Conflict):
        case.step(runtime.resume, call.task_id, {})


def test_a_person_can_not_complete_a_service_task() -> None:
    case = Case(SERVICE)
    with pytest.raises(Conflict):
        case.complete("post")
