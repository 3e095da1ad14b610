"""One process run three ways, seen alike: our engine pruned, our engine unpruned, the library.

A side takes the same actions and shows the same View after each, whatever is behind it.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Protocol

BEGIN = datetime(2026, 5, 4, 8, tzinfo=UTC)
START = {"k1": 1, "k2": 2, "l2": [10, 20], "l3": [30, 40, 50], "l0": []}
Place = tuple[Any, ...]  # an element, then the items of the multi-instances around it


@dataclass(frozen=True)
class View:
    """What stands open (with counts), which elements have completed, and the data.

    `data` is None while the library has several tokens about, each with a copy of its own.
    """

    tasks: Counter[Place]
    events: Counter[str]
    completed: Counter[str]
    done: bool
    data: Mapping[str, Any] | None


class Side(Protocol):
    """One way of running a process."""

    def view(self) -> View: ...

    def complete(self, place: Place, answers: Mapping[str, int], now: datetime) -> None: ...

    def message(self, name: str, now: datetime) -> None: ...

    def signal(self, name: str, now: datetime) -> None: ...

    def later(self, now: datetime) -> None: ...
