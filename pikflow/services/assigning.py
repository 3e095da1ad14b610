"""Several tasks at once: which of them may be given to whom."""

from collections.abc import Iterable

from pikflow import permissions
from pikflow.errors import Conflict, NotFound
from pikflow.identity import Actor
from pikflow.services import access
from pikflow.services.environment import Environment, Unit
from pikflow.services.views import Assignable, Person, TaskLine
from pikflow.store.cases import CaseRecord
from pikflow.store.tasks import TaskRecord

MOST = 100  # tasks of one choice


def assignable(environment: Environment, actor: Actor, task_ids: Iterable[str]) -> Assignable:
    """What is left of a choice: no foreign task, none that has ended meanwhile."""
    with environment.query(actor) as unit:
        asked = list(dict.fromkeys(task_ids))[:MOST]
        found = [pair for key in asked if (pair := _find(unit, key))]
        lines = tuple(_line(unit, record, case) for record, case in found)
    return Assignable(lines, _people(environment, actor, {record.role for record, _ in found}))


def _find(unit: Unit, task_id: str) -> tuple[TaskRecord, CaseRecord] | None:
    try:
        record, case = access.task_by_id(unit, task_id)
        access.require_open(unit, case, record)
    except (NotFound, Conflict):
        return None
    facts = access.facts_of(unit, case, record)
    if not permissions.may(unit.actor, "task.assign", unit.catalog, facts):
        return None
    return record, case


def _line(unit: Unit, record: TaskRecord, case: CaseRecord) -> TaskLine:
    owner = next((one.name for one in unit.line(case.organisation_id)), "")
    return TaskLine(record.id, record.name, case.number, owner, record.claimed_name)


def _people(environment: Environment, actor: Actor, roles: set[str]) -> tuple[Person, ...]:
    """Who of the actor's organisation holds all the roles. Asked outside of any transaction: a
    directory may be slow."""
    teams = [environment.identity.members(role, actor.organisation.id) for role in sorted(roles)]
    shared = set.intersection(*({one.id for one in team} for team in teams)) if teams else set()
    return tuple(
        Person(one.id, one.name, one.office, one.organisation.name)
        for one in (teams[0] if teams else ())
        if one.id in shared
    )
