"""Trying processes out without database, people and waiting."""

from pathlib import Path
from typing import Any

import pytest

from pikflow.bundle import workflows_path
from pikflow.catalog import Catalog
from pikflow.services.rehearsing.simulation import simulate, simulate_file

HEAD = (
    '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" '
    'xmlns:pik="urn:pikflow:bpmn:1.0" targetNamespace="urn:test">'
)
OUTER = '<message id="M" name="Antwort"/><signal id="S" name="Alarm"/>'


def _flow(source: str, target: str, condition: str = "") -> str:
    inner = f"<conditionExpression>{condition}</conditionExpression>" if condition else ""
    ends = f'id="{source}_{target}" sourceRef="{source}" targetRef="{target}"'
    return f"<sequenceFlow {ends}>{inner}</sequenceFlow>"


def _chain(*names: str) -> str:
    return "".join(_flow(a, b) for a, b in zip(names, names[1:], strict=False))


def _file(body: str, *, process: str = "p", more: str = "") -> dict[str, bytes]:
    text = f'{HEAD}{OUTER}<process id="{process}">{body}</process>{more}</definitions>'
    return {"a.bpmn": text.encode()}


ENDS = '<startEvent id="s"/><endEvent id="e"/>'


def _codes(report: dict[str, Any]) -> list[str]:
    return [finding["code"] for finding in report["findings"]]


def test_reports_the_trace_and_the_data_of_a_whole_run() -> None:
    script = '<scriptTask id="x"><script>summe = betrag + 1</script></scriptTask>'
    files = _file(ENDS + '<userTask id="a"/>' + script + _chain("s", "a", "x", "e"))
    assert simulate(files, answers={"a": {"betrag": 41}}) == {
        "completed": True,
        "trace": ["s", "a", "x", "e"],
        "waiting": [],
        "data": {"betrag": 41, "summe": 42},
        "findings": [],
    }


def test_a_process_need_not_be_executable_and_plain_tasks_count_as_manual() -> None:
    report = simulate(
        _file(ENDS + '<task id="a"/><manualTask id="b"/>' + _chain("s", "a", "b", "e"))
    )
    assert report["completed"] and report["trace"] == ["s", "a", "b", "e"]


LOOP = (
    ENDS + '<userTask id="a"/><exclusiveGateway id="g" default="g_a"/>'
    + _chain("s", "a", "g") + _flow("g", "e", 'urteil == "gut"') + _flow("g", "a")
)  # fmt: skip


def test_a_list_of_answers_is_used_visit_by_visit() -> None:
    answers = {"a": [{"urteil": "schlecht"}, {"urteil": "schlecht"}, {"urteil": "gut"}]}
    report = simulate(_file(LOOP), answers=answers)
    assert report["completed"] and report["trace"].count("a") == 3


def test_without_answers_it_tries_what_the_conditions_ask_for() -> None:
    report = simulate(_file(LOOP))
    assert report["completed"] and report["data"] == {"urteil": "gut"}


def test_an_endless_loop_of_people_ends_with_a_finding() -> None:
    report = simulate(_file(LOOP), answers={"a": {"urteil": "schlecht"}})
    assert not report["completed"] and _codes(report) == ["simulation-endless"]
    assert report["findings"][0]["element"] == "a" and report["findings"][0]["line"] == 1


def test_an_endless_loop_of_machines_ends_with_a_finding() -> None:
    nodes = '<exclusiveGateway id="g"/><exclusiveGateway id="h" default="h_g"/>'
    flows = _chain("s", "g", "h") + _flow("h", "g") + _flow("h", "e", "1 == 2")
    report = simulate(_file(ENDS + nodes + flows))
    assert not report["completed"] and _codes(report) == ["step-limit"]
    assert report["findings"][0]["element"] in ("g", "h")


def test_a_gateway_no_answer_can_open_is_a_finding() -> None:
    nodes = '<userTask id="a"/><exclusiveGateway id="g"/>' + _chain("s", "a", "g")
    report = simulate(_file(ENDS + nodes + _flow("g", "e", "1 == 2")))
    assert not report["completed"] and _codes(report)[-1] == "no-way-out"
    assert report["waiting"] == ["a"] and report["trace"] == ["s"]


def _event(tag: str, inner: str, attributes: str = "") -> str:
    return f'<{tag} id="w" {attributes}>{inner}</{tag}>'


TIMER = "<timerEventDefinition><timeDuration>P30D</timeDuration></timerEventDefinition>"
MESSAGE = '<messageEventDefinition messageRef="M"/>'


def test_timers_fire_at_once_when_nothing_else_is_open() -> None:
    files = _file(ENDS + _event("intermediateCatchEvent", TIMER) + _chain("s", "w", "e"))
    assert simulate(files)["trace"] == ["s", "w", "e"]


def test_a_timer_on_a_task_does_not_fire_while_somebody_can_work() -> None:
    nodes = '<userTask id="a"/>' + _event("boundaryEvent", TIMER, 'attachedToRef="a"')
    report = simulate(_file(ENDS + nodes + _chain("s", "a", "e") + _chain("w", "e")))
    assert report["trace"] == ["s", "a", "e"]


def test_answers_for_a_timer_let_it_fire_first() -> None:
    nodes = '<userTask id="a"/>' + _event("boundaryEvent", TIMER, 'attachedToRef="a"')
    files = _file(ENDS + nodes + _chain("s", "a", "e") + _chain("w", "e"))
    assert simulate(files, answers={"w": {}})["trace"] == ["s", "w", "e"]


def test_guesses_leave_alone_what_answers_decide() -> None:
    nodes = '<parallelGateway id="f"/><parallelGateway id="j"/><userTask id="a"/><userTask id="b"/>'
    choice = '<exclusiveGateway id="m"/><exclusiveGateway id="g" default="g_e"/>'
    flows = _chain("s", "m", "f", "a", "j", "g") + _chain("f", "b", "j")
    ways = _flow("g", "m", "nochmal == true") + _flow("g", "e")
    answers = {"a": [{"nochmal": True}, {"nochmal": True}, {"nochmal": False}]}
    report = simulate(_file(ENDS + nodes + choice + flows + ways), answers=answers)
    assert report["completed"] and report["trace"].count("a") == 3


def test_names_and_lanes_are_no_matter_of_a_simulation() -> None:
    script = '<scriptTask id="x"><script>y = woher</script></scriptTask><userTask id="a"/>'
    assert simulate(_file(ENDS + script + _chain("s", "x", "a", "e")))["findings"] == []


def test_a_message_nobody_sends_stays_waiting() -> None:
    files = _file(ENDS + _event("intermediateCatchEvent", MESSAGE) + _chain("s", "w", "e"))
    report = simulate(files)
    assert not report["completed"] and report["waiting"] == ["w"] and report["findings"] == []
    assert simulate(files, answers={"w": {"text": "da"}})["data"] == {"text": "da"}


def test_an_offered_message_is_sent_only_when_answers_name_it() -> None:
    nodes = '<userTask id="a"/><endEvent id="weg"/>' + _event(
        "boundaryEvent", MESSAGE, 'attachedToRef="a" pik:lane="L" pik:result="grund"'
    )
    files = _file(ENDS + nodes + _chain("s", "a", "e") + _chain("w", "weg"))
    assert simulate(files)["trace"] == ["s", "a", "e"]
    report = simulate(files, answers={"w": {"warum": "kein Bedarf"}})
    assert report["trace"] == ["s", "w", "weg"]
    assert report["data"] == {"grund": {"warum": "kein Bedarf"}}


def test_connectors_answer_with_nothing_or_what_is_given() -> None:
    service = '<serviceTask id="d" pik:connector="post" pik:result="beleg"/>'
    files = _file(ENDS + service + _chain("s", "d", "e"))
    assert simulate(files)["data"] == {"beleg": {}}
    assert simulate(files, answers={"d": {"nummer": 7}})["data"] == {"beleg": {"nummer": 7}}


def test_child_cases_run_inside_and_give_back_their_output() -> None:
    call = (
        '<callActivity id="c" calledElement="q" pik:cases="orte" pik:item="ort" pik:result="aus"/>'
    )
    child = (
        '<process id="q" pik:output="laut"><startEvent id="qs"/><endEvent id="qe"/>'
        '<scriptTask id="qx"><script>laut = upper(ort.name)</script></scriptTask>'
        + _chain("qs", "qx", "qe") + "</process>"
    )  # fmt: skip
    files = _file(ENDS + call + _chain("s", "c", "e"), more=child)
    towns = [{"id": "1", "name": "Ulm"}, {"id": "2", "name": "Kehl"}]
    report = simulate(files, answers={"s": {"orte": towns}})
    assert report["trace"] == ["s", "qs", "qx", "qe", "qs", "qx", "qe", "c", "e"]
    assert [entry["laut"] for entry in report["data"]["aus"]] == ["ULM", "KEHL"]


def test_runs_the_process_that_no_other_calls() -> None:
    called = '<process id="q"><startEvent id="qs"/><endEvent id="qe"/>' + _chain("qs", "qe")
    first = HEAD + called + '</process><process id="p">' + ENDS
    call = '<callActivity id="c" calledElement="q"/>' + _chain("s", "c", "e")
    files = {"a.bpmn": f"{first}{call}</process></definitions>".encode()}
    report = simulate(files)
    assert report["trace"] == ["s", "qs", "qe", "c", "e"] and report["findings"] == []
    assert simulate(files, "q")["trace"] == ["qs", "qe"]


def test_says_which_of_several_processes_it_ran() -> None:
    other = '<process id="q"><startEvent id="qs"/><endEvent id="qe"/>' + _chain("qs", "qe")
    report = simulate(_file(ENDS + _chain("s", "e"), more=other + "</process>"))
    assert report["completed"] and _codes(report) == ["process-chosen"]
    assert report["findings"][0]["severity"] == "information"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "xml-malformed"),
        (b"<kaputt", "xml-malformed"),
        (b"\xff\xfe\x00", "xml-malformed"),
        (b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>", "xml-doctype"),
        (b"<html/>", "process-missing"),
        (f'{HEAD}<process id="p"/></definitions>'.encode(), "process-missing"),
    ],
)
def test_a_file_that_holds_no_process_gives_a_finding(content: bytes, code: str) -> None:
    report = simulate({"a.bpmn": content})
    assert not report["completed"] and _codes(report) == [code]


@pytest.mark.parametrize("condition", ["${urteil == 1}", "=urteil", "urteil ==", "x.y()", "1 / 0"])
def test_a_foreign_or_broken_condition_is_a_finding(condition: str) -> None:
    nodes = '<exclusiveGateway id="g"/>' + _chain("s", "g") + _flow("g", "e", condition)
    report = simulate(_file(ENDS + nodes))
    assert not report["completed"] and report["findings"][-1]["element"] == "g"


def test_what_the_check_refuses_is_reported_beside_the_run() -> None:
    nodes = '<adHocSubProcess id="x"/><userTask id="a"/>' + _chain("s", "a", "x", "e")
    report = simulate(_file(ENDS + nodes))
    assert not report["completed"] and report["trace"] == ["s"]
    assert _codes(report).count("element-unsupported") == 1


@pytest.mark.parametrize("answers", [{"a": "Text"}, {"a": []}, {"a": None}, {"gibtsnicht": {}}])
def test_answers_of_another_shape_do_no_harm(answers: dict[str, Any]) -> None:
    report = simulate(_file(ENDS + '<userTask id="a"/>' + _chain("s", "a", "e")), answers=answers)
    assert report["completed"] and report["data"] == {}


def test_answers_that_are_no_values_are_a_finding() -> None:
    files = _file(ENDS + '<userTask id="a"/>' + _chain("s", "a", "e"))
    report = simulate(files, answers={"a": {"x": object()}})
    assert not report["completed"] and _codes(report) == ["simulation-value"]


def test_the_same_files_give_the_same_run() -> None:
    assert simulate(_file(LOOP)) == simulate(_file(LOOP))


def test_every_bundled_process_of_a_measure_reaches_an_end() -> None:
    catalog = Catalog.load((workflows_path() / "catalog.yaml").read_text(encoding="utf-8"))
    for process in sorted({measure.process for measure in catalog.measures.values()}):
        report = simulate_file(workflows_path() / f"{process}.bpmn")
        errors = [f for f in report["findings"] if f["severity"] == "error"]
        assert report["completed"] and not errors, (process, report["waiting"], errors)


def test_called_processes_are_found_beside_the_file(tmp_path: Path) -> None:
    call = '<callActivity id="c" calledElement="q"/>' + _chain("s", "c", "e")
    (tmp_path / "a.bpmn").write_bytes(_file(ENDS + call)["a.bpmn"])
    (tmp_path / "kaputt.bpmn").write_bytes(b"<kein xml")
    other = '<startEvent id="qs"/><endEvent id="qe"/>' + _chain("qs", "qe")
    (tmp_path / "b.bpmn").write_bytes(_file(other, process="q")["a.bpmn"])
    report = simulate_file(tmp_path / "a.bpmn")
    assert report["completed"] and report["trace"] == ["s", "qs", "qe", "c", "e"]
