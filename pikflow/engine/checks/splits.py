"""Where ways part: default flows, conditions where they have an effect, no hidden splits."""

from functools import cache
from itertools import combinations

from pikflow.engine.checks.report import Report, named
from pikflow.engine.model import GATEWAYS, Flow, Model, Node, Process
from pikflow.expressions import ExpressionError, compile_expression

_ASKING = ("exclusiveGateway", "inclusiveGateway")

_YES_NO = [["value", True], ["value", False]]


def check(model: Model, report: Report) -> None:
    for process in model.processes.values():
        forks: dict[str | None, list[list[frozenset[str]]]] = {}
        for node in process.nodes.values():
            flows = [process.flows[key] for key in node.outgoing]
            if node.kind in _ASKING:
                _conditions(process, node, flows, report)
            elif node.kind not in GATEWAYS:
                _without_gateway(process, node, flows, report)
            _useless(process, node, flows, report)
            if node.kind == "parallelGateway" and len(node.incoming) > 1:
                if node.parent not in forks:
                    forks[node.parent] = _forks(process, node.parent)
                _join(node, forks[node.parent], report)
            _default_reference(process, node, report)


def _conditions(process: Process, node: Node, flows: list[Flow], report: Report) -> None:
    if len(flows) < 2 and not any(flow.condition for flow in flows):
        return
    defaults = [flow for flow in flows if flow.id == node.default]
    bare = [flow for flow in flows if not (flow.condition or "").strip() and flow not in defaults]
    for flow in bare:
        report.error(
            flow,
            "flow-condition-missing",
            f"Der {named(flow, process)} hat keine Bedingung und ist nicht der Standardweg von "
            f"„{node.label}“.",
            "Geben Sie dem Weg eine Bedingung, oder machen Sie ihn zum Standardweg (default).",
        )
    for flow in defaults:
        if flow.condition:
            report.warning(
                flow,
                "default-flow-condition",
                f"Der Standardweg „{flow.name or flow.id}“ von „{node.label}“ trägt eine "
                "Bedingung. Sie wird nie geprüft.",
                "Entfernen Sie die Bedingung: den Standardweg nimmt der Vorgang, wenn keine andere "
                "zutrifft.",
            )
    if not defaults and not bare:
        _default_missing(node, [flow.condition or "" for flow in flows], report)
    _twice(process, node, flows, report)


def _default_missing(node: Node, conditions: list[str], report: Report) -> None:
    message = (
        f"Bei der {named(node)} fehlt der Standardweg. Trifft keine Bedingung zu, bleibt der "
        "Vorgang stehen."
    )
    hint = "Machen Sie einen der Wege zum Standardweg (default) und entfernen Sie seine Bedingung."
    if len(conditions) == 2 and _opposite(*conditions):
        report.warning(node, "default-flow-missing", message, hint)
    else:
        report.error(node, "default-flow-missing", message, hint)


def _opposite(one: str, other: str) -> bool:
    """Whether one text plainly says the contrary of the other (x and not x, == and !=, yes and
    no)."""
    try:
        a, b = compile_expression(one).tree, compile_expression(other).tree
        negated = compile_expression(f"not ({one})").tree, compile_expression(f"not ({other})").tree
    except ExpressionError:
        return False
    if a == negated[1] or b == negated[0]:
        return True
    pairs = {("==", "!="), ("!=", "=="), ("<", ">="), (">=", "<"), (">", "<="), ("<=", ">")}
    a, b = list(a), list(b)
    if a[0] == b[0] == "compare" and len(a) == len(b) == 3 and a[1] == b[1]:
        asked = (a[2][0], b[2][0])
        if asked == ("==", "=="):
            return [a[2][1], b[2][1]] in (_YES_NO, _YES_NO[::-1])
        return asked in pairs and a[2][1] == b[2][1]
    return False


def _twice(process: Process, node: Node, flows: list[Flow], report: Report) -> None:
    seen: set[str] = set()
    for flow in flows:
        text = " ".join((flow.condition or "").split())
        if text and text in seen and node.kind == "exclusiveGateway":
            report.warning(
                flow,
                "flow-condition-duplicate",
                f"Der {named(flow, process)} hat dieselbe Bedingung wie ein anderer Weg von "
                f"„{node.label}“ und wird nie genommen.",
                "Ändern Sie eine der beiden Bedingungen.",
            )
        seen.add(text)


def _without_gateway(process: Process, node: Node, flows: list[Flow], report: Report) -> None:
    """Ways out of a step itself: all of them, or those whose condition holds (BPMN 2.0, 8.3.13)."""
    conditional = [flow for flow in flows if (flow.condition or "").strip()]
    if conditional and node.kind.endswith("Event"):
        for flow in conditional:
            report.error(
                flow,
                "conditional-flow",
                f"Der {named(flow, process)} trägt eine Bedingung, beginnt aber an einem Ereignis.",
                f"Zeichnen Sie nach „{node.label}“ ein exklusives Gateway.",
            )
    elif conditional:
        always = [flow for flow in flows if flow not in conditional or flow.id == node.default]
        if not always:
            _default_missing(node, [flow.condition or "" for flow in flows], report)
    elif len(flows) > 1:
        report.warning(
            node,
            "implicit-split",
            f"Aus „{node.label}“ führen {len(flows)} Wege. Der Vorgang nimmt alle zugleich.",
            "Deutlicher ist danach ein Gateway: parallel, wenn alle gelten, exklusiv bei einer "
            "Wahl.",
        )


def _useless(process: Process, node: Node, flows: list[Flow], report: Report) -> None:
    if node.kind not in ("parallelGateway", "eventBasedGateway"):
        return
    for flow in flows:
        if (flow.condition or "").strip():
            report.error(
                flow,
                "flow-condition-ignored",
                f"Der {named(flow, process)} trägt eine Bedingung; an der {named(node)} wird sie "
                "nicht geprüft.",
                "Nehmen Sie ein exklusives oder ein inklusives Gateway.",
            )


def _join(node: Node, forks: list[list[frozenset[str]]], report: Report) -> None:
    """A parallel join needs a token on every flow; ways of one choice bring only one."""

    @cache
    def carriers(fork: int, flow: str) -> set[int]:
        return {number for number, way in enumerate(forks[fork]) if flow in way}

    for one, other in combinations(node.incoming, 2):
        apart = (_apart(carriers(fork, one), carriers(fork, other)) for fork in range(len(forks)))
        if not any(apart):
            report.error(
                node,
                "join-never-complete",
                f"Die {named(node)} wartet auf Wege, von denen immer nur einer kommt. Der "
                "Vorgang bleibt dort stehen.",
                "Führen Sie Wege, die sich ausschließen, mit exklusivem Gateway zusammen.",
            )
            return


def _forks(process: Process, parent: str | None) -> list[list[frozenset[str]]]:
    """For every place where one token becomes several: the flows each of its ways can take."""
    forks = []
    begun = {key: _begun(process, key) for key in process.nodes}
    behind: dict[str, frozenset[str]] = {}

    def ways(flows: tuple[str, ...]) -> list[frozenset[str]]:
        found = []
        for key in flows:
            target = process.flows[key].target
            if target not in behind:
                behind[target] = _flows_behind(process, begun, target)
            found.append(behind[target] | {key})
        return found

    for node in process.inside(parent):
        beside = [event for event in process.boundaries(node.id) if not event.interrupting]
        if node.kind in ("exclusiveGateway", "eventBasedGateway"):
            continue  # one token, whichever way it takes
        if len(node.outgoing) + len(beside) > 1:
            forks.append(
                [
                    *ways(node.outgoing),
                    *(frozenset().union(*ways(event.outgoing)) for event in beside),
                ]
            )
    return forks


def _begun(process: Process, key: str) -> list[str]:
    """The flows that begin at a node or at the events on its border."""
    node = process.nodes.get(key)
    beside = (flow for event in process.boundaries(key) for flow in event.outgoing)
    return [*node.outgoing, *beside] if node else []


def _flows_behind(process: Process, begun: dict[str, list[str]], start: str) -> frozenset[str]:
    """The flows that can be taken from a node on, boundary events on the way included."""
    found: set[str] = set()
    nodes = [start]
    while nodes:
        for key in begun.get(nodes.pop(), ()):
            if key not in found:
                found.add(key)
                nodes.append(process.flows[key].target)
    return frozenset(found)


def _apart(one: set[int], other: set[int]) -> bool:
    """Whether two different ways of a fork bring a token to two flows, each by these ways."""
    return bool(one and other and len(one | other) > 1)


def _default_reference(process: Process, node: Node, report: Report) -> None:
    if node.default and node.default not in node.outgoing:
        report.error(
            node,
            "default-flow-unknown",
            f"Der Standardweg „{node.default}“ der {named(node)} führt nicht von ihr weg.",
            "Wählen Sie einen der ausgehenden Wege als Standardweg.",
        )
    elif node.default and node.kind not in (*_ASKING, "complexGateway") and len(node.outgoing) < 2:
        report.information(
            node,
            "default-flow-ignored",
            f"Der Standardweg an „{node.label}“ hat keine Wirkung.",
            "Standardwege gehören an exklusive und inklusive Gateways.",
        )
