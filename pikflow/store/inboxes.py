"""The inbox: what an index over the open tasks holds, whatever the history and the ended cases.

The order is (put aside or not, urgency, age). Each audience and role has its stretch of the index
`pik_user_task_open` in this order; a page takes the first rows of each stretch.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    bindparam,
    case,
    func,
    or_,
    select,
    true,
    union_all,
)
from sqlalchemy.engine import Connection

from pikflow.store.tables import instance, is_open, organisation, user_task


@dataclass(frozen=True)
class InboxCriteria:
    """Whose inbox, and filtered by what; empty values filter nothing."""

    actor_id: str
    audiences: tuple[str, ...]
    roles: tuple[str, ...]
    view: str = "all"
    measure: str = ""
    phase: str = ""
    organisation: str = ""
    text: str = ""

    @property
    def stretches(self) -> list[tuple[str, str]]:
        """The (audience, role) pairs whose tasks this person may work."""
        return [(audience, role) for audience in self.audiences for role in self.roles]


@dataclass(frozen=True)
class InboxRecord:
    """One open task with its case and the case's owner."""

    task_id: str
    task: str
    kind: str
    lane: str
    phase: str
    due: date | None
    claimed_by: str
    claimed_name: str
    follow_up: date | None
    follow_up_note: str
    created_at: datetime
    number: str
    title: str
    measure: str
    amount: Decimal | None
    organisation_id: str
    organisation: str
    ags: str
    group: str


_ORDER = (
    user_task.c.urgency,
    user_task.c.created_at,
    user_task.c.instance_id,
    user_task.c.id,
)
_JOINED = user_task.join(instance, instance.c.id == user_task.c.instance_id).join(
    organisation, organisation.c.id == instance.c.organisation_id
)
_SHOWN = (  # in the order of InboxRecord
    *(user_task.c[name] for name in ("id", "name", "kind", "lane", "phase", "due", "claimed_by")),
    *(user_task.c[name] for name in ("claimed_name", "follow_up", "follow_up_note", "created_at")),
    *(instance.c[name] for name in ("number", "title", "measure", "amount", "organisation_id")),
    organisation.c.name,
    organisation.c.ags,
)


def inbox(
    connection: Connection, criteria: InboxCriteria, today: date, *, limit: int, offset: int
) -> list[InboxRecord]:
    """A page of the inbox, most urgent first; what was put aside comes last."""
    now = _page(connection, criteria, today, ~_aside(today), limit, offset)
    if len(now) == limit:
        return now
    before = offset + len(now) if now else _count(connection, criteria, ~_aside(today))
    rest = _page(
        connection, criteria, today, _aside(today), limit - len(now), max(0, offset - before)
    )
    return now + rest


def counts(
    connection: Connection, criteria: InboxCriteria, today: date
) -> list[tuple[str, str, int]]:
    """(whose: "mine", "team" or "unassigned"; urgency; tasks) over all pages and views."""
    whose = case(
        (user_task.c.claimed_by == criteria.actor_id, "mine"),
        (user_task.c.claimed_by == "", "unassigned"),
        else_="team",
    )
    group = group_of(today)
    found = _asked(select(whose, group, func.count()), criteria).group_by(whose, group)
    return [(str(w), str(g), int(n)) for w, g, n in connection.execute(found)]


def choices(connection: Connection, criteria: InboxCriteria) -> tuple[list[str], list[str]]:
    """Phases and measures that occur among the open tasks, for the filters."""
    mine = InboxCriteria(criteria.actor_id, criteria.audiences, criteria.roles)
    columns = select(user_task.c.phase, user_task.c.measure)
    rows = connection.execute(_asked(columns, mine).distinct()).all()
    return sorted({row.phase for row in rows if row.phase}), sorted({row.measure for row in rows})


_FIRST = (
    select(*_ORDER)
    .where(
        is_open,
        user_task.c.audience == bindparam("for_audience"),
        user_task.c.role == bindparam("for_role"),
        user_task.c.claimed_by.in_(["", bindparam("actor")]),
        func.coalesce(user_task.c.follow_up, bindparam("today")) <= bindparam("today"),
    )
    .order_by(*_ORDER)
    .limit(1)
)


def first_free(connection: Connection, criteria: InboxCriteria, today: date) -> str:
    """The id of the most urgent task this person has or may take, not put aside; "" without."""
    asked = {"actor": criteria.actor_id, "today": today}
    found = [
        connection.execute(_FIRST, {**asked, "for_audience": audience, "for_role": role}).first()
        for audience, role in criteria.stretches
    ]
    rows = [tuple(row) for row in found if row is not None]
    return str(min(rows)[-1]) if rows else ""


# --- conditions --------------------------------------------------------------------------------


def group_of(today: date) -> ColumnElement[str]:
    """The urgency of a task on a day; its week are the next seven days."""
    soon = today + timedelta(days=7)
    return case(
        (user_task.c.follow_up > today, "follow_up"),
        (user_task.c.urgency < today, "overdue"),
        (user_task.c.urgency == today, "today"),
        (user_task.c.urgency <= soon, "week"),
        else_="later",
    )


def _aside(today: date) -> ColumnElement[bool]:
    return func.coalesce(user_task.c.follow_up, today) > today


def _in_view(criteria: InboxCriteria) -> ColumnElement[bool]:
    holder = user_task.c.claimed_by
    return {
        "mine": holder == criteria.actor_id,
        "free": holder.in_(["", criteria.actor_id]),
        "unassigned": holder == "",
        "team": and_(holder != "", holder != criteria.actor_id),
    }.get(criteria.view, true())


def _asked(statement: Select[Any], criteria: InboxCriteria) -> Select[Any]:
    """The open tasks somebody asks for; other tables only where words are looked for in them."""
    found = statement.where(
        is_open,
        user_task.c.audience.in_(criteria.audiences),
        user_task.c.role.in_(criteria.roles),
        *_filters(criteria),
    )
    return found.select_from(_JOINED) if criteria.text.split() else found


def _filters(criteria: InboxCriteria) -> list[ColumnElement[bool]]:
    conditions = [
        column == wanted
        for column, wanted in (
            (user_task.c.measure, criteria.measure),
            (user_task.c.phase, criteria.phase),
            (user_task.c.organisation_id, criteria.organisation),
        )
        if wanted
    ]
    return conditions + [
        or_(
            instance.c.number.icontains(word, autoescape=True),
            organisation.c.name.icontains(word, autoescape=True),
            organisation.c.ags.startswith(word, autoescape=True),
            user_task.c.name.icontains(word, autoescape=True),
        )
        for word in criteria.text.split()[:8]
    ]


def _count(connection: Connection, criteria: InboxCriteria, only: ColumnElement[bool]) -> int:
    statement = _asked(select(func.count()), criteria).where(_in_view(criteria), only)
    return int(connection.execute(statement).scalar_one())


def _page(
    connection: Connection,
    criteria: InboxCriteria,
    today: date,
    only: ColumnElement[bool],
    limit: int,
    offset: int,
) -> list[InboxRecord]:
    """Some rows in order: the first of each stretch, merged, then with all that is shown."""
    ids = _first_ids(connection, criteria, only, limit, offset)
    statement = select(*_SHOWN, group_of(today)).select_from(_JOINED).where(user_task.c.id.in_(ids))
    rows: Sequence[Sequence[Any]] = connection.execute(statement).all() if ids else []
    known = {row[0]: InboxRecord(*row) for row in rows}
    return [known[task_id] for task_id in ids if task_id in known]


def _first_ids(
    connection: Connection,
    criteria: InboxCriteria,
    only: ColumnElement[bool],
    limit: int,
    offset: int,
) -> Sequence[str]:
    stretches = [
        _asked(select(*_ORDER), replace(criteria, audiences=(audience,), roles=(role,)))
        .where(_in_view(criteria), only)
        .order_by(*_ORDER)
        .limit(limit + offset)
        .subquery()
        for audience, role in criteria.stretches
    ]
    if not stretches:
        return []
    merged = union_all(*(select(one) for one in stretches)).subquery()
    statement = (
        select(merged.c.id)
        .order_by(merged.c.urgency, merged.c.created_at, merged.c.instance_id, merged.c.id)
        .limit(limit)
        .offset(offset)
    )
    return list(connection.execute(statement).scalars())
