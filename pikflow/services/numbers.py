"""Case numbers people can read out: IM-2026-08416-01."""

import re

from pikflow.catalog import Measure
from pikflow.identity import Organisation
from pikflow.services.environment import Unit
from pikflow.store import cases


def allot(unit: Unit, measure: Measure, year: int, organisation: Organisation) -> str:
    """The next number of an organisation in a measure and year."""
    place = organisation.ags or re.sub(r"[^A-Z0-9]", "", organisation.id.upper())
    prefix = f"{measure.short}-{year}-{place}"
    return f"{prefix}-{cases.next_number(unit.connection, prefix):02d}"
