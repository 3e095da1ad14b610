"""The runner that needs nothing but our own tables: workers look for what is due."""

import logging
import random
import threading
from collections.abc import Sequence
from typing import Any

from pikflow.errors import DatabaseBusy
from pikflow.runners.hands import Hands
from pikflow.runners.port import Desk, Errand

log = logging.getLogger(__name__)


class EmbeddedRunner:
    """Looks for due errands every `pause` seconds, and at once after a commit in this process.

    `grace` is how long the errands at hand may take after a stop, in seconds.
    """

    name = "embedded"

    def __init__(self, pause: float = 2, grace: float = 30) -> None:
        self._pause = pause
        self._grace = grace
        self._news = threading.Event()

    def prepare(self, connection: Any) -> None:
        """Our own tables are all it needs."""

    def announce(self, connection: Any, errands: Sequence[Errand]) -> None:
        """The rows themselves are the announcement."""

    def wake(self) -> None:
        """Look at once."""
        self._news.set()

    def run(self, desk: Desk, stop: threading.Event, concurrency: int) -> None:
        """Look, hand out, look again; see JobRunner.run."""
        hands = Hands(desk, concurrency, stop)
        while not stop.is_set():
            if hands.free() == 0:
                hands.wait(self._pause)
            elif self._hand_out(desk, hands) == 0:
                self._news.wait(self._pause)
                self._news.clear()
        hands.finish(self._grace)

    def _hand_out(self, desk: Desk, hands: Hands) -> int:
        """Begin as many errands as there are hands; gives how many. Several workers look at the
        same list, so each picks from it at random."""
        try:
            found = list(desk.due(4 * hands.free()))
        except DatabaseBusy as fault:
            log.error("Could not look for errands (%s); it is tried again", fault.code)
            return 0
        except Exception:
            log.exception("Could not look for errands; it is tried again")
            return 0
        random.shuffle(found)
        begun = 0
        for errand in found:
            if hands.free() == 0:
                break
            begun += hands.begin(errand)
        return begun
