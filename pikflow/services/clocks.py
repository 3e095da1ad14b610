"""A clock that is moved by hand, for journeys, rehearsals and tests."""

from datetime import datetime, timedelta


class Clock:
    """A clock that stands where it was put; `tick` is added at every look, so that what happens
    one after the other has an order."""

    def __init__(self, now: datetime, tick: timedelta = timedelta(0)) -> None:
        self.now = now
        self._tick = tick

    def __call__(self) -> datetime:
        self.now += self._tick
        return self.now

    def advance(self, span: timedelta) -> datetime:
        """Move it forward; gives the instant it then shows. ValueError for a span below zero."""
        if span < timedelta(0):
            raise ValueError("time does not go back")
        self.now += span
        return self.now
