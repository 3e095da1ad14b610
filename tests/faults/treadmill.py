"""A process that never ends on its own: a task for a person, a call of a connector, and again."""

from decimal import Decimal
from pathlib import Path

from sqlalchemy import select

from pikflow.services import Services, rounds
from pikflow.store.tables import history, instance, job

FORM = """\
pikform: 1
id: schritt
version: 1
title: {de: Schritt}
sections:
  - id: schritt
    title: {de: Schritt}
    fields:
      - {id: zahl, type: integer, label: {de: Zahl}, required: true}
"""
MEASURE = """
  - slug: dauerlauf
    name: {de: Dauerlauf}
    short: DL
    process: dauerlauf
    authority: ministerium
    applicants: [gemeinde, landkreis, stadtkreis, traeger, regierungspraesidium, ministerium]
    starters: [gemeinde, landkreis, stadtkreis, traeger, regierungspraesidium, ministerium]
"""


def build(services: Services, people: list[str]) -> dict[str, int]:
    """Deploy the process beside the demo's and start it for each persona; case ids by persona."""
    files = services.definitions.files()
    path, catalog = next((p, d) for p, d in files.items() if p.endswith("catalog.yaml"))
    services.definitions.deploy(
        {
            path: catalog + MEASURE.encode(),
            "workflows/dauerlauf.bpmn": (Path(__file__).parent / "treadmill.bpmn").read_bytes(),
            "forms/schritt.yaml": FORM.encode(),
        }
    )
    with services.environment.command() as unit:
        year = unit.today.year
        given = {"antragsfrist": unit.today.replace(month=12, day=31), "budget_eur": Decimal(1)}
        rounds.open_round(unit, unit.catalog.measures["dauerlauf"], year, given)
    ids = {}
    for person in people:
        actor = services.environment.identity.actor(person)
        assert actor is not None
        number = services.cases.start(actor, "dauerlauf").number
        with services.environment.query() as unit:
            ids[person] = unit.connection.scalars(
                select(instance.c.id).where(instance.c.number == number)
            ).one()
    return ids


def steps_of(services: Services, case_id: int) -> list[str]:
    """The task ids of the completed steps of a case, as its history has them."""
    statement = select(history.c.task_id).where(
        history.c.instance_id == case_id,
        history.c.element == "Schritt",
        history.c.state == "completed",
    )
    with services.environment.query() as unit:
        return list(unit.connection.scalars(statement))


def calls_of(services: Services, case_id: int) -> list[str]:
    """The states of the jobs of a case."""
    with services.environment.query() as unit:
        statement = select(job.c.state).where(job.c.instance_id == case_id)
        return list(unit.connection.scalars(statement))
