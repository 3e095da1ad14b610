"""F10: two commands on one case at the same instant end as one after the other would have."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from itertools import permutations
from typing import Any

import pytest
from standing import fingerprint
from unit.services.world import ANTRAG, PEOPLE, World

from pikflow.errors import PikFlowError

Give = Callable[[World, Any], Any]


@dataclass(frozen=True)
class Pair:
    """Two commands for what `prepare` brought about."""

    name: str
    prepare: Callable[[World], Any]
    first: Give
    second: Give


def _to_review(world: World) -> Any:
    number = world.start()
    world.complete("kreis1", "Antrag ausfüllen", ANTRAG)
    (offer,) = world.services.cases.view(PEOPLE["kreis1"], number).offers
    return world.task("amt1", "Antrag prüfen", number), number, offer.id


def _review(who: str) -> Give:
    def give(world: World, known: Any) -> Any:
        answers = {"ergebnis": "gut"}
        return world.services.tasks.complete(PEOPLE[who], known[0], answers, key=f"click-{who}")

    return give


def _withdraw(world: World, known: Any) -> Any:
    answers = {"grund": "Entfällt"}
    return world.services.events.send(PEOPLE["kreis1"], known[1], known[2], answers, key="away")


def _overdue(world: World) -> Any:
    number = world.start()
    task_id = world.task("kreis1", "Antrag ausfüllen", number)
    world.clock.move(days=31)
    return task_id


def _hand_in(world: World, task_id: Any) -> Any:
    return world.services.tasks.complete(PEOPLE["kreis1"], task_id, ANTRAG, key="in")


def _run_due(world: World, _: Any) -> Any:
    return world.services.jobs.run_due()


def _claim(who: str) -> Give:
    return lambda world, known: world.services.tasks.claim(PEOPLE[who], known[0])


def _assign(world: World, known: Any) -> Any:
    return world.services.tasks.assign(PEOPLE["amt1"], known[0], "amt2")


def _draft(world: World, known: Any) -> Any:
    return world.services.tasks.save_draft(PEOPLE["amt1"], known[0], {"ergebnis": "gut"})


def _collecting(world: World) -> Any:
    number = world.start("kreis1", "sammeln")
    return world.task("kreis1", "", number), world.task("gemeinde11", "Bedarf melden")


def _close(world: World, known: Any) -> Any:
    return world.services.tasks.complete(PEOPLE["kreis1"], known[0], key="close")


def _report(world: World, known: Any) -> Any:
    answers = {"anzahl": "3"}
    done = world.services.tasks.complete(PEOPLE["gemeinde11"], known[1], answers, key="report")
    world.services.jobs.run_due()
    return done


PAIRS = (
    Pair("withdraw-review", _to_review, _withdraw, _review("amt1")),
    Pair("review-review", _to_review, _review("amt1"), _review("amt2")),
    Pair("double-click", _to_review, _review("amt1"), _review("amt1")),
    Pair("timer-completion", _overdue, _run_due, _hand_in),
    Pair("timer-timer", _overdue, _run_due, _run_due),
    Pair("claim-claim", _to_review, _claim("amt1"), _claim("amt2")),
    Pair("claim-assign", _to_review, _claim("amt1"), _assign),
    Pair("draft-review", _to_review, _draft, _review("amt2")),
    Pair("close-report", _collecting, _close, _report),
)


def _answer(give: Give, world: World, known: Any) -> str:
    """What the caller learns: the result's kind, or the refusal's code."""
    try:
        given = give(world, known)
    except PikFlowError as refusal:
        return refusal.code
    return "repeated" if getattr(given, "repeated", False) else "done"


def _in_turn(pair: Pair, fresh: Callable[[], World], order: tuple[int, ...]) -> Any:
    world = fresh()
    known = pair.prepare(world)
    gives = (pair.first, pair.second)
    answers = {n: _answer(gives[n], world, known) for n in order}
    return (answers[0], answers[1]), fingerprint(world)


def _at_once(pair: Pair, world: World) -> Any:
    known = pair.prepare(world)
    answers = ["", ""]
    gate = threading.Barrier(2)

    def run(place: int, give: Give) -> None:
        gate.wait()
        answers[place] = _answer(give, world, known)

    threads = [
        threading.Thread(target=run, args=(n, give))
        for n, give in enumerate((pair.first, pair.second))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return (answers[0], answers[1]), fingerprint(world)


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: pair.name)
def test_two_at_once_end_as_one_after_the_other(
    pair: Pair, fresh: Callable[[], World], long: bool, ledger: Any
) -> None:
    allowed = [_in_turn(pair, fresh, order) for order in permutations((0, 1))]
    rounds = 40 if long else 3
    for _ in range(rounds):
        answers, left = _at_once(pair, fresh())
        assert (answers, left) in allowed, answers
    ledger(runs=rounds, subject=pair.name)
