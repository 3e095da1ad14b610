"""F11: cases saved by every past release are brought forward, load, go on and end.

`releases/<version>.sqlite3.xz` is the demo of that release (its history without snapshots).
"""

import lzma
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from unit.services.world import make

from pikflow.engine import runtime
from pikflow.engine.results import StepResult
from pikflow.engine.standing import read
from pikflow.forms.generate import generate
from pikflow.services.environment import Unit
from pikflow.services.rehearsing.guesses import variants
from pikflow.services.start_data import refreshed
from pikflow.services.steps import Pinned, pinned
from pikflow.services.submissions import schema_of
from pikflow.store import cases
from pikflow.store.cases import CaseRecord
from pikflow.store.tables import instance

RELEASES = sorted((Path(__file__).parent / "releases").glob("*.sqlite3.xz"))
MOVES = 200


@pytest.mark.parametrize("release", RELEASES, ids=lambda path: path.name.split(".sqlite3")[0])
def test_every_saved_case_goes_on_to_an_end(release: Path, tmp_path: Path, ledger: Any) -> None:
    place = tmp_path / "old.db"
    place.write_bytes(lzma.decompress(release.read_bytes()))
    services, _ = make(f"sqlite:///{place}", tmp_path / "files")
    services.environment.database.create()
    with services.environment.query() as unit:
        ids = unit.connection.scalars(select(instance.c.id).where(instance.c.state == "open")).all()
        known = [cases.by_id(unit.connection, key) for key in ids]
        ended = {case.number: _drive(unit, case) for case in known if case is not None}
    services.environment.database.close()
    stuck = {number: end for number, end in ended.items() if end}
    assert ended and not stuck
    ledger(runs=len(ended), subject=release.name.split(".sqlite3")[0])


def _drive(unit: Unit, case: CaseRecord) -> str:
    """Do what is open, task by task; where the case stands when it doesn't end."""
    version = pinned(unit, case.definition_id)
    definition, now = version.definition, unit.now
    state, data = case.engine_state or b"", refreshed(unit, case.data, case)
    standing = read(definition, state, data, now)
    tasks, waiting, completed = standing.open_tasks, standing.waiting, standing.completed
    visits: Counter[str] = Counter()
    for _ in range(MOVES):
        if completed:
            return ""
        if tasks:
            visits[tasks[0].element] += 1
            turn = visits[tasks[0].element]
            step = _do(version, case, state, data, tasks[0], now, turn)
        else:
            now = min(event.due for event in waiting if event.due)
            step = runtime.fire(definition, state, data, now)
        state, data, completed = step.state, step.data, step.completed
        tasks, waiting = step.open_tasks, step.waiting
    return ", ".join(task.element for task in tasks) or "?"


def _do(
    version: Pinned, case: CaseRecord, state: bytes, data: Any, task: Any, now: Any, turn: int
) -> StepResult:
    """Complete a task; other answers at every turn, so that loops end."""
    if task.kind == "service":
        return runtime.resume(version.definition, state, data, task.id, {}, now)
    schema = schema_of(task.form, case.measure, version) if task.kind == "user" else None
    context = {**data, **task.scope}
    answers = generate(schema, context) if schema else {}
    if schema and turn > 1:
        varied = [*variants(version.definition, schema, task.result, answers, context), answers]
        answers = varied[(turn - 2) % len(varied)]
    return runtime.complete(version.definition, state, data, task.id, answers, now)
