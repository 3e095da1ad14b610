"""The one clock of all runs: what is due happens at its own instant, in due order."""

from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from pikflow.errors import Conflict, Invalid, Refused
from pikflow.testing import Rehearsal, Run

from .conftest import BEGIN, Rehearse
from .drawing import (
    boundary,
    bpmn,
    catch,
    end,
    exclusive,
    flow,
    line,
    node,
    process,
    script,
    start,
    sub,
    timer,
    user,
    write,
)

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def when(run: Run, element: str) -> list[timedelta]:
    """How long after the beginning an element was completed."""
    return [r.at - BEGIN for r in run.history if r.element_id == element]


def waiting(text: str, kind: str = "timeDuration") -> str:
    body = (start("s"), catch("c", timer(text, kind)), end("e"), line("s", "c", "e"))
    return bpmn(process("p", *body))


def test_a_timer_waits_with_its_instant(rehearse: Rehearse) -> None:
    run = rehearse(waiting("PT36H")).start("p")
    (event,) = run.waiting_events
    assert (event.element_id, event.kind) == ("c", "timer")
    assert event.due == BEGIN + timedelta(hours=36)


def test_it_fires_at_its_instant_and_not_before(rehearse: Rehearse) -> None:
    rehearsal = rehearse(waiting("P2D"))
    run = rehearsal.start("p")
    rehearsal.advance(2 * DAY - timedelta(microseconds=1))
    assert not run.completed and run.waiting_events
    rehearsal.advance(timedelta(microseconds=1))
    assert run.completed and rehearsal.now == BEGIN + 2 * DAY


def test_history_has_the_instant_of_the_timer_not_of_the_move(rehearse: Rehearse) -> None:
    rehearsal = rehearse(waiting("P2D"))
    run = rehearsal.start("p")
    rehearsal.advance(30 * DAY)
    assert when(run, "c") == when(run, "e") == [2 * DAY]
    assert rehearsal.now == BEGIN + 30 * DAY


def test_timers_set_on_the_way_fire_too(rehearse: Rehearse) -> None:
    nodes = "".join(catch(f"c{n}", timer("P1D")) for n in (1, 2, 3))
    body = (start("s"), nodes, end("e"), line("s", "c1", "c2", "c3", "e"))
    rehearsal = rehearse(bpmn(process("p", *body)))
    run = rehearsal.start("p")
    rehearsal.advance(3 * DAY)
    assert run.completed and [when(run, f"c{n}") for n in (1, 2, 3)] == [
        [DAY],
        [2 * DAY],
        [3 * DAY],
    ]


def test_all_runs_share_the_clock_and_fire_in_due_order(rehearse: Rehearse) -> None:
    body = (start("s"), catch("c", timer("dauer")), end("e"), line("s", "c", "e"))
    rehearsal = rehearse(bpmn(process("p", *body)))
    for text in ("P3D", "P1D", "P2D"):
        rehearsal.start("p", {"dauer": text})
    rehearsal.advance(HOUR)
    late = rehearsal.start("p", {"dauer": "P1D"})
    rehearsal.advance(10 * DAY)
    assert all(run.completed for run in rehearsal.runs)
    ends = sorted(rehearsal.runs, key=lambda run: run.history[-1].at)
    assert [run.data["dauer"] for run in ends] == ["P1D", "P1D", "P2D", "P3D"] and ends[1] is late


def test_a_date_that_is_past_is_due_at_once(rehearse: Rehearse) -> None:
    rehearsal = rehearse(waiting("2020-01-01T00:00:00Z", "timeDate"))
    run = rehearsal.start("p")
    rehearsal.advance(timedelta(0))
    assert run.completed and rehearsal.now == BEGIN


def test_a_date_fires_at_its_instant_whatever_its_zone(rehearse: Rehearse) -> None:
    rehearsal = rehearse(waiting("2026-03-03T12:30:00+02:00", "timeDate"))
    run = rehearsal.start("p")
    rehearsal.advance(30 * DAY)
    assert run.history[-1].at == datetime(2026, 3, 3, 10, 30, tzinfo=UTC)


def test_the_clock_may_begin_in_any_zone(rehearse: Rehearse) -> None:
    rehearsal = rehearse(waiting("PT1H"), begins=BEGIN.astimezone(timezone(timedelta(hours=9))))
    assert rehearsal.now == BEGIN and str(rehearsal.now).endswith("+00:00")


def test_the_clock_needs_a_zone(rehearse: Rehearse) -> None:
    with pytest.raises(ValueError, match="zone"):
        rehearse(waiting("PT1H"), begins=datetime(2026, 3, 2))


def test_time_does_not_go_back(rehearse: Rehearse) -> None:
    rehearsal = rehearse(waiting("PT1H"))
    with pytest.raises(ValueError, match="back"):
        rehearsal.advance(-HOUR)
    assert rehearsal.now == BEGIN


TASK = start("s") + user("a") + end("e") + end("spaet") + line("s", "a", "e")


def test_an_interrupting_timer_ends_the_task(rehearse: Rehearse) -> None:
    body = TASK + boundary("b", "a", timer("P14D")) + line("b", "spaet")
    rehearsal = rehearse(bpmn(process("p", body)))
    run = rehearsal.start("p")
    task = run.open_tasks[0]
    assert run.waiting_events[0].attached_to == "a"
    rehearsal.advance(14 * DAY)
    assert run.completed and [r.element_id for r in run.history] == ["s", "b", "spaet"]
    with pytest.raises(Conflict):
        run.complete(task)


def test_a_task_completed_in_time_stops_its_timer(rehearse: Rehearse) -> None:
    body = TASK + boundary("b", "a", timer("P14D")) + line("b", "spaet")
    rehearsal = rehearse(bpmn(process("p", body)))
    run = rehearsal.start("p")
    run.complete("a")
    rehearsal.advance(30 * DAY)
    assert [r.element_id for r in run.history] == ["s", "a", "e"]


def test_a_reminder_leaves_the_task_open(rehearse: Rehearse) -> None:
    body = TASK + boundary("b", "a", timer("P14D"), interrupts=False) + line("b", "spaet")
    rehearsal = rehearse(bpmn(process("p", body)))
    run = rehearsal.start("p")
    rehearsal.advance(90 * DAY)
    assert [t.element_id for t in run.open_tasks] == ["a"] and when(run, "b") == [14 * DAY]


@pytest.mark.parametrize("text", ["R3/P7D", "R3/PT168H"])
def test_a_counted_cycle_fires_that_often(rehearse: Rehearse, text: str) -> None:
    body = TASK + boundary("b", "a", timer(text, "timeCycle"), interrupts=False)
    rehearsal = rehearse(
        bpmn(process("p", body + script("x", "n = n + 1") + line("b", "x", "spaet")))
    )
    run = rehearsal.start("p", {"n": 0})
    rehearsal.advance(15 * DAY)
    assert run.data == {"n": 2}
    rehearsal.advance(100 * DAY)
    assert run.data == {"n": 3} and not run.waiting_events
    assert when(run, "b") == [7 * DAY, 14 * DAY, 21 * DAY]


def test_an_endless_cycle_fires_at_every_turn(rehearse: Rehearse) -> None:
    body = TASK + boundary("b", "a", timer("R/P1D", "timeCycle"), interrupts=False)
    rehearsal = rehearse(bpmn(process("p", body + line("b", "spaet"))))
    run = rehearsal.start("p")
    rehearsal.advance(10 * DAY)
    assert when(run, "b") == [n * DAY for n in range(1, 11)]
    run.complete("a")
    rehearsal.advance(10 * DAY)
    assert run.completed and len(when(run, "b")) == 10


def test_a_loop_through_a_timer_goes_on_as_long_as_time_passes(rehearse: Rehearse) -> None:
    body = (
        start("s") + exclusive("m") + catch("c", timer("P1D")) + script("x", "n = n + 1")
        + exclusive("g", default="g_m") + end("e") + line("s", "m", "c", "x", "g")
        + flow("g", "e", "n &gt;= 5") + flow("g", "m")
    )  # fmt: skip
    rehearsal = rehearse(bpmn(process("p", body)))
    run = rehearsal.start("p", {"n": 0})
    rehearsal.advance(3 * DAY)
    assert run.data == {"n": 3} and not run.completed
    rehearsal.advance(3 * DAY)
    assert run.completed and when(run, "e") == [5 * DAY]


def test_fire_lets_one_timer_happen_and_moves_no_clock(rehearse: Rehearse) -> None:
    body = (start("s"), catch("c", timer("P9D")), catch("d", timer("PT2H")), end("e"))
    rehearsal = rehearse(bpmn(process("p", *body, line("s", "c", "d", "e"))))
    run, other = rehearsal.start("p"), rehearsal.start("p")
    run.fire("c")
    assert rehearsal.now == BEGIN and run.waiting_events[0].due == BEGIN + 2 * HOUR
    run.fire(run.waiting_events[0])
    assert run.completed and other.waiting_events[0].element_id == "c"


def test_fire_takes_the_one_that_is_meant(rehearse: Rehearse) -> None:
    border = boundary("b1", "a", timer("P1D"), interrupts=False) + boundary("b2", "a", timer("P2D"))
    body = TASK + border + end("e1") + line("b1", "e1") + line("b2", "spaet")
    run = rehearse(bpmn(process("p", body))).start("p")
    run.fire("b2")
    assert run.completed and [r.element_id for r in run.history] == ["s", "b2", "spaet"]


def test_what_no_longer_waits_can_not_fire(rehearse: Rehearse) -> None:
    run = rehearse(waiting("P1D")).start("p")
    event = run.waiting_events[0]
    run.fire(event)
    for key in (event, event.id, "c", "s"):
        with pytest.raises(Conflict) as refused:
            run.fire(key)
        assert refused.value.code == "event-not-waiting"


def test_an_event_that_waits_twice_needs_to_be_named(rehearse: Rehearse) -> None:
    loop = (
        '<bpmn:multiInstanceLoopCharacteristics isSequential="false">'
        "<bpmn:loopCardinality>2</bpmn:loopCardinality></bpmn:multiInstanceLoopCharacteristics>"
    )
    inner = sub("u", loop, start("us"), catch("c", timer("P1D")), end("ue"), line("us", "c", "ue"))
    run = rehearse(bpmn(process("p", start("s"), inner, end("e"), line("s", "u", "e")))).start("p")
    with pytest.raises(Invalid) as refused:
        run.fire("c")
    assert refused.value.code == "event-ambiguous"
    run.fire(run.waiting_events[1])
    assert len(run.waiting_events) == 1 and not run.completed


def test_the_first_of_two_events_decides(rehearse: Rehearse) -> None:
    body = (
        start("s") + node("eventBasedGateway", "g") + catch("kurz", timer("PT1H"))
        + catch("lang", timer("PT2H")) + end("e1") + end("e2")
        + line("s", "g", "kurz", "e1") + line("g", "lang", "e2")
    )  # fmt: skip
    rehearsal = rehearse(bpmn(process("p", body)))
    run = rehearsal.start("p")
    rehearsal.advance(5 * HOUR)
    assert run.completed and [r.element_id for r in run.history] == ["s", "g", "kurz", "e1"]


def begins_by(text: str, kind: str) -> str:
    body = (start("s", timer(text, kind)), user("a"), end("e"), line("s", "a", "e"))
    return bpmn(process("p", *body))


@pytest.mark.parametrize(
    ("text", "kind", "days"),
    [
        ("P2D", "timeDuration", [2]),
        ("R3/P1D", "timeCycle", [1, 2, 3]),
        ("R/P4D", "timeCycle", [4, 8]),
        ("2026-03-07T09:00:00Z", "timeDate", [5]),
    ],
)
def test_a_timer_begins_runs(rehearse: Rehearse, text: str, kind: str, days: list[int]) -> None:
    rehearsal = rehearse(begins_by(text, kind))
    assert rehearsal.runs == []
    rehearsal.advance(10 * DAY)
    assert [run.history[0].at - BEGIN for run in rehearsal.runs] == [day * DAY for day in days]
    assert all(run.open_tasks for run in rehearsal.runs)


def test_a_process_a_timer_begins_can_be_started_by_hand(rehearse: Rehearse) -> None:
    rehearsal = rehearse(begins_by("P2D", "timeDuration"))
    assert rehearsal.start("p", {"x": 1}).open_tasks and len(rehearsal.runs) == 1


def test_timers_that_begin_runs_without_end_are_refused(tmp_path: Path) -> None:
    rehearsal = Rehearsal.from_files(*write(tmp_path, a=begins_by("R/PT1S", "timeCycle")))
    with pytest.raises(Refused) as refused:
        rehearsal.advance(365 * DAY)
    assert refused.value.code == "too-many-starts" and len(rehearsal.runs) > 1000
