"""Boundary events: every trigger on every kind of host, interrupting and not."""

import pytest
from case_driver import Case, bpmn, file, process_xml, scope, timer

from pikflow.engine import runtime

EVENTS = {
    "message": '<messageEventDefinition messageRef="M1"/>',
    "signal": '<signalEventDefinition signalRef="S1"/>',
    "timer": timer("Duration", "P3D"),
    "conditional": "<conditionalEventDefinition><condition>eilig</condition>"
    "</conditionalEventDefinition>",
    "escalation": '<escalationEventDefinition escalationRef="X1"/>',
    "error": '<errorEventDefinition errorRef="E1"/>',
}
INSIDE = '<startEvent id="s"/><endEvent id="e"/>'
TWICE = (
    "<multiInstanceLoopCharacteristics><loopCardinality>2</loopCardinality>"
    "</multiInstanceLoopCharacteristics>"
)


def edge(kind: str, host: str, *, stays: bool = False, key: str = "rand") -> str:
    return (
        f'<boundaryEvent id="{key}" attachedToRef="{host}" '
        f'cancelActivity="{str(not stays).lower()}">{EVENTS[kind]}</boundaryEvent>'
    )


def happen(case: Case, kind: str) -> Case:
    if kind == "message":
        return case.message("Antwort")
    if kind == "signal":
        return case.step(runtime.send_signal, "Alarm", {})
    if kind == "timer":
        return case.later(days=3)
    return case.complete("setzen", eilig=True)


def hosted(host: str, kind: str, *, stays: bool) -> Case:
    """`a` is open inside (or is) the host; completing `setzen` makes the condition true, or goes
    on to what throws the error or escalation inside it."""
    thrower = {"error": "endEvent", "escalation": "intermediateThrowEvent"}.get(kind)
    flows, nodes = "s > a > e", INSIDE
    if thrower:
        flows += "\ns > setzen > wurf"
        nodes += f'<{thrower} id="wurf">{EVENTS[kind]}</{thrower}>'
    outer = "start > host > nach > end\nrand > b > end"
    if kind == "conditional":
        outer += "\nstart > setzen > end"
    border = edge(kind, "host", stays=stays)
    data = {"eilig": False}
    if host == "task":
        return Case(bpmn(outer.replace("host", "a"), border.replace("host", "a")), data=data)
    if host == "call":
        call = '<callActivity id="host" calledElement="q"/>'
        called = process_xml(flows, nodes, process="q")
        return Case(file(process_xml(outer, call + border), called), data=data)
    loop = TWICE if host == "instances" else ""
    inner = f'<subProcess id="host">{loop}{scope(flows, nodes)}</subProcess>'
    return Case(bpmn(outer, inner + border), data=data)


HOSTS = [
    (host, kind)
    for host in ("task", "sub", "call", "instances")
    for kind in EVENTS
    if host != "task" or kind not in ("error", "escalation")  # tested with connectors
]


@pytest.mark.parametrize(("host", "kind"), HOSTS)
def test_one_that_interrupts_ends_its_host(host: str, kind: str) -> None:
    case = happen(hosted(host, kind, stays=False), kind)
    assert case.open == ["b"] and case.waiting == []
    assert ("a" if host == "task" else "host") in case.cancelled and "nach" not in case.trace
    assert case.complete("b").done and case.trace.count("rand") == 1


@pytest.mark.parametrize(("host", "kind"), [one for one in HOSTS if one[1] != "error"])
def test_one_that_does_not_interrupt_starts_a_token_beside_it(host: str, kind: str) -> None:
    case = happen(hosted(host, kind, stays=True), kind)
    assert {"a", "b"} <= set(case.open) and case.cancelled == []
    while "a" in case.open or "setzen" in case.open:
        case.complete("a" if "a" in case.open else "setzen")
    assert case.open[0] == "nach" or "nach" in case.open
    while not case.done:
        case.complete(case.open[0])
    assert case.waiting == []


@pytest.mark.parametrize("kind", ["message", "signal"])
def test_it_happens_as_often_as_it_is_thrown(kind: str) -> None:
    case = hosted("sub", kind, stays=True)
    happen(happen(happen(case, kind), kind), kind)
    assert case.open.count("b") == 3
    case.complete("b").complete("b").complete("b").complete("a")
    assert case.complete("nach").done


def test_once_the_host_is_done_nothing_happens_any_more() -> None:
    case = hosted("sub", "signal", stays=False).complete("a")
    assert case.open == ["nach"] and case.waiting == []
    assert happen(case, "signal").open == ["nach"]


def test_of_two_boundary_events_the_first_wins() -> None:
    nodes = edge("message", "a") + edge("timer", "a", key="zeit")
    case = Case(bpmn("start > a > end\nrand > b\nzeit > c", nodes)).message("Antwort")
    assert case.open == ["b"] and case.later(days=9).open == ["b"]


def test_an_error_without_a_catcher_for_its_code_goes_past_it() -> None:
    inner = scope("s > weh", f'<startEvent id="s"/><endEvent id="weh">{EVENTS["error"]}</endEvent>')
    other = EVENTS["error"].replace("E1", "E2")
    nodes = (
        f'<subProcess id="sub">{inner}</subProcess>'
        f'<boundaryEvent id="rand" attachedToRef="sub">{other}</boundaryEvent>'
    )
    case = Case(bpmn("start > sub > end\nrand > b", nodes))
    assert case.done and case.result.error is not None and case.result.error.code == "kaputt"


def test_an_error_in_one_instance_ends_all_of_them_and_only_them() -> None:
    case = hosted("instances", "error", stays=False)
    assert case.open.count("a") == 2 and case.open.count("setzen") == 2
    case.complete("setzen", 1)
    assert case.open == ["b"] and case.cancelled.count("a") == 2 and case.cancelled[-1] == "host"


def test_an_escalation_in_one_instance_leaves_the_others_alone() -> None:
    case = hosted("instances", "escalation", stays=True).complete("setzen", 0)
    assert case.open.count("a") == 2 and case.open.count("b") == 1


def test_an_escalation_end_event_is_heard_outside_of_the_called_process() -> None:
    hoch = f'<endEvent id="hoch">{EVENTS["escalation"]}</endEvent>'
    called = process_xml("qs > qa > hoch", '<startEvent id="qs"/>' + hoch, process="q")
    nodes = '<callActivity id="ruf" calledElement="q"/>' + edge("escalation", "ruf", stays=True)
    case = Case(file(process_xml("start > ruf > nach\nrand > b", nodes), called)).complete("qa")
    assert sorted(case.open) == ["b", "nach"]


@pytest.mark.parametrize(("code", "taken"), [("E1", "genau"), ("E2", "jeder")])
def test_a_catcher_for_the_code_goes_before_one_for_all(code: str, taken: str) -> None:
    error = EVENTS["error"].replace("E1", code)
    inner = scope("s > weh", f'<startEvent id="s"/><endEvent id="weh">{error}</endEvent>')
    nodes = (
        f'<subProcess id="sub">{inner}</subProcess>'
        '<boundaryEvent id="alle" attachedToRef="sub"><errorEventDefinition/></boundaryEvent>'
        f'<boundaryEvent id="einer" attachedToRef="sub">{EVENTS["error"]}</boundaryEvent>'
    )
    case = Case(bpmn("start > sub > end\nalle > jeder\neiner > genau", nodes))
    assert case.open == [taken]
