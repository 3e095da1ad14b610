"""F14: announcements of jobs and timers, and deliveries of messages, are lost, doubled, too early
and in any order. The rows are the truth: everything happens once, and in the end.
"""

import time
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from crowd import settle
from sqlalchemy import select
from unit.services.test_deliveries import TASKS, process
from unit.services.world import World, bundle
from unreliable import UnreliableRunner

from pikflow.services import Services, sweeping
from pikflow.services.handlers import Handler
from pikflow.services.jobs import Jobs
from pikflow.services.outbox import Order, add
from pikflow.services.sweeping import Sweeper
from pikflow.store import work
from pikflow.store.tables import history, instance, job, timer, user_task

KEY = "vorgang.antragsteller.id"
TAKER = process(
    "rechnen",
    TASKS + f'<intermediateCatchEvent id="w" name="Post" pik:key="{KEY}">'
    '<messageEventDefinition messageRef="M"/></intermediateCatchEvent>'
    '<intermediateCatchEvent id="z" name="Frist"><timerEventDefinition><timeDuration>P30D'
    "</timeDuration></timerEventDefinition></intermediateCatchEvent>"
    '<userTask id="u" name="Lesen"/>',
    "an > w > u > aus",
    "an > z > aus",
)
SENDER = process(
    "mini",
    '<startEvent id="an"/><serviceTask id="r" name="Rechnen" pik:connector="test.rechnen"'
    ' pik:input="{&quot;zahl&quot;: 21}"/>'
    f'<intermediateThrowEvent id="t" name="Absenden" pik:key="{KEY}">'
    '<messageEventDefinition messageRef="M"/></intermediateThrowEvent><endEvent id="aus"/>',
    "an > r > t > aus",
)
SETTINGS = {
    "PIKFLOW_JOBS_POLL_SECONDS": 0.05,
    "PIKFLOW_JOBS_SWEEP_SECONDS": 0.3,
    "PIKFLOW_JOBS_LEASE_SECONDS": 5,
    "PIKFLOW_JOBS_BACKOFF_SECONDS": 0,
    "PIKFLOW_JOBS_ATTEMPTS": 50,
}


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """What was announced and does not come counts as lost after a second, not after minutes."""
    monkeypatch.setattr(sweeping, "_OVERDUE", timedelta(seconds=1))


def _unreliable(world: World) -> tuple[Services, UnreliableRunner]:
    runner = UnreliableRunner(14)
    world.environment.settings.update(SETTINGS)  # type: ignore[attr-defined]
    services = Services(replace(world.environment, runner=runner))
    services.definitions.deploy(bundle() | {"mini.bpmn": SENDER, "rechnen.bpmn": TAKER})
    return services, runner


def _post(world: World, services: Services, cases: int) -> None:
    """So many Kreise with a case that waits for a message and a deadline, and one that sends it."""
    people = list(settle(services, cases).values())
    for person in people:
        services.cases.start(person, "rechnen")
    world.clock.move(days=31)
    for person in people:
        services.cases.start(person, "mini")


def _left(services: Services) -> int:
    with services.environment.query() as unit:
        jobs = unit.connection.scalars(select(job.c.id).where(job.c.state != work.DONE)).all()
        return len(jobs) + len(unit.connection.scalars(select(timer.c.instance_id)).all())


def _run(services: Services, seconds: float) -> None:
    services.worker.start(4)
    until = time.monotonic() + seconds
    while _left(services) and time.monotonic() < until:
        time.sleep(0.1)
    assert services.worker.stop(30)


def _happened(services: Services) -> Counter[str]:
    """How often each element was completed, in all cases."""
    with services.environment.query() as unit:
        rows = unit.connection.execute(
            select(history.c.name)
            .join(instance, instance.c.id == history.c.instance_id)
            .where(history.c.state == "completed")
        )
        return Counter(name for (name,) in rows)


def test_everything_happens_once(world: World, long: bool, ledger: Any) -> None:
    cases = 80 if long else 8
    services, runner = _unreliable(world)
    _post(world, services, cases)
    _run(services, 300 if long else 60)
    assert runner.faults == []
    assert min(runner.fates.values()) > 0 and len(runner.fates) == 4
    happened = {name: _happened(services)[name] for name in ("Rechnen", "Post", "Frist")}
    with services.environment.query() as unit:
        opened = unit.connection.scalars(
            select(user_task.c.name).where(user_task.c.state == "open")
        ).all()
    assert sorted(opened) == ["Lesen"] * cases
    assert list(services.doctor.examine_data(lambda done, total: None)) == []
    ledger(
        runs=sum(runner.fates.values()),
        lost=sum(max(0, cases - times) for times in happened.values()),
        doubled=sum(max(0, times - cases) for times in happened.values()),
        subject=", ".join(f"{count} {fate}" for fate, count in sorted(runner.fates.items())),
    )


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True, scope="session")
def test_notices_what_nobody_announces_again(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Sweeper, "sweep_if_free", lambda self: 0)
    services, _ = _unreliable(world)
    _post(world, services, 6)
    _run(services, 3)
    assert _left(services) > 0


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True, scope="session")
def test_notices_jobs_that_anybody_may_begin(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """A worker that runs whatever it is brought, without taking it first."""
    services, _ = _unreliable(world)
    number, done = world.start("kreis1", "rechnen"), list[str]()
    services.jobs.handlers["note"] = Handler(inside=lambda unit, job, _: done.append(job.key))

    def take(self: Jobs, job_id: int) -> Any:
        with self._environment.query() as unit:
            return work.job_by_id(unit.connection, job_id)

    monkeypatch.setattr(Jobs, "_take", take)
    monkeypatch.setattr(work, "end_job", lambda *_: True)
    with services.environment.command() as unit:
        case_id = unit.connection.scalars(
            select(instance.c.id).where(instance.c.number == number)
        ).one()
        add(unit, [Order("note", f"note-{n}", case_id, {}) for n in range(12)])
    services.worker.start(4)
    time.sleep(1)
    assert services.worker.stop(30)
    assert max(Counter(done).values()) > 1
