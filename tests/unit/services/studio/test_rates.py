"""Rates in a design: shown with their history, added with a reason, their effect worked out."""

from datetime import date
from decimal import Decimal

import pytest

from pikflow.errors import NotFound, Refused
from pikflow.services.studio.rate_drafts import DraftInvalid
from pikflow.services.studio.rate_views import Draft

from ..world import PEOPLE, World, bundle

ADMIN, CLERK = PEOPLE["admin"], PEOPLE["kreis1"]
FORM = """pikform: 1
id: mini-antrag
version: 2
title: {de: Antrag}
sections:
  - id: angaben
    title: {de: Angaben}
    fields:
      - {id: zweck, type: text, label: {de: Zweck}, required: true}
      - {id: stellen, type: integer, label: {de: Stellen}, required: true}
      - {id: hoechst_eur, type: money, label: {de: Höchstbetrag}, compute: "stellen * params.satz"}
      - {id: geheim_eur, type: money, label: {de: Intern}, compute: "params.satz", internal: true}
      - {id: betrag_eur, type: money, label: {de: Betrag}, required: true, min: 1}
checks:
  - assert: "betrag_eur <= hoechst_eur"
    field: betrag_eur
    message: {de: "Mehr als der Höchstbetrag."}
"""
ANSWERS = {"zweck": "Beratung", "stellen": "2", "betrag_eur": "110.000"}


@pytest.fixture
def design(world: World) -> int:
    world.definitions.deploy({**bundle(), "antrag.yaml": FORM.encode()})
    return world.designs.start(ADMIN, "Neuer Satz")


def draft(value: str = "65.000", day: str = "2026", **more: str) -> Draft:
    return Draft(**{"day": day, "value": value, "reason": "VwV 2026", **more})


def test_a_measure_shows_its_own_rates_and_those_for_all(world: World, design: int) -> None:
    view = world.rates.view(ADMIN, design, "mini", 2026)
    own, frist, zins = (
        next(rate for rate in view.rates if rate.name == name)
        for name in ("satz", "frist_tage", "zinssatz")
    )
    assert own.own and not frist.own
    assert [step.day.year for step in own.steps] == [2023, 2024, 2026]
    assert own.current is not None and own.current.value == 60000
    assert zins.table and zins.steps[-1].value == Decimal("3.37")
    assert [slug for slug, _, _ in view.measures] == ["mini", "sammeln", "offen", "rechnen"]


def test_only_those_who_design_see_rates(world: World, design: int) -> None:
    with pytest.raises(Refused):
        world.rates.view(CLERK, design, "mini")
    with pytest.raises(NotFound):
        world.rates.view(ADMIN, design, "gibt-es-nicht")
    with pytest.raises(NotFound):
        world.rates.rate(ADMIN, design, "mini", "gibt_es_nicht")


def test_the_effect_on_undecided_applications_is_computed(world: World, design: int) -> None:
    number = world.start("kreis1")
    world.complete("kreis1", "Antrag ausfüllen", ANSWERS)
    world.start("kreis2")
    effects = world.rates.propose(ADMIN, design, "mini", "satz", draft("50.000")).effects
    assert (effects.open, effects.touched, effects.drafts) == (2, 2, 1)
    (case,) = effects.cases
    assert (case.number, case.organisation) == (number, "")
    (figure,) = case.figures
    assert (figure.label, figure.old, figure.new) == ("Höchstbetrag", 120000, 100000)
    assert case.complaints == ("Mehr als der Höchstbetrag.",)
    (total,) = effects.totals
    assert (total.cases, total.old, total.new) == (1, 120000, 100000)
    assert world.cases.view(CLERK, number).head.version == 2  # nothing was touched


def test_a_value_for_later_years_changes_no_application_of_this_one(
    world: World, design: int
) -> None:
    world.start("kreis1")
    world.complete("kreis1", "Antrag ausfüllen", ANSWERS)
    proposal = world.rates.propose(ADMIN, design, "mini", "satz", draft(day="01.08.2026"))
    assert proposal.year == 2027 and proposal.effects.touched == 0


def test_a_decided_application_is_left_out(world: World, design: int) -> None:
    number = world.start("kreis1")
    world.complete("kreis1", "Antrag ausfüllen", ANSWERS)
    with world.environment.command() as unit:
        unit.connection.exec_driver_sql(
            f"UPDATE pik_process_instance SET approved = 100 WHERE number = '{number}'"
        )
    assert world.rates.propose(ADMIN, design, "mini", "satz", draft()).effects.open == 0


def test_a_value_is_saved_with_who_and_why_and_can_be_taken_back(world: World, design: int) -> None:
    before = world.designs.read(ADMIN, design, "parameter.yaml").data
    world.rates.add(ADMIN, design, "mini", "satz", draft())
    rate = world.rates.rate(ADMIN, design, "mini", "satz", 2026)
    step = rate.current
    assert step is not None and step.here and step.value == 65000
    assert (step.entry.by, step.entry.reason) == ("Admin, Sachbearbeitung", "VwV 2026")
    assert step.entry.at == "2026-03-02"
    world.rates.take_back(ADMIN, design, "mini", "satz", date(2026, 1, 1))
    assert world.designs.read(ADMIN, design, "parameter.yaml").data == before


def test_what_is_deployed_stays(world: World, design: int) -> None:
    with pytest.raises(Refused) as caught:
        world.rates.take_back(ADMIN, design, "mini", "satz", date(2024, 1, 1))
    assert caught.value.code == "rate-deployed"


def test_a_saved_value_deploys_like_the_same_text_from_the_command_line(
    world: World, design: int
) -> None:
    saved = world.rates.add(ADMIN, design, "mini", "satz", draft())
    world.designs.deploy(ADMIN, design, "VwV 2026")
    again = world.definitions.deploy({"parameter.yaml": saved.data})
    assert again.fresh == ()
    number = world.start("kreis1")
    world.complete("kreis1", "Antrag ausfüllen", {**ANSWERS, "betrag_eur": "130.000"})
    assert world.cases.view(CLERK, number).head.amount == 130000


@pytest.mark.parametrize(
    ("typed", "field", "part"),
    [
        ({"value": "viel"}, "value", "keine Zahl"),
        ({"value": ""}, "value", "eine Zahl ein"),
        ({"value": "1" + "0" * 14}, "value", "zu groß"),
        ({"day": "bald"}, "day", "ein Jahr oder einen Tag"),
        ({"day": "31.02.2027"}, "day", "ein Jahr oder einen Tag"),
        ({"day": "9999"}, "day", "zu weit weg"),
        ({"day": "2024"}, "day", "schon ein anderer Wert"),
        ({"reason": "  "}, "reason", "Grund"),
    ],
)
def test_what_is_wrong_with_a_draft_is_said_at_its_field(
    world: World, design: int, typed: dict[str, str], field: str, part: str
) -> None:
    with pytest.raises(DraftInvalid) as caught:
        world.rates.propose(ADMIN, design, "mini", "satz", draft(**typed))
    assert list(caught.value.errors) == [field] and part in caught.value.errors[field]


def test_a_table_of_rates_is_typed_row_by_row(world: World, design: int) -> None:
    data = world.designs.read(ADMIN, design, "parameter.yaml").data.decode()
    table = '    kurse:\n      werte:\n        "2023":\n          - {art: a, satz_eur: 48.00}\n'
    world.designs.save(ADMIN, design, "parameter.yaml", (data + table).encode(), 0)
    rate = world.rates.rate(ADMIN, design, "mini", "kurse")
    assert rate.shape == "rows" and rate.columns == ("art", "satz_eur")
    rows = ({"art": "a", "satz_eur": "49,50"}, {"art": " ", "satz_eur": ""}, {"art": "b"})
    with pytest.raises(DraftInvalid) as caught:
        world.rates.propose(
            ADMIN, design, "mini", "kurse", Draft(day="2027", rows=rows, reason="x")
        )
    assert caught.value.errors == {"2-satz_eur": "Geben Sie eine Zahl ein."}
    good = Draft(day="2027", rows=rows[:2], reason="x")
    found = world.rates.propose(ADMIN, design, "mini", "kurse", good).value
    assert found == [{"art": "a", "satz_eur": Decimal("49.50")}]
