"""Shares and interest against the figures of the pact and against exact fractions."""

import csv
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pikflow.expressions import compile_expression

REGISTER = Path(__file__).parents[3] / "pikflow" / "host" / "data" / "organisationen.csv"
BASE_RATES = {
    "2023-07-01": Decimal("3.12"),
    "2024-01-01": Decimal("3.62"),
    "2024-07-01": Decimal("3.37"),
    "2025-01-01": Decimal("2.27"),
    "2025-07-01": Decimal("1.27"),
}
SHORT = settings(max_examples=60, deadline=None, derandomize=True, database=None)


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("round(1.44 * 47000, 2)", "67680.00"),
        ("round(51.1 * 60000, 2)", "3066000.00"),
        ("round(75 * 743.145)", "55736"),
        ("round(766 * 743.145)", "569249"),
        ("min(round(sum(s for s in [1, 0.44]) * 60000 * 12 / 12, 2), 70000)", "70000"),
    ],
)
def test_amounts_of_the_pact(text: str, amount: str) -> None:
    assert compile_expression(text).evaluate({}) == Decimal(amount)


def test_eight_million_by_inhabitants_over_the_44_districts() -> None:
    with REGISTER.open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if len(row["ags"]) == 5]
    scope = {"kreise": [{"ew": Decimal(row["einwohner"])} for row in rows]}
    shares = compile_expression("share(8000000, [k.ew for k in kreise])").evaluate(scope)
    by_key = dict(zip((row["ags"] for row in rows), shares, strict=True))
    assert len(by_key) == 44
    assert by_key["08111"] == Decimal("448830.20")
    assert by_key["08211"] == Decimal("40442.34")
    assert by_key["08336"] == Decimal("165263.61")
    assert by_key["08437"] == Decimal("95065.21")
    assert sum(shares) == Decimal(8_000_000)


@SHORT
@given(
    st.decimals(min_value=0, max_value=10**9, places=2),
    st.lists(st.decimals(min_value=0, max_value=10**6, places=3), min_size=1, max_size=12),
)
def test_shares_sum_to_the_whole_and_are_less_than_a_cent_off(
    total: Decimal, weights: list[Decimal]
) -> None:
    shares = compile_expression("share(t, w)").evaluate({"t": total, "w": weights})
    if not any(weights):
        assert shares is None
        return
    assert sum(shares) == total
    for share, weight in zip(shares, weights, strict=True):
        exact = Fraction(total) * Fraction(weight) / Fraction(sum(weights))
        assert abs(Fraction(share) - exact) < Fraction(1, 100)


@SHORT
@given(
    st.decimals(min_value=0, max_value=10**7, places=2),
    st.dates(min_value=date(2023, 7, 1), max_value=date(2026, 12, 31)),
    st.integers(0, 1_000),
)
def test_interest_is_exact_and_its_rows_sum_to_it(amount: Decimal, start: date, days: int) -> None:
    end = start + timedelta(days=days)
    rows = compile_expression("interest(b, von, bis, basis, 5)").evaluate(
        {"b": amount, "von": start, "bis": end, "basis": BASE_RATES}
    )
    exact = sum(
        Fraction(amount) * Fraction(row["satz"]) * int(row["tage"]) / 36_500 for row in rows
    )
    assert sum(row["betrag"] for row in rows) == Decimal(int(exact * 100 + Fraction(1, 2))) / 100
    assert sum(row["tage"] for row in rows) == days + 1
    assert rows[0]["von"] == start
    assert rows[-1]["bis"] == end
    for before, row in zip(rows, rows[1:], strict=False):
        assert row["von"] == before["bis"] + timedelta(days=1)


def test_interest_is_five_points_above_the_base_rate_of_each_segment() -> None:
    rows = compile_expression(
        "interest(1000, date('2024-06-01'), date('2025-01-31'), b, 5)"
    ).evaluate({"b": BASE_RATES})
    assert [(row["satz"], row["tage"]) for row in rows] == [
        (Decimal("8.62"), Decimal(30)),
        (Decimal("8.37"), Decimal(184)),
        (Decimal("7.27"), Decimal(31)),
    ]
