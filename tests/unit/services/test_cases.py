"""Starting a case, its page, its children."""

import time
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from pikflow.errors import Invalid, NotFound, PikFlowError
from pikflow.identity import Organisation
from pikflow.services.views import CaseFilter
from pikflow.store import cases

from .world import ANTRAG, PEOPLE, World


def refusal(call: Callable[[], Any]) -> PikFlowError:
    with pytest.raises(PikFlowError) as caught:
        call()
    return caught.value


def data_of(world: World, number: str) -> dict[str, Any]:
    with world.environment.query() as unit:
        case = cases.by_number(unit.connection, number)
    assert case is not None
    return case.data


# --- start -------------------------------------------------------------------------------------


def test_a_second_start_finds_the_first_case(world: World) -> None:
    first = world.cases.start(PEOPLE["kreis1"], "mini")
    second = world.cases.start(PEOPLE["kreis1b"], "mini")
    assert first.created and not second.created
    assert (first.number, second.number) == ("MI-2026-08001-01", "MI-2026-08001-01")
    assert first.task_id == second.task_id == world.task("kreis1")


def test_every_case_begins_with_the_same_names(world: World) -> None:
    data = data_of(world, world.start())
    assert data["vorgang"] | {"untergeordnete": None} == {
        "nummer": "MI-2026-08001-01",
        "massnahme": "mini",
        "massnahme_name": "Mini",
        "jahr": Decimal(2026),
        "antragsteller": {
            "id": "k1", "name": "Kreis Eins", "ags": "08001", "art": "kreis",
            "einwohner": Decimal(300),
        },
        "bewilligungsstelle": {"id": "amt", "name": "Amt", "ags": "", "art": "amt"},
        "uebergeordnet": None,
        "untergeordnete": None,
        "eltern": None,
    }  # fmt: skip
    assert [one["id"] for one in data["vorgang"]["untergeordnete"]] == ["g11", "g12", "g13"]
    assert data["heute"] == date(2026, 3, 2)
    assert data["params"]["satz"] == Decimal(60000)
    assert data["params"]["frist_tage"] == Decimal(14)
    assert [row["wert"] for row in data["params"]["zinssatz"]] == [Decimal("3.62"), Decimal("3.37")]


def test_the_budget_left_counts_what_is_approved_elsewhere(world: World) -> None:
    number = world.checked()
    runde = data_of(world, number)["runde"]
    assert runde["kreisbudget_eur"] == runde["kreisbudget_rest_eur"] == Decimal("5000.00")
    assert (runde["satz"], runde["zuweisungen"]) == (Decimal(5), Decimal(7))
    world.complete("amt2", "Entscheidung freigeben", {"freigegeben": True})
    rounds = world.overview.measure(PEOPLE["kreis1"], "mini").rounds
    assert rounds[0].shares == (("Kreis Eins", Decimal("5000.00"), Decimal("1200.50")),)
    assert world.overview.measure(PEOPLE["kreis2"], "mini").rounds[0].shares == ()


def test_refusals_of_a_start_say_why(world: World) -> None:
    assert refusal(lambda: world.start("gemeinde11", "mini")).code == "not-a-starter"
    assert refusal(lambda: world.start("amt1", "mini")).code == "not-a-starter"
    assert refusal(lambda: world.start("nobody", "mini")).code == "not-permitted"
    assert isinstance(refusal(lambda: world.start("kreis1", "unbekannt")), NotFound)
    missing = refusal(lambda: world.cases.start(PEOPLE["kreis1"], "mini", round_id=999))
    assert missing.code == "round-not-found"
    world.clock.move(days=330)
    late = refusal(lambda: world.start("kreis2", "mini"))
    assert late.code == "round-closed" and "31.12.2026" in late.message


def test_what_can_be_started_comes_with_reasons(world: World) -> None:
    number = world.start()
    offers = {offer.measure: offer for offer in world.cases.startable(PEOPLE["kreis1"])}
    assert set(offers) == {"mini", "sammeln", "offen", "rechnen"}
    assert (offers["mini"].existing, offers["mini"].allowed) == (number, True)
    assert offers["mini"].days == 304
    assert (offers["sammeln"].existing, offers["sammeln"].through) == ("", "")
    assert offers["offen"].through == "Verein"
    world.clock.move(days=330)
    offers = {offer.measure: offer for offer in world.cases.startable(PEOPLE["kreis1"])}
    assert not offers["sammeln"].allowed and "geschlossen" in offers["sammeln"].reason
    assert offers["mini"].allowed, "one's own case stays within reach"


# --- children ----------------------------------------------------------------------------------


def test_each_gemeinde_gets_its_own_case_with_what_it_may_know(world: World) -> None:
    number = world.start("kreis1", "sammeln")
    view = world.cases.view(PEOPLE["kreis1"], number)
    assert [(c.organisation.name, c.state, c.visible) for c in view.children] == [
        (f"Gemeinde Eins-{n}", "open", True) for n in (1, 2, 3)
    ]
    child = data_of(world, view.children[0].number)
    assert child["vorgang"]["antragsteller"]["id"] == child["gemeinde"]["id"] == "g11"
    assert child["vorgang"]["uebergeordnet"]["id"] == "k1"
    assert set(child["vorgang"]["eltern"]) == {"antragsteller", "runde", "params"}


def test_an_ended_child_reports_to_its_caller(world: World) -> None:
    number = world.start("kreis1", "sammeln")
    world.complete("gemeinde11", "Bedarf melden", {"anzahl": 4})
    world.jobs.run_due()
    entry = data_of(world, number)["meldungen"][0]
    assert entry["organisation"]["name"] == "Gemeinde Eins-1"
    assert entry["meldung"] == {"anzahl": Decimal(4)} and entry["nummer"] == "SA-2026-08001001-01"
    assert world.open_tasks(number) == ["Meldungen sammeln"]
    for who in ("gemeinde12", "gemeinde13"):
        world.complete(who, "Bedarf melden", {"anzahl": 1})
    world.jobs.run_due()
    assert world.open_tasks(number) == ["Abschließen"]
    assert data_of(world, number)["summe"] == 6


def test_going_on_ends_the_children_that_are_still_open(world: World) -> None:
    number = world.start("kreis1", "sammeln")
    world.complete("gemeinde11", "Bedarf melden", {"anzahl": 4})
    world.jobs.run_due()
    foreign = world.task("gemeinde12")
    world.complete("kreis1", "Meldungen sammeln")
    children = world.cases.view(PEOPLE["kreis1"], number).children
    assert [child.state for child in children] == ["completed", "closed", "closed"]
    fault = refusal(lambda: world.tasks.complete(PEOPLE["gemeinde12"], foreign, {"anzahl": 1}))
    assert fault.code == "task-cancelled"
    assert world.tasks.inbox(PEOPLE["gemeinde12"], view="all").total == 0


def test_a_report_that_came_in_before_the_collection_closed_is_in(world: World) -> None:
    """Also when no worker has brought it yet; and none brings it twice."""
    number = world.start("kreis1", "sammeln")
    world.complete("gemeinde11", "Bedarf melden", {"anzahl": 4})
    world.complete("kreis1", "Meldungen sammeln")
    assert data_of(world, number)["summe"] == 4
    assert world.jobs.run_due() == 0
    assert data_of(world, number)["summe"] == 4
    assert world.open_tasks(number) == ["Abschließen"]


def test_a_gemeinde_that_starts_lands_in_its_own_case(world: World) -> None:
    started = world.cases.start(PEOPLE["gemeinde12"], "sammeln")
    assert started.created and started.number == "SA-2026-08001002-01"
    assert started.task_id == world.task("gemeinde12")
    assert not world.cases.start(PEOPLE["gemeinde12"], "sammeln").created
    assert world.cases.start(PEOPLE["kreis1"], "sammeln").number == "SA-2026-08001-01"
    assert len(world.cases.view(PEOPLE["kreis1"], "SA-2026-08001-01").children) == 3


def test_whoever_takes_part_joins_the_carriers_case_while_it_is_open(world: World) -> None:
    first = world.cases.start(PEOPLE["gemeinde21"], "offen")
    assert first.created and first.number == "OF-2026-08002001-01"
    assert world.cases.start(PEOPLE["kreis1"], "offen").number == "OF-2026-08001-01"
    carrier = "OF-2026-VEREIN-01"
    assert [c.number for c in world.cases.view(PEOPLE["verein1"], carrier).children] == [
        "OF-2026-08002001-01", "OF-2026-08001-01",
    ]  # fmt: skip
    world.complete("gemeinde21", "Bedarf melden", {"anzahl": 5})
    world.jobs.run_due()
    assert world.open_tasks(carrier, "verein1") == ["Meldungen sammeln"]
    world.complete("verein1", "Meldungen sammeln")
    assert refusal(lambda: world.start("gemeinde11", "offen")).code == "not-joinable"
    offers = {offer.measure: offer for offer in world.cases.startable(PEOPLE["gemeinde11"])}
    assert not offers["offen"].allowed
    assert data_of(world, carrier)["summe"] == 5


def test_a_lane_of_the_caller_works_in_the_childs_case(world: World) -> None:
    world.start("kreis1", "sammeln")
    world.complete("gemeinde11", "Bedarf melden", {"anzahl": 500})
    number = "SA-2026-08001001-01"
    assert world.open_tasks(number, "kreis1") == ["Meldung bestätigen"]
    world.complete("kreis1", "Meldung bestätigen")
    assert world.cases.view(PEOPLE["gemeinde11"], number).head.outcome == "Gemeldet"


def test_reminders_are_counted_where_they_went(world: World) -> None:
    number = world.start("kreis1", "sammeln")
    task_id = world.task("kreis1", "Meldungen sammeln")
    world.complete("gemeinde11", "Bedarf melden", {"anzahl": 4})
    assert world.tasks.remind(PEOPLE["kreis1"], task_id) == 2
    assert world.tasks.remind(PEOPLE["kreis1"], task_id, ["SA-2026-08001002-01"]) == 1
    rows = {c.number: c for c in world.cases.view(PEOPLE["kreis1"], number).children}
    assert [rows[f"SA-2026-0800100{n}-01"].reminders for n in (1, 2, 3)] == [0, 2, 1]
    assert world.cases.view(PEOPLE["gemeinde12"], "SA-2026-08001002-01").timeline[0].kind == (
        "reminded"
    )


def test_sixty_gemeinden_open_in_one_commit_and_quickly(world: World) -> None:
    many = [
        Organisation(f"x{n}", f"Ort {n}", "gemeinde", "k2", f"080029{n:02d}") for n in range(60)
    ]
    world.organisations.save(many)
    began = time.monotonic()
    number = world.start("kreis2", "sammeln")
    assert time.monotonic() - began < 3
    assert len(world.cases.view(PEOPLE["kreis2"], number).children) == 61


# --- list and page -----------------------------------------------------------------------------


def test_the_list_leaves_children_out_unless_asked(world: World) -> None:
    world.start("kreis1", "sammeln")
    world.start("kreis1", "mini")
    mine = world.cases.list(PEOPLE["kreis1"])
    assert [row.number for row in mine.rows] == ["MI-2026-08001-01", "SA-2026-08001-01"]
    assert (mine.rows[0].step, mine.rows[0].with_whom) == ("Antrag ausfüllen", "Kreis Eins")
    assert world.cases.list(PEOPLE["kreis1"], filter=CaseFilter(children=True)).total == 5
    own = world.cases.list(PEOPLE["gemeinde11"], filter=CaseFilter(children=True))
    assert [(row.number, row.parent_number) for row in own.rows] == [("SA-2026-08001001-01", "")]


def test_the_list_is_filtered_and_paged(world: World) -> None:
    world.start("kreis1", "sammeln")
    world.checked()
    world.complete("amt2", "Entscheidung freigeben", {"freigegeben": True})

    def found(**chosen: Any) -> list[str]:
        return [
            r.number for r in world.cases.list(PEOPLE["land1"], filter=CaseFilter(**chosen)).rows
        ]

    assert found() == ["SA-2026-08001-01", "MI-2026-08001-01"], "open cases come first"
    assert found(state="completed") == found(measure="mini") == ["MI-2026-08001-01"]
    assert found(text="SA-2026 eins") == ["SA-2026-08001-01"]
    assert found(text="08001001", children=True) == ["SA-2026-08001001-01"]
    assert found(year=2025) == found(organisation="k2") == []
    page = world.cases.list(PEOPLE["land1"], page=7, size=1)
    assert (page.page, page.pages, page.total, len(page.rows)) == (2, 2, 2, 1)


def test_the_answer_card_says_next_step_money_and_dates(world: World) -> None:
    number = world.start()
    world.complete("kreis1", answers=ANTRAG)
    world.clock.move(days=3)
    card = world.cases.view(PEOPLE["kreis1"], number).card
    assert [(s.name, s.responsible) for s in card.next_steps] == [("Antrag prüfen", "Amt")]
    assert {f.key: f.amount for f in card.money} == {
        "share": Decimal("5000.00"), "share_left": Decimal("5000.00"),
    }  # fmt: skip
    assert card.waiting_days == 3
    assert [(f.key, f.day) for f in card.dates] == [
        ("started", date(2026, 3, 2)), ("round_deadline", date(2026, 12, 31)),
    ]  # fmt: skip


def test_the_picture_knows_what_is_done_and_where_it_stands(world: World) -> None:
    number = world.start()
    world.complete("kreis1", answers=ANTRAG)
    picture = world.cases.view(PEOPLE["kreis1"], number).picture
    assert picture.process == "mini" and picture.called == ()
    assert picture.states["Ausfuellen"] == "done" and picture.states["Pruefen"] == "current"
    assert "Freigeben" not in picture.states
    number = world.start("kreis1", "sammeln")
    picture = world.cases.view(PEOPLE["kreis1"], number).picture
    assert picture.states["Sammeln"] == "current" and picture.called == ("meldung",)


def test_notes_stand_in_the_timeline(world: World) -> None:
    number = world.start()
    world.cases.add_note(PEOPLE["amt1"], number, "  Anruf am Montag  ")
    first = world.cases.view(PEOPLE["kreis1"], number).timeline[0]
    assert (first.kind, first.reason, first.who) == ("note", "Anruf am Montag", "Amt1")
    assert isinstance(refusal(lambda: world.cases.add_note(PEOPLE["amt1"], number, " ")), Invalid)
    assert refusal(lambda: world.cases.add_note(PEOPLE["revision"], number, "x")).code == (
        "not-permitted"
    )
