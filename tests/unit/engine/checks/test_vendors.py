from pathlib import Path

import pytest

from pikflow.engine.check import check_files

FOREIGN = Path(__file__).parents[3] / "data" / "foreign"


def found(name: str) -> dict[tuple[str, str], str]:
    data = (FOREIGN / f"{name}.bpmn").read_bytes()
    findings = check_files({name: data}, lanes={"Annahme", "Prüfung"}, connectors=set())
    return {(f.code, f.element): f.severity for f in findings}


def test_says_what_to_use_instead() -> None:
    data = (FOREIGN / "camunda7.bpmn").read_bytes()
    hints = {
        f.message.split()[2]: (f.severity, f.hint)
        for f in check_files({"a": data})
        if f.code == "vendor-attribute"
    }
    assert {severity for severity, _ in hints.values()} == {"information"}
    assert "pik:form" in hints["camunda:formKey"][1]
    assert "Bahn" in hints["camunda:candidateGroups"][1]
    assert "pik:connector" in hints["camunda:delegateExpression"][1]
    assert "pik:due" in hints["camunda:dueDate"][1]


EXPECTED = {
    "camunda7": {
        ("timer-invalid", "Event_frist"),
        ("condition-invalid", "Flow_4"),
        ("connector-not-named", "Activity_gebuehr"),
    },
    "camunda8": {
        ("condition-invalid", "Flow_d"),
        ("loop-without-list", "Pruefen"),
        ("decision-unknown", "Regel"),
        ("timer-invalid", "Warten"),
    },
    "signavio": {
        ("lane-unmapped", "sid-1013"),
        ("message-missing", "sid-2001"),
    },
    "bpmnio": {("flow-condition-missing", "Flow_0c"), ("no-way-to-end", "Activity_2")},
    "bizagi": {
        ("element-unsupported", "Id_wahl"),
        ("script-format", "Id_rechnen"),
    },
    "flowable": {("condition-invalid", "f2"), ("message-missing", "abbruch_start")},
}


@pytest.mark.parametrize(("name", "expected"), EXPECTED.items())
def test_files_of_other_products_get_findings_with_a_place(
    name: str, expected: set[tuple[str, str]]
) -> None:
    errors = {key for key, severity in found(name).items() if severity == "error"}
    assert expected <= errors
