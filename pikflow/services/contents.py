"""Contents of uploads on disk: named by their hash, written once, never changed."""

import hashlib
import os
import secrets
from pathlib import Path


def path_of(folder: Path, digest: str) -> Path:
    """Where the content with this sha256 (hex) lies."""
    return folder / digest[:2] / digest


def keep(folder: Path, digest: str, data: bytes) -> bool:
    """Write content once, whole or not at all: to a name of its own, then renamed. False when it
    was there.

    Raises OSError when the disk does not take it; nothing is left then.
    """
    path = path_of(folder, digest)
    if path.is_file():
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f"{digest}.{secrets.token_hex(4)}")
    try:
        with fresh.open("wb") as handle:
            handle.write(data)
            handle.flush()
            os.fsync(handle.fileno())
    except OSError:
        fresh.unlink(missing_ok=True)  # a full disk would only be fuller
        raise
    fresh.replace(path)
    return True


def drop(folder: Path, digest: str) -> None:
    """Remove content that no row names."""
    path_of(folder, digest).unlink(missing_ok=True)


def restore(folder: Path, digest: str, data: bytes) -> None:
    """Write content again, in place of what may have become of it."""
    path = path_of(folder, digest)
    if path.is_file() and digest_of(path) != digest:
        path.unlink()
    keep(folder, digest, data)


def digest_of(path: Path) -> str:
    """The sha256 (hex) of a file."""
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()
