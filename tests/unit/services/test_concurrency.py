"""Eight threads change one case fifty times each: nothing is lost, nobody is refused.

Each change reads what is stored and writes one more, which is how changes get lost.
"""

from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext

import pytest
from sqlalchemy import event
from sqlalchemy.engine import Connection

from pikflow.errors import DatabaseBusy
from pikflow.services import repeating
from pikflow.store import cases, database

from .world import PEOPLE, World

THREADS, CHANGES = 8, 50


def _change(world: World, changes: int = CHANGES) -> tuple[set[int], int]:
    """The versions the changes led to, and how many were refused."""
    world.start()
    task_id = world.task("kreis1")
    world.tasks.save_draft(PEOPLE["kreis1"], task_id, {})

    def work(number: int) -> tuple[list[int], int]:
        versions, refused = [], 0
        for count in range(changes):
            try:
                draft = {"zweck": f"{number}-{count}"}
                versions.append(world.tasks.save_draft(PEOPLE["kreis1"], task_id, draft))
            except DatabaseBusy:
                refused += 1
        return versions, refused

    with ThreadPoolExecutor(THREADS) as threads:
        done = list(threads.map(work, range(THREADS)))
    return {version for versions, _ in done for version in versions}, sum(r for _, r in done)


def test_no_change_is_lost_and_none_refused(world: World) -> None:
    versions, refused = _change(world)
    assert versions == set(range(2, THREADS * CHANGES + 2))
    assert refused == 0


def test_without_the_lock_changes_are_lost_or_refused(
    world: World, database_kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same threads with the protection of their database taken away."""
    monkeypatch.setattr(repeating, "PAUSES", ())
    if database_kind == "postgresql":
        free = cases._LOCK_BY_TASK._clone()
        free._for_update_arg = None
        monkeypatch.setattr(cases, "_LOCK_BY_TASK", free)
    else:
        engine = world.environment.database.engine
        event.remove(engine, "begin", database._begin)
        event.listen(engine, "begin", _begin_late)
        monkeypatch.setattr(world.environment.database, "_turn", nullcontext)
    versions, refused = _change(world, 10)
    lost = THREADS * 10 - refused - len(versions)
    assert lost > 0 or refused > 0
    assert database_kind == "sqlite" or lost > 0


def _begin_late(connection: Connection) -> None:
    """As the driver begins: it takes the lock when it first writes, and has read by then."""
    connection.exec_driver_sql("BEGIN")
