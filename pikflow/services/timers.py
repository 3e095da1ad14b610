"""Timers: one row per case says when its next one is due; cases are never scanned."""

import logging
from datetime import timedelta

from pikflow.engine import runtime
from pikflow.errors import Conflict, EngineFault, PikFlowError
from pikflow.runners.port import Errand
from pikflow.services import children, incidents, start_data, steps
from pikflow.services.environment import Environment
from pikflow.services.progress import Deed
from pikflow.services.repeating import repeated
from pikflow.store import cases, work
from pikflow.store import incidents as stored_incidents

log = logging.getLogger(__name__)


class Timers:
    """Fires what is due, each case in its own transaction."""

    def __init__(self, environment: Environment) -> None:
        self._environment = environment

    def due(self, limit: int) -> list[Errand]:
        """The cases with a due timer, earliest first."""
        with self._environment.query() as unit:
            found = work.due_timers(unit.connection, unit.now, limit)
        return [Errand("timer", case_id, case_id) for case_id, _ in found]

    def fire_due(self, limit: int = 100) -> int:
        """Fire the timers of up to `limit` cases; gives how many cases went on."""
        return sum(self.fire(errand.case_id) for errand in self.due(limit)) if limit > 0 else 0

    def fire(self, instance_id: int) -> bool:
        """Fire a case's timer if it is due; False when it was not, or somebody is at the case."""
        try:
            return self._step(instance_id)
        except Conflict as fault:
            log.warning("The timer of case %s waits: %s", instance_id, fault.code)  # as it is due
        except PikFlowError as fault:
            self._failed(instance_id, fault)
        except Exception as fault:
            log.error("The timer of case %s failed: %s", instance_id, type(fault).__name__)
            self._failed(instance_id, EngineFault("timer-broken", type(fault).__name__))
        return False

    @repeated
    def _step(self, instance_id: int) -> bool:
        """One case; looks again under the lock whether the timer is still due."""
        with self._environment.command() as unit:
            if not work.lock_unless_busy(unit.connection, instance_id):
                return False
            case = cases.lock(unit.connection, instance_id)
            if case is not None and case.state == "open" and children.catch_up(unit, case):
                case = cases.lock(unit.connection, instance_id)
            known = work.timer_of(unit.connection, instance_id)
            if case is None or known is None or known[0] > unit.now:
                return False
            if case.state != "open":
                work.drop_timer(unit.connection, instance_id)
                return False
            version = steps.pinned(unit, case.definition_id)
            data = start_data.refreshed(unit, case.data, case)
            result = runtime.fire(version.definition, case.engine_state, data, unit.now)
            steps.take(unit, case, version, result, Deed("timer"))
            if case.stopped:
                stored_incidents.resolve(unit.connection, instance_id, unit.now)
            return True

    @repeated
    def _failed(self, instance_id: int, fault: PikFlowError) -> None:
        """Later again; the first failure is an incident already, for a timer is a deadline."""
        settings = self._environment.settings
        with self._environment.command() as unit:
            known = work.timer_of(unit.connection, instance_id)
            attempts = (known[1] if known else 0) + 1
            pause = settings["PIKFLOW_JOBS_BACKOFF_SECONDS"] * 2 ** min(attempts, 12)
            later = unit.now + timedelta(seconds=pause)
            work.delay_timer(unit.connection, instance_id, later, attempts)
            if attempts == 1:
                incidents.note(unit, instance_id, "timer", fault, attempts)
        log.error("A timer of case %s failed: %s", instance_id, fault.code)
