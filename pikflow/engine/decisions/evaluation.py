"""Making a decision: required decisions first, then the rules that hit, then the hit policy.

Every decision is made once, however many others build on it.
"""

from collections import ChainMap
from collections.abc import Mapping, MutableMapping
from dataclasses import dataclass, field
from typing import Any

from pikflow.engine.decisions.compiled import Ready, ReadyInput, ReadyOutput, ReadyRule, own_name
from pikflow.engine.decisions.faults import DecisionFault
from pikflow.engine.decisions.kinds import Kind
from pikflow.engine.decisions.policies import Hit, Outcome, settle
from pikflow.expressions import Expression, ExpressionFault

Scope = MutableMapping[str, Any]


def decide(decisions: Mapping[str, Ready], key: str, scope: Scope) -> Outcome:
    """The outcome of a decision over the data of a case; raises DecisionFault."""
    return Run(decisions, scope).outcome(key)


@dataclass
class Run:
    """Decisions made over the data of one case, each once."""

    decisions: Mapping[str, Ready]
    scope: Scope
    made: dict[str, Outcome] = field(default_factory=dict)

    def outcome(self, key: str) -> Outcome:
        ready = self.decisions.get(key)
        if ready is None:
            raise DecisionFault(
                "decision-missing",
                f"Die Entscheidung „{key}“ gibt es hier nicht, oder sie hat Fehler.",
                "Stellen Sie die DMN-Datei geprüft mit bereit.",
            )
        if key not in self.made:
            try:
                self.made[key] = _make(ready, self.seen_by(ready))
            except ExpressionFault as fault:
                text = f"Entscheidung „{ready.decision.label}“: {fault.message}"
                raise DecisionFault("decision-expression", text, fault.hint) from fault
        return self.made[key]

    def seen_by(self, ready: Ready) -> Scope:
        """The data, and the results of the decisions this one builds on by the names it reads."""
        values: dict[str, Any] = {}
        for key, given in ready.given.items():
            outcome = self.outcome(key)
            if given.parts and len(outcome.rows) == 1:
                values.update(outcome.rows[0])
            values.update(dict.fromkeys(given.names, outcome.value))
        return ChainMap(values, self.scope)


def _make(ready: Ready, scope: Scope) -> Outcome:
    if ready.literal is not None:
        value = ready.literal.evaluate(scope)
        _demand(ready, ready.kind, value, "Der Ausdruck")
        return Outcome(value, ({own_name(ready.decision): value},))
    values = [looked_at(ready, column, scope) for column in ready.inputs]
    hits = []
    for rule in ready.rules:
        if _holds(rule, values, scope):
            hits.append(Hit(rule.number, _row(ready, rule, scope)))
            if ready.decision.table is not None and ready.decision.table.policy == "FIRST":
                break
    return settle(ready, hits, None if hits else _defaults(ready, scope))


def looked_at(ready: Ready, column: ReadyInput, scope: Scope) -> Any:
    """The value of an input column: of its kind, and one of those it may have."""
    value = column.expression.evaluate(scope)
    what = f"Die Eingabe {column.number} („{column.label}“)"
    _demand(ready, column.kind, value, what)
    if value is not None and column.allowed and not column.allowed.holds(value, scope):
        raise DecisionFault(
            "decision-input",
            f"{what} der Tabelle „{ready.decision.label}“ hat einen Wert, den die Tabelle nicht "
            "vorsieht.",
            "Ergänzen Sie die möglichen Werte der Spalte, oder prüfen Sie die Angaben.",
        )
    return value


def _holds(rule: ReadyRule, values: list[Any], scope: Scope) -> bool:
    return all(
        condition.holds(value, scope)
        for condition, value in zip(rule.conditions, values, strict=True)
    )


def _row(ready: Ready, rule: ReadyRule, scope: Scope) -> dict[str, Any]:
    return {
        output.name: _filled(ready, output, expression, scope, f"Zeile {rule.number}, Ausgabe")
        for output, expression in zip(ready.outputs, rule.outputs, strict=True)
    }


def _defaults(ready: Ready, scope: Scope) -> dict[str, Any] | None:
    """What holds when no rule does; None when no output says."""
    if not any(output.default for output in ready.outputs):
        return None
    return {
        output.name: _filled(ready, output, output.default, scope, "Vorgabe der Ausgabe")
        for output in ready.outputs
    }


def _filled(
    ready: Ready, output: ReadyOutput, expression: Expression | None, scope: Scope, what: str
) -> Any:
    value = None if expression is None else expression.evaluate(scope)
    _demand(ready, output.kind, value, f"{what} {output.number}")
    return value


def _demand(ready: Ready, kind: Kind, value: Any, what: str) -> None:
    if not kind.fits(value):
        raise DecisionFault(
            "decision-type",
            f"{what} der Entscheidung „{ready.decision.label}“ ist {kind.negated}.",
            "Prüfen Sie die Art der Spalte (typeRef) und woher der Wert kommt; ein Text wird mit "
            "number(...) oder date(...) zu Zahl oder Datum.",
        )
