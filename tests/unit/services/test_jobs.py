"""Timers and the outbox: due once, done once, and what happens when it fails."""

import threading
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from pikflow.connectors import Call
from pikflow.errors import ConnectorFault, NotFound, Refused
from pikflow.services.jobs import Jobs, LeaseLost
from pikflow.services.worker import Worker
from pikflow.store import cases, work
from pikflow.store.tables import job

from .world import ANTRAG, PEOPLE, World

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
