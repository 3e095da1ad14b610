"""What goes wrong in a run is said in `error`; the run stands where it stood before."""

from datetime import timedelta

import pytest

from pikflow.errors import Conflict
from pikflow.testing import Run

from .conftest import Rehearse
from .drawing import (
    boundary,
    bpmn,
    catch,
    end,
    error,
    exclusive,
    flow,
    line,
    loop,
    message,
    node,
    on,
    parallel,
    process,
    script,
    start,
    sub,
    timer,
    user,
)

E = error("E", "E42")
# Runs n times: not at all for 0, and with a text it is a fault.
COUNTED = node("manualTask", "x", loop("n"))


def elements(run: Run) -> list[str]:
    return [record.element_id for record in run.history]


def test_an_uncaught_error_ends_the_run_with_its_code(rehearse: Rehearse) -> None:
    body = (start("s"), user("a"), end("e", on("error", "E")), line("s", "a", "e"))
    run = rehearse(bpmn(E, process("p", *body))).start("p")
    assert run.error is None
    run.complete("a", {"x": 1})
    assert run.error is not None and run.error.bpmn_error_code == "E42"
    assert run.error.code == "error-not-caught" and run.error.element_id == "e"
    assert not run.completed and run.ended and run.state == "failed"
    assert run.open_tasks == [] and run.data == {"x": 1} and elements(run) == ["s", "a", "e"]


def test_an_uncaught_error_from_within_ends_everything(rehearse: Rehearse) -> None:
    inner = sub("u", start("us"), user("ua"), end("ue", on("error", "E")), line("us", "ua", "ue"))
    body = (
        start("s") + parallel("f") + inner + user("b") + end("e1") + end("e2")
        + line("s", "f", "u", "e1") + line("f", "b", "e2")
    )  # fmt: skip
    run = rehearse(bpmn(E, process("p", body))).start("p")
    run.complete("ua")
    assert run.error and run.error.bpmn_error_code == "E42" and run.open_tasks == []
    with pytest.raises(Conflict):
        run.complete("b")


COUNTS = bpmn(process("p", start("s"), user("a"), COUNTED, end("e"), line("s", "a", "x", "e")))


def test_a_step_that_faults_was_not_taken(rehearse: Rehearse) -> None:
    run = rehearse(COUNTS).start("p", {"vorher": 1})
    task = run.open_tasks[0]
    run.complete("a", {"n": "viel"})
    assert run.error is not None and run.error.code == "loop"
    assert run.error.element_id == "x" and run.error.bpmn_error_code is None and run.error.message
    assert run.open_tasks == [task] and run.data == {"vorher": 1} and elements(run) == ["s"]
    assert run.state == "open"


def test_a_step_that_succeeds_clears_the_error(rehearse: Rehearse) -> None:
    run = rehearse(COUNTS).start("p")
    run.complete("a", {"n": "viel"})
    run.complete("a", {"n": 0})
    assert run.error is None and run.completed and run.data == {"n": 0}


def test_a_run_that_can_not_begin_says_why(rehearse: Rehearse) -> None:
    body = (start("s"), COUNTED, user("a"), end("e"), line("s", "x", "a", "e"))
    rehearsal = rehearse(bpmn(process("p", *body)))
    run = rehearsal.start("p", {"n": "viel"})
    assert run.error and (run.error.code, run.error.element_id) == ("loop", "x")
    assert run.state == "failed" and not run.completed
    assert run.history == [] and run.open_tasks == [] and run.data == {"n": "viel"}
    assert rehearsal.runs == [run]
    rehearsal.advance(timedelta(days=1))
    assert rehearsal.start("p", {"n": 4}).open_tasks


def test_an_endless_loop_is_an_error_and_no_traceback(rehearse: Rehearse) -> None:
    body = (
        start("s") + user("a") + exclusive("m") + script("x", "n = n + 1")
        + exclusive("g", default="g_m") + end("e") + line("s", "a", "m", "x", "g")
        + flow("g", "m") + flow("g", "e", "n &lt; 0")
    )  # fmt: skip
    run = rehearse(bpmn(process("p", body))).start("p", {"n": 0})
    run.complete("a")
    assert run.error and run.error.code == "step-limit" and run.data == {"n": 0}
    assert [task.element_id for task in run.open_tasks] == ["a"]


def test_too_many_instances_are_an_error(rehearse: Rehearse) -> None:
    body = (start("s"), user("a", loop("n")), end("e"), line("s", "a", "e"))
    run = rehearse(bpmn(process("p", *body))).start("p", {"n": 10_000})
    assert run.error and run.error.code == "loop" and run.open_tasks == []


def test_a_process_that_calls_itself_is_an_error(rehearse: Rehearse) -> None:
    body = (start("s"), node("callActivity", "c", calledElement="p"), end("e"), line("s", "c", "e"))
    run = rehearse(bpmn(process("p", *body))).start("p")
    assert run.error and run.error.code == "nesting-limit"


LATE = (
    start("s") + user("a") + boundary("b", "a", timer("P1D"), interrupts=False) + end("e")
    + COUNTED + end("spaet") + line("s", "a", "e") + line("b", "x", "spaet")
)  # fmt: skip


def test_a_timer_that_faults_holds_up_no_other_run(rehearse: Rehearse) -> None:
    rehearsal = rehearse(bpmn(process("p", LATE)))
    broken, sound = rehearsal.start("p", {"n": "viel"}), rehearsal.start("p", {"n": 0})
    rehearsal.advance(timedelta(days=2))
    assert broken.error and broken.error.element_id == "x" and broken.open_tasks
    assert sound.error is None and elements(sound) == ["s", "b", "x", "spaet"]


def test_a_timer_that_faults_is_tried_again_later(rehearse: Rehearse) -> None:
    rehearsal = rehearse(bpmn(process("p", LATE)))
    run = rehearsal.start("p", {"n": "viel"})
    rehearsal.advance(timedelta(days=2))
    rehearsal.advance(timedelta(days=2))
    assert run.error and elements(run) == ["s"]


def test_a_message_that_faults_leaves_its_event_waiting(rehearse: Rehearse) -> None:
    body = (
        start("s") + catch("c", on("message", "M")) + COUNTED + end("e")
        + line("s", "c", "x", "e")
    )  # fmt: skip
    rehearsal = rehearse(bpmn(message("M", "Wert"), process("p", body)))
    run = rehearsal.start("p")
    rehearsal.send_message("Wert", {"n": "viel"})
    assert run.error and run.data == {} and run.waiting_events
    rehearsal.send_message("Wert", {"n": 0})
    assert run.completed and run.error is None and run.data == {"n": 0}


def test_a_timer_without_a_date_is_an_error(rehearse: Rehearse) -> None:
    body = start("s") + user("a") + catch("c", timer("dauer")) + end("e") + line("s", "a", "c", "e")
    run = rehearse(bpmn(process("p", body))).start("p")
    run.complete("a", {"dauer": "übermorgen"})
    assert run.error and run.error.code == "timer-without-date" and run.error.element_id == "c"
    run.complete("a", {"dauer": "P2D"})
    assert run.error is None and run.waiting_events
