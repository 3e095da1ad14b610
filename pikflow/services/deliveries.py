"""Messages and signals on their way to other cases and to start events, after the commit.

A message goes to one case; while nobody waits for it yet it is tried again, and in the end it is
an incident of its sender. A signal goes to all that waited for it when it was thrown, each in a
transaction of its own. What reaches another case is the payload and nothing else, and a payload
can't say what only a case itself knows (start_data.START_NAMES).
"""

from collections.abc import Iterable
from typing import Any

from pikflow.engine import runtime
from pikflow.engine.results import StepResult
from pikflow.errors import Conflict, EngineFault
from pikflow.services import arrivals, outbox, start_data, steps
from pikflow.services.environment import Unit
from pikflow.services.handlers import Handler
from pikflow.services.outbox import Order
from pikflow.services.progress import Deed
from pikflow.store import cases, subscriptions
from pikflow.store.cases import CaseRecord
from pikflow.store.subscriptions import Subscription
from pikflow.store.work import JobRecord


def send_message(unit: Unit, job: JobRecord, _: Any) -> None:
    """Give a message to the case that waits for it, else to the start event of its name.

    Raises Conflict("message-not-expected") while a process knows it and nobody waits,
    EngineFault("message-ambiguous") when several cases or start events do, EngineFault(
    "payload-reserved").
    """
    name, key = job.payload["name"], job.payload["key"] or None
    payload = _payload(job)
    found = subscriptions.for_message(unit.connection, name, key, sender=job.instance_id)
    if len({one.instance_id for one in found}) > 1:
        raise _ambiguous(name)
    if found:
        _give(unit, job, found[0], key, payload)
        return
    starts = arrivals.starts(unit, "message", name)
    if len(starts) > 1:
        raise _ambiguous(name)
    if starts:
        outbox.add(unit, [_start(job, *starts[0])])
    elif arrivals.is_expected(unit, job.instance_id, name):
        raise Conflict("message-not-expected", f"Auf die Nachricht „{name}“ wartet niemand.")


def _give(
    unit: Unit, job: JobRecord, taker: Subscription, key: str | None, payload: dict[str, Any]
) -> None:
    case = cases.lock(unit.connection, taker.instance_id)
    if case is None:
        return
    version = steps.pinned(unit, case.definition_id)
    data = start_data.refreshed(unit, case.data, case)
    try:
        result = runtime.send_message(
            version.definition,
            case.engine_state,
            data,
            taker.name,
            payload,
            unit.now,
            key=key if taker.key else None,
        )
    except EngineFault:  # the taker can't go on: its own incident, not one of the sender
        outbox.add(unit, [_event(job, taker.instance_id, [taker])])
        return
    steps.take(unit, case, version, result, Deed("message"))


def send_signal(unit: Unit, job: JobRecord, _: Any) -> None:
    """Order the delivery of a signal to every case that waited for it and every start event."""
    _payload(job)
    name, takers = job.payload["name"], dict[int, list[Subscription]]()
    for one in subscriptions.for_signal(
        unit.connection, name, thrown=job.created_at, sender=job.instance_id
    ):
        takers.setdefault(one.instance_id, []).append(one)
    orders = [_event(job, instance_id, rows) for instance_id, rows in takers.items()]
    orders += [_start(job, *start) for start in arrivals.starts(unit, "signal", name)]
    outbox.add(unit, orders)


def bring_about(unit: Unit, job: JobRecord, _: Any) -> None:
    """Let the events happen in one case; those that are over are left out."""
    case = cases.lock(unit.connection, job.instance_id)
    if case is None or case.state != cases.OPEN:
        return
    wanted = set(job.payload["events"])
    waiting = [
        one
        for one in subscriptions.of_case(unit.connection, job.instance_id)
        if one.event_id in wanted
    ]
    if not waiting:
        return
    version = steps.pinned(unit, case.definition_id)
    steps.take(unit, case, version, _step(unit, case, version, job, waiting), Deed(waiting[0].kind))


def _step(
    unit: Unit, case: CaseRecord, version: steps.Pinned, job: JobRecord, waiting: list[Subscription]
) -> StepResult:
    first, payload = waiting[0], _payload(job)
    data = start_data.refreshed(unit, case.data, case)
    before = (version.definition, case.engine_state, data)
    if first.kind == "message":
        return runtime.send_message(*before, first.name, payload, unit.now, event_id=first.event_id)
    only = [one.event_id for one in waiting]
    return runtime.send_signal(*before, first.name, payload, unit.now, only=only)


def _payload(job: JobRecord) -> dict[str, Any]:
    payload = dict(job.payload.get("input") or {})
    taken = sorted(start_data.START_NAMES & payload.keys())
    if taken:
        raise EngineFault(
            "payload-reserved",
            f"„{taken[0]}“ sagt jeder Vorgang selbst; eine Nachricht kann es nicht ändern.",
            "Nehmen Sie in pik:input einen anderen Namen.",
        )
    return payload


def _event(job: JobRecord, instance_id: int, rows: Iterable[Subscription]) -> Order:
    payload = {"events": [one.event_id for one in rows], "input": job.payload.get("input")}
    return Order("event", f"{job.key}:{instance_id}", instance_id, payload)


def _start(job: JobRecord, process: str, element: str) -> Order:
    payload = {
        "process": process,
        "element": element,
        "key": job.payload["key"],
        "input": job.payload.get("input"),
    }
    return Order("start", f"{job.key}:{process}:{element}", job.instance_id, payload)


def _ambiguous(name: str) -> EngineFault:
    return EngineFault(
        "message-ambiguous",
        f"Die Nachricht „{name}“ kann mehrere meinen.",
        "Sagen Sie mit pik:key an beiden Seiten, für welchen Vorgang sie ist.",
    )


HANDLERS = {
    "message": Handler(inside=send_message),
    "signal": Handler(inside=send_signal),
    "event": Handler(inside=bring_about),
    "start": Handler(inside=arrivals.start_case),
}
