"""One step of a case with all that hangs on it: child cases open and close in the same commit."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from pikflow.catalog import Measure
from pikflow.engine import runtime
from pikflow.engine.definition import Definition
from pikflow.engine.results import ChildStart, OpenTask, StepResult
from pikflow.errors import EngineFault, Refused
from pikflow.identity import Organisation
from pikflow.services import numbers, progress, start_data
from pikflow.services.deployments import Deployment
from pikflow.services.environment import Unit, beyond
from pikflow.services.progress import Deed
from pikflow.store import (
    cases,
    definitions,
    histories,
    organisations,
    subscriptions,
    tasks,
    work,
)
from pikflow.store.cases import CaseRecord
from pikflow.store.definitions import DefinitionRecord
from pikflow.store.tasks import Standing
from pikflow.texts import say

CLOSED = "closed"  # state of a child case its caller ended


@dataclass(frozen=True)
class Pinned:
    """The version of a process a case runs on, with the files that came with it."""

    record: DefinitionRecord
    deployment: Deployment
    definition: Definition


def pinned(unit: Unit, definition_id: int) -> Pinned:
    """The pinned version of a case; raises EngineFault when its rows are gone."""
    deployments = unit.environment.deployments
    record = deployments.record(unit.connection, definition_id)
    if record is None:
        raise EngineFault("definition-missing", "Die Fassung dieses Prozesses fehlt.")
    deployment = deployments.get(unit.connection, record.deployment_id)
    return Pinned(record, deployment, deployment.definition(record.key))


def take(
    unit: Unit,
    case: CaseRecord,
    version: Pinned,
    result: StepResult,
    deed: Deed,
    before: Standing | None = None,
) -> CaseRecord:
    """Write a step, then open and close the child cases it asks for; `before` as for record."""
    after = progress.record(unit, case, version.definition, result, deed, before)
    for task_id in result.closed_children:
        close_children(unit, case.id, task_id)
    if result.completed:
        close_children(unit, case.id)
    by_id = {task.id: task for task in result.open_tasks}
    for child in result.children:
        _open_children(unit, after, version, child, by_id[child.task_id])
    return after


@beyond
def begin(
    unit: Unit,
    *,
    measure: Measure,
    version: Pinned,
    number: str,
    applicant: Organisation,
    year: int,
    data: Mapping[str, Any],
    start_key: str | None = None,
    round_id: int | None = None,
    parent: CaseRecord | None = None,
    parent_task: str = "",
    reason: str = "",
    element: str = "",
    payload: Mapping[str, Any] | None = None,
) -> CaseRecord:
    """Insert a case and take its first step; `element` is the start event that `payload` came to,
    when an event and no person begins it."""
    fresh = {**data, "heute": unit.today}
    row: dict[str, Any] = {
        "number": number,
        "start_key": start_key,
        "measure": measure.slug,
        "round_id": round_id,
        "year": year,
        "definition_id": version.record.id,
        "process": version.record.key,
        "organisation_id": applicant.id,
        "carrier_id": parent.organisation_id if parent else "",
        "parent_id": parent.id if parent else None,
        "parent_task": parent_task,
        "title": version.definition.process.label,
        "version": 0,
        "data": fresh,
        "waiting": [],
        "started_at": unit.now,
        "updated_at": unit.now,
    }
    case = cases.by_id(unit.connection, cases.add(unit.connection, row))
    if case is None:
        raise EngineFault("case-missing", f"Der Vorgang {number} ließ sich nicht anlegen.")
    result = runtime.start(version.definition, fresh, unit.now, element=element, payload=payload)
    unit.tell(
        unit.environment.signals.case_started,
        number=number,
        measure=measure.slug,
        organisation_id=applicant.id,
        actor_id=unit.actor.id if unit.actor else "",
    )
    return take(unit, case, version, result, Deed("started", reason=reason))


# --- child cases -------------------------------------------------------------------------------


def _open_children(
    unit: Unit, parent: CaseRecord, version: Pinned, child: ChildStart, task: OpenTask
) -> None:
    ids = [str(entry.get("id", "")) for entry in child.organisations]
    known = organisations.by_ids(unit.connection, ids)
    for entry in child.organisations:
        organisation = known.get(str(entry.get("id", "")))
        if organisation is None:
            raise EngineFault(
                "child-organisation",
                f"„{task.name}“: Die Organisation „{entry.get('name') or entry.get('id')}“ "
                "steht nicht im Verzeichnis.",
            )
        open_child(
            unit,
            parent,
            version,
            organisation,
            entry,
            task_id=child.task_id,
            process=child.process,
            item=child.item,
        )


def open_child(
    unit: Unit,
    parent: CaseRecord,
    version: Pinned,
    organisation: Organisation,
    entry: Mapping[str, Any],
    *,
    task_id: str,
    process: str,
    item: str,
) -> CaseRecord:
    """One child case of a "children" task, on the version the parent is pinned to."""
    measure = unit.catalog.measures.get(parent.measure)
    if measure is None:
        raise Refused("measure-unknown", say("Die Maßnahme steht nicht mehr im Katalog."))
    record = definitions.valid_for(unit.connection, process, version.record.deployment_id)
    if record is None:
        raise EngineFault("process-missing", f"Der Prozess „{process}“ ist nicht eingespielt.")
    year = parent.year or unit.today.year
    number = numbers.allot(unit, measure, year, organisation)
    data = start_data.of_case(
        unit,
        number=number,
        measure=measure,
        year=year,
        applicant=organisation,
        round_data=parent.data.get("runde") or {},
        params=parent.data.get("params") or {},
        parent=handed_down(parent.data, version.deployment.wanted_from_caller(process)),
    )
    if item:
        data[item] = dict(entry)
    child_version = Pinned(record, version.deployment, version.deployment.definition(process))
    return begin(
        unit,
        measure=measure,
        version=child_version,
        number=number,
        applicant=organisation,
        year=year,
        data=data,
        start_key=f"{task_id}|{organisation.id}",
        round_id=parent.round_id,
        parent=parent,
        parent_task=task_id,
    )


def handed_down(above: Mapping[str, Any], wanted: Iterable[str]) -> dict[str, Any]:
    """What a child may know of its caller: who it is, and what its own process and forms read
    under `vorgang.eltern`, nothing else."""
    owner = (above.get("vorgang") or {}).get("antragsteller") or {}
    known = {key: owner.get(key) for key in ("id", "name", "ags", "art")}
    found: dict[str, Any] = {}
    handed: dict[str, Any] = {
        "antragsteller": known,
        "runde": above.get("runde"),
        "params": above.get("params"),
    }
    for dotted in sorted(wanted):
        if dotted.split(".")[0] not in handed:
            _copy(above, found, dotted.split("."))
    return {**found, **handed}


def _copy(source: Any, target: dict[str, Any], path: list[str]) -> None:
    first, *rest = path
    value = source.get(first) if isinstance(source, Mapping) else None
    if not rest:
        target[first] = value
        return
    inner = target.setdefault(first, {})
    if isinstance(inner, dict):
        _copy(value, inner, rest)


@beyond
def close_children(unit: Unit, parent_id: int, task_id: str = "") -> None:
    """End the open child cases of a task (of the whole case without one), and theirs."""
    for child in cases.children(unit.connection, parent_id, task=task_id, state="open"):
        close_children(unit, child.id)
        open_now = [task.id for task in tasks.of_case(unit.connection, child.id)]
        batch = unit.batch
        tasks.close(batch, open_now, state="cancelled", at=unit.now)
        histories.drop_drafts(batch, open_now)
        work.set_timer(batch, child.id, None, None)
        work.drop_jobs(unit.connection, child.id, unit.now)
        subscriptions.write(unit.connection, child.id, (), unit.now)
        progress.note(unit, child, "closed")
        changes = {
            "state": CLOSED,
            "version": child.version + 1,
            "waiting": [],
            "updated_at": unit.now,
            "ended_at": unit.now,
        }
        cases.save(batch, child.id, changes)
        unit.tell(
            unit.environment.signals.case_ended,
            number=child.number,
            state=CLOSED,
            outcome="",
            actor_id=unit.actor.id if unit.actor else "",
        )


def outputs(case: CaseRecord, version: Pinned, organisation: Organisation) -> dict[str, Any]:
    """What an ended child case gives its caller: who, its number, and its `pik:output` names."""
    names = version.definition.process.attributes.get("output", "")
    values = {n.strip(): case.data.get(n.strip()) for n in names.split(",") if n.strip()}
    return {**values, "organisation": start_data.brief(organisation), "nummer": case.number}


def join(
    unit: Unit, parent: CaseRecord, version: Pinned, task_id: str, organisation: Organisation
) -> CaseRecord:
    """One more child under a "children" task that is open to further organisations.

    The caller holds the parent's lock. Gives the child case.
    """
    result = runtime.child_joined(
        version.definition, parent.engine_state, parent.data, task_id, organisation.id, unit.now
    )
    task = next(task for task in result.open_tasks if task.id == task_id)
    after = progress.record(unit, parent, version.definition, result, Deed("joined"))
    node = version.definition.node(task.process, task.element)
    entry = start_data.brief(organisation) or {}
    return open_child(
        unit,
        after,
        version,
        organisation,
        entry,
        task_id=task_id,
        process=(node.called if node and node.called else ""),
        item=task.attributes.get("item", ""),
    )
