"""Jobs are written in the transaction of the step that wants them, and announced in it."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pikflow import logs
from pikflow.runners.port import Errand, RunnerFault
from pikflow.services.environment import Unit
from pikflow.store import work

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Order:
    """One job that is wanted: `kind` names its handler (Jobs.handlers), `key` is the same however
    often the step is repeated, `payload` holds ids, never personal data."""

    kind: str
    key: str
    case_id: int
    payload: Mapping[str, Any]


def add(unit: Unit, orders: Sequence[Order]) -> None:
    """Write jobs that are due at once; with the transaction they come or they don't."""
    if not orders:
        return
    rows = [
        {
            "kind": order.kind,
            "key": order.key,
            "instance_id": order.case_id,
            "payload": {**order.payload, **_origin()},
            "state": work.WAITING,
            "due": unit.now,
            "created_at": unit.now,
        }
        for order in orders
    ]
    ids = work.add_jobs(unit.connection, rows)
    owners = (order.case_id for order in orders)
    announce(unit, [Errand("job", *pair) for pair in zip(ids, owners, strict=True)])


def _origin() -> dict[str, str]:
    """The request that led here, for the logs of the job."""
    return {"request": logs.request_id()} if logs.request_id() else {}


def announce(unit: Unit, errands: Sequence[Errand]) -> None:
    """Tell the runner in this transaction, and wake it after. What it does not take stays for the
    sweeper: a queue that is out of order holds nobody's work up."""
    environment = unit.environment
    try:
        environment.runner.announce(unit.connection, errands)
    except RunnerFault as fault:
        log.error("%s; the sweeper announces it later", fault)
        return
    now = environment.database.now(unit.connection)
    jobs = [errand.id for errand in errands if errand.kind == "job"]
    work.set_announced(unit.connection, jobs, now)
    unit.tell(environment.signals.work_added)
