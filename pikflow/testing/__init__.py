"""What integrators test with: processes without an app, stand-ins for what a host brings, and the
contracts of what they write themselves. docs/testing.md shows how.
"""

from pikflow.services.clocks import Clock
from pikflow.services.rehearsing.rehearsal import Rehearsal
from pikflow.services.rehearsing.runs import HistoryRecord, OpenTask, Run, RunError, WaitingEvent
from pikflow.services.submissions import AnswersInvalid
from pikflow.testing.contracts import ConnectorContract, IdentityContract
from pikflow.testing.fakes import Identity, Recorder

__all__ = [
    "AnswersInvalid",
    "Clock",
    "ConnectorContract",
    "HistoryRecord",
    "Identity",
    "IdentityContract",
    "OpenTask",
    "Recorder",
    "Rehearsal",
    "Run",
    "RunError",
    "WaitingEvent",
]
