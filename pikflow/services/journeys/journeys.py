"""Walks journeys through the real services, each in a database of its own that is thrown away.

The clock stands still until a step moves it. Background work runs to its end after every step.
"""

import shutil
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from pikflow import config
from pikflow.connectors import Connectors
from pikflow.connectors.builtin import register_all
from pikflow.errors import DefinitionInvalid, Finding, PikFlowError
from pikflow.services import Services
from pikflow.services.clocks import Clock
from pikflow.services.deployments import Deployments, kind_of, text_of
from pikflow.services.environment import Environment
from pikflow.services.journeys.journey_checks import Mismatch
from pikflow.services.journeys.journey_files import Journey, People, load, load_people
from pikflow.services.journeys.journey_steps import Walk
from pikflow.services.organisations import Directory
from pikflow.store.database import Database

_ZONE = ZoneInfo("Europe/Berlin")
_HOUR = 9  # a journey begins in the morning
_LOOK = timedelta(seconds=1)  # passes at every look at the clock: what happens has an order


@dataclass(frozen=True)
class Outcome:
    """How one journey went; `message` says what was expected and found, "" when all was as said."""

    file: str
    title: str
    steps: int
    message: str
    seconds: float

    @property
    def passed(self) -> bool:
        return not self.message


def run(
    files: Mapping[str, bytes], *, only: str = "", report: Callable[[Outcome], None] | None = None
) -> list[Outcome]:
    """Walk every journey among the files (path -> content); `only` picks those whose path holds it.

    Raises DefinitionInvalid when processes, forms or journeys themselves are not well-formed.
    """
    people = _people(files)
    journeys = [
        load(text_of(data), path)
        for path, data in sorted(files.items())
        if kind_of(path, data) == "journey" and only in path
    ]
    outcomes = []
    with tempfile.TemporaryDirectory(prefix="pikflow-") as folder:
        template = Path(folder) / "template.db"
        deployments = Deployments()
        _prepare(template, files, people, deployments)
        for number, journey in enumerate(journeys):
            place = Path(folder) / f"{number}.db"
            shutil.copy(template, place)
            outcome = walk(journey, people, place, deployments)
            if report:
                report(outcome)
            outcomes.append(outcome)
    return outcomes


def walk(journey: Journey, people: People, place: Path, deployments: Deployments) -> Outcome:
    """One journey on a prepared database; what does not fit ends it and is told, not raised."""
    began = time.monotonic()
    taken = 0
    message = ""
    with _services(place, journey_start(journey), deployments) as (services, clock):
        steps = Walk(services, people, clock)
        try:
            steps.open_rounds(journey.rounds)
            for step in journey.steps:
                steps.take(step)
                taken += 1
        except Mismatch as mismatch:
            message = f"{mismatch.told(journey)}"
        except PikFlowError as fault:
            message = _unexpected(journey, taken, fault)
    return Outcome(journey.file, journey.title, taken, message, time.monotonic() - began)


def journey_start(journey: Journey) -> datetime:
    """The instant a journey begins: nine in the morning, local time."""
    day = journey.begins
    return datetime(day.year, day.month, day.day, _HOUR, tzinfo=_ZONE)


@contextmanager
def _services(
    place: Path, begins: datetime, deployments: Deployments
) -> Iterator[tuple[Services, Clock]]:
    database = Database(f"sqlite:///{place}")
    clock = Clock(begins, _LOOK)
    connectors = Connectors()
    register_all(connectors)
    draft = Environment(
        database=database,
        identity=_NOBODY,
        clock=clock,
        connectors=connectors,
        deployments=deployments,
        settings={**config.read({}), "PIKFLOW_JOBS_ATTEMPTS": 1},
        files_folder=place.with_suffix(".files"),
    )
    try:
        yield Services(replace(draft, identity=Directory(draft.query))), clock
    finally:
        database.close()


_NOBODY: Any = None  # replaced at once by the directory that needs the environment's query


def _prepare(
    place: Path, files: Mapping[str, bytes], people: People, deployments: Deployments
) -> None:
    begins = datetime(2000, 1, 1, tzinfo=_ZONE)
    with _services(place, begins, deployments) as (services, _):
        services.environment.database.create()
        services.definitions.deploy(files)
        services.organisations.save(
            people.organisations.values(), inhabitants=people.inhabitants, source="journey"
        )
        services.organisations.save_people(people.actors.values())
        services.environment.database.settle()


def _people(files: Mapping[str, bytes]) -> People:
    found = [path for path, data in files.items() if kind_of(path, data) == "people"]
    if not found:
        message = "Zu den Wegen fehlen die Personen (personen.yaml mit „pikpersonen: 1“)."
        raise DefinitionInvalid([Finding("", 0, "", "error", "people-missing", message)])
    return load_people(text_of(files[found[0]]), found[0])


def _unexpected(journey: Journey, taken: int, fault: PikFlowError) -> str:
    step = journey.steps[taken] if taken < len(journey.steps) else None
    where = f"{journey.file}:{step.line}, {step.title}" if step else journey.file
    return f"{where}:\n  erwartet: gelingt\n  gefunden: {fault.code}: {fault.message}"
