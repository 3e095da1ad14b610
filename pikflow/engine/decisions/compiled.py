"""Decisions ready to be made: every text compiled, and what is wrong with one as problems.

The check and the engine share this: what has a problem of severity error is never evaluated.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

from pikflow.engine.decisions.cells import Condition, condition_of, expression_of
from pikflow.engine.decisions.elements import Cell, Decision, Input, Output, Rule, Table
from pikflow.engine.decisions.kinds import Kind, is_refused, kind_of
from pikflow.engine.decisions.problems import MOST_RULES, RANKED, Problem, judged
from pikflow.expressions import Expression, ExpressionError

T = TypeVar("T")


@dataclass(frozen=True)
class ReadyInput:
    """A column to look at; `allowed` are the values it may have."""

    number: int
    label: str
    expression: Expression
    kind: Kind
    allowed: Condition | None


@dataclass(frozen=True)
class ReadyOutput:
    """A column to fill; `listed` are the values it may have, `order` those by their priority."""

    number: int
    name: str
    kind: Kind
    default: Expression | None
    listed: Condition | None
    order: tuple[Any, ...]


@dataclass(frozen=True)
class ReadyRule:
    """A row: a condition per input, an expression per output (None gives nothing)."""

    number: int
    line: int
    conditions: tuple[Condition, ...]
    outputs: tuple[Expression | None, ...]


@dataclass(frozen=True)
class Ready:
    """A decision to evaluate: a table of rules, or one expression.

    `given` maps each required decision to the names (ours) its result is read by here; `names`
    are the dotted names the decision itself reads, those of required decisions left out.
    """

    decision: Decision
    inputs: tuple[ReadyInput, ...] = ()
    outputs: tuple[ReadyOutput, ...] = ()
    rules: tuple[ReadyRule, ...] = ()
    literal: Expression | None = None
    kind: Kind = field(default_factory=Kind)
    given: Mapping[str, "Given"] = field(default_factory=dict)
    names: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Given:
    """The names of a required decision's result; `parts`: its outputs go by their names too."""

    names: tuple[str, ...]
    parts: bool


@dataclass
class Compiler:
    """Compiles one decision and gathers what is wrong with it."""

    decision: Decision
    others: Mapping[str, Decision]
    problems: list[Problem] = field(default_factory=list)
    _aliases: dict[str, str] = field(default_factory=dict)
    _names: set[str] = field(default_factory=set)

    def compile(self) -> Ready | None:
        """The decision, None when it has an error."""
        self.problems += judged(self.decision, self.others)
        given = self._given()
        decision = self.decision
        kind = self._kind(decision.type, decision.line, "Das Ergebnis")
        ready = Ready(decision, kind=kind, given=given)
        if decision.table is not None:
            ready = self._table(ready, decision.table)
        elif decision.literal is not None and decision.literal.text:
            ready = replace(ready, literal=self._expression(decision.literal, "Der Ausdruck"))
        if any(problem.severity == "error" for problem in self.problems):
            return None
        own = {name for entry in given.values() for name in entry.names}
        own |= {n for key, entry in given.items() if entry.parts for n in self._parts(key)}
        names = (n for n in self._names if n.partition(".")[0].rstrip("[]") not in own)
        return replace(ready, names=frozenset(names))

    def _given(self) -> dict[str, Given]:
        """What required decisions are called here.

        The standard reads a result by the name of the decision's variable. Camunda writes none:
        there it goes by the decision's name and id and, part by part, by its outputs.
        """
        found: dict[str, Given] = {}
        for key in self.decision.requires:
            other = self.others.get(key)
            if other is None:
                continue
            shown = [other.variable] if other.variable else [other.label, other.id]
            names = []
            for number, name in enumerate(dict.fromkeys(shown)):
                if not name.isidentifier():
                    self._aliases[name] = name = f"ergebnis_{len(found)}_{number}"
                names.append(name)
            found[key] = Given(tuple(names), not other.variable)
        return found

    def _parts(self, key: str) -> list[str]:
        table = self.others[key].table
        return [output.name for output in table.outputs] if table else []

    def _table(self, ready: Ready, table: Table) -> Ready:
        inputs = [self._input(column) for column in table.inputs]
        outputs = [self._output(column, len(table.outputs) == 1) for column in table.outputs]
        if table.policy in RANKED and outputs and not any(column.order for column in outputs):
            self.problems.append(_unranked(self.decision, table))
        rules = table.rules if len(table.rules) <= MOST_RULES else ()  # refused, so not read
        return replace(
            ready,
            inputs=tuple(column for column in inputs if column),
            outputs=tuple(outputs),
            rules=tuple(map(self._rule, rules)),
        )

    def _input(self, column: Input) -> ReadyInput | None:
        what = f"Die Eingabespalte {column.number}"
        kind = self._kind(column.type, column.line, what)
        if not column.text:
            return None
        expression = self._expression(Cell(column.text, column.line), what)
        cell = Cell(column.allowed or kind.values, column.line)
        allowed = self._condition(cell, f"{what} (mögliche Werte)") if cell.text else None
        if expression is None:
            return None
        return ReadyInput(column.number, column.label, expression, kind, allowed)

    def _output(self, column: Output, only: bool) -> ReadyOutput:
        what = f"Die Ausgabespalte {column.number}"
        kind = self._kind(column.type, column.line, what)
        values = column.values or kind.values
        listed = self._condition(Cell(values, column.line), f"{what} (Werte)") if values else None
        default = self._expression(column.default, f"{what} (Vorgabe)") if column.default else None
        order = (listed.points or ()) if listed else ()
        name = column.name or (own_name(self.decision) if only else "")
        return ReadyOutput(column.number, name, kind, default, listed, order)

    def _rule(self, rule: Rule) -> ReadyRule:
        conditions, outputs = [], []
        for number, cell in enumerate(rule.inputs, start=1):
            what = f"Zeile {rule.number}, Eingabe {number}"
            conditions.append(self._condition(cell, what, rule.number) or Condition("", None, ()))
        for number, cell in enumerate(rule.outputs, start=1):
            what = f"Zeile {rule.number}, Ausgabe {number}"
            given = cell.text not in ("", "-")
            outputs.append(self._expression(cell, what, rule.number) if given else None)
        return ReadyRule(rule.number, rule.line, tuple(conditions), tuple(outputs))

    def _expression(self, cell: Cell, what: str, rule: int = 0) -> Expression | None:
        def build() -> Expression:
            return expression_of(cell.text, ours=self.decision.own_language, names=self._aliases)

        found = self._built(build, cell, what, rule)
        if found is not None:
            self._names |= found.names | found.row_names
        return found

    def _condition(self, cell: Cell, what: str, rule: int = 0) -> Condition | None:
        def build() -> Condition:
            return condition_of(cell.text, ours=self.decision.own_language, names=self._aliases)

        found = self._built(build, cell, what, rule)
        if found is not None:
            self._names |= found.names
        return found

    def _built(self, build: Callable[[], T], cell: Cell, what: str, rule: int) -> T | None:
        try:
            return build()
        except ExpressionError as fault:
            self.problems.append(
                Problem(
                    "error",
                    cell.line,
                    "dmn-cell-invalid",
                    f"{what} der Entscheidung „{self.decision.label}“ lässt sich nicht lesen: "
                    f"{fault.reason}",
                    fault.hint,
                    (rule,) if rule else (),
                )
            )
            return None

    def _kind(self, text: str, line: int, what: str) -> Kind:
        types = self.decision.types
        kind = kind_of(text, types)
        if kind is not None:
            return kind
        refused = is_refused(text, types)
        self.problems.append(
            Problem(
                "error" if refused else "warning",
                line,
                "dmn-type-unsupported" if refused else "dmn-type-unknown",
                f"{what} der Entscheidung „{self.decision.label}“ hat die Art „{text}“; die gibt "
                "es hier nicht.",
                "Möglich sind string, number, integer, boolean und date.",
            )
        )
        return Kind()


def _unranked(decision: Decision, table: Table) -> Problem:
    return Problem(
        "error",
        table.line,
        "dmn-output-values",
        f"Die Tabelle „{decision.label}“ ordnet nach Rang ({table.policy}), nennt aber keine "
        "Ausgabewerte.",
        "Tragen Sie bei der Ausgabe die möglichen Werte ein, der wichtigste zuerst.",
    )


def own_name(decision: Decision) -> str:
    """The name a result goes by when nothing else names it."""
    names = (decision.variable, decision.name.strip(), decision.id)
    return next((name for name in names if name.isidentifier()), "ergebnis")
