"""Rehearsals in a database: each step is written and read again, beside others, never in use."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from databases import KINDS, drop_database, new_database
from sqlalchemy import select, update

from pikflow.errors import EngineFault, Invalid, Refused
from pikflow.identity import Organisation
from pikflow.services import Environment, Services
from pikflow.services.rehearsing.run_stores import OWNER, DatabaseStore
from pikflow.store import organisations
from pikflow.store.database import Database
from pikflow.store.tables import history, instance, user_task
from pikflow.testing import Rehearsal

from .conftest import BEGIN, shared
from .drawing import boundary, bpmn, end, line, node, process, start, timer, user, write

TEXT = bpmn(
    process(
        "p",
        start("s"),
        node("serviceTask", "v"),
        user("a"),
        boundary("b", "a", timer("P1D"), interrupts=False),
        end("e"),
        end("e2"),
        line("s", "v", "a", "e"),
        line("b", "e2"),
    )
)


@pytest.fixture(params=KINDS)
def url(request: pytest.FixtureRequest) -> str:
    return shared(request.param)


@pytest.fixture(params=KINDS)
def own_url(request: pytest.FixtureRequest) -> Iterator[str]:
    """A database to be damaged."""
    made = new_database(request.param)
    yield made
    drop_database(made)


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    return write(tmp_path, a=TEXT)


def written(rehearsal: Rehearsal, statement: Any) -> None:
    """Change rows behind a rehearsal's back."""
    with environment_of(rehearsal).command() as unit:
        unit.connection.execute(statement)


def rows(rehearsal: Rehearsal, statement: Any) -> list[Any]:
    with environment_of(rehearsal).query() as unit:
        return list(unit.connection.execute(statement))


def environment_of(rehearsal: Rehearsal) -> Environment:
    assert isinstance(rehearsal.store, DatabaseStore)
    return rehearsal.store.environment


def test_the_rows_are_those_of_a_case(url: str, files: list[Path]) -> None:
    rehearsal = Rehearsal.from_files(*files, store=url, begins=BEGIN)
    run = rehearsal.start("p", {"x": 1})
    run.complete("v", {"y": 0.5})
    (row,) = rows(rehearsal, select(instance).where(instance.c.id == run.key))
    assert (row.process, row.state, row.version) == ("p", "open", 2)
    lines = rows(rehearsal, select(history.c.element).where(history.c.instance_id == run.key))
    assert [element for (element,) in lines] == ["", "s", "v"]
    tasks = rows(rehearsal, select(user_task.c.element).where(user_task.c.instance_id == run.key))
    assert [element for (element,) in tasks] == ["a"]


def test_what_is_lost_in_the_database_is_lost_in_the_run(own_url: str, files: list[Path]) -> None:
    rehearsal = Rehearsal.from_files(*files, store=own_url)
    run = rehearsal.start("p", {"x": 1})
    written(rehearsal, update(instance).where(instance.c.id == run.key).values(data={"x": 2}))
    run.complete("v")
    assert run.data == {"x": 2}
    written(
        rehearsal, update(user_task).where(user_task.c.instance_id == run.key).values(lane="Fremde")
    )
    run.fire("b")
    assert [task.lane for task in run.open_tasks] == ["Fremde"]


def test_a_damaged_state_is_an_error_of_the_run(own_url: str, files: list[Path]) -> None:
    rehearsal = Rehearsal.from_files(*files, store=own_url)
    run = rehearsal.start("p")
    written(rehearsal, update(instance).where(instance.c.id == run.key).values(engine_state=b"{"))
    run.complete("v")
    assert run.error and run.error.code == "state-damaged"


def test_a_run_whose_row_is_gone_says_so(files: list[Path]) -> None:
    store = DatabaseStore(new_database("sqlite"), {"a.bpmn": TEXT.encode()}, lambda: BEGIN)
    with pytest.raises(EngineFault) as refused:
        store.step(4711, None)
    store.close()
    assert refused.value.code == "case-missing"


def test_a_step_that_faults_writes_nothing(url: str, tmp_path: Path) -> None:
    loop = (
        '<bpmn:multiInstanceLoopCharacteristics isSequential="false"><bpmn:loopCardinality>n'
        "</bpmn:loopCardinality></bpmn:multiInstanceLoopCharacteristics>"
    )
    body = (start("s"), user("a"), user("b", loop), end("e"), line("s", "a", "b", "e"))
    rehearsal = Rehearsal.from_files(*write(tmp_path, a=bpmn(process("p", *body))), store=url)
    run = rehearsal.start("p")
    run.complete("a", {"n": "viel"})
    (row,) = rows(rehearsal, select(instance).where(instance.c.id == run.key))
    assert run.error and (row.version, row.data) == (1, {})


def test_rehearsals_beside_each_other_do_not_meet(url: str, tmp_path: Path) -> None:
    first = Rehearsal.from_files(*write(tmp_path, a=TEXT), store=url, begins=BEGIN)
    other = bpmn(process("p", start("s"), user("anders"), end("e"), line("s", "anders", "e")))
    second = Rehearsal.from_files(*write(tmp_path, a=other), store=url, begins=BEGIN)
    one, two = first.start("p"), second.start("p")
    one.complete("v")
    first.advance(timedelta(days=2))
    assert first.runs == [one] and second.runs == [two]
    assert [task.element_id for task in one.open_tasks] == ["a"]
    assert [task.element_id for task in two.open_tasks] == ["anders"]


def test_every_case_fits_together_with_its_rows(url: str, files: list[Path]) -> None:
    """All that was rehearsed in this database before, by whichever test, is looked at too."""
    rehearsal = Rehearsal.from_files(*files, store=url)
    first, second, _ = (rehearsal.start("p") for _ in range(3))
    for run in (first, second):
        run.complete("v")
    rehearsal.advance(timedelta(days=3))
    first.complete("a")
    services = Services(environment_of(rehearsal))
    seen: list[int] = []
    found = list(services.doctor.examine_data(lambda done, total: seen.append(done)))
    assert {symptom.code for symptom in found} == set() and seen[-1] >= 3


HARD: dict[str, tuple[str, Any]] = {
    "a text with NUL": (user("a"), {"x": "vor\0nach", "y\0": 1}),
    "a megabyte": (user("a"), {"x": "ä" * 2**20}),
    "a number no column holds": (user("a"), {"x": 10**400, "bewilligt_eur": 10**30}),
    "what looks like our tags": (user("a"), {"x": {"$decimal": "keine Zahl"}}),
    "what looks like our dates": (user("a"), {"x": [{"$date": "nie"}, {"$dict": ["$date", 1]}]}),
    "deep data": (user("a"), {"x": [[[[[[[[[[[[[[[[[[[[{"y": 1}]]]]]]]]]]]]]]]]]]]]}),
    "a long name": (user("a", name="n" * 1000), {}),
    "a long id": (user("a" * 100), {}),
}


@pytest.mark.parametrize("what", HARD)
def test_every_store_takes_the_same(tmp_path: Path, what: str) -> None:
    task, answers = HARD[what]
    key = "a" * 100 if what == "a long id" else "a"
    ends = end("e", name="E" * 900)
    text = bpmn(process("p", start("s"), task, ends, line("s", key, "e"), pik_title="=x"))
    files = write(tmp_path, a=text)
    runs = []
    for store in ("memory", *(shared(kind) for kind in KINDS)):
        run = Rehearsal.from_files(*files, store=store, begins=BEGIN).start("p")
        run.complete(key, answers)
        runs.append(run)
    memory, *others = runs
    for run in others:
        assert run.completed and run.data == memory.data
        assert [r.element_id for r in run.history] == [r.element_id for r in memory.history]


def test_a_timer_is_read_from_its_row(url: str, files: list[Path]) -> None:
    run = Rehearsal.from_files(*files, store=url, begins=BEGIN).start("p")
    assert run.due() is None
    run.complete("v")
    assert run.due() == run.waiting_events[0].due == BEGIN + timedelta(days=1)


def test_a_database_in_use_is_refused(database: Database, files: list[Path]) -> None:
    with database.write() as connection:
        organisations.add_all(connection, [{"id": "ulm", "name": "Ulm", "kind": "kreis"}])
    where: Any = database.engine.url
    with pytest.raises(Refused) as refused:
        Rehearsal.from_files(*files, store=where)
    assert refused.value.code == "database-in-use"
    with database.read() as connection:
        assert organisations.by_id(connection, OWNER.id) is None
        assert organisations.by_id(connection, "ulm") == Organisation("ulm", "Ulm", "kreis")


def test_a_database_in_memory_is_refused(files: list[Path]) -> None:
    for url in ("sqlite://", "sqlite:///:memory:"):
        with pytest.raises(Invalid) as refused:
            Rehearsal.from_files(*files, store=url)
        assert refused.value.code == "database-memory"


def test_a_postgresql_url_needs_no_driver(files: list[Path]) -> None:
    plain = shared("postgresql").replace("postgresql+psycopg://", "postgresql://")
    assert Rehearsal.from_files(*files, store=plain).start("p").open_tasks


def test_what_is_no_url_is_refused(files: list[Path]) -> None:
    with pytest.raises(Invalid) as refused:
        Rehearsal.from_files(*files, store="gedächtnis")
    assert refused.value.code == "store-unknown"


def test_closing_lets_go_of_the_database(files: list[Path], tmp_path: Path) -> None:
    place = tmp_path / "probe.db"
    with Rehearsal.from_files(*files, store=f"sqlite:///{place}") as rehearsal:
        rehearsal.start("p")
        database = environment_of(rehearsal).database
        assert database.engine.pool.checkedin() > 0  # type: ignore[attr-defined]
    assert database.engine.pool.checkedin() == 0  # type: ignore[attr-defined]
