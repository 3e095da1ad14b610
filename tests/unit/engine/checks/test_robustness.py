"""Whatever is in a file: findings come back, never a traceback."""

import random
from contextlib import suppress
from decimal import Decimal
from pathlib import Path

import pytest

from pikflow.engine.check import check_files
from pikflow.engine.decisions.evaluation import decide
from pikflow.engine.decisions.faults import DecisionFault
from pikflow.engine.decisions.library import Library, decisions_of
from pikflow.engine.facts import FormFacts, Usage
from pikflow.errors import DefinitionInvalid

ROOT = Path(__file__).parents[4]
SEEDS = sorted((ROOT / "tests" / "data" / "foreign").glob("*.bpmn"))[:6]
OURS = sorted((ROOT / "workflows").glob("*.bpmn"))[:4]
WORLD = {
    "lanes": {"Amt"},
    "forms": {"a": FormFacts(frozenset({"x"}), frozenset({"y"}))},
    "usages": [Usage("M", "bauantrag", {"antrag": "a"})],
    "connectors": {"post"},
    "start_names": {"vorgang"},
}
WORDS = [
    *(b"", b"<", b">", b'"', b"&", b"\x00", b"\xff", b"id=", b"<![CDATA[", b"]]>", b"<!--", b"\n"),
    *(b"${x}", b"startEvent", b"complexGateway", b"P1D", b"()", b"9" * 400, b"<!DOCTYPE x>"),
    "ß".encode(),
]


def mutated(data: bytes, chance: random.Random) -> bytes:
    result = bytearray(data)
    for _ in range(chance.randint(1, 8)):
        a, b = sorted(chance.randrange(len(result) + 1) for _ in range(2))
        b = min(b, a + chance.choice((1, 5, 40, 400)))
        how = chance.randrange(4)
        if how == 0:
            result[a:b] = b""
        elif how == 1:
            result[a:a] = chance.choice(WORDS)
        elif how == 2:
            result[a:b] = result[a:b] * 2
        else:
            c = chance.randrange(len(result) + 1)
            result[a:b] = result[c : c + 60]
        result = result or bytearray(b"<")
    return bytes(result)


def swapped(data: bytes, chance: random.Random) -> bytes:
    """Well formed, but with values of attributes and names of elements mixed up."""
    values = sorted(set(_between(data, b'="', b'"')))
    for _ in range(chance.randint(1, 12)):
        one, other = chance.choice(values), chance.choice(values)
        if b"http" not in one and b"urn" not in one:
            data = data.replace(b'="' + one + b'"', b'="' + other + b'"', chance.choice((1, -1)))
    return data


def _between(data: bytes, left: bytes, right: bytes) -> list[bytes]:
    return [part.split(right)[0] for part in data.split(left)[1:]]


@pytest.mark.parametrize("path", [*SEEDS, *OURS], ids=lambda path: path.stem)
@pytest.mark.parametrize("change", [mutated, swapped])
def test_damaged_files_get_findings(path: Path, change: object) -> None:
    chance = random.Random(f"{path.stem} {change.__name__}")  # noqa: S311
    original = path.read_bytes()
    for _ in range(40):
        data = change(original, chance)
        for finding in check_files({"probe.bpmn": data}, **WORLD):
            assert finding.severity in ("error", "warning", "information")
            assert finding.message and finding.code and finding.line >= 0


@pytest.mark.parametrize("change", [mutated, swapped])
def test_damaged_decisions_get_findings_and_decide_or_stop(change: object) -> None:
    chance = random.Random(change.__name__)  # noqa: S311
    for path in sorted((ROOT / "tests" / "data" / "foreign" / "dmn").iterdir()):
        original = path.read_bytes()
        for _ in range(8):
            data = {"probe.dmn": change(original, chance)}
            assert all(finding.message and finding.code for finding in check_files(data))
            with suppress(DefinitionInvalid):
                library = Library.of(decisions_of(data))
                for key in library.ready:
                    with suppress(DecisionFault):
                        decide(library.ready, key, {"x": Decimal(1), "betrag": "viel"})


def test_files_that_are_no_xml_at_all() -> None:
    chance = random.Random(7)  # noqa: S311
    for size in (0, 1, 10, 1000):
        data = chance.randbytes(size)
        assert [f.severity for f in check_files({"a.bpmn": data})] == ["error"]


def test_deep_and_wide_files() -> None:
    deep = "<subProcess id='s{}'>" * 60
    opened = "".join(deep.split("{}")[0] + str(i) + "'>" for i in range(60))
    text = (
        "<definitions xmlns='http://www.omg.org/spec/BPMN/20100524/MODEL'><process id='p'>"
        f"{opened}{'</subProcess>' * 60}</process></definitions>"
    )
    assert {f.code for f in check_files({"a": text.encode()})} >= {"start-missing", "scope-empty"}
    wide = "".join(
        f"<userTask id='t{i}'/><sequenceFlow id='f{i}' sourceRef='t{i}' targetRef='t{i + 1}'/>"
        for i in range(400)
    )
    text = text.partition("<subProcess")[0] + wide + "</process></definitions>"
    assert any(f.code == "start-missing" for f in check_files({"a": text.encode()}))
