"""When a timer falls due, from the ISO 8601 text modelers write or from a value.

Everything is worked out from the step's instant; nothing reads the clock.
"""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from pikflow.deadlines import (
    Duration,
    OutsideCalendar,
    Repeating,
    TimeTextError,
    add_duration,
    end_of_day,
    local_day,
    parse_timing,
)
from pikflow.expressions import compile_expression

FOREVER = -1

_ISO = re.compile(r"R\d*/\S+|P[\dT]\S*|\d{4}-\d\d-\d\d(T\S+)?", re.ASCII)


@dataclass(frozen=True)
class Due:
    """The next instant (UTC), the ISO duration between repeats ("" for once), and how often it
    still fires (FOREVER without end)."""

    at: datetime
    every: str = ""
    times: int = 1

    def noted(self) -> dict[str, Any]:
        """As a task keeps it in its internal data; `Due.read` takes it back."""
        return {"at": self.at.isoformat(), "every": self.every, "times": self.times}

    @classmethod
    def read(cls, noted: dict[str, Any]) -> "Due":
        return cls(datetime.fromisoformat(noted["at"]), noted["every"], noted["times"])


def is_iso(text: str) -> bool:
    """Whether `text` is plain ISO 8601 (R3/P7D, P14D, 2026-12-31), not an expression."""
    return _ISO.fullmatch(text.strip()) is not None


def due(value: Any, now: datetime) -> Due:
    """When a timer with this value fires, seen from `now`.

    A date (or its ISO text) means the end of that local day: a deadline has passed when its day
    has. Raises deadlines.TimeTextError for a text that is no time the calendar knows, TypeError
    for other values.
    """
    try:
        return _due(value, now)
    except (OutsideCalendar, OverflowError) as fault:
        raise TimeTextError(
            str(value), "Dieser Zeitpunkt liegt zu weit weg.", "Prüfen Sie die Jahreszahl."
        ) from fault


def _due(value: Any, now: datetime) -> Due:
    if isinstance(value, str):
        timing = parse_timing(value)
        if isinstance(timing, Repeating):
            every = value.strip().rpartition("/")[2]
            times = FOREVER if timing.count is None else timing.count
            if timing.start is None:
                return Due(add_duration(now, every), every, times)
            return _running(Due(timing.start, every, times), timing.every, now)
        value = timing
    if isinstance(value, Duration):
        return Due(add_duration(now, value))
    if isinstance(value, datetime):
        return Due(value.astimezone(UTC))
    if isinstance(value, date):
        return Due(end_of_day(value))
    raise TypeError(f"a timer can't be set to {type(value).__name__}")


def _running(first: Due, every: Duration, now: datetime) -> Due:
    """A cycle that began in the past, as it stands now: what was before is over; the last repeat
    of a counted cycle happens even if it is late, as a date that has passed does."""
    at, times = first.at, first.times
    if not every.months:  # most of the way in one go
        span = timedelta(days=every.days, seconds=every.seconds)
        passed = max((now - at) // span - 1, 0)
        passed = passed if times == FOREVER else min(passed, times - 1)
        at = add_duration(at, Duration(0, passed * every.days, passed * every.seconds))
        times = times if times == FOREVER else times - passed
    while at < now and times != 1:
        at = add_duration(at, every)
        times = times if times == FOREVER else times - 1
    return Due(at, first.every, times)


def start_due(text: str, now: datetime) -> Due:
    """When a timer start event begins a case; its text knows no case, only `heute`.

    Raises TimeTextError or TypeError when it gives no time, ExpressionError or ExpressionFault
    when it can't be read.
    """
    if is_iso(text):
        return due(text, now)
    return due(compile_expression(text).evaluate({"heute": local_day(now)}), now)


def after(last: Due, now: datetime) -> Due | None:
    """The repeat that follows `last`; None when it was the last one.

    Counted repeats that were missed are made up for one by one; those of an endless cycle are
    left out, so a server that was down does not wake up to a thousand reminders.
    """
    left = last.times if last.times == FOREVER else last.times - 1
    if not last.every or left == 0:
        return None
    try:
        following = add_duration(last.at, last.every)
    except OutsideCalendar:
        return None
    if left == FOREVER and following <= now:
        following = add_duration(now, last.every)
    return Due(following, last.every, left)
