"""Filters of the lists that people keep, for themselves or for their organisation."""

import sqlalchemy as sa
from alembic import op

from pikflow.store.migrations import policies

revision = "0008"
down_revision = "0007"

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "pik_saved_filter",
        sa.Column("id", ID, primary_key=True),
        sa.Column("list", sa.String(12), nullable=False),
        sa.Column("owner_id", sa.String(80), nullable=False),
        sa.Column("owner_name", sa.String(200), nullable=False),
        sa.Column("organisation_id", sa.String(40), nullable=False),
        sa.Column("name", sa.String(60), nullable=False),
        sa.Column("query", sa.Text(), nullable=False),
        sa.Column("shared", sa.Boolean(), nullable=False),
        sa.Column("first", sa.Boolean(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.UniqueConstraint("organisation_id", "owner_id", "list", "name"),
    )
    policies.protect_saved_filters()
