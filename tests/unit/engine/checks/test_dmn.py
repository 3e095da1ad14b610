import pytest

from pikflow.engine.check import check_files
from pikflow.engine.checks.dmn import unary_tests
from pikflow.expressions import compile_expression

TABLE = """<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="Grenzen">
  <decision id="stufe" name="Stufe">
    <decisionTable hitPolicy="FIRST">
      <input><inputExpression typeRef="number"><text>antrag.betrag</text></inputExpression></input>
      <output id="o1" name="stufe" typeRef="string" />
      <rule><inputEntry><text>&lt; 1000</text></inputEntry>
        <outputEntry><text>"klein"</text></outputEntry></rule>
      <rule><inputEntry><text>-</text></inputEntry><outputEntry><text>1</text></outputEntry></rule>
    </decisionTable>
  </decision>
</definitions>"""


def codes(text: str) -> list[tuple[str, int]]:
    return [(f.code, f.line) for f in check_files({"a.dmn": text.encode()})]


def test_a_good_table_has_nothing_to_tell() -> None:
    assert codes(TABLE) == []


@pytest.mark.parametrize(
    ("before", "after", "code", "line"),
    [
        ('hitPolicy="FIRST"', 'hitPolicy="BEST"', "dmn-hit-policy", 4),
        ('hitPolicy="FIRST"', 'hitPolicy="FIRST" aggregation="SUM"', "dmn-aggregation", 4),
        ("<text>antrag.betrag</text>", "<text>antrag..betrag</text>", "dmn-cell-invalid", 5),
        ("<text>antrag.betrag</text>", "", "dmn-input-expression", 5),
        ("<text>&lt; 1000</text>", "<text>&lt; eintausend Euro</text>", "dmn-cell-invalid", 7),
        ('<text>"klein"</text>', "<text>klein(</text>", "dmn-cell-invalid", 8),
        ('<text>"klein"</text>', "", "dmn-output-empty", 8),
        ("<inputEntry><text>-</text></inputEntry>", "", "dmn-rule-size", 9),
        ('<decision id="stufe"', "<decision", "id-missing", 3),
        ('<output id="o1" name="stufe" typeRef="string" />', "", "dmn-output-missing", 4),
        ("decisionTable", "andereTabelle", "dmn-logic-missing", 3),
        ("<decision ", "<entscheidung ", "xml-malformed", 11),
    ],
)
def test_finds_what_is_wrong_and_where(before: str, after: str, code: str, line: int) -> None:
    assert before in TABLE
    assert (code, line) in codes(TABLE.replace(before, after))


def test_several_outputs_have_names() -> None:
    text = TABLE.replace(
        '<output id="o1" name="stufe" typeRef="string" />', '<output/><output name="b"/>'
    )
    assert ("dmn-output-name", 6) in codes(text)


def test_a_file_without_decision_and_a_table_without_rules() -> None:
    empty = '<definitions xmlns="http://www.omg.org/spec/DMN/20151101/dmn.xsd"/>'
    assert codes(empty) == [("dmn-no-decision", 1)]
    bare = TABLE[: TABLE.index("<rule")] + "</decisionTable></decision></definitions>"
    assert codes(bare) == [("dmn-no-rules", 4)]


@pytest.mark.parametrize(
    ("cell", "holding", "failing"),
    [
        ("< 10", 9, 10),
        (">= 10", 10, 9),
        ("!= 3", 4, 3),
        ("[1..5]", 5, 6),
        ("(1..5)", 2, 1),
        ("]1..5[", 2, 5),
        ('"a"', "a", "b"),
        ("5", 5, 6),
        ("= 5", 5, 6),
    ],
)
def test_cells_become_expressions(cell: str, holding: object, failing: object) -> None:
    (text,) = unary_tests(cell)
    expression = compile_expression(text)
    assert expression.evaluate({"wert": holding}) is True
    assert expression.evaluate({"wert": failing}) is False


def test_lists_of_values_are_split_outside_of_quotes_and_brackets() -> None:
    assert unary_tests('"a, b", max(1, 2)') == ['wert == ("a, b")', "wert == (max(1, 2))"]
    assert unary_tests('not("a","b")') == ['wert == ("a")', 'wert == ("b")']
    assert unary_tests("-") == unary_tests("") == []
