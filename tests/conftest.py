"""What every test run has: databases, and an option that lets no browser test be skipped."""

from collections.abc import Generator, Iterator
from typing import Any

import pytest
from databases import KINDS, drop_database, new_database

from pikflow.store.database import Database


def pytest_addoption(parser: pytest.Parser) -> None:
    text = "a skipped browser test counts as failed"
    parser.addoption("--no-browser-skips", action="store_true", help=text)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes long comes first, so that no worker of several has it alone in the end."""
    items.sort(key=lambda item: "unit" in item.path.parts)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, Any, pytest.TestReport]:
    report: pytest.TestReport = yield
    strict = item.config.getoption("--no-browser-skips") and item.get_closest_marker("browser")
    if report.skipped and strict:
        report.outcome, report.longrepr = "failed", f"skipped: {report.longrepr}"
    return report


@pytest.fixture(scope="session", params=KINDS)
def database_kind(request: pytest.FixtureRequest) -> str:
    """Each test that asks for it, or for `database`, runs on SQLite and on PostgreSQL."""
    return str(request.param)


@pytest.fixture(scope="session")
def database_template(database_kind: str) -> str:
    """A database with all tables and nothing in them, to be copied."""
    url = new_database(database_kind)
    database = Database(url)
    database.create()
    database.settle()
    database.close()
    return url


@pytest.fixture
def database(database_kind: str, database_template: str) -> Iterator[Database]:
    """A database with all tables, fresh for every test."""
    url = new_database(database_kind, database_template)
    database = Database(url)
    yield database
    database.close()
    drop_database(url)
