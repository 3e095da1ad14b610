"""F4: many deadlines end at one instant; several workers fire them while they are killed."""

import random
import time
from pathlib import Path
from typing import Any

import pytest
from crew import SETUPS, Crew, crew_of
from sqlalchemy import select

from pikflow.host.clock import DemoClock
from pikflow.store.tables import instance, timer

NAME = "30 Tage"  # the deadline of the process mini


def _fire(crew: Crew, cases: int, kills: int, patience: float) -> None:
    """All become due; three workers, one killed whenever so many more were fired."""
    chance, until = random.Random(kills), time.monotonic() + patience
    crew.begin(cases, "mini")
    DemoClock(crew.place.folder / "clock.json").advance(40)
    crew.man(3, PIKFLOW_JOBS_POLL_SECONDS=0.05)
    for n in range(kills):
        fired = cases * n // kills
        while crew.count(timer) > cases - fired - 1 and time.monotonic() < until:
            time.sleep(0.01)
        crew.kill(chance)
        crew.man(3, PIKFLOW_JOBS_POLL_SECONDS=0.05)
    while crew.count(timer) and time.monotonic() < until:
        time.sleep(0.1)


def _ends(crew: Crew) -> set[str]:
    with crew.services.environment.query() as unit:
        return set(unit.connection.scalars(select(instance.c.outcome)))


@pytest.mark.parametrize(("runner", "kind"), SETUPS, ids=map("-".join, SETUPS))
def test_each_is_fired_once(
    runner: str, kind: str, templates: dict[str, str], tmp_path: Path, long: bool, ledger: Any
) -> None:
    short = (300, 4) if runner == "embedded" else (60, 2)
    cases, kills = (3000, 40) if long else short
    with crew_of(runner, templates[kind], tmp_path) as crew:
        _fire(crew, cases, kills, 600 if long else 60)
        fired, ends = crew.times(NAME), _ends(crew)
        symptoms = list(crew.services.doctor.examine_data(lambda done, total: None))
    assert symptoms == [] and (ends == {"Verfristet"} or len(fired) < cases)
    ledger(
        runs=cases,
        lost=cases - len(fired),
        doubled=sum(fired) - len(fired),
        subject=f"{runner}: {kills} kills",
        database=kind,
    )


def test_notices_a_timer_that_is_taken_away_first(
    templates: dict[str, str], tmp_path: Path
) -> None:
    """Taken away in one transaction and fired in the next, it is lost with the process between."""
    with crew_of("embedded", templates["sqlite"], tmp_path, without="timer") as crew:
        _fire(crew, 40, 8, 20)
        crew.wait(lambda: crew.count(timer) == 0)
        for process in crew.workers:
            process.terminate()
            process.join(20)
        assert len(crew.times(NAME)) < 40
