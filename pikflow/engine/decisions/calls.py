"""Which decision a business rule task makes, and where its result goes.

Our own words are `pik:decision` and `pik:result`. Those of Camunda 7 (`decisionRef`,
`resultVariable`, `mapDecisionResult`), Camunda 8 (`calledDecision`) and SpiffWorkflow
(`calledDecisionId`) are read as well; ours go before them.
"""

from dataclasses import dataclass
from typing import Any

from lxml import etree

from pikflow.engine.decisions.compiled import own_name
from pikflow.engine.decisions.elements import Decision
from pikflow.engine.decisions.faults import DecisionFault
from pikflow.engine.decisions.policies import Outcome
from pikflow.engine.decisions.problems import MANY
from pikflow.engine.model import Node
from pikflow.engine.reading import children, local, namespace

MAPPINGS = frozenset({"singleEntry", "singleResult", "collectEntries", "resultList"})
# Foreign words that are read here, so that vendors.py does not call them left out.
READ = frozenset(
    {"decisionRef", "resultVariable", "mapDecisionResult", "calledDecision", "calledDecisionId"}
)
_CAMUNDA = (
    "http://camunda.org/schema/1.0/bpmn",
    "http://operaton.org/schema/1.0/bpmn",
    "http://activiti.org/bpmn",
)


@dataclass(frozen=True)
class Call:
    """`result` is the name the result goes under, "" to spread it by its outputs; `mapping` one of
    Camunda's ways to hand over a result, "" for the standard's; `source` the foreign word."""

    decision: str
    result: str = ""
    mapping: str = ""
    source: str = ""


def call_of(node: Node) -> Call | None:
    """What a business rule task calls; None when it names no decision."""
    result = node.attributes.get("result", "").strip()
    own = node.attributes.get("decision", "").strip()
    if own:
        return Call(own, result)
    foreign = None if node.element is None else _camunda(node.element) or _inside(node.element)
    if foreign is None:
        return None
    mapping = "" if result else foreign.mapping
    return Call(foreign.decision, result or foreign.result, mapping, foreign.source)


def _camunda(element: etree._Element) -> Call | None:
    for uri in _CAMUNDA:
        decision = element.get(f"{{{uri}}}decisionRef", "").strip()
        if decision:
            result = element.get(f"{{{uri}}}resultVariable", "").strip()
            mapping = element.get(f"{{{uri}}}mapDecisionResult", "resultList").strip()
            return Call(decision, result, mapping, "camunda:decisionRef")
    return None


def _inside(element: etree._Element) -> Call | None:
    for extension in children(element, "extensionElements"):
        for child in extension.iterchildren(etree.Element):
            if local(child) == "calledDecision" and "zeebe" in namespace(child):
                key = child.get("decisionId", "").strip()
                return Call(key, child.get("resultVariable", ""), "", "zeebe:calledDecision")
            if local(child) == "calledDecisionId":
                key = str(child.xpath("string()")).strip()
                return Call(key, "", "", f"{child.prefix or 'spiffworkflow'}:calledDecisionId")
    return None


def gives_list(decision: Decision) -> bool:
    """Whether the result is a list of what every hit gives."""
    table = decision.table
    return table is not None and table.policy in MANY and not table.aggregation


def output_names(decision: Decision) -> tuple[str, ...]:
    """The names a result without a name of its own is spread by."""
    table = decision.table
    if table is None:
        return (own_name(decision),)
    alone = len(table.outputs) == 1
    return tuple(o.name or (own_name(decision) if alone else "") for o in table.outputs)


def stored(call: Call, decision: Decision, outcome: Outcome) -> tuple[str, Any]:
    """(name, values) to keep: without a name the values are a dictionary that is spread.

    Raises DecisionFault when the result is not what the mapping asks for.
    """
    if not call.result:
        row = outcome.rows[0] if outcome.rows else {}
        return "", {name: row.get(name) for name in output_names(decision)}
    return call.result, outcome.value if not call.mapping else _mapped(call, outcome)


def _mapped(call: Call, outcome: Outcome) -> Any:
    rows = outcome.rows
    if call.mapping == "resultList":
        return [dict(row) for row in rows]
    if call.mapping == "collectEntries":
        return [_entry(call, row) for row in rows]
    if len(rows) > 1:
        raise _misfit(call, f"{len(rows)} Treffer")
    if call.mapping == "singleResult":
        return dict(rows[0]) if rows else None
    return _entry(call, rows[0]) if rows else None


def _entry(call: Call, row: dict[str, Any]) -> Any:
    if len(row) != 1:
        raise _misfit(call, f"{len(row)} Ausgaben")
    return next(iter(row.values()))


def _misfit(call: Call, what: str) -> DecisionFault:
    return DecisionFault(
        "decision-result",
        f"Die Entscheidung „{call.decision}“ ergibt {what}; „{call.mapping}“ nimmt nur einen "
        "einzelnen Wert.",
        "Ändern Sie mapDecisionResult, oder nehmen Sie pik:decision und pik:result.",
    )
