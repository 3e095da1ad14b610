"""What a case knows at every node: the names the ways to it have given.

The walk goes through a scope until nothing changes, into called processes once per caller and
measure. It only gathers; names.py judges.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from pikflow.engine.checks.knowledge import (
    OPEN,
    Known,
    Provider,
    Sources,
    merge,
    of_form,
    rows_of,
    spread,
)
from pikflow.engine.checks.payloads import THROWING, signal_names
from pikflow.engine.checks.world import World, form_ids
from pikflow.engine.decisions.calls import Call, call_of, gives_list, output_names
from pikflow.engine.facts import FormFacts, Usage
from pikflow.engine.model import SUB_PROCESSES, Node, Process
from pikflow.expressions import ExpressionError, compile_script

_ROUNDS = 60  # a process with more nested loops than this is reported as far as it was understood


@dataclass(frozen=True)
class Run:
    """One way to look at a process: for a measure (None: for all), below which calls."""

    usage: Usage | None
    calls: tuple[str, ...] = ()


@dataclass
class Walk:
    """Knowledge before, in and after nodes; what was worked out once is kept."""

    world: World
    _exits: dict[tuple[object, ...], tuple[Known, Known]] = field(default_factory=dict)

    def leave(
        self, process: Process, parent: str | None, entry: Known, run: Run
    ) -> tuple[Known, Known]:
        """What is known after a scope, and everything that may be known inside it."""
        key = (process.id, parent, entry.key(), run.usage, run.calls)
        if key not in self._exits:
            self._exits[key] = (entry, entry)  # a process that calls itself adds nothing
            before = self.before(process, parent, entry, run)
            after = {
                node.id: self.after(process, node, before[node.id], run)
                for node in process.inside(parent)
                if node.id in before
            }
            ends = [
                after[node.id]
                for node in process.inside(parent)
                if node.id in after and not node.outgoing and not _is_error_end(node)
            ]
            inside = merge([entry, *after.values()])
            self._exits[key] = (merge(ends) if ends else inside, inside)
        return self._exits[key]

    def before(
        self, process: Process, parent: str | None, entry: Known, run: Run
    ) -> dict[str, Known]:
        """What is known when a token comes to each reachable node of a scope."""
        nodes = process.inside(parent)
        before: dict[str, Known] = {}
        after: dict[str, Known] = {}
        for _ in range(_ROUNDS):
            changed = False
            for node in nodes:
                state = self._arriving(process, node, entry, before, after, run)
                if state is None:
                    continue
                if node.id not in before or before[node.id].key() != state.key():
                    before[node.id] = state
                    after[node.id] = self.after(process, node, state, run)
                    changed = True
            if not changed:
                break
        beside = [node for node in nodes if node.triggered or node.for_compensation]
        if beside:
            anything = entry.possibly(merge([entry, *after.values()]))
            before.update({node.id: anything for node in beside})
        return before

    def _arriving(
        self,
        process: Process,
        node: Node,
        entry: Known,
        before: Mapping[str, Known],
        after: Mapping[str, Known],
        run: Run,
    ) -> Known | None:
        if node.kind == "startEvent":
            return entry
        if node.attached_to:
            host = process.nodes.get(node.attached_to)
            if host is None or host.id not in before:
                return None
            state = before[host.id]
            if host.kind in (*SUB_PROCESSES, "callActivity") or host.loop:
                state = state.possibly(self._inside(process, host, state, run))
            return state
        sources = [process.flows[key].source or "" for key in node.incoming]
        if node.kind == "intermediateCatchEvent":
            sources += [end.id for end in process.linked(node)]
        states = [after[source] for source in sources if source in after]
        if not states:
            return None
        return merge(states, together=node.kind == "parallelGateway")

    def _inside(self, process: Process, host: Node, state: Known, run: Run) -> Known:
        """Everything that may be known while `host` runs."""
        local = state.plus(self.locals(host, state))
        if host.kind in SUB_PROCESSES:
            return self.leave(process, host.id, local, run)[1].without(_local_names(host), state)
        callee = self.callee(host, run)
        if callee is not None:
            return self.leave(callee, None, local, self.deeper(host, run))[1]
        return self.after(process, host, state, run)

    def after(self, process: Process, node: Node, state: Known, run: Run) -> Known:
        """What is known when `node` is done."""
        local = state.plus(self.locals(node, state))
        callee = self.callee(node, run)
        if node.kind in SUB_PROCESSES:
            done = self.leave(process, node.id, local, run)[0]
        elif callee is not None:
            done = self.leave(callee, None, local, self.deeper(node, run))[0]
        else:
            done = self._stored(node, local, run)
        if node.loop is None:
            return done
        done = done.without(_local_names(node), state)
        if not node.loop.output:
            return done
        rows = frozenset({OPEN})
        return done.plus({node.loop.output: rows})

    def locals(self, node: Node, state: Known) -> dict[str, Sources]:
        loop = node.loop
        if loop is None:
            return {}
        names = {name: frozenset({OPEN}) for name in _local_names(node)}
        if loop.item and loop.collection:
            names[loop.item] = rows_of(state, loop.collection)
        return names

    def _stored(self, node: Node, state: Known, run: Run) -> Known:
        """The data after a node that is no scope."""
        attributes = node.attributes
        result = attributes.get("result", "").strip()
        if node.kind == "callActivity":  # child cases, or a call to nowhere
            if "cases" not in attributes:  # one that is being looked at already adds nothing
                return state.plus({}, wild=node.called not in self.world.processes)
            return state.plus({result: frozenset({self._child_entries(node)})} if result else {})
        if node.kind == "businessRuleTask" and (call := call_of(node)):
            return state.plus(self._decided(call))
        if "connector" in attributes or node.kind == "serviceTask":
            if result:
                return state.plus({result: frozenset({OPEN})})
            return state.plus({}, wild=True)
        if node.kind == "scriptTask":
            return state.plus({name: frozenset({OPEN}) for name in _assigned(node)})
        if "form" in attributes:
            return self._answered(node, result, state, run)
        if result:
            return state.plus({result: frozenset({OPEN})})
        if "lane" in attributes or node.kind in THROWING:
            return state
        if node.event is not None and node.event.kind == "signal":
            names = signal_names(self.world.processes, node.event)
            return state.possibly(
                Known({name: frozenset({OPEN}) for name in names or ()}, wild=names is None)
            )
        if node.kind == "receiveTask" or (node.event and node.event.kind == "message"):
            return state.plus({}, wild=True)  # a message from outside brings what it brings
        return state

    def _answered(self, node: Node, result: str, state: Known, run: Run) -> Known:
        forms = self.forms(node, run)
        if forms is None or not forms:
            if result:
                return state.plus({result: frozenset({OPEN})})
            return state.plus({}, wild=True)
        if result:
            return state.plus({result: frozenset(of_form(key, f) for key, f in forms.items())})
        return merge([state.plus(spread(key, facts)) for key, facts in forms.items()])

    def _decided(self, call: Call) -> dict[str, Sources]:
        """The names a decision writes; nothing while it is not known."""
        decision = self.world.library.decisions.get(call.decision)
        if call.result:
            names = output_names(decision) if decision and not call.mapping else ()
            whole = len(names) < 2 or (decision is not None and gives_list(decision))
            return {call.result: frozenset({OPEN if whole else Provider(names=frozenset(names))})}
        if decision is None:
            return {}
        return {name: frozenset({OPEN}) for name in output_names(decision) if name}

    def _child_entries(self, node: Node) -> Provider:
        """An entry per child case: who, its number, and what the process gives back."""
        names = {"organisation.id", "organisation.name", "organisation.ags", "nummer"}
        callee = self.world.processes.get(node.called or "")
        if callee is None:
            return OPEN
        output = callee.attributes.get("output", "")
        names |= {name.strip() for name in output.split(",") if name.strip()}
        return Provider(names=frozenset(names))

    def callee(self, node: Node, run: Run) -> Process | None:
        if node.kind != "callActivity" or "cases" in node.attributes:
            return None
        called = node.called or ""  # a process may lack its id as well
        return None if called in run.calls else self.world.processes.get(called)

    def deeper(self, node: Node, run: Run) -> Run:
        return Run(run.usage, (*run.calls, node.called or ""))

    def forms(self, node: Node, run: Run) -> dict[str, FormFacts] | None:
        """The forms a task may show; None when one of them is not known."""
        if self.world.forms is None:
            return None
        usages = [run.usage] if run.usage else self.world.usages
        ids = form_ids(node, usages)
        if any(key not in self.world.forms for key in ids):
            return None
        return {key: self.world.forms[key] for key in ids}


def _assigned(node: Node) -> Iterable[str]:
    try:
        return compile_script(node.script or "").assigned
    except ExpressionError:
        return ()


def _local_names(node: Node) -> list[str]:
    loop = node.loop
    if loop is None:
        return []
    return [name for name in ("loopCounter", loop.item, loop.output_item) if name]


def _is_error_end(node: Node) -> bool:
    return node.kind == "endEvent" and any(event.kind == "error" for event in node.events)
