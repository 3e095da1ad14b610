"""The commands that read files: what they print and how they end, for files of anybody."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from pikflow.bundle import workflows_path
from pikflow.cli import commands

HEAD = '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="urn:t">'
KEYS = {"file", "line", "element", "severity", "code", "message", "hint"}
FOREIGN = """
<process id="Process_1" isExecutable="true">
  <laneSet id="l"><lane id="l1" name="Einkauf"><flowNodeRef>a</flowNodeRef></lane></laneSet>
  <startEvent id="s"/><userTask id="a"/><exclusiveGateway id="g" default="g_e"/>
  <scriptTask id="x"><script>y = x * 2</script></scriptTask><endEvent id="e"/>
  <sequenceFlow id="s_a" sourceRef="s" targetRef="a"/>
  <sequenceFlow id="a_g" sourceRef="a" targetRef="g"/>
  <sequenceFlow id="g_x" sourceRef="g" targetRef="x">
    <conditionExpression>x &gt; 5</conditionExpression></sequenceFlow>
  <sequenceFlow id="g_e" sourceRef="g" targetRef="e"/>
  <sequenceFlow id="x_e" sourceRef="x" targetRef="e"/>
</process>"""


def call(*arguments: object) -> Result:
    result = CliRunner().invoke(commands, [str(argument) for argument in arguments])
    assert result.exception is None or isinstance(result.exception, SystemExit)
    return result


def check(*paths: Path) -> list[dict[str, Any]]:
    """The findings; the exit code says whether one is an error."""
    result = call("check", "--json", *paths)
    found: list[dict[str, Any]] = json.loads(result.stdout)
    assert all(set(finding) == KEYS for finding in found)
    assert result.exit_code == any(finding["severity"] == "error" for finding in found)
    return found


def simulate(*arguments: object) -> dict[str, Any]:
    result = call("simulate", "--json", *arguments)
    report: dict[str, Any] = json.loads(result.stdout)
    assert set(report) == {"completed", "trace", "waiting", "data", "findings"}
    assert result.exit_code == (not report["completed"])
    return report


def codes(found: list[dict[str, Any]]) -> set[tuple[str, str]]:
    return {(finding["code"], finding["element"]) for finding in found}


@pytest.fixture
def foreign(tmp_path: Path) -> Path:
    path = tmp_path / "einkauf.bpmn"
    path.write_text(f"{HEAD}{FOREIGN}</definitions>")
    return path


def answers(folder: Path, text: str) -> Path:
    path = folder / "antworten.yaml"
    path.write_text(text)
    return path


# --- check -------------------------------------------------------------------------------------


def test_check_knows_the_lanes_of_the_catalog_for_a_foreign_process(foreign: Path) -> None:
    assert ("lane-unmapped", "l1") in codes(check(foreign))


def test_check_looks_at_a_bundled_process_with_all_it_belongs_to() -> None:
    assert check(workflows_path() / "antragspruefung.bpmn") == []


def test_check_finds_what_a_foreign_process_calls_in_the_bundle(foreign: Path) -> None:
    call_activity = '<callActivity id="x" calledElement="antragspruefung"/>'
    text = foreign.read_text().replace('<scriptTask id="x"><script>y = x * 2</script></scriptTask>',
                                       call_activity)  # fmt: skip
    foreign.write_text(text)
    assert not {code for code, _ in codes(check(foreign))} & {"called-process-unknown"}


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("a.bpmn", b"", "xml-malformed"),
        ("a.bpmn", bytes(range(256)), "xml-malformed"),
        ("a.bpmn", b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', "xml-doctype"),
        ("a.bpmn", b"<a>" + b" " * 5_000_001 + b"</a>", "xml-too-large"),
        ("a.bpmn", b"<a/>", "no-process"),
        ("a.dmn", b"<a/>", "no-process"),
        ("a.yaml", b"pikform: 1\n\tid: x\n", "yaml-malformed"),
        ("a.yaml", b"pikform: 1\na: &x [1]\nb: *x\n", "yaml-anchor"),
        ("a.yaml", b"pikweg: 1\nschritte: 5\n", "journey-invalid"),
        ("a.yaml", b"\xff\xfe", "file-kind"),
        ("a.docx", b"PK", "file-kind"),
    ],
)
def test_check_names_what_is_wrong_with_any_file(
    tmp_path: Path, name: str, content: bytes, code: str
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    assert code in {found for found, _ in codes(check(path))}


def test_check_reads_bpmn_with_the_ending_xml(foreign: Path) -> None:
    path = foreign.rename(foreign.with_name("einkauf.bpmn20.xml"))
    assert ("lane-unmapped", "l1") in codes(check(path))


def test_check_names_a_path_that_is_not_there(tmp_path: Path) -> None:
    assert codes(check(tmp_path / "fehlt.bpmn")) == {("file-missing", "")}


def test_test_names_a_path_that_is_not_there(tmp_path: Path) -> None:
    result = call("test", tmp_path / "fehlt")
    assert result.exit_code == 1 and "Fehler file-missing" in result.stdout
    assert "people-missing" not in result.output


def test_layout_names_the_file_it_cannot_read(tmp_path: Path) -> None:
    path = tmp_path / "kaputt.bpmn"
    path.write_bytes(b"<definitions")
    result = call("layout", path)
    assert result.exit_code == 1 and f"{path.as_posix()}:1 Fehler xml-malformed" in result.stdout


def test_names_that_are_no_text_are_told(tmp_path: Path, foreign: Path) -> None:
    strange = tmp_path / "b\udcff\udce4.bpmn"
    strange.write_bytes(foreign.read_bytes())
    (tmp_path / "ordner.bpmn").mkdir()
    assert ("file-name", "") in codes(check(tmp_path))
    assert codes(simulate(strange)["findings"]) == {("file-name", "")}
    assert simulate(foreign)["completed"]


def test_check_reads_texts_for_style_when_asked(tmp_path: Path) -> None:
    form = tmp_path / "f.yaml"
    form.write_text(
        "pikform: 1\nid: f\nversion: 1\ntitle: {de: Projekt, en: Project}\nsections:\n"
        "  - {id: s, title: {de: Titel, en: Title}, fields: [{id: a, type: bool, label: Ja}]}\n",
        encoding="utf-8",
    )
    assert check(form) == []
    result = call("check", "--texts", form)
    assert result.exit_code == 0
    assert f"{form}:4 Hinweis text-two-words: „Projekt“ heißt sonst „Vorhaben“" in result.output
    assert f"{form}:6 [a] Hinweis text-untranslated" in result.output


def test_check_shows_findings_as_text_too(foreign: Path) -> None:
    result = call("check", foreign)
    assert result.exit_code == 1 and "[l1] Fehler lane-unmapped" in result.stdout


# --- simulate ----------------------------------------------------------------------------------


def test_simulate_runs_a_foreign_process_of_unknown_lanes(foreign: Path) -> None:
    report = simulate(foreign, "--answers", answers(foreign.parent, "a: {x: 7}"))
    assert report["completed"] and report["trace"] == ["s", "a", "g", "x", "e"]
    assert report["data"] == {"x": 7, "y": 14}
    assert report["findings"] == []


def test_simulate_takes_the_default_way(foreign: Path) -> None:
    report = simulate(foreign, "--answers", answers(foreign.parent, "a: {x: 5}"))
    assert report["trace"] == ["s", "a", "g", "e"] and report["data"] == {"x": 5}


def test_simulate_gives_bundled_processes_parameters_and_forms() -> None:
    report = simulate(workflows_path() / "integrationsmanagement.bpmn")
    assert report["completed"], report["findings"]
    assert report["data"]["params"]


def test_simulate_says_which_answers_belong_to_nothing(foreign: Path) -> None:
    report = simulate(foreign, "--answers", answers(foreign.parent, "ab: {x: 7}"))
    assert report["completed"] and codes(report["findings"]) == {("answers-unknown", "ab")}


@pytest.mark.parametrize("content", [b"", b"<a", b"PK\x03\x04", b"<!DOCTYPE a><a/>"])
def test_simulate_reports_a_broken_file_once(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.bpmn"
    path.write_bytes(content)
    report = simulate(path)
    assert len(report["findings"]) == 1 and report["findings"][0]["file"] == path.as_posix()


def test_simulate_names_files_that_are_not_there(tmp_path: Path, foreign: Path) -> None:
    assert codes(simulate(tmp_path / "fehlt.bpmn")["findings"]) == {("file-missing", "")}
    report = simulate(foreign, "--answers", tmp_path / "fehlt.yaml")
    assert ("file-unreadable", "") in codes(report["findings"])


LAUGHS = "a: &a [x, x]\n" + "".join(
    f"{name}: &{name} [*{before}, *{before}]\n"
    for before, name in zip("abcdefgh", "bcdefghi", strict=True)
)


ANY = ["a: [", "- 1", "5", "a: 5", "a: [5]", "\ta: b", "a: {x: .nan}", "a: {x: !!binary aGk=}"]


@pytest.mark.parametrize("text", [*ANY, LAUGHS])
def test_simulate_refuses_answers_it_cannot_read(foreign: Path, text: str) -> None:
    report = simulate(foreign, "--answers", answers(foreign.parent, text))
    assert not report["completed"] and report["trace"] == []
    assert "answers-malformed" in {code for code, _ in codes(report["findings"])}


def test_simulate_names_a_process_that_is_not_there(foreign: Path) -> None:
    report = simulate(foreign, "--process", "fehlt")
    assert ("process-missing", "fehlt") in codes(report["findings"])


def test_simulate_shows_a_report_as_text_too(foreign: Path) -> None:
    result = call("simulate", foreign)
    assert result.exit_code == 0 and "Durchlaufen: s → a → g" in result.stdout
