"""The amounts of the processes: computed from form answers, round and dated parameters."""

import csv
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from bundled import catalog, params, run

from pikflow import host
from pikflow.expressions import compile_expression

PERIOD = {"vorzeitiger_beginn": False, "weitergabe": False}
REPORT = {
    "Waehlen_Schritt": [
        {"naechster_schritt": "geld_abrufen"},
        {"naechster_schritt": "bericht_beginnen"},
    ]
}


def posts(year: int, *sizes: str) -> list[dict]:
    return [
        {
            "stelle_id": f"S{number}",
            "einsatz_ags": {"id": "08135", "name": "Landkreis", "ags": "08135"},
            "traeger": "Landkreis",
            "vzae": size,
            "qualifikation": "a",
            "beschaeftigt_ab": f"{year}-01-01",
            "personalkosten_jahr_eur": 80000,
        }
        for number, size in enumerate(sizes, 1)
    ]


def application(year: int, amount: str, *sizes: str) -> dict:
    return {
        "zeitraum_von": f"{year}-01-01",
        "zeitraum_bis": f"{year}-12-31",
        "stellen": posts(year, *sizes),
        "beantragt_eur": amount,
        **PERIOD,
    }


@pytest.mark.parametrize(
    ("year", "sizes", "amount"),
    [
        (2023, ("1", "0.44"), "67680.00"),
        (2024, ("1",) * 51 + ("0.1",), "3066000.00"),
    ],
)
def test_posts_times_rate_is_granted(year, sizes, amount):
    result = run(
        "integrationsmanagement",
        {"Ausfuellen_Antrag": application(year, amount, *sizes), **REPORT},
        year=year,
    )
    assert result["data"]["antrag"]["hoechstbetrag_eur"] == float(amount)
    assert result["data"]["bewilligt_eur"] == float(amount)
    assert result["completed"]


def test_the_district_budget_caps_the_grant():
    budget = {"kreisbudget_eur": 50000, "kreisbudget_rest_eur": 20000}
    result = run(
        "integrationsmanagement",
        {"Ausfuellen_Antrag": application(2026, "50000.00", "1"), **REPORT},
        runde=budget,
    )
    assert result["data"]["antrag"]["hoechstbetrag_eur"] == 50000
    assert result["data"]["bewilligt_eur"] == 20000
    assert result["data"]["entscheidung"] == "teilweise bewilligt"


def test_an_amount_typed_into_the_check_changes_nothing():
    result = run(
        "integrationsmanagement",
        {
            "Ausfuellen_Antrag": application(2026, "60000.00", "1"),
            "Pruefen_Antrag": {"anerkannt_eur": 99999, "bewilligt_eur": 99999},
            **REPORT,
        },
    )
    assert result["data"]["bewilligt_eur"] == 60000


def test_a_refund_bears_interest_by_rate_and_day():
    """10,000 EUR over a change of rate: 3.62 + 5 % until June 2024, 3.37 + 5 % from July."""
    table = params().resolve("integrationsmanagement", 2024)["basiszinssatz"]
    steps = compile_expression("interest(betrag, von, bis, saetze, 5)").evaluate(
        {
            "betrag": Decimal(10000),
            "von": date(2024, 6, 1),
            "bis": date(2024, 7, 31),
            "saetze": table,
        }
    )
    assert [(s["tage"], s["satz"]) for s in steps] == [(30, Decimal("8.62")), (31, Decimal("8.37"))]
    assert sum(s["betrag"] for s in steps) == Decimal("70.85") + Decimal("71.09")


def test_a_payment_is_never_more_than_is_left():
    request = {
        "abruf_von": "2026-02-01",
        "abruf_bis": "2026-03-31",
        "ausgegeben_bisher_eur": 0,
        "bedarf_2_monate_eur": 40000,
        "abruf_eur": 30000,
        "zweck_bestaetigt": True,
    }
    plan = {"personal": {"ausgaben": 30000, "zuwendungsfaehig": 30000}}
    result = run(
        "inturo",
        {
            "Ausfuellen_Antrag": {
                "zeitraum_von": "2026-01-01",
                "zeitraum_bis": "2026-12-31",
                "schulungen_geplant": 1,
                "beratungen_geplant": 1,
                "kostenplan": plan,
                "beantragt_eur": 30000,
                "eigenmittel_eur": 0,
                "drittmittel_eur": 0,
                **PERIOD,
            },
            "Abrufen_Mittel": request,
            "Ausfuellen_Bericht": {
                "ausgaben_personal_eur": 30000,
                "ausgaben_sach_eur": 0,
                "einnahmen_eur": 0,
            },
            **REPORT,
        },
    )
    assert result["data"]["ausgezahlt_eur"] == 30000
    assert result["data"]["abruf_rest_eur"] == 30000
    assert result["data"]["rueckforderung_eur"] == 0


@pytest.mark.parametrize("slug", sorted(catalog().measures))
def test_a_measure_runs_to_an_end_with_generated_answers(slug):
    result = run(slug, {})
    assert result["completed"]
    assert "Abschliessen" in result["trace"] or result["data"]["entscheidung"] == "abgelehnt"


def test_budgets_by_inhabitants_sum_to_the_whole():
    """Published vectors: 8,000,000 EUR over the 44 Kreise by the inhabitants of 31.12.2022."""
    register = Path(host.__file__).parent / "data" / "organisationen.csv"
    with register.open(newline="") as lines:
        rows = [r for r in csv.DictReader(lines) if r["kind"] in ("landkreis", "stadtkreis")]
    weights = [Decimal(row["einwohner"]) for row in rows]
    shares = compile_expression("share(8000000, gewichte)").evaluate({"gewichte": weights})
    found = dict(zip([row["ags"] for row in rows], shares, strict=True))
    assert len(found) == 44
    assert sum(shares) == 8_000_000
    assert found["08111"] == Decimal("448830.20")
    assert found["08211"] == Decimal("40442.34")
    assert found["08336"] == Decimal("165263.61")
    assert found["08437"] == Decimal("95065.21")


@pytest.mark.parametrize(
    ("multiple", "amount"), [(75, 55736), (766, 569249), (102, 75801), (5, 3716)]
)
def test_the_amounts_of_2017_are_whole_multiples(multiple, amount):
    found = compile_expression("round(743.145 * n, 0)").evaluate({"n": Decimal(multiple)})
    assert found == amount
