"""Who works jobs, and which jobs the runner was told of."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.add_column("pik_outbox", sa.Column("announced_at", sa.DateTime(timezone=True)))
    op.create_table(
        "pik_worker",
        sa.Column("name", sa.String(80), primary_key=True),
        sa.Column("runner", sa.String(20), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_table(
        "pik_lease",
        sa.Column("name", sa.String(40), primary_key=True),
        sa.Column("owner", sa.String(80), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
    )
