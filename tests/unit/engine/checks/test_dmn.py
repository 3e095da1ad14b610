import pytest
from decisions.tables import dmn, literal, requires, table

from pikflow.engine.check import check_files

TABLE = """<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="Grenzen">
  <decision id="stufe" name="Stufe">
    <decisionTable hitPolicy="FIRST">
      <input><inputExpression typeRef="number"><text>antrag.betrag</text></inputExpression></input>
      <output id="o1" name="stufe" />
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
        ('<output id="o1" name="stufe" />', "", "dmn-output-missing", 4),
        ("decisionTable", "andereTabelle", "dmn-logic-missing", 3),
        ("<decision ", "<entscheidung ", "xml-malformed", 11),
    ],
)
def test_finds_what_is_wrong_and_where(before: str, after: str, code: str, line: int) -> None:
    assert before in TABLE
    assert (code, line) in codes(TABLE.replace(before, after))


def test_several_outputs_have_names() -> None:
    text = TABLE.replace('<output id="o1" name="stufe" />', '<output/><output name="b"/>')
    assert ("dmn-output-name", 6) in codes(text)


def test_a_file_without_decision_and_a_table_without_rules() -> None:
    empty = '<definitions xmlns="http://www.omg.org/spec/DMN/20151101/dmn.xsd"/>'
    assert codes(empty) == [("dmn-no-decision", 1)]
    bare = TABLE[: TABLE.index("<rule")] + "</decisionTable></decision></definitions>"
    assert codes(bare) == [("dmn-no-rules", 4)]


# What tables say, in short form


def told(*decisions: str, before: str = "") -> list[tuple[str, str]]:
    found = check_files({"a.dmn": dmn(*decisions, before=before)})
    return [(f.severity, f.code) for f in found if f.code != "dmn-gap"]


@pytest.mark.parametrize(
    ("decision", "finding"),
    [
        (table("x:number", "n", '"a" | 1'), ("error", "dmn-type")),
        (table("x:date", "n", '"2026-01-01" | 1'), ("error", "dmn-type")),
        (table("x", "n:number", '1 | "a"'), ("error", "dmn-type")),
        (table("x", "n:integer", "1 | 1.5"), ("error", "dmn-type")),
        (table("x:time", "n", "- | 1"), ("error", "dmn-type-unsupported")),
        (table("x", "n:dateTime", "- | null"), ("error", "dmn-type-unsupported")),
        (table("x:Erfunden", "n", "- | 1"), ("warning", "dmn-type-unknown")),
        (table("x", "n", '"c" | 1', allowed='"a","b"'), ("warning", "dmn-value-unlisted")),
        (table("x", "n", '- | "c"', values='"a","b"'), ("warning", "dmn-value-unlisted")),
        (table("x", "n", "- | 1", policy="PRIORITY"), ("error", "dmn-output-values")),
        (table("x", "n", "- | 1", policy="OUTPUT ORDER"), ("error", "dmn-output-values")),
        (
            table("x", "n", "- | 1", policy="PRIORITY", values="> grenze"),
            ("error", "dmn-output-values"),
        ),
        (table("x", "n", "- | 9", values="[1..5]"), ("warning", "dmn-value-unlisted")),
        (
            table("x", "n | m", "- | 1 | 2", policy="COLLECT", aggregation="SUM"),
            ("error", "dmn-aggregation"),
        ),
        (table("x", "n m", "- | 1"), ("error", "dmn-output-name")),
        (table("x", "n | n", "- | 1 | 1"), ("error", "dmn-output-name")),
        (table("x", "n", "< 5 | 1\n< 9 | 2"), ("error", "dmn-rules-overlap")),
        (table("x", "n", "< 5 | 1\n< 5 | 1"), ("error", "dmn-rules-overlap")),
        (table("x + y", "n", "< 5 | 1\n< 9 | 2"), ("warning", "dmn-rules-overlap")),
        (table("x", "n", "< 5 | 1\n< 9 | 2", policy="ANY"), ("error", "dmn-rules-overlap")),
        (table("x", "n", "< 9 | 1\n< 5 | 2", policy="FIRST"), ("warning", "dmn-rule-unreached")),
        (
            table("x", "n", '< 5 | "b"\n- | "a"', policy="PRIORITY", values='"a","b"'),
            ("warning", "dmn-rule-unreached"),
        ),
        (table("x", "n", "? > 5 | x.year"), ("error", "dmn-cell-invalid")),
        (literal("a ** 2"), ("error", "dmn-cell-invalid")),
        (literal(""), ("error", "dmn-logic-missing")),
        (literal("x", inside=requires("fehlt")), ("error", "dmn-required-missing")),
        (literal("x", inside=requires("wert")), ("error", "dmn-required-circle")),
        ('<decision id="k" name="K"><context/></decision>', ("error", "dmn-logic-unsupported")),
        (
            '<decision id="k"><knowledgeRequirement><requiredKnowledge href="#b"/>'
            "</knowledgeRequirement><literalExpression><text>1</text></literalExpression>"
            "</decision>",
            ("error", "dmn-knowledge"),
        ),
        (
            '<decision id="k"><literalExpression expressionLanguage="groovy"><text>1</text>'
            "</literalExpression></decision>",
            ("error", "dmn-language"),
        ),
    ],
)
def test_a_table_is_judged(decision: str, finding: tuple[str, str]) -> None:
    assert told(decision) == [finding]


@pytest.mark.parametrize(
    "decision",
    [
        table("x", "n", "< 5 | 1\n< 9 | 1", policy="ANY"),
        table("x", "n", "< 5 | 1\n< 9 | 2", policy="FIRST"),
        table("x", "n", "< 5 | 1\n< 9 | 2", policy="COLLECT"),
        table("x", "n", '- | "b"\n< 5 | "a"', policy="PRIORITY", values='"a","b"'),
        table("x", "n", "< grenze | 1\n> 5 | 2"),
        literal("antrag.betrag * 2"),
        literal("x")
        .replace("<literal", "<literal", 1)
        .replace("<literalExpression>", '<literalExpression expressionLanguage="feel">'),
    ],
)
def test_a_sound_table_has_nothing_to_tell(decision: str) -> None:
    assert told(decision) == []


def test_a_finding_names_file_decision_row_and_column() -> None:
    text = table("x", "n", "1 | 1\nduration( | 2", key="t", name="Sätze")
    (finding,) = check_files({"a.dmn": dmn(text)})
    assert (finding.file, finding.element) == ("a.dmn", "t") and finding.line > 5
    assert "Zeile 2, Eingabe 1" in finding.message and "„Sätze“" in finding.message


def test_an_overlap_comes_with_an_example() -> None:
    found = check_files({"a.dmn": dmn(table("betrag", "n", "[1..10] | 1\n[10..20] | 2"))})
    (finding,) = [f for f in found if f.code == "dmn-rules-overlap"]
    assert "Zeilen 1 und 2" in finding.message and "betrag = 10" in finding.message


def test_many_overlaps_are_told_once_with_their_number() -> None:
    found = check_files({"a.dmn": dmn(table("x", "n", "\n".join("- | 1" for _ in range(6))))})
    overlaps = [f for f in found if f.code == "dmn-rules-overlap"]
    assert len(overlaps) == 5 and any("10 weitere" in f.message for f in overlaps)


def test_a_gap_is_information_unless_there_is_a_default() -> None:
    gappy = table("x:boolean", "n", "true | 1\nnull | 2")
    (finding,) = check_files({"a.dmn": dmn(gappy)})
    assert (finding.severity, finding.code) == ("information", "dmn-gap")
    assert "x = false" in finding.message
    assert check_files({"a.dmn": dmn(table("x:boolean", "n", "true | 1", default="0"))}) == []


def test_a_decision_may_be_in_one_file_only() -> None:
    files = {"a.dmn": dmn(literal("1")), "b.dmn": dmn(literal("2"))}
    assert [(f.file, f.code) for f in check_files(files)] == [("b.dmn", "decision-duplicate")]


def test_decisions_may_build_on_those_of_another_file() -> None:
    other = (
        "<informationRequirement><requiredDecision href='urn:x#basis'/></informationRequirement>"
    )
    files = {"a.dmn": dmn(literal("basis", inside=other)), "b.dmn": dmn(literal("2", key="basis"))}
    assert check_files(files) == []


def test_a_long_chain_of_decisions_is_refused() -> None:
    chain = [literal("1", key=f"d{n}", inside=requires(f"d{n + 1}")) for n in range(60)]
    found = told(*chain, literal("1", key="d60"))
    assert set(found) == {("error", "dmn-required-circle")} and len(found) == 20
