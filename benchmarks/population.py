"""A database as it looks after years: many cases at every stage, most of them ended.

A few cases are run through the services, a pattern for each stage; then their rows are copied with
ids, applicants, measures and dates of their own, straight into the tables.
"""

import random
import sqlite3
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
from sqlalchemy import Column, Table, create_engine, select
from sqlalchemy.engine import Connection, make_url

from benchmarks.contest import NOW, PROCESS, services
from benchmarks.crowd import AUTHORITIES, ORGANISATIONS
from benchmarks.ours import ServiceCase
from pikflow.identity import Organisation
from pikflow.services import Services
from pikflow.services.rounds import open_round
from pikflow.store.tables import answers, completion, history, instance, timer, user_task

STAGES = 7  # open cases stand behind 0 to 6 finished tasks
ENDED = (7, 13)  # finished tasks of those that ended
OPEN_SHARE = 0.2
YEARS = 10
BLOCK = 2_000  # cases written at once
MEASURES = (PROCESS, "sprache", "ehrenamt", "beratung")
TABLES = (instance, user_task, completion, answers, history, timer)
_COUNTED = {("id", answers.name), ("id", history.name)}  # by the database


@dataclass(frozen=True)
class Pattern:
    """The rows of one case by table, as Python values, and the ids of its tasks."""

    rows: Mapping[str, Sequence[Mapping[str, Any]]]
    ids: tuple[str, ...]
    is_open: bool
    applicant: Organisation
    number: str


def fill(url: str, cases: int, *, owner_url: str = "") -> None:
    """Fill a new database; `owner_url` is one that row-level security does not hold back."""
    flow = services(url, years=0)
    rounds = _rounds(flow)
    flow.environment.database.close()
    chance = random.Random(1)  # noqa: S311 - the same population each time
    patterns = _patterns()
    with _Writer(owner_url or url) as writer:
        for first in range(0, cases, BLOCK):
            numbers = range(first, min(first + BLOCK, cases))
            block: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
            for number in numbers:
                for table, row in _case(number, patterns, rounds, chance):
                    block[table].append(row)
            for table in TABLES:
                writer.add(table, block[table.name])
        writer.finish()


def _rounds(flow: Services) -> dict[str, int]:
    """The id of the current round of each measure."""
    with flow.environment.command() as unit:
        from_year = {"bezeichnung": f"Förderrunde {NOW.year}"}
        found = {}
        for slug in MEASURES:
            made = open_round(unit, unit.catalog.measures[slug], NOW.year, from_year)
            found[slug] = int(made["runde_id"])
        return found


# --- patterns ----------------------------------------------------------------------------------


def _patterns() -> list[Pattern]:
    """A case at every stage, run in a database of its own."""
    with tempfile.TemporaryDirectory() as folder:
        flow = services(f"sqlite:///{Path(folder) / 'patterns.db'}")
        found = []
        for year, steps in enumerate((*range(STAGES), *ENDED), NOW.year):
            case = ServiceCase(flow, year)
            for step in range(steps):
                case.step(ends=steps in ENDED and step + 1 == steps)
                if step + 1 < steps:
                    case.prepare()
            with flow.environment.query() as unit:
                found.append(_pattern(unit.connection, case.number))
        flow.environment.database.close()
    return found


def _pattern(connection: Connection, number: str) -> Pattern:
    case_id = connection.execute(
        select(instance.c.id).where(instance.c.number == number)
    ).scalar_one()
    rows = {
        table.name: [
            dict(row)
            for row in connection.execute(
                select(table).where(
                    table.c["id" if table is instance else "instance_id"] == case_id
                )
            ).mappings()
        ]
        for table in TABLES
    }
    case = rows[instance.name][0]
    ids = tuple(row["id"] for row in rows[user_task.name])
    owner = next(one for one in ORGANISATIONS if one.id == case["organisation_id"])
    return Pattern(rows, ids, case["state"] == "open", owner, number)


def _case_of(table: Table) -> Column[Any]:
    return table.c.id if table is instance else table.c.instance_id


# --- copies ------------------------------------------------------------------------------------


def _case(
    number: int, patterns: Sequence[Pattern], rounds: Mapping[str, int], chance: random.Random
) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The rows of one more case, with their tables."""
    running = [pattern for pattern in patterns if pattern.is_open]
    ended = [pattern for pattern in patterns if not pattern.is_open]
    is_open = chance.random() < OPEN_SHARE
    pattern = chance.choice(running if is_open else ended)
    measure = chance.randrange(AUTHORITIES)
    owner = chance.choice(_APPLICANTS)
    back = timedelta(days=chance.randrange(90 if is_open else 365 * YEARS))
    slug, key = MEASURES[measure], number + 1
    name = f"{slug[:2].upper()}-{(NOW - back).year}-{key:06}"
    fresh = {old: UUID(int=chance.getrandbits(128)).hex for old in pattern.ids}
    texts = {
        **fresh,
        pattern.number: name,
        f"org:{pattern.applicant.id}": f"org:{owner.id}",
        "org:amt1": f"org:amt{measure + 1}",
    }
    fixed = {
        "instance_id": key,
        "measure": slug,
        "round_id": rounds[slug],
        "year": (NOW - back).year,
        "number": name,
        "start_key": None,
    }
    for table, rows in pattern.rows.items():
        for row in rows:
            copy = {column: _moved(value, back, texts) for column, value in row.items()} | {
                column: value for column, value in fixed.items() if column in row
            }
            if table == instance.name:
                copy |= {"id": key, "organisation_id": owner.id}
                copy["data"] = _named(copy["data"], owner, name)
            elif table == user_task.name:
                copy["organisation_id"] = owner.id
            elif table == completion.name:
                copy["key"] = f"{name}-{copy['task_id']}"
            yield table, copy


def _moved(value: Any, back: timedelta, texts: Mapping[str, str]) -> Any:
    if isinstance(value, str):
        return texts.get(value, value)
    if isinstance(value, bytes) and value.startswith(b"{"):  # the state; a snapshot is left alone
        for old, new in texts.items():
            value = value.replace(old.encode(), new.encode())
        return value
    return value - back if isinstance(value, date | datetime) else value


def _named(data: Mapping[str, Any], owner: Organisation, number: str) -> dict[str, Any]:
    applicant = {**data["vorgang"]["antragsteller"], "id": owner.id, "name": owner.name}
    return {**data, "vorgang": {**data["vorgang"], "nummer": number, "antragsteller": applicant}}


_APPLICANTS = [one for one in ORGANISATIONS if one.kind in ("kreis", "gemeinde")]


# --- writing -----------------------------------------------------------------------------------


class _Writer:
    """Rows into tables the fast way of each driver, bound as SQLAlchemy binds them."""

    def __init__(self, url: str) -> None:
        address = make_url(url)
        self._dialect = create_engine(address).dialect
        self._lite = self._dialect.name == "sqlite"
        if self._lite:
            self._connection: Any = sqlite3.connect(address.database or "")
            self._connection.execute("PRAGMA synchronous=OFF")
        else:
            plain = address.set(drivername="postgresql").render_as_string(hide_password=False)
            self._connection = psycopg.connect(plain)

    def __enter__(self) -> "_Writer":
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()

    def add(self, table: Table, rows: Iterable[Mapping[str, Any]]) -> None:
        """One transaction."""
        columns = [c for c in table.c if not c.computed and (c.name, table.name) not in _COUNTED]
        binders = [
            c.type.dialect_impl(self._dialect).bind_processor(self._dialect) for c in columns
        ]
        names = ", ".join(f'"{column.name}"' for column in columns)
        pairs = list(zip([column.name for column in columns], binders, strict=True))
        values = ([b(row[n]) if b else row[n] for n, b in pairs] for row in rows)
        if self._lite:
            marks = ", ".join("?" * len(columns))
            self._connection.executemany(
                f"INSERT INTO {table.name} ({names}) VALUES ({marks})",  # noqa: S608 - our own names
                values,
            )
        else:
            copy = f"COPY {table.name} ({names}) FROM STDIN"
            with self._connection.cursor().copy(copy.encode()) as target:
                for row in values:
                    target.write_row(row)
        self._connection.commit()

    def finish(self) -> None:
        """Let the database count on from here, and look at what it has."""
        if self._lite:
            self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            return
        last = "SELECT max(id) FROM pik_process_instance"
        sequence = "pg_get_serial_sequence('pik_process_instance', 'id')"
        self._connection.execute(f"SELECT setval({sequence}, ({last}))".encode())  # noqa: S608
        self._connection.commit()
        self._connection.autocommit = True
        self._connection.execute("VACUUM ANALYZE")


def main() -> None:
    """`python -m benchmarks.population sqlite:///file.db 100000`"""
    fill(sys.argv[1], int(sys.argv[2]))


if __name__ == "__main__":
    main()
