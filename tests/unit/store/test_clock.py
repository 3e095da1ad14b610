"""The clock all processes share: the machine's own, put right by the database's."""

from datetime import UTC, datetime, timedelta

import pytest

from pikflow.store import clock
from pikflow.store.clock import SteadyClock
from pikflow.store.database import Database


@pytest.mark.parametrize("wrong", [timedelta(hours=1), timedelta(days=-1)])
def test_a_wrong_machine_tells_the_database_s_time(
    database: Database, monkeypatch: pytest.MonkeyPatch, wrong: timedelta
) -> None:
    monkeypatch.setattr(clock, "utc_now", lambda: datetime.now(UTC) + wrong)
    steady = SteadyClock(lambda: clock.utc_now(), database)
    assert abs(steady() - datetime.now(UTC)) < timedelta(seconds=2)


def test_a_clock_somebody_moved_on_purpose_stays_moved(database: Database) -> None:
    """A demo's clock is ahead; the machine it runs on is not."""
    steady = SteadyClock(lambda: datetime(2031, 5, 1, tzinfo=UTC), database)
    assert steady() == datetime(2031, 5, 1, tzinfo=UTC)


def test_while_the_database_is_away_the_last_difference_holds(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clock, "utc_now", lambda: datetime.now(UTC) + timedelta(hours=1))
    monkeypatch.setattr(clock, "_EVERY", 0)
    steady = SteadyClock(lambda: clock.utc_now(), database)
    steady()
    away = Database("postgresql+psycopg://nobody@127.0.0.1:1/nothing?connect_timeout=1")
    steady._database = away
    assert abs(steady() - datetime.now(UTC)) < timedelta(seconds=2)
    away.close()
