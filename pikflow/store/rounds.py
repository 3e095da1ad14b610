"""Funding rounds and each applicant's share of their budget."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.engine import Connection

from pikflow.store import turns
from pikflow.store.base import new_id
from pikflow.store.tables import funding_round, round_budget, round_change


@dataclass(frozen=True)
class RoundRecord:
    """A round; `data` is what the process that opened it adds under `runde`."""

    id: int
    measure: str
    year: int
    name: str
    state: str
    budget: Decimal | None
    opens: date | None
    deadline: date | None
    data: dict[str, Any]
    created_at: datetime


def by_id(connection: Connection, round_id: int) -> RoundRecord | None:
    """The round."""
    row = connection.execute(
        select(funding_round).where(funding_round.c.id == round_id)
    ).one_or_none()
    return None if row is None else RoundRecord(**row._mapping)


def lock(connection: Connection, round_id: int) -> None:
    """One start after the other in a round: two at once would begin the same case twice."""
    connection.execute(
        select(funding_round.c.id).where(funding_round.c.id == round_id).with_for_update()
    )


def of_measure(connection: Connection, measure: str) -> list[RoundRecord]:
    """The rounds of a measure, newest year first."""
    statement = (
        select(funding_round)
        .where(funding_round.c.measure == measure)
        .order_by(funding_round.c.year.desc())
    )
    return [RoundRecord(**row._mapping) for row in connection.execute(statement)]


def open_rounds(connection: Connection) -> list[RoundRecord]:
    """All open rounds, by measure and year."""
    statement = (
        select(funding_round)
        .where(funding_round.c.state == "open")
        .order_by(funding_round.c.measure, funding_round.c.year)
    )
    return [RoundRecord(**row._mapping) for row in connection.execute(statement)]


def save(connection: Connection, row: Mapping[str, Any]) -> int:
    """Insert the round of a measure and year, or rewrite it; gives its id."""
    turns.take(connection, f"round {row['measure']} {row['year']}")
    same = (funding_round.c.measure == row["measure"], funding_round.c.year == row["year"])
    known = connection.execute(select(funding_round.c.id).where(*same)).scalar()
    if known is None:
        return new_id(connection.execute(insert(funding_round).values(**row)))
    changes = {key: value for key, value in row.items() if key != "created_at"}
    connection.execute(update(funding_round).where(funding_round.c.id == known).values(**changes))
    return int(known)


def close(connection: Connection, round_id: int) -> None:
    """No new case in this round."""
    connection.execute(
        update(funding_round).where(funding_round.c.id == round_id).values(state="closed")
    )


@dataclass(frozen=True)
class ChangeRecord:
    """What somebody changed in a round; `changes` has by name what it was and what it became."""

    id: int
    round_id: int
    changes: dict[str, list[Any]]
    reason: str
    actor_id: str
    actor_name: str
    at: datetime


def change(connection: Connection, round_id: int, values: Mapping[str, Any]) -> None:
    """Write columns of a round that changed."""
    connection.execute(update(funding_round).where(funding_round.c.id == round_id).values(**values))


def add_change(connection: Connection, row: Mapping[str, Any]) -> None:
    """Append to the history of a round."""
    connection.execute(insert(round_change).values(**row))


def changes(connection: Connection, round_id: int) -> list[ChangeRecord]:
    """The history of a round, newest first."""
    statement = (
        select(round_change)
        .where(round_change.c.round_id == round_id)
        .order_by(round_change.c.id.desc())
    )
    return [ChangeRecord(**row._mapping) for row in connection.execute(statement)]


@dataclass(frozen=True)
class ShareRecord:
    """One applicant's share of a round; `data` holds what else the round says about it."""

    organisation_id: str
    amount: Decimal | None
    data: dict[str, Any]


def set_shares(connection: Connection, round_id: int, shares: Sequence[ShareRecord]) -> None:
    """Replace the applicants' shares."""
    connection.execute(delete(round_budget).where(round_budget.c.round_id == round_id))
    rows = [{"round_id": round_id, **asdict(share)} for share in shares]
    if rows:
        connection.execute(insert(round_budget), rows)


def share_of(connection: Connection, round_id: int, organisation_id: str) -> ShareRecord | None:
    """An applicant's share, None when the round has none for it."""
    row = connection.execute(
        _SHARES.where(
            round_budget.c.round_id == round_id,
            round_budget.c.organisation_id == organisation_id,
        )
    ).one_or_none()
    return None if row is None else ShareRecord(**row._mapping)


def shares(connection: Connection, round_id: int) -> list[ShareRecord]:
    """All shares of a round, by organisation id."""
    statement = _SHARES.where(round_budget.c.round_id == round_id).order_by(
        round_budget.c.organisation_id
    )
    return [ShareRecord(**row._mapping) for row in connection.execute(statement)]


_SHARES = select(round_budget.c.organisation_id, round_budget.c.amount, round_budget.c.data)
