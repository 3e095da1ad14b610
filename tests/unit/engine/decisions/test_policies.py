"""Hit policies, defaults, types, required decisions: what a decision gives."""

from datetime import date
from typing import Any

import pytest

from pikflow.engine.decisions.evaluation import decide
from pikflow.engine.decisions.faults import DecisionFault
from pikflow.engine.decisions.library import Library, decisions_of
from pikflow.values import normalise, plain

from .tables import dmn, literal, requires, table

RULES = """
< 10  | "c" | 1
< 20  | "a" | 2
< 30  | "b" | 3
"""
ORDER = '"a","b","c"'


def made(*decisions: str, key: str = "tabelle", before: str = "", **data: Any) -> Any:
    library = Library.of(decisions_of({"a.dmn": dmn(*decisions, before=before)}))
    assert [problem for _, problem in library.problems if problem.severity == "error"] == []
    return plain(decide(library.ready, key, normalise(data)).value)


def one(policy: str, x: int, **options: Any) -> Any:
    rules = "\n".join("|".join(line.split("|")[:2]) for line in RULES.strip().splitlines())
    return made(table("x", "art", rules, policy=policy, values=ORDER, **options), x=x)


def number(policy: str, x: int, aggregation: str = "", default: str = "") -> Any:
    rules = "< 10 | 5\n< 20 | 5\n< 30 | 2\n< 5 | null"
    return made(
        table("x", "n", rules, policy=policy, aggregation=aggregation, default=default), x=x
    )


@pytest.mark.parametrize(
    ("policy", "x", "result"),
    [
        ("FIRST", 5, "c"),
        ("FIRST", 25, "b"),
        ("FIRST", 99, None),
        ("F", 5, "c"),
        ("PRIORITY", 5, "a"),
        ("PRIORITY", 25, "b"),
        ("PRIORITY", 99, None),
        ("UNIQUE", 25, "b"),
        ("", 25, "b"),
        ("ANY", 25, "b"),
        ("COLLECT", 5, ["c", "a", "b"]),
        ("COLLECT", 99, []),
        ("RULE ORDER", 15, ["a", "b"]),
        ("RULE ORDER", 99, []),
        ("OUTPUT ORDER", 5, ["a", "b", "c"]),
        ("OUTPUT ORDER", 99, []),
    ],
)
def test_a_hit_policy_gives(policy: str, x: int, result: Any) -> None:
    assert one(policy, x) == result


@pytest.mark.parametrize(
    ("aggregation", "x", "result"),
    [
        ("SUM", 7, 12),
        ("SUM", 1, 12),
        ("SUM", 25, 2),
        ("SUM", 99, None),
        ("MIN", 7, 2),
        ("MAX", 7, 5),
        ("MAX", 99, None),
        ("COUNT", 7, 3),
        ("COUNT", 1, 4),
        ("COUNT", 99, 0),
    ],
)
def test_what_is_collected_is_put_together(aggregation: str, x: int, result: Any) -> None:
    assert number("COLLECT", x, aggregation) == result


def test_several_outputs_are_a_dictionary_or_a_list_of_them() -> None:
    first = table("x", "art | n", RULES, policy="FIRST")
    assert made(first, x=15) == {"art": "a", "n": 2}
    assert made(table("x", "art | n", RULES, policy="COLLECT"), x=15) == [
        {"art": "a", "n": 2},
        {"art": "b", "n": 3},
    ]


def test_the_first_output_decides_the_rank_then_the_next() -> None:
    rules = '- | "b" | "y"\n- | "a" | "y"\n- | "a" | "x"\n- | "fremd" | "x"'
    text = table("x", "art | stufe", rules, policy="OUTPUT ORDER", values='"a","b"')
    text = text.replace(
        '<output name="stufe">',
        '<output name="stufe"><outputValues><text>"x","y"</text></outputValues>',
    )
    assert [(row["art"], row["stufe"]) for row in made(text, x=1)] == [
        ("a", "x"),
        ("a", "y"),
        ("b", "y"),
        ("fremd", "x"),
    ]


def refused(*decisions: str, key: str = "tabelle", **data: Any) -> DecisionFault:
    with pytest.raises(DecisionFault) as caught:
        made(*decisions, key=key, **data)
    return caught.value


def test_two_hits_of_a_unique_table_name_table_and_rules_and_no_value() -> None:
    fault = refused(table("x", "art", '< 10 | "geheim"\n< 7 | "b"\n< 5 | "c"'), x=4711 - 4708)
    assert fault.code == "decision-conflict"
    assert "„tabelle“" in fault.message and "1, 2 und 3" in fault.message
    assert "geheim" not in fault.message and "3 " not in fault.message.split("treffen")[0]


def test_any_takes_the_same_twice_and_refuses_the_different() -> None:
    same = table("x", "art", '< 10 | "a"\n< 20 | "a"', policy="ANY")
    assert made(same, x=5) == "a"
    fault = refused(table("x", "art", '< 10 | "a"\n< 20 | y', policy="ANY"), x=5, y="b")
    assert fault.code == "decision-conflict" and "1 und 2" in fault.message
    assert refused(table("x", "art", "< 10 | 1\n< 20 | true", policy="ANY"), x=5)


def test_the_default_counts_when_nothing_hits() -> None:
    assert made(table("x", "art", '< 10 | "a"', default='"sonst"'), x=99) == "sonst"
    both = table("x", "art | n", '< 10 | "a" | 1', default='"sonst"')
    assert made(both, x=99) == {"art": "sonst", "n": None}
    assert number("COLLECT", 99, default="7") == [7]
    assert number("COLLECT", 99, "SUM", default="7") == 7
    assert number("COLLECT", 99, "COUNT", default="7") == 7


def test_sums_need_numbers() -> None:
    fault = refused(table("x", "n", '- | "a"\n- | 1', policy="COLLECT", aggregation="SUM"), x=1)
    assert fault.code == "decision-sum"
    rules = '- | date("2026-01-02")\n- | date("2026-01-01")'
    lowest = table("x", "n", rules, policy="COLLECT", aggregation="MIN")
    assert made(lowest, x=1) == "2026-01-01"


def test_inputs_have_to_be_of_their_kind_and_among_their_values() -> None:
    typed = table("x:number", "art", '< 10 | "a"')
    assert made(typed, x=5) == "a" and made(typed, x=None) is None
    assert refused(typed, x="5").code == "decision-type"
    assert refused(table("x:integer", "art", '< 10 | "a"'), x=1.5).code == "decision-type"
    assert refused(table("x:date", "art", '- | "a"'), x="2026-01-01").code == "decision-type"
    assert made(table("x:date", "art", '- | "a"'), x=date(2026, 1, 1)) == "a"
    listed = table("x:string", "art", '"a" | 1\n- | 2', policy="FIRST", allowed='"a","b"')
    assert made(listed, x="b") == 2 and made(listed, x=None) == 2
    fault = refused(listed, x="vertraulich")
    assert fault.code == "decision-input" and "vertraulich" not in fault.message


@pytest.mark.parametrize(
    ("kind", "value", "said"),
    [
        ("number", "a", "ist keine Zahl"),
        ("integer", 1.5, "ist keine ganze Zahl"),
        ("string", 5, "ist kein Text"),
        ("date", "a", "ist kein Datum"),
        ("boolean", 1, "ist weder Ja noch Nein"),
    ],
)
def test_a_value_of_the_wrong_kind_is_named_in_plain_words(
    kind: str, value: object, said: str
) -> None:
    assert said in refused(table(f"x:{kind}", "art", '- | "a"'), x=value).message


def test_computed_outputs_have_to_be_of_their_kind() -> None:
    assert refused(table("x", "n:number", "- | y"), x=1, y="fünf").code == "decision-type"
    assert made(table("x", "n:number", "- | y * 2"), x=1, y=4) == 8


def test_types_a_file_defines_are_followed() -> None:
    before = (
        '<itemDefinition name="Stufe"><typeRef>string</typeRef>'
        '<allowedValues><text>"a","b"</text></allowedValues></itemDefinition>'
        '<itemDefinition name="Liste" isCollection="true"><typeRef>Stufe</typeRef></itemDefinition>'
    )
    rules = '- | "b"\n- | "a"'
    assert made(table("x", "art:Stufe", rules, policy="PRIORITY"), before=before, x=1) == "a"
    given = table("x:Stufe", "n", "- | 1")
    assert made(given, before=before, x="a") == 1
    library = Library.of(decisions_of({"a.dmn": dmn(given, before=before)}))
    with pytest.raises(DecisionFault):
        decide(library.ready, "tabelle", {"x": "c"})
    assert made(table("x:Liste", "n", "- | 1"), before=before, x=["a"]) == 1


def test_decisions_build_on_each_other_each_made_once() -> None:
    chain = [
        table("stufe | betrag", "satz", '"hoch" | > 5 | 10\n"tief" | - | 5', policy="FIRST",
              inside=requires("stufe")),
        table("punkte", "stufe", '> 50 | "hoch"\n<= 50 | "tief"', key="stufe",
              inside=requires("punkte")),
        literal("alter * 2", key="punkte"),
    ]  # fmt: skip
    assert made(*chain, alter=30, betrag=9) == 10
    assert made(*chain, alter=20, betrag=9) == 5


def test_a_result_goes_by_the_name_of_its_variable() -> None:
    """With a variable only by that; without one (Camunda) by name, id and outputs."""
    given = '<variable name="Risiko der Stufe"/>'
    risk = table("x", "stufe", '- | "hoch"', key="r", name="Risiko", inside=given)
    asks = literal('Risiko der Stufe = "hoch"', inside=requires("r"))
    assert made(asks, risk, key="wert", x=1) is True
    by_output = literal('stufe = "hoch"', inside=requires("r"))
    assert made(by_output, risk, key="wert", x=1, stufe="aus dem Vorgang") is False
    plain_risk = table("x", "stufe", '- | "hoch"', key="r", name="Risiko")
    for name in ("stufe", "Risiko", "r"):
        assert made(literal(name, inside=requires("r")), plain_risk, key="wert", x=1) == "hoch"


def test_a_decision_that_is_missing_or_broken_is_a_fault() -> None:
    library = Library.of(decisions_of({"a.dmn": dmn(table("x", "n", "kaputt( | 1"))}))
    for key in ("tabelle", "fehlt"):
        with pytest.raises(DecisionFault) as caught:
            decide(library.ready, key, {})
        assert caught.value.code == "decision-missing"


def test_an_expression_that_fails_names_the_decision() -> None:
    fault = refused(literal("x * x", key="w"), key="w", x=10**20)
    assert fault.code == "decision-expression" and "„w“" in fault.message
