"""F12: the last release and this one work on one database at the same time.

As in a rolling update: the tables are brought forward while old processes still serve. The old
release knew SQLite only.
"""

import os
import subprocess
import sys
import tarfile
from pathlib import Path
from typing import Any

from crowd import begin, office, work_off
from databases import new_database
from sqlalchemy import func, select
from unit.services.world import World, make, prepare

from pikflow.identity import Actor
from pikflow.store.tables import completion, instance

RELEASES = Path(__file__).parent / "releases"


def test_both_complete_tasks_of_the_same_cases(tmp_path: Path, long: bool, ledger: Any) -> None:
    url = new_database("sqlite")
    prepare(url, tmp_path / "files")
    world = World(*make(url, tmp_path / "files"))
    clerks = list(begin(world, 60 if long else 12).values())
    half = len(clerks) // 2
    with _old_clerk(url, tmp_path, world, [*clerks[:half], *office()]) as old:
        mine = _until_it_ends(world, old, [*clerks[half:], *office()])
        told, _ = old.communicate(timeout=60)
    theirs = told.split()
    with world.environment.query() as unit:
        rows = unit.connection.scalar(select(func.count()).select_from(completion)) or 0
        ends = unit.connection.scalars(select(instance.c.outcome)).all()
    world.environment.database.close()
    assert mine and theirs, "one of them did nothing"
    assert set(ends) == {"Bewilligt"}
    said = [*mine, *theirs]
    ledger(
        runs=len(said), lost=len(said) - rows, doubled=len(said) - len(set(said)), subject="0.1.0"
    )


def _old_clerk(url: str, folder: Path, world: World, people: list[Actor]) -> subprocess.Popen[str]:
    with tarfile.open(RELEASES / "pikflow-0.1.0.tar.xz") as archive:
        archive.extractall(folder / "old", filter="data")
    return subprocess.Popen(
        [
            sys.executable, RELEASES / "clerk-0.1.0.py", url, folder / "files",
            world.clock().isoformat(), *(person.id for person in people),
        ],
        env={**os.environ, "PYTHONPATH": str(folder / "old")},
        stdout=subprocess.PIPE,
        text=True,
    )  # fmt: skip


def _until_it_ends(world: World, old: subprocess.Popen[str], people: list[Actor]) -> list[str]:
    done: list[str] = []
    while old.poll() is None:
        done += work_off(world.services, people)
    return done + work_off(world.services, people)
