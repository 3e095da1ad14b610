"""F8: the disk of the database or of the uploads is full, or can only be read.

People are told that nothing was stored, and nothing was; pages that only read go on; when there is
space again everything goes on by itself.

Where this process may mount a file system, the disk is really full. Elsewhere the database's and
the process's own limits stand in.
"""

import contextlib
import io
import resource
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from commands import COMMANDS, PDF, Command
from databases import OWNER, server
from small_disk import Disk, is_possible, small_disk
from sqlalchemy import event, func, select
from sqlalchemy.exc import OperationalError
from standing import fingerprint, pass_leases
from unit.services.world import PEOPLE, World, make, prepare

from pikflow.errors import DatabaseBusy
from pikflow.services import contents
from pikflow.store import faults
from pikflow.store.tables import history

MOUNTED = pytest.mark.skipif(not is_possible(), reason="only root may mount a file system")
Fresh = Callable[[], World]


@contextmanager
def _limited(world: World, pragma: str) -> Iterator[None]:
    """Every connection of a SQLite database has this limit."""

    def limit(connection: Any, *_: Any) -> None:
        connection.execute(f"PRAGMA {pragma}")

    engine = world.environment.database.engine
    event.listen(engine, "connect", limit)
    engine.dispose()
    try:
        yield
    finally:
        event.remove(engine, "connect", limit)
        engine.dispose()


def _refused(command: Command, fresh: Fresh, pragma: str) -> str:
    """The code with which the command is refused under this limit, "" when it still fits. Nothing
    is left of it, and given again without the limit it ends as it would have."""
    world = fresh()
    command.give(world, command.prepare(world))
    after = fingerprint(world)
    world = fresh()
    known = command.prepare(world)
    before, code = fingerprint(world), ""
    with _limited(world, pragma):
        try:
            command.give(world, known)
        except DatabaseBusy as refusal:
            code = refusal.code
    left = fingerprint(world)
    assert left in (before, after) or command.name in ("timer", "connector")
    assert left == before or not code
    if left != after:
        pass_leases(world)
        command.give(world, known)
    assert fingerprint(world) == after
    return code


LITE = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True, scope="session")


@LITE
def test_nothing_is_left_of_what_does_not_fit(fresh: Fresh, ledger: Any) -> None:
    codes = [_refused(command, fresh, "max_page_count = 1") for command in COMMANDS]
    assert set(codes) <= {"", "database-full"} and codes.count("database-full") >= 2
    ledger(runs=len(codes), subject="SQLite at its limit of pages")


@LITE
def test_nothing_is_changed_that_can_only_be_read(fresh: Fresh, ledger: Any) -> None:
    codes = {one.name: _refused(one, fresh, "query_only = 1") for one in COMMANDS}
    assert codes.pop("timer") == "", "a timer that can't fire waits"
    assert set(codes.values()) == {"database-readonly"}
    ledger(runs=len(COMMANDS), subject="SQLite that can only be read")


@LITE
def test_uploads_that_do_not_fit_leave_nothing(world: World, ledger: Any) -> None:
    """The process may write files of 1,000 bytes: what an upload writes is broken off."""
    number = world.start()
    with _files_of_at_most(1000), pytest.raises(OSError, match="too large"):
        contents.keep(world.environment.files_folder, "ab" * 32, PDF * 1000)
    assert not [path for path in world.environment.files_folder.rglob("*") if path.is_file()]
    world.services.files.store(PEOPLE["kreis1"], number, "Plan.pdf", io.BytesIO(PDF))
    ledger(runs=1, subject="uploads at the process's limit")


@contextmanager
def _files_of_at_most(size: int) -> Iterator[None]:
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


# --- disks that are really full ----------------------------------------------------------------


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Disk]:
    with small_disk(tmp_path / "disk", 24) as made:
        yield made


@pytest.fixture
def on_disk(database_kind: str, disk: Disk) -> Iterator[World]:
    """A world whose database and uploads lie on the small disk."""
    files = disk.folder / "files"
    url = _base_on(disk) if database_kind == "postgresql" else f"sqlite:///{disk.folder}/small.db"
    prepare(url, files)
    files.mkdir(exist_ok=True)
    world = World(*make(url, files))
    yield world
    disk.free()
    world.environment.database.close()
    if database_kind == "postgresql":
        server().execute("DROP DATABASE small WITH (FORCE)", "DROP TABLESPACE small")


def _base_on(disk: Disk) -> str:
    """A database of PostgreSQL in a tablespace there."""
    place = disk.folder / "space"
    place.mkdir()
    place.chmod(0o777)
    for folder in disk.folder.parents:  # the server must be able to enter
        folder.chmod(folder.stat().st_mode | 0o011) if folder != Path("/") else None
    shutil.chown(place, "nobody")
    server().execute(
        f"CREATE TABLESPACE small LOCATION '{place}'",
        f"CREATE DATABASE small OWNER {OWNER} TEMPLATE template0 TABLESPACE small",
    )
    return server().url("small", OWNER)


@contextmanager
def _full(disk: Disk) -> Iterator[None]:
    disk.fill()
    try:
        yield
    finally:
        disk.free()


@MOUNTED
def test_a_full_disk_stores_nothing_half(on_disk: World, disk: Disk, ledger: Any) -> None:
    number = on_disk.start("kreis2", "rechnen")
    with _full(disk):
        fitted = _notes_that_fit(on_disk, number)
        with contextlib.suppress(DatabaseBusy):
            on_disk.services.jobs.run_due()
        with pytest.raises(DatabaseBusy) as refusal:
            _upload(on_disk, number)
        assert refusal.value.code == "database-full"
        assert on_disk.services.cases.view(PEOPLE["kreis2"], number).head.number == number
    left = [path for path in (disk.folder / "files").rglob("*") if path.is_file()]
    assert left == [], "a part of an upload"
    stored = _notes(on_disk)
    pass_leases(on_disk)
    on_disk.clock.move(hours=1)
    on_disk.services.jobs.run_due()
    assert on_disk.open_tasks(number) == ["Ergebnis ansehen"]
    _upload(on_disk, number)
    assert list(on_disk.services.doctor.examine_data(lambda done, total: None)) == []
    ledger(
        runs=fitted + 1,
        lost=fitted - stored,
        doubled=max(0, stored - fitted),
        subject="a full disk",
    )


def _notes_that_fit(world: World, number: str) -> int:
    """Write notes until the disk takes no more; how many it took."""
    for fitted in range(5000):
        try:
            world.services.cases.add_note(PEOPLE["kreis2"], number, "Notiz " * 300)
        except DatabaseBusy as refusal:
            assert refusal.code == "database-full"
            return fitted
    raise AssertionError("the disk is not full")


def _notes(world: World) -> int:
    with world.environment.query() as unit:
        statement = select(func.count()).select_from(history).where(history.c.kind == "note")
        return int(unit.connection.execute(statement).scalar_one())


def _upload(world: World, number: str) -> None:
    content = io.BytesIO(PDF * 5000)
    world.services.files.store(PEOPLE["kreis2"], number, "Plan.pdf", content)


@MOUNTED
@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True, scope="session")
def test_a_disk_that_can_only_be_read(on_disk: World, disk: Disk, ledger: Any) -> None:
    number = on_disk.start("kreis2", "rechnen")
    on_disk.environment.database.engine.dispose()
    disk.lock(True)
    for wrong in (
        lambda: on_disk.start("kreis1"),
        lambda: on_disk.services.files.store(PEOPLE["kreis2"], number, "a.pdf", io.BytesIO(PDF)),
    ):
        with pytest.raises(DatabaseBusy) as refusal:
            wrong()
        assert refusal.value.code == "database-readonly"
    disk.lock(False)
    on_disk.services.jobs.run_due()
    assert on_disk.open_tasks(number) == ["Ergebnis ansehen"]
    ledger(runs=2, subject="a disk that can only be read")


@pytest.mark.parametrize("database_kind", ["postgresql"], indirect=True, scope="session")
def test_a_server_that_can_only_be_read(world: World, ledger: Any) -> None:
    """As a standby after a switch-over."""
    engine = world.environment.database.engine
    name = engine.url.database
    server().execute(f'ALTER DATABASE "{name}" SET default_transaction_read_only = on')
    engine.dispose()
    with pytest.raises(DatabaseBusy) as refusal:
        world.start()
    assert refusal.value.code == "database-readonly"
    server().execute(f'ALTER DATABASE "{name}" RESET default_transaction_read_only')
    engine.dispose()
    world.start()
    ledger(runs=1, subject="a server that can only be read")


@LITE
def test_notices_faults_nobody_translates(fresh: Fresh, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without words of ours people see an error of the server, and a repetition has no code."""
    monkeypatch.setattr(faults, "_LITE_SHUT", ("?",))
    with pytest.raises(OperationalError, match="readonly"):
        _refused(COMMANDS[0], fresh, "query_only = 1")
