"""Which start events begin a case without a person, and what waits for a message at all."""

from collections.abc import Iterable

from pikflow.engine.model import Process
from pikflow.engine.results import Trigger

STARTING = frozenset({"message", "signal", "timer"})
_CATCHING = ("startEvent", "intermediateCatchEvent", "boundaryEvent")


def triggers(process: Process) -> tuple[Trigger, ...]:
    """The start events a message, a signal or a timer begins a case with, in file order.

    A process whose file says isExecutable="false" describes; nothing but a person or a call
    begins it.
    """
    if process.descriptive:
        return ()
    return tuple(
        Trigger(
            event.kind,  # type: ignore[arg-type]
            "" if event.kind == "timer" else event.name or event.reference or "",
            node.id,
            event.text.strip() if event.kind == "timer" else "",
        )
        for node in process.inside(None)
        if node.kind == "startEvent" and (event := node.event) and event.kind in STARTING
    )


def expects(processes: Iterable[Process], message: str) -> bool:
    """Whether some element of the processes waits for the message; one to a closed pool is
    expected by nobody."""
    for process in processes:
        for node in process.nodes.values():
            if node.kind == "receiveTask" and node.message == message:
                return True
            kinds = [e.name for e in node.events if e.kind == "message"]
            if node.kind in _CATCHING and message in kinds:
                return True
    return False
