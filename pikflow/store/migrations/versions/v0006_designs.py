"""Designs: files changed on top of a deployment; who deployed why."""

import sqlalchemy as sa
from alembic import op

from pikflow.store.migrations import policies

revision = "0006"
down_revision = "0005"

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    for name, kind in (("actor_name", sa.String(200)), ("reason", sa.Text())):
        op.add_column("pik_deployment", sa.Column(name, kind, nullable=False, server_default=""))
    _add_designs()
    _add_files()
    policies.protect_designs()


def _add_designs() -> None:
    op.create_table(
        "pik_design",
        sa.Column("id", ID, primary_key=True),
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column("owner_id", sa.String(80), nullable=False),
        sa.Column("owner_name", sa.String(200), nullable=False),
        sa.Column("shared", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("base_id", ID),
        sa.Column("deployment_id", ID),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["base_id"], ["pik_deployment.id"]),
        sa.ForeignKeyConstraint(["deployment_id"], ["pik_deployment.id"]),
    )
    op.create_index("ix_pik_design_owner_id", "pik_design", ["owner_id"])
    op.create_table(
        "pik_design_change",
        sa.Column("id", ID, primary_key=True),
        sa.Column("design_id", ID, nullable=False),
        sa.Column("command", sa.String(20), nullable=False),
        sa.Column("path", sa.String(300), nullable=False),
        sa.Column("note", sa.String(500), nullable=False),
        sa.Column("actor_id", sa.String(80), nullable=False),
        sa.Column("actor_name", sa.String(200), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["design_id"], ["pik_design.id"]),
    )
    op.create_index("ix_pik_design_change_design_id", "pik_design_change", ["design_id"])


def _add_files() -> None:
    op.create_table(
        "pik_design_file",
        sa.Column("design_id", ID, primary_key=True, autoincrement=False),
        sa.Column("path", sa.String(300), primary_key=True),
        sa.Column("version", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("change_id", ID, nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("data", sa.LargeBinary()),
        sa.ForeignKeyConstraint(["design_id"], ["pik_design.id"]),
        sa.ForeignKeyConstraint(["change_id"], ["pik_design_change.id"]),
    )
    op.create_table(
        "pik_design_presence",
        sa.Column("design_id", ID, primary_key=True, autoincrement=False),
        sa.Column("person_id", sa.String(80), primary_key=True),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("path", sa.String(300), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["design_id"], ["pik_design.id"]),
    )
