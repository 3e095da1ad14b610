"""The whole life of an application in the browser, read from the journey files: of a measure that
municipalities report their need for, and of one that a provider carries. `make walks` takes all.
"""

import os
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from conftest import Visit
from flask import Flask
from live_portal import Portal, serve
from walker import BrowserWalk

from pikflow.bundle import workflows_path
from pikflow.host.instance import bundled_files
from pikflow.services.journeys.journey_files import load, load_people

pytestmark = pytest.mark.browser
JOURNEYS = workflows_path() / "journeys"
WALKED = os.environ.get("PIKFLOW_WALKS", "im bs").split()
PEOPLE = load_people((JOURNEYS / "personen.yaml").read_text(encoding="utf-8"), "personen.yaml")


def prepare(app: Flask) -> None:
    """The few organisations of the journeys instead of the demo's."""
    services = app.extensions["pikflow"].services
    services.environment.database.create()
    services.organisations.save(
        PEOPLE.organisations.values(), inhabitants=PEOPLE.inhabitants, source="journey"
    )
    services.organisations.save_people(PEOPLE.actors.values())
    services.definitions.deploy(bundled_files())


@pytest.fixture(scope="module")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    morning = datetime(2020, 1, 1, 9, tzinfo=ZoneInfo("Europe/Berlin"))
    yield from serve(tmp_path_factory.mktemp("journeys"), morning, prepare)


@pytest.mark.parametrize("name", [f"{start}-ohne-rueckfragen" for start in WALKED])
def test_goes_from_the_first_report_to_the_closed_case(
    name: str, visit: Visit, tmp_path: Path
) -> None:
    journey = load((JOURNEYS / f"{name}.yaml").read_text(encoding="utf-8"), f"{name}.yaml")
    window = visit()
    begins = journey.begins
    window.portal.clock.now = window.portal.clock.now.replace(
        year=begins.year, month=begins.month, day=begins.day
    )
    walk = BrowserWalk(window, PEOPLE, tmp_path)
    walk.walk(journey)
    page = window.open(f"/vorgaenge/{walk._main}")
    assert page.locator(".pik-head .kern-badge").inner_text().strip() == "Abgeschlossen"
