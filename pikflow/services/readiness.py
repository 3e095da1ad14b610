"""Can a request be served? Asked by load balancers every few seconds, so it must be cheap."""

import os
import secrets
import shutil
from dataclasses import dataclass
from pathlib import Path

from pikflow.services.environment import Environment
from pikflow.services.jobs import Jobs
from pikflow.store.database import SCHEMA_VERSION

LATE_SECONDS = 300  # a due job that waits longer is the one alarm that matters


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
        schema=found["schema"] if found["schema"] == SCHEMA_VERSION else 0,
        files=can_write(folder),
        disk=free_bytes(folder) >= environment.settings["PIKFLOW_DISK_FREE_BYTES"],
    )


@dataclass(frozen=True)
class Background:
    """How background work stands: `workers` that are alive, how long the oldest due job or timer
    waits (seconds, None when nothing is due), `dead` jobs that gave up (incidents, no outage)."""

    database: bool
    workers: int = 0
    oldest_due_seconds: float | None = None
    dead: int = 0

    @property
    def healthy(self) -> bool:
        return self.database and self.workers > 0 and not self.late

    @property
    def late(self) -> bool:
        return (self.oldest_due_seconds or 0) > LATE_SECONDS


def look_behind(environment: Environment, jobs: Jobs) -> Background:
    """Looks at workers and what is due."""
    if not environment.database.health()["schema"]:
        return Background(database=False)
    found = jobs.health()
    alive = sum(worker["alive"] for worker in found.workers)
    return Background(True, alive, found.oldest_due_seconds, found.dead)


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
