"""Logs as JSON lines, with the id of the request that set things off, without personal data.

One line: {"time", "level", "logger", "message", "request", ...}. Of an error it has the type and
the places in the code, not its text: that may repeat what somebody typed. For the same reason the
arguments of foreign libraries' messages are left out, those of our own are ids and codes.
"""

import json
import logging
import re
import secrets
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any, TextIO

_current: ContextVar[str] = ContextVar("pikflow_request", default="")
_WELL_FORMED = re.compile(r"[A-Za-z0-9._-]{8,64}")
_OURS = ("pikflow", "gunicorn", "alembic")  # their arguments name no persons
_EXTRA = ("method", "endpoint", "status", "ms")  # what a record may carry beside its message
_FRAMES = 30  # places of one error, the innermost ones


def request_id() -> str:
    """The id of the request this work was set off by, "" outside of one."""
    return _current.get()


def accepted_id(given: str) -> str:
    """A caller's id when it is well-formed (8 to 64 of A-Z a-z 0-9 . _ -), else a new one."""
    return given if _WELL_FORMED.fullmatch(given) else secrets.token_hex(8)


@contextmanager
def under(identifier: str) -> Iterator[None]:
    """Work inside the block belongs to this request."""
    before = _current.set(identifier)
    try:
        yield
    finally:
        _current.reset(before)


def switch_on(stream: TextIO | None = None) -> None:
    """Write all logs of this process as JSON lines, to stderr; a second call changes nothing."""
    root = logging.getLogger()
    if any(isinstance(handler.formatter, JsonLines) for handler in root.handlers):
        return
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(JsonLines())
    root.addHandler(handler)
    logging.getLogger("alembic").setLevel(logging.WARNING)  # it tells of each of its parts
    root.setLevel(min(root.level, logging.INFO) or logging.INFO)


class JsonLines(logging.Formatter):
    """One record as one line of JSON."""

    def format(self, record: logging.LogRecord) -> str:
        ours = record.name.split(".")[0] in _OURS
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage() if ours else str(record.msg),
            "request": request_id(),
            "process": record.process,
        }
        line |= {name: getattr(record, name) for name in _EXTRA if hasattr(record, name)}
        if record.exc_info and record.exc_info[1] is not None:
            line["errors"] = [_error(fault) for fault in _chain(record.exc_info[1])]
        return json.dumps(line, ensure_ascii=False, default=str)


def _chain(fault: BaseException) -> Iterator[BaseException]:
    """The error and those it came from."""
    seen: list[BaseException] = []
    current: BaseException | None = fault
    while current is not None and current not in seen:
        seen.append(current)
        yield current
        current = current.__cause__ or current.__context__


def _error(fault: BaseException) -> dict[str, Any]:
    frames = traceback.extract_tb(fault.__traceback__)[-_FRAMES:]
    return {
        "type": f"{type(fault).__module__}.{type(fault).__qualname__}",
        "code": _code(fault),
        "at": [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames],
    }


def _code(fault: BaseException) -> str:
    """A stable code that tells what went wrong: ours, the database's, or the system's."""
    for name in ("code", "sqlstate", "sqlite_errorname", "errno"):
        value = getattr(fault, name, None)
        if isinstance(value, str | int):
            return str(value)
    return ""
