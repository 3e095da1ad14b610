"""Everything the page of one task needs, gathered in one read."""

import secrets
from collections.abc import Mapping, Sequence
from typing import Any

from pikflow import permissions
from pikflow.engine.results import OpenTask
from pikflow.errors import Conflict, Refused
from pikflow.identity import Actor
from pikflow.services import access, heads, shown, steps, submissions
from pikflow.services.environment import Unit
from pikflow.services.heads import days_until
from pikflow.services.steps import Pinned
from pikflow.services.views import Permitted, Person, TaskPage
from pikflow.store import histories
from pikflow.store.cases import CaseRecord
from pikflow.store.tasks import TaskRecord
from pikflow.texts import say


def open_task(record: TaskRecord) -> OpenTask:
    """The engine's view of a stored task."""
    details = record.details
    return OpenTask(
        id=record.id,
        element=record.element,
        name=record.name,
        lane=record.lane,
        process=details["process"],
        kind=record.kind,  # type: ignore[arg-type]
        form=details["form"],
        result=details["result"],
        scope=details["scope"],
        attributes=details["attributes"],
        documentation=details["documentation"],
        phase=record.phase,
        due=record.due,
        path=tuple(details["path"]),
    )


def page(unit: Unit, record: TaskRecord, case: CaseRecord) -> TaskPage:
    """The page of a task the actor may see; a task that has ended is refused with who ended it."""
    access.require_open(unit, case, record)
    actor = access.actor_of(unit)
    version = steps.pinned(unit, case.definition_id)
    task = open_task(record)
    context = submissions.context_of(unit, case, task.scope, actor)
    schema = submissions.schema_of(task.form, case.measure, version)
    # Undecided work, such as a check half written, is for those who do it.
    works = permissions.may(actor, "task.work", unit.catalog, access.facts_of(unit, case, record))
    draft = histories.draft_of(unit.connection, task.id) if works else None
    stored = draft.values if draft else stored_answers(record, case, context)
    attributes = task.attributes
    results = shown.results(unit, case, version, task, context)
    eyes = access.four_eyes(unit, case, record, actor)
    colleagues = _colleagues(unit, record, actor)
    return TaskPage(
        id=task.id,
        element=task.element,
        name=task.name,
        kind=task.kind,
        lane=task.lane,
        phase=task.phase,
        head=heads.head(unit, case),
        documentation=task.documentation,
        rule=attributes.get("rule", ""),
        submit=attributes.get("submit", ""),
        irreversible=attributes.get("irreversible", "") == "true",
        since=record.created_at,
        due=task.due,
        days=days_until(task.due, unit.today),
        version=case.version,
        key=secrets.token_urlsafe(18),
        schema=schema,
        form=schema.id if schema else "",
        stored=stored,
        draft_at=draft.saved_at if draft else None,
        sections=submissions.sections_of(task, context),
        context=context,
        shown=results,
        changed=tuple(label for one in results for label in one.changed),
        files=heads.case_files(unit, case),
        children=heads.child_rows(unit, case, task.id) if task.kind == "children" else (),
        holder=_holder(unit, record),
        four_eyes=eyes,
        actions=actions(unit, record, case, actor, colleagues),
        follow_up=record.follow_up if works else None,
        follow_up_note=record.follow_up_note if works else "",
        colleagues=colleagues,
    )


def stored_answers(
    record: TaskRecord, case: CaseRecord, context: Mapping[str, Any]
) -> Mapping[str, Any] | None:
    """What the form begins with when there is no draft.

    Who gave answers before and is asked again finds them: the case's own organisation, and
    everybody whose task opens only some sections. A second look by an authority starts empty, so
    that no decision stands there already. A process that wants an empty form sets the result's
    name to None before.
    """
    details = record.details
    own = record.audience == f"org:{case.organisation_id}"
    if not details["result"] or not (own or details["attributes"].get("sections")):
        return None
    value = context.get(details["result"])
    return value if isinstance(value, dict) and value else None


def actions(
    unit: Unit,
    record: TaskRecord,
    case: CaseRecord,
    actor: Actor,
    colleagues: Sequence[Person],
) -> dict[str, Permitted]:
    """Every button of the page, and for those refused which rule refuses it."""
    reason = _refusal(unit, record, case)
    label = record.details["attributes"].get("submit", "")
    mine = record.claimed_by == actor.id
    found = [
        Permitted("complete", not reason, reason, label),
        Permitted("save_draft", not reason, reason),
        Permitted("follow_up", not reason, reason),
        _claim(record, mine, reason),
        Permitted("release", mine, "" if mine else say("Die Aufgabe liegt nicht bei Ihnen.")),
        _assign(unit, record, case, actor, colleagues),
    ]
    if record.kind == "children":
        open_children = any(row.state == "open" for row in heads.child_rows(unit, case, record.id))
        nobody = "" if open_children else say("Es steht keine Meldung mehr aus.")
        found.append(Permitted("remind", not (reason or nobody), reason or nobody))
        found.append(Permitted("close_children", not reason, reason, label))
    return {one.name: one for one in found}


def _claim(record: TaskRecord, mine: bool, reason: str) -> Permitted:
    if mine:
        return Permitted("claim", False, say("Die Aufgabe liegt schon bei Ihnen."))
    return Permitted("claim", not reason, reason)


def _assign(
    unit: Unit,
    record: TaskRecord,
    case: CaseRecord,
    actor: Actor,
    colleagues: Sequence[Person],
) -> Permitted:
    facts = access.facts_of(unit, case, record)
    if not permissions.may(actor, "task.assign", unit.catalog, facts):
        return Permitted("assign", False, say("Aufgaben weist nur zu, wer sie bearbeiten darf."))
    alone = "" if colleagues else say("Sie sind die einzige Person hier.")
    return Permitted("assign", not alone, alone)


def _refusal(unit: Unit, record: TaskRecord, case: CaseRecord) -> str:
    try:
        access.require_work(unit, case, record)
    except (Refused, Conflict) as refusal:
        return refusal.message
    return ""


def _holder(unit: Unit, record: TaskRecord) -> Person | None:
    if not record.claimed_by:
        return None
    known = unit.environment.identity.actor(record.claimed_by)
    return Person(
        record.claimed_by,
        record.claimed_name,
        known.office if known else "",
        known.organisation.name if known else "",
    )


def _colleagues(unit: Unit, record: TaskRecord, actor: Actor) -> tuple[Person, ...]:
    """Others of the actor's own organisation who hold the lane's role."""
    if record.audience not in permissions.audiences(actor, unit.catalog):
        return ()
    found: Sequence[Actor] = unit.environment.identity.members(record.role, actor.organisation.id)
    return tuple(
        Person(one.id, one.name, one.office, one.organisation.name)
        for one in found
        if one.id != actor.id
    )


def pinned_schema(unit: Unit, record: TaskRecord, case: CaseRecord) -> tuple[Pinned, Any]:
    """The version a case runs on, and the form of one of its tasks."""
    version = steps.pinned(unit, case.definition_id)
    form = record.details["form"]
    return version, submissions.schema_of(form, case.measure, version)
