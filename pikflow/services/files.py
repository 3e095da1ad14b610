"""Uploads: content on disk under its hash, rows in the case they belong to.

What a file is, its content says; the extension must agree. Office files are opened as far as
needed to see what they are and how large they would unpack.
"""

import contextlib
import hashlib
import re
import secrets
import unicodedata
import zipfile
import zlib
from collections.abc import Iterator
from io import BytesIO
from typing import Any, BinaryIO

from pikflow import permissions
from pikflow.errors import DatabaseBusy, Invalid, NotFound, PikFlowError, Refused
from pikflow.identity import Actor
from pikflow.services import access, contents
from pikflow.services.environment import Environment, Unit
from pikflow.services.views import StoredFile
from pikflow.store import cases, faults, files, tasks
from pikflow.store.cases import CaseRecord
from pikflow.store.files import FileRecord
from pikflow.texts import say

_CHUNK = 64 * 1024
_NAME_LENGTH = 150
_MAX_ENTRIES = 10_000
_SHEET_BYTES, _SHEET_UNPACKED = 2_000_000, 30_000_000  # a thousand rows are far smaller
_PLAIN = {b"%PDF-": "pdf", b"\x89PNG\r\n\x1a\n": "png", b"\xff\xd8\xff": "jpg"}
_OFFICE = {"word/document.xml": "docx", "xl/workbook.xml": "xlsx"}
_ALIASES = {"jpeg": "jpg"}


class Files:
    """Take, list and give out the files of cases."""

    def __init__(self, environment: Environment) -> None:
        self._environment = environment

    def store(self, actor: Actor, number: str, name: str, content: BinaryIO) -> StoredFile:
        """Take an upload into a case the actor works or acts in.

        Raises Invalid("file-kind", "file-extension", "file-size", "file-empty", "file-name",
        "file-unpacked") naming the file and why, NotFound for a foreign case, DatabaseBusy(
        "database-full"); nothing is kept.
        """
        name = clean_name(name)
        data = _read(name, content, self._environment.settings["PIKFLOW_UPLOAD_BYTES"])
        kind = self._kind(name, data)
        digest = hashlib.sha256(data).hexdigest()
        folder = self._environment.files_folder
        with self._environment.query(actor) as unit:
            _require_part(unit, access.case_by_number(unit, number))
        with faults.told():  # before the lock: disks are slow
            fresh = contents.keep(folder, digest, data)
        row: dict[str, Any] = {
            "id": secrets.token_urlsafe(16),
            "name": name,
            "kind": kind,
            "size": len(data),
            "sha256": digest,
            "actor_id": actor.id,
            "actor_name": actor.name,
        }
        try:
            self._note(actor, number, row)
        except PikFlowError as fault:
            if fresh and getattr(fault, "undone", True):  # else the row may be stored
                self._take_back(digest, data)
            raise
        with faults.told():
            contents.keep(folder, digest, data)  # when somebody took it back meanwhile
        return _shown(FileRecord(**row), number)

    def _note(self, actor: Actor, number: str, row: dict[str, Any]) -> None:
        with self._environment.command(actor) as unit:
            case = access.case_by_number(unit, number)
            _require_part(unit, case)
            row |= {"instance_id": case.id, "at": unit.now}
            files.add(unit.connection, row)

    def _take_back(self, digest: str, data: bytes) -> None:
        """Remove the content of a refused upload, unless another upload brought the same.

        That one looks for its content after its row, this looks for rows after the content is
        gone: one of the two sees the other and writes it again.
        """
        with contextlib.suppress(DatabaseBusy):  # nobody can tell: then it stays
            if self._is_named(digest):
                return
            contents.drop(self._environment.files_folder, digest)
            named = True
            try:
                named = self._is_named(digest)
            finally:
                if named:
                    contents.keep(self._environment.files_folder, digest, data)

    def _is_named(self, digest: str) -> bool:
        with self._environment.query() as unit:
            return files.is_named(unit.connection, digest)

    def read_worksheet(self, name: str, content: BinaryIO) -> tuple[str, bytes]:
        """The clean name and the content of an XLSX file that is read and not kept.

        Raises Invalid as `store` does, and "file-kind" for any other kind.
        """
        name = clean_name(name)
        data = _read(name, content, _SHEET_BYTES)
        if kind_of(name, data, _SHEET_UNPACKED) != "xlsx" or _has_doctype(data):
            raise Invalid(
                "file-kind",
                say("„{name}“ ist keine Tabelle im Format XLSX.", name=name),
                say("Speichern Sie die Tabelle als XLSX-Datei, ohne Makros."),
            )
        return name, data

    def open(self, actor: Actor, file_id: str) -> tuple[StoredFile, bytes]:
        """A file of a case the actor may see, with its content; NotFound otherwise."""
        with self._environment.query(actor) as unit:
            row = files.by_id(unit.connection, file_id)
            case = cases.by_id(unit.connection, row.instance_id) if row else None
            if row is None or case is None or not access.may_see(unit, case):
                raise NotFound(
                    "file-not-found",
                    say("Diese Datei gibt es nicht, oder sie gehört nicht zu Ihren Vorgängen."),
                )
        path = contents.path_of(self._environment.files_folder, row.sha256)
        if not path.is_file():
            raise NotFound(
                "file-lost",
                say("Der Inhalt von „{name}“ fehlt im Dateispeicher.", name=row.name),
                say("Die Administration kann ihn aus der Sicherung wiederherstellen."),
            )
        return _shown(row, case.number), path.read_bytes()

    def _kind(self, name: str, data: bytes) -> str:
        settings = self._environment.settings
        allowed = str(settings["PIKFLOW_UPLOAD_KINDS"]).replace(",", " ").split()
        kind = kind_of(name, data, settings["PIKFLOW_UNPACKED_BYTES"])
        words = ", ".join(word.upper() for word in allowed)
        if kind not in allowed:
            raise Invalid(
                "file-kind",
                say("„{name}“ ist keine Datei der Art {kinds}.", name=name, kinds=words),
                say("Speichern Sie die Datei in einem dieser Formate und laden Sie sie neu hoch."),
            )
        extension = name.rsplit(".", 1)[-1].lower() if "." in name else ""
        if _ALIASES.get(extension, extension) != kind:
            raise Invalid(
                "file-extension",
                say(
                    "„{name}“ ist dem Inhalt nach eine {kind}-Datei; die Endung passt nicht.",
                    name=name,
                    kind=kind.upper(),
                ),
                say("Geben Sie der Datei die Endung „.{kind}“.", kind=kind),
            )
        return kind


def clean_name(name: str) -> str:
    """The last part of a path, in one line and without control characters.

    Raises Invalid("file-name") when nothing is left.
    """
    last = re.split(r"[\\/]", unicodedata.normalize("NFC", name))[-1]
    kinds = ((c, unicodedata.category(c)) for c in last)
    text = "".join(c for c, kind in kinds if kind[0] != "C" and kind not in ("Zl", "Zp"))
    text = text.strip(" .")
    if not text:
        raise Invalid("file-name", say("Die Datei hat keinen Namen."), say("Benennen Sie sie um."))
    if len(text) > _NAME_LENGTH:
        stem, dot, extension = text.rpartition(".")
        text = f"{stem[: _NAME_LENGTH - len(extension) - 1]}{dot}{extension}"
    return text


def kind_of(name: str, data: bytes, unpacked_limit: int) -> str:
    """The kind a file's content proves, "" for one we do not know."""
    for magic, kind in _PLAIN.items():
        if data.startswith(magic):
            return kind
    return _office_kind(name, data, unpacked_limit) if data.startswith(b"PK\x03\x04") else ""


def _office_kind(name: str, data: bytes, unpacked_limit: int) -> str:
    """docx or xlsx by what the package holds; macros, nested archives and bombs are refused."""
    try:
        with zipfile.ZipFile(BytesIO(data)) as package:
            entries = package.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        return ""
    unpacked = sum(entry.file_size for entry in entries)
    if unpacked > unpacked_limit or len(entries) > _MAX_ENTRIES:
        raise Invalid(
            "file-unpacked",
            say("„{name}“ würde entpackt zu groß.", name=name),
            say("Verkleinern Sie Bilder in der Datei oder speichern Sie sie als PDF."),
        )
    names = {entry.filename for entry in entries}
    inner = {entry.rsplit(".", 1)[-1].lower() for entry in names}
    if "[Content_Types].xml" not in names or inner & {"zip", "7z", "rar", "exe"}:
        return ""
    if any(entry.endswith("vbaProject.bin") for entry in names):
        return ""
    return next((kind for part, kind in _OFFICE.items() if part in names), "")


def _has_doctype(data: bytes) -> bool:
    """Whether a part of the package declares entities, which no spreadsheet program writes; True,
    too, for one that can't be unpacked."""
    try:
        with zipfile.ZipFile(BytesIO(data)) as package:
            return any(b"<!DOCTYPE" in package.read(entry) for entry in package.infolist())
    except (zipfile.BadZipFile, zlib.error, RuntimeError, NotImplementedError, OSError):
        return True


def sample(kind: str) -> bytes:
    """The smallest content that proves a kind: for journeys and demos. PDF for an unknown one."""
    for part, office in _OFFICE.items():
        if kind == office:
            package = BytesIO()
            with zipfile.ZipFile(package, "w") as archive:
                archive.writestr("[Content_Types].xml", "<Types/>")
                archive.writestr(part, "<document/>")
            return package.getvalue()
    wanted = _ALIASES.get(kind, kind)
    return next((magic for magic, known in _PLAIN.items() if known == wanted), b"%PDF-") + b"\n"


def _read(name: str, content: BinaryIO, limit: int) -> bytes:
    data = b"".join(_chunks(name, content, limit))
    if not data:
        raise Invalid(
            "file-empty", say("„{name}“ ist leer.", name=name), say("Wählen Sie eine andere Datei.")
        )
    return data


def _chunks(name: str, content: BinaryIO, limit: int) -> Iterator[bytes]:
    size = 0
    while chunk := content.read(_CHUNK):
        size += len(chunk)
        if size > limit:
            raise Invalid(
                "file-size",
                say(
                    "„{name}“ ist zu groß. Möglich sind höchstens {most} MB.",
                    name=name,
                    most=limit // 1_000_000,
                ),
                say("Verkleinern Sie die Datei oder teilen Sie sie auf."),
            )
        yield chunk


def _require_part(unit: Unit, case: CaseRecord) -> None:
    """Only who works an open task of the case, or acts for its owner, adds files to it."""
    actor = access.actor_of(unit)
    if case.state != "open":
        raise Refused(
            "case-ended", say("Der Vorgang ist beendet und nimmt keine Dateien mehr auf.")
        )
    if actor.organisation.id == case.organisation_id:
        return
    for task in tasks.of_case(unit.connection, case.id):
        facts = access.facts_of(unit, case, task)
        if permissions.may(actor, "task.work", unit.catalog, facts):
            return
    raise Refused("not-permitted", say("Sie bearbeiten in diesem Vorgang zurzeit keine Aufgabe."))


def _shown(row: FileRecord, number: str) -> StoredFile:
    return StoredFile(
        row.id, row.name, row.kind, row.size, row.sha256, row.at, row.actor_name, number
    )
