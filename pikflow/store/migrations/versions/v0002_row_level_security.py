"""Row-level security, and on each task whose case it belongs to, which its policy looks at."""

import sqlalchemy as sa
from alembic import op

from pikflow.store.migrations import policies

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    for name, length in (("organisation_id", 40), ("carrier_id", 40), ("measure", 60)):
        op.add_column(
            "pik_user_task",
            sa.Column(name, sa.String(length), nullable=False, server_default=""),
        )
    op.execute(
        "UPDATE pik_user_task SET (organisation_id, carrier_id, measure) = "
        "(SELECT organisation_id, carrier_id, measure FROM pik_process_instance i "
        "WHERE i.id = instance_id)"
    )
    policies.begin()
    policies.protect(
        "pik_answers",
        "pik_completion",
        "pik_file",
        "pik_history",
        "pik_incident",
        "pik_outbox",
        "pik_timer",
    )
