"""The values of case data and their one text form."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest

from pikflow.values import dump, load, normalise, plain


@pytest.mark.parametrize(
    "value",
    [
        None,
        True,
        Decimal("12.50"),
        "Text",
        date(2026, 5, 1),
        [Decimal(1), [None, {"a": []}]],
        {"a": {"b": Decimal("0.1")}},
        {"$decimal": "1"},
        {"$decimal": "keine Zahl"},
        {"$date": "2026-05-01"},
        {"$date": "nie"},
        {"$dict": ["a", Decimal(1)]},
        {"$dict": {"$dict": {"$decimal": Decimal(3)}}},
        [{"$decimal": {"$date": date(2026, 5, 1)}}],
        {"$decimal": "1", "b": Decimal(2)},
    ],
)
def test_every_value_comes_back_as_it_was(value: Any) -> None:
    assert load(dump(value)) == normalise(value) == value


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        (1, Decimal(1)),
        (0.1, Decimal("0.1")),
        ((1, 2), [Decimal(1), Decimal(2)]),
        (datetime(2026, 5, 1, 12), date(2026, 5, 1)),
        ({1: 2}, {"1": Decimal(2)}),
    ],
)
def test_other_kinds_become_values(given: Any, kept: Any) -> None:
    assert normalise(given) == kept == load(dump(given))


@pytest.mark.parametrize(
    "value",
    [object(), b"x", 1j, float("nan"), float("inf"), Decimal("NaN"), Decimal("-Infinity")],
)
def test_what_is_no_value_is_refused(value: Any) -> None:
    for given in (value, [value], {"a": {"b": value}}):
        with pytest.raises(TypeError):
            normalise(given)


def test_plain_values_are_those_of_json() -> None:
    assert plain({"a": Decimal("2.0"), "b": [Decimal("0.5"), date(2026, 5, 1)]}) == {
        "a": 2,
        "b": [0.5, "2026-05-01"],
    }
