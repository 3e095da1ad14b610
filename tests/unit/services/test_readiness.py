"""Whether background work is done, as /health/worker and the doctor tell it."""

from datetime import timedelta

from pikflow.services import readiness
from pikflow.store import work, workers

from .world import World


def test_work_that_waits_for_five_minutes_is_late(world: World) -> None:
    world.start()
    with world.environment.command() as unit:
        now = world.environment.database.now(unit.connection)
        workers.see(unit.connection, "here-1", "embedded", now)
    assert world.background().healthy
    with world.environment.query() as unit:
        due = work.next_due(unit.connection)
    assert due is not None
    world.clock.now = due + timedelta(seconds=readiness.LATE_SECONDS - 60)
    assert world.background().healthy
    world.clock.move(seconds=120)
    found = world.background()
    assert (found.healthy, found.workers) == (False, 1)
    assert readiness.LATE_SECONDS < (found.oldest_due_seconds or 0) < readiness.LATE_SECONDS + 120
    world.jobs.run_due()
    assert world.background().healthy
