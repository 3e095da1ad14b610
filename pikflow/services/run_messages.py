"""For which run a message from outside is."""

from collections.abc import Mapping
from typing import Any

from pikflow.engine.correlation import key_text
from pikflow.engine.results import WaitingEvent
from pikflow.services.runs import Run
from pikflow.values import normalise


def fits(run: Run, event: WaitingEvent, correlation: Any) -> bool:
    """Whether a message with this correlation is for this event of this run.

    `pik:key` of the event decides when it has one. Without one the message is for a run that was
    started under this correlation, or whose case data hold it: by the names of a mapping, else by
    any top-level name.
    """
    if correlation is None:
        return event.key is None
    named = isinstance(correlation, Mapping)
    wanted = {n: _key(v) for n, v in (correlation if named else {"": correlation}).items()}
    if event.key is not None:
        return event.key in wanted.values()
    if run.correlation == correlation:
        return True
    if named:
        return all(_key(run.values.get(name)) == key for name, key in wanted.items())
    return wanted[""] in map(_key, run.values.values())


def _key(value: Any) -> str:
    """A value as a text that can be compared; what is no key is equal to itself alone."""
    try:
        return key_text(normalise(value)) or ""
    except TypeError:
        return repr(normalise(value))
