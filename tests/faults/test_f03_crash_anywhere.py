"""F3: the process dies at every statement, commit and file call of every kind of command.

Afterwards the database stands before the command or after it, never between; and the command given
once more ends where it would have ended.
"""

import logging
from collections.abc import Callable
from typing import Any

import pytest
from commands import COMMANDS, Command
from saboteur import Crash, Saboteur, watch
from standing import fingerprint, pass_leases
from unit.services.world import World

Fresh = Callable[[], World]


def _outcome(command: Command, fresh: Fresh) -> tuple[dict[str, list[str]], list[str]]:
    """Where the undisturbed command ends, and the calls it makes on the way."""
    world = fresh()
    known = command.prepare(world)
    with watch(Saboteur(), world.environment.database.engine, world.environment.files_folder) as on:
        command.give(world, known)
    return fingerprint(world), on.calls


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name)
def test_a_crash_leaves_before_or_after_and_the_command_can_be_given_again(
    command: Command, fresh: Fresh, every: Callable[[int], range], ledger: Any
) -> None:
    after, calls = _outcome(command, fresh)
    assert len(calls) > 3, "the command does nothing that could be interrupted"
    for at in every(len(calls)):
        world = fresh()
        known = command.prepare(world)
        before = fingerprint(world)
        crash(world, command, known, at)
        left = fingerprint(world)
        assert left in (before, after) or command.name in _SEVERAL, f"call {at}: {calls[at - 1]}"
        pass_leases(world)
        command.give(world, known)
        assert fingerprint(world) == after, f"given again after call {at}: {calls[at - 1]}"
    ledger(runs=len(every(len(calls))), subject=command.name)


# These are several transactions by design: take the job, run it, end it. Between them the job is
# taken and nothing else has happened.
_SEVERAL = ("connector", "timer")


def crash(world: World, command: Command, known: Any, at: int) -> None:
    logging.disable(logging.CRITICAL)
    try:
        with (
            watch(
                Saboteur(at),
                world.environment.database.engine,
                world.environment.files_folder,
            ),
            pytest.raises(Crash),
        ):
            command.give(world, known)
    finally:
        logging.disable(logging.NOTSET)
