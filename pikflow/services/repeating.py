"""Use cases that are repeated as a whole when the database was only busy for a moment.

Two commands that waited for each other, a connection the server closed: nothing is wrong, the
command only has to run again. It may, because it looks again under its lock, and because its key
finds what was stored after all when the connection broke in the very moment of the commit.
"""

import functools
import inspect
import logging
import random
import secrets
import time
from collections.abc import Callable
from typing import ParamSpec, TypeVar

from pikflow.errors import DatabaseBusy

P = ParamSpec("P")
R = TypeVar("R")
log = logging.getLogger(__name__)

PAUSES = (0.05, 0.3, 1.5)  # seconds before each repetition; a server restarts in about 2


def repeated(method: Callable[P, R]) -> Callable[P, R]:
    """Repeat a use case at most three times; the last failure is DatabaseBusy.

    For what has the same effect done twice. A method with a `key` gets one where it has none.
    """
    takes_key = "key" in inspect.signature(method).parameters

    @functools.wraps(method)
    def run(*args: P.args, **options: P.kwargs) -> R:
        if takes_key and not options.get("key"):
            options["key"] = secrets.token_hex(16)
        return _run(lambda: method(*args, **options), lambda fault: fault.passing)

    return run


def repeated_if_undone(method: Callable[P, R]) -> Callable[P, R]:
    """The same for what must not be done twice: only when certainly nothing was stored."""

    @functools.wraps(method)
    def run(*args: P.args, **options: P.kwargs) -> R:
        return _run(lambda: method(*args, **options), lambda fault: fault.passing and fault.undone)

    return run


def _run(call: Callable[[], R], again: Callable[[DatabaseBusy], bool]) -> R:
    for pause in PAUSES:
        try:
            return call()
        except DatabaseBusy as fault:
            if not again(fault):
                raise
            log.warning("The database was busy (%s), the command is repeated", fault.__cause__)
        time.sleep(pause * random.uniform(0.5, 1.5))  # noqa: S311 - only spreads them out
    return call()
