"""The steps of a process as the rows of a table, in the order the outline tells them."""

from collections.abc import Iterable
from dataclasses import dataclass

from pikflow.engine.editing.kinds import kind_of
from pikflow.engine.model import GATEWAYS, Flow, Node, Process
from pikflow.engine.outline import OutlineItem, outline
from pikflow.engine.spoken import happening, timing


@dataclass(frozen=True)
class Onward:
    """A way from a row: where it leads; `step` is the next thing with a name on it."""

    flow: str
    name: str
    condition: str
    default: bool
    target: str
    step: str
    back: bool = False


@dataclass(frozen=True)
class Row:
    """A step; `level` counts the branches and sub-processes around it, `due` is text as typed.

    `event` says in words what a border event waits for, `joins` marks a gateway ways only meet at.
    """

    node: Node
    number: int
    level: int
    kind: str
    due: str
    ways: tuple[Onward, ...]
    event: str = ""
    joins: bool = False


def rows(process: Process) -> tuple[Row, ...]:
    """Every node of the process once."""
    order: dict[str, int] = {}
    _collect(process, outline(process), 0, order)
    for node in process.nodes.values():
        if node.id not in order:
            _place(process, node, order)
    numbers = {key: number for number, key in enumerate(order, start=1)}
    return tuple(_row(process, process.nodes[key], numbers, level) for key, level in order.items())


def _collect(
    process: Process, items: Iterable[OutlineItem], level: int, order: dict[str, int]
) -> None:
    for item in items:
        known = item.element in process.nodes and item.kind != "jump"
        if known:
            order.setdefault(item.element, level)
        deeper = level if item.kind == "phase" or not known else level + 1
        _collect(process, item.children, deeper, order)


def _place(process: Process, node: Node, order: dict[str, int]) -> None:
    """A node the outline has no words for, such as a join: before what follows it."""
    targets = [process.flows[flow].target for flow in node.outgoing]
    after = next((key for key in targets if key in order), None)
    listed = list(order.items())
    if after is None:
        sources = [process.flows[flow].source for flow in node.incoming]
        before = [n for n, (key, _) in enumerate(listed) if key in sources]
        place = before[-1] + 1 if before else len(listed)
        level = listed[before[-1]][1] if before else 0
    else:
        place = next(n for n, (key, _) in enumerate(listed) if key == after)
        level = order[after]
    listed.insert(place, (node.id, level))
    order.clear()
    order.update(listed)


def _row(process: Process, node: Node, numbers: dict[str, int], level: int) -> Row:
    flows = [process.flows[flow] for flow in node.outgoing]
    border = node.kind == "boundaryEvent"
    return Row(
        node,
        numbers[node.id],
        level,
        kind_of(node),
        _due(process, node),
        tuple(_onward(process, flow, numbers) for flow in flows),
        happening(node) if border else "",
        node.kind in GATEWAYS and len(node.outgoing) < 2,
    )


def _due(process: Process, node: Node) -> str:
    if "due" in node.attributes:
        return node.attributes["due"]
    timers = [
        event.event.text
        for event in process.boundaries(node.id)
        if event.event and event.event.kind == "timer" and event.interrupting
    ]
    return timers[0] if timers else ""


def due_in_words(text: str) -> str:
    """ "P14D" as "Nach 14 Tagen"; an expression as it is."""
    return timing(text) or text


def _onward(process: Process, flow: Flow, numbers: dict[str, int]) -> Onward:
    key = flow.target
    seen: set[str] = set()
    while key in process.nodes and key not in seen:
        seen.add(key)
        node = process.nodes[key]
        if node.name.strip() or node.kind not in GATEWAYS or len(node.outgoing) != 1:
            break
        key = process.flows[node.outgoing[0]].target
    back = numbers.get(key, 0) <= numbers.get(flow.source, 0)
    return Onward(flow.id, flow.name, flow.condition or "", flow.default, flow.target, key, back)
