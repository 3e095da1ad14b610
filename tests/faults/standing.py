"""What a world's tables hold, without what differs between two runs of the same commands."""

import re
from datetime import timedelta

from sqlalchemy import select, update
from unit.services.world import World

from pikflow.store.tables import job, metadata

# Ids are random; what was packed or written by them differs with them.
_RANDOM = {"id", "key", "start_key", "snapshot", "engine_state", "owner", "lease_until", "waiting"}
_IDS = ("_id", "task", "details", "payload", "answer", "attempts", "announced_at")
_ID = re.compile(r"[0-9a-f]{32}")


def fingerprint(world: World) -> dict[str, list[str]]:
    """table -> its rows, sorted."""
    found: dict[str, list[str]] = {}
    with world.environment.query() as unit:
        for table in metadata.sorted_tables:
            columns = [
                column
                for column in table.c
                if column.name not in _RANDOM and not column.name.endswith(_IDS)
            ]
            rows = unit.connection.execute(select(*columns)) if columns else ()
            found[table.name] = sorted(_ID.sub("#", repr(tuple(row))) for row in rows)
    return found


def pass_leases(world: World) -> None:
    """As if so much time had passed that nobody holds a job any more."""
    with world.environment.command() as unit:
        long_ago = world.environment.database.now(unit.connection) - timedelta(days=1)
        unit.connection.execute(
            update(job).where(job.c.lease_until.is_not(None)).values(lease_until=long_ago)
        )
