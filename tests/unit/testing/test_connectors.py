"""Service tasks: a registered connector runs at once, any other stays open as a task."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from pikflow.errors import ConnectorFault
from pikflow.testing import Recorder, Rehearsal, Run

from .conftest import BEGIN, Rehearse
from .drawing import (
    boundary,
    bpmn,
    end,
    error,
    exclusive,
    flow,
    line,
    loop,
    node,
    on,
    process,
    start,
    user,
    write,
)

SERVICE = node(
    "serviceTask", "v", pik_connector="post.senden", pik_input='{"an": wer, "zahl": 2.5}',
    pik_result="antwort",
)  # fmt: skip
MAIL = bpmn(process("p", start("s"), SERVICE, user("a"), end("e"), line("s", "v", "a", "e")))
CAUGHT = bpmn(
    error("E", "post-kaputt"),
    process(
        "p",
        start("s"),
        SERVICE,
        boundary("b", "v", on("error", "E")),
        end("e"),
        user("ersatz"),
        end("e2"),
        line("s", "v", "e"),
        line("b", "ersatz", "e2"),
    ),
)


def elements(run: Run) -> list[str]:
    return [record.element_id for record in run.history]


def test_a_registered_connector_runs(rehearse: Rehearse) -> None:
    recorder = Recorder({"post.senden": {"nummer": 12}})
    run = rehearse(MAIL, connectors=recorder.connectors).start("p", {"wer": "Ulm"})
    assert [task.element_id for task in run.open_tasks] == ["a"]
    assert run.data == {"wer": "Ulm", "antwort": {"nummer": 12}}
    assert recorder.inputs_of("post.senden") == [
        {"an": "Ulm", "zahl": recorder.calls[0].input["zahl"]}
    ]
    assert float(recorder.calls[0].input["zahl"]) == 2.5
    (call,) = recorder.calls_of("post.senden")
    assert call.element == "v" and call.now == BEGIN and call.key


def test_its_history_stands_between_its_neighbours(rehearse: Rehearse) -> None:
    recorder = Recorder({"post.senden": None})
    run = rehearse(MAIL, connectors=recorder.connectors).start("p", {"wer": 1})
    assert [(r.element_id, r.kind) for r in run.history] == [
        ("s", "startEvent"),
        ("v", "serviceTask"),
    ]


def test_an_unknown_connector_stays_open_and_is_completed_by_hand(rehearse: Rehearse) -> None:
    run = rehearse(MAIL).start("p", {"wer": "Ulm"})
    (task,) = run.open_tasks
    assert (task.element_id, task.kind) == ("v", "service")
    run.complete(task, {"nummer": 3})
    assert run.data["antwort"] == {"nummer": 3} and run.open_tasks[0].element_id == "a"


def test_the_built_in_connectors_are_there(rehearse: Rehearse) -> None:
    text = MAIL.replace("post.senden", "eingabe.zurueck")
    run = rehearse(text).start("p", {"wer": "Ulm"})
    assert run.data["antwort"] == {"an": "Ulm", "zahl": 2.5}


def test_each_run_calls_with_a_key_of_its_own(rehearse: Rehearse) -> None:
    recorder = Recorder({"post.senden": lambda call: call.key})
    rehearsal = rehearse(MAIL, connectors=recorder.connectors)
    answers = {rehearsal.start("p", {"wer": n}).data["antwort"] for n in range(4)}
    assert len(answers) == recorder.effects() == len(recorder.calls) == 4


def test_a_fault_takes_the_way_the_diagram_has_for_it(rehearse: Rehearse) -> None:
    recorder = Recorder({"post.senden": ConnectorFault("post-kaputt", "Keine Verbindung.")})
    run = rehearse(CAUGHT, connectors=recorder.connectors).start("p", {"wer": 1})
    assert run.error is None and [task.element_id for task in run.open_tasks] == ["ersatz"]
    assert elements(run) == ["s", "b"]


def test_a_fault_nobody_catches_is_the_error_of_the_run(rehearse: Rehearse) -> None:
    recorder = Recorder({"post.senden": ConnectorFault("anders", "Der Dienst ist zu.")})
    run = rehearse(CAUGHT, connectors=recorder.connectors).start("p", {"wer": 1})
    assert run.error and (run.error.code, run.error.element_id) == ("anders", "v")
    assert run.error.bpmn_error_code is None and run.state == "open"
    run.complete("v", {"nummer": 0})
    assert run.completed and run.error is None


def test_an_open_service_task_can_fail_by_hand(rehearse: Rehearse) -> None:
    run = rehearse(CAUGHT).start("p", {"wer": 1})
    run.fail("v", "post-kaputt")
    assert [task.element_id for task in run.open_tasks] == ["ersatz"]


def test_a_mistake_in_a_connector_is_seen_as_it_is(rehearse: Rehearse) -> None:
    def broken(call: Any) -> Any:
        raise ZeroDivisionError("im Konnektor")

    recorder = Recorder({"post.senden": broken})
    with pytest.raises(ZeroDivisionError, match="im Konnektor"):
        rehearse(MAIL, connectors=recorder.connectors).start("p", {"wer": 1})


def test_connectors_run_when_time_brings_the_run_there(rehearse: Rehearse) -> None:
    body = (
        start("s") + user("u")
        + node("boundaryEvent", "b", "<bpmn:timerEventDefinition><bpmn:timeDuration>P1D"
               "</bpmn:timeDuration></bpmn:timerEventDefinition>", attachedToRef="u")
        + SERVICE + end("e") + end("e2") + line("s", "u", "e") + line("b", "v", "e2")
    )  # fmt: skip
    recorder = Recorder({"post.senden": 1})
    rehearsal = rehearse(bpmn(process("p", body)), connectors=recorder.connectors)
    run = rehearsal.start("p", {"wer": 1})
    rehearsal.advance(timedelta(days=3))
    assert run.completed and recorder.calls[0].now == BEGIN + timedelta(days=1)


def test_an_endless_loop_of_connectors_is_an_error(tmp_path: Path) -> None:
    body = (
        start("s") + exclusive("m") + SERVICE + exclusive("g", default="g_m") + end("e")
        + line("s", "m", "v", "g") + flow("g", "m") + flow("g", "e", "wer == 2")
    )  # fmt: skip
    recorder = Recorder({"post.senden": 1})
    (path,) = write(tmp_path, a=bpmn(process("p", body)))
    rehearsal = Rehearsal.from_files(path, connectors=recorder.connectors)
    run = rehearsal.start("p", {"wer": 1})
    assert run.error and run.error.code == "step-limit" and len(recorder.calls) == 1000


def test_every_instance_calls(rehearse: Rehearse) -> None:
    loop = (
        '<bpmn:multiInstanceLoopCharacteristics isSequential="false">'
        "<bpmn:loopDataInputRef>orte</bpmn:loopDataInputRef>"
        '<bpmn:inputDataItem id="wer"/></bpmn:multiInstanceLoopCharacteristics>'
    )
    each = SERVICE.replace("</bpmn:serviceTask>", f"{loop}</bpmn:serviceTask>")
    recorder = Recorder({"post.senden": 1})
    text = bpmn(process("p", start("s"), each, end("e"), line("s", "v", "e")))
    run = rehearse(text, connectors=recorder.connectors).start("p", {"orte": ["a", "b", "c"]})
    assert run.completed and [i["an"] for i in recorder.inputs_of("post.senden")] == ["a", "b", "c"]
    assert [r.scope for r in run.history if r.element_id == "v"] == ["v#1", "v#2", "v#3"]


def test_many_calls_in_one_step_are_no_endless_loop(
    rehearse: Rehearse, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pikflow.services.rehearsing.rehearsal.MOST", 5)
    each = SERVICE.replace("</bpmn:serviceTask>", f"{loop('12')}</bpmn:serviceTask>")
    recorder = Recorder({"post.senden": 1})
    text = bpmn(process("p", start("s"), each, end("e"), line("s", "v", "e")))
    run = rehearse(text, connectors=recorder.connectors).start("p", {"wer": 1})
    assert run.completed and run.error is None and len(recorder.calls) == 12
