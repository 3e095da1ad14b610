"""The figures of `make bench` as a picture: two logarithmic axes, light and dark in one SVG."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape

WIDTH, HEIGHT = 760, 400
LEFT, RIGHT, TOP, BOTTOM = 70, 190, 30, 50
_STYLE = """
  svg { color-scheme: light dark; font: 14px system-ui, sans-serif; }
  .paper { fill: #fff } .ink { fill: #1f2430 } .grid { stroke: #d5d9e2; stroke-width: 1 }
  .c0 { --c: #b3261e } .c1 { --c: #1357a6 } .c2 { --c: #0b7a53 } .c3 { --c: #7a4fb5 }
  .c4 { --c: #6b7280 } .c5 { --c: #6b7280 }
  .line { fill: none; stroke: var(--c); stroke-width: 2.5 } .dot, .name { fill: var(--c) }
  .thin { stroke-dasharray: 5 4; stroke-width: 1.5 }
  @media (prefers-color-scheme: dark) {
    .paper { fill: #14171f } .ink { fill: #e8eaf0 } .grid { stroke: #333a49 }
    .c0 { --c: #ff8a80 } .c1 { --c: #7fb4ff } .c2 { --c: #5fd3a4 } .c3 { --c: #c3a3f5 }
    .c4, .c5 { --c: #9aa3b2 }
  }
"""


@dataclass(frozen=True)
class Scale:
    """A logarithmic axis from `low` to `high`, drawn between two places."""

    low: float
    high: float
    begin: float
    end: float

    def place(self, value: float) -> float:
        share = math.log(value / self.low) / math.log(self.high / self.low)
        return self.begin + share * (self.end - self.begin)

    def marks(self) -> list[float]:
        """The powers of ten on it."""
        first, last = math.ceil(math.log10(self.low)), math.floor(math.log10(self.high))
        return [10.0**power for power in range(first, last + 1)]


def draw(lines: Mapping[str, Sequence[tuple[float, float]]], *, title: str) -> str:
    """An SVG of named lines of (finished tasks, milliseconds); names of the floor are dashed."""
    points = [point for line in lines.values() for point in line]
    across = Scale(10, max(x for x, _ in points), LEFT, WIDTH - RIGHT)
    up = Scale(min(y for _, y in points) / 1.5, max(y for _, y in points) * 1.5,
               HEIGHT - BOTTOM, TOP)  # fmt: skip
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img">',
        f"<title>{escape(title)}</title><style>{_STYLE}</style>",
        f'<rect class="paper" width="{WIDTH}" height="{HEIGHT}" rx="8"/>',
        *_axes(across, up),
    ]
    heights: list[float] = []
    for number, (name, line) in enumerate(lines.items()):
        parts += _line(number, name, [(across.place(x), up.place(y)) for x, y in line], heights)
    return "\n".join([*parts, "</svg>", ""])


def _axes(across: Scale, up: Scale) -> list[str]:
    floor, right = HEIGHT - BOTTOM, WIDTH - RIGHT
    parts = []
    for value in up.marks():
        y = up.place(value)
        parts.append(f'<path class="grid" d="M{LEFT} {y:.1f}H{right}"/>')
        parts.append(_text(LEFT - 8, y + 5, f"{value:g} ms", "end"))
    for value in across.marks():
        x = across.place(value)
        parts.append(f'<path class="grid" d="M{x:.1f} {TOP}V{floor}"/>')
        parts.append(_text(x, floor + 20, f"{value:,.0f}", "middle"))
    parts.append(_text((LEFT + right) / 2, HEIGHT - 10, "finished tasks in the case", "middle"))
    return parts


def _line(
    number: int, name: str, points: Sequence[tuple[float, float]], heights: list[float]
) -> list[str]:
    """The line, its points, and its name at the right where no other stands."""
    thin = " thin" if name.startswith("floor") else ""
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    x, y = points[-1]
    while any(abs(y - other) < 16 for other in heights):
        y += 4
    heights.append(y)
    dots = "".join(f'<circle class="dot" cx="{a:.1f}" cy="{b:.1f}" r="3"/>' for a, b in points)
    label = f'<text class="name" x="{x + 10:.1f}" y="{y + 5:.1f}">{escape(name)}</text>'
    return [
        f'<g class="c{number % 6}"><polyline class="line{thin}" points="{path}"/>{dots}{label}</g>'
    ]


def _text(x: float, y: float, text: str, anchor: str) -> str:
    return f'<text class="ink" x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{text}</text>'
