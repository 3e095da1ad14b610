"""Backup and restore of everything pikflow keeps: first the database, then the uploads it names.

Uploads are written before their row and never changed or removed, so what the database's snapshot
names is there when it is copied. Restoring goes the other way: uploads first, which changes
nothing that is in use, then the database in one transaction, which is the one moment it counts.
"""

import hashlib
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from pikflow import __version__
from pikflow.errors import Invalid, Refused
from pikflow.services import archive, contents
from pikflow.services.archive import DATABASE, FILES, Manifest
from pikflow.services.environment import Environment
from pikflow.store import dump
from pikflow.store.database import SCHEMA_VERSION

Report = Callable[[int, int], None]  # (done, in all)
_CHUNK = 1 << 20
_COMPRESSED = (".gz", ".tgz")


@dataclass(frozen=True)
class Backed:
    """A backup that was written or restored; `digest` is the archive's sha256 (hex), `missing` the
    hashes of uploads whose content was gone or damaged before."""

    digest: str
    rows: int
    files: int
    missing: tuple[str, ...]


class Backup:
    """Write an archive, restore one."""

    def __init__(self, environment: Environment) -> None:
        self._environment = environment

    def write(self, file: Path, report: Report) -> Backed:
        """Write everything into a new archive while the service goes on; compressed when its name
        ends in .gz or .tgz.

        Raises Refused("archive-exists"), Invalid("database-damaged").
        """
        if file.exists():
            raise Refused("archive-exists", f"„{file}“ gibt es schon.", "Wählen Sie einen Namen.")
        with (
            tempfile.TemporaryDirectory(prefix=".pikflow-", dir=file.parent) as folder,
            archive.created(file) as target,
            archive.Writer(target, compressed=file.suffix in _COMPRESSED) as writer,
        ):
            written = dump.write(self._environment.database, Path(folder))
            for part in written.parts:
                with part.open("rb") as source:
                    writer.add(f"{DATABASE}{part.name}", source, part.stat().st_size)
            missing = self._add_contents(writer, sorted(written.contents), report)
            manifest = Manifest(
                archive.FORMAT,
                __version__,
                written.kind,
                written.schema,
                self._environment.clock().isoformat(),
                written.rows,
                writer.members,
                missing,
            )
            digest = writer.close(manifest)
        kept = len(written.contents) - len(missing)
        return Backed(digest, sum(written.rows.values()), kept, missing)

    def _add_contents(
        self, writer: archive.Writer, digests: list[str], report: Report
    ) -> tuple[str, ...]:
        """Add the uploads; gives those whose content is gone or is another."""
        missing = []
        for number, digest in enumerate(digests, 1):
            path = contents.path_of(self._environment.files_folder, digest)
            data = path.read_bytes() if path.is_file() else b""
            if hashlib.sha256(data).hexdigest() == digest:
                writer.add(f"{FILES}{digest}", BytesIO(data), len(data))
            else:
                missing.append(digest)
            report(number, len(digests))
        return tuple(missing)

    def restore(
        self, file: Path, report: Report, *, force: bool = False, digest: str = ""
    ) -> Backed:
        """Restore an archive into an empty database, with `force` in place of what is stored.

        Everything is checked first, `digest` (sha256 of the archive, when given) too; a refusal
        has changed nothing. Raises Invalid("archive-damaged", "archive-unknown", "archive-other",
        "rows-missing", "database-damaged"), Refused("archive-newer", "archive-kind",
        "target-in-use", "target-version"), Conflict("database-busy").
        """
        found = contents.digest_of(file)
        if digest and found != digest.lower():
            raise Invalid(
                "archive-other",
                "Das ist nicht die Sicherung mit dieser Prüfsumme.",
                "Vergleichen Sie die Prüfsumme, die beim Sichern ausgegeben wurde.",
            )
        manifest = archive.verified(file, report)
        self._require_fit(manifest, force)
        with tempfile.TemporaryDirectory(prefix="pikflow-") as place:
            files = self._extract(file, manifest, Path(place))
            dump.load(self._environment.database, Path(place), manifest.schema, manifest.rows)
        self._environment.database.create()  # brings a backup of an older release forward
        with self._environment.command() as unit:
            self._environment.runner.prepare(unit.connection)
        return Backed(found, sum(manifest.rows.values()), files, manifest.missing)

    def _require_fit(self, manifest: Manifest, force: bool) -> None:
        database = self._environment.database
        if manifest.schema > SCHEMA_VERSION:
            raise Refused(
                "archive-newer",
                f"Die Sicherung stammt aus einer neueren Fassung ({manifest.program}).",
                "Spielen Sie zuerst diese Fassung des Programms ein.",
            )
        if manifest.kind != dump.kind_of(database):
            raise Refused(
                "archive-kind",
                f"Die Sicherung stammt aus {manifest.kind}, eingestellt ist "
                f"{dump.kind_of(database)}.",
                "Stellen Sie dieselbe Art Datenbank ein.",
            )
        if not force and not dump.is_empty(database):
            raise Refused(
                "target-in-use",
                "In dieser Datenbank ist schon etwas gespeichert. Es bleibt unverändert.",
                "Nehmen Sie eine leere, oder ersetzen Sie den Inhalt mit --force.",
            )

    def _extract(self, file: Path, manifest: Manifest, place: Path) -> int:
        """Uploads to where they belong, the database's parts into `place`; gives how many uploads
        there were."""
        files = 0
        for name, member in archive.members(file, manifest):
            wanted = manifest.members[name]
            if name.startswith(FILES):
                data = member.read()
                archive.require_digest(hashlib.sha256(data).hexdigest(), wanted)
                contents.restore(self._environment.files_folder, wanted, data)
                files += 1
                continue
            part = place / name.removeprefix(DATABASE)
            with part.open("wb") as target:
                while block := member.read(_CHUNK):
                    target.write(block)
            archive.require_digest(contents.digest_of(part), wanted)
        return files
