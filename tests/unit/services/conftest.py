"""The small world of world.py, fresh for every test."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from databases import drop_database, new_database

from pikflow.connectors import Call

from .world import World, make, prepare


@pytest.fixture(scope="session")
def prepared(database_kind: str, tmp_path_factory: pytest.TempPathFactory) -> str:
    """A database with everything deployed, to be copied."""
    place = new_database(database_kind)
    prepare(place, tmp_path_factory.mktemp("files"))
    return place


@pytest.fixture
def world(database_kind: str, prepared: str, tmp_path: Path) -> Iterator[World]:
    """A database of its own for every test, on SQLite and on PostgreSQL."""
    place = new_database(database_kind, prepared)
    services, clock = make(place, tmp_path / "files")
    yield World(services, clock)
    services.environment.database.close()
    drop_database(place)


@pytest.fixture
def with_connector(world: World) -> Callable[[Callable[[Call], Any]], None]:
    """Put another function behind `test.rechnen`."""

    def put(run: Callable[[Call], Any]) -> None:
        known = world.environment.connectors
        known._known["test.rechnen"] = replace(known.get("test.rechnen"), run=run)

    return put
