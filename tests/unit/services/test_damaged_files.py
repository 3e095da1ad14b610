"""Whatever is broken in a BPMN file: a simulation gives a report, never a traceback."""

import json
import random

import pytest
from lxml import etree

from pikflow.services.rehearsing.simulation import simulate

BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
FILE = """<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"
  xmlns:pik="urn:pikflow:bpmn:1.0" targetNamespace="urn:test">
<message id="M" name="Antwort"/><signal id="S" name="Alarm"/><error id="E" errorCode="kaputt"/>
<process id="p">
  <laneSet><lane id="L" name="Land"><flowNodeRef>a</flowNodeRef></lane></laneSet>
  <startEvent id="start"/><userTask id="a" pik:result="antrag" pik:due="P14D"/>
  <scriptTask id="x"><script>n = n + 1</script></scriptTask>
  <exclusiveGateway id="w" default="f4"/><parallelGateway id="auf"/><parallelGateway id="zu"/>
  <inclusiveGateway id="io"/><inclusiveGateway id="iz"/>
  <subProcess id="sub"><startEvent id="s1"/><userTask id="s2"><multiInstanceLoopCharacteristics>
    <loopDataInputRef>liste</loopDataInputRef><inputDataItem id="i"/>
    </multiInstanceLoopCharacteristics></userTask><endEvent id="s3"/>
    <sequenceFlow id="g1" sourceRef="s1" targetRef="s2"/>
    <sequenceFlow id="g2" sourceRef="s2" targetRef="s3"/></subProcess>
  <boundaryEvent id="b" attachedToRef="sub" cancelActivity="false"><timerEventDefinition>
    <timeCycle>R2/P7D</timeCycle></timerEventDefinition></boundaryEvent>
  <callActivity id="c" calledElement="q"/><serviceTask id="d" pik:connector="post"/>
  <intermediateCatchEvent id="t"><timerEventDefinition><timeDuration>P1D</timeDuration>
    </timerEventDefinition></intermediateCatchEvent>
  <endEvent id="ende"/><endEvent id="halt"><errorEventDefinition errorRef="E"/></endEvent>
  <sequenceFlow id="f1" sourceRef="start" targetRef="a"/>
  <sequenceFlow id="f2" sourceRef="a" targetRef="x"/>
  <sequenceFlow id="f3" sourceRef="x" targetRef="w"/>
  <sequenceFlow id="f4" sourceRef="w" targetRef="auf"/>
  <sequenceFlow id="f5" sourceRef="w" targetRef="halt"><conditionExpression>antrag.nein
    </conditionExpression></sequenceFlow>
  <sequenceFlow id="f6" sourceRef="auf" targetRef="sub"/>
  <sequenceFlow id="f7" sourceRef="auf" targetRef="c"/>
  <sequenceFlow id="f8" sourceRef="sub" targetRef="zu"/>
  <sequenceFlow id="f9" sourceRef="c" targetRef="zu"/>
  <sequenceFlow id="f10" sourceRef="b" targetRef="d"/>
  <sequenceFlow id="f11" sourceRef="zu" targetRef="io"/>
  <sequenceFlow id="f12" sourceRef="io" targetRef="t"/>
  <sequenceFlow id="f13" sourceRef="io" targetRef="iz"/>
  <sequenceFlow id="f14" sourceRef="t" targetRef="iz"/>
  <sequenceFlow id="f15" sourceRef="iz" targetRef="ende"/>
</process>
<process id="q"><startEvent id="q1"/><userTask id="q2"/><endEvent id="q3"/>
  <sequenceFlow id="h1" sourceRef="q1" targetRef="q2"/>
  <sequenceFlow id="h2" sourceRef="q2" targetRef="q3"/></process></definitions>"""
NODES = [
    "startEvent",
    "endEvent",
    "userTask",
    "task",
    "scriptTask",
    "serviceTask",
    "exclusiveGateway",
    "parallelGateway",
    "inclusiveGateway",
    "eventBasedGateway",
    "subProcess",
    "callActivity",
    "intermediateCatchEvent",
    "sendTask",
    "intermediateThrowEvent",
    "boundaryEvent",
    "receiveTask",
    "transaction",
    "adHocSubProcess",
    "complexGateway",
]
EVENTS = [
    "timer",
    "message",
    "error",
    "escalation",
    "link",
    "compensate",
    "terminate",
    "conditional",
    "signal",
    "cancel",
]
TEXTS = ["", "x", "1/0", "P14D", "[1, 2", "not a", "R3/P1D", "None", "${x}", "P9999Y", "a.b.c"]


def _damaged(seed: int) -> bytes:
    """The file with one to four things removed, renamed, crossed or added."""
    chance = random.Random(seed)  # noqa: S311 - a drawing, not a secret
    root = etree.fromstring(FILE.encode())
    elements = [element for element in root.iter(etree.Element) if element is not root]
    ids = [element.get("id", "") for element in elements]
    for _ in range(chance.randint(1, 4)):
        element = chance.choice(elements)
        kind = element.tag.removeprefix(BPMN)
        match chance.randrange(7):
            case 0 if kind != "process" and element.getparent() is not None:
                element.getparent().remove(element)
            case 1 if element.attrib:
                del element.attrib[chance.choice(list(element.attrib))]
            case 2 if element.attrib:
                element.set(chance.choice(list(element.attrib)), chance.choice(ids))
            case 3 if kind in NODES:
                element.tag = BPMN + chance.choice(NODES)
            case 4:
                etree.SubElement(element, f"{BPMN}{chance.choice(EVENTS)}EventDefinition")
            case 5:
                element.text = chance.choice(TEXTS)
            case _:
                element.set(chance.choice(["attachedToRef", "triggeredByEvent"]), "true")
    return etree.tostring(root)


def test_the_file_itself_reaches_its_end() -> None:
    report = simulate({"a.bpmn": FILE.encode()}, answers={"start": {"liste": [1, 2]}})
    assert report["completed"] and report["trace"].count("s2") == 2


@pytest.mark.parametrize("seed", range(120))
def test_a_damaged_file_gives_a_report(seed: int) -> None:
    report = simulate({"a.bpmn": _damaged(seed)})
    assert set(report) == {"completed", "trace", "waiting", "data", "findings"}
    assert report["completed"] or report["findings"] or report["waiting"]
    json.dumps(report)
