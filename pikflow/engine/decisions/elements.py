"""The shapes of DMN as plain data; reading.py reads them from a file."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Cell:
    """The text of an entry and its line."""

    text: str
    line: int


@dataclass(frozen=True)
class Input:
    """An input column: what it looks at (`text`), its type, and the values it may have."""

    number: int
    label: str
    text: str
    line: int
    type: str = ""
    allowed: str = ""


@dataclass(frozen=True)
class Output:
    """An output column; `values` are its possible values, for some policies by their priority."""

    number: int
    name: str
    label: str
    line: int
    type: str = ""
    values: str = ""
    default: Cell | None = None


@dataclass(frozen=True)
class Rule:
    """One row of a table, counted from 1."""

    number: int
    line: int
    inputs: tuple[Cell, ...]
    outputs: tuple[Cell, ...]


@dataclass(frozen=True)
class Table:
    """`policy` is the hit policy in words (UNIQUE, ...), `aggregation` SUM, ..., or ""."""

    line: int
    policy: str
    aggregation: str = ""
    inputs: tuple[Input, ...] = ()
    outputs: tuple[Output, ...] = ()
    rules: tuple[Rule, ...] = ()


@dataclass(frozen=True)
class ItemType:
    """A type the file defines: its base and values; one with parts, or a list, is `composed`."""

    name: str
    base: str = ""
    values: str = ""
    composed: bool = False


@dataclass(frozen=True)
class Decision:
    """One decision: a table, or the text of an expression.

    `variable` is the name others read its result by ("" when the file gives none), `requires` the
    ids of the decisions it builds on, `knowledge` those of its knowledge models, `imports` the
    prefixes of other models its file imports, `other` the kind of logic when it is neither a table
    nor an expression. `own_language` says that its texts are none of FEEL, `foreign` are (line,
    language) of texts that are in neither.
    """

    id: str
    name: str
    file: str
    line: int
    variable: str = ""
    type: str = ""
    table: Table | None = None
    literal: Cell | None = None
    other: str = ""
    requires: tuple[str, ...] = ()
    knowledge: tuple[str, ...] = ()
    imports: tuple[str, ...] = ()
    own_language: bool = False
    foreign: tuple[tuple[int, str], ...] = ()
    types: Mapping[str, ItemType] = field(default_factory=dict, compare=False, repr=False)

    @property
    def label(self) -> str:
        return " ".join(self.name.split()) or self.id or "ohne Namen"
