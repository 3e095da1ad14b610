"""The decisions of a set of DMN files: read once, compiled together, found by id."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial

from pikflow.engine import xml
from pikflow.engine.cache import Cache
from pikflow.engine.decisions.compiled import Compiler, Ready
from pikflow.engine.decisions.elements import Decision
from pikflow.engine.decisions.problems import Problem
from pikflow.engine.decisions.reading import is_decision, read

FILES: "Cache[tuple[Decision, ...] | None]" = Cache(256)


@dataclass(frozen=True)
class Library:
    """`decisions` are those of all files by id, `ready` the ones that can be made.

    `problems` are what is wrong, each with its decision.
    """

    decisions: Mapping[str, Decision] = field(default_factory=dict)
    ready: Mapping[str, Ready] = field(default_factory=dict)
    problems: tuple[tuple[Decision, Problem], ...] = ()

    @classmethod
    def of(cls, decisions: Iterable[Decision]) -> "Library":
        """The decisions compiled; of two with the same id the first counts."""
        listed = list(decisions)
        known: dict[str, Decision] = {}
        problems: list[tuple[Decision, Problem]] = []
        for decision in listed:
            first = known.setdefault(decision.id, decision)
            if first is not decision and decision.id:
                problems.append((decision, _twice(decision, first)))
        ready: dict[str, Ready] = {}
        for decision in listed:
            compiler = Compiler(decision, known)
            made = compiler.compile()
            problems += [(decision, problem) for problem in compiler.problems]
            if made is not None and known[decision.id] is decision:
                ready[decision.id] = made
        return cls(known, ready, tuple(problems))

    def reached(self, key: str) -> frozenset[str]:
        """The ids of a decision and of all it builds on."""
        found: set[str] = set()
        waiting = [key]
        while waiting:
            decision = self.decisions.get(waiting.pop())
            if decision is not None and decision.id not in found:
                found.add(decision.id)
                waiting += decision.requires
        return frozenset(found)

    def names(self, key: str) -> frozenset[str]:
        """The dotted names of the case a decision reads, with those it builds on."""
        ready = (self.ready.get(one) for one in self.reached(key))
        return frozenset(name for one in ready if one is not None for name in one.names)


def decisions_of(files: Mapping[str, bytes]) -> tuple[Decision, ...]:
    """The decisions of those files (name -> content) that are DMN, each file cached by content.

    Raises DefinitionInvalid for a file that can't be read.
    """
    found: list[Decision] = []
    for name, content in files.items():
        found += read_file(name, content) or ()
    return tuple(found)


def read_file(name: str, content: bytes) -> tuple[Decision, ...] | None:
    """The decisions of one file; None when it is no DMN. Raises DefinitionInvalid."""
    key = hashlib.sha256(name.encode() + b"\0" + content).hexdigest()
    return FILES.get(key, partial(_read, name, content))


def _read(name: str, content: bytes) -> tuple[Decision, ...] | None:
    tree = xml.parse(content, file=name)
    return read(tree, name) if is_decision(tree) else None


def _twice(decision: Decision, first: Decision) -> Problem:
    return Problem(
        "error", decision.line, "decision-duplicate",
        f"Die Entscheidung „{decision.id}“ gibt es schon"
        + (f" in {first.file}." if first.file != decision.file else " in dieser Datei."),
        "Benennen Sie eine der beiden um, oder löschen Sie die Kopie.",
    )  # fmt: skip
