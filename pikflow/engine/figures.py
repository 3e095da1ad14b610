"""The shapes of a diagram as SVG, and the canvas that remembers how far they reach."""

from dataclasses import dataclass, field
from xml.sax.saxutils import escape

from pikflow.engine import icons
from pikflow.engine.lettering import wrap
from pikflow.engine.model import SUB_PROCESSES, Artifact, Bounds, Node, Shape
from pikflow.engine.strokes import Point, rectangle, short, straight

TEXT, LABEL, HEAD = 12, 11, 13
MARGIN = 12


@dataclass
class Canvas:
    """Writes text and remembers every corner, so that the picture is as large as it has to be."""

    corners: list[Point] = field(default_factory=list)

    def see(self, bounds: Bounds) -> None:
        self.corners.append((bounds.x, bounds.y))
        self.corners.append((bounds.x + bounds.width, bounds.y + bounds.height))

    def view(self) -> Bounds:
        """The rectangle around everything, with a margin."""
        xs, ys = [x for x, _ in self.corners] or [0.0], [y for _, y in self.corners] or [0.0]
        x, y = min(xs) - MARGIN, min(ys) - MARGIN
        return Bounds(x, y, max(xs) + MARGIN - x, max(ys) + MARGIN - y)

    def label(self, name: str, box: Bounds) -> str:
        """A name outside its shape, centred on the box, from its upper edge on."""
        if not name.strip():
            return ""
        rows = wrap(name, max(box.width, 60), LABEL)
        room = Bounds(box.x, box.y, box.width, 14 * len(rows))
        self.see(room)
        return lines(rows, room, LABEL, "pik-d-label")


def lines(rows: list[str], box: Bounds, size: int, classes: str, *, anchor: str = "middle") -> str:
    """Rows of text in the middle of the box."""
    step = size + (3 if size == LABEL else 2.5)
    x = box.x + box.width / 2
    first = box.y + box.height / 2 - step * (len(rows) - 1) / 2 + size * 0.35
    spans = "".join(
        f'<tspan x="{short(x)}" y="{short(first + step * i)}">{escape(row)}</tspan>'
        for i, row in enumerate(rows)
    )
    return (
        f'<text class="{classes}" fill="currentColor" stroke="none" font-size="{size}"'
        f' text-anchor="{anchor}">{spans}</text>'
    )


def mark(data: str, x: float, y: float, more: str = "", *, classes: str = "pik-d-mark") -> str:
    """A small picture of icons.py at a place."""
    place = f"translate({short(x)} {short(y)})"
    return f'<path class="{classes}" transform="{place}" d="{data}"{more} />'


def band(canvas: Canvas, kind: str, bounds: Bounds, name: str, *, closed: bool = False) -> str:
    """A pool or lane with its name turned upright on the left; a closed pool has it inside."""
    canvas.see(bounds)
    frame = f'<rect class="pik-d-{kind}" {rectangle(bounds)} />'
    if closed:
        return frame + lines(wrap(name, bounds.width - 20, HEAD), bounds, HEAD, "pik-d-head")
    rows = wrap(name, bounds.height - 8, HEAD, lines=2)
    spans = "".join(
        f'<tspan x="0" y="{short(4.5 + (i - (len(rows) - 1) / 2) * 14)}">{escape(row)}</tspan>'
        for i, row in enumerate(rows)
    )
    if kind == "pool":
        x = bounds.x + 30
        head = straight(((x, bounds.y), (x, bounds.y + bounds.height)))
        frame += f'<path class="pik-d-pool-line" d="{head}" />'
    turned = f"translate({short(bounds.x + 15)} {short(bounds.y + bounds.height / 2)}) rotate(-90)"
    return (
        f'{frame}<text class="pik-d-head" fill="currentColor" stroke="none" font-size="{HEAD}"'
        f' text-anchor="middle" transform="{turned}">{spans}</text>'
    )


def activity(node: Node, shape: Shape, *, bold: bool) -> str:
    """A task, call or sub-process; `bold` leaves the name more room."""
    b = shape.bounds
    width = ' stroke-width="4"' if node.kind == "callActivity" else ""
    dashed = ' stroke-dasharray="6 4"' if node.triggered else ""
    text = f'<rect class="pik-d-shape" {rectangle(b)} rx="8"{width}{dashed} />'
    if node.kind == "transaction":
        inner = Bounds(b.x + 4, b.y + 4, b.width - 8, b.height - 8)
        text += f'<rect class="pik-d-shape" {rectangle(inner)} rx="6" />'
    icon = icons.TASKS.get(node.kind, "")
    if icon:
        fill = ' fill="currentColor"' if node.kind in icons.FILLED_TASKS else ""
        text += mark(icon, b.x + 5, b.y + 5, f' stroke-width="1.1"{fill}')
    opened = node.kind in SUB_PROCESSES and shape.expanded is not False and b.height > 100
    markers = [node.loop.kind] if node.loop else []
    markers += ["compensation"] if node.for_compensation else []
    if node.kind in SUB_PROCESSES and not opened:
        markers.append("collapsed")
    for i, name in enumerate(markers):
        x = b.x + b.width / 2 + (i - (len(markers) - 1) / 2) * 18
        text += mark(icons.MARKERS[name], x, b.y + b.height - 10)
    if opened:
        strip = Bounds(b.x, b.y + 6, b.width, 20)
        rows = wrap(node.name, b.width - 24, TEXT, lines=1)
        return text + lines(rows, strip, TEXT, "pik-d-text pik-d-sub")
    top = 16 if icon and b.height < 60 else 8
    room = Bounds(b.x, b.y + top, b.width, b.height - top - (20 if markers else 2))
    most = max(1, int(room.height // 14))
    rows = wrap(node.name, b.width - (26 if bold else 16), TEXT, lines=most)
    return text + lines(rows, room, TEXT, "pik-d-text")


def event(canvas: Canvas, node: Node, shape: Shape) -> str:
    b = shape.bounds
    x, y, r = b.x + b.width / 2, b.y + b.height / 2, b.width / 2
    heavy = ' stroke-width="3.5"' if node.kind == "endEvent" else ""
    dashed = "" if node.interrupting else ' stroke-dasharray="5 3"'
    at = f'cx="{short(x)}" cy="{short(y)}"'
    text = f'<circle class="pik-d-shape" {at} r="{short(r)}"{heavy}{dashed} />'
    if node.kind not in ("startEvent", "endEvent"):
        text += f'<circle class="pik-d-ring" {at} r="{short(max(1, r - 3.5))}"{dashed} />'
    kind = node.event.kind if node.event else ""
    icon = icons.EVENTS.get(kind, "")
    if icon:
        throwing = node.kind in ("endEvent", "intermediateThrowEvent")
        filled = kind == "terminate" or (throwing and kind != "message")
        fill = ' fill="currentColor"' if filled else ""
        text += mark(icon, x, y, f' stroke-width="1.2"{fill}')
    below = Bounds(b.x - 32, b.y + b.height + 5, b.width + 64, 0)
    return text + canvas.label(node.name, shape.label or below)


def gateway(canvas: Canvas, node: Node, shape: Shape) -> str:
    b = shape.bounds
    x, y = b.x + b.width / 2, b.y + b.height / 2
    corners = (b.x, y), (x, b.y), (b.x + b.width, y), (x, b.y + b.height)
    text = f'<path class="pik-d-shape" d="{straight(corners, closed=True)}" />'
    heavy = ' stroke-width="1.2"' if node.kind == "eventBasedGateway" else ' stroke-width="3"'
    text += mark(icons.GATEWAYS[node.kind], x, y, heavy)
    above = Bounds(b.x - 32, b.y - 20, b.width + 64, 0)
    return text + canvas.label(node.name, shape.label or above)


def artifact(canvas: Canvas, thing: Artifact, shape: Shape) -> str:
    b = shape.bounds
    canvas.see(b)
    if thing.kind == "group":
        return f'<rect class="pik-d-group" {rectangle(b)} rx="8" stroke-dasharray="8 3 2 3" />'
    if thing.kind in icons.DATA:
        body = mark(icons.DATA[thing.kind], b.x, b.y, classes="pik-d-shape")
        below = Bounds(b.x - 32, b.y + b.height + 5, b.width + 64, 0)
        body += canvas.label(thing.name, shape.label or below)
        return f'<g class="pik-d-node pik-d-data">{body}</g>'
    bracket = (b.x + 14, b.y), (b.x, b.y), (b.x, b.y + b.height), (b.x + 14, b.y + b.height)
    inner = Bounds(b.x + 8, b.y, 0, b.height)
    words = lines(wrap(thing.name, b.width - 14, TEXT), inner, TEXT, "pik-d-text", anchor="start")
    return f'<g class="pik-d-node pik-d-note"><path d="{straight(bracket)}" />{words}</g>'


def badge(canvas: Canvas, state: str, kind: str, b: Bounds) -> str:
    """The tick or arrow at the top right corner; it says the state without colour."""
    if state not in ("done", "current"):
        return ""
    inset = 0 if kind == "activity" else b.width * 0.15
    x, y = b.x + b.width - inset, b.y + inset
    canvas.see(Bounds(x - 10, y - 10, 20, 20))
    icon = icons.DONE if state == "done" else icons.CURRENT
    fill = "" if state == "done" else ' fill="currentColor"'
    return (
        f'<g class="pik-d-badge" transform="translate({short(x)} {short(y)})">'
        f'<circle class="pik-d-badge-disc" r="9" />'
        f'<path class="pik-d-badge-mark" stroke-width="2" d="{icon}"{fill} /></g>'
    )
