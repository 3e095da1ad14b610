"""The texts of a diagram that people read, for proofreading."""

from collections.abc import Iterator

from pikflow.engine.elements import Node, Process
from pikflow.engine.model import Model
from pikflow.proofreading.passages import Passage


def passages_of(model: Model) -> Iterator[Passage]:
    """Names, documentation and button texts of every process; German only, as diagrams are."""
    for process in model.processes.values():
        yield from _of_process(model.file, process)
    for named in model.messages.values():
        if named.name:
            yield Passage(model.file, named.line, named.id, "name", named.name)


def _of_process(file: str, process: Process) -> Iterator[Passage]:
    if process.documentation:
        yield Passage(file, process.line, process.id, "documentation", process.documentation)
    for node in process.nodes.values():
        yield from _of_node(file, node)


def _of_node(file: str, node: Node) -> Iterator[Passage]:
    texts = {
        "name": " ".join(node.name.split()),
        "documentation": node.documentation,
        "submit": node.attributes.get("submit", ""),
    }
    for part, text in texts.items():
        if text:
            yield Passage(file, node.line, node.id, part, text)


def forms_by_lane(model: Model) -> Iterator[tuple[str, str]]:
    """(value of pik:form, name of the lane that fills it) of every task and event."""
    for process in model.processes.values():
        for node in process.nodes.values():
            lane = node.attributes.get("lane") or node.lane
            if lane and node.attributes.get("form"):
                yield node.attributes["form"], lane
