"""The archive of a backup: a tar with the database, the uploads and, as its last member, a manifest
with the hash of each. What is cut off or changed is noticed before anything is restored.
"""

import hashlib
import json
import os
import re
import tarfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from io import BytesIO
from pathlib import Path
from typing import IO, Any, BinaryIO

from pikflow.errors import Invalid

FORMAT = 1
DATABASE, FILES = "database/", "files/"
_NAME = re.compile(r"database/[a-z0-9_]+\.[a-z0-9]+|files/[0-9a-f]{64}|manifest-[0-9a-f]{64}\.json")
_MANIFEST_BYTES = 200_000_000
_CHUNK = 1 << 20


@dataclass(frozen=True)
class Manifest:
    """What an archive holds: `members` maps each name to its sha256 (hex), `rows` each table to
    its rows, `missing` are hashes of uploads that were gone before the backup."""

    format: int
    program: str
    kind: str
    schema: int
    created_at: str
    rows: Mapping[str, int]
    members: Mapping[str, str]
    missing: tuple[str, ...] = ()


class Writer:
    """Adds members to a new archive; `digest` (hex) is the whole file's when it is closed."""

    def __init__(self, target: BinaryIO, *, compressed: bool) -> None:
        self._target = _Hashed(target)
        mode = "w|gz" if compressed else "w|"
        self._tar = tarfile.TarFile.open(fileobj=self._target, mode=mode)  # type: ignore[call-overload]
        self.members: dict[str, str] = {}

    def __enter__(self) -> "Writer":
        return self

    def __exit__(self, kind: type[BaseException] | None, *more: object) -> None:
        if kind is not None:
            with suppress(OSError):  # the first error counts
                self._tar.close()

    def add(self, name: str, source: BinaryIO, size: int) -> None:
        """Add a member; its hash is that of what was really written."""
        entry = tarfile.TarInfo(name)
        entry.size, entry.mode = size, 0o600
        reader = _Hashed(source)
        self._tar.addfile(entry, reader)
        self.members[name] = reader.digest

    def close(self, manifest: Manifest) -> str:
        """Add the manifest, named by its own hash, and end; gives the whole archive's hash."""
        data = json.dumps(asdict(manifest), ensure_ascii=False, indent=1).encode()
        self.add(f"manifest-{hashlib.sha256(data).hexdigest()}.json", BytesIO(data), len(data))
        self._tar.close()
        return self._target.digest


@contextmanager
def created(file: Path) -> Iterator[BinaryIO]:
    """A new file only its owner may read, there whole or not at all; FileExistsError when it is."""
    fresh = file.with_name(f"{file.name}.part")
    if file.exists():
        raise FileExistsError(file)
    descriptor = os.open(fresh, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as target:
            yield target
            target.flush()
            os.fsync(target.fileno())
        fresh.replace(file)
    finally:
        fresh.unlink(missing_ok=True)


def verified(file: Path, report: Callable[[int, int], None]) -> Manifest:
    """The manifest of an archive of which every byte was checked.

    Raises Invalid("archive-damaged", "archive-unknown").
    """
    found: dict[str, str] = {}
    manifest: Manifest | None = None
    size = max(file.stat().st_size, 1)
    with _damage_told(), file.open("rb") as source, _opened(source) as tar:
        for entry in tar:
            if manifest is not None or entry.name in found:
                raise _damaged()
            member = _member(tar, entry)
            if entry.name.startswith("manifest-"):
                manifest = _manifest(entry.name, member.read(_MANIFEST_BYTES))
            else:
                found[entry.name] = _drained(member)
            report(min(source.tell(), size), size)
    named = all(
        name.removeprefix(FILES) == digest
        for name, digest in found.items()
        if name.startswith(FILES)
    )
    if manifest is None or manifest.members != found or not named:
        raise _damaged()
    return manifest


def members(file: Path, manifest: Manifest) -> Iterator[tuple[str, IO[bytes]]]:
    """The members again, to be read one after the other; whoever reads one compares its hash."""
    with _damage_told(), file.open("rb") as source, _opened(source) as tar:
        for entry in tar:
            if entry.name in manifest.members:
                yield entry.name, _member(tar, entry)


def require_digest(found: str, wanted: str) -> None:
    """Refuse content that is not what the manifest says."""
    if found != wanted:
        raise _damaged()


class _Hashed:
    """A file that hashes what passes through."""

    def __init__(self, file: BinaryIO) -> None:
        self._file, self._hash = file, hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        data = self._file.read(size)
        self._hash.update(data)
        return data

    def write(self, data: bytes) -> int:
        self._hash.update(data)
        return self._file.write(data)

    @property
    def digest(self) -> str:
        return self._hash.hexdigest()


def _opened(source: IO[bytes]) -> tarfile.TarFile:
    return tarfile.open(fileobj=source, mode="r|*")


def _member(tar: tarfile.TarFile, entry: tarfile.TarInfo) -> IO[bytes]:
    member = tar.extractfile(entry) if entry.isreg() and _NAME.fullmatch(entry.name) else None
    if member is None:
        raise _damaged()
    return member


def _drained(member: IO[bytes]) -> str:
    digest = hashlib.sha256()
    while block := member.read(_CHUNK):
        digest.update(block)
    return digest.hexdigest()


def _manifest(name: str, data: bytes) -> Manifest:
    require_digest(hashlib.sha256(data).hexdigest(), name[len("manifest-") : -len(".json")])
    content: dict[str, Any] = json.loads(data)
    if content.get("format") != FORMAT:
        raise Invalid(
            "archive-unknown",
            "Diese Sicherung hat eine Form, die dieses Programm nicht kennt.",
            "Spielen Sie sie mit der Fassung ein, die sie geschrieben hat, oder einer neueren.",
        )
    return Manifest(**{**content, "missing": tuple(content["missing"])})


@contextmanager
def _damage_told() -> Iterator[None]:
    try:
        yield
    except (tarfile.TarError, zlib.error, EOFError, ValueError, KeyError, TypeError) as fault:
        raise _damaged() from fault


def _damaged() -> Invalid:
    return Invalid(
        "archive-damaged",
        "Die Sicherung ist unvollständig oder verändert. Es wurde nichts eingespielt.",
        "Nehmen Sie eine andere Kopie oder eine andere Sicherung.",
    )
