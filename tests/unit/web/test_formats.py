"""Amounts and numbers as people write them, also when the same was shown before."""

from decimal import Decimal

from pikflow.web.formats import show_money, show_number


def test_amounts_have_two_places_and_a_sign_that_does_not_break() -> None:
    assert show_money(Decimal("67680")) == show_money(Decimal("67680.00")) == "67.680,00\xa0€"
    assert show_money(None) == show_number(None) == ""
    assert show_number(Decimal("1234.50")) == show_number(Decimal("1234.5")) == "1.234,5"


def test_a_negative_zero_is_nothing_and_leaves_nothing_behind() -> None:
    assert show_money(Decimal("-0.00")) == show_money(Decimal(0)) == "0,00\xa0€"
    assert show_number(Decimal("-0")) == show_number(0) == "0"
