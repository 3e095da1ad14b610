"""Messages and signals on their way to the runs of a rehearsal and to start events.

What runs throw goes the way the app sends it; only a message nobody waits for is lost here, which
the app tries again for a while.
"""

from collections.abc import Callable, Mapping
from functools import partial
from itertools import islice
from typing import Any

from pikflow.engine import runtime
from pikflow.engine.correlation import key_text
from pikflow.engine.results import Thrown, WaitingEvent
from pikflow.services.deployments import Deployment
from pikflow.services.outgoing import is_offer
from pikflow.services.rehearsing.runs import Run
from pikflow.values import normalise

Work = Callable[[], object]
Begin = Callable[[str, str, Mapping[str, Any]], Run]
Fits = Callable[[Run, WaitingEvent], bool]


class Post:
    """Carries messages and signals; `runs` is the rehearsal's own list, `begin` starts a process
    at one of its start events."""

    def __init__(self, deployment: Deployment, runs: list[Run], begin: Begin) -> None:
        self._deployment = deployment
        self._runs = runs
        self._begin = begin

    def send_message(
        self, name: str, payload: Mapping[str, Any] | None, correlation: Any
    ) -> Run | None:
        """A message from outside; who took it."""
        return self._give(name, payload, correlation, partial(_fits, correlation))

    def send_signal(self, name: str, payload: Mapping[str, Any] | None) -> list[Run]:
        """A signal from outside; who heard it."""
        takers = self._hearers(name)
        for run, _ in takers:
            run.step(runtime.send_signal, name, dict(payload or {}))
        return [*(run for run, _ in takers), *self._trigger("signal", name, payload)]

    def delivery(self, thrower: Run, thrown: Thrown) -> Work:
        """How a message or signal gets to other runs; a signal is heard by who waits already."""
        if thrown.kind == "signal":
            takers = [pair for pair in self._hearers(thrown.name) if pair[0] is not thrower]
            return partial(self._broadcast, thrown, takers)
        is_for = partial(_is_for, thrower, thrown)
        return partial(self._give, thrown.name, thrown.payload, thrown.key, is_for)

    def _broadcast(self, thrown: Thrown, takers: list[tuple[Run, list[str]]]) -> None:
        for run, events in takers:
            if run.is_open():
                payload = dict(thrown.payload)
                run.step(runtime.send_signal, thrown.name, payload, only=events)
        self._trigger("signal", thrown.name, thrown.payload)

    def _give(
        self, name: str, payload: Mapping[str, Any] | None, correlation: Any, is_for: Fits
    ) -> Run | None:
        for run in self._runs:
            event = next((e for e in run.waits("message", name) if is_for(run, e)), None)
            if event is not None:
                sent = dict(payload or {})
                run.step(runtime.send_message, name, sent, event_id=event.id)
                return run
        for run in self._trigger("message", name, payload, most=1):
            run.correlation = correlation
            return run
        return None

    def _hearers(self, name: str) -> list[tuple[Run, list[str]]]:
        """The runs that wait for a signal now, with the ids of the events that do."""
        waiting = ((run, [e.id for e in run.waits("signal", name)]) for run in self._runs)
        return [(run, events) for run, events in waiting if events]

    def _trigger(
        self, kind: str, name: str, payload: Mapping[str, Any] | None, *, most: int | None = None
    ) -> list[Run]:
        """Start what begins with this message or signal."""
        found = (
            (process_id, trigger.element)
            for process_id in self._deployment.processes
            for trigger in self._deployment.definition(process_id).triggers
            if (trigger.kind, trigger.name) == (kind, name)
        )
        return [self._begin(*one, payload or {}) for one in islice(found, most)]


def _is_for(thrower: Run, thrown: Thrown, run: Run, event: WaitingEvent) -> bool:
    """Whether a message a run has thrown is for this event, as the app says it: never for the
    thrower, nor past the form of what is offered to people."""
    if run is thrower or is_offer(event):
        return False
    return event.key == thrown.key or event.key is None and _key(run.correlation) == thrown.key


def _fits(correlation: Any, run: Run, event: WaitingEvent) -> bool:
    """Whether a message from outside with this correlation is for this event of this run.

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
    if _key(run.correlation) == _key(correlation):
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
