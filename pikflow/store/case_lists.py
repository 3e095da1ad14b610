"""Lists, counts and sums of cases, read from indexes alone as far as they go.

The rows of cases are wide, so nothing here walks through them: each reason for which somebody sees
cases (the own organisations, called cases, a measure) has its stretch of an index that holds all
filters, open cases before ended ones, the newest first. A list takes the first rows of each.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, false, func, or_, select, union, union_all
from sqlalchemy.engine import Connection

from pikflow.permissions import CaseScope
from pikflow.store.scope import reasons
from pikflow.store.tables import instance, organisation, user_task

MOST = 1_000  # matches are counted up to this number
_NEWEST = 1_000  # of these a text is looked for in the middle of words
_FEW = 100  # owners an index is asked for one by one


@dataclass(frozen=True)
class CaseListRecord:
    """One line of a list, with the owner's name and the most urgent open task."""

    id: int
    number: str
    title: str
    measure: str
    organisation_id: str
    organisation: str
    ags: str
    year: int | None
    phase: str
    state: str
    outcome: str
    amount: Decimal | None
    started_at: datetime
    parent_id: int | None
    due: date | None


@dataclass(frozen=True)
class CaseCriteria:
    """What a list is filtered by; empty values filter nothing."""

    measure: str = ""
    phase: str = ""
    state: str = ""
    organisation: str = ""
    year: int | None = None
    text: str = ""
    children: bool = False


@dataclass(frozen=True)
class Found:
    """The cases that match: for one of these reasons, and by all these filters."""

    reasons: tuple[ColumnElement[bool], ...]
    filters: tuple[ColumnElement[bool], ...]


def look(connection: Connection, scope: CaseScope, criteria: CaseCriteria) -> Found:
    """What a scope and criteria ask for. Words of a text are beginnings of case numbers or AGS, or
    parts of the owner's name; where that finds nothing, the newest cases are looked through for
    them in the middle of numbers and titles."""
    why, plain = _reasons(scope, criteria), tuple(_plain(criteria))
    words = criteria.text.split()[:8]
    if not words:
        return Found(why, plain)
    begun = Found(why, (*plain, *(_begins(connection, word) for word in words)))
    if connection.execute(_ids(begun, 1).limit(1)).first() is not None:
        return begun
    newest = _ids(Found(why, plain), _NEWEST).limit(_NEWEST).subquery()
    among = instance.c.id.in_(select(newest.c.id))
    inside = select(instance.c.id).where(among, *(_holds(word) for word in words))
    return Found((instance.c.id.in_(connection.execute(inside).scalars().all()),), ())


def count(connection: Connection, found: Found) -> int:
    """How many cases match; MOST stands for that many or more."""
    stretches = [_stretch(found, reason).limit(MOST) for reason in found.reasons]
    if not stretches:
        return 0
    ids = union(*(select(one.subquery()) for one in stretches)).subquery()
    return min(MOST, connection.execute(select(func.count()).select_from(ids)).scalar_one())


def listed(
    connection: Connection, found: Found, *, limit: int, offset: int
) -> list[CaseListRecord]:
    """A page of matching cases: open ones first, the newest first among equals."""
    ids = _ids(found, limit + offset).limit(limit).offset(offset)
    keys = [key for key, *_ in connection.execute(ids)]
    if not keys:
        return []
    rows: Sequence[Sequence[Any]] = connection.execute(_LINE.where(instance.c.id.in_(keys))).all()
    known = {row[0]: CaseListRecord(*row) for row in rows}
    return [known[key] for key in keys if key in known]


def totals(
    connection: Connection, scope: CaseScope, criteria: CaseCriteria, by: str
) -> list[tuple[str, int, Decimal]]:
    """(key, cases, EUR) of visible cases, grouped by the column "phase", "state" or "measure"."""
    column = instance.c[by]
    statement = (
        select(column, func.count(), func.sum(instance.c.amount))
        .where(or_(false(), *_reasons(scope, criteria)), *_plain(criteria))
        .group_by(column)
        .order_by(column)
    )
    return [
        (str(key), int(cases), amount if amount is not None else Decimal(0))
        for key, cases, amount in connection.execute(statement)
    ]


# --- statements --------------------------------------------------------------------------------

_EARLIEST = (
    select(func.min(user_task.c.due))
    .where(user_task.c.instance_id == instance.c.id, user_task.c.state == "open")
    .scalar_subquery()
)
_LINE = select(
    *(instance.c[name] for name in ("id", "number", "title", "measure", "organisation_id")),
    organisation.c.name,
    organisation.c.ags,
    *(instance.c[name] for name in ("year", "phase", "state", "outcome", "amount")),
    instance.c.started_at,
    instance.c.parent_id,
    _EARLIEST,
).select_from(instance.join(organisation, organisation.c.id == instance.c.organisation_id))


def _reasons(scope: CaseScope, criteria: CaseCriteria) -> tuple[ColumnElement[bool], ...]:
    """A measure somebody sees whole is reason enough when the list is of that measure alone."""
    if criteria.measure and (scope.everything or criteria.measure in scope.measures):
        return (instance.c.measure == criteria.measure,)
    return reasons(scope)


def _stretch(found: Found, reason: ColumnElement[bool]) -> Select[Any]:
    return select(instance.c.id, instance.c.ended).where(reason, *found.filters)


def _ids(found: Found, most: int) -> Select[Any]:
    """The ids in the order of a list; `most` is how many of them are wanted at the utmost."""
    parts = [
        _stretch(found, reason)
        .where(instance.c.ended == ended)
        .order_by(instance.c.id.desc())
        .limit(most)
        .subquery()
        for reason in found.reasons
        for ended in (0, 1)
    ]
    nobody = select(instance.c.id, instance.c.ended).where(instance.c.id < 0)
    merged = (union_all if len(parts) < 3 else union)(*(select(p) for p in parts), nobody)
    ids = merged.subquery()
    return select(ids.c.id).order_by(ids.c.ended, ids.c.id.desc())


def _plain(criteria: CaseCriteria) -> list[ColumnElement[bool]]:
    conditions = [
        column == wanted
        for column, wanted in (
            (instance.c.measure, criteria.measure),
            (instance.c.phase, criteria.phase),
            (instance.c.state, criteria.state),
            (instance.c.organisation_id, criteria.organisation),
        )
        if wanted
    ]
    if criteria.year is not None:
        conditions.append(instance.c.year == criteria.year)
    if not criteria.children:
        conditions.append(instance.c.parent_id.is_(None))
    return conditions


def _begins(connection: Connection, word: str) -> ColumnElement[bool]:
    owners = select(organisation.c.id).where(
        or_(
            organisation.c.name.icontains(word, autoescape=True),
            organisation.c.ags.startswith(word, autoescape=True),
        )
    )
    few = connection.execute(owners.limit(_FEW + 1)).scalars().all()
    owned = instance.c.organisation_id.in_(few if len(few) <= _FEW else owners)
    return or_(owned, _number_begins(word.upper()))


def _number_begins(word: str) -> ColumnElement[bool]:
    """As a range, which row-level security lets an index answer, and exactly."""
    exact = instance.c.number.startswith(word, autoescape=True)
    stem = word.rstrip("".join(filter(lambda sign: not sign.isalnum(), word)))
    if not stem:
        return exact
    above = stem[:-1] + chr(ord(stem[-1]) + 1)
    return and_(instance.c.number >= stem, instance.c.number < above, exact)


def _holds(word: str) -> ColumnElement[bool]:
    return or_(
        instance.c.number.icontains(word, autoescape=True),
        instance.c.title.icontains(word, autoescape=True),
        instance.c.organisation_id.in_(
            select(organisation.c.id).where(organisation.c.name.icontains(word, autoescape=True))
        ),
    )
