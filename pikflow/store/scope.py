"""The visibility of cases as one condition on rows; every list, search, count and view uses it.

On PostgreSQL the same stands behind every statement as row-level security, for the one that
forgot the condition; a transaction has to `enter` before it sees anything of a case.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Boolean, ColumnElement, Select, Table, false, or_, select, text, true
from sqlalchemy.engine import Connection
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from pikflow.permissions import CaseScope
from pikflow.store.batch import Batch
from pikflow.store.tables import instance, organisation


def visible(scope: CaseScope) -> ColumnElement[bool]:
    """The condition on `pik_process_instance` for what the scope allows; false for an empty one."""
    return or_(false(), *reasons(scope))


def reasons(scope: CaseScope, table: Table = instance) -> tuple[ColumnElement[bool], ...]:
    """The same in parts, any of which is enough; none for an empty scope. `table` is that of cases
    or of tasks, which name the case's owner too."""
    if scope.everything:
        return (true(),)
    if not scope.organisation:
        return ()
    return (
        _among(table.c.organisation_id, _line_below(scope.organisation).scalar_subquery()),
        table.c.carrier_id == scope.organisation,
        *(table.c.measure == measure for measure in scope.measures),
    )


class _among(FunctionElement[bool]):  # noqa: N801 - reads like a function in SQL
    """A column's value is among those of a sub-select. On PostgreSQL as an array, which an index
    finds; with IN it would look at every row, and its row-level security before that."""

    type = Boolean()
    inherit_cache = True


@compiles(_among)
def _as_list(element: _among, compiler: SQLCompiler, **options: Any) -> str:
    column, values = element.clauses
    return f"{compiler.process(column, **options)} IN {compiler.process(values, **options)}"


@compiles(_among, "postgresql")
def _as_array(element: _among, compiler: SQLCompiler, **options: Any) -> str:
    column, values = element.clauses
    array = compiler.process(values, **options)
    return f"{compiler.process(column, **options)} = ANY (ARRAY{array})"


def _line_below(organisation_id: str) -> Select[tuple[str]]:
    """Ids of the organisation and of all below it."""
    below = (
        select(organisation.c.id).where(organisation.c.id == organisation_id).cte(recursive=True)
    )
    below = below.union(select(organisation.c.id).where(organisation.c.parent_id == below.c.id))
    return select(below.c.id)


# --- row-level security ------------------------------------------------------------------------

# One statement at the beginning of a transaction says all there is to say; the settings end with
# it, for the connection may be the host's.
_LIMITS = """
    SELECT set_config('lock_timeout', '5s', true),
        set_config('statement_timeout', '30s', true),
        set_config('idle_in_transaction_session_timeout', '60s', true),
        set_config('pikflow.everything', {everything}, true),
        set_config('pikflow.seen', '', true)
"""
_ENTER_ALL = text(_LIMITS.format(everything="'on'") + ", set_config('pikflow.designer', '*', true)")
_ENTER = text(
    _LIMITS.format(everything=":everything")  # noqa: S608 - our own words, values are bound
    + """
        , set_config('pikflow.organisations', coalesce((
            WITH RECURSIVE below (id) AS (
                SELECT id FROM pik_organisation WHERE id = :organisation
                UNION SELECT o.id FROM pik_organisation o JOIN below ON o.parent_id = below.id
            ) SELECT array_agg(id)::text FROM below), ''), true)
        , set_config('pikflow.carrier', array_remove(ARRAY[:organisation], '')::text, true)
        , set_config('pikflow.measures', (:measures)::text[]::text, true)
        , set_config('pikflow.audiences', (:audiences)::text[]::text, true)
        , set_config('pikflow.designer', :designer, true)
        , (SELECT max(id) FROM pik_deployment) AS newest
    """
)


_ADMIT = text("SELECT set_config('pikflow.cases', :case, true)")


def enter(
    batch: Batch, scope: CaseScope, audiences: Sequence[str], designer: str = ""
) -> Callable[[], int | None]:
    """Say whose cases this transaction is about, and how long it may take; PostgreSQL only.

    `audiences` are those of the tasks a person may work, whosever case they belong to; `designer`
    is the id of a person who may see designs. Calling the answer gives the id of the newest
    deployment, from whose catalog all this follows.
    """
    wanted = {
        "everything": "on" if scope.everything else "",
        "organisation": scope.organisation,
        "measures": list(scope.measures),
        "audiences": list(audiences),
        "designer": designer,
    }
    answer = batch.ask(_ENTER, wanted)
    return lambda: answer()[0][-1]


def admit(batch: Batch, case_id: int) -> None:
    """One more case, to the end of the transaction."""
    batch.ask(_ADMIT, {"case": f"{{{case_id}}}"})


def enter_all(connection: Connection) -> None:
    """The same for work that is about all cases, on any database."""
    if connection.dialect.name == "postgresql":
        connection.execute(_ENTER_ALL)


@contextmanager
def lifted(connection: Connection) -> Iterator[None]:
    """Without row-level security for the owner of the tables, as COPY needs it; in a transaction
    that holds the tables alone. An error undoes it with the transaction."""
    names = connection.execute(_FORCED).scalars().all()
    for name in names:
        connection.execute(text(f"ALTER TABLE {name} NO FORCE ROW LEVEL SECURITY"))
    yield
    for name in names:
        connection.execute(text(f"ALTER TABLE {name} FORCE ROW LEVEL SECURITY"))


_FORCED = text(
    "SELECT oid::regclass::text FROM pg_class WHERE relforcerowsecurity AND relname LIKE 'pik%'"
)
