"""What a job runner is, and what it may ask for.

A runner only carries errands to workers, at least once. Whether an errand is still to be done,
whose turn it is and what its end is stands in our own rows: so a runner may lose an errand (the
sweeper announces it again) or carry it twice (the second one finds it done).
"""

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol


@dataclass(frozen=True)
class Errand:
    """Something to run: the job `id` of a case, or with kind "timer" the case's own due timer."""

    kind: Literal["job", "timer"]
    id: int
    case_id: int

    @property
    def key(self) -> str:
        """The same for the same errand."""
        return f"{self.kind}:{self.id}"


class Desk(Protocol):
    """Where a runner gets errands and has them done; the services' Jobs is the one in use."""

    @property
    def seconds(self) -> int:
        """How long one errand may take, in seconds; after that another worker takes it over."""

    def due(self, limit: int) -> Sequence[Errand]:
        """Errands that are due now, earliest first."""

    def perform(self, errand: Errand) -> Errand | None:
        """Do it; gives the case's next one. Raises only when the database is away."""


class JobRunner(Protocol):
    """A way to bring errands to workers."""

    @property
    def name(self) -> str:
        """As in PIKFLOW_JOBS_RUNNER."""

    def prepare(self, connection: Any) -> None:
        """Create what it needs in the database; safe to run again. Part of `init-db`."""

    def announce(self, connection: Any, errands: Sequence[Errand]) -> None:
        """Take errands up inside the caller's transaction: a rollback leaves nothing.

        A fault of the runner's own raises RunnerFault and leaves the transaction usable.
        """

    def wake(self) -> None:
        """There may be something to do: called after the commit, from any thread."""

    def run(self, desk: Desk, stop: threading.Event, concurrency: int) -> None:
        """Work until `stop` is set, `concurrency` errands at a time; finishes what is at hand.

        Raises RunnerFault when this process can't go on and has to be started anew.
        """


class RunnerFault(Exception):
    """The runner can't do what it should; the text is for the log and holds no personal data."""
