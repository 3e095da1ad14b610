"""What a kind of job does: one Handler per kind, registered in Jobs.handlers."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from pikflow.errors import PikFlowError
from pikflow.services.environment import Environment, Unit
from pikflow.store.work import JobRecord


@dataclass(frozen=True)
class Handler:
    """The parts of a job, in the order they happen.

    `outside(environment, job)` has effects elsewhere, with no transaction open, at least once: it
    carries `job.key` outward. `inside(unit, job, outcome)` changes our own data, exactly once: it
    shares the transaction with the job's end; `outcome` is what `outside` gave. `rescue(unit, job,
    fault)` says whether the case has a way out after the last attempt failed, and takes it.
    """

    inside: Callable[[Unit, JobRecord, Any], object]
    outside: Callable[[Environment, JobRecord], Any] | None = None
    rescue: Callable[[Unit, JobRecord, PikFlowError], bool] | None = None
