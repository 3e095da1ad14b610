import pytest
from sketch import sketch

from checks.support import check, codes, together
from pikflow.engine.check import check_files


@pytest.mark.parametrize(
    "key",
    [
        "Start",
        "End",
        "Root",
        "StartEventSplit",
        "StartEventJoin",
        "vorgang.EndJoin",
        "b.BoundaryEventJoin",
    ],
)
def test_refuses_ids_the_engine_keeps_for_itself(key: str) -> None:
    found = check(f'start a\nuser {key} "Lesen"\nend z\na -> {key} -> z')
    (finding,) = [f for f in found if f.code == "id-reserved"]
    assert (finding.element, finding.severity) == (key, "error")
    assert "„Lesen“" in finding.message


def test_names_like_start_are_only_reserved_as_a_whole() -> None:
    assert codes("start Starten\nend Ende\nStarten -> Ende") == []


def test_refuses_an_id_that_is_used_twice_with_both_lines() -> None:
    data = sketch("start a\nuser b\nend z\na -> b -> z").replace(b'id="f2"', b'id="b"')
    (finding,) = [f for f in check(data) if f.code == "id-duplicate"]
    assert finding.element == "b"
    assert "zuerst Zeile 6" in finding.message
    assert finding.line == 9


def test_refuses_elements_without_id() -> None:
    data = sketch("start a\nuser b\nend z\na -> b -> z")
    assert ("id-missing", "") in codes(data.replace(b' id="b"', b""))
    assert ("id-missing", "") in codes(data.replace(b' id="f1"', b""))
    assert ("id-missing", "") in codes(data.replace(b' id="vorgang"', b""))


@pytest.mark.parametrize("key", ["1b", "b c", "b#c", "b/c"])
def test_refuses_ids_that_xml_does_not_know(key: str) -> None:
    data = sketch("start a\nuser b\nend z\na -> b -> z").replace(b'"b"', f'"{key}"'.encode())
    assert ("id-invalid", key) in codes(data)


def test_a_process_may_be_in_one_file_only() -> None:
    text = "start a\nend z\na -> z"
    found = together({"eins": text, "zwei": text})
    assert found == []
    twice = check_files({"alt.bpmn": sketch(text), "neu.bpmn": sketch(text)})
    assert [(f.code, f.file, f.element) for f in twice] == [
        ("process-duplicate", "neu.bpmn", "vorgang")
    ]


@pytest.mark.parametrize(
    ("what", "most"), [("id", 100), ("lane", 100), ("phase", 60), ("result", 100)]
)
def test_refuses_what_is_longer_than_its_column(what: str, most: int) -> None:
    for length, expected in ((most, []), (most + 1, ["text-too-long"])):
        word = "x" * length
        key = word if what == "id" else "a"
        more = "" if what == "id" else f' pik:{what}="{word}"'
        text = (
            '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" '
            'xmlns:pik="urn:pikflow:bpmn:1.0"><process id="p"><startEvent id="s"/>'
            f'<userTask id="{key}"{more}/><endEvent id="e"/>'
            f'<sequenceFlow id="f" sourceRef="s" targetRef="{key}"/>'
            f'<sequenceFlow id="g" sourceRef="{key}" targetRef="e"/></process></definitions>'
        )
        found = check_files({"a.bpmn": text.encode()})
        assert [f.code for f in found if f.severity == "error"] == expected
