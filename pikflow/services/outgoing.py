"""What a step has for other cases, and what they may bring to it: written with the step."""

from pikflow.engine.results import StepResult, WaitingEvent
from pikflow.services import outbox
from pikflow.services.environment import Unit
from pikflow.services.outbox import Order
from pikflow.store import subscriptions
from pikflow.store.cases import CaseRecord


def write(unit: Unit, case: CaseRecord, result: StepResult, step: int) -> None:
    """Keep what the case waits for, and order the delivery of what it threw (deliveries.py).

    A message that is offered to people is theirs alone: no other case can send it past its form.
    """
    if result.subscribed:
        waiting = () if result.completed else result.waiting
        wanted = [w for e in waiting if not is_offer(e) and (w := e.subscription)]
        subscriptions.write(unit.connection, case.id, wanted, unit.now)
    orders = [
        Order(
            thrown.kind,
            f"{case.id}:{thrown.kind}:{step}:{number}",
            case.id,
            {
                "name": thrown.name,
                "key": thrown.key or "",
                "element": thrown.element,
                "input": dict(thrown.payload),
            },
        )
        for number, thrown in enumerate(result.thrown)
    ]
    outbox.add(unit, orders)


def is_offer(event: WaitingEvent) -> bool:
    """Whether the case page offers the event to people."""
    return event.kind == "message" and bool(event.attributes.get("lane"))
