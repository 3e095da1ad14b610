"""Indexes by which steps, next tasks, inboxes and refused uploads cost the same, however much has
ended."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

OPEN = sa.text("state = 'open'")
MINE = sa.text("state = 'open' AND claimed_by <> ''")


def upgrade() -> None:
    _index_tasks()
    _index_history()
    _index_cases()
    op.create_index("ix_pik_file_sha256", "pik_file", ["sha256"])


def _computed(text: str) -> sa.Computed:
    """A column the database works out itself; SQLite adds only such as it does not store."""
    return sa.Computed(text, persisted=op.get_bind().dialect.name == "postgresql" or None)


def _index_tasks() -> None:
    urgency = _computed("coalesce(due, '9999-12-31')")
    op.add_column("pik_user_task", sa.Column("urgency", sa.Date(), urgency))
    for name in ("pik_user_task_inbox", "pik_user_task_claimed"):
        op.drop_index(name, "pik_user_task")
    inbox = ["audience", "role", "urgency", "created_at", "instance_id", "id"]
    shown = ["claimed_by", "follow_up", "phase", "measure", "organisation_id", "carrier_id"]
    waiting = ["measure", "name", "lane", "phase", "urgency", "created_at"]
    seen = ["organisation_id", "carrier_id", "audience"]
    for name, columns, only in (
        ("pik_user_task_open", [*inbox, *shown], OPEN),
        ("pik_user_task_waiting", [*waiting, *seen], OPEN),
        ("pik_user_task_mine", ["claimed_by"], MINE),
    ):
        op.create_index(name, "pik_user_task", columns, sqlite_where=only, postgresql_where=only)


def _index_history() -> None:
    for name in ("pik_history_instance", "pik_history_element"):
        op.drop_index(name, "pik_history")
    op.create_index("pik_history_step", "pik_history", ["instance_id", "step", "id"])
    op.create_index(
        "pik_history_person", "pik_history", ["instance_id", "element", "actor_id", "id"]
    )


def _index_cases() -> None:
    ended = _computed("CASE WHEN state = 'open' THEN 0 ELSE 1 END")
    op.add_column("pik_process_instance", sa.Column("ended", sa.Integer(), ended))
    for name in ("pik_instance_owner", "pik_instance_measure"):
        op.drop_index(name, "pik_process_instance")
    listed = ["carrier_id", "state", "phase", "year", "parent_id", "amount"]
    for name, first, other in (
        ("pik_instance_of_owner", "organisation_id", "measure"),
        ("pik_instance_of_measure", "measure", "organisation_id"),
    ):
        columns = [first, "ended", "id", other, *listed]
        op.create_index(name, "pik_process_instance", columns)
    every = ["ended", "id", "organisation_id", "measure", *listed]
    op.create_index("pik_instance_of_all", "pik_process_instance", every)
    if op.get_bind().dialect.name == "postgresql":  # what is large lies beside the rows
        op.execute("ALTER TABLE pik_process_instance SET (toast_tuple_target = 256)")
