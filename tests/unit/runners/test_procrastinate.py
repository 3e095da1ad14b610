"""What is Procrastinate's own: its tables, their place, and what happens without them."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from databases import drop_database, new_database
from sqlalchemy import create_engine, text

from pikflow import config
from pikflow.errors import Invalid
from pikflow.runners.choice import choose
from pikflow.runners.port import Errand, RunnerFault
from pikflow.services import Services
from pikflow.store.database import Database

from .conftest import Setup
from .worker_process import Place

CHOSEN = {**config.read({}), "PIKFLOW_JOBS_RUNNER": "procrastinate"}


@pytest.fixture
def place(templates: dict[str, str], tmp_path: Path) -> Iterator[Place]:
    """A database without its tables."""
    url = new_database("postgresql", templates["postgresql"])
    yield Place(url, "procrastinate", tmp_path)
    drop_database(url)


@pytest.fixture
def services(place: Place) -> Iterator[Services]:
    made = place.services()
    yield made
    made.environment.database.close()


def test_its_tables_lie_in_a_schema_of_their_own_and_are_made_once(services: Services) -> None:
    services.worker.prepare()
    services.worker.prepare()
    with services.environment.query() as unit:
        wanted = "SELECT count(*) FROM {}tables WHERE {} AND tablename LIKE 'procrastinate%'"
        inside = wanted.format("pg_", "schemaname = 'pikflow_jobs'")
        outside = wanted.format("pg_", "schemaname <> 'pikflow_jobs'")
        assert unit.connection.execute(text(inside)).scalar_one() == 4
        assert unit.connection.execute(text(outside)).scalar_one() == 0
        assert unit.connection.execute(text("SHOW search_path")).scalar_one() == '"$user", public'


def test_an_older_release_of_its_tables_is_brought_forward(services: Services) -> None:
    services.worker.prepare()
    late = "03.03.00_01_pre_priority_lock_fetch_job.sql"
    with services.environment.command() as unit:
        unit.connection.execute(text("SET LOCAL search_path = pikflow_jobs"))
        unit.connection.execute(text("DELETE FROM pik_applied WHERE name = :name"), {"name": late})
        unit.connection.execute(text("DROP FUNCTION procrastinate_fetch_job_v2"))
    services.worker.prepare()
    with services.environment.query() as unit:
        wanted = "SELECT count(*) FROM pg_proc WHERE proname = 'procrastinate_fetch_job_v2'"
        assert unit.connection.execute(text(wanted)).scalar_one() == 1


def test_without_its_tables_steps_go_on_and_the_worker_says_why(
    place: Place, services: Services
) -> None:
    setup = Setup(place, services)
    setup.start_cases(1)
    setup.order(1)
    assert setup.open_jobs() == 1
    setup.services.worker.start()
    setup.wait(lambda: not setup.services.worker.running)
    assert "init-db" in str(setup.services.worker.fault)
    setup.services.worker.prepare()
    setup.services.worker.start()
    setup.wait(lambda: setup.open_jobs() == 0)
    services.worker.stop()


def test_announcing_first_in_a_transaction_commits_nothing_early(services: Services) -> None:
    services.worker.prepare()
    runner, database = services.environment.runner, services.environment.database
    with pytest.raises(ZeroDivisionError), database.engine.begin() as connection:
        runner.announce(connection, [Errand("job", 1, 1)])
        raise ZeroDivisionError
    with database.engine.begin() as connection:
        wanted = "SELECT count(*) FROM pikflow_jobs.procrastinate_jobs"
        assert connection.execute(text(wanted)).scalar_one() == 0
        runner.announce(connection, [Errand("job", 1, 1)])
        runner.announce(connection, [Errand("job", 1, 1)])
        assert connection.execute(text(wanted)).scalar_one() == 1, "it waits already"


def test_a_fault_of_its_own_leaves_the_transaction_usable(services: Services) -> None:
    with services.environment.command() as unit:
        with pytest.raises(RunnerFault, match="Undefined"):
            services.environment.runner.announce(unit.connection, [Errand("job", 1, 1)])
        assert unit.connection.execute(text("SHOW search_path")).scalar_one() == '"$user", public'


@pytest.mark.parametrize(
    ("url", "name", "code"),
    [
        ("sqlite:///x.db", "procrastinate", "runner-database"),
        ("postgresql+psycopg2://nobody@nowhere/x", "procrastinate", "runner-database"),
        ("sqlite:///x.db", "celery", "runner-unknown"),
    ],
)
def test_a_choice_that_can_not_work_is_refused(url: str, name: str, code: str) -> None:
    engine = Database(url).engine if "psycopg2" not in url else _Engine
    with pytest.raises(Invalid) as refused:
        choose({**CHOSEN, "PIKFLOW_JOBS_RUNNER": name}, engine)
    assert refused.value.code == code


class _Engine:
    """An engine over a driver that is not installed here."""

    class dialect:  # noqa: N801 - named as SQLAlchemy does
        name, driver = "postgresql", "psycopg2"


def test_special_characters_in_an_address_reach_the_driver() -> None:
    engine = create_engine("postgresql+psycopg://o%40ffice:p%2Fw@db.example:5433/x?sslmode=require")
    runner = choose(CHOSEN, engine)
    assert runner._arguments == {
        "user": "o@ffice",
        "password": "p/w",
        "host": "db.example",
        "port": 5433,
        "dbname": "x",
        "sslmode": "require",
        "options": "-c search_path=pikflow_jobs",
    }
