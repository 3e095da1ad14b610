"""What happened, told after the commit: listeners can't veto, and their faults stay their own."""

import logging
from collections.abc import Callable
from typing import Any

log = logging.getLogger(__name__)

Listener = Callable[..., None]


class Signal:
    """One kind of news. Listeners are called in the order they came, with keyword arguments."""

    def __init__(self, name: str, meaning: str) -> None:
        self.name = name
        self.meaning = meaning
        self._listeners: list[Listener] = []

    def connect(self, listener: Listener) -> Listener:
        """Add a listener; usable as a decorator."""
        self._listeners.append(listener)
        return listener

    def disconnect(self, listener: Listener) -> None:
        """Remove a listener; one that was never added is ignored."""
        if listener in self._listeners:
            self._listeners.remove(listener)

    def send(self, **news: Any) -> None:
        """Tell every listener. The commit is over: a fault is logged and the next one is told."""
        for listener in list(self._listeners):
            try:
                listener(**news)
            except Exception:
                log.exception("A listener of %s failed", self.name)


class Signals:
    """The signals of one PikFlow; `number` is always the case number, `actor_id` may be ""."""

    def __init__(self) -> None:
        self.case_started = Signal("case_started", "number, measure, organisation_id, actor_id")
        self.case_ended = Signal("case_ended", "number, state, outcome, actor_id")
        self.case_reminded = Signal("case_reminded", "number, organisation_id, actor_id")
        self.task_opened = Signal("task_opened", "number, task_id, element, lane")
        self.task_claimed = Signal("task_claimed", "number, task_id, actor_id")
        self.task_completed = Signal("task_completed", "number, task_id, element, actor_id")
        self.message_sent = Signal("message_sent", "number, message, actor_id")
        self.round_opened = Signal("round_opened", "round_id, measure, year")
        self.deployed = Signal("deployed", "deployment_id, definitions")
        self.incident = Signal("incident", "number, code")
        self.work_added = Signal("work_added", "nothing: there is something for a worker")
