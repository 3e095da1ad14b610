"""The graph of one scope: boxes, links, and the column of each box by longest path.

A band is a lane (or the whole scope when there are none). A boundary event belongs to the box of
its host. All lists keep the order of the file, so the same file gives the same drawing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from pikflow.engine.model import GATEWAYS, Node
from pikflow.engine.ways import depth_first


@dataclass
class Box:
    """A shape on the grid; `kind` is activity, event, gateway or note; sizes in pixels."""

    id: str
    kind: str
    name: str
    width: float
    height: float
    band: int = 0
    column: int = 0
    row: int = 0
    boundaries: list[Node] = field(default_factory=list)


@dataclass
class Link:
    """A flow between two boxes; `event` is the boundary event it leaves from."""

    id: str
    source: str
    target: str
    name: str = ""
    event: str | None = None
    back: bool = False
    dotted: bool = False


def columns(boxes: Mapping[str, Box], links: Sequence[Link], starts: Sequence[str]) -> None:
    """Set the column of every box and mark the links that lead back."""
    _mark_back(boxes, links, starts)
    forward = [link for link in links if not link.back and not link.dotted]
    following: dict[str, list[str]] = {key: [] for key in boxes}
    waiting = dict.fromkeys(boxes, 0)
    for link in forward:
        following[link.source].append(link.target)
        waiting[link.target] += 1
    queue = [key for key, count in waiting.items() if count == 0]
    order = []
    while queue:
        key = queue.pop(0)
        order.append(key)
        for target in following[key]:
            boxes[target].column = max(boxes[target].column, boxes[key].column + 1)
            waiting[target] -= 1
            if waiting[target] == 0:
                queue.append(target)
    entered = {link.target for link in forward}
    for key in reversed(order):  # a late start stands right before what it starts
        if key not in entered and following[key]:
            boxes[key].column = min(boxes[target].column for target in following[key]) - 1
    for link in links:
        if link.dotted and boxes[link.target].kind == "note":
            boxes[link.target].column = boxes[link.source].column


def _mark_back(boxes: Mapping[str, Box], links: Sequence[Link], starts: Sequence[str]) -> None:
    """Depth first from the starts; a link to a box still on the way leads back."""
    solid = [link for link in links if not link.dotted]
    following: dict[str, list[str]] = {key: [] for key in boxes}
    for link in solid:
        following[link.source].append(link.target)
    entered = {link.target for link in solid}
    roots = [*starts, *(key for key in boxes if key not in entered), *boxes]
    _, back = depth_first(roots, following)
    for link in solid:
        link.back = (link.source, link.target) in back


def main_links(boxes: Mapping[str, Box], links: Sequence[Link], starts: Sequence[str]) -> set[str]:
    """The ids of the links of the longest way from the first start; it is drawn straight."""
    forward = [link for link in links if not link.back and not link.dotted]
    length = dict.fromkeys(boxes, 0)
    for key in sorted(boxes, key=lambda key: -boxes[key].column):
        for link in forward:
            if link.source == key:
                weight = 0 if link.event else 1
                length[key] = max(length[key], length[link.target] + weight)
    chosen: set[str] = set()
    here = next(iter(starts), next(iter(boxes), None))
    while here is not None:
        leaving = [link for link in forward if link.source == here and not link.event]
        if not leaving:
            break
        best = max(leaving, key=lambda link: length[link.target])
        chosen.add(best.id)
        here = best.target
    return chosen


def kind_of(node: Node) -> str:
    """How a flow node behaves on the grid."""
    if node.kind in GATEWAYS:
        return "gateway"
    return "event" if node.kind.endswith("Event") else "activity"
