"""Incidents: what keeps a case from going on, for administrators; no case data in it."""

from pikflow.errors import NotFound, PikFlowError
from pikflow.identity import Actor
from pikflow.services import access, progress
from pikflow.services.environment import Environment, Unit
from pikflow.services.views import Incident
from pikflow.store import cases, work
from pikflow.texts import say


class Incidents:
    """List and retry."""

    def __init__(self, environment: Environment) -> None:
        self._environment = environment

    def list(self, actor: Actor) -> tuple[Incident, ...]:
        """Open incidents, newest first."""
        with self._environment.query(actor) as unit:
            access.require(unit, "incident.read")
            return tuple(
                Incident(e.id, e.number, e.code, e.message, e.at, e.attempts, e.kind)
                for e in work.open_incidents(unit.connection)
            )

    def retry(self, actor: Actor, incident_id: int) -> None:
        """Try what failed once more; raises NotFound for an incident that is resolved."""
        with self._environment.command(actor) as unit:
            access.require(unit, "incident.retry")
            known = work.open_incidents(unit.connection)
            found = next((entry for entry in known if entry.id == incident_id), None)
            if found is None:
                raise NotFound("incident-not-found", say("Diese Störung ist schon behoben."))
            if found.job_id is not None:
                work.revive_job(unit.connection, found.job_id, unit.now)
            else:
                work.delay_timer(unit.connection, found.instance_id, unit.now, 0)
            work.resolve_incidents(unit.connection, found.instance_id, unit.now)
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
    work.add_incident(unit.connection, row)
    case = cases.by_id(unit.connection, instance_id)
    if case is not None:
        progress.note(unit, case, "incident", name=fault.code)
        unit.tell(unit.environment.signals.incident, number=case.number, code=fault.code)
