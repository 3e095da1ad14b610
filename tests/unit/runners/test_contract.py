"""What every job runner keeps, whatever dies: nothing is lost, and nothing is done twice."""

import os
import signal
import time
from datetime import timedelta

import pytest
from sqlalchemy import text

from pikflow.host.clock import DemoClock
from pikflow.store import work

from .conftest import Setup


def test_carries_what_was_announced(setup: Setup) -> None:
    setup.start_cases(3)
    setup.services.worker.start(2)
    setup.order(3)
    setup.wait(lambda: setup.open_jobs() == 0)
    assert sorted(setup.ran()) == ["job-0", "job-1", "job-2"]


def test_a_rollback_leaves_nothing(setup: Setup) -> None:
    setup.start_cases(1)
    with pytest.raises(ZeroDivisionError), setup.services.environment.command() as unit:
        setup.add(unit, 1, prefix="undone")
        raise ZeroDivisionError
    assert setup.open_jobs() == 0
    if setup.place.runner == "procrastinate":
        assert _queued(setup) == 0
    setup.order(1, prefix="kept")
    if setup.place.runner == "procrastinate":
        assert _queued(setup) == 1
    setup.services.worker.start()
    setup.wait(lambda: setup.open_jobs() == 0)
    assert setup.ran() == ["kept-0"]


def _queued(setup: Setup) -> int:
    with setup.services.environment.query() as unit:
        wanted = "SELECT count(*) FROM pikflow_jobs.procrastinate_jobs"
        return int(unit.connection.execute(text(wanted)).scalar_one())


def test_what_was_not_announced_is_found_by_the_sweeper(setup: Setup) -> None:
    """The queue was out of order, or its rows are gone."""
    setup.start_cases(2)
    setup.order(2)
    with setup.services.environment.command() as unit:
        work.set_announced(unit.connection, [1, 2], None)
        if setup.place.runner == "procrastinate":
            unit.connection.execute(text("SET LOCAL search_path = pikflow_jobs"))
            unit.connection.execute(text("DELETE FROM procrastinate_jobs"))
    setup.services.worker.start()
    setup.wait(lambda: setup.open_jobs() == 0)
    assert sorted(setup.ran()) == ["job-0", "job-1"]


def test_two_workers_do_everything_once_and_cases_in_order(setup: Setup) -> None:
    """Jobs of many cases, many jobs of one case, and many timers due at one instant."""
    setup.start_cases(8)
    setup.order(8)
    setup.order(6, setup.cases[0], prefix="row")
    DemoClock(setup.place.folder / "clock.json").advance(40)
    for _ in range(2):
        setup.worker(concurrency=3)
    setup.wait(lambda: setup.open_jobs() == 0 and not _timers(setup), 30)
    ran = setup.ran()
    assert sorted(ran) == sorted([f"job-{n}" for n in range(8)] + [f"row-{n}" for n in range(6)])
    assert [key for key in ran if key.startswith("row")] == [f"row-{n}" for n in range(6)]
    assert len(setup.calls()) == len(ran)
    assert _fired(setup) == [1] * 8


def _timers(setup: Setup) -> int:
    with setup.services.environment.query() as unit:
        return len(work.due_timers(unit.connection, unit.now, 100))


def _fired(setup: Setup) -> list[int]:
    """How often each case ran out of time."""
    wanted = (
        "SELECT count(*) FROM pik_history WHERE name = '30 Tage' AND state = 'completed'"
        " GROUP BY instance_id"
    )
    with setup.services.environment.query() as unit:
        return [int(number) for (number,) in unit.connection.execute(text(wanted))]


def test_a_killed_worker_leaves_its_job_to_another(setup: Setup) -> None:
    setup.start_cases(1)
    setup.hang_first(60)
    first = setup.worker()
    setup.order(1)
    setup.wait(lambda: setup.calls() == [("job-0", first)])
    os.kill(first, signal.SIGKILL)
    second = setup.worker()
    setup.wait(lambda: setup.open_jobs() == 0)
    assert setup.calls() == [("job-0", first), ("job-0", second)]
    assert setup.ran_by() == {"job-0": second} and len(setup.ran()) == 1


def test_a_paused_worker_that_comes_back_is_refused(setup: Setup) -> None:
    setup.start_cases(1)
    setup.hang_first(0.5)
    first = setup.worker()
    setup.order(1)
    setup.wait(lambda: setup.calls() == [("job-0", first)])
    os.kill(first, signal.SIGSTOP)
    second = setup.worker()
    setup.wait(lambda: setup.open_jobs() == 0)
    os.kill(first, signal.SIGCONT)
    setup.order(1, prefix="next")
    setup.hang_first(1)  # long enough for the first worker to try to write its end
    setup.wait(lambda: setup.open_jobs() == 0)
    assert setup.ran_by()["job-0"] == second
    assert sorted(setup.ran()) == ["job-0", "next-0"]


def test_a_job_that_hangs_is_left_behind_by_its_own_worker(setup: Setup) -> None:
    setup.start_cases(1)
    setup.hang_first(60)
    only = setup.worker(concurrency=1)
    setup.order(1)
    setup.wait(lambda: setup.open_jobs() == 0)
    assert setup.calls() == [("job-0", only)] * 2 and setup.ran() == ["job-0"]


def test_a_worker_that_is_stopped_finishes_what_is_at_hand(setup: Setup) -> None:
    setup.start_cases(2)
    setup.hang_first(1)
    first = setup.worker(concurrency=1)
    setup.order(2)
    setup.wait(lambda: len(setup.calls()) == 1)
    os.kill(first, signal.SIGTERM)
    setup.workers[0].join(20)
    assert setup.workers[0].exitcode == 0
    assert len(setup.calls()) == len(setup.ran()) == setup.open_jobs() == 1
    assert setup.services.jobs.health().workers == ()


def test_a_worker_that_is_stopped_gives_back_what_it_can_not_finish(setup: Setup) -> None:
    setup.start_cases(1)
    setup.hang_first(60)
    first = setup.worker(PIKFLOW_JOBS_STOP_SECONDS=0.3, PIKFLOW_JOBS_LEASE_SECONDS=600)
    setup.order(1)
    setup.wait(lambda: len(setup.calls()) == 1)
    os.kill(first, signal.SIGTERM)
    setup.services.worker.start()
    setup.wait(lambda: setup.open_jobs() == 0)
    assert [process for _, process in setup.calls()] == [first, os.getpid()]


def test_workers_whose_clocks_are_wrong_change_nothing(setup: Setup) -> None:
    """They take no job that is held, and fire no timer before its time: it is due in 3 hours, or
    in 2 or 4 when the clocks change in between, and a clock is 6 hours ahead."""
    setup.start_cases(2, ahead=timedelta(hours=3))
    DemoClock(setup.place.folder / "clock.json").advance(30)
    setup.hang_first(0.8)
    right = setup.worker(concurrency=1)
    setup.order(1)
    setup.wait(lambda: setup.calls() == [("job-0", right)])
    for hours in (6, -6):
        setup.worker(ahead=timedelta(hours=hours))
    setup.wait(lambda: _alive(setup) == 3)
    setup.order(1, setup.cases[1], prefix="more")
    setup.wait(lambda: setup.open_jobs() == 0)
    time.sleep(0.6)  # a round of the sweeper
    assert setup.calls()[0] == ("job-0", right) and len(setup.calls()) == 2
    assert _fired(setup) == []


def _alive(setup: Setup) -> int:
    return sum(one["alive"] for one in setup.services.jobs.health().workers)
