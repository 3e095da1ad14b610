"""Organisations, people, and who holds which role where."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import delete, insert, or_, select, update
from sqlalchemy.engine import Connection, Row

from pikflow.identity import Actor, Organisation
from pikflow.store.tables import membership, organisation, person

_MAX_LEVELS = 10  # a line upwards longer than this is a ring in the data


def _organisation(row: Row[Any]) -> Organisation:
    return Organisation(row.id, row.name, row.kind, row.parent_id, row.ags)


def by_id(connection: Connection, organisation_id: str) -> Organisation | None:
    """The organisation."""
    row = connection.execute(
        select(organisation).where(organisation.c.id == organisation_id)
    ).one_or_none()
    return None if row is None else _organisation(row)


def by_ids(connection: Connection, ids: Sequence[str]) -> dict[str, Organisation]:
    """Organisations by id; unknown ids are left out."""
    found: dict[str, Organisation] = {}
    for first in range(0, len(ids), 500):
        statement = select(organisation).where(organisation.c.id.in_(ids[first : first + 500]))
        found.update((row.id, _organisation(row)) for row in connection.execute(statement))
    return found


def line_above(connection: Connection, organisation_id: str) -> list[Organisation]:
    """The organisation and all above it, nearest first."""
    line: list[Organisation] = []
    current: str | None = organisation_id
    while current and len(line) < _MAX_LEVELS:
        found = by_id(connection, current)
        if found is None:
            break
        line.append(found)
        current = found.parent
    return line


def below(connection: Connection, organisation_id: str) -> list[Organisation]:
    """The active organisations directly below, by name."""
    statement = (
        select(organisation)
        .where(organisation.c.parent_id == organisation_id, organisation.c.active)
        .order_by(organisation.c.name, organisation.c.id)
    )
    return [_organisation(row) for row in connection.execute(statement)]


def of_kinds(connection: Connection, kinds: Sequence[str]) -> list[Organisation]:
    """The active organisations of some kinds, by id."""
    statement = (
        select(organisation)
        .where(organisation.c.kind.in_(kinds), organisation.c.active)
        .order_by(organisation.c.id)
    )
    return [_organisation(row) for row in connection.execute(statement)]


def populations(connection: Connection, ids: Sequence[str]) -> dict[str, int]:
    """Inhabitants by organisation, where the register gives them."""
    found: dict[str, int] = {}
    for first in range(0, len(ids), 500):
        statement = select(organisation.c.id, organisation.c.population).where(
            organisation.c.id.in_(ids[first : first + 500]), organisation.c.population.is_not(None)
        )
        found.update((key, count) for key, count in connection.execute(statement))
    return found


def search(
    connection: Connection, text: str, *, kinds: Sequence[str] = (), limit: int = 20
) -> list[Organisation]:
    """Active organisations whose name holds every word, or whose AGS begins with the text."""
    by_name = [organisation.c.name.icontains(word, autoescape=True) for word in text.split()[:8]]
    condition = organisation.c.ags.startswith(text.strip(), autoescape=True)
    if by_name:
        matches = by_name[0]
        for word in by_name[1:]:
            matches = matches & word
        condition = or_(condition, matches)
    statement = select(organisation).where(organisation.c.active, condition)
    if kinds:
        statement = statement.where(organisation.c.kind.in_(kinds))
    statement = statement.order_by(organisation.c.name, organisation.c.id).limit(limit)
    return [_organisation(row) for row in connection.execute(statement)]


def profile(connection: Connection, organisation_id: str) -> dict[str, Any]:
    """The master data the organisation gave before."""
    found = connection.execute(
        select(organisation.c.profile).where(organisation.c.id == organisation_id)
    ).scalar()
    return found or {}


def ids_of_source(connection: Connection, source: str) -> set[str]:
    """Ids of the organisations one source maintains."""
    statement = select(organisation.c.id).where(organisation.c.source == source)
    return {key for (key,) in connection.execute(statement)}


def all_rows(connection: Connection) -> dict[str, dict[str, Any]]:
    """Every organisation as a dict by id, for comparing with a register."""
    return {row.id: dict(row._mapping) for row in connection.execute(select(organisation))}


def add_all(connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert organisations; rows have the same keys."""
    if rows:
        connection.execute(insert(organisation), list(rows))


def save(connection: Connection, organisation_id: str, changes: Mapping[str, Any]) -> None:
    """Write the columns that changed."""
    connection.execute(
        update(organisation).where(organisation.c.id == organisation_id).values(**changes)
    )


# --- people ------------------------------------------------------------------------------------


def actor(connection: Connection, person_id: str) -> Actor | None:
    """The active person with the organisation and roles it holds there.

    A person with roles in several organisations acts for the first by id.
    """
    row = connection.execute(
        select(person).where(person.c.id == person_id, person.c.active)
    ).one_or_none()
    if row is None:
        return None
    roles = connection.execute(
        select(membership.c.organisation_id, membership.c.role)
        .where(membership.c.person_id == person_id)
        .order_by(membership.c.organisation_id, membership.c.role)
    ).all()
    if not roles:
        return None
    home = by_id(connection, roles[0].organisation_id)
    if home is None:
        return None
    held = frozenset(role for where, role in roles if where == home.id)
    return Actor(row.id, row.name, home, held, row.office)


def members(connection: Connection, role: str, organisation_id: str) -> list[Actor]:
    """The active persons who hold a role in an organisation, by name."""
    statement = (
        select(person.c.id)
        .join(membership, membership.c.person_id == person.c.id)
        .where(
            membership.c.organisation_id == organisation_id,
            membership.c.role == role,
            person.c.active,
        )
        .order_by(person.c.name, person.c.id)
    )
    found = (actor(connection, key) for (key,) in connection.execute(statement).all())
    return [one for one in found if one is not None]


def all_people(connection: Connection) -> list[Actor]:
    """Every active person, by id."""
    keys = connection.execute(select(person.c.id).where(person.c.active).order_by(person.c.id))
    found = (actor(connection, key) for (key,) in keys.all())
    return [one for one in found if one is not None]


def save_person(connection: Connection, entry: Actor, *, active: bool = True) -> None:
    """Write a person and the roles it holds in its organisation; replaces what was there."""
    row = {"name": entry.name, "office": entry.office, "active": active}
    changed = connection.execute(update(person).where(person.c.id == entry.id).values(**row))
    if changed.rowcount == 0:
        connection.execute(insert(person).values(id=entry.id, **row))
    connection.execute(delete(membership).where(membership.c.person_id == entry.id))
    for role in sorted(entry.roles):
        connection.execute(
            insert(membership).values(
                person_id=entry.id, organisation_id=entry.organisation.id, role=role
            )
        )
