"""A host on PostgreSQL, set up as docs/databases.md says: two ordinary roles, the host's engine."""

import re
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from clerk import Clerk
from databases import drop_database, new_database, server
from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import make_url, select, text, update
from sqlalchemy.exc import DBAPIError
from werkzeug.serving import make_server

from pikflow.extension import PikFlow
from pikflow.host import create_app, demo, identity, instance, seed
from pikflow.services import Services
from pikflow.store.tables import history, user_task

DOCS = Path(__file__).parents[3] / "docs" / "databases.md"
PERSON = "gemeinde"
ANSWERS = {
    "email": "a@b.example",
    "personen_au": "4",
    "bedarf_besteht": "false",
    "richtigkeit": "true",
}


def _granted() -> list[str]:
    """What the owner runs, from the documentation, for the role's name here."""
    blocks = re.findall(r"```sql\n(.*?)```", DOCS.read_text(encoding="utf-8"), re.DOTALL)
    found = [part.strip() for part in blocks[1].replace("portal_app", "app").split(";")]
    return [statement for statement in found if statement]


def _services(app: Flask) -> Services:
    services: Services = app.extensions["pikflow"].services
    return services


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A database its owner prepared, as the application's role is told of it."""
    owned = new_database("postgresql")
    server().add_role("app")
    config = {"PIKFLOW_DEMO": True, "SQLALCHEMY_DATABASE_URI": owned}
    owner = create_app(tmp_path_factory.mktemp("owner"), config)
    instance.prepare(owner)
    database = _services(owner).environment.database
    with database.engine.begin() as connection:
        for statement in _granted():
            connection.execute(text(statement))
    database.close()
    yield server().url(make_url(owned).database or "", "app")
    drop_database(owned)


@pytest.fixture(scope="module")
def portal(url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Flask, str]]:
    """The portal as that role, with a case its Gemeinden report to, and its address."""
    folder = tmp_path_factory.mktemp("portal")
    app = create_app(folder, {"PIKFLOW_DEMO": True, "SQLALCHEMY_DATABASE_URI": url})
    instance.prepare(app)
    plan = seed.read_plan()
    chosen = [entry for entry in plan.cases if entry.get("bis") == "Bedarf sammeln"]
    seed.sow(_services(app), plan, chosen, lambda: None)
    web = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=web.serve_forever, daemon=True)
    thread.start()
    yield app, f"http://127.0.0.1:{web.server_port}"
    web.shutdown()
    thread.join(10)
    web.server_close()
    _services(app).environment.database.close()


def test_a_person_completes_a_task_and_what_follows_is_done(portal: tuple[Flask, str]) -> None:
    app, address = portal
    clerk = Clerk(address, PERSON)
    task = clerk.tasks("Bedarf melden")[0]
    clerk.work(task, ANSWERS)
    services = _services(app)
    services.jobs.run_due()
    with services.environment.query() as unit:
        state = select(user_task.c.state).where(user_task.c.id == task.rpartition("/")[2])
        assert unit.connection.execute(state).scalar_one() == "completed"
    assert list(services.doctor.examine_data(lambda done, total: None)) == []


def test_the_application_can_only_add_to_the_history(portal: tuple[Flask, str]) -> None:
    environment = _services(portal[0]).environment
    for change in (update(history).values(name="x"), history.delete()):
        with (
            pytest.raises(DBAPIError, match="permission denied"),
            environment.command() as unit,
        ):
            unit.connection.execute(change)


def test_the_application_can_not_take_row_level_security_away(portal: tuple[Flask, str]) -> None:
    engine = _services(portal[0]).environment.database.engine
    for statement in (
        "ALTER TABLE pik_history DISABLE ROW LEVEL SECURITY",
        "DROP POLICY pik_scope ON pik_history",
        "TRUNCATE pik_history",
    ):
        with pytest.raises(DBAPIError), engine.begin() as connection:
            connection.execute(text(statement))


def test_the_hosts_engine_and_its_connections_stay_its_own(url: str, tmp_path: Path) -> None:
    app = Flask("somebody", instance_path=str(tmp_path))
    app.config.update(SECRET_KEY="host", SQLALCHEMY_DATABASE_URI=url)
    database = SQLAlchemy(app)
    PikFlow(app, db=database, identity=identity.DemoIdentity(demo.load()))
    services = _services(app)
    with app.app_context():
        assert services.environment.database.engine is database.engine
        database.session.execute(text("SET statement_timeout = '7s'"))
        assert services.environment.database.check_version() > 1
        assert services.organisations.count() > 0
        assert database.session.execute(text("SHOW statement_timeout")).scalar() == "7s"
        database.session.rollback()
        for name in ("lock_timeout", "statement_timeout"):
            assert database.session.execute(text(f"SHOW {name}")).scalar() == "0"
        database.session.rollback()
        database.engine.dispose()
