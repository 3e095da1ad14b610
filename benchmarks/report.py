"""The figures of `make bench` as a table."""

from collections.abc import Mapping, Sequence
from typing import Any

HEAD = (
    *("database", "finished tasks", "floor ms", "engine ms", "services ms", "library ms"),
    *("services : floor", "library : services", "library : engine"),
    *("state B", "data B", "history B", "snapshot B", "library B"),
)


def rows(results: Mapping[str, Sequence[Any]]) -> list[tuple[str, ...]]:
    """The lines of the table as texts."""
    return [_row(kind, one) for kind, measured in results.items() for one in measured]


def table(results: Mapping[str, Sequence[Any]]) -> str:
    """A Markdown table."""
    lines = [HEAD, tuple("---:" for _ in HEAD), *rows(results)]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines) + "\n"


def _row(kind: str, one: Any) -> tuple[str, ...]:
    known = "library" in one.times
    names = ("floor", "engine", "services", *(("library",) if known else ()))
    times = [f"{one.middle(name):.2f}" for name in names] + ([] if known else ["-"])
    ratios = [f"{one.ratio('services', 'floor'):.1f}"]
    ratios += [f"{one.ratio('library', n):.0f}" if known else "-" for n in ("services", "engine")]
    s = one.sizes
    sizes = [str(n) for n in (s.state, s.data, s.history, s.snapshot)]
    return (kind, str(one.finished), *times, *ratios, *sizes,
            str(one.library_bytes) if known else "-")  # fmt: skip
