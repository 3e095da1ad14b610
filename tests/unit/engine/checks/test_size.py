"""Files of monstrous size or shape: refused or looked at within seconds, never a traceback."""

import time
from collections.abc import Callable

import pytest

from pikflow.engine.check import check_files
from pikflow.engine.model import MOST_FLOWS, MOST_FLOWS_OF_A_NODE, MOST_NODES
from pikflow.engine.xml import LIMIT

SECONDS = 20  # on a machine that has other things to do; alone it is a quarter of that
_HEAD = (
    '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="urn:test">'
)


def _file(inside: str, process: str = "p") -> bytes:
    return (
        f'{_HEAD}<process id="{process}" isExecutable="true">{inside}</process></definitions>'
    ).encode()


def _flow(key: str, source: str, target: str) -> str:
    return f'<sequenceFlow id="{key}" sourceRef="{source}" targetRef="{target}"/>'


def _nested(depth: int) -> bytes:
    """Sub-processes in sub-processes, each with its start and end."""
    opened = "".join(
        f'<startEvent id="a{n}"/><endEvent id="e{n}"/>{_flow(f"f{n}", f"a{n}", f"s{n}")}'
        f'{_flow(f"g{n}", f"s{n}", f"e{n}")}<subProcess id="s{n}">'
        for n in range(depth)
    )
    inmost = f'<startEvent id="x"/><endEvent id="y"/>{_flow("z", "x", "y")}'
    return _file(opened + inmost + "</subProcess>" * depth)


def _chain(count: int, node: Callable[[int], str]) -> bytes:
    """Start, so many nodes one after the other, end; ids are n0, n1 ..."""
    nodes = "".join(node(number) for number in range(count))
    flows = "".join(_flow(f"f{n}", f"n{n}", f"n{n + 1}") for n in range(count - 1))
    ends = _flow("fa", "a", "n0") + _flow("fe", f"n{count - 1}", "e")
    return _file(f'<startEvent id="a"/><endEvent id="e"/>{nodes}{flows}{ends}')


def _task(number: int) -> str:
    return f'<manualTask id="n{number}"/>'


def _script(number: int) -> str:
    before = f"v{number - 1} + 1" if number else "1"
    return f'<scriptTask id="n{number}"><script>v{number} = {before}</script></scriptTask>'


def _mesh(count: int) -> bytes:
    """Parallel gateways, each with a flow to the next and one across."""
    nodes = "".join(f'<parallelGateway id="n{n}"/>' for n in range(count))
    flows = "".join(
        _flow(f"f{n}", f"n{n}", f"n{(n + 1) % count}")
        + _flow(f"g{n}", f"n{n}", f"n{(n * 7 + 1) % count}")
        for n in range(count)
    )
    return _file(f'<startEvent id="a"/>{_flow("fa", "a", "n0")}{nodes}{flows}')


def _many(kind: str, count: int) -> bytes:
    return _file(f'<startEvent id="a"/><laneSet>{f"<{kind} />" * count}</laneSet>')


def _calls(count: int) -> bytes:
    """Processes that each call the next one twice."""
    processes = "".join(
        f'<process id="p{n}" isExecutable="true"><startEvent id="a{n}"/>'
        f'<callActivity id="c{n}" calledElement="p{n + 1}"/><endEvent id="e{n}"/>'
        f'<callActivity id="d{n}" calledElement="p{n + 1}"/>{_flow(f"x{n}", f"a{n}", f"c{n}")}'
        f"{_flow(f'y{n}', f'c{n}', f'd{n}')}{_flow(f'z{n}', f'd{n}', f'e{n}')}</process>"
        for n in range(count)
    )
    return f"{_HEAD}{processes}</definitions>".encode()


def _codes(data: bytes) -> set[str]:
    begun = time.monotonic()
    findings = check_files({"a.bpmn": data})
    assert time.monotonic() - begun < SECONDS
    assert all(finding.message and finding.hint for finding in findings)
    return {finding.code for finding in findings}


REFUSED: dict[str, tuple[bytes, str]] = {
    "10 MB": (_file(" " * 10_000_000), "xml-too-large"),
    "1,000 sub-processes in each other": (_nested(1_000), "xml-too-deep"),
    "200 sub-processes in each other": (_nested(200), "nesting-limit"),
    "one node more than allowed": (_chain(MOST_NODES - 1, _task), "file-too-many"),
    "too many flows": (_file(_flow("f", "a", "b") * (MOST_FLOWS + 1)), "file-too-many"),
    "too many flows at a node": (
        _file("".join(_flow(f"f{n}", "a", f"b{n}") for n in range(MOST_FLOWS_OF_A_NODE + 1))),
        "file-too-many",
    ),
    "20,000 lanes": (_many("lane", 20_000), "file-too-many"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_nobody_draws_is_refused(name: str) -> None:
    data, code = REFUSED[name]
    assert _codes(data) == {code}


def test_a_hundred_thousand_nodes_in_five_megabytes_are_refused_at_once() -> None:
    data = _file("".join(f'<task id="n{n}" name="Aufgabe Nr {n}"/>' for n in range(100_000)))
    assert 4_000_000 < len(data) < LIMIT
    assert _codes(data) == {"file-too-many"}


@pytest.mark.parametrize(
    "data",
    [
        _chain(MOST_NODES - 2, _task),
        _chain(MOST_NODES - 2, _script),
        _mesh(MOST_NODES - 1),
        _nested(39),
        _calls(240),
        _many("lane", MOST_NODES),
    ],
    ids=["tasks", "scripts", "mesh", "nested", "calls", "lanes"],
)
def test_the_largest_files_that_are_taken_are_checked_in_time(data: bytes) -> None:
    assert "file-too-many" not in _codes(data)
