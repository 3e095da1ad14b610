"""Messages and signals that leave a case, keys, start events."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from case_driver import BEGIN, Case, bpmn, scope, timer

from pikflow.engine import runtime
from pikflow.engine.correlation import key_text
from pikflow.engine.definition import Definition
from pikflow.engine.results import Thrown, Trigger
from pikflow.engine.timers import start_due
from pikflow.errors import Conflict, EngineFault

MESSAGE = '<messageEventDefinition messageRef="M1"/>'
SIGNAL = '<signalEventDefinition signalRef="S1"/>'
PAYLOAD = 'pik:input="{&quot;wert&quot;: wert}"'


def catch(event: str, key: str = "warten", more: str = "") -> str:
    return f'<intermediateCatchEvent id="{key}" {more}>{event}</intermediateCatchEvent>'


def throwers(event: str, more: str = "") -> dict[str, str]:
    found = {
        "throw": f'<intermediateThrowEvent id="wurf" {more}>{event}</intermediateThrowEvent>',
        "end": f'<endEvent id="wurf" {more}>{event}</endEvent>',
    }
    if event is MESSAGE:
        found["send"] = f'<sendTask id="wurf" messageRef="M1" {more}/>'
    return found


@pytest.mark.parametrize("kind", ["throw", "end"])
def test_a_signal_is_heard_in_the_case_and_handed_out(kind: str) -> None:
    nodes = throwers(SIGNAL, PAYLOAD)[kind] + catch(SIGNAL, more='pik:result="meldung"')
    case = Case(bpmn("start > a > wurf\nstart > warten > b", nodes), data={"wert": 7})
    assert case.complete("a").open == ["b"] and case.data["meldung"] == {"wert": 7}
    assert case.result.thrown == (Thrown("signal", "Alarm", {"wert": 7}, None, "wurf"),)


@pytest.mark.parametrize("kind", ["throw", "end", "send"])
def test_a_message_nobody_waits_for_here_is_handed_out(kind: str) -> None:
    nodes = throwers(MESSAGE, PAYLOAD + ' pik:key="nummer"')[kind]
    case = Case(bpmn("start > a > wurf", nodes), data={"wert": 7, "nummer": "A-1"}).complete("a")
    assert case.result.thrown == (Thrown("message", "Antwort", {"wert": 7}, "A-1", "wurf"),)
    assert case.done and case.trace[-1] == "wurf"


@pytest.mark.parametrize("kind", ["throw", "end", "send"])
def test_a_message_somebody_waits_for_here_stays_in_the_case(kind: str) -> None:
    nodes = throwers(MESSAGE, PAYLOAD)[kind] + catch(MESSAGE, more='pik:result="post"')
    case = Case(bpmn("start > a > wurf\nstart > warten > b", nodes), data={"wert": 7})
    assert case.complete("a").open == ["b"] and case.data["post"] == {"wert": 7}
    assert case.result.thrown == ()


def test_two_signals_in_one_step_are_both_heard() -> None:
    edge = (
        f'<boundaryEvent id="rand" attachedToRef="b" cancelActivity="false">{SIGNAL}'
        "</boundaryEvent>"
    )
    two = throwers(SIGNAL)["throw"] + throwers(SIGNAL)["throw"].replace("wurf", "wurf2")
    flows = "start > a > wurf\na > wurf2\nstart > b\nrand > c"
    case = Case(bpmn(flows, two + edge)).complete("a")
    assert case.open == ["b", "c", "c"] and len(case.result.thrown) == 2


def test_a_step_without_news_hands_out_nothing() -> None:
    assert Case(bpmn("start > a > end")).complete("a").result.thrown == ()


# Keys

KEYED = bpmn("start > warten > b", catch(MESSAGE, more='pik:key="nummer"'))


def test_only_a_message_with_the_key_is_taken() -> None:
    case = Case(KEYED, data={"nummer": Decimal("7.0")})
    assert case.event("warten").key == "7"
    for key in (None, "8"):
        with pytest.raises(Conflict):
            case.step(runtime.send_message, "Antwort", {}, key=key)
    assert case.step(runtime.send_message, "Antwort", {}, key="7").open == ["b"]


def test_a_message_with_a_key_passes_by_who_expects_none() -> None:
    case = Case(bpmn("start > warten > b", catch(MESSAGE)))
    assert case.event("warten").key is None
    with pytest.raises(Conflict):
        case.step(runtime.send_message, "Antwort", {}, key="7")
    assert case.message("Antwort").open == ["b"]


def test_the_key_follows_the_data_of_the_case() -> None:
    process = bpmn("start > a > a2\nstart > warten > b", catch(MESSAGE, more='pik:key="nummer"'))
    case = Case(process, data={"nummer": None})
    assert case.event("warten").key == "" and case.event("warten").subscription is None
    assert case.result.subscribed
    case.complete("a", nummer="A 1")
    assert case.event("warten").subscription == (
        case.event("warten").id, "message", "Antwort", "A 1",
    )  # fmt: skip
    assert case.result.subscribed, "other cases reach it under another key now"
    assert not case.complete("a2").result.subscribed


def test_every_instance_has_its_own_key() -> None:
    loop = (
        "<multiInstanceLoopCharacteristics><loopDataInputRef>orte</loopDataInputRef>"
        '<inputDataItem id="ort"/></multiInstanceLoopCharacteristics>'
    )
    task = f'<receiveTask id="warten" messageRef="M1" pik:key="ort">{loop}</receiveTask>'
    case = Case(bpmn("start > warten > b", task), data={"orte": ["x", "y"]})
    assert [event.key for event in case.result.waiting] == ["x", "y"]
    case.step(runtime.send_message, "Antwort", {}, key="y")
    assert [event.key for event in case.result.waiting] == ["x"]


@pytest.mark.parametrize("wrong", ["[1]", "None", '""'])
def test_a_message_needs_the_key_it_says_it_has(wrong: str) -> None:
    nodes = throwers(MESSAGE, f"pik:key='{wrong}'")["throw"]
    with pytest.raises(EngineFault) as caught:
        Case(bpmn("start > wurf", nodes))
    assert caught.value.code == "correlation-key"


def test_a_payload_has_names() -> None:
    with pytest.raises(EngineFault) as caught:
        Case(bpmn("start > wurf", throwers(MESSAGE, 'pik:input="1 + 1"')["throw"]))
    assert caught.value.code == "payload"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Decimal("7.0"), "7"), (Decimal("1E+3"), "1000"), (Decimal("0.50"), "0.5"), (7, "7"),
        (" a b ", "a b"), ("", None), (None, None), (True, "true"),
        (date(2026, 1, 2), "2026-01-02"),
    ],
)  # fmt: skip
def test_keys_are_compared_as_texts(value: object, text: str | None) -> None:
    assert key_text(value) == text


# Start events

STARTS = (
    '<startEvent id="person"/>'
    f'<startEvent id="post" pik:result="brief">{MESSAGE}</startEvent>'
    f'<startEvent id="alarm">{SIGNAL}</startEvent>'
    f'<startEvent id="zeit">{timer("Cycle", "R/P7D")}</startEvent>'
)
SEVERAL = bpmn("person > a\npost > b\nalarm > c\nzeit > d", STARTS)


def test_a_definition_tells_what_starts_its_cases() -> None:
    definition = Definition.build({"p.bpmn": SEVERAL}, "p")
    assert definition.triggers == (
        Trigger("message", "Antwort", "post"),
        Trigger("signal", "Alarm", "alarm"),
        Trigger("timer", "", "zeit", "R/P7D"),
    )


def test_a_start_event_inside_a_sub_process_starts_no_case() -> None:
    inner = scope("s > x", f'<startEvent id="s">{MESSAGE}</startEvent>')
    beside = f'<subProcess id="n" triggeredByEvent="true">{inner}</subProcess>'
    assert Definition.build({"p.bpmn": bpmn("start > a", beside)}, "p").triggers == ()


@pytest.mark.parametrize(
    ("element", "task"), [("", "a"), ("person", "a"), ("post", "b"), ("alarm", "c"), ("zeit", "d")]
)
def test_a_case_begins_at_the_start_event_that_was_triggered(element: str, task: str) -> None:
    definition = Definition.build({"p.bpmn": SEVERAL}, "p")
    result = runtime.start(definition, {"x": 1}, BEGIN, element=element, payload={"text": "Hallo"})
    assert [one.element for one in result.open_tasks] == [task]
    assert result.history[0].element == (element or "person")
    if element == "post":
        assert result.data == {"x": 1, "brief": {"text": "Hallo"}}


def test_a_case_begins_at_no_other_element() -> None:
    definition = Definition.build({"p.bpmn": SEVERAL}, "p")
    for element in ("a", "nichts"):
        with pytest.raises(EngineFault) as caught:
            runtime.start(definition, {}, BEGIN, element=element)
        assert caught.value.code == "start-unknown"


def test_a_timer_start_is_due_by_its_text() -> None:
    assert start_due("P7D", BEGIN).at == datetime(2026, 3, 9, 9, tzinfo=UTC)
    assert start_due("R/P7D", BEGIN).every == "P7D"
    assert start_due("add_days(heute, 1)", BEGIN).at == datetime(2026, 3, 3, 23, tzinfo=UTC)
