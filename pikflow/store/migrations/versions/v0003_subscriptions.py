"""What cases wait for that another case may bring about."""

import sqlalchemy as sa
from alembic import op

from pikflow.store.migrations import policies

revision = "0003"
down_revision = "0002"

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "pik_subscription",
        sa.Column("event_id", sa.String(60), primary_key=True),
        sa.Column("instance_id", ID, nullable=False),
        sa.Column("kind", sa.String(12), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["instance_id"], ["pik_process_instance.id"]),
    )
    op.create_index("pik_subscription_event", "pik_subscription", ["kind", "name", "key"])
    op.create_index("ix_pik_subscription_instance_id", "pik_subscription", ["instance_id"])
    policies.protect("pik_subscription")
