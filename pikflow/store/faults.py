"""Errors of drivers and disks in our words: what passes by itself, what is full, what a mistake."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from pikflow.errors import DatabaseBusy
from pikflow.texts import say

_COMMITTING = "while committing"
_UNDONE = {"40001", "40P01"}  # serialization failure, deadlock: the server undid everything
_GONE = {"57P01", "57P02", "57P03", "25P03"}  # shut down, crashed, starting, idle too long
_SLOW = {"55P03", "57014", "53300"}  # lock or statement took too long, too many connections
_FULL, _READONLY = {"53100"}, {"25006"}
_LITE_SHUT = ("SQLITE_READONLY", "SQLITE_CANTOPEN")
_DISK_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_LITE_FULL, _LITE_BUSY = {"SQLITE_FULL"}, {"SQLITE_BUSY", "SQLITE_BUSY_SNAPSHOT", "SQLITE_LOCKED"}


@contextmanager
def told() -> Iterator[None]:
    """Turn errors that are nobody's mistake into DatabaseBusy; the others stay as they are."""
    try:
        yield
    except (DBAPIError, PoolTimeout) as fault:
        busy = _translated(fault)
        if busy is None:
            raise
        raise busy from fault
    except OSError as fault:  # a file beside the database, or an upload
        if fault.errno in _DISK_FULL:
            raise _full() from fault
        if fault.errno == errno.EROFS:
            raise _readonly() from fault
        raise


@contextmanager
def committing() -> Iterator[None]:
    """Mark an error of a commit: when the connection broke, nobody knows whether it was done."""
    try:
        yield
    except DBAPIError as fault:
        fault.add_detail(_COMMITTING)
        raise


def _translated(fault: DBAPIError | PoolTimeout) -> DatabaseBusy | None:
    if isinstance(fault, PoolTimeout):
        return _busy()
    state = getattr(fault.orig, "sqlstate", None) or ""
    name = getattr(fault.orig, "sqlite_errorname", None) or ""
    if state in _FULL or name in _LITE_FULL:
        return _full()
    if state in _READONLY or name.startswith(_LITE_SHUT):
        return _readonly()
    if state in _UNDONE:
        return _busy(passing=True)
    if state in _SLOW or name in _LITE_BUSY:
        return _busy()
    if state in _GONE or state.startswith("08") or _lost(fault, state, name):
        return _busy(passing=True, undone=_COMMITTING not in fault.detail)
    return None


def _lost(fault: DBAPIError, state: str, name: str) -> bool:
    """Whether there is no connection (any more): the client noticed, the server could not say."""
    unsaid = isinstance(fault, OperationalError | InterfaceError) and not state and not name
    return fault.connection_invalidated or unsaid


def _full() -> DatabaseBusy:
    return DatabaseBusy(
        "database-full",
        say("Der Datenträger der Datenbank ist voll. Es wurde nichts gespeichert."),
        say("Die Administration muss Platz schaffen; versuchen Sie es danach noch einmal."),
    )


def _readonly() -> DatabaseBusy:
    return DatabaseBusy(
        "database-readonly",
        say("Die Datenbank nimmt gerade nichts an. Es wurde nichts gespeichert."),
        say("Versuchen Sie es in einer Minute noch einmal."),
    )


def _busy(*, passing: bool = False, undone: bool = True) -> DatabaseBusy:
    return DatabaseBusy(
        "database-busy",
        say("Die Datenbank ist gerade überlastet oder wird neu gestartet."),
        say("Versuchen Sie es in einer Minute noch einmal."),
        passing=passing,
        undone=undone,
    )
