"""Timers, messages, signals, errors, escalations, conditions and links."""

from datetime import UTC, date, datetime

import pytest
from case_driver import BEGIN, Case, bpmn, file, process_xml, scope, timer

from pikflow.engine import runtime
from pikflow.engine.timers import after, due
from pikflow.errors import Conflict, EngineFault, Refused

MESSAGE = '<messageEventDefinition messageRef="M1"/>'
SIGNAL = '<signalEventDefinition signalRef="S1"/>'
ERROR = '<errorEventDefinition errorRef="E1"/>'
ESCALATION = '<escalationEventDefinition escalationRef="X1"/>'


def _catch(event: str, key: str = "warten") -> str:
    return f'<intermediateCatchEvent id="{key}">{event}</intermediateCatchEvent>'


def _boundary(event: str, key: str = "rand", *, host: str = "a", stays: bool = False) -> str:
    flag = 'cancelActivity="false"' if stays else ""
    return f'<boundaryEvent id="{key}" attachedToRef="{host}" {flag}>{event}</boundaryEvent>'


def _sub(flows: str, nodes: str = "", *, key: str = "sub") -> str:
    inner = scope(flows, '<startEvent id="s"/>' + nodes)
    return f'<subProcess id="{key}">{inner}</subProcess>'


# Timers


@pytest.mark.parametrize(
    ("kind", "text", "due"),
    [
        ("Duration", "P14D", datetime(2026, 3, 16, 9, tzinfo=UTC)),
        ("Duration", "P1M", datetime(2026, 4, 2, 8, tzinfo=UTC)),
        ("Date", "2026-12-31", datetime(2026, 12, 31, 23, tzinfo=UTC)),
        ("Date", "2026-12-31T10:00:00Z", datetime(2026, 12, 31, 10, tzinfo=UTC)),
        ("Date", "frist", datetime(2026, 5, 31, 22, tzinfo=UTC)),
        ("Duration", 'dauer if dauer else "P1D"', datetime(2026, 3, 3, 9, tzinfo=UTC)),
    ],
)
def test_a_timer_knows_its_instant_when_it_is_reached(kind: str, text: str, due: datetime) -> None:
    """A date is over at its local 24:00; a month is the same wall time."""
    process = bpmn("start > warten > nach", _catch(timer(kind, text)))
    case = Case(process, data={"frist": date(2026, 5, 31)})
    assert case.event("warten").due == due and case.result.next_due == due


def test_a_timer_fires_when_it_is_due_and_not_before() -> None:
    case = Case(bpmn("start > warten > nach > end", _catch(timer("Duration", "P14D"))))
    assert case.later(days=13, hours=23).waiting == ["warten"]
    assert case.later(hours=1).open == ["nach"] and case.waiting == []


def test_an_interrupting_timer_cancels_the_task() -> None:
    case = Case(bpmn("start > a > end\nrand > b", _boundary(timer("Duration", "P1D"))))
    assert case.event("rand").attached_to == "a"
    case.later(days=1)
    assert case.open == ["b"] and case.cancelled == ["a"] and case.trace == ["start", "rand"]


def test_a_timer_on_a_completed_task_is_gone() -> None:
    case = Case(bpmn("start > a > b > end\nrand > c", _boundary(timer("Duration", "P1D"))))
    case.complete("a").later(days=5)
    assert case.open == ["b"] and case.waiting == [] and case.cancelled == []


def test_a_cycle_reminds_three_times_and_leaves_the_task_open() -> None:
    event = _boundary(timer("Cycle", "R3/P7D"), stays=True)
    case = Case(bpmn("start > a > end\nrand > mahnung > end", event))
    assert case.later(days=7).open == ["a", "mahnung"]
    assert case.event("rand").due == BEGIN.replace(day=16)
    case.later(days=14)
    assert case.open == ["a", "mahnung", "mahnung", "mahnung"]
    assert case.waiting == [] and case.later(days=30).open.count("mahnung") == 3


def test_an_endless_cycle_leaves_out_what_was_missed() -> None:
    event = _boundary(timer("Cycle", "R/PT1H"), stays=True)
    case = Case(bpmn("start > a > end\nrand > mahnung > end", event)).later(days=30)
    assert case.open == ["a", "mahnung"]
    assert case.event("rand").due == case.now.replace(hour=case.now.hour + 1)


def test_timers_fire_in_the_order_they_fall_due() -> None:
    events = _boundary(timer("Duration", "P3D"), "r3") + _boundary(timer("Duration", "P1D"), "r1")
    case = Case(bpmn("start > a > end\nr3 > c\nr1 > b", events)).later(days=10)
    assert case.open == ["b"]


def test_a_deadline_that_is_not_set_never_passes() -> None:
    case = Case(bpmn("start > a > end\nrand > b", _boundary(timer("Date", "frist"))))
    assert case.event("rand").due is None and case.later(days=9999).open == ["a"]


@pytest.mark.parametrize("text", ["P9999Y", "bald", "12", '"in zwei Wochen"'])
def test_a_time_that_is_none_stops_with_the_element(text: str) -> None:
    process = bpmn("start > warten > end", _catch(timer("Duration", text)))
    with pytest.raises(EngineFault, match=r"\(warten\)") as caught:
        Case(process)
    assert caught.value.code == "timer-without-date"


def test_waiting_for_a_day_nobody_set_stops_with_the_element() -> None:
    with pytest.raises(EngineFault, match=r"\(warten\)") as caught:
        Case(bpmn("start > warten > end", _catch(timer("Date", "frist"))))
    assert caught.value.code == "timer-without-date"


# Messages and signals


def test_a_message_moves_the_event_that_waits_and_brings_its_answers() -> None:
    node = _catch(MESSAGE).replace('id="warten"', 'id="warten" pik:result="antwort"')
    case = Case(bpmn("start > warten > nach", node))
    assert case.event("warten").message == "Antwort"
    assert case.message("Antwort", text="ja").open == ["nach"]
    assert case.data["antwort"] == {"text": "ja"}


def test_a_message_nobody_waits_for_is_refused() -> None:
    with pytest.raises(Conflict) as caught:
        Case(bpmn("start > a > end")).message("Antwort")
    assert caught.value.code == "message-not-expected"


def test_a_receive_task_waits_for_its_message() -> None:
    case = Case(bpmn("start > r > nach", '<receiveTask id="r" messageRef="M1"/>'))
    assert case.waiting == ["r"] and case.message("Antwort").open == ["nach"]


def test_a_withdrawal_on_a_sub_process_ends_everything_in_it() -> None:
    offered = _boundary('<messageEventDefinition messageRef="M2"/>', host="sub").replace(
        "<boundaryEvent", '<boundaryEvent pik:lane="Antragsteller" pik:result="grund"'
    )
    case = Case(
        bpmn("start > sub > end\nrand > end_weg", _sub("s > a > b > e", '<endEvent id="e"/>')
             + offered + '<endEvent id="end_weg" name="Zurückgezogen"/>')
    )  # fmt: skip
    assert case.event("rand").attributes["lane"] == "Antragsteller"
    case.complete("a").message("Rücknahme", warum="kein Bedarf")
    assert case.done and case.result.outcome == "Zurückgezogen"
    assert case.cancelled == ["b", "sub"] and case.data["grund"]["warum"] == "kein Bedarf"


def test_a_message_that_does_not_interrupt_can_come_again() -> None:
    case = Case(bpmn("start > a > end\nrand > b > end", _boundary(MESSAGE, stays=True)))
    assert case.message("Antwort").message("Antwort").open == ["a", "b", "b"]
    assert case.complete("b").complete("b").complete("a").done


def test_a_message_can_be_meant_for_one_of_several() -> None:
    case = Case(
        bpmn("start > w1 > a\nstart > w2 > b", _catch(MESSAGE, "w1") + _catch(MESSAGE, "w2"))
    )
    case.step(
        lambda *given: runtime.send_message(*given, event_id=case.event("w2").id), "Antwort", {}
    )
    assert case.open == ["b"] and case.waiting == ["w1"]


@pytest.mark.parametrize("tag", ["intermediateThrowEvent", "sendTask", "endEvent"])
def test_a_thrown_message_reaches_who_waits_in_the_same_case(tag: str) -> None:
    inner = "" if tag == "sendTask" else MESSAGE
    node = f'<{tag} id="ruf" messageRef="M1">{inner}</{tag}>'
    case = Case(bpmn("start > warten > nach\nstart > a > ruf", _catch(MESSAGE) + node))
    assert case.complete("a").open == ["nach"] and case.trace[-2:] == ["ruf", "warten"]


def test_a_signal_reaches_all_that_wait() -> None:
    nodes = (
        _catch(SIGNAL, "w1")
        + _catch(SIGNAL, "w2")
        + (f'<intermediateThrowEvent id="ruf">{SIGNAL}</intermediateThrowEvent>')
    )
    case = Case(bpmn("start > w1 > a\nstart > w2 > b\nstart > c > ruf", nodes))
    assert case.complete("c").open == ["a", "b"]


def test_a_signal_from_outside_finds_a_boundary_event() -> None:
    case = Case(bpmn("start > a > end\nrand > b", _boundary(SIGNAL)))
    assert case.step(runtime.send_signal, "Alarm", {}).open == ["b"]
    assert case.step(runtime.send_signal, "Alarm", {}).open == ["b"]


def test_the_first_event_behind_a_gateway_decides() -> None:
    nodes = (
        '<eventBasedGateway id="g"/>' + _catch(MESSAGE, "m") + _catch(timer("Duration", "P7D"), "t")
    )
    process = bpmn("start > g > m > a\ng > t > b", nodes)
    case = Case(process)
    assert case.waiting == ["m", "t"]
    assert case.message("Antwort").open == ["a"] and case.waiting == []
    late = Case(process).later(days=7)
    assert late.open == ["b"] and late.waiting == [] and late.cancelled == []


# Errors and escalations


def _failing(code: str = "E1") -> str:
    return _sub(
        "s > a > kaputt\ns > b > e",
        f'<endEvent id="e"/><endEvent id="kaputt" name="Gescheitert">'
        f'<errorEventDefinition errorRef="{code}"/></endEvent>',
    )


def test_an_error_goes_to_the_boundary_event_with_its_code() -> None:
    nodes = (
        _failing()
        + _boundary(ERROR, host="sub")
        + _boundary("<errorEventDefinition/>", "jeder", host="sub")
    )
    process = bpmn("start > sub > end\nrand > c\njeder > d", nodes)
    case = Case(process).complete("a")
    assert case.open == ["c"] and case.cancelled == ["b", "sub"]
    assert case.trace == ["start", "s", "a", "kaputt", "rand"]
    other = Case(process.replace(b'"Gescheitert"><errorEventDefinition errorRef="E1"',
                                 b'"Gescheitert"><errorEventDefinition errorRef="E2"'))  # fmt: skip
    assert other.complete("a").open == ["d"]


def test_an_error_goes_outwards_through_a_called_process() -> None:
    called = process_xml(
        "qs > qa > kaputt",
        f'<startEvent id="qs"/><endEvent id="kaputt">{ERROR}</endEvent>',
        process="q",
    )
    call = '<callActivity id="ruf" calledElement="q"/>'
    outer = _sub("s > ruf > e", '<endEvent id="e"/>' + call) + _boundary(ERROR, host="sub")
    case = Case(file(process_xml("start > sub > end\nrand > c", outer), called)).complete("qa")
    assert case.open == ["c"] and case.cancelled == ["ruf", "sub"]


def test_an_error_nobody_takes_ends_the_case_with_it() -> None:
    case = Case(bpmn("start > sub > end\nstart > c", _failing())).complete("a")
    assert case.done and case.result.outcome is None
    assert case.result.error is not None
    assert (case.result.error.code, case.result.error.element) == ("kaputt", "kaputt")
    assert sorted(case.cancelled) == ["b", "c", "sub"]


def test_a_connector_that_fails_for_good_takes_the_error_way() -> None:
    nodes = '<serviceTask id="a" pik:connector="post"/>' + _boundary(ERROR)
    process = bpmn("start > a > end\nrand > b", nodes)
    case = Case(process)
    key = case.task("a").id
    assert case.step(runtime.fail, key, "kaputt").open == ["b"]
    again = Case(process)
    with pytest.raises(Refused) as caught:
        again.step(runtime.fail, again.task("a").id, "anders")
    assert caught.value.code == "error-not-caught" and again.open == ["a"]


@pytest.mark.parametrize("stays", [True, False])
def test_an_escalation_may_leave_the_sub_process_running(stays: bool) -> None:
    thrower = f'<intermediateThrowEvent id="hoch">{ESCALATION}</intermediateThrowEvent>'
    nodes = _sub("s > a > hoch > b > e", '<endEvent id="e"/>' + thrower) + _boundary(
        ESCALATION, host="sub", stays=stays
    )
    case = Case(bpmn("start > sub > end\nrand > c", nodes)).complete("a")
    assert sorted(case.open) == (["b", "c"] if stays else ["c"])
    assert case.cancelled == ([] if stays else ["sub"])


def test_an_escalation_nobody_takes_is_forgotten() -> None:
    thrower = f'<intermediateThrowEvent id="hoch">{ESCALATION}</intermediateThrowEvent>'
    assert Case(bpmn("start > hoch > b", thrower)).open == ["b"]


# Conditions, links, event sub-processes


def test_a_conditional_event_happens_when_its_condition_becomes_true() -> None:
    condition = "<condition>reste &lt; 10</condition>"
    event = f"<conditionalEventDefinition>{condition}</conditionalEventDefinition>"
    process = bpmn("start > a > c > end\nstart > warten > b", _catch(event))
    case = Case(process, data={"reste": 20})
    assert case.waiting == ["warten"]
    assert case.complete("a", reste=5).open == ["c", "b"]


def test_a_link_goes_on_at_its_other_end() -> None:
    link = '<linkEventDefinition name="L"/>'
    nodes = f'<intermediateThrowEvent id="hin">{link}</intermediateThrowEvent>' + _catch(
        link, "her"
    )
    case = Case(bpmn("start > a > hin\nher > b", nodes))
    assert case.complete("a").open == ["b"] and case.trace[-2:] == ["hin", "her"]


def _listener(event: str, *, stays: bool) -> str:
    inner = scope(
        "es > e1 > ee",
        f'<startEvent id="es" isInterrupting="{str(not stays).lower()}" pik:result="meldung">'
        f'{event}</startEvent><endEvent id="ee"/>',
    )
    return f'<subProcess id="nebenher" triggeredByEvent="true">{inner}</subProcess>'


def test_an_event_sub_process_runs_beside_the_case_as_often_as_it_is_asked() -> None:
    case = Case(bpmn("start > a > end", _listener(MESSAGE, stays=True)))
    assert case.waiting == ["es"] and case.open == ["a"]
    case.message("Antwort", text="neu").message("Antwort")
    assert case.open == ["a", "e1", "e1"] and case.data["meldung"] == {"text": "neu"}
    case.complete("a")
    assert not case.done
    assert case.complete("e1").complete("e1").done and case.waiting == []


def test_an_interrupting_event_sub_process_ends_the_rest_of_its_scope() -> None:
    case = Case(bpmn("start > a > end", _listener(MESSAGE, stays=False))).message("Antwort")
    assert case.open == ["e1"] and case.cancelled == ["a"] and case.waiting == []
    assert case.complete("e1").done


def test_the_event_sub_process_that_took_over_names_the_outcome() -> None:
    case = Case(bpmn("start > a > end", _listener(MESSAGE, stays=False))).message("Antwort")
    assert case.complete("e1").result.outcome == "ee"
    case = Case(bpmn("start > a > end", _listener(MESSAGE, stays=True))).message("Antwort")
    assert case.complete("a").complete("e1").result.outcome == "end"


def test_an_error_inside_a_scope_goes_to_its_event_sub_process() -> None:
    nodes = _listener(ERROR, stays=False) + f'<endEvent id="weh">{ERROR}</endEvent>'
    case = Case(bpmn("start > a > weh\nstart > b", nodes)).complete("a")
    assert case.open == ["e1"] and case.cancelled == ["b"]
    assert case.complete("e1").done and case.result.error is None


def test_the_listeners_of_a_scope_do_not_keep_it_open() -> None:
    assert Case(bpmn("start > a > end", _listener(MESSAGE, stays=True))).complete("a").done


# Cycles


@pytest.mark.parametrize(
    ("text", "first", "second", "times"),
    [
        ("R3/P1D", "03T09:00", "04T09:00", 3),
        ("R/PT1H", "02T10:00", "02T11:00", -1),
        ("R3/2026-03-05T08:00:00Z/P1D", "05T08:00", "06T08:00", 3),
        ("R/2026-01-01T08:00:00Z/PT2H", "02T10:00", "02T12:00", -1),
        ("R5/2026-02-28T08:00:00Z/P1D", "03T08:00", "04T08:00", 2),
        ("R2/2026-01-01T08:00:00Z/PT1S", None, None, 1),
    ],
)
def test_a_cycle_may_begin_at_an_instant(text: str, first: str, second: str, times: int) -> None:
    found = due(text, BEGIN)
    assert found.times == times
    if first is None:
        assert found.at <= BEGIN and after(found, BEGIN) is None
        return
    assert found.at.isoformat().startswith(f"2026-03-{first}")
    following = after(found, found.at)
    assert following is not None and following.at.isoformat().startswith(f"2026-03-{second}")


def test_an_endless_cycle_from_long_ago_is_worked_out_at_once() -> None:
    assert due("R/1970-01-01T00:00:00Z/PT1S", BEGIN).at == BEGIN
    assert due("R/0001-01-02T00:00:00Z/P1D", BEGIN).at > BEGIN


def test_a_cycle_happens_once_where_nothing_repeats() -> None:
    catch = Case(bpmn("start > w > b", _catch(timer("Cycle", "R3/P1D"), "w"))).later(days=1)
    assert catch.open == ["b"] and catch.waiting == [] and catch.later(days=9).open == ["b"]
    edge = Case(bpmn("start > a > end\nrand > b", _boundary(timer("Cycle", "R3/P1D"))))
    assert edge.later(days=1).open == ["b"] and edge.later(days=9).open == ["b"]


# Conditions


CONDITION = "<conditionalEventDefinition><condition>n == 1</condition></conditionalEventDefinition>"


def test_a_condition_that_held_for_a_moment_has_been_true() -> None:
    """Data may have changed back before anybody looks: every change counts."""
    scripts = "".join(
        f'<scriptTask id="s{n}"><script>n = {n}</script></scriptTask>' for n in (1, 2)
    )
    nodes = scripts + f'<boundaryEvent id="rand" attachedToRef="a">{CONDITION}</boundaryEvent>'
    case = Case(bpmn("start > a > end\nstart > s1 > s2 > c\nrand > b", nodes), data={"n": 0})
    assert sorted(case.open) == ["b", "c"] and case.data["n"] == 2


def test_a_condition_that_holds_on_arrival_happens_at_once() -> None:
    process = bpmn("start > warten > b", _catch(CONDITION))
    assert Case(process, data={"n": 1}).open == ["b"]
    assert Case(process, data={"n": 2}).open == []


def test_a_condition_happens_again_only_after_it_was_false() -> None:
    edge = (
        f'<boundaryEvent id="rand" attachedToRef="a" cancelActivity="false">{CONDITION}'
        "</boundaryEvent>"
    )
    case = Case(bpmn("start > a\nstart > x > x > x\nrand > b", edge), data={"n": 0})
    for value, seen in ((1, 1), (1, 1), (0, 1), (1, 2)):
        assert case.complete("x", n=value).open.count("b") == seen


def test_a_script_that_switches_a_condition_for_ever_is_stopped() -> None:
    flip = '<scriptTask id="s"><script>n = 0\nn = 1</script></scriptTask>'
    zero = '<scriptTask id="z"><script>n = 0</script></scriptTask>'
    edge = (
        f'<boundaryEvent id="rand" attachedToRef="a" cancelActivity="false">{CONDITION}'
        "</boundaryEvent>"
    )
    process = bpmn("start > a\nrand > z > s > end", flip + zero + edge)
    with pytest.raises(EngineFault) as caught:
        Case(process, data={"n": 1}, limit=200)
    assert caught.value.code == "step-limit"
