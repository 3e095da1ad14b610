"""Many applicants with a case each, and clerks who work through them until nothing is left."""

from collections.abc import Callable, Iterator

from unit.services.world import ANTRAG, CLERK, PEOPLE, World

from pikflow.errors import PikFlowError
from pikflow.identity import Actor, Organisation
from pikflow.services import Services

ANSWERS = {
    "Antrag ausfüllen": ANTRAG,
    "Antrag prüfen": {"ergebnis": "gut"},
    "Entscheidung freigeben": {"freigegeben": True},
}
OFFICE = ("amt1", "amt2")


def settle(services: Services, count: int) -> dict[str, Actor]:
    """That many more Kreise with a clerk each; the clerks by id."""
    places = [
        Organisation(f"m{n}", f"Kreis M{n}", "kreis", None, f"09{n:03}") for n in range(count)
    ]
    people = {f"clerk{place.id}": Actor(f"clerk{place.id}", place.name, place, CLERK, "Amt")
              for place in places}  # fmt: skip
    services.organisations.save(places)
    services.organisations.save_people(people.values())
    return people


def begin(world: World, count: int, measure: str = "mini") -> dict[str, Actor]:
    """A case each for that many new Kreise; the case numbers with their clerks."""
    people = settle(world.services, count)
    return {
        world.services.cases.start(person, measure).number: person for person in people.values()
    }


def open_tasks(services: Services, person: Actor) -> Iterator[tuple[str, str]]:
    """(task id, name) of what is in the person's inbox now."""
    inbox = services.tasks.inbox(person, view="all", size=500)
    yield from ((row.task_id, row.task) for group in inbox.groups for row in group.rows)


def work_off(
    services: Services, people: list[Actor], *, stop: Callable[[], bool] = lambda: False
) -> list[str]:
    """Complete what these people have until a pass finds nothing; the ids of the tasks."""
    done: list[str] = []
    while not stop():
        before = len(done)
        for person in people:
            for task_id, name in open_tasks(services, person):
                try:
                    services.tasks.complete(person, task_id, ANSWERS[name], key=f"key-{task_id}")
                except PikFlowError:
                    continue  # somebody else was faster, or the four-eyes rule
                done.append(task_id)
        if len(done) == before:
            break
    return done


def office() -> list[Actor]:
    """Those who review and release."""
    return [PEOPLE[who] for who in OFFICE]
