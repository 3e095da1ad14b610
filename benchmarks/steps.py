"""What one completed user task costs: `python -m benchmarks.steps` (`make bench`), about 2 minutes;
with sizes of its own (`15 75`) shorter.

Library, engine, services and floor take turns, a round of six tasks each, so that whatever else
the machine does meets them all. A figure is the median of its rounds; a ratio is the median of
the ratios within each round.
"""

import argparse
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from statistics import median

from benchmarks import picture, report
from benchmarks.contest import LOOP, NOW, services
from benchmarks.floor import Store
from benchmarks.library import LibraryCase
from benchmarks.ours import EngineCase, ServiceCase, Sizes, size_of
from tests.databases import KINDS, new_database

SIZES = (15, 75, 375, 1_500, 10_000)  # finished user tasks in the case
LIBRARY_ENDS = 400  # past about 490 user tasks the library no longer runs the case
ROUNDS = 8


@dataclass
class Measured:
    """Milliseconds a task of every contestant, one entry per round, at one size."""

    finished: int
    times: dict[str, list[float]] = field(default_factory=dict)
    sizes: Sizes | None = None
    library_bytes: int = 0

    def add(self, name: str, milliseconds: float) -> None:
        self.times.setdefault(name, []).append(milliseconds)

    def middle(self, name: str) -> float:
        return median(self.times[name])

    def ratio(self, name: str, base: str) -> float:
        pairs = zip(self.times[name], self.times[base], strict=True)
        return median(one / other for one, other in pairs)


def timed(step: Callable[[], None], prepare: Callable[[], None] = lambda: None) -> float:
    """Milliseconds a task, over one round; `prepare` is not counted."""
    total = 0.0
    for _ in range(LOOP):
        prepare()
        begin = time.perf_counter()
        step()
        total += time.perf_counter() - begin
    return total / LOOP * 1000


def run(url: str, sizes: Sequence[int]) -> Iterator[Measured]:
    """The contest on one database, size after size."""
    flow = services(url)
    store = Store(url)
    ours, engine, library = ServiceCase(flow, NOW.year), EngineCase(), LibraryCase(store)
    done = 0
    for size in sizes:
        for _ in range(size - done):
            ours.step()
            ours.prepare()
            engine.step()
        for _ in range(size - done if size < LIBRARY_ENDS else 0):
            library.step()
        yield measure(size, store, ours, engine, library)
        done = size + LOOP * ROUNDS
    flow.environment.database.close()


def measure(
    size: int, store: Store, ours: ServiceCase, engine: EngineCase, library: LibraryCase
) -> Measured:
    """Some rounds at one size; the library goes back to where it stood after each."""
    found = Measured(size, library_bytes=len(library.text.encode()))
    stood = library.text
    state, data, details = ours.contents()
    key = store.open_case(state, data)
    contestants: dict[str, Callable[[], float]] = {
        "floor": lambda: timed(lambda: store.step(key, state, data, details)),
        "engine": lambda: timed(engine.step),
        "services": lambda: timed(ours.step, ours.prepare),
    }
    if size < LIBRARY_ENDS:
        contestants["library"] = lambda: timed(library.step)
    names = list(contestants)
    for turn in range(ROUNDS):
        for name in names[turn % len(names) :] + names[: turn % len(names)]:
            found.add(name, contestants[name]())
        library.text = stood
    ours.prepare()
    found.sizes = size_of(ours)
    return found


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("sizes", nargs="*", type=int, default=SIZES)
    options.add_argument("--docs", action="store_true", help="write docs/performance.md, too")
    asked = options.parse_args()
    results: dict[str, list[Measured]] = {}
    for kind in KINDS:
        results[kind] = []
        for one in run(new_database(kind, durable=True), asked.sizes):
            results[kind].append(one)
            sys.stderr.write(f"{kind}: {one.finished} tasks\n")
    sys.stdout.write(f"{report.times(results)}\n{report.sizes(results)}")
    if asked.docs:
        page = report.PAGE.read_text(encoding="utf-8")
        page = report.replaced(page, "times", report.times(results))
        page = report.replaced(page, "sizes", report.sizes(results))
        report.PAGE.write_text(page, encoding="utf-8")
        drawn = picture.draw(report.lines(results), title="Milliseconds a completed task takes")
        report.PICTURE.write_text(drawn, encoding="utf-8")


if __name__ == "__main__":
    main()
