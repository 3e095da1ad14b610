"""Changes in any order: the file stays valid BPMN, and what they do not touch stays as it was.

PIKFLOW_EDITS=2000 makes more examples than the few of a normal run.
"""

import os
import sys
from functools import cache
from pathlib import Path

import pytest
import SpiffWorkflow.bpmn.parser as parser
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from lxml import etree

from pikflow.engine.model import Model
from pikflow.engine.source import Source
from pikflow.errors import PikFlowError

from .edits import Hand, model_of

sys.path.insert(0, str(Path(__file__).parents[1]))
import geometry  # noqa: E402

ROOT = Path(__file__).parents[4]
OURS = sorted((ROOT / "workflows").glob("*.bpmn"))
FOREIGN = sorted((ROOT / "tests" / "data" / "foreign").rglob("*.bpmn"))
EXAMPLES = int(os.environ.get("PIKFLOW_EDITS", "12"))
STEPS = 6

deep = settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize="PIKFLOW_EDITS" not in os.environ,
    suppress_health_check=list(HealthCheck),
)
seeds = st.integers(0, 10_000_000)


@cache
def schema() -> etree.XMLSchema:
    """The BPMN 2.0 schema of the OMG, as SpiffWorkflow ships it."""
    return etree.XMLSchema(etree.parse(Path(parser.__file__).parent / "schema" / "BPMN20.xsd"))


def edited(hand: Hand, data: bytes) -> list[tuple[bytes, bytes]]:
    """Pairs of before and after of the changes that were not refused."""
    pairs = []
    for _ in range(STEPS):
        try:
            after = hand.change(data).data
        except PikFlowError as fault:
            assert fault.code and fault.message
            continue
        pairs.append((data, after))
        data = after
    return pairs


def faults(model: Model) -> dict[str, object]:
    found = {
        "on each other": geometry.overlapping(model),
        "outside of its lane": geometry.outside_their_lane(model),
        "slanted": geometry.slanted(model),
    }
    return {name: what for name, what in found.items() if what}


@given(seeds, st.sampled_from(OURS))
@example(485, OURS[0])
@deep
def test_our_files_stay_valid_and_well_drawn(seed: int, path: Path) -> None:
    hand = Hand(seed)
    for before, after in edited(hand, path.read_bytes()):
        model = model_of(after)
        assert schema().validate(model.tree), (hand.told, schema().error_log.last_error)
        for process in model.processes.values():
            for flow in process.flows.values():
                assert flow.source in process.nodes and flow.target in process.nodes
                assert flow.id in model.edges
            listed = [key for lane in process.lanes for key in lane.nodes]
            assert len(listed) == len(set(listed)) and set(listed) <= set(process.nodes)
        assert faults(model) == {}, hand.told
        untouched(before, after)


@given(seeds, st.sampled_from(FOREIGN))
@deep
def test_foreign_files_keep_what_only_their_tools_know(seed: int, path: Path) -> None:
    data = path.read_bytes()
    try:
        model = model_of(data)
    except PikFlowError:
        return
    if not any(process.nodes for process in model.processes.values()):
        return
    valid = schema().validate(model.tree)
    hand = Hand(seed)
    for before, after in edited(hand, data):
        model = model_of(after)
        assert not valid or schema().validate(model.tree), (path.name, hand.told)
        untouched(before, after)


def untouched(before: bytes, after: bytes) -> None:
    """Elements that are still there keep foreign attributes and extensions; comments stay."""
    old, new = (etree.fromstring(data) for data in (before, after))
    news = {e.get("id"): e for e in new.iter(etree.Element) if e.get("id")}
    for element in old.iter(etree.Element):
        other = news.get(element.get("id"))
        if other is None:
            continue
        assert foreign(element).items() <= foreign(other).items()
        assert extensions(element) == extensions(other)
    gone = {e.get("id") for e in old.iter(etree.Element)} - set(news)
    for comment in old.iter(etree.Comment):
        inside = any(a.get("id") in gone for a in comment.iterancestors() if a.get("id"))
        assert inside or comment.text in {c.text for c in new.iter(etree.Comment)}


def foreign(element: etree._Element) -> dict[str, str]:
    """Attributes of other products."""
    ours = ("{urn:pikflow", "{http://www.w3.org")
    return {k: v for k, v in element.attrib.items() if k[0] == "{" and not k.startswith(ours)}


def extensions(element: etree._Element) -> list[bytes]:
    found = element.findall("{*}extensionElements")
    return [etree.tostring(e, with_tail=False, method="c14n", exclusive=True) for e in found]


@pytest.mark.parametrize("path", [*OURS, *FOREIGN], ids=lambda path: path.name)
def test_reading_and_writing_changes_no_byte(path: Path) -> None:
    data = path.read_bytes()
    try:
        model_of(data)
    except PikFlowError:
        pytest.skip("not read at all")
    assert Source.read(data).written() == data
