import pytest
from sketch import sketch

from checks.support import check, codes

LOOP = "<bpmn:multiInstanceLoopCharacteristics>{}</bpmn:multiInstanceLoopCharacteristics>"
AGAIN = "<bpmn:standardLoopCharacteristics {}>{}</bpmn:standardLoopCharacteristics>"


def with_inner(inner: str) -> bytes:
    data = sketch("start a\nuser b pik:form=x\nend z\na -> b -> z").decode()
    return data.replace("</bpmn:userTask>", f"{inner}</bpmn:userTask>").encode()


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("script c script='x = 1'", []),
        ("script c script='x = 1' scriptFormat=pik", []),
        ("script c script='x = 1' scriptFormat=python", [("script-format", "c")]),
        ("script c script='x = 1;' scriptFormat=JavaScript", [("script-format", "c")]),
        ("script c script='import os'", [("script-invalid", "c")]),
        ("script c script='x = ().__class__'", [("script-invalid", "c")]),
        ("script c", [("script-empty", "c")]),
        ("user c startQuantity=2", [("token-quantity", "c")]),
        ("user c completionQuantity=2", [("token-quantity", "c")]),
        ("user c startQuantity=1 completionQuantity=1", []),
        ("receive c instantiate=true pik:connector=p pik:result=r", [("instantiate", "c")]),
    ],
)
def test_looks_at_what_a_step_does(line: str, expected: list[tuple[str, str]]) -> None:
    assert codes(f"start a\n{line}\nend z\na -> c -> z") == expected


@pytest.mark.parametrize("text", ["ja &&", "${ja}", "=ja", "a = b", "__import__('os')", "(" * 500])
def test_conditions_compile(text: str) -> None:
    found = check(
        "start a\nuser b pik:form=x\nxor c\nend y\nend z\na -> b -> c\n"
        f"c -> y if {text}\nc -> z default"
    )
    (finding,) = [f for f in found if f.severity == "error"]
    assert (finding.code, finding.element) == ("condition-invalid", "f3")
    assert "Weg von „c“ nach „y“" in finding.message


@pytest.mark.parametrize(
    ("inner", "expected"),
    [
        ("<bpmn:loopDataInputRef>liste</bpmn:loopDataInputRef>", []),
        ("<bpmn:loopCardinality>3</bpmn:loopCardinality>", []),
        ("", ["loop-without-list"]),
        ("<bpmn:loopDataInputRef>${liste}</bpmn:loopDataInputRef>", ["expression-invalid"]),
        ("<bpmn:loopCardinality>101</bpmn:loopCardinality>", ["loop-too-many"]),
        ("<bpmn:loopCardinality>1001</bpmn:loopCardinality>", ["loop-too-many"]),
        ("<bpmn:loopCardinality>10000</bpmn:loopCardinality>", ["loop-too-many"]),
        ("<bpmn:loopDataInputRef>liste</bpmn:loopDataInputRef><bpmn:inputDataItem id='x-y'/>",
         ["loop-name-invalid"]),
        ("<bpmn:loopDataInputRef>liste</bpmn:loopDataInputRef>"
         "<bpmn:loopDataOutputRef>a.b</bpmn:loopDataOutputRef>", ["loop-name-invalid"]),
        ("<bpmn:loopCardinality>3</bpmn:loopCardinality><bpmn:completionCondition>fertig("
         "</bpmn:completionCondition>", ["expression-invalid"]),
    ],
)  # fmt: skip
def test_looks_at_multi_instance(inner: str, expected: list[str]) -> None:
    found = codes(with_inner(LOOP.format(inner)), start_names={"liste"})
    assert [code for code, _ in found] == expected


def test_more_instances_than_the_engine_runs_are_an_error() -> None:
    for count, severity in ((101, "warning"), (1001, "error"), ("9" * 40, "error")):
        inner = f"<bpmn:loopCardinality>{count}</bpmn:loopCardinality>"
        (finding,) = [f for f in check(with_inner(LOOP.format(inner))) if f.code == "loop-too-many"]
        assert finding.severity == severity


def test_a_standard_loop_knows_when_to_stop() -> None:
    assert ("loop-without-condition", "b") in codes(with_inner(AGAIN.format("", "")))
    assert codes(with_inner(AGAIN.format("loopMaximum='3'", ""))) == []
    condition = "<bpmn:loopCondition>loopCounter &lt; 3</bpmn:loopCondition>"
    assert codes(with_inner(AGAIN.format("", condition))) == []


@pytest.mark.parametrize("behavior", ["None", "One", "Complex", "All"])
def test_instances_throw_no_events_of_their_own(behavior: str) -> None:
    inner = LOOP.format("<bpmn:loopCardinality>3</bpmn:loopCardinality>").replace(
        "Characteristics>", f'Characteristics behavior="{behavior}">', 1
    )
    assert codes(with_inner(inner)) == ([] if behavior == "All" else [("loop-behavior", "b")])
