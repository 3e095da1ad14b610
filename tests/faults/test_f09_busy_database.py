"""F9: deadlocks, serialisation errors and cut connections at random statements of every command.

On PostgreSQL nobody notices: the command is repeated and ends as it would have. Where it may not be
repeated, and on SQLite, where such a fault means that nothing helps but waiting, people are told
that nothing was stored, and the command given once more ends as it would have.
"""

import logging
import random
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from commands import COMMANDS, Command
from injector import Injector, inject
from standing import fingerprint, pass_leases
from unit.services.world import World

from pikflow.errors import DatabaseBusy
from pikflow.services import repeating

REPEATED = ("start", "claim", "draft", "complete", "withdraw", "children")
SEVERAL = ("timer", "connector")  # transactions
OFTEN, MOST = 12, 3  # one statement in so many, and as many faults as there are repetitions


@pytest.fixture(autouse=True)
def quiet(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """No pauses, no log."""
    monkeypatch.setattr(repeating, "PAUSES", (0.0, 0.0, 0.0))
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


def _trouble(command: Command, world: World, seed: int, most: int = MOST) -> tuple[int, list[str]]:
    """Give the command under faults, and again as often as somebody is told to; how often that
    was, and the faults."""
    known = command.prepare(world)
    world.environment.settings.update(PIKFLOW_JOBS_BACKOFF_SECONDS=0)  # type: ignore[attr-defined]
    before, told = fingerprint(world), 0
    injector = Injector(random.Random(seed), often=OFTEN, most=most)
    with inject(injector, world.environment.database.engine):
        while True:
            try:
                command.give(world, known)
                break
            except DatabaseBusy as fault:
                told += 1
                if fault.undone and command.name not in SEVERAL:
                    with injector.rest():
                        assert fingerprint(world) == before
    return told, injector.thrown


def _faultless(command: Command, fresh: Callable[[], World]) -> dict[str, list[str]]:
    world = fresh()
    command.give(world, command.prepare(world))
    return fingerprint(world)


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name)
def test_a_command_ends_as_without(
    command: Command, fresh: Callable[[], World], database_kind: str, long: bool, ledger: Any
) -> None:
    after, faults = _faultless(command, fresh), Counter[str]()
    rounds = 40 if long else 2
    for seed in range(rounds):
        world = fresh()
        told, thrown = _trouble(command, world, seed)
        pass_leases(world)
        if command.name in SEVERAL:
            world.services.jobs.run_due()
        assert fingerprint(world) == after, (seed, thrown)
        faults.update(thrown)
        if database_kind == "postgresql" and command.name in REPEATED:
            assert not told, (seed, thrown)
    ledger(runs=sum(faults.values()), subject=f"{command.name}: {', '.join(sorted(faults))}")


@pytest.mark.parametrize("database_kind", ["postgresql"], indirect=True, scope="session")
def test_notices_commands_that_are_not_repeated(
    fresh: Callable[[], World], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(repeating, "PAUSES", ())
    command = next(one for one in COMMANDS if one.name == "complete")
    assert sum(_trouble(command, fresh(), seed)[0] for seed in range(5)) > 0
