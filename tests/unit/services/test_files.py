"""Uploads: what a file is, its content says."""

import io
import zipfile
from collections.abc import Mapping
from typing import Any

import pytest

from pikflow.errors import DatabaseBusy, Invalid, NotFound, Refused
from pikflow.services import contents
from pikflow.services.files import clean_name, sample
from pikflow.store import cases, files
from pikflow.texts import say

from .world import ANTRAG, PEOPLE, World

PDF = b"%PDF-1.7\n..."


def package(parts: Mapping[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return buffer.getvalue()


TYPES = {"[Content_Types].xml": b"<Types/>"}
DOCX = package({**TYPES, "word/document.xml": b"<w/>"})
XLSX = package({**TYPES, "xl/workbook.xml": b"<x/>"})
BOMB = package({**TYPES, "word/document.xml": b"0" * 250_000_000})


@pytest.fixture
def number(world: World) -> str:
    return world.start()


def store(world: World, number: str, name: str, content: bytes, who: str = "kreis1"):  # type: ignore[no-untyped-def]
    return world.files.store(PEOPLE[who], number, name, io.BytesIO(content))


def contents_of(world: World) -> list[str]:
    folder = world.environment.files_folder
    return sorted(path.name for path in folder.rglob("*") if path.is_file())


def refusing(world: World, monkeypatch: pytest.MonkeyPatch, *, undone: bool = True) -> None:
    """The database takes no row; what it is asked afterwards it answers."""

    def add(*_: object) -> None:
        raise DatabaseBusy("database-full", say("Voll."), undone=undone)

    monkeypatch.setattr(files, "add", add)


def test_nothing_is_left_of_an_upload_the_database_refuses(
    world: World, number: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    refusing(world, monkeypatch)
    with pytest.raises(DatabaseBusy):
        store(world, number, "Plan.pdf", PDF)
    assert contents_of(world) == []


def test_content_that_has_a_row_or_may_have_one_stays(
    world: World, number: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = store(world, number, "Plan.pdf", PDF)
    refusing(world, monkeypatch)
    with pytest.raises(DatabaseBusy):
        store(world, number, "Noch einmal.pdf", PDF)
    assert contents_of(world) == [kept.sha256]
    refusing(world, monkeypatch, undone=False)
    with pytest.raises(DatabaseBusy):
        store(world, number, "Bild.png", b"\x89PNG\r\n\x1a\n...")
    assert len(contents_of(world)) == 2


def test_two_uploads_of_the_same_do_not_lose_it(
    world: World, number: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One is refused and takes its content back while the other one's row is being stored."""
    add, dropped = files.add, contents.drop

    def refuse(*_: object) -> None:
        raise DatabaseBusy("database-full", say("Voll."))

    def drop(*place: Any) -> None:
        monkeypatch.setattr(files, "add", add)
        dropped(*place)
        monkeypatch.setattr(contents, "keep", lambda *_: False)  # it was there a moment ago
        store(world, number, "Zweite.pdf", PDF)
        monkeypatch.setattr(contents, "keep", kept)

    kept = contents.keep
    monkeypatch.setattr(files, "add", refuse)
    monkeypatch.setattr(contents, "drop", drop)
    with pytest.raises(DatabaseBusy):
        store(world, number, "Erste.pdf", PDF)
    assert len(contents_of(world)) == 1


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("Plan.pdf", PDF, "pdf"),
        ("plan.PDF", PDF, "pdf"),
        ("Tabelle.xlsx", XLSX, "xlsx"),
        ("Brief.docx", DOCX, "docx"),
        ("Bild.png", b"\x89PNG\r\n\x1a\n...", "png"),
        ("Foto.jpeg", b"\xff\xd8\xff\xe0...", "jpg"),
    ],
)
def test_takes_what_is_allowed(
    world: World, number: str, name: str, content: bytes, kind: str
) -> None:
    row = store(world, number, name, content)
    assert (row.name, row.kind, row.size) == (name, kind, len(content))
    found, back = world.files.open(PEOPLE["amt1"], row.id)
    assert back == content and found.sha256 == row.sha256


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("Plan.pdf", b"MZ\x90\x00", "file-kind"),
        ("Plan.exe", b"MZ\x90\x00", "file-kind"),
        ("Plan.pdf", b"<script>alert(1)</script>", "file-kind"),
        ("Plan.docx", XLSX, "file-extension"),
        ("Plan.pdf", DOCX, "file-extension"),
        ("Plan.html", PDF, "file-extension"),
        ("Plan", PDF, "file-extension"),
        ("Plan.docx", package({"a.txt": b"x"}), "file-kind"),
        ("Plan.docx", package({**TYPES, "word/document.xml": b"", "x/y.zip": b""}), "file-kind"),
        (
            "P.xlsx",
            package({**TYPES, "xl/workbook.xml": b"", "xl/vbaProject.bin": b""}),
            "file-kind",
        ),
        ("Plan.docx", b"PK\x03\x04 broken", "file-kind"),
        ("Plan.docx", BOMB, "file-unpacked"),
        ("Plan.pdf", b"", "file-empty"),
        ("Plan.pdf", b"%PDF-" + b"0" * 20_000_000, "file-size"),
        ("  ..", PDF, "file-name"),
    ],
)
def test_refuses_the_rest_by_name(
    world: World, number: str, name: str, content: bytes, code: str
) -> None:
    with pytest.raises(Invalid) as refusal:
        store(world, number, name, content)
    assert refusal.value.code == code
    if code != "file-name":
        assert f"„{name}“" in refusal.value.message
    assert world.cases.view(PEOPLE["kreis1"], number).files == ()
    assert not list(world.environment.files_folder.rglob("*"))


def test_a_name_keeps_nothing_of_a_path() -> None:
    assert clean_name("..\\..\\etc/Pl\x00a\u202en.pdf") == "Plan.pdf"
    long = clean_name("ä" * 300 + ".pdf")
    assert len(long) == 150 and long.endswith(".pdf")


def test_equal_content_lies_on_disk_once(world: World, number: str) -> None:
    first, second = (store(world, number, name, PDF) for name in ("a.pdf", "b.pdf"))
    assert first.id != second.id and first.sha256 == second.sha256
    assert len([p for p in world.environment.files_folder.rglob("*") if p.is_file()]) == 1


def test_only_who_takes_part_adds_files_and_only_who_sees_the_case_reads_them(
    world: World, number: str
) -> None:
    row = store(world, number, "a.pdf", PDF)
    for who in ("land1", "revision", "amt1"):
        with pytest.raises(Refused):
            store(world, number, "b.pdf", PDF, who)
        assert world.files.open(PEOPLE[who], row.id)[1] == PDF
    for who in ("kreis2", "gemeinde11", "admin", "verein1"):
        with pytest.raises(NotFound):
            store(world, number, "b.pdf", PDF, who)
        with pytest.raises(NotFound):
            world.files.open(PEOPLE[who], row.id)
    with pytest.raises(NotFound):
        world.files.open(PEOPLE["kreis1"], "unknown")


def test_a_lost_content_is_said_so(world: World, number: str) -> None:
    row = store(world, number, "a.pdf", PDF)
    for path in world.environment.files_folder.rglob(row.sha256):
        path.unlink()
    with pytest.raises(NotFound) as refusal:
        world.files.open(PEOPLE["kreis1"], row.id)
    assert refusal.value.code == "file-lost"


def test_answers_hold_only_files_of_their_own_case(world: World, number: str) -> None:
    own = store(world, number, "a.pdf", PDF)
    foreign = store(world, world.start("kreis2"), "b.pdf", PDF, "kreis2")
    forged = [{"id": own.id, "name": "evil.exe", "size": 1}, {"id": foreign.id}, {"id": "none"}]
    world.complete("kreis1", "Antrag ausfüllen", {**ANTRAG, "plan": forged})
    with world.environment.query() as unit:
        case = cases.by_number(unit.connection, number)
    assert case is not None
    assert [(f["id"], f["name"]) for f in case.data["antrag"]["plan"]] == [(own.id, "a.pdf")]


@pytest.mark.parametrize("kind", ["pdf", "docx", "xlsx", "png", "jpg", "jpeg"])
def test_samples_prove_their_kind(world: World, number: str, kind: str) -> None:
    assert store(world, number, f"x.{kind}", sample(kind)).kind == kind.replace("jpeg", "jpg")
