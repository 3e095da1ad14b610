"""Faults PostgreSQL really throws: a use case is repeated and has its effect once.

A trigger on the history, which every one of these use cases writes, throws them: so many times,
counted by a sequence, which no rollback turns back.
"""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from typing import Any

import pytest
from sqlalchemy import event, select, text

from pikflow.errors import DatabaseBusy
from pikflow.services import repeating
from pikflow.services.repeating import repeated
from pikflow.store import cases
from pikflow.store.scope import enter_all
from pikflow.store.tables import completion, history, instance

from .world import ANTRAG, PEOPLE, World

pytestmark = pytest.mark.parametrize(
    "database_kind", ["postgresql"], indirect=True, scope="session"
)

FAULTS = {
    "40001": "RAISE EXCEPTION 'serialization' USING ERRCODE = '40001'",
    "40P01": "RAISE EXCEPTION 'deadlock' USING ERRCODE = '40P01'",
    "terminated": "PERFORM pg_terminate_backend(pg_backend_pid())",
}


@pytest.fixture
def inject(world: World) -> Callable[..., None]:
    """Let the next `times` rows of the history fail, at once or (deferred) in the commit."""

    def put(fault: str, times: int, *, deferred: bool = False) -> None:
        when = "DEFERRABLE INITIALLY DEFERRED" if deferred else ""
        kind = "CONSTRAINT" if deferred else ""
        with world.environment.database.engine.begin() as connection:
            for statement in (
                "CREATE SEQUENCE faults",
                f"""CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
                    IF nextval('faults') <= {times} THEN {FAULTS[fault]}; END IF;
                    RETURN NEW; END $$""",
                f"""CREATE {kind} TRIGGER faults AFTER INSERT ON pik_history {when}
                    FOR EACH ROW EXECUTE FUNCTION fail()""",
            ):
                connection.execute(text(statement))

    return put


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(repeating, "PAUSES", (0.01, 0.01, 0.01))


def _completed(world: World) -> list[Any]:
    return _rows(world, select(completion.c.task_id))


def _rows(world: World, statement: Any) -> list[Any]:
    with world.environment.query() as unit:
        return list(unit.connection.execute(statement).all())


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("deferred", [False, True])
def test_a_completion_is_stored_once(world: World, inject: Any, fault: str, deferred: bool) -> None:
    world.start()
    inject(fault, 3, deferred=deferred)
    done = world.complete("kreis1", "Antrag ausfüllen", ANTRAG)
    assert done.next_task == "" and not done.repeated
    assert len(_completed(world)) == 1
    assert world.open_tasks(done.number) == ["Antrag prüfen"]


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fourth_failure_is_told_and_nothing_is_stored(
    world: World, inject: Any, fault: str
) -> None:
    number = world.start()
    inject(fault, 4)
    with pytest.raises(DatabaseBusy) as refusal:
        world.complete("kreis1", "Antrag ausfüllen", ANTRAG)
    assert refusal.value.code == "database-busy"
    assert _completed(world) == []
    assert world.open_tasks(number) == ["Antrag ausfüllen"]
    world.complete("kreis1", "Antrag ausfüllen", ANTRAG)  # the fault has passed


def test_without_repetition_the_first_fault_reaches_the_person(
    world: World, inject: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.start()
    inject("40001", 1)
    monkeypatch.setattr(repeating, "PAUSES", ())
    with pytest.raises(DatabaseBusy):
        world.complete("kreis1", "Antrag ausfüllen", ANTRAG)


@pytest.mark.parametrize("fault", FAULTS)
def test_a_case_starts_once(world: World, inject: Any, fault: str) -> None:
    inject(fault, 2)
    assert world.services.cases.start(PEOPLE["kreis1"], "mini").created
    assert len(_rows(world, select(instance.c.id))) == 1


@pytest.mark.parametrize("fault", FAULTS)
def test_a_task_is_taken_once(world: World, inject: Any, fault: str) -> None:
    world.start()
    inject(fault, 2)
    world.tasks.claim(PEOPLE["kreis1"], world.task("kreis1"))
    assert len(_rows(world, select(history.c.id).where(history.c.kind == "claimed"))) == 1


@pytest.mark.parametrize("fault", FAULTS)
def test_a_timer_fires_once(world: World, inject: Any, fault: str) -> None:
    number = world.start()
    world.clock.move(days=31)
    inject(fault, 2)
    assert world.jobs.run_due() == 1
    assert world.cases.view(PEOPLE["kreis1"], number).head.outcome == "Verfristet"
    assert _rows(world, text("SELECT id FROM pik_incident")) == []


@pytest.mark.parametrize("fault", FAULTS)
def test_a_job_has_its_effect_once(
    world: World, inject: Any, with_connector: Callable[[Callable[[Any], Any]], None], fault: str
) -> None:
    calls = []

    def compute(call: Any) -> dict[str, Any]:
        calls.append(call.key)
        return {"doppelt": call.input["zahl"] * 2}

    with_connector(compute)
    number = world.start("kreis1", "rechnen")
    inject(fault, 2)
    world.jobs.run_due()
    assert len(calls) == 1
    assert world.open_tasks(number) == ["Ergebnis ansehen"]


def test_a_commit_whose_answer_was_lost_counts_once(world: World) -> None:
    """The server committed, the connection broke before it could say so."""
    number = world.start()
    task_id = world.task("kreis1", "Antrag ausfüllen")
    engine, cut = world.environment.database.engine, []

    def commit_and_cut(connection: Any) -> None:
        if not cut:
            cut.append(connection)
            driver = connection.connection.driver_connection
            with driver.pipeline() if hasattr(driver, "pipeline") else nullcontext():
                driver.commit()  # and all that was sent with it
            driver.close()

    event.listen(engine, "commit", commit_and_cut)
    done = world.tasks.complete(PEOPLE["kreis1"], task_id, ANTRAG)
    event.remove(engine, "commit", commit_and_cut)
    assert cut and done.repeated
    assert len(_completed(world)) == 1
    assert world.open_tasks(number) == ["Antrag prüfen"]


def test_a_note_is_not_written_twice_when_its_commit_is_in_doubt(world: World, inject: Any) -> None:
    number = world.start()
    inject("terminated", 1, deferred=True)
    with pytest.raises(DatabaseBusy):
        world.cases.add_note(PEOPLE["kreis1"], number, "Anruf")
    world.cases.add_note(PEOPLE["kreis1"], number, "Anruf")


def test_two_that_wait_for_each_other_both_end(world: World) -> None:
    """A real deadlock: each holds the case the other wants next."""
    world.start("kreis1"), world.start("kreis2")
    first, second = _rows(world, select(instance.c.id).order_by(instance.c.id))
    both_hold, times = threading.Barrier(2), []

    @repeated
    def lock(ids: list[int]) -> None:
        with world.environment.command() as unit:
            cases.lock(unit.connection, ids[0])
            if len(times) < 2:
                times.append(ids)
                both_hold.wait(5)
            cases.lock(unit.connection, ids[1])
            times.append(ids)

    orders = [[first.id, second.id], [second.id, first.id]]
    with ThreadPoolExecutor(2) as threads:
        assert list(threads.map(lock, orders)) == [None, None]
    assert sorted(times) == sorted(orders * 2)


def test_waits_no_longer_than_five_seconds_for_a_lock(world: World) -> None:
    number = world.start()
    with world.environment.database.engine.begin() as other:
        enter_all(other)
        other.execute(text("SELECT id FROM pik_process_instance FOR UPDATE"))
        with pytest.raises(DatabaseBusy) as refusal:
            world.complete("kreis1", "Antrag ausfüllen", ANTRAG)
    assert not refusal.value.passing
    assert world.open_tasks(number) == ["Antrag ausfüllen"]


def test_our_limits_end_with_our_transaction(world: World) -> None:
    limits = ("lock_timeout", "statement_timeout", "idle_in_transaction_session_timeout")
    with world.environment.command() as unit:
        inside = [unit.connection.execute(text(f"SHOW {name}")).scalar() for name in limits]
    with world.environment.database.engine.connect() as connection:
        outside = [connection.execute(text(f"SHOW {name}")).scalar() for name in limits]
    assert inside == ["5s", "30s", "1min"]
    assert outside == ["0", "0", "0"]
