from itertools import pairwise

import pytest
from sketch import sketch

from checks.support import check, codes

FLOWS = "start a\nend z\n"


def with_node(xml: str, before: str = "a -> x -> z") -> bytes:
    """A process with one element written out, between start and end."""
    return sketch(FLOWS + before).replace(b"</bpmn:process>", f"{xml}</bpmn:process>".encode())


INSIDE = (
    "<bpmn:startEvent id='i'/><bpmn:endEvent id='o'/>"
    "<bpmn:sequenceFlow id='io' sourceRef='i' targetRef='o'/>"
)
REFUSED = {
    "complexGateway": "<bpmn:complexGateway id='x' name='Zwei von drei'/>",
    "adHocSubProcess": f"<bpmn:adHocSubProcess id='x'>{INSIDE}</bpmn:adHocSubProcess>",
    "implicitThrowEvent": "<bpmn:implicitThrowEvent id='x'/>",
    "choreography": "<bpmn:choreographyTask id='x'/>",
}


@pytest.mark.parametrize("name", REFUSED)
def test_refuses_elements_the_engine_was_not_shown_to_run(name: str) -> None:
    findings = [f for f in check(with_node(REFUSED[name])) if f.severity == "error"]
    assert [(f.code, f.element) for f in findings] == [("element-unsupported", "x")]
    assert findings[0].line > 0 and findings[0].hint


@pytest.mark.parametrize(
    ("xml", "element"),
    [
        ("<bpmn:correlationSubscription id='k'/>", "k"),
        ("<bpmn:erfunden id='e'/>", "e"),
    ],
)
def test_refuses_elements_beside_the_flow(xml: str, element: str) -> None:
    assert codes(with_node(xml, "a -> z")) == [("element-unsupported", element)]


def test_refuses_what_stands_beside_the_processes() -> None:
    data = sketch("start a\nend z\na -> z").replace(
        b"</bpmn:definitions>", b"<bpmn:globalUserTask id='g'/></bpmn:definitions>"
    )
    assert codes(data) == [("element-unsupported", "g")]


def test_says_what_is_read_past() -> None:
    data = with_node(
        "<bpmn:dataStoreReference id='l' name='Liste'/>"
        "<bpmn:dataObjectReference id='d' dataObjectRef='o'/><bpmn:dataObject id='o'/>"
        "<bpmn:userTask id='x'><bpmn:potentialOwner><bpmn:formalExpression>chef"
        "</bpmn:formalExpression></bpmn:potentialOwner></bpmn:userTask>"
    )
    findings = [f for f in check(data) if f.code == "element-ignored"]
    assert {(f.severity, f.element) for f in findings} == {
        ("information", "vorgang"),
        ("information", "x"),
    }


def test_knows_no_elements_of_our_own() -> None:
    inner = "<bpmn:extensionElements><pik:form/></bpmn:extensionElements>"
    xml = f"<bpmn:userTask id='x'>{inner}</bpmn:userTask>"
    assert ("pik-element-unknown", "x") in codes(with_node(xml))


def test_lets_everything_pass_that_runs() -> None:
    text = """
    <bpmn:message id="nachricht" name="Eingang" />
    <bpmn:signal id="signal" name="Achtung" />
    <bpmn:escalation id="hinweis" name="Hinweis" escalationCode="h" />
    <bpmn:error id="fehler" name="Fehler" errorCode="f" />
    lane Amt
      start a
      user b "Lesen"
      manual c "Ablegen"
      script d "Rechnen" script="x = 1"
      service e "Rufen" pik:connector=post pik:result=antwort
      send g1 "Senden" messageRef=nachricht
      receive g2 "Warten" messageRef=nachricht
      catch g3 timer=P1D
      catch g4 message=nachricht
      catch g5 signal=signal
      throw g6 signal=signal
      throw g7 escalation=hinweis
      and h1
      and h2
      or i1
      or i2
      user j "Links"
      user k "Rechts"
      user l "Zusatz"
      events m
      catch m1 timer=P2D
      catch m2 message=nachricht
      xor n
      sub o "Innen" {
        start o1
        end o2 error=fehler
        o1 -> o2
      }
      boundary p on o error=fehler "Schief"
      end q "Schief gegangen" terminate=1
      end z "Fertig"
    a -> b -> c -> d -> e -> g1 -> g2 -> g3 -> g4 -> g5 -> g6 -> g7 -> h1
    h1 -> j -> h2
    h1 -> k -> h2 -> i1
    i1 -> i2 "immer" default
    i1 -> l "auch" if x == 1
    l -> i2 -> m
    m -> m1 -> n
    m -> m2 -> n -> o -> z
    p -> q
    """
    assert codes(text, lanes={"Amt"}, connectors={"post"}) == []


def test_findings_stand_in_a_stable_order() -> None:
    data = with_node("".join(REFUSED.values()))
    first, second = check(data), check(data)
    assert first == second
    order = {"error": 0, "warning": 1, "information": 2}
    assert all(order[a.severity] <= order[b.severity] for a, b in pairwise(first))


CHOICE = "start a\nxor x\nend z\nend y\na -> x\nx -> z if i == 1\nx -> y default"


@pytest.mark.parametrize(
    ("language", "refused"),
    [
        ("http://www.w3.org/1999/XPath", False),
        ("http://www.w3.org/TR/XPath", False),
        ("pik", False),
        ("http://www.java.com/java", True),
        ("juel", True),
    ],
)
def test_a_file_in_another_language_is_refused_where_it_has_expressions(
    language: str, refused: bool
) -> None:
    mark = f'id="Definitions_1" expressionLanguage="{language}"'.encode()
    for text, has_some in ((CHOICE, True), ("start a\nend z\na -> z", False)):
        data = sketch(text).replace(b'id="Definitions_1"', mark)
        found = ("expression-language", "") in codes(data)
        assert found is (refused and has_some)
