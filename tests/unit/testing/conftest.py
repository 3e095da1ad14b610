"""Rehearsals in memory, on SQLite and on PostgreSQL; the databases are shared by all tests."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from databases import new_database

from pikflow.testing import Rehearsal

from .drawing import write

BEGIN = datetime(2026, 3, 2, 9, tzinfo=UTC)


@cache
def shared(kind: str) -> str:
    """One database for all rehearsals of this kind: they do not meet in it."""
    return new_database(kind)


@pytest.fixture(params=["memory", "sqlite", "postgresql"])
def store(request: pytest.FixtureRequest) -> str:
    return "memory" if request.param == "memory" else shared(request.param)


Rehearse = Callable[..., Rehearsal]


@pytest.fixture
def rehearse(store: str, tmp_path: Path) -> Iterator[Rehearse]:
    """Rehearse the text of a BPMN file, on every store."""
    opened: list[Rehearsal] = []

    def make(text: str, **options: Any) -> Rehearsal:
        paths = write(tmp_path, file=text)
        more = options.pop("files", [])
        found = Rehearsal.from_files(*paths, *more, **{"begins": BEGIN, "store": store, **options})
        opened.append(found)
        return found

    yield make
    for one in opened:
        one.close()
