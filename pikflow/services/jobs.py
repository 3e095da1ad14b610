"""Background work: due timers and the outbox, run by a thread, a worker, or a test.

The row is the truth. A job is taken by a conditional update with a lease on the database's clock;
its effect on our data and the end of the job are one commit, so a worker that lost its lease to
another can't write anything.
"""

import logging
import secrets
import socket
import threading
from datetime import timedelta

from pikflow.connectors import Call
from pikflow.engine import runtime
from pikflow.errors import Conflict, ConnectorFault, PikFlowError, Refused
from pikflow.services import children, incidents, start_data, steps
from pikflow.services.environment import Environment, Unit
from pikflow.services.progress import Deed
from pikflow.services.timers import Timers
from pikflow.store import cases, work
from pikflow.store.work import JobRecord

log = logging.getLogger(__name__)

_LOST = "Ein anderer Arbeiter hat diesen Auftrag übernommen."


class LeaseLost(Refused):
    """Another worker has the job now; what this one did is undone."""


class Jobs:
    """Runs what is due; one object may serve several threads."""

    def __init__(self, environment: Environment, timers: Timers) -> None:
        self._environment = environment
        self._timers = timers
        self._owner = f"{socket.gethostname()}-{secrets.token_hex(4)}"

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
        if limit <= 0:
            return 0
        with self._environment.query() as unit:
            now = self._environment.database.now(unit.connection)
            ids = work.due_jobs(unit.connection, unit.now, now, limit)
        for job_id in ids:
            self.run(job_id)
        return len(ids)

    def run(self, job_id: int) -> bool:
        """Run one job; False when another worker has it. Never raises for what the job does."""
        job = self._take(job_id)
        if job is None:
            return False
        try:
            self._work(job)
        except LeaseLost:
            log.warning("Job %s was taken by another worker", job_id)
            return False
        except PikFlowError as fault:
            self._failed(job, fault)
        except Exception as fault:
            log.exception("Job %s (%s) failed", job_id, job.kind)
            self._failed(job, ConnectorFault("connector-broken", type(fault).__name__))
        return True

    def _take(self, job_id: int) -> JobRecord | None:
        with self._environment.command() as unit:
            now = self._environment.database.now(unit.connection)
            lease = timedelta(seconds=self._environment.settings["PIKFLOW_JOBS_LEASE_SECONDS"])
            return work.take_job(
                unit.connection, job_id, owner=self._owner, database_now=now, until=now + lease
            )

    def _work(self, job: JobRecord) -> None:
        if job.kind == "child":
            with self._environment.command() as unit:
                children.report_ended(unit, job.instance_id, int(job.payload["child"]))
                self._end(unit, job, work.DONE)
            return
        connector = self._environment.connectors.get(job.payload["connector"])
        call = self._call(job)
        outcome = connector.run(call) if connector.run is not None else None
        with self._environment.command() as unit:
            if connector.store is not None:
                cases.lock(unit.connection, job.instance_id)
                outcome = connector.store(unit, call)
            _resume(unit, job, outcome)
            self._end(unit, job, work.DONE)

    def _call(self, job: JobRecord) -> Call:
        with self._environment.query() as unit:
            case = cases.by_id(unit.connection, job.instance_id)
        return Call(
            key=job.key,
            number=case.number if case else "",
            element=job.payload["element"],
            input=job.payload.get("input"),
            now=self._environment.clock(),
        )

    def _end(self, unit: Unit, job: JobRecord, state: str, error: str = "") -> None:
        payload = {key: value for key, value in job.payload.items() if key != "input"}
        changes = {"state": state, "ended_at": unit.now, "error": error, "payload": payload}
        if not work.end_job(unit.connection, job.id, self._owner, changes):
            raise LeaseLost("lease-lost", _LOST)

    def _failed(self, job: JobRecord, fault: PikFlowError) -> None:
        """Again later, twice as late each time; after the last attempt an incident."""
        settings = self._environment.settings
        final = job.attempts >= settings["PIKFLOW_JOBS_ATTEMPTS"]
        lasting = isinstance(fault, ConnectorFault) and not fault.temporary
        with self._environment.command() as unit:
            if not (final or lasting):
                pause = settings["PIKFLOW_JOBS_BACKOFF_SECONDS"] * 2 ** (job.attempts - 1)
                changes = {
                    "state": work.WAITING,
                    "due": unit.now + timedelta(seconds=pause),
                    "error": fault.message,
                }
                work.end_job(unit.connection, job.id, self._owner, changes)
                return
            if _caught(unit, job, fault):
                self._end(unit, job, work.DONE, fault.message)
                return
            changes = {"state": work.DEAD, "ended_at": unit.now, "error": fault.message}
            if work.end_job(unit.connection, job.id, self._owner, changes):
                incidents.note(unit, job.instance_id, job.kind, fault, job.attempts, job.id)


def _resume(unit: Unit, job: JobRecord, outcome: object) -> None:
    """Let the case go on with the connector's result; a case that no longer waits is left alone."""
    case = cases.lock(unit.connection, job.instance_id)
    if case is None or case.state != "open":
        return
    version = steps.pinned(unit, case.definition_id)
    data = start_data.refreshed(unit, case.data, case)
    task_id = job.payload["task"]
    try:
        result = runtime.resume(
            version.definition, case.engine_state, data, task_id, outcome, unit.now
        )
    except Conflict:
        return
    steps.take(unit, case, version, result, Deed("connector", task_id))


def _caught(unit: Unit, job: JobRecord, fault: PikFlowError) -> bool:
    """Whether the diagram has a way for this error, which is then taken."""
    if job.kind != "connector":
        return False
    case = cases.lock(unit.connection, job.instance_id)
    if case is None or case.state != "open":
        return True
    version = steps.pinned(unit, case.definition_id)
    data = start_data.refreshed(unit, case.data, case)
    task_id = job.payload["task"]
    try:
        result = runtime.fail(
            version.definition, case.engine_state, data, task_id, fault.code, unit.now
        )
    except Refused:
        return False
    steps.take(unit, case, version, result, Deed("connector", task_id, fault.message))
    return True


class Worker:
    """A thread that runs what is due, for a demo or a small installation in one process."""

    def __init__(self, jobs: Jobs, pause: float) -> None:
        self._jobs = jobs
        self._pause = pause
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    @property
    def running(self) -> bool:
        return self._thread is not None and self._thread.is_alive()

    def start(self) -> None:
        """Begin; a second call while running changes nothing."""
        if self.running:
            return
        self._stop.clear()
        self._thread = threading.Thread(target=self._loop, name="pikflow-jobs", daemon=True)
        self._thread.start()

    def stop(self, timeout: float = 10) -> bool:
        """Finish the job at hand and end; False when it is still running after `timeout` s."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join(timeout)
        return not self.running

    def _loop(self) -> None:
        while not self._stop.is_set():
            try:
                ran = self._jobs.run_due(20)
            except Exception:
                log.exception("Background work failed; it is tried again")
                ran = 0
            self._stop.wait(0 if ran else self._pause)
