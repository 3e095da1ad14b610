import pytest
from sketch import sketch

from checks.support import check, codes

GOOD = "start a\nuser b\nend z\na -> b -> z\n"


def changed(before: str, after: str, text: str = GOOD) -> bytes:
    data = sketch(text).decode()
    assert before in data
    return data.replace(before, after).encode()


def test_a_plain_process_has_nothing_to_tell() -> None:
    assert codes(GOOD) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("user b\nend z\nb -> z", [("start-missing", "vorgang")]),
        ("start a\nstart c\nuser b\nend z\na -> b -> z\nc -> b", [("start-several", "c")]),
        (GOOD + "user c\nc -> z", [("unreachable", "c")]),
        (GOOD + "user c\nuser d\nc -> d -> c", [("unreachable", "c"), ("unreachable", "d")]),
        ("start a\nuser b\na -> b", [("no-way-to-end", "b")]),
        (
            "start a\nuser b\nuser c\nend z\na -> b -> c -> b",
            [("no-way-to-end", "a"), ("unreachable", "z")],
        ),
        (GOOD + "z -> b", [("flow-after-end", "f3")]),
        (GOOD + "b -> a", [("flow-into-start", "f3"), ("implicit-split", "b")]),
        (
            GOOD + "timer t on b P1D\nend y\nt -> y\nb -> t",
            [("flow-into-boundary", "f4"), ("implicit-split", "b")],
        ),
    ],
)
def test_follows_the_ways_from_start_to_end(text: str, expected: list[tuple[str, str]]) -> None:
    assert sorted(codes(text)) == sorted(expected)


def test_names_the_element_and_what_to_do() -> None:
    (finding,) = [
        f for f in check(GOOD + 'user c "Archivieren"\nc -> z') if f.code == "unreachable"
    ]
    assert finding.message == "Die Aufgabe „Archivieren“ ist vom Start aus nicht zu erreichen."
    assert finding.hint and finding.line == 10 and finding.file == "probe.bpmn"


@pytest.mark.parametrize(
    ("before", "after", "code"),
    [
        ('targetRef="z"', 'targetRef="weg"', "flow-target-missing"),
        ('targetRef="z"', "", "flow-target-missing"),
        ('sourceRef="b"', 'sourceRef="weg"', "flow-source-missing"),
        (' sourceRef="b"', "", "flow-source-missing"),
    ],
)
def test_flows_need_both_ends(before: str, after: str, code: str) -> None:
    assert (code, "f2") in codes(changed(before, after))


def test_flows_stay_inside_their_sub_process() -> None:
    text = "start a\nsub b {\nstart c\nuser d\nend e\nc -> d -> e\n}\nend z\na -> b -> z\na -> d"
    assert ("flow-crosses-scope", "f5") in codes(text)


def test_flows_stay_inside_their_pool() -> None:
    other = (
        '<bpmn:process id="anderer"><bpmn:startEvent id="s"/><bpmn:endEvent id="e"/>'
        '<bpmn:sequenceFlow id="g" sourceRef="s" targetRef="e"/></bpmn:process>'
        "</bpmn:definitions>"
    )
    data = changed("</bpmn:definitions>", other).replace(b'targetRef="z"', b'targetRef="e"')
    assert ("flow-crosses-pool", "f2") in codes(data)


def test_sub_processes_are_looked_at_like_processes() -> None:
    text = "start a\nsub b {\nstart c\nuser d\nuser e\nend f\nc -> d\nd -> f\n}\nend z\na -> b -> z"
    assert codes(text) == [("unreachable", "e")]
    assert codes("start a\nsub b {\n}\nend z\na -> b -> z") == [("scope-empty", "b")]


def test_a_boundary_event_can_be_the_only_way_out() -> None:
    text = "start a\nuser b\nxor c\nuser d\ntimer t on d P1D\nend z\na -> b -> c -> d -> c\nt -> z"
    assert codes(text) == []


def test_an_event_sub_process_needs_no_flow_and_may_have_none() -> None:
    text = GOOD + "sub n triggeredByEvent=true {\nstart n1 message=m not\nend n2\nn1 -> n2\n}\n"
    text += '<bpmn:message id="m" name="Nachricht" />'
    assert codes(text) == []
    assert ("flow-at-event-sub-process", "f4") in codes(text + "\nb -> n")


def test_an_empty_file_says_what_is_missing() -> None:
    assert codes(b"<html/>") == [("no-process", "")]
    empty = b"<definitions xmlns='http://www.omg.org/spec/BPMN/20100524/MODEL'/>"
    assert codes(empty) == [("no-process", "")]


def test_only_one_start_can_begin_a_case() -> None:
    text = "start a\nstart c\nuser b\nend z\na -> b -> z\nc -> b"
    (finding,) = [f for f in check(text) if f.code == "start-several"]
    assert finding.element == "c" and "„a“" in finding.message


@pytest.mark.parametrize(("levels", "refused"), [(40, False), (41, True)])
def test_sub_processes_nest_as_deep_as_the_engine_goes(levels: int, refused: bool) -> None:
    opened = "".join(
        f'<bpmn:subProcess id="s{n}"><bpmn:startEvent id="i{n}"/><bpmn:endEvent id="o{n}"/>'
        for n in range(levels)
    )
    data = sketch(GOOD).replace(
        b"</bpmn:process>", f"{opened}{'</bpmn:subProcess>' * levels}</bpmn:process>".encode()
    )
    assert (("nesting-limit", "s40") in codes(data)) is refused
