"""Tasks: inbox, page, claim, release, assign, draft, complete."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from pikflow.errors import DatabaseBusy, Invalid, NotFound, Refused
from pikflow.identity import Actor
from pikflow.services import access, assigning, children, completing, inbox, progress, task_pages
from pikflow.services.environment import Environment, Unit
from pikflow.services.repeating import repeated, repeated_if_undone
from pikflow.services.views import Assignable, Completed, Inbox, InboxFilter, TaskPage, TaskView
from pikflow.store import histories, tasks
from pikflow.store.cases import CaseRecord
from pikflow.store.tasks import TaskRecord
from pikflow.texts import say

NOTE_LENGTH = 500


class Tasks:
    """The use cases of one task and of the inbox."""

    def __init__(self, environment: Environment) -> None:
        self._environment = environment

    def inbox(
        self,
        actor: Actor,
        *,
        view: TaskView | str = "mine",
        filter: InboxFilter = InboxFilter(),  # noqa: A002, B008 - frozen, and the page's word
        page: int = 1,
        size: int | None = None,
    ) -> Inbox:
        """One page of the actor's open tasks."""
        rows = size or self._environment.settings["PIKFLOW_PAGE_SIZE"]
        with self._environment.query(actor) as unit:
            return inbox.inbox(unit, view, filter, page, rows)

    def view(self, actor: Actor, task_id: str) -> TaskPage:
        """The page of an open task.

        Raises NotFound for a task the actor may not know of, Conflict("task-done",
        "task-cancelled") for one that has ended.
        """
        with self._environment.query(actor) as unit:
            return task_pages.page(unit, *access.task_by_id(unit, task_id))

    @repeated
    def claim(self, actor: Actor, task_id: str) -> None:
        """Take a task; taking one's own again changes nothing.

        Raises Refused("not-permitted", "four-eyes"), Conflict("task-claimed", "task-done").
        """
        with self._environment.command(actor) as unit:
            record, case = completing.locked(unit, task_id)
            access.require_work(unit, case, record)
            if record.claimed_by != actor.id:
                _claim(unit, record, case, actor)
                progress.note(unit, case, "claimed", name=record.name, task_id=record.id)

    @repeated
    def release(self, actor: Actor, task_id: str, *, reason: str = "") -> None:
        """Give a task back; raises Refused("not-holder") when it is not the actor's."""
        with self._environment.command(actor) as unit:
            record, case = completing.locked(unit, task_id)
            access.require_open(unit, case, record)
            if record.claimed_by != actor.id:
                raise Refused(
                    "not-holder", say("„{task}“ liegt nicht bei Ihnen.", task=record.name)
                )
            _put_claim(unit, record, "", "")
            progress.note(
                unit, case, "released", name=record.name, reason=reason, task_id=record.id
            )

    def assignable(self, actor: Actor, task_ids: Iterable[str]) -> Assignable:
        """Which of these tasks the actor may assign, and who may work all of them."""
        return assigning.assignable(self._environment, actor, task_ids)

    @repeated
    def assign(self, actor: Actor, task_id: str, person_id: str) -> None:
        """Give a task to a colleague of the same organisation who may work it.

        Raises Refused("not-permitted", "not-a-colleague", "four-eyes"), also when somebody else
        of the team has it now: assigning is how a team covers an absence.
        """
        colleague = self._colleague(actor, task_id, person_id)
        with self._environment.command(actor) as unit:
            record, case = completing.locked(unit, task_id)
            facts = access.facts_of(unit, case, record)
            access.require(unit, "task.assign", facts)
            access.require_open(unit, case, record)
            if colleague is None:
                raise NotFound(
                    "not-a-colleague",
                    say(
                        "Diese Person gehört nicht zu Ihrer Stelle oder bearbeitet "
                        "solche Aufgaben nicht."
                    ),
                )
            reason = access.four_eyes(unit, case, record, colleague)
            if reason:
                raise Refused(
                    "four-eyes",
                    say(
                        "Vier-Augen-Prinzip: Diese Person hat einen Schritt erledigt, den "
                        "„{task}“ prüft. Wählen Sie eine andere Person Ihrer Stelle.",
                        task=record.name,
                    ),
                )
            _claim(unit, record, case, colleague)
            progress.note(
                unit,
                case,
                "assigned",
                name=record.name,
                reason=colleague.name,
                task_id=record.id,
            )

    @repeated
    def follow_up(self, actor: Actor, task_id: str, day: date | None, note: str = "") -> None:
        """Put a task aside until a day (Wiedervorlage), None to take that back."""
        with self._environment.command(actor) as unit:
            record, case = completing.locked(unit, task_id)
            access.require_work(unit, case, record)
            if day is not None and day <= unit.today:
                raise Invalid(
                    "follow-up-past",
                    say("Die Wiedervorlage liegt nicht in der Zukunft."),
                    say("Wählen Sie einen Tag nach heute."),
                )
            changes = {"follow_up": day, "follow_up_note": note.strip()[:NOTE_LENGTH]}
            tasks.save(unit.connection, record.id, changes)

    @repeated
    def save_draft(
        self, actor: Actor, task_id: str, answers: Mapping[str, Any], *, version: int | None = None
    ) -> int:
        """Keep unfinished answers as they are; gives the draft's version.

        Raises as `complete` does when the task has ended or somebody else has it.
        """
        with self._environment.command(actor) as unit:
            record, case = completing.locked(unit, task_id)
            access.require_work(unit, case, record)
            completing.require_version(unit, case, version)
            row = {
                "task_id": record.id,
                "values": dict(answers),
                "actor_id": actor.id,
                "saved_at": unit.now,
            }
            return histories.save_draft(unit.connection, row)

    @repeated
    def complete(
        self,
        actor: Actor,
        task_id: str,
        answers: Mapping[str, Any] | None = None,
        *,
        version: int | None = None,
        key: str = "",
        reason: str = "",
    ) -> Completed:
        """Complete a task with its answers (typed values, ISO or German text).

        `version` is the row version the page was made from, `key` the page's idempotency key: a
        second call with it gets the first one's answer. Raises NotFound, Refused("not-permitted",
        "four-eyes"), Conflict("task-done", "task-cancelled", "task-claimed", "case-changed",
        "task-not-open"), AnswersInvalid, EngineFault; nothing is stored then.
        """
        with self._environment.command(actor) as unit:
            done = completing.run(unit, task_id, dict(answers or {}), version, key, reason)
        if done.next_task:
            return done
        try:
            with self._environment.query(actor) as unit:
                return replace(done, next_task=inbox.next_task(unit, actor))
        except DatabaseBusy:
            return done  # it is stored; what comes next, the inbox will show

    def close_children(
        self, actor: Actor, task_id: str, *, version: int | None = None, key: str = ""
    ) -> Completed:
        """Go on with what the child cases reported so far; those still open end."""
        return self.complete(actor, task_id, version=version, key=key)

    @repeated_if_undone
    def remind(self, actor: Actor, task_id: str, numbers: Iterable[str] | None = None) -> int:
        """Remind the organisations whose child case is still open; gives how many.

        A reminder stands in the history of the child case and counts on the list; whether and
        how it is sent is the connectors' matter.
        """
        with self._environment.command(actor) as unit:
            record, case = completing.locked(unit, task_id)
            access.require_work(unit, case, record)
            return children.remind(unit, case, record, None if numbers is None else set(numbers))

    def _colleague(self, actor: Actor, task_id: str, person_id: str) -> Actor | None:
        """Asked before the lock: a directory that hangs must hold nobody's work up."""
        with self._environment.query(actor) as unit:
            role = access.task_by_id(unit, task_id)[0].role
        members = self._environment.identity.members(role, actor.organisation.id)
        return next((one for one in members if one.id == person_id), None)


def _claim(unit: Unit, record: TaskRecord, case: CaseRecord, actor: Actor) -> None:
    _put_claim(unit, record, actor.id, actor.name)
    unit.tell(
        unit.environment.signals.task_claimed,
        number=case.number,
        task_id=record.id,
        actor_id=actor.id,
    )


def _put_claim(unit: Unit, record: TaskRecord, person_id: str, name: str) -> None:
    changes = {
        "claimed_by": person_id,
        "claimed_name": name,
        "claimed_at": unit.now if person_id else None,
    }
    tasks.save(unit.connection, record.id, changes)
