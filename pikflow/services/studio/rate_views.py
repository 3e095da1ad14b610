"""What rates look like from outside, and a value as it is typed."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

from pikflow.services.parameters import Entry
from pikflow.services.studio.rate_effects import Effects

Shape = Literal["number", "text", "rows"]


@dataclass(frozen=True)
class RateStep:
    """A value from a day on. `here` says that this design brought it; `current` that it is the one
    for the year the page shows."""

    day: date
    value: Any
    entry: Entry
    here: bool = False
    current: bool = False


@dataclass(frozen=True)
class Rate:
    """One parameter of an owner, a measure or "alle", oldest value first.

    `own` is False where a measure only has what holds for all; `applies` says from which funding
    year a value that begins in the middle of a year counts.
    """

    owner: str
    name: str
    label: str
    unit: str
    mark: str
    note: str
    shape: Shape
    table: bool
    own: bool
    steps: tuple[RateStep, ...]

    @property
    def newest(self) -> Any:
        return self.steps[-1].value if self.steps else None

    @property
    def current(self) -> RateStep | None:
        return next((step for step in self.steps if step.current), None)

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns of a table of rates, in their order."""
        rows = self.newest if self.shape == "rows" and isinstance(self.newest, list) else []
        return tuple(dict.fromkeys(key for row in rows for key in row))


@dataclass(frozen=True)
class RatesView:
    """The rates of a design for one measure, or those for all, in a year."""

    owner: str
    year: int
    measures: tuple[tuple[str, str, bool], ...]
    rates: tuple[Rate, ...]
    file: str
    version: int


@dataclass(frozen=True)
class Draft:
    """A value as typed: `value` for numbers and texts, `rows` for a table of rates."""

    day: str = ""
    value: str = ""
    rows: tuple[Mapping[str, str], ...] = ()
    reason: str = ""
    mark: str = ""


@dataclass(frozen=True)
class Proposal:
    """What a draft means: its value from `day` on, for funding years from `year` on, and what it
    would change in the applications nobody has decided yet."""

    rate: Rate
    day: date
    year: int
    value: Any
    effects: Effects
    text: str = field(repr=False, default="")

    @property
    def sign(self) -> str:
        """What was shown, so that nothing else is saved by the same click."""
        said = f"{self.rate.owner}/{self.rate.name}/{self.day}/{self.value}"
        return hashlib.sha256(said.encode()).hexdigest()[:16]
