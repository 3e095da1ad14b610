"""What a check needs to know about forms and measures; whoever loads them fills it in."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class FormFacts:
    """The names a form gives and takes.

    `provides` holds dotted names of its values ("betrag", "stellen.vzae"); `reads` the dotted
    names its expressions take from the case ("params.satz"); `sections` its section ids.
    `unseen` are fields that are computed or filled but nowhere shown and used by no expression of
    the form: a process has to read them, or nobody does. `unfilled` are fields nobody can fill.
    `lines` and `types` have the line and the type of each field by dotted name; `title` is what
    people read above the form.
    """

    provides: frozenset[str] = frozenset()
    reads: frozenset[str] = frozenset()
    sections: frozenset[str] = frozenset()
    unseen: frozenset[str] = frozenset()
    unfilled: frozenset[str] = frozenset()
    file: str = ""
    lines: Mapping[str, int] = field(default_factory=dict)
    types: Mapping[str, str] = field(default_factory=dict)
    title: str = ""


@dataclass(frozen=True, eq=False)
class Usage:
    """A measure that uses a process: its forms by role, and every process it can come through.

    `process` is where its cases start; `processes` is filled by the check with that process and
    all it calls.
    """

    name: str
    process: str
    forms: Mapping[str, str] = field(default_factory=dict)
    processes: frozenset[str] = frozenset()
