"""A step asks the same of the database at its tenth task and at its thousandth."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import Table, event, insert, select, text
from sqlalchemy.engine import Connection

from pikflow.store.tables import answers, completion, history, user_task

from .world import ANTRAG, PEOPLE, World

FEW, TIMES = 14, 75  # finished tasks; how often their rows are there in the end: over 1,000 tasks
GROWING = "pik_(history|user_task|completion|answers|draft|timer|subscription)"
# A table, or an index of it, that is read from one end to the other. So few open tasks PostgreSQL
# may read whole; with more it has better plans.
OPEN_ONES = "using pik_user_task_(open|waiting|mine)"
READ_WHOLE = {
    "sqlite": f"SCAN {GROWING}",
    "postgresql": rf"Scan (?!{OPEN_ONES})[^\n]*on {GROWING}[^\n]*\n(?!\s*(Index|Recheck) Cond)",
}
DEEDS = (
    ("kreis1", "Antrag ausfüllen", ANTRAG),
    ("amt1", "Antrag prüfen", {"ergebnis": "nachfordern"}),
)

Statements = list[tuple[str, Any]]


@contextmanager
def noted(world: World) -> Iterator[Statements]:
    """The statements that are run, with their values."""
    seen: Statements = []

    def note(connection: Any, cursor: Any, statement: str, values: Any, *rest: Any) -> None:
        seen.append((statement, values))

    engine = world.environment.database.engine
    event.listen(engine, "before_cursor_execute", note)
    yield seen
    event.remove(engine, "before_cursor_execute", note)


def _round(world: World, key: str) -> Statements:
    """The applicant hands in, the authority sends back; the statements of both steps."""
    found: Statements = []
    for who, name, given in DEEDS:
        task_id = world.task(who, name)
        with noted(world) as seen:
            world.tasks.complete(PEOPLE[who], task_id, given, key=f"{key}-{who}")
        found += seen
    return found


def _multiply(connection: Connection, table: Table, only: Any = True) -> None:
    """Copies of the rows finished tasks left behind, as the same tasks done again leave them."""
    rows = [dict(row) for row in connection.execute(select(table).where(only)).mappings()]
    changes = {"id": "{}-{}", "task_id": "{}-{}", "key": "{}-{}"}
    own = [column.name for column in table.c if not column.computed]
    if table is not user_task:
        own = [name for name in own if name != "id"]
    for n in range(1, TIMES):
        copies = [{name: row[name] for name in own} for row in rows]
        for copy in copies:
            copy |= {k: form.format(copy[k], n) for k, form in changes.items() if k in copy}
            copy |= {"version": copy["version"] + n * 1000} if "version" in copy else {}
        connection.execute(insert(table), copies)


@pytest.fixture
def grown(world: World) -> World:
    """One case with some finished tasks."""
    world.start()
    for n in range(FEW // 2):
        _round(world, str(n))
    return world


def test_a_step_costs_the_same_however_long_the_case_runs(grown: World, database_kind: str) -> None:
    few = _round(grown, "few")
    with grown.environment.command() as unit:
        _multiply(unit.connection, user_task, user_task.c.state != "open")
        for table in (completion, answers, history):
            _multiply(unit.connection, table)
    many = _round(grown, "many")
    assert [statement for statement, _ in many] == [statement for statement, _ in few]
    with grown.environment.query() as unit:
        tasks = unit.connection.execute(text("SELECT count(*) FROM pik_user_task")).scalar_one()
        plans = list(_plans(unit.connection, many, database_kind))
    assert tasks > 1000
    assert len(plans) >= 8
    for plan in plans:
        assert not re.search(READ_WHOLE[database_kind], plan), plan


def _plans(connection: Connection, statements: Statements, kind: str) -> Iterator[str]:
    """How the database reads for each statement."""
    explain = "EXPLAIN " if kind == "postgresql" else "EXPLAIN QUERY PLAN "
    for statement, values in statements:
        if statement.split()[0] in ("SELECT", "UPDATE", "DELETE") and "set_config" not in statement:
            rows = connection.exec_driver_sql(explain + statement, values).all()
            yield "\n".join(str(row[-1]) for row in rows) + "\n"
