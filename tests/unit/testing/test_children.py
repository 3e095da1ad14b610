"""Child cases (pik:cases): runs of their own that report to the run that called them."""

from datetime import timedelta

from .conftest import Rehearse
from .drawing import boundary, bpmn, end, line, node, process, start, timer, user

CALL = node(
    "callActivity", "c", calledElement="q", pik_cases="orte", pik_item="ort", pik_result="meldungen"
)
CHILD = process(
    "q", start("qs"), user("qa"), end("qe"), line("qs", "qa", "qe"), pik_output="anzahl"
)
TEXT = bpmn(process("p", start("s"), CALL, end("e"), line("s", "c", "e")), CHILD)
PLACES = {"orte": [{"id": "ulm", "name": "Ulm"}, {"id": "calw", "name": "Calw"}]}


def test_each_organisation_gets_a_run(rehearse: Rehearse) -> None:
    rehearsal = rehearse(TEXT)
    run = rehearsal.start("p", PLACES)
    first, second = rehearsal.runs[1:]
    assert [(task.element_id, task.kind) for task in run.open_tasks] == [("c", "children")]
    assert (first.process_id, first.parent, first.data) == ("q", run, {"ort": PLACES["orte"][0]})
    second.complete("qa", {"anzahl": 4})
    assert not run.completed and second.completed
    first.complete("qa", {"anzahl": 3})
    assert run.completed
    found = {entry["organisation"]["id"]: entry["anzahl"] for entry in run.data["meldungen"]}
    assert found == {"ulm": 3, "calw": 4}


def test_going_on_without_the_rest_ends_it(rehearse: Rehearse) -> None:
    rehearsal = rehearse(TEXT)
    run = rehearsal.start("p", PLACES)
    first, second = rehearsal.runs[1:]
    first.complete("qa", {"anzahl": 3})
    run.complete("c")
    assert run.completed and first.completed and second.open_tasks == []
    assert second.ended and second.state == "cancelled" and not second.completed
    assert len(run.data["meldungen"]) == 1


def test_a_deadline_of_the_call_ends_its_children(rehearse: Rehearse) -> None:
    body = CALL + boundary("b", "c", timer("P14D")) + end("spaet") + line("b", "spaet")
    rehearsal = rehearse(bpmn(process("p", start("s"), body, end("e"), line("s", "c", "e")), CHILD))
    run = rehearsal.start("p", PLACES)
    rehearsal.advance(timedelta(days=20))
    assert run.completed and all(child.ended for child in rehearsal.runs[1:])
    assert run.history[-1].element_id == "spaet"


def test_no_organisation_no_run(rehearse: Rehearse) -> None:
    rehearsal = rehearse(TEXT)
    run = rehearsal.start("p", {"orte": []})
    assert run.completed and run.data["meldungen"] == [] and rehearsal.runs == [run]


def test_children_that_call_themselves_end_somewhere(rehearse: Rehearse) -> None:
    call = CALL.replace('"q"', '"p"').replace('"orte"', '\'[{"id": "a"}]\'')
    text = bpmn(process("p", start("s"), call, end("e"), line("s", "c", "e")))
    rehearsal = rehearse(text)
    rehearsal.start("p")
    deepest = rehearsal.runs[-1]
    assert len(rehearsal.runs) == 7 and deepest.depth == 6
    assert deepest.error and deepest.error.code == "nesting-limit" and deepest.state == "failed"


def test_a_child_reads_of_its_caller_what_it_names(rehearse: Rehearse) -> None:
    reads = node(
        "scriptTask", "x", "<bpmn:script>grund = vorgang.eltern.antrag.grund</bpmn:script>"
    )
    child = process("q", start("qs"), reads, user("qa"), end("qe"), line("qs", "x", "qa", "qe"))
    rehearsal = rehearse(bpmn(process("p", start("s"), CALL, end("e"), line("s", "c", "e")), child))
    antrag = {"grund": "Sprache", "geheim": 1}
    rehearsal.start("p", {**PLACES, "vorgang": {"nummer": "IM-1"}, "antrag": antrag})
    found = rehearsal.runs[1].data
    assert found["grund"] == "Sprache" and found["vorgang"]["antragsteller"]["id"] == "ulm"
    assert found["vorgang"]["eltern"]["antrag"] == {"grund": "Sprache"}
