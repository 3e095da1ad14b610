"""Errands side by side in one process, each in a thread that is left behind when it hangs.

A thread can't be ended from outside. An errand that takes longer than its lease belongs to somebody
else by then, and what the thread still does is refused at its end; so its place is given away.
"""

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from pikflow.errors import DatabaseBusy
from pikflow.runners.port import Desk, Errand, RunnerFault

log = logging.getLogger(__name__)

MOST_LEFT_BEHIND = 20  # hanging threads one process bears before it has to be started anew
_AGAIN = 1.0  # seconds before the next try when the database is away


@dataclass(eq=False)
class Hand:
    """One errand at work; `tell` is called once, when it is finished or left behind."""

    errand: Errand
    since: float
    tell: Callable[[], object]
    over: bool = False


class Hands:
    """Up to `count` errands at a time, never two of one case."""

    def __init__(self, desk: Desk, count: int, stop: threading.Event) -> None:
        self._desk = desk
        self._count = count
        self._stop = stop
        self._busy: dict[int, Hand] = {}
        self._left_behind = 0
        self._change = threading.Condition()

    def free(self) -> int:
        """How many more errands can be begun; raises RunnerFault after too many hung."""
        with self._change:
            self._leave_behind()
            if self._left_behind > MOST_LEFT_BEHIND:
                raise RunnerFault(f"{self._left_behind} jobs hang in this process")
            return self._count - len(self._busy)

    def wait(self, seconds: float) -> None:
        """Until an errand is done, at most so long."""
        with self._change:
            self._change.wait(seconds)

    def begin(self, errand: Errand, tell: Callable[[], object] = lambda: None) -> bool:
        """Do an errand and those of the same case that follow; False while its case is at work."""
        with self._change:
            if errand.case_id in self._busy:
                return False
            hand = Hand(errand, time.monotonic(), tell)
            self._busy[errand.case_id] = hand
        name = f"pikflow-{errand.key}"
        threading.Thread(target=self._work, args=(hand,), name=name, daemon=True).start()
        return True

    def finish(self, seconds: float) -> bool:
        """Wait for all errands at hand, at most so long; False when one is still at work."""
        until = time.monotonic() + seconds
        with self._change:
            while self._busy and time.monotonic() < until:
                self._change.wait(min(1.0, max(0.0, until - time.monotonic())))
                self._leave_behind()
            return not self._busy

    def _work(self, hand: Hand) -> None:
        following: Errand | None = hand.errand
        try:
            while following is not None:
                hand.errand, hand.since = following, time.monotonic()
                following = self._desk.perform(hand.errand)
                if self._stop.is_set() or hand.over:
                    break
        except DatabaseBusy as fault:
            log.error("An errand (%s) waits: %s", hand.errand.key, fault.code)
            self._stop.wait(_AGAIN)
        except Exception:
            log.exception("An errand (%s) could not be done; it is tried again", hand.errand.key)
            self._stop.wait(_AGAIN)
        finally:
            self._put_down(hand)

    def _put_down(self, hand: Hand) -> None:
        with self._change:
            if hand.over:
                self._left_behind -= 1
            else:
                self._close(hand)

    def _leave_behind(self) -> None:
        oldest = time.monotonic() - self._desk.seconds
        for hand in list(self._busy.values()):
            if hand.since <= oldest:
                log.error("An errand (%s) hangs; its lease ran out", hand.errand.key)
                self._left_behind += 1
                self._close(hand)

    def _close(self, hand: Hand) -> None:
        del self._busy[hand.errand.case_id]
        hand.over = True
        hand.tell()
        self._change.notify_all()
