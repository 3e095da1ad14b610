"""Errands side by side: what hangs is left behind, what follows is done."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest

from pikflow.runners import hands
from pikflow.runners.embedded import EmbeddedRunner
from pikflow.runners.hands import Hands
from pikflow.runners.port import Errand, RunnerFault


@dataclass
class Bench:
    """A desk without a database: `todo` are errands, `work` what is done for each."""

    todo: list[Errand] = field(default_factory=list)
    work: Callable[[Errand], object] = lambda errand: None
    seconds: float = 0.1
    done: list[int] = field(default_factory=list)

    def due(self, limit: int) -> list[Errand]:
        found, self.todo = self.todo[:limit], self.todo[limit:]
        return found

    def perform(self, errand: Errand) -> Errand | None:
        self.work(errand)
        self.done.append(errand.id)
        return Errand("job", errand.id + 100, errand.case_id) if errand.id < 100 else None


def test_a_case_has_one_hand_and_what_follows_is_done() -> None:
    gate = threading.Event()
    bench = Bench(work=lambda errand: gate.wait(5), seconds=10)
    pair = Hands(bench, 2, threading.Event())
    assert pair.begin(Errand("job", 1, 7)) and not pair.begin(Errand("job", 2, 7))
    assert pair.begin(Errand("job", 3, 8)) and pair.free() == 0
    gate.set()
    assert pair.finish(5) and sorted(bench.done) == [1, 3, 101, 103]


def test_after_a_stop_nothing_follows() -> None:
    stop, bench = threading.Event(), Bench()
    bench.work = lambda errand: stop.set()
    pair = Hands(bench, 1, stop)
    pair.begin(Errand("job", 1, 7))
    assert pair.finish(5) and bench.done == [1]


def test_too_much_that_hangs_ends_the_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hands, "MOST_LEFT_BEHIND", 2)
    gate = threading.Event()
    bench = Bench(work=lambda errand: gate.wait(10), seconds=0.05)
    bench.todo = [Errand("job", n, n) for n in range(9)]
    with pytest.raises(RunnerFault, match="3 jobs hang"):
        EmbeddedRunner(pause=0.01).run(bench, threading.Event(), 1)
    gate.set()


def test_what_comes_back_is_counted_no_more() -> None:
    gate = threading.Event()
    bench = Bench(work=lambda errand: gate.wait(10), seconds=0.05)
    pair, told = Hands(bench, 1, threading.Event()), threading.Event()
    pair.begin(Errand("job", 1, 7), told.set)
    while pair.free() == 0:
        time.sleep(0.01)
    assert told.is_set() and pair._left_behind == 1
    gate.set()
    for _ in range(500):
        if pair._left_behind == 0:
            break
        time.sleep(0.01)
    assert pair._left_behind == 0 and bench.done == [1], "its case belongs to another by now"


def test_a_database_that_is_away_ends_no_worker() -> None:
    bench, stop = Bench(seconds=10), threading.Event()
    bench.todo = [Errand("job", 1, 1)]
    faults = [ConnectionError("look"), ConnectionError("look")]
    look = bench.due

    def due(limit: int) -> list[Errand]:
        if faults:
            raise faults.pop()
        return look(limit)

    bench.due = due  # type: ignore[method-assign]
    bench.work = lambda errand: stop.set()
    EmbeddedRunner(pause=0.01).run(bench, stop, 1)
    assert bench.done == [1]
