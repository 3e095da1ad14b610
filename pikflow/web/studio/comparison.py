"""Two texts side by side, line by line."""

from dataclasses import dataclass
from difflib import SequenceMatcher
from os.path import commonprefix

_MATCHED = 2000  # lines of each side; more take the matcher too long
_ROWS = 600  # of a comparison; a last one says that there is more
_AROUND = 3  # equal lines shown before and after a change


@dataclass(frozen=True)
class Row:
    """A line of both sides; numbers are None where a side has none. `change`: "" for equal lines,
    changed, left (only there), right, gap (equal lines that are left out), or more (and so on)."""

    left: int | None
    left_text: str
    right: int | None
    right_text: str
    change: str


def compare(left: str, right: str) -> tuple[Row, ...]:
    """The rows in which two texts differ, with a few equal ones around them."""
    a, b = left.splitlines(), right.splitlines()
    head = len(commonprefix([a, b]))
    tail = len(commonprefix([a[head:][::-1], b[head:][::-1]]))
    rows = [_equal(a, n, n) for n in range(head)]
    rows += _differing(a, b, head, len(a) - tail, len(b) - tail)
    rows += [_equal(a, len(a) - n, len(b) - n) for n in range(tail, 0, -1)]
    shown = _shortened(rows)
    more = (Row(None, "", None, "", "more"),) if len(shown) > _ROWS else ()
    return shown[:_ROWS] + more


def _equal(lines: list[str], left: int, right: int) -> Row:
    return Row(left + 1, lines[left], right + 1, lines[left], "")


def _differing(a: list[str], b: list[str], first: int, end_a: int, end_b: int) -> list[Row]:
    if max(end_a, end_b) - first > _MATCHED:
        blocks = [("replace", first, end_a, first, end_b)]
    else:
        matcher = SequenceMatcher(None, a[first:end_a], b[first:end_b], autojunk=True)
        blocks = [
            (kind, i + first, j + first, k + first, m + first)
            for kind, i, j, k, m in matcher.get_opcodes()
        ]
    rows = []
    for kind, i, j, k, m in blocks:
        for n in range(max(j - i, m - k)):
            left, right = i + n if i + n < j else None, k + n if k + n < m else None
            change = "" if kind == "equal" else "changed"
            if left is None or right is None:
                change = "right" if left is None else "left"
            rows.append(
                Row(
                    None if left is None else left + 1,
                    "" if left is None else a[left],
                    None if right is None else right + 1,
                    "" if right is None else b[right],
                    change,
                )
            )
    return rows


def _shortened(rows: list[Row]) -> tuple[Row, ...]:
    """Without equal lines far from any change."""
    near: set[int] = set()
    for at, row in enumerate(rows):
        if row.change:
            near.update(range(at - _AROUND, at + _AROUND + 1))
    found: list[Row] = []
    for at, row in enumerate(rows):
        if at in near:
            found.append(row)
        elif not found or found[-1].change != "gap":
            found.append(Row(None, "", None, "", "gap"))
    return tuple(found)
