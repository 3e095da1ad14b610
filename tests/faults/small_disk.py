"""A file system of a few megabytes that can be filled, emptied and made read-only; needs root."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

BLOCK = 1 << 14


@dataclass(frozen=True)
class Disk:
    """`folder` is where it is mounted."""

    folder: Path

    def fill(self) -> None:
        """Nothing more fits."""
        with self._ballast.open("ab", buffering=0) as file:
            try:
                while True:
                    file.write(bytes(BLOCK))
            except OSError:
                return

    def free(self) -> None:
        """There is space again."""
        self._ballast.unlink(missing_ok=True)

    def lock(self, locked: bool) -> None:
        """Nothing can be changed, or everything as before."""
        how = "ro" if locked else "rw"
        _run("mount", "-o", f"remount,{how}", str(self.folder))

    @property
    def _ballast(self) -> Path:
        return self.folder / "ballast"


@contextmanager
def small_disk(folder: Path, megabytes: int) -> Iterator[Disk]:
    """Mount one."""
    folder.mkdir()
    _run("mount", "-t", "tmpfs", "-o", f"size={megabytes}m,mode=0777", "none", str(folder))
    try:
        yield Disk(folder)
    finally:
        _run("umount", "-l", str(folder))


def is_possible() -> bool:
    """Whether this process may mount something."""
    if os.geteuid() != 0:
        return False
    return subprocess.run(["unshare", "-m", "true"], capture_output=True).returncode == 0


def _run(*command: str) -> None:
    subprocess.run(command, check=True, capture_output=True)
