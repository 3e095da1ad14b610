"""F6: days that have 23 or 25 hours, 29 February, the year's end, a day's end; wrong clocks.

The instants were worked out by hand from the calendar and the two offsets of Germany: +01:00, and
from the last Sunday in March to the last Sunday in October, at 01:00 UTC each, +02:00.
"""

import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from crew import SETUPS, crew_of
from sqlalchemy import update
from unit.services.world import World, bundle

from pikflow.engine import timers
from pikflow.host.clock import DemoClock
from pikflow.store.tables import funding_round, timer

# The text of the timer, when the case starts, when it is due (UTC), what is special.
DUE = (
    ("P30D", "2026-03-15T09:00", "2026-04-14T08:00", "an hour less in between"),
    ("P30D", "2026-10-10T09:00", "2026-11-09T10:00", "an hour more in between"),
    ("P1D", "2026-03-28T01:30", "2026-03-29T01:30", "02:30 does not exist: 03:30 +02:00"),
    ("P1D", "2026-10-24T00:30", "2026-10-25T00:30", "02:30 exists twice: the first"),
    ("PT24H", "2026-03-28T12:00", "2026-03-29T12:00", "hours are hours"),
    ("P30D", "2028-01-30T09:00", "2028-02-29T09:00", "29 February"),
    ("P1Y", "2028-02-29T09:00", "2029-02-28T09:00", "a year after 29 February"),
    ("P1M", "2028-01-31T09:00", "2028-02-29T09:00", "a month after 31 January"),
    ("P30D", "2026-12-02T09:00", "2027-01-01T09:00", "the year's end"),
    ("P1D", "2026-12-31T22:59", "2027-01-01T22:59", "23:59 on New Year's Eve"),
    ("2026-12-31", "2026-03-02T09:00", "2026-12-31T23:00", "31 December ends at its 24:00"),
    ("2026-06-30", "2026-03-02T09:00", "2026-06-30T22:00", "so does a day in summer"),
    ("2026-03-29", "2026-03-02T09:00", "2026-03-29T22:00", "the day of 23 hours"),
    ("2026-10-25", "2026-03-02T09:00", "2026-10-25T23:00", "the day of 25 hours"),
    ("2028-02-29", "2028-01-02T09:00", "2028-02-29T23:00", "the day that is no year's but every 4"),
)


def _utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def _with_timer(world: World, text: str) -> None:
    """The deadline of mini is this one."""
    kind = "timeDuration" if text.startswith("P") else "timeDate"
    files = bundle()
    plain = b'<bpmn:timeDuration xsi:type="bpmn:tFormalExpression">P30D</bpmn:timeDuration>'
    assert plain in files["mini.bpmn"]
    files["mini.bpmn"] = files["mini.bpmn"].replace(
        plain, plain.replace(b"timeDuration", kind.encode()).replace(b"P30D", text.encode())
    )
    world.services.definitions.deploy(files)
    with world.environment.command() as unit:
        unit.connection.execute(update(funding_round).values(deadline=date(2030, 12, 31)))


def _fires(world: World, begins: str, due: str) -> tuple[int, int]:
    """How many timers fire a second before it is due, and then."""
    world.clock.now = _utc(begins)
    world.start()
    world.clock.now = _utc(due) - timedelta(seconds=1)
    early = world.services.jobs.run_due()
    world.clock.now = _utc(due)
    return early, world.services.jobs.run_due()


def _wrong(world: World, chosen: Any) -> list[str]:
    """What is special about those that don't fire when they should."""
    _with_timer(world, chosen[0])
    return [] if _fires(world, *chosen[1:3]) == (0, 1) else [chosen[3]]


def test_deadlines_end_when_the_calendar_says(fresh: Callable[[], World], ledger: Any) -> None:
    wrong = [special for chosen in DUE for special in _wrong(fresh(), chosen)]
    assert wrong == []
    ledger(runs=len(DUE), subject="deadlines worked out by hand")


def test_notices_days_of_24_hours(
    fresh: Callable[[], World], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Counted in UTC, a deadline is an hour off after the clocks changed."""
    monkeypatch.setattr(timers, "add_duration", lambda now, span: now + timedelta(days=span.days))
    wrong = [special for chosen in DUE[:3] for special in _wrong(fresh(), chosen)]
    assert wrong == [DUE[0][3], DUE[1][3]]


def test_notices_days_that_end_at_noon(
    fresh: Callable[[], World], monkeypatch: pytest.MonkeyPatch
) -> None:
    def noon(day: date) -> datetime:
        return datetime(day.year, day.month, day.day, 12, tzinfo=UTC)

    monkeypatch.setattr(timers, "end_of_day", noon)
    assert _wrong(fresh(), DUE[10]) == [DUE[10][3]]


@pytest.mark.parametrize(("runner", "kind"), SETUPS, ids=map("-".join, SETUPS))
def test_machines_whose_clocks_are_off_fire_at_the_right_time(
    runner: str, kind: str, templates: dict[str, str], tmp_path: Path, ledger: Any
) -> None:
    """An hour and a day, ahead and behind. Nothing is fired early; what is due is fired although
    the only machine left is a day behind."""
    hours = (1, -1, 24, -24)
    with crew_of(runner, templates[kind], tmp_path) as crew:
        crew.start_cases(2, ahead=timedelta(hours=12))  # due in 30.5 days: nearer than a day
        DemoClock(tmp_path / "clock.json").advance(30)
        for off in hours:
            crew.worker(ahead=timedelta(hours=off), concurrency=1)
        crew.order(4)
        crew.wait(lambda: crew.open_jobs() == 0, 30)
        crew.wait(lambda: _alive(crew) == len(hours), 30)
        time.sleep(1)  # two rounds of the sweeper
        early = 2 - crew.count(timer)
        for process in crew.workers[:-1]:
            process.terminate()
        DemoClock(tmp_path / "clock.json").advance(1)
        crew.wait(lambda: crew.count(timer) == 0, 30)
        ran, fired = crew.ran(), crew.times("30 Tage")
    assert early == 0
    ledger(
        runs=len(hours),
        lost=2 - len(fired) + 4 - len(set(ran)),
        doubled=sum(fired) - len(fired) + len(ran) - len(set(ran)),
        subject=f"{runner}: clocks off by an hour and by a day",
        database=kind,
    )


def test_notices_workers_that_believe_their_own_clocks(
    templates: dict[str, str], tmp_path: Path
) -> None:
    with crew_of("embedded", templates["sqlite"], tmp_path, without="steady") as crew:
        crew.start_cases(2, ahead=timedelta(hours=12))
        DemoClock(tmp_path / "clock.json").advance(30)
        crew.worker(ahead=timedelta(hours=24))
        crew.wait(lambda: crew.count(timer) == 0, 30)  # half a day early


def _alive(crew: Any) -> int:
    return sum(one["alive"] for one in crew.services.jobs.health().workers)
