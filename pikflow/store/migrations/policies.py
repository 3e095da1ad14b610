"""Row-level security on PostgreSQL: which rows a transaction may touch, whatever its SQL says.

A transaction says whose rows it is about (`store/scope.py: enter`); one that says nothing sees
nothing. The functions and conditions here are used by migrations and never change once released.
"""

from alembic import op

# `pikflow.<name>` as an array; NULL, which nothing is in, when it was not set.
_SCOPE = """
CREATE FUNCTION pik_scope(name text) RETURNS text[] LANGUAGE sql STABLE AS
$$ SELECT nullif(current_setting('pikflow.' || name, true), '')::text[] $$
"""
# As functions, because two tables that look at each other in their policies are refused, and
# because the conditions of one table written into those of another made planning a statement take
# ten times as long as running it. The case that was seen last in a transaction is remembered:
# `scope.enter` forgets it.
_SEES = """
CREATE FUNCTION pik_sees(id bigint) RETURNS boolean LANGUAGE plpgsql STABLE AS $$
BEGIN
    IF current_setting('pikflow.everything', true) = 'on'
        OR current_setting('pikflow.seen', true) = pik_sees.id::text THEN
        RETURN true;
    END IF;
    IF EXISTS (SELECT 1 FROM pik_process_instance i WHERE i.id = pik_sees.id) THEN
        PERFORM set_config('pikflow.seen', pik_sees.id::text, true);
        RETURN true;
    END IF;
    RETURN false;
END $$
"""
_HAS_TASK = """
CREATE FUNCTION pik_has_task(id bigint) RETURNS boolean LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN EXISTS (SELECT 1 FROM pik_user_task t
        WHERE t.instance_id = pik_has_task.id AND t.audience = ANY (pik_scope('audiences')));
END $$
"""
_SEES_TASK = """
CREATE FUNCTION pik_sees_task(id text) RETURNS boolean LANGUAGE plpgsql STABLE AS $$
BEGIN RETURN EXISTS (SELECT 1 FROM pik_user_task t WHERE t.id = pik_sees_task.id); END $$
"""
# Sub-selects, so that PostgreSQL looks once per statement and not once per row.
EVERYTHING = "(SELECT current_setting('pikflow.everything', true)) = 'on'"
_OWNED = " OR ".join(
    f"{column} = ANY ((SELECT pik_scope('{name}'))::text[])"
    for column, name in (
        ("organisation_id", "organisations"),
        ("carrier_id", "carrier"),
        ("measure", "measures"),
    )
)
_MINE = "audience = ANY ((SELECT pik_scope('audiences'))::text[])"
_ADMITTED = "((SELECT pik_scope('cases')::bigint[])::bigint[])"
_TASK_SEEN = f"{EVERYTHING} OR {_MINE} OR {_OWNED} OR instance_id = ANY {_ADMITTED}"
_CASE_SEEN = f"{EVERYTHING} OR {_OWNED} OR id = ANY {_ADMITTED} OR pik_has_task(id)"


def begin() -> None:
    """What all policies use, and those of cases, tasks and drafts."""
    if op.get_bind().dialect.name != "postgresql":
        return
    for function in (_SCOPE, _SEES, _HAS_TASK, _SEES_TASK):
        op.execute(function)
    _enforce("pik_process_instance", _CASE_SEEN)
    _enforce("pik_user_task", _TASK_SEEN, "pik_sees(instance_id)")
    _enforce("pik_draft", f"{EVERYTHING} OR pik_sees_task(task_id)")


def protect(*tables: str) -> None:
    """Rows of these tables are seen with the case their `instance_id` names."""
    if op.get_bind().dialect.name != "postgresql":
        return
    for table in tables:
        _enforce(table, "pik_sees(instance_id)")


def protect_designs() -> None:
    """A design and what belongs to it is there for its owner and, once it is shared, for
    everybody who designs. The setting is empty for all others, also for those who see every case,
    and "*" for background work."""
    if op.get_bind().dialect.name != "postgresql":
        return
    designer = "nullif((SELECT current_setting('pikflow.designer', true)), '')"
    _enforce(
        "pik_design",
        f"{designer} = '*' OR owner_id = {designer} OR (shared AND {designer} IS NOT NULL)",
    )
    for table in ("pik_design_change", "pik_design_file", "pik_design_presence"):
        _enforce(table, "design_id IN (SELECT id FROM pik_design)")  # once per statement


def protect_saved_filters() -> None:
    """A saved filter is there for the organisation it was saved in, and nobody else's."""
    if op.get_bind().dialect.name != "postgresql":
        return
    inside = "organisation_id = ANY ((SELECT pik_scope('carrier'))::text[])"
    _enforce("pik_saved_filter", f"{EVERYTHING} OR {inside}")


def _enforce(table: str, seen: str, storable: str = "") -> None:
    """Also for the owner of the table; nobody but a superuser is exempt."""
    op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
    op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY pik_scope ON {table} USING ({seen}) WITH CHECK ({storable or seen})")
