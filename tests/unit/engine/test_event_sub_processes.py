"""Event sub-processes: every trigger, interrupting and not, wherever they stand."""

import pytest
from case_driver import Case, bpmn, file, process_xml, scope, timer

from pikflow.engine import runtime

TRIGGERS = {
    "message": '<messageEventDefinition messageRef="M1"/>',
    "signal": '<signalEventDefinition signalRef="S1"/>',
    "timer": timer("Duration", "P3D"),
    "conditional": "<conditionalEventDefinition><condition>eilig</condition>"
    "</conditionalEventDefinition>",
    "escalation": '<escalationEventDefinition escalationRef="X1"/>',
    "error": '<errorEventDefinition errorRef="E1"/>',
}
PLACES = ("top", "sub", "called")


def listener(event: str, *, stays: bool, key: str = "n") -> str:
    inner = scope(
        f"{key}s > {key}1 > {key}e",
        f'<startEvent id="{key}s" isInterrupting="{str(not stays).lower()}">{event}</startEvent>'
        f'<endEvent id="{key}e"/>',
    )
    return f'<subProcess id="{key}" triggeredByEvent="true">{inner}</subProcess>'


def placed(place: str, flows: str, nodes: str) -> Case:
    """A case whose scope with `flows` and `nodes` is the process, a sub-process or a called one."""
    if place == "top":
        return Case(bpmn(flows, nodes), data={"eilig": False})
    if place == "sub":
        inner = f'<subProcess id="sub">{scope(flows, nodes)}</subProcess>'
        return Case(bpmn("anfang > sub > nach > schluss", OUTER + inner), data={"eilig": False})
    outer = process_xml(
        "anfang > sub > nach > schluss", OUTER + '<callActivity id="sub" calledElement="q"/>'
    )
    return Case(file(outer, process_xml(flows, nodes, process="q")), data={"eilig": False})


OUTER = '<startEvent id="anfang"/><endEvent id="schluss"/>'
WORK = '<startEvent id="s"/><endEvent id="e"/>'


def trigger(case: Case, kind: str) -> Case:
    if kind == "message":
        return case.message("Antwort")
    if kind == "signal":
        return case.step(runtime.send_signal, "Alarm", {})
    if kind == "timer":
        return case.later(days=3)
    if kind == "conditional":
        return case.complete("setzen", eilig=True)
    return case.complete("setzen")


def flows_of(kind: str) -> tuple[str, str]:
    """`a` waits; completing `setzen` brings about what only comes from within."""
    if kind == "conditional":
        return "s > a > e\ns > setzen > weiter > e", WORK
    if kind in ("escalation", "error"):
        tag = "endEvent" if kind == "error" else "intermediateThrowEvent"
        thrower = f'<{tag} id="wurf">{TRIGGERS[kind]}</{tag}>'
        return f"s > a > e\ns > setzen > wurf{' > weiter > e' if tag != 'endEvent' else ''}", (
            WORK + thrower
        )
    return "s > a > e", WORK


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("kind", TRIGGERS)
def test_an_interrupting_one_takes_over_its_scope(kind: str, place: str) -> None:
    flows, nodes = flows_of(kind)
    case = placed(place, flows, nodes + listener(TRIGGERS[kind], stays=False))
    assert "a" in case.open
    trigger(case, kind)
    assert case.open == ["n1"] and "a" in case.cancelled and case.waiting == []
    case.complete("n1")
    assert case.done if place == "top" else case.open == ["nach"]
    assert case.result.error is None and "n" in case.trace


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("kind", [kind for kind in TRIGGERS if kind != "error"])
def test_one_that_does_not_interrupt_runs_beside_its_scope(kind: str, place: str) -> None:
    flows, nodes = flows_of(kind)
    case = placed(place, flows, nodes + listener(TRIGGERS[kind], stays=True))
    trigger(case, kind)
    assert {"a", "n1"} <= set(case.open) and case.cancelled == []
    for element in ("a", "weiter"):
        if element in case.open:
            case.complete(element)
    assert case.open == ["n1"], "the scope waits for it"
    case.complete("n1")
    assert case.done if place == "top" else case.open == ["nach"]


@pytest.mark.parametrize("kind", ["message", "signal", "conditional"])
def test_it_runs_as_often_as_it_is_asked(kind: str) -> None:
    flows, nodes = ("s > a > e\ns > setzen > setzen2 > setzen3 > e", WORK)
    case = placed("sub", flows, nodes + listener(TRIGGERS[kind], stays=True))
    if kind == "conditional":
        case.complete("setzen", eilig=True).complete("setzen2", eilig=False)
        assert case.open.count("n1") == 1
        case.complete("setzen3", eilig=True)
    else:
        trigger(trigger(case, kind), kind)
    assert case.open.count("n1") == 2
    case.complete("n1").complete("n1")
    assert "n1" not in case.open and "a" in case.open


def test_a_cycle_starts_it_again_and_again() -> None:
    event = timer("Cycle", "R3/P1D")
    case = Case(bpmn("start > a > end", listener(event, stays=True)))
    case.later(days=1).later(days=1)
    assert case.open.count("n1") == 2
    case.later(days=10)
    assert case.open.count("n1") == 3 and case.waiting == []


def test_the_others_of_the_scope_no_longer_listen_when_one_has_taken_over() -> None:
    nodes = listener(TRIGGERS["message"], stays=False) + listener(
        TRIGGERS["signal"], stays=False, key="m"
    )
    case = Case(bpmn("start > a > end", nodes)).message("Antwort")
    assert case.waiting == [] and case.step(runtime.send_signal, "Alarm", {}).open == ["n1"]


def test_the_inner_scope_goes_first() -> None:
    inner = scope(
        "s > weh", f'<startEvent id="s"/><endEvent id="weh">{TRIGGERS["error"]}</endEvent>'
        + listener(TRIGGERS["error"], stays=False, key="i"),
    )  # fmt: skip
    nodes = f'<subProcess id="sub">{inner}</subProcess>' + listener(
        TRIGGERS["error"], stays=False, key="o"
    )
    case = Case(bpmn("start > sub > nach > end", nodes))
    assert case.open == ["i1"] and case.complete("i1").open == ["nach"]


def test_its_own_error_goes_outwards() -> None:
    again = scope(
        "ns > weh",
        f'<startEvent id="ns">{TRIGGERS["error"]}</startEvent>'
        f'<endEvent id="weh">{TRIGGERS["error"]}</endEvent>',
    )
    inner = scope(
        "s > kaputt",
        f'<startEvent id="s"/><endEvent id="kaputt">{TRIGGERS["error"]}</endEvent>'
        f'<subProcess id="n" triggeredByEvent="true">{again}</subProcess>',
    )
    edge = f'<boundaryEvent id="rand" attachedToRef="sub">{TRIGGERS["error"]}</boundaryEvent>'
    nodes = f'<subProcess id="sub">{inner}</subProcess>{edge}'
    case = Case(bpmn("start > sub > end\nrand > b", nodes))
    assert case.open == ["b"] and case.trace.count("weh") == 1


def test_each_instance_of_a_sub_process_has_its_own() -> None:
    loop = (
        "<multiInstanceLoopCharacteristics><loopCardinality>2</loopCardinality>"
        "</multiInstanceLoopCharacteristics>"
    )
    inner = loop + scope("s > a > e", WORK + listener(TRIGGERS["message"], stays=False))
    case = Case(bpmn("start > sub > end", f'<subProcess id="sub">{inner}</subProcess>'))
    assert case.waiting == ["ns", "ns"]
    case.message("Antwort")
    assert sorted(case.open) == ["a", "n1"]
    assert not case.complete("n1").done and case.complete("a").done
