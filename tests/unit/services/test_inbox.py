"""The inbox: whose, how urgent, how many."""

import re
from datetime import timedelta

from sqlalchemy import event

from pikflow.services.views import InboxFilter
from pikflow.store import tasks

from .world import ANTRAG, PEOPLE, World


def _due(world: World, task_id: str, days: int | None) -> None:
    due = None if days is None else world.clock.now.date() + timedelta(days=days)
    with world.environment.command() as unit:
        tasks.save(unit.connection, task_id, {"due": due})


def test_groups_by_urgency_with_the_next_seven_days_as_the_week(world: World) -> None:
    world.start("kreis1", "sammeln")
    world.start("kreis2", "sammeln")
    expected = {-1: "overdue", 0: "today", 7: "week", 8: "later", None: "later"}
    task_id = world.task("gemeinde11")
    for days, group in expected.items():
        _due(world, task_id, days)
        inbox = world.tasks.inbox(PEOPLE["gemeinde11"], view="all")
        assert [found.key for found in inbox.groups] == [group], days
        assert inbox.groups[0].rows[0].days == days
    _due(world, task_id, -3)
    world.tasks.follow_up(PEOPLE["gemeinde11"], task_id, world.clock.now.date() + timedelta(days=1))
    inbox = world.tasks.inbox(PEOPLE["gemeinde11"], view="all")
    assert [found.key for found in inbox.groups] == ["follow_up"]
    world.clock.move(days=1)
    inbox = world.tasks.inbox(PEOPLE["gemeinde11"], view="all")
    assert [found.key for found in inbox.groups] == ["overdue"]


def test_counts_tell_what_the_other_views_hold(world: World) -> None:
    world.start()
    world.start("kreis1", "sammeln")
    world.start("kreis1", "rechnen")
    world.jobs.run_due()
    first = world.task("kreis1", "Antrag ausfüllen")
    second = world.task("kreis1", "Meldungen sammeln")
    world.tasks.claim(PEOPLE["kreis1"], first)
    world.tasks.claim(PEOPLE["kreis1b"], second)
    assert world.tasks.inbox(PEOPLE["kreis1"]).counts == {
        "mine": 1, "team": 1, "unassigned": 1, "all": 3,
    }  # fmt: skip
    for view, name in (("mine", first), ("team", second)):
        groups = world.tasks.inbox(PEOPLE["kreis1"], view=view).groups
        assert [row.task_id for group in groups for row in group.rows] == [name]


def test_a_row_says_what_a_clerk_looks_for(world: World) -> None:
    number = world.start()
    world.complete("kreis1", answers=ANTRAG)
    world.tasks.claim(PEOPLE["amt1"], world.task("amt1"))
    row = world.tasks.inbox(PEOPLE["amt1"]).groups[0].rows[0]
    assert (row.number, row.organisation, row.ags) == (number, "Kreis Eins", "08001")
    assert (row.task, row.phase, row.measure_name) == ("Antrag prüfen", "Prüfung", "Mini")
    assert (row.owner, row.is_mine, str(row.amount)) == ("Amt1", True, "1200.50")
    assert row.title == "Mini-Verfahren von A nach B"


def test_filters_by_measure_phase_organisation_and_text(world: World) -> None:
    for who in ("kreis1", "kreis2"):
        world.start(who)
        world.complete(who, answers=ANTRAG)
    number = world.cases.list(PEOPLE["kreis2"]).rows[0].number

    def found(**chosen: str) -> list[str]:
        inbox = world.tasks.inbox(PEOPLE["amt1"], view="all", filter=InboxFilter(**chosen))
        assert inbox.total == inbox.counts["all"]
        return [row.organisation for group in inbox.groups for row in group.rows]

    assert found() == ["Kreis Eins", "Kreis Zwei"]
    assert found(organisation="k1") == ["Kreis Eins"]
    assert found(text=number) == found(text="08002") == found(text="zwei kreis") == ["Kreis Zwei"]
    assert found(measure="sammeln") == found(phase="Bericht") == found(text="%") == []
    assert found(measure="mini", phase="Prüfung", text="prüfen") == ["Kreis Eins", "Kreis Zwei"]


def test_pages_are_cut_by_urgency_and_the_last_page_is_never_past_the_end(world: World) -> None:
    for who in ("kreis1", "kreis2"):
        world.start(who)
        world.complete(who, answers=ANTRAG)
    urgent = world.task("amt1", number="MI-2026-08002-01")
    _due(world, urgent, -2)
    first = world.tasks.inbox(PEOPLE["amt1"], view="all", size=1)
    assert (first.page, first.pages, first.total) == (1, 2, 2)
    assert [(g.key, g.total, len(g.rows)) for g in first.groups] == [("overdue", 1, 1)]
    last = world.tasks.inbox(PEOPLE["amt1"], view="all", size=1, page=99)
    assert (last.page, [g.key for g in last.groups]) == (2, ["later"])


def test_offers_only_filters_that_occur(world: World) -> None:
    world.checked()
    inbox = world.tasks.inbox(PEOPLE["amt1"])
    assert inbox.phases == ("Prüfung",)
    assert inbox.measures == (("mini", "Mini"),)


def test_nobody_without_a_lane_role_has_an_inbox(world: World) -> None:
    world.start()
    for who in ("admin", "revision", "nobody"):
        actor = PEOPLE[who]
        assert not world.services.may(actor, "task.list")


def test_its_cost_does_not_grow_with_the_history(world: World, database_kind: str) -> None:
    """The plan uses the index over open tasks; the statements stay the same in number."""
    world.start()
    counts = []
    for _ in range(2):
        statements: list[str] = []

        def note(connection, cursor, statement, *rest, seen=statements):  # type: ignore[no-untyped-def]
            seen.append(statement)

        event.listen(world.environment.database.engine, "before_cursor_execute", note)
        world.tasks.inbox(PEOPLE["kreis1"], view="all")
        event.remove(world.environment.database.engine, "before_cursor_execute", note)
        counts.append(len(statements))
        for _ in range(3):
            world.complete("kreis1", "Antrag ausfüllen", ANTRAG)
            world.complete("amt1", "Antrag prüfen", {"ergebnis": "nachfordern"})
    assert counts[0] == counts[1]
    with world.environment.query() as unit:
        if database_kind == "postgresql":  # so few rows it would read whole
            unit.connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
        explain = "EXPLAIN" if database_kind == "postgresql" else "EXPLAIN QUERY PLAN"
        plan = unit.connection.exec_driver_sql(
            f"{explain} SELECT count(*) FROM pik_user_task "
            "WHERE state = 'open' AND audience IN ('org:k1') AND role IN ('clerk')"
        ).all()
    assert re.search("pik_user_task_(open|waiting)", str(plan))  # both hold open tasks alone
