"""What a rehearsal is made from: files and folders in any order, findings for what is wrong."""

import random
from pathlib import Path

import pytest

from pikflow.bundle import forms_path, workflows_path
from pikflow.errors import DefinitionInvalid
from pikflow.testing import Rehearsal

from .conftest import shared
from .drawing import bpmn, end, line, node, process, start, user, write

CALLS = bpmn(
    process(
        "p", start("s"), node("callActivity", "c", calledElement="q"), end("e"),
        line("s", "c", "e"),
    )
)  # fmt: skip
CALLED = bpmn(
    process("q", start("qs"), user("qa", pik_form="f"), end("qe"), line("qs", "qa", "qe"))
)
FORM = """\
pikform: 1
id: f
version: 1
title: {de: F}
sections:
  - {id: a, title: {de: A}, fields: [{id: x, type: integer, label: {de: X}, required: true}]}
"""


def codes(*paths: object) -> list[str]:
    with pytest.raises(DefinitionInvalid) as refused:
        Rehearsal.from_files(*paths)  # type: ignore[arg-type]
    assert refused.value.findings
    return [finding.code for finding in refused.value.findings if finding.severity == "error"]


def test_files_come_in_any_order(tmp_path: Path) -> None:
    files = write(tmp_path, a=CALLS, b=CALLED)
    form = tmp_path / "f.yaml"
    form.write_text(FORM, encoding="utf-8")
    for seed in range(4):
        paths = random.Random(seed).sample([*files, form], 3)
        run = Rehearsal.from_files(*paths).start("p")
        run.complete("qa", {"x": "7"})
        assert run.completed and run.data == {"x": 7}


def test_folders_are_searched_and_paths_may_be_text(tmp_path: Path) -> None:
    (tmp_path / "tief" / "er").mkdir(parents=True)
    write(tmp_path, a=CALLS)
    write(tmp_path / "tief" / "er", b=CALLED)
    (tmp_path / "tief" / "f.yml").write_text(FORM, encoding="utf-8")
    assert Rehearsal.from_files(str(tmp_path)).processes == ["p", "q"]


def test_the_bundled_files_are_a_rehearsal() -> None:
    rehearsal = Rehearsal.from_files(workflows_path(), forms_path())
    assert len(rehearsal.processes) > 5


TABLE = """\
<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d" namespace="urn:x">
  <decision id="satz" name="Satz"><decisionTable hitPolicy="FIRST">
    <input id="i"><inputExpression typeRef="number"><text>betrag</text></inputExpression></input>
    <output id="o" name="prozent" typeRef="number"/>
    <rule id="r1"><inputEntry><text>&lt; 1000</text></inputEntry>
      <outputEntry><text>2.5</text></outputEntry></rule>
    <rule id="r2"><inputEntry><text>-</text></inputEntry>
      <outputEntry><text>7</text></outputEntry></rule>
  </decisionTable></decision>
</definitions>
"""
DECIDES = bpmn(
    process(
        "p",
        start("s"),
        user("a"),
        node("businessRuleTask", "b", pik_decision="satz"),
        end("e"),
        line("s", "a", "b", "e"),
    )
)


@pytest.mark.parametrize("kind", ["memory", "sqlite", "postgresql"])
def test_decisions_come_from_dmn_files(tmp_path: Path, kind: str) -> None:
    (drawing,) = write(tmp_path, a=DECIDES)
    table = tmp_path / "satz.dmn"
    table.write_text(TABLE, encoding="utf-8")
    store = kind if kind == "memory" else shared(kind)
    for paths in ((drawing, table), (table, drawing), (tmp_path,)):
        rehearsal = Rehearsal.from_files(*paths, store=store)
        for amount, rate in ((999, 2.5), (1000, 7)):
            run = rehearsal.start("p")
            run.complete("a", {"betrag": amount})
            assert run.completed and run.data == {"betrag": amount, "prozent": rate}
            assert ("b", "businessRuleTask") in [(r.element_id, r.kind) for r in run.history]


def test_a_decision_that_is_missing_is_a_finding(tmp_path: Path) -> None:
    assert codes(*write(tmp_path, a=DECIDES)) == ["decision-unknown"]


def test_what_is_called_and_missing_is_a_finding(tmp_path: Path) -> None:
    assert codes(*write(tmp_path, a=CALLS)) == ["called-process-unknown"]


def test_a_form_that_is_named_and_missing_is_a_finding(tmp_path: Path) -> None:
    (tmp_path / "g.yaml").write_text(FORM.replace("id: f", "id: g"), encoding="utf-8")
    write(tmp_path, b=CALLED)
    assert "form-unknown" in codes(tmp_path)


def test_findings_name_file_line_and_element(tmp_path: Path) -> None:
    (path,) = write(tmp_path, a=CALLS)
    with pytest.raises(DefinitionInvalid) as refused:
        Rehearsal.from_files(path)
    (finding,) = refused.value.findings
    assert finding.file == path.as_posix() and finding.element == "c" and finding.line > 0


def test_what_is_no_xml_is_a_finding(tmp_path: Path) -> None:
    for text in ("", "kein XML", "<a>", "<!DOCTYPE a><a/>"):
        assert codes(*write(tmp_path, a=text))


def test_a_file_that_is_missing_is_a_finding(tmp_path: Path) -> None:
    assert codes(tmp_path / "nirgends.bpmn") == ["file-missing"]


def test_nothing_is_a_finding(tmp_path: Path) -> None:
    assert codes() == ["process-missing"]
    assert codes(tmp_path) == ["process-missing"]


def test_a_broken_form_is_a_finding(tmp_path: Path) -> None:
    (tmp_path / "f.yaml").write_text(FORM.replace("integer", "zahlwort"), encoding="utf-8")
    write(tmp_path, a=CALLS, b=CALLED)
    assert codes(tmp_path)


def test_what_the_engine_can_not_run_is_refused(tmp_path: Path) -> None:
    body = node("complexGateway", "g")
    (path,) = write(tmp_path, a=bpmn(process("p", start("s"), body, end("e"), line("s", "g", "e"))))
    assert codes(path)


def test_a_broken_expression_is_refused(tmp_path: Path) -> None:
    text = bpmn(
        process(
            "p",
            start("s"),
            node("scriptTask", "x", "<bpmn:script>y = __import__('os')</bpmn:script>"),
            end("e"),
            line("s", "x", "e"),
        )
    )
    assert "script-invalid" in codes(*write(tmp_path, a=text))


def test_lanes_connectors_and_names_are_no_matter(tmp_path: Path) -> None:
    lane = node("lane", "l", "<bpmn:flowNodeRef>a</bpmn:flowNodeRef>", name="Irgendwer")
    text = bpmn(
        process(
            "p",
            node("laneSet", "ls", lane),
            start("s"),
            node("serviceTask", "v", pik_connector="unbekannt", pik_input="woher.auch.immer"),
            user("a"),
            end("e"),
            line("s", "v", "a", "e"),
        )
    )
    rehearsal = Rehearsal.from_files(*write(tmp_path, a=text))
    assert rehearsal.start("p", {"woher": {"auch": {"immer": 1}}}).open_tasks[0].element_id == "v"


@pytest.mark.parametrize(
    "name", ["bizagi", "bpmnio", "camunda7", "camunda8", "flowable", "signavio"]
)
def test_files_of_other_tools_run_or_are_refused_with_findings(name: str) -> None:
    path = Path(__file__).parents[2] / "data" / "foreign" / f"{name}.bpmn"
    try:
        rehearsal = Rehearsal.from_files(path)
    except DefinitionInvalid as refused:
        assert all(finding.file == path.as_posix() for finding in refused.findings)
        assert any(f.severity == "error" and f.hint for f in refused.findings)
        return
    for process_id in rehearsal.processes:
        run = rehearsal.start(process_id)
        assert run.history or run.error
