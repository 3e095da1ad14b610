"""Open funding rounds: the deadline moved, the budget raised, with who and why."""

from datetime import date
from decimal import Decimal

import pytest

from pikflow.errors import Conflict, NotFound, Refused
from pikflow.services.round_changes import Wish, WishInvalid
from pikflow.services.views import RoundView
from pikflow.store import cases

from .world import ANTRAG, PEOPLE, World

LAND, CLERK, OFFICE, ADMIN = (PEOPLE[name] for name in ("land1", "kreis1", "amt1", "admin"))
LATER = date(2027, 1, 31)


def the_round(world: World, measure: str = "mini") -> RoundView:
    return world.overview.measure(LAND, measure).rounds[0]


def change(world: World, wish: Wish, measure: str = "mini") -> None:
    entry = the_round(world, measure)
    seen = world.rounds.propose(LAND, measure, entry.id, wish).seen
    world.rounds.change(LAND, measure, entry.id, wish, seen)


def test_a_moved_deadline_is_kept_with_who_and_why(world: World) -> None:
    change(world, Wish(deadline=LATER, reason="Landtagsbeschluss"))
    for person in (LAND, CLERK, ADMIN):
        entry = world.overview.measure(person, "mini").rounds[0]
        (told,) = entry.changes
        assert entry.deadline == LATER
        assert told.deadline == (date(2026, 12, 31), LATER) and told.budget is None
        assert (told.by, told.reason) == ("Land1", "Landtagsbeschluss")


def test_only_the_oversight_changes_rounds(world: World) -> None:
    entry = the_round(world)
    assert entry.may_change
    for person in (CLERK, OFFICE, ADMIN):
        assert not world.overview.measure(person, "mini").rounds[0].may_change
        with pytest.raises(Refused):
            world.rounds.propose(person, "mini", entry.id, Wish(deadline=LATER, reason="x"))
        with pytest.raises(Refused):
            world.rounds.change(person, "mini", entry.id, Wish(deadline=LATER, reason="x"), 0)


def test_open_cases_follow_and_say_so(world: World) -> None:
    number = world.start("kreis1")
    change(world, Wish(deadline=LATER, budget=Decimal(20000), reason="Mehr Mittel"))
    with world.environment.query() as unit:
        case = cases.by_number(unit.connection, number)
        assert case is not None
        assert case.data["runde"]["antragsfrist"] == LATER
        assert case.data["runde"]["budget_eur"] == 20000
    told = world.cases.view(CLERK, number).timeline[0]
    assert (told.what, told.reason, told.who) == ("Förderrunde geändert", "Mehr Mittel", "Land1")
    world.complete("kreis1", "Antrag ausfüllen", ANTRAG)  # the case goes on
    assert list(world.doctor.examine_data(lambda *done: None)) == []


def test_after_the_deadline_a_later_one_lets_begin_again(world: World) -> None:
    world.clock.move(days=305)
    with pytest.raises(Refused):
        world.start("kreis1")
    change(world, Wish(deadline=date(2027, 2, 28), reason="Verlängert"))
    assert world.start("kreis1")


def test_a_raised_budget_is_shared_in_the_same_proportion(world: World) -> None:
    world.cases.start_round(PEOPLE["land1"], "sammeln")
    world.complete("land1", "Festlegen")
    world.jobs.run_due()
    wish = Wish(budget=Decimal("1000.01"), reason="Rest")
    entry = the_round(world, "sammeln")
    proposal = world.rounds.propose(LAND, "sammeln", entry.id, wish)
    assert [(name, before, after) for name, before, after in proposal.shares] == [
        ("Kreis Eins", Decimal("750.00"), Decimal("750.01"))
    ]
    change(world, wish, "sammeln")
    shares = the_round(world, "sammeln").shares
    assert sum(amount for _, amount, _ in shares) == Decimal("1000.01")


@pytest.mark.parametrize(
    ("wish", "field", "part"),
    [
        (Wish(deadline=date(2026, 6, 1), reason="x"), "deadline", "nur verlängert"),
        (Wish(deadline=date(2050, 6, 1), reason="x"), "deadline", "zu weit weg"),
        (Wish(budget=Decimal(9000), reason="x"), "budget", "nur erhöht"),
        (Wish(budget=Decimal(10) ** 13, reason="x"), "budget", "kein Budget"),
        (Wish(deadline=LATER, reason="  "), "reason", "Grund"),
        (Wish(reason="x"), "", "spätere Frist"),
        (Wish(deadline=date(2026, 12, 31), budget=Decimal(10000), reason="x"), "", "spätere Frist"),
    ],
)
def test_what_would_take_something_away_is_refused_at_its_field(
    world: World, wish: Wish, field: str, part: str
) -> None:
    with pytest.raises(WishInvalid) as caught:
        world.rounds.propose(LAND, "mini", the_round(world).id, wish)
    assert list(caught.value.errors) == [field] and part in caught.value.errors[field]


def test_two_who_change_at_once_learn_of_each_other(world: World) -> None:
    entry, wish = the_round(world), Wish(deadline=LATER, reason="x")
    seen = world.rounds.propose(LAND, "mini", entry.id, wish).seen
    change(world, Wish(budget=Decimal(11000), reason="y"))
    with pytest.raises(Conflict):
        world.rounds.change(LAND, "mini", entry.id, wish, seen)


def test_a_round_of_another_measure_is_not_found(world: World) -> None:
    with pytest.raises(NotFound):
        world.rounds.view(LAND, "sammeln", the_round(world).id)
