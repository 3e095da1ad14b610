"""Where names stand that do not fit inside their shape, and how much room they need.

All boxes are relative to the centre of the shape they belong to.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from pikflow.engine.layout.graph import Box
from pikflow.engine.layout.routing import EAST, NORTH, SOUTH, WEST, Cell, Way
from pikflow.engine.lettering import width_of, wrap
from pikflow.engine.model import Bounds

SIZE, LINE, WIDTH, GAP = 11, 14, 92, 5
SLASH = 10  # room for the stroke that marks a default flow
EVENT = 36


@dataclass
class Extent:
    """How far a shape and its names reach from the shape's centre, in pixels."""

    left: float
    right: float
    up: float
    down: float

    def include(self, box: Bounds) -> None:
        self.left = max(self.left, -box.x)
        self.right = max(self.right, box.x + box.width)
        self.up = max(self.up, -box.y)
        self.down = max(self.down, box.y + box.height)


@dataclass
class Placed:
    """The extents of all boxes, and the label boxes by element id."""

    extents: dict[str, Extent] = field(default_factory=dict)
    names: dict[str, Bounds] = field(default_factory=dict)
    at: dict[str, str] = field(default_factory=dict)  # label -> the box it is relative to


def boundary_offsets(box: Box) -> list[float]:
    """The middles of the events on the bottom edge, from the middle of the box."""
    count = len(box.boundaries)
    if count == 1:
        return [min(30.0, box.width / 2 - 24)]
    step = max(42.0, min(60.0, (box.width - 48) / max(1, count - 1)))
    return [round((i - (count - 1) / 2) * step) for i in range(count)]


def place(boxes: Mapping[str, Box], ways: Sequence[Way]) -> Placed:
    """Room for every shape, its own name and the names of the flows beside it."""
    placed = Placed()
    sides: dict[str, set[Cell]] = {key: set() for key in boxes}
    for way in ways:
        if way.link.event is None:
            sides[way.link.source].add(way.leaves)
        sides[way.link.target].add(way.enters)
    for box in boxes.values():
        half = box.width / 2, box.height / 2
        extent = placed.extents[box.id] = Extent(half[0], half[0], half[1], half[1])
        if box.kind in ("event", "gateway", "data") and box.name:
            name = _own_name(box, sides[box.id])
            _add(placed, box, box.id, name)
        if box.boundaries:
            extent.down += EVENT / 2 + 4
            _boundary_names(placed, box)
    _flow_names(placed, boxes, ways)
    return placed


def _add(placed: Placed, box: Box, key: str, name: Bounds) -> None:
    placed.names[key] = name
    placed.at[key] = box.id
    placed.extents[box.id].include(name)


def size(name: str, width: float = WIDTH) -> tuple[float, float]:
    """Width and height of a name that is wrapped at `width`."""
    lines = wrap(name, width, SIZE)
    return round(max((width_of(line, SIZE) for line in lines), default=0)) + 4, LINE * len(lines)


def _own_name(box: Box, sides: set[Cell]) -> Bounds:
    """Events have their name below, gateways above, unless a flow comes or goes there."""
    order = (NORTH, SOUTH) if box.kind == "gateway" else (SOUTH, NORTH)
    side = next((s for s in order if s not in sides), None)
    width, height = size(box.name, 110 if side else 80)
    half = box.height / 2
    if side == NORTH:
        return Bounds(-width / 2, -half - GAP - height, width, height)
    if side == SOUTH:
        return Bounds(-width / 2, half + GAP, width, height)
    return Bounds(-GAP - width, -half + 4 - height, width, height)


def _boundary_names(placed: Placed, box: Box) -> None:
    offsets = boundary_offsets(box)
    last = len(offsets) - 1
    for i, (event, offset) in enumerate(zip(box.boundaries, offsets, strict=True)):
        if not event.name:
            continue
        width, height = size(event.name)
        top = box.height / 2 + GAP + (0 if i in (0, last) else EVENT / 2 + LINE * i)
        reach = EVENT / 2 + 3
        left = offset - reach - width if i == 0 and last > 0 else offset + reach
        _add(placed, box, event.id, Bounds(left, top, width, height))


def _flow_names(placed: Placed, boxes: Mapping[str, Box], ways: Sequence[Way]) -> None:
    """At the source where the flow leaves alone, else at the target."""
    users: dict[tuple[str, Cell], int] = {}
    for way in ways:
        if way.link.event is None:
            users[(way.link.source, way.leaves)] = users.get((way.link.source, way.leaves), 0) + 1
    stacked: dict[tuple[str, Cell], float] = {}  # names of ways that begin together
    for way in ways:
        if not way.link.name or way.link.dotted:
            continue
        straight = all(cell[1] == way.cells[0][1] for cell in way.cells)
        alone = way.link.event is None and users[(way.link.source, way.leaves)] == 1
        if alone or straight or way.enters != WEST:
            key = way.link.source, way.leaves
            before = stacked.get(key, 0.0)
            stacked[key] = before + _at_source(placed, boxes[way.link.source], way, before)
        else:
            _at_target(placed, boxes[way.link.target], way)


def _at_source(placed: Placed, box: Box, way: Way, away: float) -> float:
    """Returns the height of the name; it stands `away` from where it would stand alone."""
    width, height = size(way.link.name)
    half_width, half_height = box.width / 2, box.height / 2
    if way.link.event is not None:
        half_height += EVENT / 2
    if way.leaves == EAST:
        name = Bounds(half_width + GAP + SLASH, -3 - height - away, width, height)
        placed.extents[box.id].right = max(placed.extents[box.id].right, half_width + width + 24)
    elif way.leaves == SOUTH:
        name = Bounds(GAP + 2, half_height + 3 + away, width, height)
    elif way.leaves == NORTH:
        name = Bounds(GAP + 2, -half_height - 3 - height - away, width, height)
    else:
        name = Bounds(-half_width - GAP - width, -3 - height, width, height)
    _add(placed, box, way.link.id, name)
    return height


def _at_target(placed: Placed, box: Box, way: Way) -> None:
    width, height = size(way.link.name)
    name = Bounds(-box.width / 2 - 12 - width, -3 - height, width, height)
    _add(placed, box, way.link.id, name)
    placed.extents[box.id].left += 4
