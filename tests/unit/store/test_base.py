"""Values come back from the database as they went in."""

from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import insert
from sqlalchemy.exc import StatementError

from pikflow.store import definitions, rounds, settings
from pikflow.store.base import new_id
from pikflow.store.database import Database
from pikflow.store.rounds import ShareRecord
from pikflow.store.tables import deployment

NOON = datetime(2026, 3, 29, 12, tzinfo=ZoneInfo("Europe/Berlin"))


def _round(**changes: object) -> dict[str, object]:
    row: dict[str, object] = {
        "measure": "mini", "year": 2026, "name": "Runde", "state": "open",
        "budget": Decimal("1000.005"), "opens": date(2026, 1, 1), "deadline": None,
        "data": {"satz": Decimal("1.50"), "tage": [date(2026, 1, 1)]}, "created_at": NOON,
    }  # fmt: skip
    return row | changes


def test_keeps_amounts_dates_instants_and_values(database: Database) -> None:
    with database.write() as connection:
        round_id = rounds.save(connection, _round())
        found = rounds.by_id(connection, round_id)
    assert found is not None
    assert found.budget == Decimal("1000.01")
    assert found.opens == date(2026, 1, 1)
    assert found.created_at == NOON
    assert found.created_at.tzinfo is UTC
    assert found.data == {"satz": Decimal("1.50"), "tage": [date(2026, 1, 1)]}


def test_refuses_an_instant_without_a_zone(database: Database) -> None:
    naive = NOON.replace(tzinfo=None)
    with pytest.raises(StatementError, match="time zone"), database.write() as connection:
        rounds.save(connection, _round(created_at=naive))


def test_opening_the_same_year_again_rewrites_the_round(database: Database) -> None:
    with database.write() as connection:
        first = rounds.save(connection, _round())
        second = rounds.save(connection, _round(name="Neu"))
        assert first == second
        assert [entry.name for entry in rounds.of_measure(connection, "mini")] == ["Neu"]


def test_shares_are_replaced_as_a_whole(database: Database) -> None:
    with database.write() as connection:
        round_id = rounds.save(connection, _round())
        rounds.set_shares(connection, round_id, [ShareRecord("a", Decimal("5.10"), {"n": 1})])
        rounds.set_shares(connection, round_id, [ShareRecord("b", None, {})])
        assert [share.organisation_id for share in rounds.shares(connection, round_id)] == ["b"]
        assert rounds.share_of(connection, round_id, "a") is None


def test_settings_hold_any_value(database: Database) -> None:
    with database.write() as connection:
        for value in (Decimal("1.5"), {"a": [True, None, "ß"]}, date(2026, 2, 28)):
            settings.put(connection, "key", value)
            assert settings.get(connection, "key") == value


def test_lines_are_cut_to_their_column(database: Database) -> None:
    with database.write() as connection:
        made = connection.execute(insert(deployment).values(hash="h", created_at=NOON))
        row = {"key": "p", "version": 1, "hash": "", "created_at": NOON}
        row |= {"deployment_id": new_id(made), "name": "a\0" + "b" * 400}
        key = definitions.add(connection, row)
        found = definitions.by_id(connection, key)
    assert found is not None and found.name == "a" + "b" * 299
