"""Indexes by which a step, a next task and an inbox cost the same however much has ended."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

OPEN = sa.text("state = 'open'")
MINE = sa.text("state = 'open' AND claimed_by <> ''")


def upgrade() -> None:
    stored = op.get_bind().dialect.name == "postgresql" or None  # SQLite adds only virtual ones
    urgency = sa.Computed("coalesce(due, '9999-12-31')", persisted=stored)
    op.add_column("pik_user_task", sa.Column("urgency", sa.Date(), urgency))
    for name in ("pik_user_task_inbox", "pik_user_task_claimed"):
        op.drop_index(name, "pik_user_task")
    op.create_index(
        "pik_user_task_open",
        "pik_user_task",
        [
            *("audience", "role", "urgency", "created_at", "instance_id", "id"),
            *("claimed_by", "follow_up", "phase", "measure", "organisation_id", "carrier_id"),
        ],
        sqlite_where=OPEN,
        postgresql_where=OPEN,
    )
    op.create_index(
        "pik_user_task_mine",
        "pik_user_task",
        ["claimed_by"],
        sqlite_where=MINE,
        postgresql_where=MINE,
    )
    for name in ("pik_history_instance", "pik_history_element"):
        op.drop_index(name, "pik_history")
    op.create_index("pik_history_step", "pik_history", ["instance_id", "step", "id"])
    op.create_index(
        "pik_history_person", "pik_history", ["instance_id", "element", "actor_id", "id"]
    )
