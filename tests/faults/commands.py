"""One command of every kind: what has to be there before it, how it is given, and given again."""

import io
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from unit.services.world import ANTRAG, PEOPLE, World, bundle

PDF = b"%PDF-1.7\n..."


@dataclass(frozen=True)
class Command:
    """`prepare` brings the world to where the command is next and says what it needs to know;
    `give` gives it. Giving it twice is what a browser or a worker does after a crash."""

    name: str
    prepare: Callable[[World], Any]
    give: Callable[[World, Any], Any]


def _handed_in(world: World) -> str:
    number = world.start()
    world.complete("kreis1", "Antrag ausfüllen", ANTRAG)
    return number


def _start(world: World, _: Any) -> Any:
    return world.services.cases.start(PEOPLE["kreis1"], "mini")


def _fill_in(world: World) -> str:
    return world.task("kreis1", "Antrag ausfüllen", world.start())


def _complete(world: World, task_id: str) -> Any:
    return world.services.tasks.complete(PEOPLE["kreis1"], task_id, ANTRAG, key="click-1")


def _draft(world: World, task_id: str) -> Any:
    return world.services.tasks.save_draft(PEOPLE["kreis1"], task_id, {"zweck": "Halb"})


def _claim(world: World, task_id: str) -> Any:
    return world.services.tasks.claim(PEOPLE["kreis1"], task_id)


def _offer(world: World) -> tuple[str, str]:
    number = _handed_in(world)
    (offer,) = world.services.cases.view(PEOPLE["kreis1"], number).offers
    return number, offer.id


def _withdraw(world: World, offer: tuple[str, str]) -> Any:
    answers = {"grund": "Entfällt"}
    return world.services.events.send(PEOPLE["kreis1"], *offer, answers, key="click-2")


def _overdue(world: World) -> str:
    number = world.start()
    world.clock.move(days=31)
    return number


def _run_due(world: World, _: Any) -> Any:
    """A worker that died comes back after its lease."""
    return world.services.jobs.run_due()


def _computing(world: World) -> str:
    number = world.start("kreis1", "rechnen")
    open_tasks = world.open_tasks(number)
    if open_tasks:
        world.complete("kreis1", open_tasks[0], ANTRAG)
    return number


def _upload(world: World, number: str) -> Any:
    return world.services.files.store(PEOPLE["kreis1"], number, "Plan.pdf", io.BytesIO(PDF))


def _deploy(world: World, _: Any) -> Any:
    files = bundle()
    files["mini.bpmn"] = files["mini.bpmn"].replace(b"Mini-Verfahren", b"Kleines Verfahren")
    return world.services.definitions.deploy(files)


def _collecting(world: World) -> str:
    number = world.start("kreis1", "sammeln")
    return world.task("kreis1", "", number)


def _go_on(world: World, task_id: str) -> Any:
    return world.services.tasks.complete(PEOPLE["kreis1"], task_id, key="click-3")


COMMANDS = (
    Command("start", lambda world: None, _start),
    Command("claim", _fill_in, _claim),
    Command("draft", _fill_in, _draft),
    Command("complete", _fill_in, _complete),
    Command("withdraw", _offer, _withdraw),
    Command("timer", _overdue, _run_due),
    Command("connector", _computing, _run_due),
    Command("children", _collecting, _go_on),
    Command("upload", lambda world: world.start(), _upload),
    Command("deploy", lambda world: None, _deploy),
)
