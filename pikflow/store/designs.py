"""Designs: files changed on top of a deployment, every version of them kept, and who is at work.

Nothing of a design is ever overwritten but its head (title, state, ...) and who is seen in it.
"""

import hashlib
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, insert, or_, select, update
from sqlalchemy.engine import Connection

from pikflow.store.base import new_id
from pikflow.store.tables import design, design_change, design_file, design_presence

CHANGED, REMOVED, BASE = "changed", "removed", "base"


@dataclass(frozen=True)
class DesignRecord:
    """`state` is open, deployed or discarded; `base_id` the deployment the design builds on, None
    when there was none; `deployment_id` what it became."""

    id: int
    title: str
    owner_id: str
    owner_name: str
    shared: bool
    state: str
    base_id: int | None
    deployment_id: int | None
    created_at: datetime
    changed_at: datetime


@dataclass(frozen=True)
class ChangeRecord:
    """An entry of the log: who did what when; `path` is "" where it is not about one file."""

    id: int
    design_id: int
    command: str
    path: str
    note: str
    actor_id: str
    actor_name: str
    at: datetime


@dataclass(frozen=True)
class FileRecord:
    """One version of a file: changed, removed, or base (again as deployed); who brought it."""

    path: str
    version: int
    change_id: int
    state: str
    sha256: str
    actor_id: str
    actor_name: str
    at: datetime


@dataclass(frozen=True)
class PresenceRecord:
    person_id: str
    name: str
    path: str
    seen_at: datetime


# --- designs -----------------------------------------------------------------------------------


def add(connection: Connection, row: Mapping[str, Any]) -> int:
    """Insert a design, give its id."""
    return new_id(connection.execute(insert(design).values(**row)))


def by_id(
    connection: Connection, design_id: int, person_id: str, *, lock: bool = False
) -> DesignRecord | None:
    """A design this person may see: its own or a shared one; with `lock` for its next change."""
    statement = select(design).where(design.c.id == design_id, _seen_by(person_id))
    row = connection.execute(statement.with_for_update() if lock else statement).one_or_none()
    return None if row is None else DesignRecord(**row._mapping)


def visible(
    connection: Connection, person_id: str, states: Iterable[str], limit: int
) -> list[tuple[DesignRecord, int]]:
    """The designs this person may see, the one changed last first, and how many files each
    changes."""
    statement = (
        select(design)
        .where(_seen_by(person_id), design.c.state.in_(list(states)))
        .order_by(design.c.changed_at.desc(), design.c.id.desc())
        .limit(limit)
    )
    records = [DesignRecord(**row._mapping) for row in connection.execute(statement)]
    now = _newest([record.id for record in records]).subquery()
    counted = (
        select(now.c.design_id, func.count().label("files"))
        .where(now.c.state != BASE)
        .group_by(now.c.design_id)
    )
    counts = {row.design_id: row.files for row in connection.execute(counted)}
    return [(record, counts.get(record.id, 0)) for record in records]


def set_head(connection: Connection, design_id: int, **values: Any) -> None:
    """Change the head of a design."""
    connection.execute(update(design).where(design.c.id == design_id).values(**values))


def _seen_by(person_id: str) -> ColumnElement[bool]:
    return or_(design.c.owner_id == person_id, design.c.shared)


# --- the log -----------------------------------------------------------------------------------


def note(connection: Connection, row: Mapping[str, Any]) -> int:
    """Add to the log, give the entry's id."""
    return new_id(connection.execute(insert(design_change).values(**row)))


def changes(connection: Connection, design_id: int, limit: int = 100) -> list[ChangeRecord]:
    """The log of a design, newest first."""
    statement = (
        select(design_change)
        .where(design_change.c.design_id == design_id)
        .order_by(design_change.c.id.desc())
        .limit(limit)
    )
    return [ChangeRecord(**row._mapping) for row in connection.execute(statement)]


# --- files -------------------------------------------------------------------------------------


def add_file(
    connection: Connection,
    design_id: int,
    path: str,
    version: int,
    change_id: int,
    state: str,
    data: bytes | None = None,
) -> None:
    """Add the next version of a file; `data` is kept for a changed one."""
    connection.execute(
        insert(design_file).values(
            design_id=design_id,
            path=path,
            version=version,
            change_id=change_id,
            state=state,
            sha256=hashlib.sha256(data).hexdigest() if data is not None else "",
            data=zlib.compress(data) if data is not None else None,
        )
    )


def newest_files(connection: Connection, design_id: int) -> dict[str, FileRecord]:
    """The newest version of each file that was ever touched, by path."""
    now = _newest([design_id]).subquery()
    statement = _FILE.join(
        now,
        (now.c.design_id == design_file.c.design_id)
        & (now.c.path == design_file.c.path)
        & (now.c.version == design_file.c.version),
    ).order_by(design_file.c.path)
    return {row.path: FileRecord(**row._mapping) for row in connection.execute(statement)}


def file_versions(connection: Connection, design_id: int, path: str) -> list[FileRecord]:
    """All versions of a file, newest first."""
    statement = _FILE.where(
        design_file.c.design_id == design_id, design_file.c.path == path
    ).order_by(design_file.c.version.desc())
    return [FileRecord(**row._mapping) for row in connection.execute(statement)]


def newest_file(connection: Connection, design_id: int, path: str) -> FileRecord | None:
    """The newest version of a file, None when it was never touched."""
    statement = (
        _FILE.where(design_file.c.design_id == design_id, design_file.c.path == path)
        .order_by(design_file.c.version.desc())
        .limit(1)
    )
    row = connection.execute(statement).one_or_none()
    return None if row is None else FileRecord(**row._mapping)


def text_of(connection: Connection, design_id: int, path: str, version: int) -> bytes | None:
    """The content of a version, None when it has none of its own."""
    data = connection.execute(
        select(design_file.c.data).where(
            design_file.c.design_id == design_id,
            design_file.c.path == path,
            design_file.c.version == version,
        )
    ).scalar()
    return None if data is None else zlib.decompress(data)


def texts_of(
    connection: Connection, design_id: int, command: str
) -> list[tuple[ChangeRecord, bytes]]:
    """The entries of one kind that brought a file, oldest first, each with its content."""
    statement = (
        select(design_change, design_file.c.data)
        .join(design_file, design_file.c.change_id == design_change.c.id)
        .where(
            design_change.c.design_id == design_id,
            design_change.c.command == command,
            design_file.c.data.is_not(None),
        )
        .order_by(design_change.c.id)
    )
    found = []
    for row in connection.execute(statement):
        values = dict(row._mapping)
        data = values.pop("data")
        found.append((ChangeRecord(**values), zlib.decompress(data)))
    return found


def changed_texts(connection: Connection, design_id: int) -> dict[str, bytes]:
    """The content of every file that is changed now, by path."""
    now = _newest([design_id]).subquery()
    statement = (
        select(design_file.c.path, design_file.c.data)
        .join(
            now,
            (now.c.path == design_file.c.path) & (now.c.version == design_file.c.version),
        )
        .where(design_file.c.design_id == design_id, design_file.c.state == CHANGED)
        .order_by(design_file.c.path)
    )
    return {row.path: zlib.decompress(row.data) for row in connection.execute(statement)}


def damaged(connection: Connection) -> Iterator[tuple[int, str, int]]:
    """(design, path, version) of every version whose content is not what was stored."""
    statement = select(design_file).where(design_file.c.state == CHANGED)
    for row in connection.execution_options(yield_per=100).execute(statement):
        try:
            whole = hashlib.sha256(zlib.decompress(row.data or b"")).hexdigest() == row.sha256
        except zlib.error:
            whole = False
        if not whole:
            yield row.design_id, row.path, row.version


def _newest(design_ids: list[int]) -> Select[Any]:
    """(design_id, path, version, state) of the newest version of every file of some designs."""
    top = (
        select(
            design_file.c.design_id,
            design_file.c.path,
            func.max(design_file.c.version).label("version"),
        )
        .where(design_file.c.design_id.in_(design_ids))
        .group_by(design_file.c.design_id, design_file.c.path)
        .subquery()
    )
    return select(
        design_file.c.design_id, design_file.c.path, design_file.c.version, design_file.c.state
    ).join(
        top,
        (top.c.design_id == design_file.c.design_id)
        & (top.c.path == design_file.c.path)
        & (top.c.version == design_file.c.version),
    )


_FILE = select(
    design_file.c.path,
    design_file.c.version,
    design_file.c.change_id,
    design_file.c.state,
    design_file.c.sha256,
    design_change.c.actor_id,
    design_change.c.actor_name,
    design_change.c.at,
).join(design_change, design_change.c.id == design_file.c.change_id)


# --- who is there ------------------------------------------------------------------------------


def be_seen(connection: Connection, row: Mapping[str, Any]) -> None:
    """Note that a person is at work in a design now; its row is locked or its writer alone."""
    mine = (
        design_presence.c.design_id == row["design_id"],
        design_presence.c.person_id == row["person_id"],
    )
    changed = connection.execute(update(design_presence).where(*mine).values(**row))
    if changed.rowcount == 0:
        connection.execute(insert(design_presence).values(**row))


def seen_since(connection: Connection, design_id: int, since: datetime) -> list[PresenceRecord]:
    """Who was seen in a design since an instant, by name."""
    statement = (
        select(
            design_presence.c.person_id,
            design_presence.c.name,
            design_presence.c.path,
            design_presence.c.seen_at,
        )
        .where(design_presence.c.design_id == design_id, design_presence.c.seen_at >= since)
        .order_by(design_presence.c.name)
    )
    return [PresenceRecord(**row._mapping) for row in connection.execute(statement)]
