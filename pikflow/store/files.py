"""Rows of uploaded files; their content lies on disk under its hash."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.engine import Connection

from pikflow.store.tables import file


@dataclass(frozen=True)
class FileRecord:
    """An uploaded file of a case; `kind` is the extension its content proves, `size` in bytes."""

    id: str
    instance_id: int
    name: str
    kind: str
    size: int
    sha256: str
    actor_id: str
    actor_name: str
    at: datetime


def add(connection: Connection, row: Mapping[str, Any]) -> None:
    """Note an uploaded file."""
    connection.execute(insert(file).values(**row))


def by_id(connection: Connection, file_id: str) -> FileRecord | None:
    """The file's row."""
    row = connection.execute(select(file).where(file.c.id == file_id)).one_or_none()
    return None if row is None else FileRecord(**row._mapping)


def is_named(connection: Connection, sha256: str) -> bool:
    """Whether any case has a file with this content."""
    statement = select(file.c.id).where(file.c.sha256 == sha256).limit(1)
    return connection.execute(statement).first() is not None


def of_case(connection: Connection, instance_id: int) -> list[FileRecord]:
    """The files of a case, oldest first."""
    statement = select(file).where(file.c.instance_id == instance_id).order_by(file.c.at, file.c.id)
    return [FileRecord(**row._mapping) for row in connection.execute(statement)]


def by_ids(connection: Connection, instance_id: int, ids: Sequence[str]) -> dict[str, FileRecord]:
    """Those of the ids that are files of this case."""
    if not ids:
        return {}
    statement = select(file).where(file.c.instance_id == instance_id, file.c.id.in_(ids))
    return {row.id: FileRecord(**row._mapping) for row in connection.execute(statement)}
