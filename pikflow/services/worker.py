"""A worker: a runner at work, with a sign of life and the sweeper beside it."""

import logging
import threading

from pikflow.errors import DatabaseBusy
from pikflow.runners.port import RunnerFault
from pikflow.services.environment import Environment
from pikflow.services.jobs import Jobs, worker_name
from pikflow.services.sweeping import Sweeper
from pikflow.store import workers

log = logging.getLogger(__name__)

_BEAT = 10  # seconds between signs of life


class Worker:
    """Works jobs and timers in a thread until it is told to stop.

    `fault` says why it ended by itself; the process then has to be started anew.
    """

    def __init__(self, environment: Environment, jobs: Jobs) -> None:
        self._environment = environment
        self._jobs = jobs
        self._sweeper = Sweeper(environment)
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        self.fault: RunnerFault | None = None
        environment.signals.work_added.connect(environment.runner.wake)

    def prepare(self) -> None:
        """Create what the runner needs in the database; safe to run again."""
        with self._environment.command() as unit:
            self._environment.runner.prepare(unit.connection)

    @property
    def running(self) -> bool:
        return self._thread is not None and self._thread.is_alive()

    def start(self, concurrency: int = 1) -> None:
        """Begin, `concurrency` jobs at a time; a second call while running changes nothing."""
        if self.running:
            return
        self._stop.clear()
        self._thread = threading.Thread(
            target=self._run, args=(concurrency,), name="pikflow-worker", daemon=True
        )
        self._thread.start()

    def stop(self, timeout: float = 10) -> bool:
        """Begin nothing more, finish what is at hand, give back what is left when the time is up;
        False when the thread is still running after `timeout` s."""
        self._stop.set()
        self._environment.runner.wake()
        if self._thread is not None:
            self._thread.join(timeout)
        return not self.running

    def _run(self, concurrency: int) -> None:
        tending = threading.Thread(target=self._tend, name="pikflow-sweeper", daemon=True)
        tending.start()
        try:
            self._environment.runner.run(self._jobs, self._stop, concurrency)
        except RunnerFault as fault:
            self.fault = fault
            log.critical("Background work ended: %s. Restart this process.", fault)
        finally:
            self._stop.set()
            tending.join(_BEAT)
            self._leave()

    def _tend(self) -> None:
        """Signs of life and rounds of the sweeper; the database may be away meanwhile."""
        pause = min(_BEAT, self._environment.settings["PIKFLOW_JOBS_SWEEP_SECONDS"])
        while not self._stop.is_set():
            try:
                self._beat()
                self._sweeper.sweep_if_free()
            except DatabaseBusy as fault:
                log.error("The sweeper waits: %s", fault.code)
            except Exception:
                log.exception("The sweeper could not work; it tries again")
            self._stop.wait(pause)

    def _beat(self) -> None:
        environment = self._environment
        with environment.command() as unit:
            now = environment.database.now(unit.connection)
            workers.see(unit.connection, worker_name(), environment.runner.name, now)

    def _leave(self) -> None:
        try:
            left = self._jobs.give_back()
            with self._environment.command() as unit:
                workers.forget(unit.connection, worker_name())
        except Exception:
            log.exception("The worker could not sign off; its leases run out by themselves")
            return
        if left:
            log.warning("%s jobs were not finished and given back", left)
