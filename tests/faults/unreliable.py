"""A job runner that loses errands, doubles them, brings them too early and in any order."""

import random
import threading
from collections import Counter
from collections.abc import Sequence
from typing import Any

from pikflow.errors import DatabaseBusy
from pikflow.runners.port import Desk, Errand

FATES = ("lost", "once", "twice", "thrice")


class UnreliableRunner:
    """Keeps errands in memory; `fates` counts what became of the announcements."""

    name = "unreliable"

    def __init__(self, seed: int) -> None:
        self._fate, self._order = random.Random(seed), random.Random(seed)
        self._guard = threading.Lock()
        self._waiting: list[Errand] = []
        self.fates: Counter[str] = Counter()
        self.faults: list[BaseException] = []

    def prepare(self, connection: Any) -> None:
        """It has no tables."""

    def announce(self, connection: Any, errands: Sequence[Errand]) -> None:
        """Before the commit: a worker may come to an errand that does not exist yet."""
        with self._guard:
            for errand in errands:
                fate = self._fate.randrange(len(FATES))
                self.fates[FATES[fate]] += 1
                self._waiting += [errand] * fate

    def wake(self) -> None:
        """It looks all the time."""

    def run(self, desk: Desk, stop: threading.Event, concurrency: int) -> None:
        """Do errands in any order, the doubled ones at the same time."""

        def work() -> None:
            while not stop.is_set():
                errand = self._pick()
                if errand is None:
                    stop.wait(0.01)
                else:
                    self._do(desk, errand)

        threads = [threading.Thread(target=work, daemon=True) for _ in range(concurrency)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    def _pick(self) -> Errand | None:
        with self._guard:
            if not self._waiting:
                return None
            return self._waiting.pop(self._order.randrange(len(self._waiting)))

    def _do(self, desk: Desk, errand: Errand) -> None:
        try:
            desk.perform(errand)
        except DatabaseBusy:
            return  # lost; it is announced again
        except BaseException as fault:
            self.faults.append(fault)
