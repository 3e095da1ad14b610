"""The inbox: open tasks by urgency, with counts that tell what the other views hold."""

from pikflow.identity import Actor
from pikflow.permissions import audiences
from pikflow.services import access
from pikflow.services.environment import Unit
from pikflow.services.heads import days_until, measure_name
from pikflow.services.views import GROUPS, VIEWS, Inbox, InboxFilter, InboxGroup, InboxRow, TaskView
from pikflow.store import inboxes
from pikflow.store.inboxes import InboxCriteria, InboxRecord


def inbox(unit: Unit, view: TaskView | str, chosen: InboxFilter, page: int, size: int) -> Inbox:
    """One page of the actor's inbox; a page past the end is the last one."""
    actor = access.require(unit, "task.list")
    view = view if view in VIEWS else "mine"
    asked = _criteria(unit, actor, view, chosen)
    counted = inboxes.counts(unit.connection, asked, unit.today)
    counts: dict[str, int] = dict.fromkeys(VIEWS, 0)
    groups: dict[str, int] = dict.fromkeys(GROUPS, 0)
    for whose, group, number in counted:
        counts[whose] += number
        counts["all"] += number
        if view in (whose, "all"):
            groups[group] += number
    total = counts[view]
    pages = max(1, -(-total // size))
    page = min(max(1, page), pages)
    found = inboxes.inbox(unit.connection, asked, unit.today, limit=size, offset=(page - 1) * size)
    rows = [_row(unit, actor, record) for record in found]
    phases, measures = inboxes.choices(unit.connection, asked)
    return Inbox(
        view=view,
        filter=chosen,
        counts=counts,
        groups=tuple(
            InboxGroup(key, groups[key], tuple(row for row in rows if row.group == key))
            for key in GROUPS
            if any(row.group == key for row in rows)
        ),
        total=total,
        page=page,
        pages=pages,
        phases=tuple(phases),
        measures=tuple((slug, measure_name(unit, slug)) for slug in measures),
    )


def next_task(unit: Unit, actor: Actor) -> str:
    """The id of the most urgent task this person may take or has; what was put aside last."""
    asked = _criteria(unit, actor, "free", InboxFilter())
    found = inboxes.first_free(unit.connection, asked, unit.today)
    if found:
        return found
    rest = inboxes.inbox(unit.connection, asked, unit.today, limit=1, offset=0)
    return rest[0].task_id if rest else ""


def _criteria(unit: Unit, actor: Actor, view: str, chosen: InboxFilter) -> InboxCriteria:
    return InboxCriteria(
        actor_id=actor.id,
        audiences=audiences(actor, unit.catalog),
        roles=tuple(sorted(actor.roles)),
        view=view,
        measure=chosen.measure,
        phase=chosen.phase,
        organisation=chosen.organisation,
        text=chosen.text,
    )


def _row(unit: Unit, actor: Actor, record: InboxRecord) -> InboxRow:
    return InboxRow(
        task_id=record.task_id,
        task=record.task,
        kind=record.kind,
        number=record.number,
        title=record.title,
        measure=record.measure,
        measure_name=measure_name(unit, record.measure),
        organisation=record.organisation,
        organisation_id=record.organisation_id,
        ags=record.ags,
        phase=record.phase,
        lane=record.lane,
        group=record.group,  # type: ignore[arg-type]
        due=record.due,
        days=days_until(record.due, unit.today),
        owner=record.claimed_name,
        owner_id=record.claimed_by,
        is_mine=record.claimed_by == actor.id,
        amount=record.amount,
        follow_up=record.follow_up,
        follow_up_note=record.follow_up_note,
        since=record.created_at,
    )
