"""What load balancers and monitoring are told, with each part taken away in turn."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from pikflow.host import create_app
from pikflow.services import Services, jobs
from pikflow.store import database, workers


@pytest.fixture
def fresh(tmp_path: Path) -> Iterator[Flask]:
    """A portal of its own, which a test may take apart."""
    app = create_app(tmp_path, {"PIKFLOW_DEMO": True, "TESTING": True})
    services_of(app).environment.database.create()
    yield app
    services_of(app).environment.database.close()


def services_of(app: Flask) -> Services:
    services: Services = app.extensions["pikflow"].services
    return services


def ask(app: Flask, name: str) -> tuple[int, dict[str, Any]]:
    answer = app.test_client().get(f"/health/{name}")
    return answer.status_code, answer.get_json()


def test_a_portal_that_is_set_up_is_ready(fresh: Flask) -> None:
    status, body = ask(fresh, "ready")
    assert status == 200
    assert body.items() >= {"status": "ok", "database": True, "files": True, "disk": True}.items()


def test_without_tables_it_is_not_ready_but_alive(tmp_path: Path) -> None:
    app = create_app(tmp_path, {"TESTING": True})
    assert ask(app, "ready")[0] == 503
    assert ask(app, "worker")[0] == 503
    assert ask(app, "live")[0] == 200


def test_without_a_database_it_is_not_ready_but_alive(tmp_path: Path) -> None:
    nowhere = {"SQLALCHEMY_DATABASE_URI": "postgresql+psycopg://nobody@127.0.0.1:1/nothing"}
    app = create_app(tmp_path, {"TESTING": True, **nowhere})
    status, body = ask(app, "ready")
    assert (status, body["database"]) == (503, False)
    assert ask(app, "worker") == (503, {**ask(app, "worker")[1], "database": False})
    assert ask(app, "live")[0] == 200


def test_a_newer_schema_is_not_served(fresh: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "SCHEMA_VERSION", 0)
    status, body = ask(fresh, "ready")
    assert (status, body["schema"]) == (503, 0)


def test_a_folder_that_takes_no_file_is_not_ready(fresh: Flask) -> None:
    folder = services_of(fresh).environment.files_folder
    ask(fresh, "ready")
    folder.rmdir()
    folder.write_text("a file in its place")
    status, body = ask(fresh, "ready")
    assert (status, body["files"], body["database"]) == (503, False, True)


def test_a_full_disk_is_not_ready(tmp_path: Path) -> None:
    app = create_app(tmp_path, {"TESTING": True, "PIKFLOW_DISK_FREE_BYTES": 10**18})
    services_of(app).environment.database.create()
    status, body = ask(app, "ready")
    assert (status, body["disk"], body["files"]) == (503, False, True)


def test_asking_leaves_nothing_behind(fresh: Flask) -> None:
    folder = services_of(fresh).environment.files_folder
    ask(fresh, "ready")
    assert list(folder.iterdir()) == []


def beat(app: Flask) -> None:
    """A worker's sign of life."""
    environment = services_of(app).environment
    with environment.command() as unit:
        now = environment.database.now(unit.connection)
        workers.see(unit.connection, "here-1", "embedded", now)


def test_background_work_is_healthy_with_a_worker(fresh: Flask) -> None:
    status, body = ask(fresh, "worker")
    assert (status, body["workers"]) == (503, 0)
    beat(fresh)
    status, body = ask(fresh, "worker")
    assert (status, body["workers"], body["oldest_due_seconds"]) == (200, 1, None)


def test_a_worker_without_a_sign_of_life_is_gone(
    fresh: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    beat(fresh)
    monkeypatch.setattr(jobs, "_ALIVE", -1)
    assert ask(fresh, "worker")[0] == 503


def test_health_pages_name_no_machine(fresh: Flask) -> None:
    beat(fresh)
    assert "here-1" not in str(ask(fresh, "worker"))
