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
from sqlalchemy import event
from sqlalchemy.engine import Connection
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


def test_notices_commands_that_are_no_transaction(fresh: Fresh) -> None:
    """With a commit after every statement a deployment is left half-written."""
    command = next(one for one in COMMANDS if one.name == "deploy")
    after, calls = _outcome(command, fresh)
    world = fresh()
    known = command.prepare(world)
    before = fingerprint(world)
    event.listen(world.environment.database.engine, "after_cursor_execute", _commit)
    crash(world, command, known, len(calls) // 2)
    event.remove(world.environment.database.engine, "after_cursor_execute", _commit)
    assert fingerprint(world) not in (before, after)


def _commit(connection: Connection, cursor: Any, text: str, *_: Any) -> None:
    if not connection.get_execution_options().get("pik_write") or text.startswith("BEGIN"):
        return
    raw: Any = connection.connection.dbapi_connection
    raw.commit()
    if connection.dialect.name == "sqlite":
        raw.execute("BEGIN IMMEDIATE")
