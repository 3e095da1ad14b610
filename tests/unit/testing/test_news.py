"""Messages, signals, conditions and errors: what reaches whom, within a run and between runs."""

from pathlib import Path
from typing import Any

import pytest

from pikflow.testing import Rehearsal, Run

from .conftest import Rehearse
from .drawing import (
    boundary,
    bpmn,
    catch,
    end,
    error,
    line,
    message,
    node,
    on,
    parallel,
    process,
    signal,
    start,
    sub,
    throw,
    user,
    write,
)

M, N, S, E = (
    message("M", "Zahlung"),
    message("N", "Antwort"),
    signal("S", "Alarm"),
    error("E", "E42"),
)
WAITS = process("p", start("s"), catch("c", on("message", "M")), end("e"), line("s", "c", "e"))
HEARS = process("p", start("s"), catch("c", on("signal", "S")), end("e"), line("s", "c", "e"))


def elements(run: Run) -> list[str]:
    return [record.element_id for record in run.history]


def test_a_message_reaches_who_waits_with_its_payload(rehearse: Rehearse) -> None:
    rehearsal = rehearse(bpmn(M, WAITS))
    run = rehearsal.start("p", {"nr": 1})
    (event,) = run.waiting_events
    assert (event.kind, event.message) == ("message", "Zahlung")
    assert rehearsal.send_message("Zahlung", {"betrag": 9.5}) is run
    assert run.completed and run.data == {"nr": 1, "betrag": 9.5}


def test_a_message_nobody_waits_for_changes_nothing(rehearse: Rehearse) -> None:
    rehearsal = rehearse(bpmn(M, WAITS))
    run = rehearsal.start("p")
    assert rehearsal.send_message("Etwas") is None
    rehearsal.send_message("Zahlung")
    assert rehearsal.send_message("Zahlung") is None
    assert elements(run) == ["s", "c", "e"] and rehearsal.runs == [run]


def test_a_message_goes_to_one_run_the_first_that_waits(rehearse: Rehearse) -> None:
    rehearsal = rehearse(bpmn(M, WAITS))
    first, second = rehearsal.start("p"), rehearsal.start("p")
    rehearsal.send_message("Zahlung")
    assert first.completed and not second.completed


@pytest.mark.parametrize("correlation", ["B-2", {"nr": "B-2"}])
def test_a_correlation_finds_the_run_by_its_data(rehearse: Rehearse, correlation: Any) -> None:
    rehearsal = rehearse(bpmn(M, WAITS))
    runs = [rehearsal.start("p", {"nr": nr, "art": "x"}) for nr in ("A-1", "B-2", "C-3")]
    assert rehearsal.send_message("Zahlung", correlation=correlation) is runs[1]
    assert [run.completed for run in runs] == [False, True, False]
    assert rehearsal.send_message("Zahlung", correlation=correlation) is None


def test_a_number_correlates_as_its_text_does(rehearse: Rehearse) -> None:
    rehearsal = rehearse(bpmn(M, WAITS))
    first, second = rehearsal.start("p", {"nr": 7}), rehearsal.start("p", {"nr": "8"})
    assert rehearsal.send_message("Zahlung", correlation=8) is second
    assert rehearsal.send_message("Zahlung", correlation={"nr": "7"}) is first


def test_a_key_on_the_event_decides(rehearse: Rehearse) -> None:
    body = catch("c", on("message", "M"), pik_key="nr * 10")
    text = bpmn(M, process("p", start("s"), body, end("e"), line("s", "c", "e")))
    rehearsal = rehearse(text)
    first, second = rehearsal.start("p", {"nr": 1}), rehearsal.start("p", {"nr": 2})
    assert [run.waiting_events[0].key for run in (first, second)] == ["10", "20"]
    assert rehearsal.send_message("Zahlung") is None
    assert rehearsal.send_message("Zahlung", correlation=2) is None
    assert rehearsal.send_message("Zahlung", correlation=20) is second and not first.completed


BEGINS = process(
    "q",
    start("qs", on("message", "M")),
    catch("qc", on("message", "N")),
    end("qe"),
    line("qs", "qc", "qe"),
)


def test_a_message_starts_a_run(rehearse: Rehearse) -> None:
    rehearsal = rehearse(bpmn(M, N, BEGINS))
    run = rehearsal.send_message("Zahlung", {"betrag": 3})
    assert rehearsal.runs == [run] and run is not None
    assert (run.process_id, run.data, elements(run)) == ("q", {"betrag": 3}, ["qs"])


def test_each_message_starts_another_run(rehearse: Rehearse) -> None:
    rehearsal = rehearse(bpmn(M, N, BEGINS))
    for number in range(3):
        rehearsal.send_message("Zahlung", {"n": number})
    assert [run.data["n"] for run in rehearsal.runs] == [0, 1, 2]


def test_what_started_a_run_correlates_later_messages(rehearse: Rehearse) -> None:
    rehearsal = rehearse(bpmn(M, N, BEGINS))
    runs = [rehearsal.send_message("Zahlung", correlation=key) for key in ("A", "B")]
    assert rehearsal.send_message("Antwort", {"gut": True}, correlation="B") is runs[1]
    assert [run.completed for run in rehearsal.runs] == [False, True]


def test_a_run_that_waits_goes_before_a_start_event(rehearse: Rehearse) -> None:
    rehearsal = rehearse(bpmn(M, N, WAITS, BEGINS))
    run = rehearsal.start("p")
    assert rehearsal.send_message("Zahlung") is run
    assert rehearsal.send_message("Zahlung") is rehearsal.runs[1]


def test_a_process_a_message_starts_can_be_started_by_hand(rehearse: Rehearse) -> None:
    run = rehearse(bpmn(M, N, BEGINS)).start("q", {"x": 1})
    assert elements(run) == ["qs"] and run.data == {"x": 1}


POOLS = bpmn(
    M,
    N,
    process(
        "kunde",
        start("ks"),
        throw("kt", on("message", "M")),
        catch("kc", on("message", "N")),
        end("ke"),
        line("ks", "kt", "kc", "ke"),
    ),
    process(
        "amt",
        start("as", on("message", "M")),
        user("au"),
        end("ae", on("message", "N")),
        line("as", "au", "ae"),
    ),
)


def test_two_pools_talk_to_each_other(rehearse: Rehearse) -> None:
    rehearsal = rehearse(POOLS)
    customer = rehearsal.start("kunde")
    office = rehearsal.runs[1]
    assert office.process_id == "amt" and not customer.completed
    office.complete("au")
    assert office.completed and customer.completed
    assert rehearsal.trace == ["ks", "kt", "as", "au", "ae", "kc", "ke"]


def test_send_and_receive_tasks_talk_too(rehearse: Rehearse) -> None:
    text = bpmn(
        M,
        process(
            "p", start("s"), node("receiveTask", "r", messageRef="M"), end("e"), line("s", "r", "e")
        ),
        process(
            "q",
            start("qs"),
            node("sendTask", "t", messageRef="M"),
            end("qe"),
            line("qs", "t", "qe"),
        ),
    )
    rehearsal = rehearse(text)
    run = rehearsal.start("p")
    assert run.waiting_events[0].element_id == "r" and run.open_tasks == []
    assert rehearsal.start("q").completed and run.completed
    assert [(r.element_id, r.kind) for r in run.history][1] == ("r", "receiveTask")


def test_a_signal_reaches_all_runs_that_wait(rehearse: Rehearse) -> None:
    rehearsal = rehearse(bpmn(S, HEARS))
    runs = [rehearsal.start("p") for _ in range(3)]
    assert rehearsal.send_signal("Alarm") == runs
    assert all(run.completed for run in runs) and rehearsal.send_signal("Alarm") == []


def test_a_thrown_signal_reaches_other_runs(rehearse: Rehearse) -> None:
    thrower = process(
        "t", start("ts"), throw("tt", on("signal", "S")), end("te"), line("ts", "tt", "te")
    )
    rehearsal = rehearse(bpmn(S, HEARS, thrower))
    runs = [rehearsal.start("p") for _ in range(2)]
    rehearsal.start("t")
    assert all(run.completed for run in runs) and len(rehearsal.runs) == 3


def test_a_signal_is_heard_in_the_run_itself_once(rehearse: Rehearse) -> None:
    body = (
        start("s") + parallel("f") + catch("c", on("signal", "S")) + user("u")
        + throw("t", on("signal", "S")) + end("e1") + end("e2")
        + line("s", "f", "c", "e1") + line("f", "u", "t", "e2")
    )  # fmt: skip
    run = rehearse(bpmn(S, process("p", body))).start("p")
    run.complete("u")
    assert run.completed and elements(run).count("c") == 1


def test_a_signal_carries_what_it_was_sent_with(rehearse: Rehearse) -> None:
    rehearsal = rehearse(bpmn(S, HEARS))
    run = rehearsal.start("p")
    rehearsal.send_signal("Alarm", {"grund": "Wasser"})
    assert run.data == {"grund": "Wasser"}


CONDITION = (
    '<bpmn:conditionalEventDefinition><bpmn:condition xsi:type="bpmn:tFormalExpression">'
    "x &gt; 3</bpmn:condition></bpmn:conditionalEventDefinition>"
)


def test_a_condition_happens_when_it_becomes_true(rehearse: Rehearse) -> None:
    body = (
        start("s") + parallel("f") + user("a") + catch("c", CONDITION) + end("e1") + end("e2")
        + line("s", "f", "a", "e1") + line("f", "c", "e2")
    )  # fmt: skip
    run = rehearse(bpmn(process("p", body))).start("p", {"x": 1})
    assert [(e.element_id, e.kind) for e in run.waiting_events] == [("c", "conditional")]
    run.complete("a", {"x": 5})
    assert run.completed and elements(run)[-2:] == ["c", "e2"]


def test_every_kind_of_event_can_be_fired(rehearse: Rehearse) -> None:
    for definition in (on("message", "M"), on("signal", "S"), CONDITION):
        text = bpmn(
            M, S, process("p", start("s"), catch("c", definition), end("e"), line("s", "c", "e"))
        )
        run = rehearse(text).start("p", {"x": 0})
        run.fire("c", {"woher": "Probe"})
        assert run.completed and run.data == {"x": 0, "woher": "Probe"}


def test_an_interrupting_message_ends_the_task(rehearse: Rehearse) -> None:
    body = (
        start("s") + user("a") + boundary("b", "a", on("message", "M")) + end("e") + end("weg")
        + line("s", "a", "e") + line("b", "weg")
    )  # fmt: skip
    rehearsal = rehearse(bpmn(M, process("p", body)))
    run = rehearsal.start("p")
    rehearsal.send_message("Zahlung")
    assert run.completed and elements(run) == ["s", "b", "weg"]


def test_a_message_that_does_not_interrupt_may_come_again(rehearse: Rehearse) -> None:
    body = (
        start("s") + user("a") + boundary("b", "a", on("message", "M"), interrupts=False)
        + end("e") + end("noch") + line("s", "a", "e") + line("b", "noch")
    )  # fmt: skip
    rehearsal = rehearse(bpmn(M, process("p", body)))
    run = rehearsal.start("p")
    for _ in range(3):
        rehearsal.send_message("Zahlung")
    run.complete("a")
    assert run.completed and elements(run).count("b") == 3


def test_an_event_sub_process_takes_over(rehearse: Rehearse) -> None:
    inner = sub(
        "es", start("es_s", on("message", "M")), user("es_u"), end("es_e"),
        line("es_s", "es_u", "es_e"), triggeredByEvent="true",
    )  # fmt: skip
    text = bpmn(M, process("p", start("s"), user("a"), end("e"), line("s", "a", "e"), inner))
    rehearsal = rehearse(text)
    run = rehearsal.start("p")
    rehearsal.send_message("Zahlung")
    assert [task.element_id for task in run.open_tasks] == ["es_u"]
    run.complete("es_u")
    assert run.completed and ("es_u", "es") in [(r.element_id, r.scope) for r in run.history]


def test_an_error_is_caught_at_the_border(rehearse: Rehearse) -> None:
    inner = sub("u", start("us"), user("ua"), end("ue", on("error", "E")), line("us", "ua", "ue"))
    body = (
        start("s") + inner + boundary("b", "u", on("error", "E")) + end("e") + end("gefangen")
        + line("s", "u", "e") + line("b", "gefangen")
    )  # fmt: skip
    run = rehearse(bpmn(E, process("p", body))).start("p")
    run.complete("ua")
    assert run.completed and run.error is None and elements(run)[-1] == "gefangen"


def test_messages_between_runs_that_never_end_are_told(tmp_path: Path) -> None:
    body = (start("s", on("signal", "S")), end("e", on("signal", "S")), line("s", "e"))
    rehearsal = Rehearsal.from_files(*write(tmp_path, a=bpmn(S, process("p", *body))))
    rehearsal.send_signal("Alarm")
    assert any(run.error and run.error.code == "step-limit" for run in rehearsal.runs)


def test_a_thrown_message_finds_its_run_by_key(rehearse: Rehearse) -> None:
    waits = process(
        "p", start("s"), catch("c", on("message", "M"), pik_key="nr"), end("e"),
        line("s", "c", "e"),
    )  # fmt: skip
    thrown = throw("tt", on("message", "M"), pik_key="an", pik_input='{"betrag": 1.5}')
    sends = process("t", start("ts"), thrown, end("te"), line("ts", "tt", "te"))
    rehearsal = rehearse(bpmn(M, waits, sends))
    runs = [rehearsal.start("p", {"nr": nr}) for nr in (1, 2, 3)]
    rehearsal.start("t", {"an": "2"})
    assert [run.completed for run in runs] == [False, True, False]
    assert runs[1].data == {"nr": 2, "betrag": 1.5}


def test_a_thrown_message_is_not_for_who_throws_it(rehearse: Rehearse) -> None:
    body = (
        start("s") + throw("t", on("message", "M")) + catch("c", on("message", "M")) + end("e")
        + line("s", "t", "c", "e")
    )  # fmt: skip
    rehearsal = rehearse(bpmn(M, process("p", body)))
    first = rehearsal.start("p")
    assert not first.completed
    second = rehearsal.start("p")
    assert first.completed and not second.completed


def test_a_signal_is_heard_by_who_waited_when_it_was_thrown(rehearse: Rehearse) -> None:
    late = process(
        "q", start("qs", on("message", "M")), catch("qc", on("signal", "S")), end("qe"),
        line("qs", "qc", "qe"),
    )  # fmt: skip
    both = process(
        "t", start("ts"), throw("t1", on("message", "M")), throw("t2", on("signal", "S")),
        end("te"), line("ts", "t1", "t2", "te"),
    )  # fmt: skip
    rehearsal = rehearse(bpmn(M, S, HEARS, late, both))
    early = rehearsal.start("p")
    rehearsal.start("t")
    assert early.completed
    assert [run.state for run in rehearsal.runs if run.process_id == "q"] == ["open"]


def test_what_is_offered_to_people_is_not_for_other_runs(rehearse: Rehearse) -> None:
    offered = process(
        "p", start("s"), catch("c", on("message", "M"), pik_lane="Amt"), end("e"),
        line("s", "c", "e"),
    )  # fmt: skip
    sends = process(
        "t", start("ts"), throw("tt", on("message", "M")), end("te"), line("ts", "tt", "te")
    )
    rehearsal = rehearse(bpmn(M, offered, sends))
    run = rehearsal.start("p")
    rehearsal.start("t")
    assert not run.completed
    assert rehearsal.send_message("Zahlung") is run and run.completed
