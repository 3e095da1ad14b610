"""Lines, arrows and corners as SVG path data."""

from pikflow.engine.model import Bounds

Point = tuple[float, float]
Points = tuple[Point, ...]


def short(number: float) -> str:
    """A number with at most one decimal."""
    return f"{number:.1f}".removesuffix(".0")


def rectangle(b: Bounds) -> str:
    return f'x="{short(b.x)}" y="{short(b.y)}" width="{short(b.width)}" height="{short(b.height)}"'


def straight(points: Points, *, closed: bool = False) -> str:
    """A path from corner to corner."""
    return "M" + "L".join(_pair(point) for point in points) + ("Z" if closed else "")


def rounded(points: Points, radius: float = 7) -> str:
    """A line with round corners, ending short of the arrow's point."""
    text = f"M{_pair(points[0])}"
    for before, here, after in zip(points, points[1:], points[2:], strict=False):
        r = min(radius, _far(before, here) / 2, _far(here, after) / 2)
        text += f"L{_pair(_towards(here, before, r))}"
        text += f"Q{_pair(here)} {_pair(_towards(here, after, r))}"
    return f"{text}L{_pair(_towards(points[-1], points[-2], 6))}"


def arrow(points: Points, *, hollow: bool = False) -> str:
    """The head of an arrow at the end of a line."""
    (x, y), back = points[-1], _towards(points[-1], points[-2], 10)
    dx, dy = (back[0] - x) * 0.42, (back[1] - y) * 0.42
    d = straight(((x, y), (back[0] - dy, back[1] + dx), (back[0] + dy, back[1] - dx)), closed=True)
    fill = "" if hollow else ' fill="currentColor"'
    return f'<path class="pik-d-arrow" stroke-width="1" d="{d}"{fill} />'


def slash(points: Points) -> str:
    """The stroke through the beginning of a default flow."""
    x, y = _towards(points[0], points[1], 9)
    return f'<path class="pik-d-default" d="{straight(((x - 4, y + 6), (x + 4, y - 6)))}" />'


def beside(points: Points) -> Bounds:
    """Room for a label in the middle of a line that has none of its own."""
    middle = len(points) // 2
    (ax, ay), (bx, by) = points[middle - 1], points[middle]
    return Bounds((ax + bx) / 2 - 45, (ay + by) / 2 - 17, 90, 14)


def _pair(point: Point) -> str:
    return f"{short(point[0])} {short(point[1])}"


def _far(a: Point, b: Point) -> float:
    return abs(a[0] - b[0]) + abs(a[1] - b[1])


def _towards(a: Point, b: Point, distance: float) -> Point:
    """The point `distance` from a on the way to b; a itself when they are the same."""
    length = ((b[0] - a[0]) ** 2 + (b[1] - a[1]) ** 2) ** 0.5
    if not length:
        return a
    return a[0] + (b[0] - a[0]) * distance / length, a[1] + (b[1] - a[1]) * distance / length
