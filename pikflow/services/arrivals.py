"""Cases a message or signal begins: which start events there are, and for whom the case is.

A case belongs to an applicant in an open round of a measure, so what begins it has to say who:
`antragsteller` in its payload (an organisation or its id), else its key. `massnahme` says which
measure when several use the process.
"""

from typing import Any

from pikflow.catalog import Measure
from pikflow.engine.starts import expects, triggers
from pikflow.errors import EngineFault, PikFlowError
from pikflow.identity import Organisation
from pikflow.services import places, starting
from pikflow.services.environment import Unit
from pikflow.services.places import Place
from pikflow.store import cases, organisations
from pikflow.store.work import JobRecord


def starts(unit: Unit, kind: str, name: str) -> list[tuple[str, str]]:
    """(process, start event) of the current deployment that an event of this name begins."""
    deployment = unit.environment.deployments.current(unit.connection)
    return [
        (key, trigger.element)
        for key, process in sorted(deployment.processes.items())
        for trigger in triggers(process)
        if (trigger.kind, trigger.name) == (kind, name)
    ]


def is_expected(unit: Unit, instance_id: int, name: str) -> bool:
    """Whether a process deployed now or with the sender waits for the message somewhere."""
    deployments = unit.environment.deployments
    known = {deployments.current(unit.connection).id}
    case = cases.by_id(unit.connection, instance_id)
    record = deployments.record(unit.connection, case.definition_id) if case else None
    known |= {record.deployment_id} if record else set()
    found = (deployments.get(unit.connection, one).processes.values() for one in known)
    return any(expects(processes, name) for processes in found)


def start_case(unit: Unit, job: JobRecord, _: Any) -> None:
    """Begin a case at its start event; what keeps it from beginning is an incident of the sender.

    Raises EngineFault("start-without-applicant", "start-without-measure", "case-exists") and, with
    the code of the refusal, when the round is closed or the organisation may not apply.
    """
    payload = dict(job.payload.get("input") or {})
    process = job.payload["process"]
    measure = _measure(unit, process, payload.get("massnahme"))
    applicant = _applicant(unit, payload.get("antragsteller") or job.payload["key"], measure)
    try:
        place = Place(measure, places.round_of(unit, measure.slug, None), applicant)
        places.require_open(unit, place.round)
    except PikFlowError as refusal:
        raise EngineFault(refusal.code, refusal.message, refusal.hint) from refusal
    if cases.by_start_key(unit.connection, place.key) is not None:
        raise EngineFault(
            "case-exists", f"„{applicant.name}“ hat in dieser Runde schon einen Vorgang."
        )
    starting.begin(unit, place, element=job.payload["element"], payload=payload)


def _measure(unit: Unit, process: str, slug: Any) -> Measure:
    using = [m for m in unit.catalog.measures.values() if m.process == process]
    meant = [m for m in using if slug in (None, "", m.slug)]
    if len(meant) != 1:
        raise EngineFault(
            "start-without-measure",
            f"Für welche Maßnahme der Prozess „{process}“ beginnen soll, ist nicht klar.",
            "Nennen Sie die Maßnahme als „massnahme“ in pik:input des Senders.",
        )
    return meant[0]


def _applicant(unit: Unit, said: Any, measure: Measure) -> Organisation:
    key = said.get("id") if isinstance(said, dict) else said
    found = organisations.by_id(unit.connection, str(key)) if key else None
    if found is None or found.kind not in measure.applicants:
        raise EngineFault(
            "start-without-applicant",
            "Für welche Organisation der Vorgang beginnen soll, ist nicht klar.",
            "Nennen Sie sie als „antragsteller“ in pik:input des Senders; sie muss die Maßnahme "
            "beantragen dürfen.",
        )
    return found
