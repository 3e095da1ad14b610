"""flat joins what several organisations reported into one list."""

from decimal import Decimal

from pikflow.expressions import compile_expression


def test_joins_the_lists_of_all_reports_and_skips_missing_ones():
    reports = [{"rows": [Decimal(1), Decimal(2)]}, {"rows": None}, {}, {"rows": [Decimal(3)]}]
    found = compile_expression("flat([r.rows for r in reports])").evaluate({"reports": reports})
    assert found == [Decimal(1), Decimal(2), Decimal(3)]


def test_gives_nothing_for_what_is_no_list():
    assert compile_expression("flat(amount)").evaluate({"amount": Decimal(5)}) is None
    assert compile_expression("flat(missing)").evaluate({}) == []
