"""A process that dies at the n-th thing it does: each SQL statement, each commit, each file call.

The crash is a BaseException, so no handler on the way takes it for a failed job. What a killed
process leaves behind is what the database and the disk hold; the rollback that Python's unwinding
does is what the database does by itself for a lost connection (shown for real by the tests that
kill processes).
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import Engine

_FILE_CALLS = {"open": 0, "os.rename": 1, "os.remove": 0, "os.mkdir": 0, "os.chmod": 0}


class Crash(BaseException):
    """The process is gone."""


class Saboteur:
    """Counts what a command does; with `at`, dies at that call (1 is the first)."""

    def __init__(self, at: int = 0) -> None:
        self.at = at
        self.calls: list[str] = []

    def call(self, what: str) -> None:
        self.calls.append(what)
        if len(self.calls) == self.at:
            raise Crash(f"at call {self.at}: {what}")


_watching: dict[str, Any] = {"saboteur": None, "folder": ""}


def _audit(name: str, arguments: tuple[Any, ...]) -> None:
    saboteur = _watching["saboteur"]
    if saboteur is None or name not in _FILE_CALLS:
        return
    path = arguments[_FILE_CALLS[name]]
    if isinstance(path, str | Path) and str(path).startswith(_watching["folder"]):
        saboteur.call(f"{name} {Path(path).name[:12]}")


sys.addaudithook(_audit)  # can't be taken away again; it looks at nothing while nobody watches


@contextmanager
def watch(saboteur: Saboteur, engine: Engine, folder: Path) -> Iterator[Saboteur]:
    """Let the saboteur see every statement and commit of the engine, and the files of a folder."""

    def statement(
        connection: Any, cursor: Any, text: str, parameters: Any, context: Any, many: bool
    ) -> None:
        saboteur.call(" ".join(text.split())[:60])

    def commit(connection: Any) -> None:
        saboteur.call("COMMIT")

    event.listen(engine, "before_cursor_execute", statement)
    event.listen(engine, "commit", commit)
    _watching.update(saboteur=saboteur, folder=str(folder))
    try:
        yield saboteur
    finally:
        _watching.update(saboteur=None)
        event.remove(engine, "before_cursor_execute", statement)
        event.remove(engine, "commit", commit)
