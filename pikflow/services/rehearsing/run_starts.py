"""Timer start events in a rehearsal: when each next begins a run."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from pikflow.deadlines import TimeTextError
from pikflow.engine.definition import Definition
from pikflow.engine.timers import Due, after, start_due
from pikflow.errors import DefinitionInvalid, Finding
from pikflow.expressions import ExpressionError, ExpressionFault


@dataclass(frozen=True)
class Beginning:
    """A timer start event and the instants it begins a run."""

    process_id: str
    element: str
    due: Due

    def following(self, now: datetime) -> "Beginning | None":
        """Its next turn; None when this was the last."""
        due = after(self.due, now)
        return replace(self, due=due) if due is not None else None


def beginnings(definitions: Iterable[Definition], now: datetime) -> list[Beginning]:
    """The timer start events of processes, seen from `now`.

    Raises DefinitionInvalid when one gives no time.
    """
    found = []
    for definition in definitions:
        for trigger in definition.triggers:
            if trigger.kind != "timer":
                continue
            try:
                due = start_due(trigger.text, now)
            except (TimeTextError, TypeError, ExpressionError, ExpressionFault) as fault:
                raise _no_time(definition, trigger.element) from fault
            found.append(Beginning(definition.process_id, trigger.element, due))
    return found


def _no_time(definition: Definition, element: str) -> DefinitionInvalid:
    node = definition.process.nodes[element]
    model = next(m for m in definition.models if definition.process_id in m.processes)
    message = f"Das Startereignis „{node.label}“ ergibt keinen Zeitpunkt."
    hint = "Erwartet wird ein Datum, eine Dauer wie P14D oder eine Wiederholung wie R/P1D."
    found = Finding(model.file, node.line, element, "error", "timer-invalid", message, hint)
    return DefinitionInvalid([found])
