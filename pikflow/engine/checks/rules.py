"""Business rule tasks: which decision they make, and where its result goes."""

from pikflow.engine.checks.report import Report, named
from pikflow.engine.checks.vocabulary import closest
from pikflow.engine.checks.world import World
from pikflow.engine.decisions.calls import MAPPINGS, Call, call_of, gives_list, output_names
from pikflow.engine.decisions.elements import Decision
from pikflow.engine.model import Model, Node


def check(model: Model, world: World, report: Report) -> None:
    for process in model.processes.values():
        for node in process.nodes.values():
            if node.kind == "businessRuleTask":
                _task(node, world, report)


def _task(node: Node, world: World, report: Report) -> None:
    call = call_of(node)
    with_connector = "connector" in node.attributes
    if call is None:
        if not with_connector:
            report.error(
                node,
                "decision-not-named",
                f"Die {named(node)} nennt keine Entscheidung.",
                "Geben Sie in pik:decision die Kennung einer Entscheidung an, und ihre DMN-Datei "
                "dazu.",
            )
        return
    if with_connector:
        report.error(
            node,
            "decision-and-connector",
            f"Die {named(node)} nennt eine Entscheidung und zugleich einen Konnektor.",
            "Eine Aufgabe tut eines von beidem. Zeichnen Sie zwei.",
        )
    if call.source:
        report.information(
            node,
            "decision-from-vendor",
            f"Die {named(node)} nennt ihre Entscheidung in {call.source}; das wird gelesen.",
            "Hier heißt das pik:decision; das Ergebnis nennt pik:result.",
        )
    decision = world.library.decisions.get(call.decision)
    if decision is None:
        _unknown(node, call, world, report)
    else:
        _result(node, call, decision, report)


def _unknown(node: Node, call: Call, world: World, report: Report) -> None:
    if call.decision.startswith(("=", "${", "#{")):
        hint = "Welche Entscheidung gilt, steht beim Einspielen fest. Nennen Sie ihre Kennung."
    else:
        hint = closest(call.decision, frozenset(world.library.decisions))
        hint += "Geben Sie die DMN-Datei dazu, oder berichtigen Sie die Kennung."
    report.error(
        node,
        "decision-unknown",
        f"Die Entscheidung „{call.decision}“ ({named(node)}) gibt es nicht.",
        hint,
    )


def _result(node: Node, call: Call, decision: Decision, report: Report) -> None:
    if call.mapping and call.mapping not in MAPPINGS:
        report.error(
            node,
            "decision-result",
            f"mapDecisionResult an der {named(node)} ist „{call.mapping}“; das gibt es nicht.",
            f"Möglich sind: {', '.join(sorted(MAPPINGS))}.",
        )
    if call.result:
        if not call.result.isidentifier():
            report.error(
                node,
                "decision-result",
                f"Das Ergebnis der {named(node)} soll „{call.result}“ heißen; das ist kein Name.",
                "Ein Name besteht aus Buchstaben, Ziffern und Unterstrich.",
            )
    elif call.mapping or gives_list(decision):
        report.error(
            node,
            "decision-result",
            f"Die {named(node)} sagt nicht, wohin das Ergebnis gehört; es ginge verloren.",
            "Geben Sie in pik:result einen Namen an.",
        )
    elif not all(output_names(decision)):
        report.error(
            node,
            "decision-result",
            f"Die Ausgaben der Entscheidung „{decision.label}“ ({named(node)}) haben keinen Namen.",
            "Geben Sie in pik:result einen Namen an.",
        )
