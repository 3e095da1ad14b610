"""The small world of world.py, fresh for every test."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from pikflow.connectors import Call
from pikflow.services import rounds

from .world import INHABITANTS, ORGANISATIONS, PEOPLE, World, bundle, make


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database file with everything deployed, to be copied."""
    place = tmp_path_factory.mktemp("world") / "template.db"
    services, _ = make(place)
    services.environment.database.create()
    services.definitions.deploy(bundle())
    services.organisations.save(ORGANISATIONS, inhabitants=INHABITANTS)
    services.organisations.save_people(PEOPLE.values())
    with services.environment.command() as unit:
        for measure in ("mini", "sammeln", "offen", "rechnen"):
            given = {
                "budgets": [{"id": "k1", "betrag_eur": Decimal(5000), "zuweisungen": Decimal(7)}]
                if measure == "mini" else [],
                "antragsfrist": date(2026, 12, 31), "budget_eur": Decimal(10000),
                "daten": {"satz": Decimal(5)},
            }  # fmt: skip
            rounds.open_round(unit, unit.catalog.measures[measure], 2026, given)
    services.environment.database.settle()
    services.environment.database.close()
    return place


@pytest.fixture
def world(prepared: Path, tmp_path: Path) -> Iterator[World]:
    """A database of its own for every test."""
    place = tmp_path / "world.db"
    place.write_bytes(prepared.read_bytes())
    services, clock = make(place)
    yield World(services, clock)
    services.environment.database.close()


@pytest.fixture
def with_connector(world: World) -> Callable[[Callable[[Call], Any]], None]:
    """Put another function behind `test.rechnen`."""

    def put(run: Callable[[Call], Any]) -> None:
        known = world.environment.connectors
        known._known["test.rechnen"] = replace(known.get("test.rechnen"), run=run)

    return put
