"""F2: kill -9 of workers in the middle of a mail, a call of a web address, an export of a file.

Outside an effect may come twice, always with the same key; inside it comes once.
"""

import random
import time
from pathlib import Path
from typing import Any

import pytest
from crew import SETUPS, Crew, crew_of
from outside import SLOW, Outside

# The same job may be hit again and again; by default the sixth time makes it an incident.
OFTEN = {"PIKFLOW_JOBS_ATTEMPTS": 100}
TASKS = ("Datei ablegen", "Melden", "Mail schreiben")


@pytest.fixture(params=SETUPS, ids="-".join)
def setup(request: pytest.FixtureRequest) -> tuple[str, str]:
    """(runner, kind of database)."""
    found: tuple[str, str] = request.param
    return found


def _trouble(crew: Crew, outside: Outside, cases: int, kills: int, patience: float) -> None:
    """Two workers, one killed whenever an effect has just begun, until everything is done or it
    took too long."""
    chance, seen = random.Random(kills), 0
    crew.begin(cases, "rechnen")
    crew.man(2, **OFTEN)
    for _ in range(kills):
        crew.wait(lambda seen=seen: outside.begun > seen, 30)
        time.sleep(chance.uniform(0, 2 * SLOW))
        crew.kill(chance)
        seen = outside.begun
        crew.man(2, **OFTEN)
    until = time.monotonic() + patience
    while crew.left() and time.monotonic() < until:
        time.sleep(0.1)


def _strange(outside: Outside, cases: int) -> int:
    """How many keys there are beyond one for each effect."""
    counts = (outside.files, outside.hooks, outside.mails)
    return sum(len(keys) for keys in counts) - 3 * cases


def test_outside_with_the_same_key_inside_once(
    setup: tuple[str, str], templates: dict[str, str], tmp_path: Path, long: bool, ledger: Any
) -> None:
    runner, kind = setup
    cases, kills = (100, 60) if long else (4, 4)
    outside = Outside(tmp_path / "outside")
    with crew_of(runner, templates[kind], tmp_path, reach=outside.reach) as crew:
        _trouble(crew, outside, cases, kills, 300 if long else 60)
        done = {name: crew.times(name) for name in TASKS}
        symptoms = list(crew.services.doctor.examine_data(lambda done, total: None))
    outside.close()
    again = outside.begun - 3 * cases
    assert again > 0, "no worker was killed between an effect and its end"
    assert symptoms == []
    assert len(list((tmp_path / "outside").glob("*.json"))) == cases
    ledger(
        runs=kills,
        lost=sum(cases - len(times) for times in done.values()),
        doubled=sum(sum(times) - len(times) for times in done.values()) + _strange(outside, cases),
        subject=f"{runner}: {3 * cases} effects, {again} begun again",
        database=kind,
    )


def test_notices_jobs_that_stay_with_the_dead(templates: dict[str, str], tmp_path: Path) -> None:
    """Without a lease that runs out, what a killed worker held is never done."""
    outside = Outside(tmp_path / "outside")
    template = templates["sqlite"]
    with crew_of("embedded", template, tmp_path, reach=outside.reach, without="lapse") as crew:
        _trouble(crew, outside, 4, 2, 4)
        assert crew.left() > 0
    outside.close()


def test_notices_keys_that_change(templates: dict[str, str], tmp_path: Path) -> None:
    """With another key at each attempt nobody outside can tell a second one from the first."""
    outside = Outside(tmp_path / "outside")
    template = templates["sqlite"]
    with crew_of("embedded", template, tmp_path, reach=outside.reach, without="key") as crew:
        _trouble(crew, outside, 4, 4, 30)
    outside.close()
    assert _strange(outside, 4) > 0
