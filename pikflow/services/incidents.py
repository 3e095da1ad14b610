"""Incidents: what keeps a case from going on, for administrators; no case data in it."""

from pikflow.errors import NotFound, PikFlowError
from pikflow.identity import Actor
from pikflow.runners.port import Errand
from pikflow.services import access, outbox, progress
from pikflow.services.environment import Environment, Unit, beyond
from pikflow.services.repeating import repeated_if_undone
from pikflow.services.views import Incident
from pikflow.store import cases, work
from pikflow.store import incidents as stored
from pikflow.texts import say


class Incidents:
    """List and retry."""

    def __init__(self, environment: Environment) -> None:
        self._environment = environment

    def list(self, actor: Actor) -> tuple[Incident, ...]:
        """Open incidents, newest first."""
        with self._environment.query(actor) as unit:
            access.require(unit, "incident.read")
            with unit.beyond():
                found = stored.open_ones(unit.connection)
            return tuple(
                Incident(e.id, e.number, e.code, e.message, e.at, e.attempts, e.kind) for e in found
            )

    @repeated_if_undone
    def retry(self, actor: Actor, incident_id: int) -> None:
        """Try what failed once more; raises NotFound for an incident that is resolved."""
        with self._environment.command(actor) as unit:
            access.require(unit, "incident.retry")
            _retry(unit, incident_id)


@beyond
def _retry(unit: Unit, incident_id: int) -> None:
    found = next(iter(stored.open_ones(unit.connection, incident_id=incident_id)), None)
    if found is None:
        raise NotFound("incident-not-found", say("Diese Störung ist schon behoben."))
    if found.job_id is not None:
        work.revive_job(unit.connection, found.job_id, unit.now)
        outbox.announce(unit, [Errand("job", found.job_id, found.instance_id)])
        stored.resolve(unit.connection, found.instance_id, unit.now, jobs=[found.job_id])
    else:
        work.delay_timer(unit.connection, found.instance_id, unit.now, 0)
        outbox.announce(unit, [Errand("timer", found.instance_id, found.instance_id)])
        stored.resolve(unit.connection, found.instance_id, unit.now)
    case = cases.by_id(unit.connection, found.instance_id)
    if case is not None:
        progress.note(unit, case, "retried", name=found.code)


def note(
    unit: Unit,
    instance_id: int,
    kind: str,
    fault: PikFlowError,
    attempts: int,
    job_id: int | None = None,
) -> None:
    """Keep what stopped a case, in its history too."""
    row = {
        "instance_id": instance_id,
        "job_id": job_id,
        "kind": kind,
        "code": fault.code,
        "message": fault.message,
        "attempts": attempts,
        "at": unit.now,
    }
    stored.add(unit.connection, row)
    case = cases.by_id(unit.connection, instance_id)
    if case is not None:
        progress.note(unit, case, "incident", name=fault.code)
        unit.tell(unit.environment.signals.incident, number=case.number, code=fault.code)
