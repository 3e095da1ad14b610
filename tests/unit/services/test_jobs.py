"""Timers and the outbox: due once, done once, and what happens when it fails."""

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from pikflow.connectors import Call
from pikflow.errors import ConnectorFault, EngineFault, NotFound, Refused
from pikflow.runners.embedded import EmbeddedRunner
from pikflow.runners.port import Errand, RunnerFault
from pikflow.services import Services, outbox
from pikflow.services.handlers import Handler
from pikflow.services.jobs import Jobs, LeaseLost
from pikflow.services.outbox import Order
from pikflow.services.sweeping import Sweeper
from pikflow.services.worker import Worker
from pikflow.store import cases, work
from pikflow.store.tables import job

from .world import ANTRAG, PEOPLE, World, bundle

Put = Callable[[Callable[[Call], Any]], None]


def data_of(world: World, number: str) -> dict[str, Any]:
    with world.environment.query() as unit:
        case = cases.by_number(unit.connection, number)
    assert case is not None
    return case.data


# --- timers ------------------------------------------------------------------------------------


def test_a_timer_fires_when_it_is_due_and_not_before(world: World) -> None:
    """30 days of wall time from 2 March: the night of 29 March has an hour less."""
    number = world.start()
    world.clock.move(days=29, hours=22, minutes=59)
    assert world.jobs.run_due() == 0
    world.clock.move(minutes=1)
    assert world.jobs.run_due() == 1
    head = world.cases.view(PEOPLE["kreis1"], number).head
    assert (head.state, head.outcome) == ("completed", "Verfristet")
    assert world.jobs.run_due() == 0


def test_a_completed_step_takes_its_timer_along(world: World) -> None:
    number = world.start()
    world.complete("kreis1", answers=ANTRAG)
    world.clock.move(days=90)
    assert world.jobs.run_due() == 0
    assert world.open_tasks(number) == ["Antrag prüfen"]


def test_two_workers_fire_a_timer_once(world: World) -> None:
    number = world.start()
    world.clock.move(days=31)
    gate = threading.Barrier(4)

    def fire() -> None:
        gate.wait()
        world.timers.fire_due()

    threads = [threading.Thread(target=fire) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    told = [e.what for e in world.cases.view(PEOPLE["kreis1"], number).timeline]
    assert told.count("30 Tage") == 1


# --- connectors --------------------------------------------------------------------------------


def test_a_service_task_is_called_after_the_commit_and_the_case_goes_on(world: World) -> None:
    number = world.start("kreis1", "rechnen")
    assert world.open_tasks(number) == []
    assert world.jobs.run_due() == 1
    assert world.open_tasks(number) == ["Ergebnis ansehen"]
    result = data_of(world, number)["ergebnis"]
    assert result["doppelt"] == Decimal(42)


def test_an_effect_carries_the_same_key_at_every_attempt(world: World, with_connector: Put) -> None:
    keys = []

    def broken(call: Call) -> None:
        keys.append(call.key)
        raise ConnectorFault("down", "Der Dienst antwortet nicht.")

    with_connector(broken)
    world.start("kreis1", "rechnen")
    for _ in range(3):
        world.jobs.run_due()
        world.clock.move(hours=2)
    assert len(keys) == 3 and len(set(keys)) == 1


def test_waits_longer_after_each_attempt_and_gives_up_with_an_incident(
    world: World, with_connector: Put
) -> None:
    def broken(call: Call) -> None:
        raise ConnectorFault("down", "Der Dienst antwortet nicht.")

    with_connector(broken)
    number = world.start("kreis1", "rechnen")
    pauses = []
    for _ in range(6):
        world.jobs.run_due()
        with world.environment.query() as unit:
            due = work.next_due(unit.connection)
        if due is not None:
            pauses.append((due - world.clock.now).total_seconds())
            world.clock.now = due
    assert pauses == [30, 60, 120, 240, 480]
    found = world.incidents.list(PEOPLE["admin"])
    assert [(i.number, i.code, i.attempts) for i in found] == [(number, "down", 6)]
    assert world.cases.view(PEOPLE["kreis1"], number).head.stopped
    assert world.jobs.run_due() == 0


def test_an_error_the_diagram_foresees_goes_its_way(world: World, with_connector: Put) -> None:
    def impossible(call: Call) -> None:
        raise ConnectorFault("kein-weg", "Das geht nicht.", temporary=False)

    with_connector(impossible)
    number = world.start("kreis1", "rechnen")
    world.jobs.run_due()
    head = world.cases.view(PEOPLE["kreis1"], number).head
    assert (head.state, head.outcome, head.stopped) == ("completed", "Nicht möglich", False)
    assert world.incidents.list(PEOPLE["admin"]) == ()


def test_an_incident_is_tried_again_by_an_administrator(world: World, with_connector: Put) -> None:
    def unfit(call: Call) -> None:
        raise ConnectorFault("unfit", "So nicht.", temporary=False)

    with_connector(unfit)
    number = world.start("kreis1", "rechnen")
    world.jobs.run_due()
    (incident,) = world.incidents.list(PEOPLE["admin"])
    with pytest.raises(Refused):
        world.incidents.retry(PEOPLE["kreis1"], incident.id)
    with_connector(lambda call: {"doppelt": 1})
    world.incidents.retry(PEOPLE["admin"], incident.id)
    world.jobs.run_due()
    assert world.open_tasks(number) == ["Ergebnis ansehen"]
    assert not world.cases.view(PEOPLE["kreis1"], number).head.stopped
    with pytest.raises(NotFound):
        world.incidents.retry(PEOPLE["admin"], incident.id)


def test_a_fault_nobody_foresaw_is_a_failed_attempt_not_an_end_of_the_worker(
    world: World, with_connector: Put
) -> None:
    with_connector(lambda call: 1 / 0)
    world.start("kreis1", "rechnen")
    assert world.jobs.run_due() == 1
    with world.environment.query() as unit:
        found = work.job_by_id(unit.connection, 1)
    assert found is not None and (found.state, found.attempts) == ("waiting", 1)


def test_the_input_of_a_call_is_gone_when_it_is_done(world: World) -> None:
    world.start("kreis1", "rechnen")
    with world.environment.query() as unit:
        before = work.job_by_id(unit.connection, 1)
    world.jobs.run_due()
    with world.environment.query() as unit:
        after = work.job_by_id(unit.connection, 1)
    assert before is not None and before.payload["input"] == {"zahl": Decimal(21)}
    assert after is not None and "input" not in after.payload and after.state == "done"


def test_a_worker_that_lost_its_lease_changes_nothing(world: World, with_connector: Put) -> None:
    """A paused worker comes back after another took the job: its result is refused."""
    number = world.start("kreis1", "rechnen")
    other = Jobs(world.environment, world.timers)

    def slow(call: Call) -> dict[str, Any]:
        if data_of(world, number).get("ergebnis") is None and not taken:
            taken.append(True)
            _expire_leases(world)
            other.run(1)
        return {"doppelt": len(taken)}

    taken: list[bool] = []
    with_connector(slow)
    assert world.jobs.run(1) is False
    view = world.cases.view(PEOPLE["kreis1"], number)
    assert [task.name for task in view.tasks] == ["Ergebnis ansehen"]
    assert sum(1 for entry in view.timeline if entry.what == "Rechnen lassen") == 1
    assert issubclass(LeaseLost, Refused)


def _expire_leases(world: World) -> None:
    with world.environment.command() as unit:
        now = world.environment.database.now(unit.connection)
        unit.connection.execute(job.update().values(lease_until=now - timedelta(seconds=1)))


def test_a_job_whose_worker_died_is_taken_when_its_lease_ran_out(world: World) -> None:
    number = world.start("kreis1", "rechnen")
    dead = Jobs(world.environment, world.timers)
    assert dead._take(1) is not None
    assert world.jobs.run_due() == 0, "the lease still holds"
    _expire_leases(world)
    assert world.jobs.run_due() == 1
    assert world.open_tasks(number) == ["Ergebnis ansehen"]


def test_eight_workers_run_every_job_once(world: World, with_connector: Put) -> None:
    calls = []

    def count(call: Call) -> dict[str, int]:
        calls.append(call.key)
        return {"doppelt": 1}

    with_connector(count)
    for who in ("kreis1", "kreis2"):
        world.start(who, "rechnen")
    threads = [threading.Thread(target=world.jobs.run_due) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(calls) == len(set(calls)) == 2


def test_the_thread_works_by_itself_and_stops_cleanly(world: World) -> None:
    number = world.start("kreis1", "rechnen")
    worker = Worker(world.environment, world.jobs)
    worker.start()
    worker.start()
    ended = threading.Event()
    for _ in range(250):
        if world.open_tasks(number):
            break
        ended.wait(0.02)
    assert world.open_tasks(number) == ["Ergebnis ansehen"]
    assert worker.running
    assert worker.stop() and not worker.running


def test_listeners_hear_of_it_after_the_commit_and_can_not_veto(world: World) -> None:
    heard = []

    def listen(**news: Any) -> None:
        heard.append((news["number"], world.open_tasks(news["number"])))
        raise RuntimeError("a listener's own trouble")

    world.environment.signals.case_started.connect(listen)
    number = world.start()
    world.environment.signals.case_started.disconnect(listen)
    assert heard == [(number, ["Antrag ausfüllen"])]


# --- what foreign code may do ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("outcome", "code"),
    [
        (object(), "outcome-invalid"),
        ({"wert": Decimal("NaN")}, "outcome-invalid"),
        ({"wert": float("inf")}, "outcome-invalid"),
        (["a\0b"], "outcome-invalid"),
        ("\ud800", "outcome-invalid"),
        (b"PDF", "outcome-invalid"),
        ("x" * 1_000_001, "outcome-too-large"),
    ],
    ids=lambda value: repr(value)[:20],
)
def test_an_outcome_that_is_no_case_data_is_an_incident_at_once(
    world: World, with_connector: Put, outcome: Any, code: str
) -> None:
    with_connector(lambda call: outcome)
    number = world.start("kreis1", "rechnen")
    assert world.jobs.run_due() == 1
    assert [(i.number, i.code) for i in world.incidents.list(PEOPLE["admin"])] == [(number, code)]
    assert data_of(world, number).get("ergebnis") is None


def test_an_outcome_that_holds_itself_is_an_incident(world: World, with_connector: Put) -> None:
    ring: list[Any] = []
    ring.append(ring)
    with_connector(lambda call: ring)
    world.start("kreis1", "rechnen")
    world.jobs.run_due()
    assert [i.code for i in world.incidents.list(PEOPLE["admin"])] == ["outcome-invalid"]


@pytest.mark.parametrize("fault", [SystemExit, KeyboardInterrupt, GeneratorExit, RecursionError])
def test_no_connector_ends_the_worker(
    world: World, with_connector: Put, fault: type[BaseException]
) -> None:
    def run(call: Call) -> None:
        raise fault

    with_connector(run)
    world.start("kreis1", "rechnen")
    thread = threading.Thread(target=world.jobs.run_due)
    thread.start()
    thread.join()
    with world.environment.query() as unit:
        found = work.job_by_id(unit.connection, 1)
    assert found is not None
    assert (found.state, found.attempts, found.error) == ("waiting", 1, fault.__name__)


def test_a_fault_no_column_holds_is_cut(world: World, with_connector: Put) -> None:
    def broken(call: Call) -> None:
        raise ConnectorFault("x" * 300, "A\0B" * 9000, temporary=False)

    with_connector(broken)
    world.start("kreis1", "rechnen")
    world.jobs.run_due()
    (incident,) = world.incidents.list(PEOPLE["admin"])
    assert incident.code == "x" * 80 and incident.message == "AB" * 9000


def test_a_job_of_an_unknown_kind_is_an_incident_and_can_be_tried_again(world: World) -> None:
    world.start()
    with world.environment.command() as unit:
        outbox.add(unit, [Order("riddle", "riddle-1", 1, {"answer": 42})])
    assert world.jobs.run_due() == 1
    (incident,) = world.incidents.list(PEOPLE["admin"])
    assert (incident.code, incident.kind) == ("job-unknown", "riddle")
    assert world.jobs.health().dead == 1
    seen = []
    world.jobs.handlers["riddle"] = Handler(inside=lambda unit, job, _: seen.append(job.payload))
    world.incidents.retry(PEOPLE["admin"], incident.id)
    assert world.jobs.run_due() == 1
    assert seen == [{"answer": 42}] and world.jobs.health().dead == 0


def test_a_job_that_ends_its_worker_again_and_again_is_an_incident(world: World) -> None:
    number = world.start("kreis1", "rechnen")
    for _ in range(6):
        assert world.jobs._take(1) is not None
        _expire_leases(world)
    assert world.jobs.run_due() == 1
    (incident,) = world.incidents.list(PEOPLE["admin"])
    assert (incident.number, incident.code) == (number, "job-stuck")


def test_a_fault_of_the_engine_is_an_incident_at_once(world: World, with_connector: Put) -> None:
    calls = []

    def count(call: Call) -> dict[str, int]:
        calls.append(call.key)
        raise EngineFault("broken", "Das geht nie.")

    with_connector(count)
    world.start("kreis1", "rechnen")
    world.jobs.run_due()
    assert len(calls) == 1
    assert [i.code for i in world.incidents.list(PEOPLE["admin"])] == ["broken"]


# --- one case ----------------------------------------------------------------------------------


def _orders(world: World, *keys: str) -> list[str]:
    """Jobs of the kind "note" for case 1; what they did goes into the list."""
    done: list[str] = []

    def note(unit: Any, job: Any, _: Any) -> None:
        if job.payload.get("broken"):
            raise ConnectorFault("broken", "Kaputt.", temporary=False)
        done.append(job.key)

    world.jobs.handlers["note"] = Handler(inside=note)
    with world.environment.command() as unit:
        orders = [Order("note", key, 1, {"broken": key.startswith("broken")}) for key in keys]
        outbox.add(unit, orders)
    return done


def test_jobs_of_a_case_run_in_order_and_one_at_a_time(world: World) -> None:
    world.start()
    done = _orders(world, "a", "b", "c")
    assert world.jobs.run(3) is False, "not its turn"
    assert [errand.id for errand in world.jobs.due(10)] == [1]
    held = world.jobs._take(1)
    assert held is not None and world.jobs._take(2) is None and world.jobs.due(10) == []
    with world.environment.command() as unit:
        assert work.give_back(unit.connection, held.id, held.owner)
    following: Errand | None = Errand("job", 1, 1)
    while following is not None:
        following = world.jobs.perform(following)
    assert done == ["a", "b", "c"]


def test_a_job_that_waits_for_its_next_attempt_holds_no_other_up(world: World) -> None:
    world.start()
    done = _orders(world, "a", "b")
    with world.environment.command() as unit:
        later = unit.now + timedelta(hours=1)
        unit.connection.execute(job.update().where(job.c.id == 1).values(due=later))
    assert world.jobs.run_due() == 1 and done == ["b"]
    world.clock.move(hours=1)
    assert world.jobs.run_due() == 1 and done == ["b", "a"]


def test_an_incident_that_is_tried_again_leaves_the_others_of_its_case(world: World) -> None:
    number = world.start()
    _orders(world, "broken-1", "broken-2")
    assert world.jobs.run_due() == 2
    second, first = world.incidents.list(PEOPLE["admin"])
    with world.environment.command() as unit:
        unit.connection.execute(job.update().where(job.c.id == 1).values(payload={}))
    world.incidents.retry(PEOPLE["admin"], first.id)
    world.jobs.run_due()
    assert [i.id for i in world.incidents.list(PEOPLE["admin"])] == [second.id]
    assert world.cases.view(PEOPLE["kreis1"], number).head.stopped
    assert world.jobs.health().dead == 1


def test_a_service_task_that_ran_out_of_time_is_not_called(
    world: World, with_connector: Put
) -> None:
    """An interrupting timer at the service task takes the waiting job, and its incident, along."""
    timer = (
        b'<bpmn:boundaryEvent id="Frist" name="Zu lange" attachedToRef="Dienst">'
        b"<bpmn:timerEventDefinition><bpmn:timeDuration>PT1H</bpmn:timeDuration>"
        b"</bpmn:timerEventDefinition></bpmn:boundaryEvent>"
        b'<bpmn:sequenceFlow id="Frist_Ansehen" sourceRef="Frist" targetRef="Ansehen"/>'
        b"</bpmn:process>"
    )
    files = bundle()
    files["rechnen.bpmn"] = files["rechnen.bpmn"].replace(b"</bpmn:process>", timer)
    files["rechnen.bpmn"] = files["rechnen.bpmn"].replace(
        b"<bpmn:flowNodeRef>Abbruch</bpmn:flowNodeRef>",
        b"<bpmn:flowNodeRef>Abbruch</bpmn:flowNodeRef><bpmn:flowNodeRef>Frist</bpmn:flowNodeRef>",
    )
    world.definitions.deploy(files)
    calls = []

    def fail(call: Call) -> None:
        calls.append(call.key)
        raise ConnectorFault("down", "Später.", temporary=len(calls) == 1)

    with_connector(fail)
    number = world.start("kreis1", "rechnen")
    world.jobs.run_due()
    world.clock.move(hours=2)
    assert world.timers.fire_due() == 1
    assert world.open_tasks(number) == ["Ergebnis ansehen"]
    assert world.jobs.run_due() == 0 and len(calls) == 1

    second = world.start("kreis2", "rechnen")
    world.jobs.run_due()
    assert [i.number for i in world.incidents.list(PEOPLE["admin"])] == [second]
    world.clock.move(hours=2)
    world.timers.fire_due()
    assert world.incidents.list(PEOPLE["admin"]) == ()
    assert not world.cases.view(PEOPLE["kreis2"], second).head.stopped


# --- how it stands -----------------------------------------------------------------------------


def test_health_tells_how_long_the_oldest_waits(world: World) -> None:
    assert world.jobs.health().oldest_due_seconds is None
    world.start("kreis1", "rechnen")
    world.clock.move(minutes=6)
    assert world.jobs.health().oldest_due_seconds == 360
    assert world.jobs._take(1) is not None
    assert world.jobs.health().oldest_due_seconds is None
    _expire_leases(world)
    assert 1 <= (world.jobs.health().oldest_due_seconds or 0) < 60


def test_the_sweeper_works_once_in_a_period_however_many_ask(world: World) -> None:
    sweepers = [Sweeper(world.environment) for _ in range(4)]
    found: list[int | None] = []
    threads = [
        threading.Thread(target=lambda one=one: found.append(one.sweep_if_free()))
        for one in sweepers
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(found, key=str) == [0, None, None, None]


def test_a_runner_out_of_order_holds_no_step_up(world: World) -> None:
    class Broken(EmbeddedRunner):
        def announce(self, connection: Any, errands: Any) -> None:
            raise RunnerFault("no queue")

    broken = Services(replace(world.environment, runner=Broken()))
    number = broken.cases.start(PEOPLE["kreis1"], "rechnen").number
    with world.environment.query() as unit:
        found = work.job_by_id(unit.connection, 1)
    assert found is not None and found.announced_at is None
    assert Sweeper(world.environment).sweep() == 1
    world.jobs.run_due()
    assert world.open_tasks(number) == ["Ergebnis ansehen"]
