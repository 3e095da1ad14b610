"""What a change would do to the steps of a file, for the question before it and the note after."""

from dataclasses import dataclass

from pikflow.engine.model import Flow, Model, Node, Process, read
from pikflow.engine.xml import parse


@dataclass(frozen=True)
class Led:
    """A way that now leads elsewhere: the labels of its source, and of both targets."""

    source: str
    before: str
    after: str


@dataclass(frozen=True)
class Difference:
    """`removed` are nodes with a name or a kind of their own; ways are told where they changed."""

    added: tuple[Node, ...]
    removed: tuple[Node, ...]
    led: tuple[Led, ...]
    ways: int


def compare(before: bytes, after: bytes) -> Difference:
    """The steps and ways that differ between two versions of a file."""
    old, new = (read(parse(data, file=""), "") for data in (before, after))
    nodes_old, nodes_new = _nodes(old), _nodes(new)
    flows_old, flows_new = _flows(old), _flows(new)
    led = []
    for key, (process, flow) in flows_new.items():
        was = flows_old.get(key)
        if was is not None and was[1].target != flow.target:
            led.append(
                Led(
                    _label(process, flow.source),
                    _label(was[0], was[1].target),
                    _label(process, flow.target),
                )
            )
    return Difference(
        tuple(node for key, node in nodes_new.items() if key not in nodes_old),
        tuple(node for key, node in nodes_old.items() if key not in nodes_new),
        tuple(led),
        len(flows_old.keys() - flows_new.keys()),
    )


def _nodes(model: Model) -> dict[str, Node]:
    return {key: node for p in model.processes.values() for key, node in p.nodes.items()}


def _flows(model: Model) -> dict[str, tuple[Process, Flow]]:
    return {key: (p, flow) for p in model.processes.values() for key, flow in p.flows.items()}


def _label(process: Process, key: str) -> str:
    node = process.nodes.get(key)
    return node.label if node is not None else key
