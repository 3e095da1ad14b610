"""A small world: two Kreise with their Gemeinden, an office that decides, a Land that oversees."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from pikflow import config
from pikflow.connectors import Call, Connector, Connectors
from pikflow.identity import Actor, Organisation
from pikflow.services import Environment, Services, rounds
from pikflow.services.deployments import Deployments
from pikflow.services.organisations import Directory
from pikflow.store.database import Database

BUNDLE = Path(__file__).parent / "bundle"
CLERK = frozenset({"clerk"})

ORGANISATIONS = (
    Organisation("k1", "Kreis Eins", "kreis", None, "08001"),
    Organisation("k2", "Kreis Zwei", "kreis", None, "08002"),
    *(
        Organisation(f"g1{n}", f"Gemeinde Eins-{n}", "gemeinde", "k1", f"0800100{n}")
        for n in (1, 2, 3)
    ),
    Organisation("g21", "Gemeinde Zwei-1", "gemeinde", "k2", "08002001"),
    Organisation("amt", "Amt", "amt"),
    Organisation("land", "Land", "land"),
    Organisation("verein", "Verein", "verein"),
)
INHABITANTS = {"k1": 300, "k2": 100, "g11": 200, "g12": 60, "g13": 40, "g21": 100}
_BY_ID = {one.id: one for one in ORGANISATIONS}
PEOPLE = {
    key: Actor(key, key.title(), _BY_ID[where], roles, "Sachbearbeitung")
    for key, where, roles in (
        ("kreis1", "k1", CLERK),
        ("kreis1b", "k1", CLERK),
        ("kreis2", "k2", CLERK),
        ("gemeinde11", "g11", CLERK),
        ("gemeinde12", "g12", CLERK),
        ("gemeinde13", "g13", CLERK),
        ("gemeinde21", "g21", CLERK),
        ("amt1", "amt", CLERK),
        ("amt2", "amt", CLERK),
        ("land1", "land", CLERK),
        ("verein1", "verein", CLERK),
        ("admin", "land", frozenset({"administration"})),
        ("admin2", "land", frozenset({"administration"})),
        ("revision", "amt", frozenset({"revision"})),
        ("nobody", "k1", frozenset()),
    )
}

ANTRAG = {"zweck": "Beratung", "betrag_eur": "1.200,50"}


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = datetime(2026, 3, 2, 9, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def move(self, **span: int) -> None:
        self.now += timedelta(**span)


class World:
    """The services with short words for what tests do all the time."""

    def __init__(self, services: Services, clock: Clock) -> None:
        self.services = services
        self.environment = services.environment
        self.clock = clock

    def __getattr__(self, name: str) -> Any:
        return getattr(self.services, name)

    def start(self, who: str = "kreis1", measure: str = "mini") -> str:
        """The number of the case this person starts."""
        return self.services.cases.start(PEOPLE[who], measure).number

    def task(self, who: str, name: str = "", number: str = "") -> str:
        """The id of the first task in the person's inbox, of this name, of this case."""
        inbox = self.services.tasks.inbox(PEOPLE[who], view="all", size=500)
        rows = [row for group in inbox.groups for row in group.rows]
        found = [r for r in rows if name in ("", r.task) and number in ("", r.number)]
        assert found, f"{who} has no task „{name}“, but {[row.task for row in rows]}"
        return found[0].task_id

    def complete(self, who: str, name: str = "", answers: Any = None, **more: Any) -> Any:
        """Complete the first task of this name."""
        task_id = self.task(who, name, more.pop("number", ""))
        return self.services.tasks.complete(PEOPLE[who], task_id, answers, **more)

    def open_tasks(self, number: str, who: str = "land1") -> list[str]:
        """The names of the open tasks of a case."""
        return [task.name for task in self.services.cases.view(PEOPLE[who], number).tasks]

    def checked(self, number: str = "") -> str:
        """A case of mini that was handed in and checked; its number."""
        number = number or self.start()
        self.complete("kreis1", "Antrag ausfüllen", ANTRAG)
        self.complete("amt1", "Antrag prüfen", {"ergebnis": "gut"})
        return number


def bundle() -> dict[str, bytes]:
    """The files of the test bundle by name."""
    return {path.name: path.read_bytes() for path in sorted(BUNDLE.iterdir())}


def compute(call: Call) -> dict[str, Any]:
    """The connector `test.rechnen`: doubles a number."""
    return {"doppelt": call.input["zahl"] * 2, "schluessel": call.key}


def make(url: str, files_folder: Path, **settings: Any) -> tuple[Services, Clock]:
    """Services over a database."""
    clock, connectors = Clock(), Connectors()
    connectors.register(Connector("test.rechnen", "Verdoppelt eine Zahl.", run=compute))
    environment = Environment(
        database=Database(url),
        identity=Directory(lambda: environment.query()),
        clock=clock,
        connectors=connectors,
        deployments=Deployments(),
        settings={**config.read({}), **settings},
        files_folder=files_folder,
    )
    return Services(environment), clock


def prepare(url: str, files_folder: Path) -> None:
    """Everything deployed, everybody known and a round opened, in an empty database."""
    services, _ = make(url, files_folder)
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
