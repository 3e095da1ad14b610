# ruff: noqa: E501 - lines of diagrams stay in one piece
"""Names in diagrams: found where they stand, changed without moving anything else."""

from pathlib import Path

import pytest

from pikflow.engine.mentions import renamed, sets, uses

ROOT = Path(__file__).parents[3]
XML = """<?xml version="1.0"?>
<!-- antrag.betrag -->
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:p="urn:pikflow:bpmn:1.0">
  <process id="eins" p:amount="antrag.betrag" p:title="=antrag.name + 'antrag.betrag'">
    <documentation>antrag.betrag</documentation>
    <sequenceFlow id="f"><conditionExpression>antrag.betrag &gt;= 5 and "&lt;" != antrag.betrag</conditionExpression></sequenceFlow>
    <scriptTask id="s"><script><![CDATA[x = antrag.betrag < 3]]></script></scriptTask>
    <userTask id="t" p:show="antrag, bericht" p:form="antrag" p:due='add_days(antrag.betrag, 1)'/>
  </process>
  <process id="zwei"><userTask id="u" p:input="antrag.betrag"/></process>
</definitions>
"""


def test_only_the_expressions_of_these_processes_change() -> None:
    text = renamed(XML, ("antrag", "betrag"), "summe", frozenset({"eins"}))
    assert text.count("antrag.summe") == 5
    assert "<!-- antrag.betrag -->" in text and "<documentation>antrag.betrag<" in text
    assert "'antrag.betrag'" in text and 'p:input="antrag.betrag"' in text
    assert 'antrag.summe &gt;= 5 and "&lt;" != antrag.summe<' in text
    assert text.replace("antrag.summe", "antrag.betrag") == XML


def test_results_shown_beside_a_form_are_names() -> None:
    text = renamed(XML, ("antrag",), "gesuch", frozenset({"eins"}))
    assert 'p:show="gesuch, bericht"' in text and 'p:form="antrag"' in text


def test_scripts_tell_what_they_set() -> None:
    assert sets(XML, frozenset({"eins"})) == {"x"}


@pytest.mark.parametrize("path", sorted((ROOT / "workflows").glob("*.bpmn")), ids=lambda p: p.stem)
def test_names_of_our_processes_stand_where_they_are_said_to(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    for use in uses(text):
        for one in use.mentions:
            span = one.spans[-1]
            if span is not None:
                word = text[use.at[span[0]] : use.at[span[1]]]
                assert word == one.path[-1].removesuffix("[]"), use
