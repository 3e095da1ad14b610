"""Expressions of other products: the same meaning, or refused with a reason."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pikflow.engine.foreign.languages import Languages
from pikflow.engine.foreign.times import read_time
from pikflow.expressions import compile_expression, compile_script
from pikflow.expressions.pieces import Untranslatable

CAMUNDA = Languages("Camunda 7", {"firstName": "first_name"})
SPIFF = Languages("Spiff Arena", {"firstName": "first_name"})


@pytest.mark.parametrize(
    ("text", "here"),
    [
        ("${x == 'a'}", 'x == "a"'),
        ("#{a && !b || c}", "a and not b or c"),
        ("${!(a || b)}", "not (a or b)"),
        ("${amount ge 5 and amount lt 10}", "amount >= 5 and amount < 10"),
        ("${a ? 1 : 2}", "1 if a else 2"),
        ("${empty list}", 'list in [null, "", [], {}]'),
        ("${execution.getVariable('firstName')}", "first_name"),
        ("${order['items'].size() > 2}", "len(order.items) > 2"),
        ("${a - (b - c)}", "a - (b - c)"),
        ('=x = "a"', 'x == "a"'),
        ("=firstName != null", "first_name != null"),
        ("=count(items) > 2", "len(items) > 2"),
        ("x > 1", "x > 1"),
    ],
)
def test_conditions_mean_the_same(text: str, here: str) -> None:
    assert CAMUNDA.read(text).text == here


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("${x == '5'}", "auch mit einer Zahl"),
        ("${x == 'true'}", "Ja/Nein"),
        ("${bean.run(1)}", "kein Gegenstück"),
        ("${fn:length(x)}", "gibt es hier nicht"),
        ("a ${x} b", ""),
        ("${}", "leer"),
        ("${x[0]}", "Nummern"),
        ("=some x in y satisfies x > 1", "some"),
        ("=x[1]", "Filter"),
        ("Betrag über 500", "fehlt ein Rechenzeichen"),
    ],
)
def test_what_can_not_be_said_has_a_reason_and_a_hint(text: str, why: str) -> None:
    with pytest.raises(Untranslatable) as refused:
        CAMUNDA.read(text)
    assert why in refused.value.reason and refused.value.hint


@pytest.mark.parametrize(
    ("text", "here"),
    [
        ('x["a"] is None', "x.a == null"),
        ("firstName in ['a', 'b']", 'first_name in ["a", "b"]'),
        ("any(r['ok'] for r in rows)", "any(r.ok for r in rows)"),
        ("not (a and b)", "not (a and b)"),
        ("1 < x <= 3", "1 < x <= 3"),
        ("x > 1", "x > 1"),
    ],
)
def test_python_conditions_mean_the_same(text: str, here: str) -> None:
    assert SPIFF.read(text).text == here


@pytest.mark.parametrize(
    "text",
    ["().__class__", "__import__('os')", "open('x')", "[x for x in y for z in w]", "lambda: 1",
     "f'{x}'", "x[0]", "2 ** 9", "round(x, 1)", "x.__dict__", "-" * 1900 + "1"],
)  # fmt: skip
def test_other_python_is_refused(text: str) -> None:
    with pytest.raises(Untranslatable):
        SPIFF.read(text)


def test_or_as_a_value_is_a_choice_here() -> None:
    here = compile_script(SPIFF.script("x = a or 'leer'\ny = a and b > 1").text)
    assert here.run({"a": "da", "b": None}) == {"x": "da", "y": False}
    assert here.run({"a": "", "b": None})["x"] == "leer"


@pytest.mark.parametrize(
    ("text", "kind", "here"),
    [
        ("P14D", "duration", "P14D"),
        ("${frist}", "duration", "frist"),
        ('=duration("P7D")', "duration", "P7D"),
        ('=@"P7D"', "duration", "P7D"),
        ('=now() + duration("P7D")', "duration", "P7D"),
        ('=now() + duration("P1M2D")', "date", "add_days(add_months(heute, 1), 2)"),
        ('=date and time("2026-12-31T10:00:00Z")', "date", "2026-12-31T10:00:00Z"),
        ('=cycle(duration("PT1H"))', "cycle", "R/PT1H"),
        ("${dateTime().plusMonths(2)}", "date", "add_months(heute, 2)"),
        ("datetime.datetime.now() + timedelta(hours=4)", "duration", "PT4H"),
        ("timedelta(days=3)", "duration", "P3D"),
    ],
)
def test_times_are_iso_or_expressions(text: str, kind: str, here: str) -> None:
    assert read_time(text, kind, CAMUNDA).text == here


@pytest.mark.parametrize("text", ["0 0 9 * * ?", "*/5 * * * * MON", "R3/PT10H/${ende}"])
def test_times_that_are_none_are_refused(text: str) -> None:
    with pytest.raises(Untranslatable):
        read_time(text, "cycle", CAMUNDA)


@settings(max_examples=200, deadline=None)
@given(
    st.text(alphabet="abx1.'\"${}()[]!&|=<>?:+-*/ ,#\n\\", max_size=60),
    st.sampled_from(["${", "=", ""]),
    st.sampled_from([CAMUNDA, SPIFF]),
)
def test_any_text_is_translated_or_refused(inner: str, mark: str, languages: Languages) -> None:
    text = f"{mark}{inner}{'}' if mark == '${' else ''}"
    for read in (languages.read, languages.script):
        try:
            found = read(text)
        except Untranslatable as fault:
            assert fault.reason
            continue
        if read == languages.read:
            compile_expression(found.text)
