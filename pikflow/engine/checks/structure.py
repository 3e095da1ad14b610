"""The graph: flows that lead somewhere, starts, ends, and everything between reachable."""

from collections.abc import Iterable, Iterator

from pikflow.engine.checks.compensation import undoes
from pikflow.engine.checks.report import Report, named
from pikflow.engine.checks.starts import several
from pikflow.engine.model import GATEWAYS, SUB_PROCESSES, Flow, Model, Node, Process

DEEPEST = 40  # engine.tokens stops there
_START_HINT = "Zeichnen Sie genau ein Startereignis ohne Auslöser."
_END_HINT = "Führen Sie den Weg zu einem Endereignis."


def check(model: Model, report: Report) -> None:
    if not model.processes:
        return
    everywhere = {key for process in model.processes.values() for key in process.nodes}
    for process in model.processes.values():
        for flow in process.flows.values():
            _flow(process, flow, everywhere, report)
        for scope in (None, *(n.id for n in process.nodes.values() if n.kind in SUB_PROCESSES)):
            _scope(process, scope, report)
        _nesting(process, report)
        _descriptive(process, report)


def _descriptive(process: Process, report: Report) -> None:
    """Only an executable process is begun by messages, signals and timers."""
    starts = [n for n in process.inside(None) if n.kind == "startEvent" and n.events]
    if process.descriptive and starts:
        report.warning(
            process,
            "process-not-executable",
            f"Der {named(process)} ist als nicht ausführbar gekennzeichnet. „{starts[0].label}“ "
            "beginnt keinen Vorgang.",
            'Setzen Sie isExecutable="true", wenn Nachrichten, Signale oder die Uhr ihn beginnen '
            "sollen.",
        )


# --- flows -----------------------------------------------------------------------------------


def _flow(process: Process, flow: Flow, everywhere: set[str], report: Report) -> None:
    for end, key, word in ((flow.source, "source", "Anfang"), (flow.target, "target", "Ende")):
        if not end:
            report.error(
                flow,
                f"flow-{key}-missing",
                f"Der {named(flow, process)} hat keinen {word}."
                if key == "source"
                else f"Der {named(flow, process)} hat kein {word}.",
                "Verbinden Sie den Weg an beiden Seiten, oder löschen Sie ihn.",
            )
        elif end not in process.nodes:
            other = end in everywhere
            where = "in einem anderen Prozess" if other else "nirgends"
            report.error(
                flow,
                "flow-crosses-pool" if other else f"flow-{key}-missing",
                f"Der {named(flow, process)} nennt als {word} „{end}“; das gibt es {where}.",
                "Zwischen Prozessen verbindet ein Nachrichtenfluss mit Ereignissen auf beiden "
                "Seiten."
                if other
                else "Verbinden Sie den Weg neu, oder löschen Sie ihn.",
            )
    source, target = process.nodes.get(flow.source or ""), process.nodes.get(flow.target or "")
    if source is None or target is None:
        return
    if source.parent != target.parent or source.parent != flow.parent:
        report.error(
            flow,
            "flow-crosses-scope",
            f"Der {named(flow, process)} überquert die Grenze eines Unterprozesses.",
            "Ein Sequenzfluss bleibt innerhalb eines Unterprozesses oder außerhalb. Verbinden Sie "
            "den Unterprozess selbst, oder nehmen Sie ein Randereignis.",
        )
    _ends(process, flow, source, target, report)


def _ends(process: Process, flow: Flow, source: Node, target: Node, report: Report) -> None:
    if source.kind == "endEvent":
        report.error(
            flow,
            "flow-after-end",
            f"Aus dem {named(source)} führt ein Weg heraus.",
            "Nach einem Endereignis geht nichts weiter. Nehmen Sie ein Zwischenereignis.",
        )
    if target.kind == "startEvent":
        report.error(
            flow,
            "flow-into-start",
            f"In das {named(target)} führt ein Weg hinein.",
            "Führen Sie den Weg zum Element nach dem Startereignis.",
        )
    if target.kind == "boundaryEvent":
        report.error(
            flow,
            "flow-into-boundary",
            f"In das {named(target)} führt ein Weg hinein.",
            "Ein Randereignis tritt von selbst ein; führen Sie den Weg zur Aktivität.",
        )
    for node in (source, target):
        if node.kind == "subProcess" and node.triggered:
            report.error(
                flow,
                "flow-at-event-sub-process",
                f"Der {named(flow, process)} ist mit dem Ereignis-Unterprozess „{node.label}“ "
                "verbunden.",
                "Ein Ereignis-Unterprozess beginnt durch sein Startereignis, ohne Sequenzfluss.",
            )


def _nesting(process: Process, report: Report) -> None:
    """Sub-processes further in than the engine goes; the outermost of them is named."""
    depths: dict[str | None, int] = {None: 0}
    for node in process.nodes.values():  # a sub-process comes before what is inside it
        if node.kind not in SUB_PROCESSES:
            continue
        depths[node.id] = depths.get(node.parent, 0) + 1
        if depths[node.id] == DEEPEST + 1:
            report.error(
                node,
                "nesting-limit",
                f"Der {named(node)} steht in mehr als {DEEPEST} anderen.",
                "Nehmen Sie für die inneren Schritte einen eigenen Prozess.",
            )


# --- scopes ----------------------------------------------------------------------------------


def _scope(process: Process, scope: str | None, report: Report) -> None:
    nodes = process.inside(scope)
    around: Node | Process = process.nodes[scope] if scope else process
    if not nodes:
        report.error(
            around,
            "scope-empty",
            f"Der {named(around)} enthält keine Schritte.",
            "Zeichnen Sie Start, Schritte und Ende, oder löschen Sie ihn.",
        )
        return
    if _starts(process, nodes, around, report):
        _ways(process, nodes, report)


def _starts(process: Process, nodes: list[Node], around: Node | Process, report: Report) -> bool:
    """Whether there is a beginning to follow the ways from."""
    starts = [node for node in nodes if node.kind == "startEvent"]
    if not starts:
        report.error(
            around, "start-missing", f"Im {named(around)} fehlt das Startereignis.", _START_HINT
        )
        return False
    several(process, around.id if isinstance(around, Node) else None, report)
    return True


def _ways(process: Process, nodes: list[Node], report: Report) -> None:
    after = {node.id: set(_after(process, node)) for node in nodes}
    starts = [n.id for n in nodes if n.kind == "startEvent"]
    beside = [n.id for n in nodes if n.kind == "subProcess" and n.triggered]
    reached = _closure([*starts, *beside], after)
    for node in nodes:
        if node.id not in reached and not _reported_elsewhere(process, node):
            report.error(
                node,
                "unreachable",
                f"{_the(node)} ist vom Start aus nicht zu erreichen.",
                "Führen Sie einen Weg dorthin, oder löschen Sie das Element.",
            )
    before: dict[str, set[str]] = {node.id: set() for node in nodes}
    for key, targets in after.items():
        for target in targets & before.keys():
            before[target].add(key)
    ends = [n.id for n in nodes if n.kind == "endEvent"]
    ending = _closure([*ends, *beside], before)
    lost = [n for n in nodes if n.id in reached and n.id not in ending]
    dead = [n for n in lost if not after[n.id]]
    for node in dead or lost[:1]:
        if dead:
            text = f"Nach „{node.label}“ geht es nicht weiter."
        else:
            text = f"Von „{node.label}“ aus führt kein Weg zu einem Ende."
        report.error(node, "no-way-to-end", text, _END_HINT)


def _after(process: Process, node: Node) -> Iterator[str]:
    """The ids a token may be at after `node`, boundary events of the node included."""
    for key in node.outgoing:
        target = process.flows[key].target
        if target in process.nodes and process.nodes[target].parent == node.parent:
            yield target
    for event in process.boundaries(node.id):
        if not undoes(event):
            yield event.id
    if node.kind == "intermediateThrowEvent":
        yield from (end.id for end in process.linked(node))


def _reported_elsewhere(process: Process, node: Node) -> bool:
    """A boundary event without host, a compensation handler, and a link that nothing leads to
    have findings of their own."""
    if node.for_compensation or undoes(node):
        return True
    if node.event and node.event.kind == "link" and not process.linked(node):
        return True
    return node.kind == "boundaryEvent" and node.attached_to not in process.nodes


def _closure(begin: Iterable[str], after: dict[str, set[str]]) -> set[str]:
    found = set(begin)
    open_ends = list(found)
    while open_ends:
        for key in after.get(open_ends.pop(), set()) - found:
            found.add(key)
            open_ends.append(key)
    return found


_FEMININE = frozenset(
    {"task", "userTask", "manualTask", "serviceTask", "scriptTask", "businessRuleTask", "sendTask"}
    | {"receiveTask", "transaction", *GATEWAYS}
)


def _the(node: Node) -> str:
    """With its article: Die Aufgabe „…“, Das Endereignis „…“, Der Unterprozess „…“."""
    if node.kind in _FEMININE:
        return f"Die {named(node)}"
    return f"Das {named(node)}" if node.kind.endswith("Event") else f"Der {named(node)}"
