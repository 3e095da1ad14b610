"""What the fault tests share: a small world on both databases, how far to look, and the ledger.

pytest tests/faults            the short form: every kind of fault, some of the places
make faults                    the long form: all places, many rounds; writes docs/faults.md
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path

import pytest
from databases import drop_database, new_database
from unit.runners.conftest import templates  # noqa: F401 - a fixture of theirs, and of ours
from unit.services.world import World, make, prepare


@dataclass(frozen=True)
class Entry:
    """One line of the ledger: what was done how often, what was lost or done twice."""

    fault: str
    subject: str
    database: str
    runs: int
    lost: int
    doubled: int
    seconds: float


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("faults")
    group.addoption("--long", action="store_true", help="every place and many rounds")
    group.addoption("--ledger", metavar="FILE", help="write what was seen as a Markdown table")


@pytest.fixture(scope="session")
def long(request: pytest.FixtureRequest) -> bool:
    """Whether this is the long form."""
    return bool(request.config.getoption("--long"))


@pytest.fixture
def every(long: bool) -> Callable[[int], range]:
    """The places to look at among n: all in the long form, about eight, with the last, else."""
    return lambda n: range(n, 0, -1 if long else -max(1, n // 8))


@pytest.fixture
def ledger(request: pytest.FixtureRequest) -> Callable[..., None]:
    """`ledger(runs=…, lost=…, doubled=…, subject=…, database=…)`; what is lost or doubled fails."""
    began = time.monotonic()

    def enter(
        *, runs: int, lost: int = 0, doubled: int = 0, subject: str = "", database: str = ""
    ) -> None:
        asked = "database_kind" in request.fixturenames
        kind = database or (request.getfixturevalue("database_kind") if asked else "sqlite")
        fault = request.node.path.stem.split("_")[1].upper()
        seconds = time.monotonic() - began
        entry = Entry(fault, subject, kind, runs, lost, doubled, seconds)
        request.node.user_properties.append(("fault", asdict(entry)))
        assert (lost, doubled) == (0, 0), f"{entry}"

    return enter


def pytest_configure(config: pytest.Config) -> None:
    place = config.getoption("--ledger")
    if place and not hasattr(config, "workerinput"):
        config.pluginmanager.register(Ledger(Path(place)))


class Ledger:
    """The page of what was seen, written anew after each test: an early end loses nothing."""

    def __init__(self, place: Path) -> None:
        self._place = place
        self._entries: list[Entry] = []
        self._failed: list[str] = []

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed:
            self._failed.append(report.nodeid)
        if report.when == "call":
            self._entries += [
                Entry(**one) for name, one in report.user_properties if name == "fault"
            ]
            self._place.write_text(self._page(), encoding="utf-8")

    def _page(self) -> str:
        rows = sorted(self._entries, key=lambda e: (int(e.fault[1:]), e.subject, e.database))
        lost, doubled = sum(e.lost for e in rows), sum(e.doubled for e in rows)
        failed = "".join(f"- failed: `{name}`\n" for name in self._failed)
        head = (
            "# Faults\n\n"
            f"Written by `make faults` on {date.today().isoformat()}. "
            "What each fault is, its test in `tests/faults/` says. "
            f"All in all {lost} lost, {doubled} doubled, "
            f"{len(self._failed)} tests failed.\n\n{failed}{failed and chr(10)}"
            "| fault | subject | database | runs | lost | doubled | seconds |\n"
            "|---|---|---|---:|---:|---:|---:|\n"
        )
        return head + "".join(
            f"| {e.fault} | {e.subject} | {e.database} | {e.runs} | {e.lost} | {e.doubled} "
            f"| {e.seconds:.0f} |\n"
            for e in rows
        )


# --- worlds ------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def template(database_kind: str, tmp_path_factory: pytest.TempPathFactory) -> str:
    """A database with the small world deployed, to be copied."""
    url = new_database(database_kind)
    prepare(url, tmp_path_factory.mktemp("files"))
    return url


@pytest.fixture
def fresh(
    database_kind: str, template: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[[], World]]:
    """A new world, as many as are asked for, one at a time."""
    made: list[tuple[World, str]] = []

    def leave() -> None:
        for world, url in made:
            world.environment.database.close()
            drop_database(url)
        made.clear()

    def make_one() -> World:
        leave()
        url = new_database(database_kind, template)
        world = World(*make(url, tmp_path_factory.mktemp("files")))
        made.append((world, url))
        return world

    yield make_one
    leave()


@pytest.fixture
def world(fresh: Callable[[], World]) -> World:
    """One new world."""
    return fresh()
