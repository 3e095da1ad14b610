"""Funding rounds: opened by a process, divided to the cent."""

import csv
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from pikflow.errors import ConnectorFault, Refused
from pikflow.identity import Organisation
from pikflow.services import rounds

from .world import PEOPLE, World

_REGISTER = Path(__file__).parents[3] / "pikflow" / "host" / "data" / "organisationen.csv"


def opened(world: World, **given: object) -> dict[str, Decimal | None]:
    with world.environment.command() as unit:
        result = rounds.open_round(unit, unit.catalog.measures["mini"], 2027, given)
    return {entry["id"]: entry["betrag_eur"] for entry in result["verteilung"]}


def test_a_process_opens_a_round_through_the_connector(world: World) -> None:
    started = world.cases.start_round(PEOPLE["land1"], "sammeln")
    assert started.number == "SA-2026-LAND-01"
    world.complete("land1", "Festlegen")
    world.jobs.run_due()
    head = world.cases.view(PEOPLE["land1"], started.number).head
    assert (head.state, head.outcome) == ("completed", "Eröffnet")
    entry = world.overview.measure(PEOPLE["land1"], "sammeln").rounds[0]
    assert (entry.year, entry.budget, entry.deadline) == (
        2026, Decimal("1000.00"), date(2026, 12, 31),
    )  # fmt: skip
    assert [(name, budget) for name, budget, _ in entry.shares] == [
        ("Kreis Eins", Decimal("750.00")), ("Kreis Zwei", Decimal("250.00")),
    ]  # fmt: skip


def test_only_oversight_opens_rounds(world: World) -> None:
    for who in ("kreis1", "amt1", "admin", "revision"):
        with pytest.raises(Refused):
            world.cases.start_round(PEOPLE[who], "mini")


def test_divides_by_inhabitants_weights_or_given_amounts(world: World) -> None:
    assert opened(world, budget_eur=Decimal(100), schluessel="einwohner") == {
        "k1": Decimal("75.00"), "k2": Decimal("25.00"),
    }  # fmt: skip
    weights = [{"ags": "08001", "gewicht": Decimal(1)}, {"id": "k2", "gewicht": Decimal(2)}]
    assert opened(world, budget_eur=Decimal(100), schluessel="gewichte", gewichte=weights) == {
        "k1": Decimal("33.33"), "k2": Decimal("66.67"),
    }  # fmt: skip
    assert opened(world, budgets={"08002": Decimal("12.5")}) == {"k2": Decimal("12.50")}
    assert opened(world, budget_eur=Decimal(100)) == {}


@pytest.mark.parametrize(
    "given",
    [
        {"budgets": [{"id": "fremd", "betrag_eur": Decimal(1)}]},
        {"budget_eur": Decimal(1), "schluessel": "würfeln"},
        {"budget_eur": Decimal(1), "schluessel": "gewichte"},
        {"budget_eur": Decimal(1), "gewichte": [{"id": "k1", "gewicht": Decimal(0)}],
         "schluessel": "gewichte"},
    ],
)  # fmt: skip
def test_an_unfit_round_is_refused_for_good(world: World, given: dict[str, object]) -> None:
    with pytest.raises(ConnectorFault) as refusal:
        opened(world, **given)
    assert not refusal.value.temporary


def test_the_next_round_has_its_own_parameters_and_cases(world: World) -> None:
    first = world.start()
    opened(world, antragsfrist=date(2027, 3, 31), beginn=date(2026, 3, 1))
    offers = [o for o in world.cases.startable(PEOPLE["kreis1"]) if o.measure == "mini"]
    assert [(o.year, o.existing) for o in offers] == [(2027, ""), (2026, first)]
    second = world.cases.start(PEOPLE["kreis1"], "mini", round_id=offers[0].round_id)
    assert second.number == "MI-2027-08001-01"
    page = world.tasks.view(PEOPLE["kreis1"], second.task_id)
    assert page.context["params"]["satz"] == Decimal(70000)


def test_eight_million_by_inhabitants_are_the_published_shares(world: World) -> None:
    with _REGISTER.open(encoding="utf-8") as lines:
        rows = [row for row in csv.DictReader(lines) if len(row["ags"]) == 5]
    known = [Organisation(r["ags"], r["name"], "kreis", None, r["ags"]) for r in rows]
    people = {r["ags"]: int(r["einwohner"]) for r in rows}
    world.organisations.save(
        [*known, *(Organisation(k, k, "kreis") for k in ("k1", "k2"))],
        inhabitants={**people, "k1": 0, "k2": 0},
    )
    shares = opened(world, budget_eur=Decimal(8_000_000), schluessel="einwohner")
    assert sum(amount or 0 for amount in shares.values()) == 8_000_000
    assert {key: str(shares[key]) for key in ("08111", "08211", "08336", "08437")} == {
        "08111": "448830.20", "08211": "40442.34", "08336": "165263.61", "08437": "95065.21",
    }  # fmt: skip
