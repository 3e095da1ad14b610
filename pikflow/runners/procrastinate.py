"""Procrastinate on PostgreSQL as the runner: N web and M worker processes on many machines.

Its tables live in a schema of their own, so that a host's own Procrastinate is never met. An errand
is enqueued on the connection of the step that wants it: a rollback leaves nothing. Its rows are
deleted when they are done; what a killed worker held is retried after `STALLED` seconds, and our
own lease decides who may write the end.
"""

import asyncio
import logging
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal

import procrastinate
import psycopg
from procrastinate import exceptions, jobs, schema

from pikflow.runners.hands import Hands
from pikflow.runners.port import Desk, Errand, RunnerFault

log = logging.getLogger(__name__)

SCHEMA = "pikflow_jobs"
QUEUE = "pikflow"
TASK = "pikflow.errand"
HEARTBEAT, STALLED = 10, 30  # seconds
_LOCK = 0x70696B  # of the advisory lock under which the tables are made
_AGAIN = 2.0  # seconds before a worker connects anew
_LOOK = 0.2  # seconds between looks whether to stop
_CONNECTIONS = 3  # a worker's own: for fetching, heartbeats and listening

Connection = psycopg.Connection[Any]


class ProcrastinateRunner:
    """Carries errands with Procrastinate 3.

    `arguments` are psycopg's for connecting; `pause` is how often a worker looks even when no
    notification came, `grace` how long errands at hand may take after a stop, both in seconds.
    """

    name = "procrastinate"

    def __init__(self, arguments: dict[str, Any], pause: float = 2, grace: float = 30) -> None:
        self._arguments = _in_schema(arguments)
        self._pause = pause
        self._grace = grace
        unopened = procrastinate.SyncPsycopgConnector(kwargs=self._arguments)
        self._manager = procrastinate.App(connector=unopened).job_manager

    def prepare(self, connection: Any) -> None:
        """Create its tables, or bring them to the installed release."""
        raw = _driver(connection)
        raw.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        raw.execute(f"CREATE SCHEMA IF NOT EXISTS {SCHEMA}")
        with _schema_first(raw):
            _bring_up_to_date(raw)

    def announce(self, connection: Any, errands: Sequence[Errand]) -> None:
        """Enqueue in the caller's transaction what does not wait in the queue already."""
        raw = _driver(connection)
        try:
            with raw.transaction(), _schema_first(raw):
                waiting = _waiting(raw, [errand.key for errand in errands])
                fresh = {e.key: _job(e) for e in errands if e.key not in waiting}
                if fresh:
                    self._manager.batch_defer_jobs(jobs=list(fresh.values()), connection=raw)
        except (psycopg.Error, exceptions.ProcrastinateException) as fault:
            raise RunnerFault(f"Procrastinate took no errand: {_reason(fault)}") from fault

    def wake(self) -> None:
        """The database notifies the workers itself."""

    def run(self, desk: Desk, stop: threading.Event, concurrency: int) -> None:
        """Run a Procrastinate worker, anew after the database was away; see JobRunner.run."""
        hands = Hands(desk, concurrency, stop)
        while not stop.is_set():
            try:
                asyncio.run(self._work(hands, stop, concurrency))
            except (psycopg.Error, exceptions.ProcrastinateException) as fault:
                if isinstance(fault.__cause__, psycopg.errors.ProgrammingError):
                    raise RunnerFault("Procrastinate's tables: run init-db") from fault
                log.error("The worker lost its queue (%s); it connects anew", _reason(fault))
                stop.wait(_AGAIN)

    async def _work(self, hands: Hands, stop: threading.Event, concurrency: int) -> None:
        async with self._app(hands, concurrency).open_async() as app:
            working = asyncio.create_task(
                app.run_worker_async(
                    queues=[QUEUE],
                    concurrency=concurrency,
                    fetch_job_polling_interval=self._pause,
                    delete_jobs="always",
                    install_signal_handlers=False,
                    update_heartbeat_interval=HEARTBEAT,
                    stalled_worker_timeout=STALLED,
                    shutdown_graceful_timeout=self._grace,
                )
            )
            try:
                while not (stop.is_set() or working.done()):
                    await asyncio.wait([working], timeout=_LOOK)
                    hands.free()
            finally:
                working.cancel()  # an order to end: what is at hand is finished before
                await asyncio.wait([working])
            if not working.cancelled():
                await working

    def _app(self, hands: Hands, concurrency: int) -> procrastinate.App:
        connector = procrastinate.PsycopgConnector(
            min_size=1, max_size=concurrency + _CONNECTIONS, kwargs=self._arguments
        )
        app = procrastinate.App(connector=connector)

        @app.task(name=TASK, queue=QUEUE)
        async def run_errand(kind: Literal["job", "timer"], number: int, case_id: int) -> None:
            over = asyncio.Event()
            loop = asyncio.get_running_loop()
            errand = Errand(kind, number, case_id)
            if hands.begin(errand, lambda: loop.call_soon_threadsafe(over.set)):
                await over.wait()

        @app.periodic(cron="* * * * *")
        @app.task(name="pikflow.retry_stalled", queue=QUEUE, pass_context=True)
        async def retry_stalled(context: procrastinate.JobContext, timestamp: int) -> None:
            manager = context.app.job_manager
            for stalled in await manager.get_stalled_jobs(seconds_since_heartbeat=STALLED):
                await manager.retry_job(stalled)

        return app


def _job(errand: Errand) -> jobs.Job:
    return jobs.Job(
        queue=QUEUE,
        lock=None,
        queueing_lock=errand.key,
        task_name=TASK,
        task_kwargs={"kind": errand.kind, "number": errand.id, "case_id": errand.case_id},
    )


def _waiting(raw: Connection, keys: list[str]) -> set[str]:
    rows = raw.execute(
        "SELECT queueing_lock FROM procrastinate_jobs"
        " WHERE status = 'todo' AND queueing_lock = ANY(%s)",
        [keys],
    )
    return {key for (key,) in rows}


def _driver(connection: Any) -> Connection:
    """psycopg's connection below SQLAlchemy's, in the middle of its transaction."""
    raw: Connection = connection.connection.driver_connection
    if raw.info.transaction_status == psycopg.pq.TransactionStatus.IDLE:
        connection.exec_driver_sql("SELECT 1")  # else psycopg would commit by itself
    return raw


@contextmanager
def _schema_first(raw: Connection) -> Iterator[None]:
    """Procrastinate names its tables and functions without a schema."""
    row = raw.execute(
        "SELECT current_setting('search_path'), set_config('search_path', %s, true)", [SCHEMA]
    ).fetchone()
    yield
    raw.execute("SELECT set_config('search_path', %s, true)", [row[0] if row else "public"])


def _bring_up_to_date(raw: Connection) -> None:
    """The tables as the installed release wants them; which migrations ran is noted beside them."""
    raw.execute("CREATE TABLE IF NOT EXISTS pik_applied (name text PRIMARY KEY)")
    applied = {name for (name,) in raw.execute("SELECT name FROM pik_applied")}
    files = sorted(Path(schema.SchemaManager.get_migrations_path()).glob("*.sql"))
    missing = [path for path in files if path.name not in applied]
    if not applied:
        raw.execute(schema.SchemaManager.get_schema())
    else:
        for path in missing:
            raw.execute(path.read_bytes())
    with raw.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO pik_applied VALUES (%s)", [(path.name,) for path in missing]
        )


def _reason(fault: Exception) -> str:
    return type(fault.__cause__ or fault).__name__


def _in_schema(arguments: dict[str, Any]) -> dict[str, Any]:
    options = f"{arguments.get('options', '')} -c search_path={SCHEMA}".strip()
    return {**arguments, "options": options}
