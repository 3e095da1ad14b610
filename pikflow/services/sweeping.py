"""The sweeper: finds what no runner knows of. Each minute, one worker of all."""

import logging
from datetime import timedelta

from pikflow.runners.port import Errand
from pikflow.services import outbox
from pikflow.services.environment import Environment, Unit
from pikflow.services.jobs import worker_name
from pikflow.store import work, workers

log = logging.getLogger(__name__)

_MOST = 5000  # jobs, and timers, in one round
_OVERDUE = timedelta(minutes=10)  # announced so long ago and still waiting: the runner lost it
_GONE = timedelta(days=1)  # a worker not seen for so long is no longer shown


class Sweeper:
    """Announces due jobs the runner was not told of or lost, jobs whose lease ran out, and due
    timers."""

    def __init__(self, environment: Environment) -> None:
        self._environment = environment

    def sweep_if_free(self) -> int | None:
        """One round, unless some worker began one less than a period ago; gives how many errands
        were announced."""
        period = timedelta(seconds=self._environment.settings["PIKFLOW_JOBS_SWEEP_SECONDS"])
        with self._environment.command() as unit:
            now = self._environment.database.now(unit.connection)
            if not workers.take_lease(
                unit.connection, "sweep", worker_name(), now=now, until=now + period
            ):
                return None
        return self.sweep()

    def sweep(self) -> int:
        """One round."""
        with self._environment.command() as unit:
            errands = self._forgotten(unit)
            if errands:
                outbox.announce(unit, errands)
            now = self._environment.database.now(unit.connection)
            workers.forget(unit.connection, unseen_since=now - _GONE)
        return len(errands)

    def _forgotten(self, unit: Unit) -> list[Errand]:
        now = self._environment.database.now(unit.connection)
        jobs = work.unannounced_jobs(unit.connection, unit.now, now, now - _OVERDUE, _MOST)
        timers = work.due_timers(unit.connection, unit.now, _MOST)
        return [
            *(Errand("job", job_id, case_id) for job_id, case_id in jobs),
            *(Errand("timer", case_id, case_id) for case_id, _ in timers),
        ]
