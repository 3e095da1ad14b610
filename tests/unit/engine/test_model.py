from pathlib import Path

import pytest
from sketch import sketch

from pikflow.engine.model import Model, read
from pikflow.engine.xml import parse

FOREIGN = Path(__file__).parents[2] / "data" / "foreign"


def model_of(data: bytes) -> Model:
    return read(parse(data, file="probe.bpmn"), "probe.bpmn")


def foreign(name: str) -> Model:
    return model_of((FOREIGN / f"{name}.bpmn").read_bytes())


@pytest.mark.parametrize("name", sorted(path.stem for path in FOREIGN.glob("*.bpmn")))
def test_reads_every_vendors_file_whatever_its_prefix(name: str) -> None:
    model = foreign(name)
    (process,) = model.processes.values()
    assert process.nodes and process.flows
    for flow in process.flows.values():
        assert flow.source in process.nodes and flow.target in process.nodes
        assert flow.id in process.nodes[flow.source].outgoing
        assert flow.id in process.nodes[flow.target].incoming


def test_keeps_attributes_and_elements_of_other_products() -> None:
    task = foreign("camunda7").node("Activity_erfassen")
    assert {(item.prefix, item.name, item.element) for item in task.vendor} == {
        ("camunda", "formKey", False),
        ("camunda", "assignee", False),
        ("camunda", "dueDate", False),
        ("camunda", "formData", True),
        ("camunda", "taskListener", True),
    }
    loop = foreign("camunda8").node("Pruefen")
    assert "loopCharacteristics" in {item.name for item in loop.vendor}


def test_reads_nested_lanes_innermost_first() -> None:
    model = foreign("signavio")
    (process,) = model.processes.values()
    assert [(lane.name, lane.depth) for lane in process.lanes] == [
        ("Bürgeramt", 0),
        ("Empfang", 1),
        ("Sachbearbeitung", 1),
    ]
    assert process.nodes["sid-2002"].lane == "Empfang"
    assert process.nodes["sid-2002"].label == "Anfrage weiterleiten"


def test_reads_pools_message_flows_notes_and_their_lines() -> None:
    model = foreign("signavio")
    (collaboration,) = model.collaborations
    assert [(p.name, p.process) for p in collaboration.participants] == [
        ("Stadtverwaltung", "sid-1002"),
        ("Bürgerin", None),
    ]
    assert collaboration.message_flows[0].target == "sid-2001"
    (process,) = model.processes.values()
    assert process.artifacts["sid-5003"].name == "Die Akte liegt im Keller."
    assert process.associations[0].source == "sid-2003"
    assert process.nodes["sid-2001"].line == 30


def test_reads_where_things_are_drawn() -> None:
    model = foreign("camunda7")
    shape = model.shapes["StartEvent_antrag"]
    assert (shape.bounds.x, shape.bounds.width, shape.label.y) == (232, 36, 185)
    assert model.shapes["Participant_amt"].horizontal is True
    assert model.edges["Flow_1"].points == ((268, 160), (330, 160))


def test_inherits_lane_and_phase_inwards_and_to_the_border() -> None:
    model = model_of(
        sketch(
            """
            lane Amt
              start a
              sub b "Prüfen" pik:phase=Prüfung {
                start b1
                user b2 "Lesen"
                user b3 "Zahlen" pik:phase=Auszahlung
              }
              timer c on b P14D not
            a -> b
            b1 -> b2 -> b3
            """
        )
    )
    lanes = {key: (model.node(key).lane, model.node(key).phase) for key in ("b2", "b3", "c", "a")}
    assert lanes == {
        "b2": ("Amt", "Prüfung"),
        "b3": ("Amt", "Auszahlung"),
        "c": ("Amt", "Prüfung"),
        "a": ("Amt", None),
    }
    assert model.node("b2").parent == "b"
    assert [node.id for node in model.processes["vorgang"].boundaries("b")] == ["c"]


def test_reads_events_with_what_they_refer_to() -> None:
    model = model_of(
        sketch(
            """
            <bpmn:message id="m1" name="Rücknahme" />
            <bpmn:error id="e1" name="Fehler" errorCode="E-17" />
            start a
            user b
            boundary c on b message=m1
            boundary d on b error=e1
            boundary e on b signal=fehlt
            timer f on b R3/P7D not
            """
        )
    )
    event = {key: model.node(key).event for key in "cdef"}
    assert event["c"].name == "Rücknahme"
    assert event["d"].name == "E-17"
    assert (event["e"].reference, event["e"].name) == ("fehlt", None)
    assert (event["f"].timer, event["f"].text) == ("cycle", "R3/P7D")
    assert not model.node("f").interrupting and model.node("c").interrupting


def test_reads_conditions_defaults_and_scripts_without_comments() -> None:
    model = foreign("flowable")
    process = model.processes["urlaub"]
    assert process.flows["f2"].condition == "${genehmigt}"
    assert process.flows["f3"].condition is None
    assert foreign("camunda7").processes["bauantrag"].flows["Flow_5"].default
    script = foreign("bizagi").node("Id_rechnen")
    assert (script.script_format, script.script) == (
        "JavaScript",
        "preis = angebot.netto * 1.19;",
    )


def test_reads_loops() -> None:
    loops = """
      <bpmn:process id="p"><bpmn:userTask id="a"><bpmn:multiInstanceLoopCharacteristics
        isSequential="true"><bpmn:loopDataInputRef>antrag.stellen</bpmn:loopDataInputRef>
        <bpmn:loopDataOutputRef>ergebnisse</bpmn:loopDataOutputRef>
        <bpmn:inputDataItem id="x" name="stelle"/><bpmn:outputDataItem id="ergebnis"/>
        <bpmn:completionCondition>fertig</bpmn:completionCondition>
      </bpmn:multiInstanceLoopCharacteristics></bpmn:userTask>
      <bpmn:userTask id="b"><bpmn:standardLoopCharacteristics testBefore="true" loopMaximum="3">
        <bpmn:loopCondition>offen</bpmn:loopCondition></bpmn:standardLoopCharacteristics>
      </bpmn:userTask></bpmn:process></bpmn:definitions>"""
    head = sketch("start a").decode().partition("<bpmn:process")[0]
    model = model_of((head + loops).encode())
    many, again = model.node("a").loop, model.node("b").loop
    assert (many.kind, many.collection, many.item) == ("sequential", "antrag.stellen", "stelle")
    assert (many.output, many.output_item, many.completion) == ("ergebnisse", "ergebnis", "fertig")
    assert (again.kind, again.condition, again.maximum) == ("standard", "offen", "3")
    assert again.test_before


def test_gives_elements_without_id_one_that_stays_the_same() -> None:
    data = sketch("start a").replace(b' id="a"', b"")
    first, second = (list(model_of(data).processes["vorgang"].nodes) for _ in range(2))
    assert first == second
    assert first[0].startswith("ohne-id-")


def test_a_file_that_is_no_bpmn_is_an_empty_model() -> None:
    model = model_of(b"<html><body/></html>")
    assert model.processes == {} and model.file == "probe.bpmn"


def test_broken_references_and_numbers_are_kept_not_raised() -> None:
    data = (FOREIGN / "camunda7.bpmn").read_bytes()
    data = data.replace(b'x="232"', b'x="links"').replace(b'processRef="bauantrag"', b"")
    data = data.replace(b'attachedToRef="Activity_pruefen"', b'attachedToRef="weg"')
    model = model_of(data)
    assert model.shapes["StartEvent_antrag"].bounds.x == 0
    assert model.node("Event_frist").attached_to == "weg"
    assert model.collaborations[0].participants[0].process is None
