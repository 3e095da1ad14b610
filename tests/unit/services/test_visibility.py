"""Who sees which case: every person against every case, in every way there is to ask."""

import itertools
import random
from datetime import timedelta
from pathlib import Path

import pytest

from pikflow import permissions
from pikflow.catalog import Catalog
from pikflow.errors import NotFound
from pikflow.identity import Actor, Organisation
from pikflow.permissions import CaseScope, Facts
from pikflow.services.environment import Unit
from pikflow.services.views import CaseFilter
from pikflow.store import case_lists, cases, organisations
from pikflow.store.case_lists import CaseCriteria

from .world import ANTRAG, BUNDLE, PEOPLE, World

CATALOG = Catalog.load((BUNDLE / "catalog.yaml").read_text(encoding="utf-8"))

# Case -> who sees it; nobody else does.
EVERYWHERE = {"land1", "revision"}
EXPECTED = {
    "MI-2026-08001-01": {"kreis1", "kreis1b", "amt1", "amt2"},
    "MI-2026-08002-01": {"kreis2", "amt1", "amt2"},
    "SA-2026-08001-01": {"kreis1", "kreis1b", "amt1", "amt2"},
    "SA-2026-08001001-01": {"gemeinde11", "kreis1", "kreis1b", "amt1", "amt2"},
    "SA-2026-08001002-01": {"gemeinde12", "kreis1", "kreis1b", "amt1", "amt2"},
    "OF-2026-VEREIN-01": {"verein1"},
    "OF-2026-08002001-01": {"gemeinde21", "kreis2", "verein1"},
}


def _count(unit: Unit, scope: CaseScope, criteria: CaseCriteria) -> int:
    return case_lists.count(unit.connection, case_lists.look(unit.connection, scope, criteria))


@pytest.fixture
def cast(world: World) -> World:
    """Cases of every kind of owner."""
    world.start("kreis1", "mini")
    world.start("kreis2", "mini")
    world.start("kreis1", "sammeln")
    world.start("gemeinde21", "offen")
    return world


@pytest.mark.parametrize("who", sorted(PEOPLE))
def test_every_person_sees_exactly_their_cases(cast: World, who: str) -> None:
    actor = PEOPLE[who]
    seen = {number for number, people in EXPECTED.items() if who in people | EVERYWHERE}
    for number in EXPECTED:
        if number in seen:
            assert cast.cases.view(actor, number).head.number == number
        else:
            with pytest.raises(NotFound) as refusal:
                cast.cases.view(actor, number)
            with pytest.raises(NotFound) as unknown:
                cast.cases.view(actor, "XX-0000-00000-00")
            assert str(refusal.value) == str(unknown.value), "a foreign case is as good as none"
    if permissions.may(actor, "case.list", CATALOG):
        listed = cast.cases.list(actor, filter=CaseFilter(children=True), size=100)
        assert {row.number for row in listed.rows} & set(EXPECTED) == seen
        assert listed.total == len(listed.rows)


@pytest.mark.parametrize("who", sorted(PEOPLE))
def test_search_counts_and_totals_show_no_more_than_the_list(cast: World, who: str) -> None:
    scope = permissions.case_scope(PEOPLE[who], CATALOG)
    wanted = sum(1 for people in EXPECTED.values() if who in people | EVERYWHERE)
    wanted += {"kreis1": 1, "kreis1b": 1, "gemeinde13": 1}.get(who, 0)  # the third Gemeinde's
    wanted += 1 if who in {"amt1", "amt2"} | EVERYWHERE else 0
    criteria = CaseCriteria(children=True)
    with cast.environment.query() as unit:
        assert _count(unit, scope, criteria) == wanted
        found = case_lists.totals(unit.connection, scope, criteria, "measure")
        assert sum(number for _, number, _ in found) == wanted


def test_nobody_signed_in_sees_nothing(cast: World) -> None:
    scope = permissions.case_scope(None, CATALOG)
    with cast.environment.query() as unit:
        assert _count(unit, scope, CaseCriteria(children=True)) == 0


def test_the_condition_on_rows_and_the_table_of_permissions_agree(cast: World) -> None:
    """Random actors: any organisation, any set of roles, also kinds nobody foresaw."""
    chance = random.Random(7)  # noqa: S311 - the same every time
    roles = ["clerk", "revision", "administration", "fremd"]
    with cast.environment.query() as unit:
        everything = {number: cases.by_number(unit.connection, number) for number in EXPECTED}
        known = organisations.all_rows(unit.connection)
    places = [
        Organisation(key, row["name"], row["kind"], row["parent_id"]) for key, row in known.items()
    ]
    places.append(Organisation("neu", "Neu", "unbekannt"))
    for place, _ in itertools.product(places, range(6)):
        held = frozenset(chance.sample(roles, chance.randint(0, 3)))
        actor = Actor("x", "X", place, held)
        scope = permissions.case_scope(actor, CATALOG)
        with cast.environment.query(actor) as unit:
            for number, case in everything.items():
                assert case is not None
                facts = Facts(
                    line=tuple(one.id for one in unit.line(case.organisation_id)),
                    carrier=case.carrier_id,
                    measure=case.measure,
                )
                by_table = permissions.may(actor, "case.read", CATALOG, facts)
                by_rows = cases.by_number(unit.connection, number, scope) is not None
                assert by_table is by_rows, (place.id, held, number)


def test_a_gemeinde_sees_nothing_of_its_kreis(cast: World) -> None:
    view = cast.cases.view(PEOPLE["gemeinde11"], "SA-2026-08001001-01")
    assert (view.head.parent_number, view.head.parent_visible) == ("", False)
    assert view.children == ()
    text = repr(view)
    for secret in ("SA-2026-08001-01", "SA-2026-08001002-01", "Gemeinde Eins-2"):
        assert secret not in text


def test_the_kreis_sees_its_gemeinden_and_the_way_between_the_cases(cast: World) -> None:
    view = cast.cases.view(PEOPLE["kreis1"], "SA-2026-08001001-01")
    assert view.head.parent_number == "SA-2026-08001-01"
    carried = cast.cases.view(PEOPLE["kreis2"], "OF-2026-08002001-01")
    assert (carried.head.parent_number, carried.head.parent_visible) == ("", False)


def test_shares_of_a_round_show_only_ones_own(cast: World) -> None:
    for who, count in (("kreis1", 1), ("kreis2", 0), ("amt1", 1), ("land1", 1), ("gemeinde11", 0)):
        shares = cast.overview.measure(PEOPLE[who], "mini").rounds[0].shares
        assert len(shares) == count, who


def test_amounts_of_a_measure_sum_up_what_one_sees(cast: World) -> None:
    for who in ("kreis1", "kreis2"):
        cast.complete(who, "Antrag ausfüllen", ANTRAG)
    assert str(cast.overview.measure(PEOPLE["kreis1"], "mini").amount) == "1200.50"
    assert str(cast.overview.measure(PEOPLE["amt1"], "mini").amount) == "2401.00"
    assert cast.overview.measure(PEOPLE["verein1"], "mini").cases == 0


def test_the_list_of_measures_says_what_each_measure_says(cast: World) -> None:
    cast.clock.now += timedelta(days=400)  # so that tasks are overdue
    seen = 0
    for person in PEOPLE.values():
        if not permissions.may(person, "measure.read", CATALOG):
            continue
        for tile in cast.overview.measures(person):
            whole = cast.overview.measure(person, tile.slug)
            assert (tile.name, tile.authority) == (whole.name, whole.authority)
            assert (tile.cases, tile.overdue) == (whole.cases, whole.overdue), (person, tile)
            seen += tile.overdue
    assert seen


def test_services_ask_the_store_for_cases_only_with_a_scope_or_a_lock() -> None:
    """`by_number` without a scope is for background work and journeys."""
    folder = Path(cases.__file__).parent.parent / "services"
    allowed = {"access.py", "journey_steps.py"}
    for path in folder.glob("*.py"):
        if path.name not in allowed:
            assert "cases.by_number(" not in path.read_text(encoding="utf-8"), path.name
