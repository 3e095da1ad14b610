"""The figures of the benchmarks as tables, and their place in the documentation."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

DOCS = Path(__file__).parents[1] / "docs"
PAGE, PICTURE = DOCS / "performance.md", DOCS / "images" / "step-cost.svg"
TIMES = (
    *("database", "finished tasks", "floor", "engine", "services", "library"),
    *("services : floor", "library : services", "library : engine"),
)
SIZES = ("finished tasks", "state", "data", "history", "snapshot", "library")

_DATABASES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}

Results = Mapping[str, Sequence[Any]]


def times(results: Results) -> str:
    """Milliseconds a task, and the ratios."""
    return markdown(TIMES, [_times(kind, one) for kind, found in results.items() for one in found])


def sizes(results: Results) -> str:
    """Bytes of a case on the first database; history and snapshot are what a step adds."""
    first = next(iter(results.values()))
    return markdown(SIZES, [_sizes(one) for one in first])


def lines(results: Results) -> dict[str, list[tuple[float, float]]]:
    """What the picture shows: (finished tasks, milliseconds) by name."""
    found = {}
    for name in ("library", "services", "floor"):
        for kind, measured in results.items():
            points = [(float(m.finished), m.middle(name)) for m in measured if name in m.times]
            found[f"{name}, {_DATABASES.get(kind, kind)}"] = points
    return found


def markdown(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table; figures stand at the right."""
    marks = [":---" if head[0] == name and not rows[0][0].isdigit() else "---:" for name in head]
    return "\n".join(f"| {' | '.join(row)} |" for row in [head, marks, *rows]) + "\n"


def replaced(page: str, mark: str, text: str) -> str:
    """The page with other text between `<!-- mark -->` and `<!-- /mark -->`.

    Raises ValueError when the page has no such place.
    """
    begin, end = f"<!-- {mark} -->\n", f"<!-- /{mark} -->"
    before, found, rest = page.partition(begin)
    _, closed, after = rest.partition(end)
    if not (found and closed):
        raise ValueError(f"no place for {mark}")
    return f"{before}{begin}{text}{end}{after}"


def _times(kind: str, one: Any) -> tuple[str, ...]:
    known = "library" in one.times
    names = ("floor", "engine", "services", *(("library",) if known else ()))
    middles = [f"{one.middle(name):.2f}" for name in names] + ([] if known else ["-"])
    ratios = [f"{one.ratio('services', 'floor'):.1f}"]
    ratios += [f"{one.ratio('library', n):.0f}" if known else "-" for n in ("services", "engine")]
    return (kind, f"{one.finished:,}", *middles, *ratios)


def _sizes(one: Any) -> tuple[str, ...]:
    ours = (one.sizes.state, one.sizes.data, one.sizes.history, one.sizes.snapshot)
    return (f"{one.finished:,}", *(f"{size:,}" for size in ours),
            f"{one.library_bytes:,}" if "library" in one.times else "-")  # fmt: skip
