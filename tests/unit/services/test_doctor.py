"""The doctor finds nothing in data the services wrote, and each single damage in it."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from io import BytesIO
from pathlib import Path

import pytest
from databases import drop_database, new_database, postgresql
from sqlalchemy import delete, insert, select, update
from sqlalchemy.engine import Connection

from pikflow.connectors import Call, Connector
from pikflow.errors import ConnectorFault
from pikflow.services.contents import path_of
from pikflow.services.doctor import Doctor
from pikflow.services.symptoms import Symptom
from pikflow.store import workers
from pikflow.store.tables import (
    answers,
    completion,
    draft,
    file,
    history,
    incident,
    instance,
    job,
    round_budget,
    subscription,
    timer,
    user_task,
)

from .world import ANTRAG, PEOPLE, Clock, World, bundle, make

Damage = Callable[[World, Connection], object]
MELDUNG = {"anzahl": 3}
LISTENING = b"""
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"
  xmlns:pik="urn:pikflow:bpmn:1.0" targetNamespace="urn:test">
<message id="M" name="Zusage"/><signal id="S" name="Alarm"/>
<process id="rechnen" isExecutable="true"><laneSet><lane id="L" name="Antrag">
  <flowNodeRef>an</flowNodeRef><flowNodeRef>m</flowNodeRef><flowNodeRef>s</flowNodeRef>
  <flowNodeRef>aus</flowNodeRef></lane></laneSet>
  <startEvent id="an"/><endEvent id="aus"/>
  <intermediateCatchEvent id="m" pik:key="vorgang.antragsteller.id">
    <messageEventDefinition messageRef="M"/></intermediateCatchEvent>
  <intermediateCatchEvent id="s"><signalEventDefinition signalRef="S"/></intermediateCatchEvent>
  <sequenceFlow id="a" sourceRef="an" targetRef="m"/>
  <sequenceFlow id="b" sourceRef="m" targetRef="aus"/>
  <sequenceFlow id="c" sourceRef="an" targetRef="s"/>
  <sequenceFlow id="d" sourceRef="s" targetRef="aus"/>
</process></definitions>"""


@pytest.fixture(scope="module")
def made(
    database_kind: str, prepared: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[World]:
    """Cases of every kind: with an open task and a timer, ended, with children, stopped, waiting
    for messages. Made once, to be copied."""
    place = new_database(database_kind, prepared)
    services, clock = make(place, tmp_path_factory.mktemp("made") / "files")
    world = World(services, clock)
    number = world.start()
    world.files.store(PEOPLE["kreis1"], number, "a.pdf", BytesIO(b"%PDF-1.4\n"))
    world.complete("kreis1", "Antrag ausfüllen", ANTRAG)
    world.complete("amt1", "Antrag prüfen", {"ergebnis": "gut"})
    world.complete("amt2", "Entscheidung freigeben", {"freigegeben": True})
    second = world.start("kreis2")
    world.tasks.save_draft(PEOPLE["kreis2"], world.task("kreis2", number=second), {"zweck": "x"})
    world.start("kreis1", "sammeln")
    world.complete("gemeinde11", "Bedarf melden", MELDUNG)
    world.start("kreis1", "rechnen")
    world.environment.connectors._known["test.rechnen"] = Connector("test.rechnen", "", run=broken)
    world.jobs.run_due()
    world.definitions.deploy({**bundle(), "rechnen.bpmn": LISTENING})
    world.start("kreis2", "rechnen")
    world.environment.database.settle()
    world.environment.database.close()
    yield world
    drop_database(place)


def broken(call: Call) -> None:
    raise ConnectorFault("weg", "Das Fachverfahren antwortet nicht.", temporary=False)


@pytest.fixture
def busy(database_kind: str, made: World, tmp_path: Path) -> Iterator[World]:
    """A copy of them for every test."""
    url = made.environment.database.engine.url.render_as_string(hide_password=False)
    place = new_database(database_kind, url)
    shutil.copytree(made.environment.files_folder, tmp_path / "files")
    services, clock = make(place, tmp_path / "files")
    clock.now = made.clock.now
    yield World(services, clock)
    services.environment.database.close()
    drop_database(place)


def examine(world: World) -> list[Symptom]:
    seen: list[tuple[int, int]] = []
    found = list(world.doctor.examine_data(lambda done, total: seen.append((done, total))))
    assert seen[-1][0] == seen[-1][1]
    return found


def test_finds_nothing_in_what_the_services_wrote(busy: World) -> None:
    assert examine(busy) == []


def case_id(connection: Connection, measure: str, state: str = "open") -> int:
    statement = select(instance.c.id).where(
        instance.c.measure == measure, instance.c.state == state, instance.c.parent_id.is_(None)
    )
    return connection.execute(statement).scalar_one()


def task_of(connection: Connection, state: str) -> str:
    """One task, always of the same element: "Melden" is open, "Pruefen" completed."""
    element = {"open": "Melden", "completed": "Pruefen"}[state]
    statement = select(user_task.c.id).where(
        user_task.c.state == state, user_task.c.element == element
    )
    return str(connection.execute(statement.order_by(user_task.c.id)).scalars().first())


def forget_task(world: World, connection: Connection) -> None:
    task_id = task_of(connection, "open")
    connection.execute(delete(user_task).where(user_task.c.id == task_id))


def close_task(world: World, connection: Connection) -> None:
    where = user_task.c.id == task_of(connection, "open")
    connection.execute(update(user_task).where(where).values(state="cancelled"))


def reopen_task(world: World, connection: Connection) -> None:
    where = user_task.c.id == task_of(connection, "completed")
    connection.execute(update(user_task).where(where).values(state="open"))


def invent_task(world: World, connection: Connection) -> None:
    columns = [column for column in user_task.c if column.computed is None]
    same = user_task.c.id == task_of(connection, "open")
    row = connection.execute(select(*columns).where(same)).one()
    connection.execute(insert(user_task).values(**{**row._mapping, "id": "erfunden"}))


def forget_history(world: World, connection: Connection) -> None:
    where = history.c.task_id == task_of(connection, "completed"), history.c.element != ""
    connection.execute(delete(history).where(*where))


def double_history(world: World, connection: Connection) -> None:
    where = history.c.task_id == task_of(connection, "completed"), history.c.element != ""
    row = dict(connection.execute(select(history).where(*where)).one()._mapping)
    connection.execute(insert(history).values(**{**row, "id": 10_000}))


def forget_completion(world: World, connection: Connection) -> None:
    where = completion.c.task_id == task_of(connection, "completed")
    connection.execute(delete(completion).where(where))


def invent_completion(world: World, connection: Connection) -> None:
    row = connection.execute(select(completion)).first()
    assert row is not None
    fresh = {**row._mapping, "task_id": task_of(connection, "open"), "key": "erfunden"}
    connection.execute(insert(completion).values(**fresh))


def forget_step(world: World, connection: Connection) -> None:
    case = case_id(connection, "mini", "completed")
    connection.execute(delete(history).where(history.c.instance_id == case, history.c.step == 1))


def old_case_row(world: World, connection: Connection) -> None:
    connection.execute(update(instance).where(instance.c.state == "completed").values(version=2))


def forget_answers(world: World, connection: Connection) -> None:
    connection.execute(delete(answers).where(answers.c.result == "antrag"))


def forget_job(world: World, connection: Connection) -> None:
    connection.execute(delete(job).where(job.c.kind == "connector"))


def end_job(world: World, connection: Connection) -> None:
    connection.execute(update(job).where(job.c.kind == "connector").values(state="done"))


def forget_child_job(world: World, connection: Connection) -> None:
    connection.execute(delete(job).where(job.c.kind == "child"))


def hide_incident(world: World, connection: Connection) -> None:
    connection.execute(update(incident).values(resolved_at=world.clock.now))


def lose_flag(world: World, connection: Connection) -> None:
    connection.execute(update(instance).values(stopped=False))


def reopen_case(world: World, connection: Connection) -> None:
    where = instance.c.measure == "mini", instance.c.state == "completed"
    connection.execute(update(instance).where(*where).values(state="open"))


def end_case(world: World, connection: Connection) -> None:
    where = instance.c.stopped.is_(True)
    connection.execute(update(instance).where(where).values(state="completed", ended_at=None))


def lose_tokens(world: World, connection: Connection) -> None:
    """A state without tokens that is not at its end, and no open task either."""
    case = case_id(connection, "mini")
    state = (
        b'{"version":1,"process":"mini","outcome":null,"completed":false,"tasks":[],"scopes":{}}'
    )
    connection.execute(update(instance).where(instance.c.id == case).values(engine_state=state))
    connection.execute(
        update(user_task).where(user_task.c.instance_id == case).values(state="cancelled")
    )
    connection.execute(delete(timer).where(timer.c.instance_id == case))
    connection.execute(delete(draft))


def break_state(world: World, connection: Connection) -> None:
    where = instance.c.id == case_id(connection, "mini")
    connection.execute(update(instance).where(where).values(engine_state=b"{]"))


def forget_timer(world: World, connection: Connection) -> None:
    connection.execute(delete(timer))


def delay_timer(world: World, connection: Connection) -> None:
    due = world.clock.now + timedelta(days=400)
    connection.execute(update(timer).values(due=due))


def invent_timer(world: World, connection: Connection) -> None:
    case = case_id(connection, "mini", "completed")
    connection.execute(insert(timer).values(instance_id=case, due=world.clock.now, attempts=0))


def forget_subscription(world: World, connection: Connection) -> None:
    assert connection.execute(delete(subscription)).rowcount == 2


def change_subscription(world: World, connection: Connection) -> None:
    connection.execute(update(subscription).where(subscription.c.kind == "message").values(key="x"))


def keep_subscription(world: World, connection: Connection) -> None:
    case = case_id(connection, "mini", "completed")
    row = {"event_id": "erfunden", "kind": "signal", "name": "Alarm", "key": ""}
    fresh = {**row, "instance_id": case, "since": world.clock.now}
    connection.execute(insert(subscription).values(**fresh))


def invent_offer(world: World, connection: Connection) -> None:
    where = instance.c.id == case_id(connection, "mini")
    connection.execute(update(instance).where(where).values(waiting=[{"id": "erfunden"}]))


def keep_draft(world: World, connection: Connection) -> None:
    task_id = task_of(connection, "completed")
    connection.execute(update(draft).values(task_id=task_id))


def lose_file(world: World, connection: Connection) -> None:
    digest = connection.execute(select(file.c.sha256)).scalar_one()
    path_of(world.environment.files_folder, digest).unlink()


def change_file(world: World, connection: Connection) -> None:
    digest = connection.execute(select(file.c.sha256)).scalar_one()
    path_of(world.environment.files_folder, digest).write_bytes(b"%PDF-1.5\n")


def approve_too_much(world: World, connection: Connection) -> None:
    where = instance.c.measure == "mini", instance.c.state == "completed"
    connection.execute(update(instance).where(*where).values(approved=Decimal("5000.01")))


def cut_the_round(world: World, connection: Connection) -> None:
    connection.execute(update(round_budget).values(amount=None))
    where = instance.c.measure == "mini"
    connection.execute(update(instance).where(where).values(approved=Decimal(5001)))


DAMAGES: list[tuple[Damage, set[str]]] = [
    (forget_task, {"task-missing"}),
    (close_task, {"task-missing"}),
    (reopen_task, {"task-without-token", "completion-without-task", "history-without-task"}),
    (invent_task, {"task-without-token"}),
    (forget_history, {"history-count"}),
    (double_history, {"history-count"}),
    (forget_completion, {"completion-missing"}),
    (invent_completion, {"completion-without-task"}),
    (forget_step, {"step-missing"}),
    (old_case_row, {"step-ahead"}),
    (forget_answers, {"answers-missing"}),
    (forget_job, {"job-missing"}),
    (end_job, {"job-lost"}),
    (forget_child_job, {"child-job-missing"}),
    (hide_incident, {"incident-missing", "incident-flag"}),
    (lose_flag, {"incident-flag"}),
    (reopen_case, {"end-missed"}),
    (end_case, {"end-early", "end-undated"}),
    (lose_tokens, {"case-stuck"}),
    (break_state, {"state-unreadable"}),
    (forget_timer, {"timer-differs"}),
    (delay_timer, {"timer-differs"}),
    (invent_timer, {"timer-differs"}),
    (forget_subscription, {"subscription-differs"}),
    (change_subscription, {"subscription-differs"}),
    (keep_subscription, {"subscription-differs"}),
    (invent_offer, {"offer-differs"}),
    (keep_draft, {"draft-left"}),
    (lose_file, {"file-damaged"}),
    (change_file, {"file-damaged"}),
    (approve_too_much, {"budget-exceeded"}),
    (cut_the_round, {"budget-exceeded"}),
]


@pytest.mark.parametrize(
    ("damage", "codes"), DAMAGES, ids=[damage.__name__ for damage, _ in DAMAGES]
)
def test_finds_a_damage_and_nothing_else(busy: World, damage: Damage, codes: set[str]) -> None:
    with busy.environment.command() as unit:
        damage(busy, unit.connection)
    assert {symptom.code for symptom in examine(busy)} == codes


def test_says_which_case_and_task_is_meant(busy: World) -> None:
    with busy.environment.command() as unit:
        task_id = task_of(unit.connection, "open")
        forget_task(busy, unit.connection)
    symptom = examine(busy)[0]
    assert symptom.subject == task_id
    assert symptom.case.startswith("SA-2026-")


def test_changes_nothing(busy: World) -> None:
    def everything() -> list[object]:
        with busy.environment.query() as unit:
            return [
                list(unit.connection.execute(select(table).order_by(*table.primary_key)))
                for table in (instance, user_task, history, job, timer, incident)
            ]

    before = everything()
    examine(busy)
    assert everything() == before


def setup_codes(world: World) -> set[str]:
    return {symptom.code for symptom in world.doctor.examine_setup()}


def test_tells_what_is_missing_in_the_setup(world: World) -> None:
    assert setup_codes(world) == {"worker-missing"}
    with world.environment.command() as unit:
        now = world.environment.database.now(unit.connection)
        workers.see(unit.connection, "here-1", "embedded", now)
    assert setup_codes(world) == set()
    settings = {"PIKFLOW_DEMO": True, "PIKFLOW_DISK_FREE_BYTES": 10**18}
    environment = replace(world.environment, settings={**world.environment.settings, **settings})
    found = {symptom.code for symptom in Doctor(environment, world.jobs).examine_setup()}
    assert found == {"demo-on", "disk-low"}
    world.environment.files_folder.rmdir()
    world.environment.files_folder.write_text("a file in its place")
    assert setup_codes(world) == {"files-readonly"}


def test_tells_that_the_role_of_the_database_may_do_everything(
    world: World, database_kind: str, tmp_path: Path
) -> None:
    if database_kind == "sqlite":  # has no roles
        return
    place = postgresql().removesuffix("postgres")
    name = world.environment.database.engine.url.database
    services, _ = make(f"{place}{name}", tmp_path / "other")
    assert "role-unbound" in {symptom.code for symptom in services.doctor.examine_setup()}
    services.environment.database.close()


def test_tells_of_work_that_waits(busy: World) -> None:
    assert setup_codes(busy) == {"worker-missing", "jobs-dead"}
    busy.clock.move(days=31)
    assert setup_codes(busy) == {"worker-missing", "jobs-dead", "jobs-late"}


def test_tells_that_nothing_is_deployed(database_kind: str, tmp_path: Path) -> None:
    place = new_database(database_kind)
    services, _ = make(place, tmp_path / "files")
    world = World(services, Clock())
    assert setup_codes(world) == {"schema-unfit"}
    services.environment.database.create()
    assert setup_codes(world) == {"nothing-deployed", "worker-missing"}
    services.environment.database.close()
    drop_database(place)
