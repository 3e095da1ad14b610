"""Completing a task inside its transaction: the first answer again, the stale page, the step."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from pikflow import permissions
from pikflow.engine import runtime
from pikflow.errors import Conflict
from pikflow.identity import Actor
from pikflow.services import access, children, progress, start_data, steps, submissions, task_pages
from pikflow.services.environment import Unit
from pikflow.services.progress import Deed
from pikflow.services.views import Completed
from pikflow.store import cases, histories, tasks
from pikflow.store.cases import CaseRecord
from pikflow.store.tasks import Standing, TaskRecord
from pikflow.texts import say

KEY_LENGTH = 100


def locked(unit: Unit, task_id: str) -> tuple[TaskRecord, CaseRecord]:
    """The task and its case, read under the case's lock; NotFound for a foreign task."""
    case = unit.ask(lambda batch: cases.lock_by_task(batch, task_id))()
    record = tasks.by_id(unit.connection, task_id)
    if case is None or record is None:
        raise access.missing_task()
    unit.admit(case)
    access.require_sight(unit, case, record)
    return record, case


def run(
    unit: Unit,
    task_id: str,
    answers: dict[str, Any],
    version: int | None,
    key: str,
    reason: str,
) -> Completed:
    """The whole command: lock, refuse early or give the first click's answer, take the step."""
    actor = access.actor_of(unit)
    key = key[:KEY_LENGTH]
    case, before = _found(unit, task_id, key)
    unit.deployment = before.deployment
    record = before.task(task_id)
    if record is None:
        return _ended(unit, task_id, case, actor, key)
    access.require_sight(unit, case, record)
    if before.key_taken:
        raise key_taken()
    access.require_work(unit, case, record)
    require_version(unit, case, version)
    if record.kind == "children" and children.catch_up(unit, case):
        return run(unit, task_id, answers, version, key, reason)
    return complete(unit, record, case, answers, key, reason, before)


def _found(unit: Unit, task_id: str, key: str) -> tuple[CaseRecord, Standing]:
    """The case of a task under its lock, and what stands open in it, asked in one go: the server
    answers the second question when it has answered the first, so it sees what the lock waited for.
    """
    locked, around = unit.ask(
        lambda batch: (
            cases.lock_by_task(batch, task_id),
            tasks.standing_around(batch, task_id, key=key),
        )
    )
    case = locked()
    if case is None:
        raise access.missing_task()
    if unit.admit(case):
        around = tasks.standing_around(unit.batch, task_id, key=key)
    return case, around()


def _ended(unit: Unit, task_id: str, case: CaseRecord, actor: Actor, key: str) -> Completed:
    """The answer to a click on a task that is open no more: the first click's, or why not."""
    record = tasks.by_id(unit.connection, task_id)
    if record is None:
        raise access.missing_task()
    access.require_sight(unit, case, record)
    known = first_answer(unit, record, actor, key)
    if known is None:
        access.require_work(unit, case, record)
        raise access.missing_task()
    waiting = tasks.of_case(unit.connection, case.id)
    return replace(known, next_task=next_here(unit, case, waiting, actor))


def first_answer(unit: Unit, record: TaskRecord, actor: Actor, key: str) -> Completed | None:
    """What the first click with this key was answered; looked up under the lock, so that the
    second of two clicks at once finds it."""
    if not key:
        return None
    known = histories.completion_by_key(unit.connection, key)
    if known is None:
        return None
    if known.task_id != record.id or known.actor_id != actor.id:
        raise key_taken()
    return answered(known.answer, repeated=True)


def key_taken() -> Conflict:
    """The idempotency key of a page was used for something else before."""
    return Conflict(
        "key-taken",
        say("Diese Seite wurde schon einmal abgeschickt."),
        say("Laden Sie die Seite neu."),
    )


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
    before: Standing,
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
    answer = {"number": case.number, "task": record.name, "who": actor.name}
    completion = {
        "task_id": task.id,
        "key": key or f"task:{task.id}",
        "instance_id": case.id,
        "actor_id": actor.id,
        "at": unit.now,
        "answer": answer,
    }
    deed = Deed("task", task.id, reason, completion=completion)
    if schema is not None:
        deed = submissions.given(unit, case, task, schema.id, values, deed, before)
        if record.audience == f"org:{case.organisation_id}":
            submissions.remember_profile(unit, case.organisation_id, schema, values)
    after = steps.take(unit, case, version, result, deed, before)
    unit.tell(
        unit.environment.signals.task_completed,
        number=case.number,
        task_id=task.id,
        element=task.element,
        actor_id=actor.id,
    )
    waiting = progress.open_after(unit, after, result, before)
    found = next_here(unit, after, waiting, actor)
    done = {**answer, "state": after.state, "outcome": after.outcome}
    return replace(answered(done, repeated=False), next_task=found)


def next_here(unit: Unit, case: CaseRecord, waiting: Sequence[TaskRecord], actor: Actor) -> str:
    """The id of the first of a case's open tasks this person may work now, "" without one."""
    for record in waiting:
        facts = access.facts_on_demand(unit, case, record)
        allowed = permissions.may(actor, "task.work", unit.catalog, facts)
        free = record.claimed_by in ("", actor.id)
        if allowed and free and not access.four_eyes(unit, case, record, actor):
            return record.id
    return ""
