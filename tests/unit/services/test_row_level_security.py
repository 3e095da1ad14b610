"""Behind every statement on PostgreSQL: rows of cases an actor may not know of are not there.

What services show is tested elsewhere; here is raw SQL, which stands for a forgotten condition.
"""

import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from databases import drop_database, new_database, server
from sqlalchemy import inspect, select, text
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DBAPIError

from pikflow import permissions
from pikflow.errors import ConnectorFault
from pikflow.services import access, incidents
from pikflow.services.environment import Unit
from pikflow.services.files import sample
from pikflow.services.filters import FilterDraft
from pikflow.services.repeating import repeated
from pikflow.store import cases, work
from pikflow.store.batch import Batch
from pikflow.store.tables import instance, metadata, subscription, user_task

from .world import ANTRAG, PEOPLE, World, bundle, make

pytestmark = pytest.mark.parametrize(
    "database_kind", ["postgresql"], indirect=True, scope="session"
)

# Every table that holds something of a case, and how its rows lead there.
_BY_CASE = sorted(table.name for table in metadata.tables.values() if "instance_id" in table.c)
PLACES = {
    "pik_process_instance": "id",
    "pik_draft": "(SELECT instance_id FROM pik_user_task t WHERE t.id = task_id)",
    **dict.fromkeys(_BY_CASE, "instance_id"),
}
# Designs are no cases: they are their owner's, and once shared those of all who design.
DESIGNS = {"pik_design", "pik_design_change", "pik_design_file", "pik_design_presence"}


@pytest.fixture(scope="module")
def full(prepared: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Cases of both Kreise, with a row in every table about each."""
    url = new_database("postgresql", prepared)
    services, clock = make(url, tmp_path_factory.mktemp("files"))
    world = World(services, clock)
    for kreis in ("kreis1", "kreis2"):
        actor = PEOPLE[kreis]
        number = world.start(kreis)
        world.complete(kreis, "Antrag ausfüllen", ANTRAG)
        world.start(kreis, "rechnen")
        world.start(kreis, "sammeln")
        task_id = world.task(kreis)
        world.tasks.save_draft(actor, task_id, {"x": "y"})
        world.files.store(actor, number, "a.pdf", io.BytesIO(sample("pdf")))
        with world.environment.command() as unit:
            case = cases.by_number(unit.connection, number)
            assert case is not None
            incidents.note(unit, case.id, "timer", ConnectorFault("broken", "Defekt"), 1)
            batch = Batch(unit.connection)
            work.set_timer(batch, case.id, unit.now, None)
            batch.send()
            row = {"event_id": f"e{case.id}", "instance_id": case.id, "kind": "signal"}
            more = {"name": "n", "key": "", "since": unit.now}
            unit.connection.execute(subscription.insert().values(**row, **more))
    yield world
    services.environment.database.close()
    drop_database(url)


@contextmanager
def nobody(world: World) -> Iterator[Connection]:
    """A transaction that said nothing."""
    with world.environment.database.engine.begin() as connection:
        yield connection


def seen(connection: Connection, table: str) -> set[int]:
    """The cases whose rows a plain SELECT on the table gives."""
    return set(connection.execute(text(f"SELECT {PLACES[table]} FROM {table}")).scalars())


def visible(unit: Unit) -> set[int]:
    """The cases the table of permissions lets the actor of a unit know of."""
    with unit.beyond():
        found = [cases.by_id(unit.connection, key) for key in seen_ids(unit)]
        mine = permissions.audiences(unit.actor, unit.catalog) if unit.actor else ()
        tasks = unit.connection.execute(select(user_task.c.instance_id, user_task.c.audience))
        worked = {case_id for case_id, audience in tasks if audience in mine}
        return {one.id for one in found if one and (access.may_see(unit, one) or one.id in worked)}


def seen_ids(unit: Unit) -> list[int]:
    return list(unit.connection.execute(select(instance.c.id)).scalars())


def test_the_role_is_an_ordinary_one(full: World) -> None:
    with nobody(full) as connection:
        about = "SELECT rolsuper, rolbypassrls FROM pg_roles WHERE rolname = current_user"
        assert connection.execute(text(about)).one() == (False, False)


def test_every_table_about_cases_is_protected(full: World) -> None:
    with nobody(full) as connection:
        enforced = text("SELECT relname FROM pg_class WHERE relrowsecurity AND relforcerowsecurity")
        assert set(connection.execute(enforced).scalars()) == {
            *PLACES,
            *DESIGNS,
            "pik_saved_filter",
        }
        names = inspect(connection).get_table_names()
    others = {name for name in names if name not in PLACES}
    assert not {name for name in others if "instance" in name or "task" in name}


@pytest.mark.parametrize("table", PLACES)
def test_a_foreign_organisation_sees_no_row(full: World, table: str) -> None:
    with full.environment.query() as unit:
        everything = seen(unit.connection, table)
        owners = dict(
            unit.connection.execute(select(instance.c.id, instance.c.organisation_id)).all()
        )
    assert {owners[case] for case in everything} >= {"k1", "k2"}, "nothing there to be hidden"
    for who in ("kreis1", "gemeinde11", "gemeinde21", "verein1", "nobody"):
        with full.environment.query(PEOPLE[who]) as unit:
            found = seen(unit.connection, table)
            assert found == everything & visible(unit)
            assert "k2" not in {owners[case] for case in found}


@pytest.mark.parametrize("table", PLACES)
def test_without_its_policy_the_same_statement_shows_them(full: World, table: str) -> None:
    name = full.environment.database.engine.url.database or ""
    server().execute(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY", name=name)
    with full.environment.query(PEOPLE["gemeinde21"]) as unit:
        found = len(unit.connection.execute(text(f"SELECT 1 FROM {table}")).all())
        with unit.beyond():
            assert found == len(unit.connection.execute(text(f"SELECT 1 FROM {table}")).all()) > 0
    server().execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY", name=name)


@pytest.mark.parametrize("table", PLACES)
def test_who_said_nothing_sees_and_changes_nothing(full: World, table: str) -> None:
    with nobody(full) as connection:
        assert seen(connection, table) == set()
        assert connection.execute(text(f"DELETE FROM {table}")).rowcount == 0
    with full.environment.query() as unit:
        assert seen(unit.connection, table)


@pytest.mark.parametrize("who", PEOPLE)
def test_every_person_sees_the_cases_the_permissions_tell(full: World, who: str) -> None:
    with full.environment.query(PEOPLE[who]) as unit:
        assert set(seen_ids(unit)) == visible(unit)


def test_designs_are_there_for_their_owner_and_when_shared(full: World) -> None:
    design = full.designs.start(PEOPLE["admin"], "Geheim")
    full.designs.save(PEOPLE["admin"], design, "neu.yaml", b"pikform: 1", 0)

    def rows(who: str) -> dict[str, int]:
        with full.environment.query(PEOPLE[who]) as unit:
            counted = {table: f"SELECT count(*) FROM {table}" for table in DESIGNS}
            return {t: unit.connection.execute(text(q)).scalar_one() for t, q in counted.items()}

    everything = rows("admin")
    assert all(everything.values())
    for who in ("admin2", "kreis1", "land1", "revision", "nobody"):
        assert not any(rows(who).values()), who
    with nobody(full) as connection:
        for table in DESIGNS:
            assert connection.execute(text(f"SELECT 1 FROM {table}")).first() is None
            assert connection.execute(text(f"DELETE FROM {table}")).rowcount == 0
    full.designs.share(PEOPLE["admin"], design, True)
    assert all(rows("admin2").values())
    for who in ("kreis1", "revision", "nobody"):
        assert not any(rows(who).values()), who


def test_saved_filters_are_there_for_their_organisation(full: World) -> None:
    draft = FilterDraft("Fällige", "phase=Antrag", shared=True)
    for who in ("kreis1", "amt1", "land1"):
        full.services.filters.save(PEOPLE[who], "cases", draft)
    query = text("SELECT owner_id FROM pik_saved_filter")
    for who, seen in {"kreis1": ["kreis1"], "kreis2": [], "amt1": ["amt1"], "admin": []}.items():
        with full.environment.query(PEOPLE[who]) as unit:
            assert list(unit.connection.execute(query).scalars()) == seen, who
    with nobody(full) as connection:
        assert connection.execute(query).first() is None


def test_a_foreign_row_can_not_be_written(full: World) -> None:
    with full.environment.query() as unit:
        foreign = unit.connection.execute(
            select(instance.c.id).where(instance.c.organisation_id == "k2")
        ).scalars()
        case_id = next(iter(foreign))
    changes: dict[str, Callable[[Connection], int]] = {
        "update": lambda c: (
            c.execute(
                text("UPDATE pik_process_instance SET title = 'x' WHERE id = :id"), {"id": case_id}
            ).rowcount
        ),
        "delete": lambda c: (
            c.execute(
                text("DELETE FROM pik_timer WHERE instance_id = :id"), {"id": case_id}
            ).rowcount
        ),
    }
    for change in changes.values():
        with full.environment.command(PEOPLE["kreis1"]) as unit:
            assert change(unit.connection) == 0
    with pytest.raises(DBAPIError, match="row-level security"):
        _insert_foreign(full, case_id)


@repeated
def _insert_foreign(world: World, case_id: int) -> None:
    with world.environment.command(PEOPLE["kreis1"]) as unit:
        row = {"event_id": "foreign", "instance_id": case_id, "kind": "signal", "name": "n"}
        unit.connection.execute(subscription.insert().values(**row, key="", since=unit.now))


def test_the_scope_ends_with_its_transaction(full: World) -> None:
    """The connection goes back to the pool, which may be the host's."""
    for actor in (PEOPLE["kreis1"], None):
        with full.environment.query(actor) as unit:
            assert seen_ids(unit)
        with nobody(full) as connection:
            assert seen(connection, "pik_process_instance") == set()


def test_what_lies_beyond_is_closed_again_after_a_refusal(full: World) -> None:
    with full.environment.query(PEOPLE["gemeinde21"]) as unit:
        before = set(seen_ids(unit))
        with pytest.raises(ConnectorFault), unit.beyond(), unit.beyond():
            assert len(seen_ids(unit)) > len(before)
            raise ConnectorFault("x", "y")
        assert set(seen_ids(unit)) == before


def test_a_new_catalog_counts_at_once(full: World) -> None:
    """Another process deployed: what this one remembers is out of date."""
    full.environment.deployments.newest = None
    with full.environment.query(PEOPLE["amt1"]) as unit:
        assert set(seen_ids(unit)) == visible(unit) != set()


HELPERS = """<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"
    xmlns:pik="urn:pikflow:bpmn:1.0" targetNamespace="urn:test">
  <bpmn:process id="hilfe" name="Hilfe" isExecutable="true">
    <bpmn:laneSet id="Bahnen">
      <bpmn:lane id="L1" name="Antrag"><bpmn:flowNodeRef>Selbst</bpmn:flowNodeRef></bpmn:lane>
      <bpmn:lane id="L2" name="Helfer"><bpmn:flowNodeRef>Helfen</bpmn:flowNodeRef>
        <bpmn:flowNodeRef>Danach</bpmn:flowNodeRef></bpmn:lane>
    </bpmn:laneSet>
    <bpmn:startEvent id="Beginn"/>
    <bpmn:parallelGateway id="Teilen"/>
    <bpmn:userTask id="Selbst" name="Selbst tun" pik:form="mini-freigabe" pik:result="selbst"/>
    <bpmn:userTask id="Helfen" name="Helfen" pik:form="mini-freigabe" pik:result="hilfe"/>
    <bpmn:userTask id="Danach" name="Danach helfen" pik:form="mini-freigabe" pik:result="danach"/>
    <bpmn:parallelGateway id="Sammeln"/>
    <bpmn:endEvent id="Ende"/>
    <bpmn:sequenceFlow id="F1" sourceRef="Beginn" targetRef="Teilen"/>
    <bpmn:sequenceFlow id="F2" sourceRef="Teilen" targetRef="Selbst"/>
    <bpmn:sequenceFlow id="F3" sourceRef="Teilen" targetRef="Helfen"/>
    <bpmn:sequenceFlow id="F4" sourceRef="Helfen" targetRef="Danach"/>
    <bpmn:sequenceFlow id="F5" sourceRef="Selbst" targetRef="Sammeln"/>
    <bpmn:sequenceFlow id="F6" sourceRef="Danach" targetRef="Sammeln"/>
    <bpmn:sequenceFlow id="F7" sourceRef="Sammeln" targetRef="Ende"/>
  </bpmn:process>
</bpmn:definitions>"""


def test_who_helps_in_a_foreign_case_sees_that_case_and_no_other(world: World) -> None:
    """A lane any Verein may work: its task shows in the inbox, and the whole step can be taken."""
    files = bundle()
    catalog = files["catalog.yaml"].decode()
    lane = "  Helfer: {role: clerk, scope: any, kinds: [verein]}\n  Land:"
    files["catalog.yaml"] = catalog.replace("  Land:", lane, 1).encode()
    files["catalog.yaml"] = files["catalog.yaml"].replace(b"process: rechnen", b"process: hilfe")
    world.services.definitions.deploy({**files, "hilfe.bpmn": HELPERS.encode()})
    number, other = world.start("kreis1", "rechnen"), world.start("kreis2")
    task_id = world.task("verein1", "Helfen")
    assert world.tasks.view(PEOPLE["verein1"], task_id).name == "Helfen"
    world.complete("verein1", "Helfen", {"freigegeben": True})
    assert sorted(world.open_tasks(number)) == ["Danach helfen", "Selbst tun"]
    world.complete("verein1", "Danach helfen", {"freigegeben": True})
    with world.environment.query(PEOPLE["verein1"]) as unit:
        numbers = unit.connection.execute(select(instance.c.number)).scalars().all()
    assert numbers == [number] != [other]
    world.complete("kreis1", "Selbst tun", {"freigegeben": True}, number=number)
    assert world.open_tasks(number) == []
