"""Hit policies: what the rules that hit give together (DMN 1.3, 8.2.11)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from pikflow.engine.decisions.compiled import Ready
from pikflow.engine.decisions.faults import DecisionFault
from pikflow.engine.decisions.problems import MANY, RANKED

Row = dict[str, Any]
_COMBINE: dict[str, Callable[[list[Any]], Any]] = {"SUM": sum, "MIN": min, "MAX": max}


@dataclass(frozen=True)
class Hit:
    """A rule that hit, by its number, and its outputs by name."""

    rule: int
    row: Row


@dataclass(frozen=True)
class Outcome:
    """What a decision gives: `value` as the standard has it (one output stands for itself, several
    are a dictionary, policies for many hits give a list), and the same as `rows` by output."""

    value: Any
    rows: tuple[Row, ...]


def settle(ready: Ready, hits: Sequence[Hit], default: Row | None) -> Outcome:
    """The outcome of a table; `default` counts when nothing hit. Raises DecisionFault.

    Without hit and default a list is empty, a count 0 and everything else nothing.
    """
    table = ready.decision.table
    policy = table.policy if table else "UNIQUE"
    rows = [default] if default is not None and not hits else [hit.row for hit in hits]
    if table is not None and policy == "COLLECT" and table.aggregation:
        return _aggregated(ready, table.aggregation, rows, default)
    if policy in ("UNIQUE", "ANY") and len(hits) > 1:
        _refuse_conflict(ready, policy, hits)
    if policy in RANKED:
        rows.sort(key=lambda row: rank(ready, row))
    if policy in MANY:
        return Outcome([_plain(ready, row) for row in rows], tuple(rows))
    rows = rows[:1]
    return Outcome(_plain(ready, rows[0]) if rows else None, tuple(rows))


def _plain(ready: Ready, row: Row) -> Any:
    return next(iter(row.values()), None) if len(ready.outputs) == 1 else row


def rank(ready: Ready, row: Row) -> list[int]:
    """Places in the lists of output values, from the first output to the last."""
    return [
        next((n for n, known in enumerate(o.order) if same(known, row[o.name])), len(o.order))
        for o in ready.outputs
        if o.order
    ]


def same(one: Any, other: Any) -> bool:
    """Equal and of the same kind: true is not 1."""
    return type(one) is type(other) and bool(one == other)


def _refuse_conflict(ready: Ready, policy: str, hits: Sequence[Hit]) -> None:
    if policy == "ANY" and all(
        all(same(value, hits[0].row[name]) for name, value in hit.row.items()) for hit in hits
    ):
        return
    what = "zugleich zu" if policy == "UNIQUE" else "zugleich zu und ergeben Verschiedenes"
    raise DecisionFault(
        "decision-conflict",
        f"In der Tabelle „{ready.decision.label}“ treffen die Zeilen {listed(hits)} {what}.",
        f"Die Trefferregel {policy} lässt das nicht zu; ändern Sie die Zeilen oder die Regel.",
    )


def listed(hits: Sequence[Hit]) -> str:
    """The numbers of rules as one says them: 1, 2 und 5."""
    numbers = [str(hit.rule) for hit in hits]
    return f"{', '.join(numbers[:-1])} und {numbers[-1]}"


def _aggregated(ready: Ready, how: str, rows: Sequence[Row], default: Row | None) -> Outcome:
    """One value of all hits; nothing among them is passed over, as everywhere in the language."""
    name = ready.outputs[0].name
    if default is not None:
        value = default[name]
    elif how == "COUNT":
        value = Decimal(len(rows))
    else:
        found = [row[name] for row in rows if row[name] is not None]
        value = _combined(ready, how, found) if found else None
    return Outcome(value, ({name: value},))


def _combined(ready: Ready, how: str, found: list[Any]) -> Any:
    kinds = {type(value) for value in found}
    if kinds == {Decimal} or how != "SUM" and len(kinds) == 1 and kinds <= {str, date}:
        return _COMBINE[how](found)
    raise DecisionFault(
        "decision-sum",
        f"Die Ergebnisse der Tabelle „{ready.decision.label}“ lassen sich nicht zusammenfassen "
        f"({how}).",
        "SUM braucht Zahlen; MIN und MAX brauchen Zahlen, Texte oder Tage.",
    )
