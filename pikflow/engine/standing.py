"""How a stored case stands, without taking a step: for checks that compare it with its rows."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pikflow.engine import codec, views
from pikflow.engine.definition import Definition
from pikflow.engine.results import OpenTask, WaitingEvent
from pikflow.engine.workflow import Step


@dataclass(frozen=True)
class Standing:
    """What stands open in a stored state."""

    open_tasks: tuple[OpenTask, ...]
    waiting: tuple[WaitingEvent, ...]
    completed: bool

    @property
    def next_due(self) -> datetime | None:
        """The instant (UTC) the earliest timer falls due; None without timers."""
        return min((event.due for event in self.waiting if event.due), default=None)


def read(definition: Definition, state: bytes, data: Mapping[str, Any], now: datetime) -> Standing:
    """The standing a state describes; raises EngineFault for one that can't be restored."""
    case = codec.load(definition, state, Step(dict(data), now, 0))
    return Standing(views.open_tasks(case), views.waiting(case), case.completed)
