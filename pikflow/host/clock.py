"""The demo's clock: the real time plus a number of days somebody moved it forward."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

LONGEST_MOVE = 400  # days in one go


class DemoClock:
    """A clock that can be moved forward, never back; the offset lies in a file of the instance
    folder, so that every process of the demo shares it."""

    def __init__(self, file: Path) -> None:
        self.file = file

    def __call__(self) -> datetime:
        """The demo's current instant, aware, in UTC."""
        return datetime.now(UTC) + timedelta(days=self.days())

    def days(self) -> int:
        """How many days the clock is ahead of the real time."""
        try:
            return int(json.loads(self.file.read_text(encoding="utf-8"))["days"])
        except FileNotFoundError:
            return 0

    def advance(self, days: int) -> None:
        """Move the clock forward; raises ValueError for less than one day or more than 400."""
        if not 1 <= days <= LONGEST_MOVE:
            raise ValueError(f"between 1 and {LONGEST_MOVE} days, not {days}")
        fresh = self.file.with_suffix(".new")
        fresh.write_text(json.dumps({"days": self.days() + days}), encoding="utf-8")
        fresh.replace(self.file)
