"""What integrators test with: processes without an app, and stand-ins for what a host brings.

from pikflow.testing import Rehearsal
"""

from pikflow.services.rehearsal import Clock, Rehearsal
from pikflow.services.runs import HistoryRecord, OpenTask, Run, RunError, WaitingEvent
from pikflow.services.submissions import AnswersInvalid

__all__ = [
    "AnswersInvalid",
    "Clock",
    "HistoryRecord",
    "OpenTask",
    "Rehearsal",
    "Run",
    "RunError",
    "WaitingEvent",
]
