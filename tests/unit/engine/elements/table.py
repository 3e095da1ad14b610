"""All rows together, and docs/elements.md as they say it.

Write the page anew with: cd tests/unit/engine && python -m elements.table
"""

from collections.abc import Iterator, Sequence
from itertools import chain
from pathlib import Path

from . import events, parts, steps
from .rows import Row
from .standard import EVENT_DEFINITIONS, POSITIONS

PAGE = Path(__file__).parents[4] / "docs" / "elements.md"
GROUPS: dict[str, tuple[Row, ...]] = {
    "Activities, gateways, flows": tuple(steps.rows()),
    "Events": tuple(events.rows()),
    "Data, roles, artifacts, root elements and their parts": tuple(parts.rows()),
}
ROWS: tuple[Row, ...] = tuple(chain.from_iterable(GROUPS.values()))
HEAD = """# The elements of BPMN 2.0

Every element of the standard's schema, every event definition in every position of an event, and
the attributes that change what an element does:

- **runs**: behaves as the standard says. Its test shows that the case goes another way without it.
- **refused**: a file with it is not deployed; the finding names it and what to draw instead.
- **shown only**: deployed, drawn and kept, with no effect on a case.

Each row has a small file made for it, run by `tests/unit/engine/test_element_table.py` under the
name in the first two columns; that test holds this page to the rows. The last column names a test
in `tests/unit/engine` that shows more.
"""


def page() -> str:
    return "\n".join([HEAD, *_overview(), *chain.from_iterable(map(_group, GROUPS))]) + "\n"


def _overview() -> Iterator[str]:
    """Kinds of triggers by positions; the rows below say more."""
    verdicts = {row.id: row.verdict for row in ROWS}
    yield "## Triggers and where they run\n"
    yield f"| | {' | '.join(POSITIONS)} |"
    yield f"|---{'|---' * len(POSITIONS)}|"
    for kind in EVENT_DEFINITIONS:
        cells = [verdicts[f"{events.element(kind, place)}, {place}"] for place in POSITIONS]
        yield f"| {kind} | {' | '.join('runs' if c == 'runs' else '' for c in cells)} |"
    yield ""


def _group(name: str) -> Iterator[str]:
    yield f"## {name}\n"
    yield from _lines(GROUPS[name])
    yield ""


def _lines(rows: Sequence[Row]) -> Iterator[str]:
    yield "| element | where | | | shown by |"
    yield "|---|---|---|---|---|"
    for row in rows:
        name = row.test.replace("::", " ")
        yield f"| `{row.element}` | {row.place} | {row.verdict} | {row.sentence} | {name} |"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
