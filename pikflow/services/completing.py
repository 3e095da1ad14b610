"""Completing a task inside its transaction: the first answer again, the stale page, the step."""

from collections.abc import Mapping
from typing import Any

from pikflow import permissions
from pikflow.engine import runtime
from pikflow.errors import Conflict
from pikflow.identity import Actor
from pikflow.services import access, inbox, start_data, steps, submissions, task_pages
from pikflow.services.environment import Unit
from pikflow.services.progress import Deed
from pikflow.services.views import Completed
from pikflow.store import cases, histories, tasks
from pikflow.store.cases import CaseRecord
from pikflow.store.tasks import TaskRecord
from pikflow.texts import say

KEY_LENGTH = 100


def first_answer(unit: Unit, record: TaskRecord, actor: Actor, key: str) -> Completed | None:
    """What the first click with this key was answered; looked up under the lock, so that the
    second of two clicks at once finds it."""
    if not key:
        return None
    known = histories.completion_by_key(unit.connection, key[:KEY_LENGTH])
    if known is None:
        return None
    if known.task_id != record.id or known.actor_id != actor.id:
        raise Conflict(
            "key-taken",
            say("Diese Seite wurde schon einmal abgeschickt."),
            say("Laden Sie die Seite neu."),
        )
    return answered(known.answer, repeated=True)


def answered(answer: Mapping[str, Any], *, repeated: bool) -> Completed:
    """A stored answer as the caller gets it."""
    return Completed(
        number=answer["number"],
        task=answer["task"],
        state=answer["state"],
        outcome=answer["outcome"],
        repeated=repeated,
    )


def require_version(unit: Unit, case: CaseRecord, version: int | None) -> None:
    """Refuse a page made before another person's step. What runs by itself (a deadline, a report
    that came in) or was done by the same person makes no page out of date."""
    if version is None or version == case.version:
        return
    actor_id = unit.actor.id if unit.actor else ""
    foreign = histories.steps_of_others(unit.connection, case.id, version, actor_id)
    if foreign is None:
        return
    raise Conflict(
        "case-changed",
        say(
            "Der Vorgang wurde inzwischen von {who} ({organisation}) weiterbearbeitet: „{step}“.",
            who=foreign.actor_name,
            organisation=foreign.organisation_name,
            step=foreign.name or foreign.kind,
        ),
        say(
            "{where} Ihre Eingaben sind erhalten; prüfen Sie sie und senden Sie noch einmal ab.",
            where=access.whereabouts(unit, case),
        ),
    )


def complete(
    unit: Unit,
    record: TaskRecord,
    case: CaseRecord,
    answers: dict[str, Any],
    key: str,
    reason: str,
) -> Completed:
    """Validate the answers, let the engine go on, write the step and that it was done. The caller
    holds the case's lock and has asked whether the actor may."""
    actor = access.actor_of(unit)
    task = task_pages.open_task(record)
    version, schema = task_pages.pinned_schema(unit, record, case)
    data = start_data.refreshed(unit, case.data, case)
    context = submissions.context_from(data, task.scope, actor)
    values: dict[str, Any] = {}
    if schema is not None:
        values = submissions.checked(
            unit,
            case,
            schema,
            answers,
            context,
            sections=submissions.sections_of(task, context),
            stored=task_pages.stored_answers(record, case, context),
        )
    result = runtime.complete(
        version.definition, case.engine_state, data, task.id, values, unit.now
    )
    name, number = task.result or task.element, 0
    if schema is not None:
        row = submissions.answers_row(unit, case, task, name, schema.id, values)
        number = histories.add_answers(unit.connection, row)
        if record.audience == f"org:{case.organisation_id}":
            submissions.remember_profile(unit, case.organisation_id, schema, values)
    deed = Deed("task", task.id, reason, name if number else "", number)
    after = steps.take(unit, case, version, result, deed)
    unit.tell(
        unit.environment.signals.task_completed,
        number=case.number,
        task_id=task.id,
        element=task.element,
        actor_id=actor.id,
    )
    answer = {
        "number": case.number,
        "task": record.name,
        "state": after.state,
        "outcome": after.outcome,
        "who": actor.name,
    }
    histories.add_completion(
        unit.connection,
        {
            "task_id": task.id,
            "key": key[:KEY_LENGTH] or f"task:{task.id}",
            "instance_id": case.id,
            "actor_id": actor.id,
            "at": unit.now,
            "answer": answer,
        },
    )
    return answered(answer, repeated=False)


def next_task(unit: Unit, instance_id: int, actor: Actor) -> str:
    """An open task of the same case this person may work, else the next of the inbox."""
    waiting = tasks.of_case(unit.connection, instance_id)
    case = cases.by_id(unit.connection, instance_id) if waiting else None
    for record in waiting:
        if case is None:
            break
        facts = access.facts_of(unit, case, record)
        allowed = permissions.may(actor, "task.work", unit.catalog, facts)
        free = record.claimed_by in ("", actor.id)
        if allowed and free and not access.four_eyes(unit, case, record, actor):
            return record.id
    return inbox.next_task(unit, actor)
