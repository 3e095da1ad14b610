"""Deployments and process definitions: immutable, addressed by content."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, insert, select
from sqlalchemy.engine import Connection

from pikflow.store.base import new_id
from pikflow.store.tables import content, definition, deployment, deployment_file


@dataclass(frozen=True)
class DefinitionRecord:
    """A version of a process; its files are those of the deployment that brought it."""

    id: int
    key: str
    version: int
    hash: str
    name: str
    deployment_id: int
    created_at: datetime


def deployment_by_hash(connection: Connection, digest: str) -> int | None:
    """The id of the deployment with exactly these files."""
    return connection.execute(select(deployment.c.id).where(deployment.c.hash == digest)).scalar()


def current_deployment(connection: Connection) -> int | None:
    """The id of the latest deployment."""
    return connection.execute(select(func.max(deployment.c.id))).scalar()


def add_deployment(connection: Connection, row: Mapping[str, Any]) -> int:
    """Insert a deployment, give its id."""
    return new_id(connection.execute(insert(deployment).values(**row)))


def add_file(
    connection: Connection, deployment_id: int, path: str, digest: str, data: bytes
) -> None:
    """Add a file to a deployment; equal content is stored once."""
    known = connection.execute(select(content.c.sha256).where(content.c.sha256 == digest)).scalar()
    if known is None:
        connection.execute(insert(content).values(sha256=digest, data=data))
    connection.execute(
        insert(deployment_file).values(deployment_id=deployment_id, path=path, sha256=digest)
    )


@dataclass(frozen=True)
class DeploymentRecord:
    """A deployment: `actor_name` is "" on the command line, `reason` too where none was given."""

    id: int
    hash: str
    created_at: datetime
    actor_id: str
    actor_name: str
    reason: str


def deployments(connection: Connection, limit: int) -> list[DeploymentRecord]:
    """The latest deployments, newest first."""
    statement = select(deployment).order_by(deployment.c.id.desc()).limit(limit)
    return [DeploymentRecord(**row._mapping) for row in connection.execute(statement)]


def digests_of(connection: Connection, deployment_id: int) -> dict[str, str]:
    """path -> sha256 (hex) of a deployment's files."""
    statement = select(deployment_file.c.path, deployment_file.c.sha256).where(
        deployment_file.c.deployment_id == deployment_id
    )
    return {row.path: row.sha256 for row in connection.execute(statement)}


def contents_of(connection: Connection, digests: Iterable[str]) -> dict[str, bytes]:
    """sha256 (hex) -> content, of those that are stored."""
    statement = select(content).where(content.c.sha256.in_(list(digests)))
    return {row.sha256: row.data for row in connection.execute(statement)}


def files_of(connection: Connection, deployment_id: int) -> dict[str, bytes]:
    """The files of a deployment by path."""
    statement = (
        select(deployment_file.c.path, content.c.data)
        .join(content, content.c.sha256 == deployment_file.c.sha256)
        .where(deployment_file.c.deployment_id == deployment_id)
        .order_by(deployment_file.c.path)
    )
    return {row.path: row.data for row in connection.execute(statement)}


def latest(connection: Connection, key: str) -> DefinitionRecord | None:
    """The newest version of a process."""
    row = connection.execute(
        select(definition)
        .where(definition.c.key == key)
        .order_by(definition.c.version.desc())
        .limit(1)
    ).one_or_none()
    return None if row is None else DefinitionRecord(**row._mapping)


def by_id(connection: Connection, definition_id: int) -> DefinitionRecord | None:
    """One version of a process."""
    row = connection.execute(
        select(definition).where(definition.c.id == definition_id)
    ).one_or_none()
    return None if row is None else DefinitionRecord(**row._mapping)


def valid_for(connection: Connection, key: str, deployment_id: int) -> DefinitionRecord | None:
    """The version of a process that belongs to a deployment: the newest it brought or found."""
    row = connection.execute(
        select(definition)
        .where(definition.c.key == key, definition.c.deployment_id <= deployment_id)
        .order_by(definition.c.version.desc())
        .limit(1)
    ).one_or_none()
    return None if row is None else DefinitionRecord(**row._mapping)


def all_latest(connection: Connection) -> list[DefinitionRecord]:
    """The newest version of every process, by key."""
    newest = (
        select(definition.c.key, func.max(definition.c.version).label("version"))
        .group_by(definition.c.key)
        .subquery()
    )
    statement = (
        select(definition)
        .join(
            newest,
            (newest.c.key == definition.c.key) & (newest.c.version == definition.c.version),
        )
        .order_by(definition.c.key)
    )
    return [DefinitionRecord(**row._mapping) for row in connection.execute(statement)]


def add(connection: Connection, row: Mapping[str, Any]) -> int:
    """Insert a version of a process, give its id."""
    return new_id(connection.execute(insert(definition).values(**row)))
