"""What the contestants of `make bench` run: the process, its answers, its people, its databases."""

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from benchmarks.crowd import ORGANISATIONS, PEOPLE
from pikflow import config
from pikflow.connectors import Connectors
from pikflow.identity import Actor
from pikflow.services import Environment, Services
from pikflow.services.deployments import Deployments
from pikflow.services.organisations import Directory
from pikflow.services.rounds import open_round
from pikflow.store.database import Database

BUNDLE = Path(__file__).parent / "bundle"
PROCESS = "vergleich"
LOOP = 6  # user tasks of one round through the process
CASES = 12  # rounds that are open, each for one case
NOW = datetime(2026, 1, 5, 9, tzinfo=UTC)

_TEXTS = (
    *("titel", "ziel", "zielgruppe", "ausgangslage", "massnahmen", "zeitplan", "ansprechperson"),
    *("anschrift", "erfahrung", "partner", "qualitaet", "ergebnisse", "messung"),
    *("nachhaltigkeit", "oeffentlichkeit", "risiken", "finanzierung", "eigenmittel"),
)
_SENTENCE = "Die Beratung findet in den Räumen des Trägers statt und wird zweimal im Jahr geprüft. "
APPLICATION: dict[str, Any] = {
    **{name: f"{name}: {_SENTENCE * 3}"[: 240 + 5 * n] for n, name in enumerate(_TEXTS)},
    "betrag_eur": Decimal("48250.50"),
    "jahre": Decimal(0),
}
REVIEW: dict[str, Any] = {
    "ergebnis": "gut",
    "noch_ein_jahr": "ja",
    "vermerk": "Die Angaben sind vollständig und stimmen mit den Belegen überein.",
}

APPLICANT, OFFICER = PEOPLE["k01-1"], PEOPLE["amt1-1"]


def answers(element: str) -> dict[str, Any]:
    """What is typed into the form of a user task."""
    return dict(APPLICATION if element == "Antrag_stellen" else REVIEW)


def actor(element: str) -> Actor:
    """Who completes a user task."""
    return APPLICANT if element == "Antrag_stellen" else OFFICER


def services(url: str, *, years: int = CASES) -> Services:
    """The services over a new database, with everything deployed and a round open for each of
    `years` years."""
    database = Database(url)
    environment = Environment(
        database=database,
        identity=Directory(lambda: environment.query()),
        clock=lambda: NOW,
        connectors=Connectors(),
        deployments=Deployments(),
        settings=config.read({}),
        files_folder=BUNDLE,
    )
    made = Services(environment)
    database.create()
    made.definitions.deploy({path.name: path.read_bytes() for path in sorted(BUNDLE.iterdir())})
    made.organisations.save(ORGANISATIONS)
    made.organisations.save_people([APPLICANT, OFFICER])
    with environment.command() as unit:
        for year in range(NOW.year, NOW.year + years):
            open_round(unit, unit.catalog.measures[PROCESS], year, {})
    return made
