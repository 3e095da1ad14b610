"""What changed in open funding rounds: when, by whom, why."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "pik_round_change",
        sa.Column("id", ID, primary_key=True),
        sa.Column("round_id", ID, nullable=False),
        sa.Column("changes", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("actor_id", sa.String(80), nullable=False),
        sa.Column("actor_name", sa.String(200), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["round_id"], ["pik_round.id"]),
    )
    op.create_index("ix_pik_round_change_round_id", "pik_round_change", ["round_id"])
