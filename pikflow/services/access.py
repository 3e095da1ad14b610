"""Whether a person may: the table of permissions asked with the facts of one case or task.

What somebody may not know of is NotFound, what they may know but not do is Refused.
"""

from dataclasses import dataclass, replace

from pikflow import permissions
from pikflow.errors import Conflict, NotFound, Refused
from pikflow.identity import Actor
from pikflow.permissions import Facts
from pikflow.services.environment import Unit
from pikflow.store import cases, histories, tasks
from pikflow.store.cases import CaseRecord
from pikflow.store.tasks import TaskRecord
from pikflow.texts import say


def actor_of(unit: Unit) -> Actor:
    """Who acts; Refused("sign-in-needed") for nobody."""
    if unit.actor is None:
        raise Refused("sign-in-needed", say("Dafür müssen Sie angemeldet sein."))
    return unit.actor


def require(unit: Unit, permission: str, facts: Facts | None = None) -> Actor:
    """The actor, when it has the permission; else Refused("not-permitted")."""
    actor = actor_of(unit)
    if not permissions.may(actor, permission, unit.catalog, facts):
        raise Refused(
            "not-permitted",
            say("Das gehört nicht zu Ihren Aufgaben."),
            say("Wenn Sie es brauchen, wenden Sie sich an die Administration."),
        )
    return actor


@dataclass(frozen=True)
class _Line:
    """The ids of an organisation and of all above it, read only when a permission depends on it."""

    unit: Unit
    organisation_id: str

    def __contains__(self, key: object) -> bool:
        return any(one.id == key for one in self.unit.line(self.organisation_id))


def facts_of(unit: Unit, case: CaseRecord, task: TaskRecord | None = None) -> Facts:
    """What the table of permissions looks at."""
    line = tuple(one.id for one in unit.line(case.organisation_id))
    return replace(facts_on_demand(unit, case, task), line=line)


def facts_on_demand(unit: Unit, case: CaseRecord, task: TaskRecord | None = None) -> Facts:
    """The same while the unit is open, its organisations not read before they decide anything."""
    return Facts(
        line=_Line(unit, case.organisation_id),
        carrier=case.carrier_id,
        measure=case.measure,
        role=task.role if task else "",
        audience=task.audience if task else "",
    )


def case_by_number(unit: Unit, number: str) -> CaseRecord:
    """A case the actor may see; NotFound for every other number, existing or not."""
    scope = permissions.case_scope(unit.actor, unit.catalog)
    found = cases.by_number(unit.connection, number, scope)
    if found is None:
        raise missing_case()
    return found


def may_see(unit: Unit, case: CaseRecord) -> bool:
    """Whether the actor may see the case."""
    return permissions.may(unit.actor, "case.read", unit.catalog, facts_of(unit, case))


def may_read_internal(unit: Unit, case: CaseRecord, author_id: str = "") -> bool:
    """Whether answers marked internal are for the actor: it is of the office that gave them, or
    of those who decide, oversee or audit the case."""
    author = unit.environment.identity.actor(author_id) if author_id else None
    if author and unit.actor and author.organisation.id == unit.actor.organisation.id:
        return True
    return permissions.may(unit.actor, "case.internal", unit.catalog, facts_of(unit, case))


def missing_case() -> NotFound:
    return NotFound(
        "case-not-found",
        say("Diesen Vorgang gibt es nicht, oder er gehört nicht zu Ihren Vorgängen."),
        say("Prüfen Sie die Vorgangsnummer oder suchen Sie in der Liste."),
    )


def task_by_id(unit: Unit, task_id: str) -> tuple[TaskRecord, CaseRecord]:
    """A task the actor may know of, done or not, and its case."""
    found = tasks.with_case(unit.connection, task_id)
    if found is None:
        raise missing_task()
    task, case = found
    unit.admit(case)
    require_sight(unit, case, task)
    return task, case


def require_sight(unit: Unit, case: CaseRecord, task: TaskRecord) -> None:
    """Refuse a task the actor may not know of, as if there were none."""
    if not permissions.may(
        unit.actor, "task.read", unit.catalog, facts_on_demand(unit, case, task)
    ):
        raise missing_task()


def missing_task() -> NotFound:
    return NotFound(
        "task-not-found",
        say("Diese Aufgabe gibt es nicht, oder sie gehört nicht zu Ihren Aufgaben."),
        say("Öffnen Sie Ihre Aufgabenliste."),
    )


def four_eyes(unit: Unit, case: CaseRecord, task: TaskRecord, actor: Actor) -> str:
    """The sentence that keeps this person from the task, "" when nothing does.

    By person, over the whole history of the case: acting for somebody else changes nothing. In a
    called process its run counts: each payment has its own two persons, who may swap next time.
    """
    text = task.details["attributes"].get("fourEyes", "")
    elements = [name.strip() for name in text.split(",") if name.strip()]
    if not elements:
        return ""
    before = histories.last_call(unit.connection, case.id, task.details["path"])
    done = histories.completed_by(unit.connection, case.id, actor.id, elements, after=before)
    if not done:
        return ""
    return say(
        "Vier-Augen-Prinzip: Sie haben {steps} in diesem Vorgang selbst erledigt. "
        "„{task}“ übernimmt eine andere Person Ihrer Stelle.",
        steps=tuple(f"„{name}“" for name in sorted(done)),
        task=task.name,
    )


def require_work(unit: Unit, case: CaseRecord, task: TaskRecord) -> Actor:
    """The actor, when it may work this open task now; else why not.

    Raises NotFound, Refused("not-permitted" or "four-eyes"), Conflict("task-done",
    "task-cancelled" or "task-claimed").
    """
    actor = actor_of(unit)
    facts = facts_on_demand(unit, case, task)
    require_sight(unit, case, task)
    if not permissions.may(actor, "task.work", unit.catalog, facts):
        raise Refused(
            "not-permitted",
            say("„{task}“ bearbeitet {who}.", task=task.name, who=responsible(unit, task)),
            say("Sie können den Vorgang ansehen, aber diese Aufgabe nicht erledigen."),
        )
    require_open(unit, case, task)
    if task.claimed_by not in ("", actor.id):
        raise Conflict(
            "task-claimed",
            say("„{task}“ liegt bei {who}.", task=task.name, who=task.claimed_name),
            say("Wer die Aufgabe hat, kann sie zurückgeben; dann können Sie sie übernehmen."),
        )
    reason = four_eyes(unit, case, task, actor)
    if reason:
        hint = say("Geben Sie die Aufgabe an eine Kollegin oder einen Kollegen weiter.")
        raise Refused("four-eyes", reason, hint)
    return actor


def require_open(unit: Unit, case: CaseRecord, task: TaskRecord) -> None:
    """Refuse a task that has ended, saying who ended it and who has the case now."""
    if task.state == "open":
        return
    done = histories.completion_of(unit.connection, task.id)
    if done is None:
        raise Conflict(
            "task-cancelled",
            say(
                "„{task}“ ist nicht mehr nötig: Der Vorgang ist inzwischen weiter.", task=task.name
            ),
            whereabouts(unit, case),
        )
    who = done.answer.get("who") or say("einer anderen Person")
    raise Conflict(
        "task-done",
        say("„{task}“ wurde bereits von {who} erledigt.", task=task.name, who=who),
        whereabouts(unit, case),
    )


def whereabouts(unit: Unit, case: CaseRecord) -> str:
    """One sentence: who has the case now."""
    if case.state != "open":
        if case.outcome:
            return say("Der Vorgang ist beendet: {outcome}.", outcome=case.outcome)
        return say("Der Vorgang ist beendet.")
    waiting = tasks.of_case(unit.connection, case.id)
    if not waiting:
        return say("Der Vorgang wartet auf eine Frist oder ein Ergebnis.")
    parts = (
        say("„{task}“ bei {who}", task=task.name, who=task.claimed_name or responsible(unit, task))
        for task in waiting[:3]
    )
    return say("Jetzt ist dran: {steps}.", steps=tuple(parts))


def responsible(unit: Unit, task: TaskRecord) -> str:
    """The name of the organisation, or of the lane, that works the task."""
    kind, _, key = task.audience.partition(":")
    line = unit.line(key) if kind == "org" else []
    return line[0].name if line else key
