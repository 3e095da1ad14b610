"""Jobs: taken by a lease, worked, ended in the transaction of their effect.

The row is the truth. A job is taken by a conditional update with a lease on the database's clock;
its effect on our data and the end of the job are one commit, so an attempt that lost its lease to
another can't write anything. Jobs of one case run one after the other, the oldest first; one that
waits for its next attempt does not hold the others up.
"""

import logging
import os
import secrets
import socket
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from pikflow import logs
from pikflow.errors import ConnectorFault, PikFlowError, Refused
from pikflow.runners.port import Errand
from pikflow.services import children, connecting, deliveries, incidents, job_faults, outbox
from pikflow.services.environment import Environment, Unit
from pikflow.services.handlers import Handler
from pikflow.services.repeating import repeated
from pikflow.services.timers import Timers
from pikflow.store import work, workers
from pikflow.store.work import JobRecord

log = logging.getLogger(__name__)

_LOST = "Ein anderer Arbeiter hat diesen Auftrag übernommen."
_ALIVE = 60  # seconds after its last sign of life a worker counts as gone


class LeaseLost(Refused):
    """Another attempt has the job now; what this one did is undone."""


@dataclass(frozen=True)
class Health:
    """How background work stands.

    `workers` are {name, runner, started_at, seen_seconds, alive}; `oldest_due_seconds` is how long
    the oldest due job or timer waits, None when nothing is due; `dead` counts jobs that gave up.
    """

    workers: tuple[dict[str, Any], ...]
    oldest_due_seconds: float | None
    dead: int


class Jobs:
    """Runs what is due; one object may serve several threads. It is the runners' Desk."""

    def __init__(self, environment: Environment, timers: Timers) -> None:
        self._environment = environment
        self._timers = timers
        self._in_hand: dict[int, JobRecord] = {}
        self.handlers: dict[str, Handler] = {
            "connector": connecting.CONNECTOR,
            "child": children.CHILD,
            **deliveries.HANDLERS,
        }

    @property
    def seconds(self) -> int:
        """How long a job may take: the lease."""
        return int(self._environment.settings["PIKFLOW_JOBS_LEASE_SECONDS"])

    # --- what is due ---------------------------------------------------------------------------

    def run_due(self, limit: int = 100) -> int:
        """Fire due timers and run due jobs until nothing is due or `limit` is reached; gives how
        many. What a job leads to is run, too."""
        done = 0
        while done < limit:
            ran = self._timers.fire_due(limit - done)
            ran += self._run_jobs(limit - done - ran)
            if ran == 0:
                break
            done += ran
        return done

    def _run_jobs(self, limit: int) -> int:
        due = self._due_jobs(limit) if limit > 0 else []
        return sum(self.run(errand.id) for errand in due)

    def due(self, limit: int) -> Sequence[Errand]:
        """Jobs and timers that are due, of each case the one job whose turn it is."""
        return [*self._due_jobs(limit), *self._timers.due(limit)]

    def _due_jobs(self, limit: int) -> list[Errand]:
        with self._environment.query() as unit:
            now = self._environment.database.now(unit.connection)
            found = work.due_jobs(unit.connection, unit.now, now, limit)
        return [Errand("job", job_id, case_id) for job_id, case_id in found]

    # --- one errand ----------------------------------------------------------------------------

    def perform(self, errand: Errand) -> Errand | None:
        """Do an errand; gives the next job of its case."""
        if errand.kind == "timer":
            self._timers.fire(errand.case_id)
            return None
        return self._next(errand.case_id) if self.run(errand.id) else None

    def _next(self, case_id: int) -> Errand | None:
        with self._environment.query() as unit:
            now = self._environment.database.now(unit.connection)
            job_id = work.turn_of_case(unit.connection, case_id, unit.now, now)
        return None if job_id is None else Errand("job", job_id, case_id)

    def run(self, job_id: int) -> bool:
        """Run one job; False when it is not its turn or another has it. Never raises for what the
        job does."""
        job = self._take(job_id)
        if job is None:
            return False
        with logs.under(str(job.payload.get("request", ""))):
            return self._run(job_id, job)

    def _run(self, job_id: int, job: JobRecord) -> bool:
        try:
            self._work(job)
        except LeaseLost:
            log.warning("Job %s was taken by another worker", job_id)
            return False
        except PikFlowError as fault:
            self._failed(job, fault)
        except Exception as fault:
            log.error("Job %s (%s) failed: %s", job_id, job.kind, job_faults.place(fault))
            self._failed(job, ConnectorFault("connector-broken", type(fault).__name__))
        finally:
            self._in_hand.pop(job_id, None)
        return True

    @repeated
    def _take(self, job_id: int) -> JobRecord | None:
        owner = f"{worker_name()}/{secrets.token_hex(4)}"
        with self._environment.command() as unit:
            known = work.job_by_id(unit.connection, job_id)
            if known is None or known.state in (work.DONE, work.DEAD):
                return None
            now = self._environment.database.now(unit.connection)
            turn = work.lock_turn(unit.connection, known.instance_id, unit.now, now)
            if turn != job_id:
                work.set_announced(unit.connection, [job_id], None)
                return None
            until = now + timedelta(seconds=self.seconds)
            job = work.take_job(
                unit.connection,
                job_id,
                owner=owner,
                now=unit.now,
                database_now=now,
                until=until,
            )
        if job is not None:
            self._in_hand[job.id] = job
        return job

    def _work(self, job: JobRecord) -> None:
        if job.attempts > self._environment.settings["PIKFLOW_JOBS_ATTEMPTS"]:
            raise job_faults.stuck()
        handler = self.handlers.get(job.kind)
        if handler is None:
            raise job_faults.unknown(job.kind)
        outcome = handler.outside(self._environment, job) if handler.outside else None
        self._effect(job, handler, outcome)

    @repeated
    def _effect(self, job: JobRecord, handler: Handler, outcome: Any) -> None:
        with self._environment.command() as unit:
            handler.inside(unit, job, outcome)
            self._end(unit, job, work.DONE)

    def _end(self, unit: Unit, job: JobRecord, state: str, error: str = "") -> None:
        payload = {key: value for key, value in job.payload.items() if key != "input"}
        kept = job.payload if state == work.DEAD else payload
        changes = {"state": state, "ended_at": unit.now, "error": error, "payload": kept}
        if not work.end_job(unit.connection, job.id, job.owner, changes):
            raise LeaseLost("lease-lost", _LOST)

    # --- what fails ----------------------------------------------------------------------------

    @repeated
    def _failed(self, job: JobRecord, fault: PikFlowError) -> None:
        """Again later, twice as late each time; after the last attempt an incident."""
        fault = job_faults.storable(fault)
        try:
            with self._environment.command() as unit:
                if job_faults.is_lasting(fault) or job.attempts >= self._attempts:
                    self._give_up(unit, job, fault)
                else:
                    self._put_off(unit, job, fault)
        except LeaseLost:
            log.warning("Job %s failed, but was taken by another worker", job.id)

    @property
    def _attempts(self) -> int:
        return int(self._environment.settings["PIKFLOW_JOBS_ATTEMPTS"])

    def _put_off(self, unit: Unit, job: JobRecord, fault: PikFlowError) -> None:
        pause = self._environment.settings["PIKFLOW_JOBS_BACKOFF_SECONDS"] * 2 ** (job.attempts - 1)
        changes = {
            "state": work.WAITING,
            "due": unit.now + timedelta(seconds=pause),
            "error": fault.message,
            "announced_at": None,
        }
        if not work.end_job(unit.connection, job.id, job.owner, changes):
            raise LeaseLost("lease-lost", _LOST)

    def _give_up(self, unit: Unit, job: JobRecord, fault: PikFlowError) -> None:
        handler = self.handlers.get(job.kind)
        if handler is not None and handler.rescue is not None and handler.rescue(unit, job, fault):
            self._end(unit, job, work.DONE, fault.message)
            return
        self._end(unit, job, work.DEAD, fault.message)
        incidents.note(unit, job.instance_id, job.kind, fault, job.attempts, job.id)

    def give_back(self) -> int:
        """This process ends: what it has in hand goes to others at once. Gives how many jobs."""
        with self._environment.command() as unit:
            given = [
                Errand("job", job.id, job.instance_id)
                for job in list(self._in_hand.values())
                if work.give_back(unit.connection, job.id, job.owner)
            ]
            if given:
                outbox.announce(unit, given)
        return len(given)

    # --- how it stands -------------------------------------------------------------------------

    def health(self) -> Health:
        """For /health/worker; the alarm that matters is the oldest due job over 5 minutes."""
        with self._environment.query() as unit:
            now = self._environment.database.now(unit.connection)
            due, lapsed = work.next_due(unit.connection), work.oldest_lapsed(unit.connection, now)
            waits = [_age(due, unit.now), _age(lapsed, now)]
            return Health(
                workers=tuple(_seen(one, now) for one in workers.all_of_them(unit.connection)),
                oldest_due_seconds=max((age for age in waits if age is not None), default=None),
                dead=work.count_dead(unit.connection),
            )


def worker_name() -> str:
    """This process among all workers of an installation."""
    return f"{socket.gethostname()[:40]}-{os.getpid()}"


def _age(since: datetime | None, now: datetime) -> float | None:
    return None if since is None or since > now else (now - since).total_seconds()


def _seen(one: workers.WorkerRecord, now: datetime) -> dict[str, Any]:
    age = (now - one.seen_at).total_seconds()
    return {
        "name": one.name,
        "runner": one.runner,
        "started_at": one.started_at,
        "seen_seconds": age,
        "alive": age <= _ALIVE,
    }
