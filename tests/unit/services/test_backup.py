"""Backup and restore on both databases: whole or not at all, also while others write."""

import io
import shutil
import tarfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from databases import drop_database, new_database
from sqlalchemy import insert, select, update

from pikflow.errors import Conflict, Invalid, Refused
from pikflow.services import Services, backup
from pikflow.services.contents import path_of
from pikflow.store import dump, migrations
from pikflow.store.database import SCHEMA_VERSION, Database
from pikflow.store.tables import file as file_table
from pikflow.store.tables import instance, metadata, organisation, schema

from .world import ANTRAG, PEOPLE, World, make

Elsewhere = Callable[[], Services]


def silent(done: int, total: int) -> None:
    assert 0 <= done <= total


@pytest.fixture
def elsewhere(database_kind: str, tmp_path: Path) -> Iterator[Elsewhere]:
    """Services over another database, empty, with a files folder of its own."""
    made: list[tuple[Services, str]] = []

    def build() -> Services:
        place = new_database(database_kind)
        services, _ = make(place, tmp_path / f"elsewhere{len(made)}")
        made.append((services, place))
        return services

    yield build
    for services, place in made:
        services.environment.database.close()
        drop_database(place)


@pytest.fixture(scope="module")
def made(
    database_kind: str, prepared: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[World]:
    """Some cases with uploads, made once, to be copied."""
    place = new_database(database_kind, prepared)
    services, clock = make(place, tmp_path_factory.mktemp("made") / "files")
    world = World(services, clock)
    number = world.start()
    for n in range(3):
        content = io.BytesIO(b"%PDF-1.4\n" + str(n).encode())
        world.files.store(PEOPLE["kreis1"], number, f"{n}.pdf", content)
    world.complete("kreis1", "Antrag ausfüllen", ANTRAG)
    world.start("kreis1", "sammeln")
    world.start("kreis1", "rechnen")
    design = world.designs.start(PEOPLE["admin"], "Entwurf")
    world.designs.save(PEOPLE["admin"], design, "neu.yaml", b"pikform: 1\n", 0)
    world.environment.database.settle()
    world.environment.database.close()
    yield world
    drop_database(place)


@pytest.fixture
def filled(database_kind: str, made: World, tmp_path: Path) -> Iterator[World]:
    """A copy of them for every test."""
    url = made.environment.database.engine.url.render_as_string(hide_password=False)
    place = new_database(database_kind, url)
    shutil.copytree(made.environment.files_folder, tmp_path / "files")
    services, clock = make(place, tmp_path / "files")
    yield World(services, clock)
    services.environment.database.close()
    drop_database(place)


@pytest.fixture
def archive(filled: World, tmp_path: Path) -> Path:
    file = tmp_path / "sicherung.tar"
    filled.backup.write(file, silent)
    return file


def everything(services: Services) -> dict[str, list[object]]:
    """All rows of all tables, but when the schema was made."""
    with services.environment.query() as unit:
        return {
            table.name: [
                tuple(row)
                for row in unit.connection.execute(select(table).order_by(*table.primary_key))
            ]
            for table in metadata.sorted_tables
            if table is not schema
        }


def findings(services: Services) -> list[object]:
    return list(services.doctor.examine_data(silent))


@pytest.mark.parametrize("name", ["sicherung.tar", "sicherung.tar.gz"])
def test_brings_every_row_and_file_back(
    filled: World, elsewhere: Elsewhere, tmp_path: Path, name: str
) -> None:
    written = filled.backup.write(tmp_path / name, silent)
    other = elsewhere()
    restored = other.backup.restore(tmp_path / name, silent, digest=written.digest)
    assert everything(other) == everything(filled.services)
    assert (restored.rows, restored.files) == (written.rows, 3)
    assert findings(other) == []
    assert (tmp_path / name).stat().st_mode & 0o077 == 0


def test_what_was_restored_goes_on(archive: Path, elsewhere: Elsewhere) -> None:
    other = elsewhere()
    other.backup.restore(archive, silent)
    other.jobs.run_due()
    inbox = other.tasks.inbox(PEOPLE["amt1"], view="all")
    task = inbox.groups[0].rows[0].task_id
    other.tasks.complete(PEOPLE["amt1"], task, {"ergebnis": "gut"})
    other.cases.start(PEOPLE["kreis2"], "mini")
    assert findings(other) == []


def test_refuses_a_database_in_use_without_force(
    archive: Path, filled: World, elsewhere: Elsewhere
) -> None:
    filled.start("kreis2")
    before = everything(filled.services)
    with pytest.raises(Refused) as refusal:
        filled.backup.restore(archive, silent)
    assert refusal.value.code == "target-in-use"
    assert everything(filled.services) == before
    filled.backup.restore(archive, silent, force=True)
    other = elsewhere()
    other.backup.restore(archive, silent)
    assert everything(filled.services) == everything(other) != before


def test_refuses_another_archive_than_the_one_meant(archive: Path, elsewhere: Elsewhere) -> None:
    with pytest.raises(Invalid) as refusal:
        elsewhere().backup.restore(archive, silent, digest="0" * 64)
    assert refusal.value.code == "archive-other"


def test_refuses_an_archive_that_was_cut_off(archive: Path, elsewhere: Elsewhere) -> None:
    """tar pads to 10 kB after its end: the cuts are made before that."""
    data, other = archive.read_bytes().rstrip(b"\0"), elsewhere()
    for part in (0.0, 0.001, 0.5, 0.9, 0.999):
        archive.write_bytes(data[: int(len(data) * part)])
        assert_refused(other, archive)


def test_refuses_an_archive_with_a_changed_member(archive: Path, elsewhere: Elsewhere) -> None:
    other, whole = elsewhere(), archive.read_bytes()
    for start in ("database/", "files/", "manifest"):
        archive.write_bytes(whole)
        rewrite(archive, lambda name, data: flipped(data) if name.startswith(start) else data)  # noqa: B023
        assert_refused(other, archive)


def test_refuses_an_archive_that_lacks_a_member(archive: Path, elsewhere: Elsewhere) -> None:
    other, whole = elsewhere(), archive.read_bytes()
    for start in ("database/", "files/", "manifest"):
        archive.write_bytes(whole)
        rewrite(archive, lambda name, data: None if name.startswith(start) else data)  # noqa: B023
        assert_refused(other, archive)


def test_refuses_an_archive_with_a_foreign_member(archive: Path, elsewhere: Elsewhere) -> None:
    other, whole = elsewhere(), archive.read_bytes()
    for name in ("../escaped", "files/../../escaped", "/tmp/escaped", "files/kurz"):
        archive.write_bytes(whole)
        with tarfile.open(archive, "a") as tar:
            tar.addfile(tarfile.TarInfo(name), io.BytesIO())
        assert_refused(other, archive)


def test_refuses_what_is_no_archive(tmp_path: Path, elsewhere: Elsewhere) -> None:
    (tmp_path / "x.tar").write_bytes(b"Das ist ein Brief.")
    assert_refused(elsewhere(), tmp_path / "x.tar")


def flipped(data: bytes) -> bytes:
    """The same with one bit changed."""
    middle = len(data) // 2
    return data[:middle] + bytes([data[middle] ^ 1]) + data[middle + 1 :] if data else data


def rewrite(archive: Path, change: Callable[[str, bytes], bytes | None]) -> None:
    """The same tar with changed members; None leaves one out."""
    with tarfile.open(archive) as tar:
        members = [(entry.name, tar.extractfile(entry).read()) for entry in tar]  # type: ignore[union-attr]
    changed = [(name, change(name, data)) for name, data in members]
    assert changed != members
    with tarfile.open(archive, "w") as tar:
        for name, data in changed:
            if data is not None:
                entry = tarfile.TarInfo(name)
                entry.size = len(data)
                tar.addfile(entry, io.BytesIO(data))


def assert_refused(services: Services, archive: Path) -> None:
    with pytest.raises(Invalid) as refusal:
        services.backup.restore(archive, silent)
    assert refusal.value.code == "archive-damaged"
    assert dump.is_empty(services.environment.database)
    assert not list(services.environment.files_folder.rglob("*"))


def test_refuses_an_archive_of_a_newer_release(
    archive: Path, elsewhere: Elsewhere, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backup, "SCHEMA_VERSION", 0)
    with pytest.raises(Refused) as refusal:
        elsewhere().backup.restore(archive, silent)
    assert refusal.value.code == "archive-newer"


def test_an_error_while_loading_leaves_the_old_state(
    archive: Path, filled: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The rows are counted inside the transaction: a wrong number undoes everything."""
    filled.start("kreis2")
    before = everything(filled.services)
    real = dump.load

    def wrong(database: Database, folder: Path, version: int, rows: dict[str, int]) -> None:
        real(database, folder, version, {**rows, "pik_history": 1})

    monkeypatch.setattr(dump, "load", wrong)
    with pytest.raises(Invalid) as refusal:
        filled.backup.restore(archive, silent, force=True)
    assert refusal.value.code == "rows-missing"
    assert everything(filled.services) == before


def test_a_writer_keeps_a_restore_out(
    archive: Path, filled: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dump, "PATIENCE", 1)
    with filled.environment.command() as unit:
        unit.connection.execute(update(instance).values(title="neu"))
        with pytest.raises(Conflict) as refusal:
            filled.backup.restore(archive, silent, force=True)
    assert refusal.value.code == "database-busy"
    assert findings(filled.services) == []


def test_an_existing_file_is_never_overwritten(filled: World, archive: Path) -> None:
    before = archive.read_bytes()
    with pytest.raises(Refused) as refusal:
        filled.backup.write(archive, silent)
    assert refusal.value.code == "archive-exists"
    assert archive.read_bytes() == before


def test_a_backup_that_fails_leaves_nothing(
    filled: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*args: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(backup.archive.Writer, "close", full)
    (tmp_path / "out").mkdir()
    with pytest.raises(OSError, match="No space"):
        filled.backup.write(tmp_path / "out" / "a.tar", silent)
    assert list((tmp_path / "out").iterdir()) == []


def test_missing_uploads_are_told_and_the_rest_is_kept(
    filled: World, elsewhere: Elsewhere, tmp_path: Path
) -> None:
    with filled.environment.query() as unit:
        digests = list(unit.connection.execute(select(file_table.c.sha256)).scalars())
    path_of(filled.environment.files_folder, digests[0]).unlink()
    path_of(filled.environment.files_folder, digests[1]).write_bytes(b"anderes")
    written = filled.backup.write(tmp_path / "a.tar", silent)
    assert set(written.missing) == set(digests[:2])
    other = elsewhere()
    assert other.backup.restore(tmp_path / "a.tar", silent).files == 1
    assert {finding.subject != "" for finding in findings(other)} == {True}


def test_a_damaged_upload_is_replaced(archive: Path, filled: World) -> None:
    with filled.environment.query() as unit:
        digest = unit.connection.execute(select(file_table.c.sha256)).scalars().first()
    path_of(filled.environment.files_folder, str(digest)).write_bytes(b"anderes")
    filled.backup.restore(archive, silent, force=True)
    assert findings(filled.services) == []


def test_a_damaged_sqlite_file_is_no_backup(
    database_kind: str, filled: World, tmp_path: Path
) -> None:
    if database_kind == "postgresql":  # its own checksums are the server's matter
        return
    raw = filled.environment.database.engine.raw_connection()
    raw.cursor().execute("PRAGMA foreign_keys=OFF")
    row = {"instance_id": 4711, "due": filled.clock.now, "attempts": 0}
    raw.cursor().execute(
        "INSERT INTO pik_timer (instance_id, due, element, attempts) VALUES (4711, ?, '', 0)",
        (row["due"].isoformat(sep=" "),),
    )
    raw.close()
    with pytest.raises(Invalid) as refusal:
        filled.backup.write(tmp_path / "a.tar", silent)
    assert refusal.value.code == "database-damaged"


def test_a_backup_of_an_older_release_is_brought_forward(
    elsewhere: Elsewhere, tmp_path: Path
) -> None:
    old = elsewhere()
    with old.environment.command() as unit:
        migrations.upgrade(unit.connection, made_by_first=False, to=1)
        unit.connection.execute(insert(schema).values(version=1, applied_at=unit.now))
        row = {"id": "k1", "name": "Kreis Eins", "kind": "kreis"}
        unit.connection.execute(insert(organisation).values(row))
    assert not old.readiness().ready, "tables of an older release are not served"
    old.backup.write(tmp_path / "alt.tar", silent)
    other = elsewhere()
    other.backup.restore(tmp_path / "alt.tar", silent)
    assert other.readiness().schema == SCHEMA_VERSION
    with other.environment.query() as unit:
        assert unit.connection.execute(select(organisation.c.name)).scalar_one() == "Kreis Eins"
