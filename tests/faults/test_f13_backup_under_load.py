"""F13: backups while people work, restored elsewhere, compared.

Each restored database is one state: between what was done before the backup began and after it
ended, with no symptom. When everybody has stopped, the copy is equal in every row.
"""

import io
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from commands import PDF
from crowd import ANSWERS, begin, office, open_tasks
from databases import drop_database, new_database
from sqlalchemy import func, select
from unit.services.test_backup import everything, silent
from unit.services.world import World, make

from pikflow.errors import PikFlowError
from pikflow.services import Services
from pikflow.store import dump
from pikflow.store.database import Connection, Database
from pikflow.store.tables import history, instance

Elsewhere = Callable[[], Services]


@pytest.fixture
def elsewhere(database_kind: str, tmp_path: Path) -> Iterator[Elsewhere]:
    """An empty database at another place, one at a time, with uploads of its own."""
    made: list[tuple[Services, str]] = []

    def leave() -> None:
        for services, place in made:
            services.environment.database.close()
            drop_database(place)
        made.clear()

    def build() -> Services:
        leave()
        shutil.rmtree(tmp_path / "elsewhere", ignore_errors=True)
        place = new_database(database_kind)
        services, _ = make(place, tmp_path / "elsewhere")
        made.append((services, place))
        return services

    yield build
    leave()


class Load:
    """People who fill in, upload and send back for as long as the block lasts."""

    def __init__(self, world: World, pairs: int) -> None:
        self.world = world
        self.cases = begin(world, pairs)
        self.faults: list[BaseException] = []
        self._over = threading.Event()

    @contextmanager
    def at_work(self) -> Iterator[None]:
        threads = [threading.Thread(target=self._work, args=(n,)) for n in self.cases]
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            self._over.set()
            for thread in threads:
                thread.join(60)
        assert not self.faults, self.faults[0]

    def _work(self, number: str) -> None:
        services, applicant = self.world.services, self.cases[number]
        try:
            for turn in range(10**6):
                if self._over.is_set():
                    return
                content = io.BytesIO(PDF + f"{number}{turn}".encode())
                services.files.store(applicant, number, "Plan.pdf", content)
                self._step(services)
        except BaseException as fault:
            self.faults.append(fault)

    def _step(self, services: Services) -> None:
        for person in (*self.cases.values(), *office()):
            for task_id, name in list(open_tasks(services, person))[:1]:
                answers = {"ergebnis": "nachfordern"} if "prüfen" in name else ANSWERS[name]
                try:
                    services.tasks.complete(person, task_id, answers)
                except PikFlowError:
                    continue  # somebody else was faster


def _steps(services: Services) -> tuple[int, int]:
    """How many steps all cases took, and how many rows their histories have."""
    with services.environment.query() as unit:
        steps = unit.connection.scalar(select(func.sum(instance.c.version)))
        return int(steps or 0), int(unit.connection.scalar(select(func.count(history.c.id))) or 0)


def _copied(world: World, elsewhere: Elsewhere, archive: Path) -> Services:
    """Back up, restore elsewhere, look whether everything fits together."""
    written = world.services.backup.write(archive, silent)
    other = elsewhere()
    restored = other.backup.restore(archive, silent, digest=written.digest)
    archive.unlink()
    assert (restored.rows, restored.files) == (written.rows, written.files)
    assert restored.missing == ()
    assert list(other.doctor.examine_data(silent)) == []
    return other


def test_every_backup_is_one_state(
    world: World, elsewhere: Elsewhere, tmp_path: Path, long: bool, ledger: Any
) -> None:
    wanted, overlapped, runs = 12 if long else 2, 0, 0  # the load grows, and every file is compared
    load = Load(world, 3)
    with load.at_work():
        while overlapped < wanted:
            runs += 1
            before = _steps(world.services)
            other = _copied(world, elsewhere, tmp_path / f"{runs}.tar.gz")
            copied = _steps(other)
            assert before[0] <= copied[0] and before[1] <= copied[1], "what was done before is gone"
            overlapped += before < _steps(world.services)
            assert runs < 5 * wanted, "nobody worked during a backup"
    other = _copied(world, elsewhere, tmp_path / "last.tar")
    assert everything(other) == everything(world.services)
    ledger(runs=runs + 1, subject="backups restored and compared")


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True, scope="session")
def test_notices_a_plain_copy_of_the_file(
    world: World, elsewhere: Elsewhere, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What stands in the write-ahead log is not in it."""

    def copy(database: Database, folder: Path) -> dump.Dump:
        place = folder / "database.sqlite3"
        shutil.copyfile(database.engine.url.database or "", place)
        with Database(f"sqlite:///{place}").read() as connection:
            return dump._dump(connection, "sqlite", (place,))

    monkeypatch.setattr(dump, "_write_lite", copy)
    begin(world, 3)
    other = _copied(world, elsewhere, tmp_path / "copy.tar")
    assert _steps(other) < _steps(world.services)


@pytest.mark.parametrize("database_kind", ["postgresql"], indirect=True, scope="session")
def test_notices_tables_copied_one_after_the_other(
    world: World, elsewhere: Elsewhere, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without one snapshot, what is done between two tables is in one of them."""

    @contextmanager
    def read(self: Database, **_: Any) -> Iterator[Connection]:
        with self.engine.connect() as connection:
            yield connection

    people, plain = list(begin(world, 2).values()), dump._copy_out

    def copy_out(connection: Connection, table: Any, folder: Path) -> Path:
        part = plain(connection, table, folder)
        if table is instance:
            person = people.pop()
            ((task_id, name),) = open_tasks(world.services, person)
            world.services.tasks.complete(person, task_id, ANSWERS[name])
        return part

    monkeypatch.setattr(dump, "_copy_out", copy_out)
    _copied(world, elsewhere, tmp_path / "good.tar")
    monkeypatch.setattr(Database, "read", read)
    with pytest.raises(AssertionError):
        _copied(world, elsewhere, tmp_path / "bad.tar")
