"""A fresh SQLite file per test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from pikflow.store.database import Database


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    """A database with all tables."""
    database = Database(f"sqlite:///{tmp_path / 'store.db'}")
    database.create()
    yield database
    database.close()
