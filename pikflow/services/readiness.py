"""Can a request be served? Asked by load balancers every few seconds, so it must be cheap."""

import os
import secrets
import shutil
from dataclasses import dataclass
from pathlib import Path

from pikflow.services.environment import Environment


@dataclass(frozen=True)
class Readiness:
    """`database` answers; `schema` is the stored version, 0 for none or one this release can't
    work with; `files` says uploads can be written; `disk` that enough space is left for more."""

    database: bool
    schema: int
    files: bool
    disk: bool

    @property
    def ready(self) -> bool:
        return self.database and self.schema > 0 and self.files and self.disk


def look(environment: Environment) -> Readiness:
    """Looks at database and disk; never raises."""
    found = environment.database.health()
    folder = environment.files_folder
    return Readiness(
        database=found["database"],
        schema=found["schema"],
        files=can_write(folder),
        disk=free_bytes(folder) >= environment.settings["PIKFLOW_DISK_FREE_BYTES"],
    )


def can_write(folder: Path) -> bool:
    """Whether a file can be made in the folder, which is created when missing. Asking for the
    permission is not enough: a file system can be mounted read-only."""
    probe = folder / f".probe-{secrets.token_hex(4)}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        os.close(os.open(probe, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        probe.unlink()
    except OSError:
        return False
    return True


def free_bytes(folder: Path) -> int:
    """Free space where the folder lies (or will lie), 0 when nothing can be said."""
    known = next((path for path in (folder, *folder.parents) if path.exists()), None)
    try:
        return shutil.disk_usage(known).free if known else 0
    except OSError:
        return 0
