"""Data flow: every name an expression reads was given before, on every way.

The check walks each process as its cases would: from the start data over forms, scripts,
connectors and called processes. A name no way provides is an error, one that only some ways
provide a warning (it is None on the others). Called processes are looked at once per place they
are called from and per measure, with what is known there.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from pikflow.engine.checks import reads
from pikflow.engine.checks.knowledge import (
    OPEN,
    Known,
    Provider,
    Sources,
    from_start,
    merge,
    of_form,
    rows_of,
    spread,
)
from pikflow.engine.checks.reads import Reading
from pikflow.engine.checks.references import World, form_ids
from pikflow.engine.checks.report import Report, Spot
from pikflow.engine.checks.vocabulary import closest
from pikflow.engine.facts import FormFacts, Usage
from pikflow.engine.model import SUB_PROCESSES, Node, Process
from pikflow.expressions import ExpressionError, compile_script

ALWAYS = ("heute",)
_ROUNDS = 60  # a process with more nested loops than this is reported as far as it was understood


@dataclass(frozen=True)
class Run:
    """One way to look at a process: for a measure (None: for all), below which calls."""

    usage: Usage | None
    calls: tuple[str, ...] = ()


@dataclass(frozen=True)
class Verdict:
    """What a look at one name says: nothing, a warning or an error; `advice` goes into the hint."""

    severity: str = ""
    advice: str = ""

    def weight(self) -> int:
        return ("", "warning", "error").index(self.severity)


@dataclass
class DataFlow:
    """The walk over all processes; `used` collects what of each form is read somewhere."""

    world: World
    reports: Mapping[str, Report]
    used: dict[str, set[str]] = field(default_factory=dict)
    _exits: dict[tuple[object, ...], tuple[Known, Known]] = field(default_factory=dict)
    _told: set[tuple[object, ...]] = field(default_factory=set)
    _visited: set[str] = field(default_factory=set)
    _children: list[tuple[str, str, Run]] = field(default_factory=list)
    _files: dict[str, str] = field(default_factory=dict)
    _judged: dict[tuple[str, Spot, str, str], dict[str, Verdict]] = field(default_factory=dict)

    def check(self) -> None:
        start = from_start({*self.world.start_names, *ALWAYS})
        for model in self.world.models:
            for key in model.processes:
                self._files.setdefault(key, model.file)
        for usage in self.world.usages:
            if usage.process in self.world.processes:
                self._tell_process(self.world.processes[usage.process], start, Run(usage))
        self._tell_children(start)
        called = {
            node.called
            for process in self.world.processes.values()
            for node in process.nodes.values()
        }
        for first in (True, False):  # those nobody calls, then what is left of rings
            for key, process in self.world.processes.items():
                if key not in self._visited and not (first and key in called):
                    self._tell_process(process, start, Run(None))
                    self._tell_children(start)
        self._report()

    def _tell_children(self, start: Known) -> None:
        """Processes that run as cases of their own begin with the start data and their entry."""
        while self._children:
            key, item, run = self._children.pop(0)
            process = self.world.processes.get(key)
            if process is not None:
                more = {item: frozenset({OPEN})} if item else {}
                self._tell_process(process, start.plus(more), run)

    # --- what is known where -----------------------------------------------------------------

    def _leave(
        self, process: Process, parent: str | None, entry: Known, run: Run
    ) -> tuple[Known, Known]:
        """What is known after a scope, and everything that may be known inside it."""
        key = (process.id, parent, entry.key(), run.usage, run.calls)
        if key not in self._exits:
            self._exits[key] = (entry, entry)  # a process that calls itself adds nothing
            before = self._before(process, parent, entry, run)
            after = {
                node.id: self._after(process, node, before[node.id], run)
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

    def _before(
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
                    after[node.id] = self._after(process, node, state, run)
                    changed = True
            if not changed:
                break
        beside = [node for node in nodes if node.kind == "subProcess" and node.triggered]
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
        states = [after[source] for source in sources if source in after]
        if not states:
            return None
        return merge(states, together=node.kind == "parallelGateway")

    def _inside(self, process: Process, host: Node, state: Known, run: Run) -> Known:
        """Everything that may be known while `host` runs."""
        local = state.plus(self._locals(host, state))
        if host.kind in SUB_PROCESSES:
            return self._leave(process, host.id, local, run)[1].without(_local_names(host), state)
        callee = self._callee(host, run)
        if callee is not None:
            return self._leave(callee, None, local, self._deeper(host, run))[1]
        return self._after(process, host, state, run)

    def _after(self, process: Process, node: Node, state: Known, run: Run) -> Known:
        """What is known when `node` is done."""
        local = state.plus(self._locals(node, state))
        callee = self._callee(node, run)
        if node.kind in SUB_PROCESSES:
            done = self._leave(process, node.id, local, run)[0]
        elif callee is not None:
            done = self._leave(callee, None, local, self._deeper(node, run))[0]
        else:
            done = self._stored(node, local, run)
        if node.loop is None:
            return done
        done = done.without(_local_names(node), state)
        if not node.loop.output:
            return done
        rows = frozenset({OPEN})
        return done.plus({node.loop.output: rows})

    def _locals(self, node: Node, state: Known) -> dict[str, Sources]:
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
        waits = node.event is not None and node.event.kind == "message"
        if (waits or node.kind == "receiveTask") and "lane" not in attributes:
            return state.plus({}, wild=True)  # a message from outside brings what it brings
        return state

    def _answered(self, node: Node, result: str, state: Known, run: Run) -> Known:
        forms = self._forms(node, run)
        if forms is None or not forms:
            if result:
                return state.plus({result: frozenset({OPEN})})
            return state.plus({}, wild=True)
        if result:
            return state.plus({result: frozenset(of_form(key, f) for key, f in forms.items())})
        return merge([state.plus(spread(key, facts)) for key, facts in forms.items()])

    def _child_entries(self, node: Node) -> Provider:
        """An entry per child case: who, its number, and what the process gives back."""
        names = {"organisation.id", "organisation.name", "organisation.ags", "nummer"}
        callee = self.world.processes.get(node.called or "")
        if callee is None:
            return OPEN
        output = callee.attributes.get("output", "")
        names |= {name.strip() for name in output.split(",") if name.strip()}
        return Provider(names=frozenset(names))

    def _callee(self, node: Node, run: Run) -> Process | None:
        if node.kind != "callActivity" or "cases" in node.attributes:
            return None
        if node.called in run.calls:
            return None
        return self.world.processes.get(node.called or "")

    def _deeper(self, node: Node, run: Run) -> Run:
        return Run(run.usage, (*run.calls, node.called or ""))

    def _forms(self, node: Node, run: Run) -> dict[str, FormFacts] | None:
        """The forms a task may show; None when one of them is not known."""
        if self.world.forms is None:
            return None
        usages = [run.usage] if run.usage else self.world.usages
        ids = form_ids(node, usages)
        if any(key not in self.world.forms for key in ids):
            return None
        return {key: self.world.forms[key] for key in ids}

    # --- what is read where ------------------------------------------------------------------

    def _tell_process(self, process: Process, entry: Known, run: Run) -> None:
        key = (process.id, entry.key(), run.usage)
        if key in self._told:
            return
        self._told.add(key)
        self._visited.add(process.id)
        self._tell_scope(process, None, entry, run)
        anywhere = self._leave(process, None, entry, run)[1]
        for reading in reads.of_process(process):
            self._judge(process, reading, Known(anywhere.may, frozenset(anywhere.may)), run)

    def _tell_scope(self, process: Process, parent: str | None, entry: Known, run: Run) -> None:
        before = self._before(process, parent, entry, run)
        for node in process.inside(parent):
            state = before.get(node.id)
            if state is None:
                continue
            host = before.get(node.attached_to or "")
            arrives = host if host is not None else state
            local = state.plus(self._locals(node, state))
            for reading in reads.on_arrival(node):
                self._judge(process, reading, arrives, run)
            for reading in reads.inside(node):
                self._judge(process, reading, local, run)
            for form_id, facts in (self._forms(node, run) or {}).items():
                for reading in reads.of_form(node, form_id, facts):
                    self._judge(process, reading, local, run)
            after = self._after(process, node, state, run)
            for reading in reads.after(process, node):
                self._judge(process, reading, after, run)
            if node.kind in SUB_PROCESSES:
                self._tell_scope(process, node.id, local, run)
            self._tell_called(node, local, run)

    def _tell_called(self, node: Node, local: Known, run: Run) -> None:
        callee = self._callee(node, run)
        if callee is not None:
            self._tell_process(callee, local, self._deeper(node, run))
        elif node.kind == "callActivity" and "cases" in node.attributes and node.called:
            child = (node.called, node.attributes.get("item", "").strip(), Run(run.usage))
            if child not in self._children:
                self._children.append(child)

    def _judge(self, process: Process, reading: Reading, state: Known, run: Run) -> None:
        name = reading.name.replace("[]", "")
        root, _, path = name.partition(".")
        if root in reading.local:
            return
        sources = state.may.get(root)
        for provider in sources or ():
            if provider.form:
                self.used.setdefault(provider.form, set()).add(
                    f"{provider.base}.{path}".strip(".") if path or provider.base else "*"
                )
        if state.wild:
            verdict = Verdict()
        elif sources is None:
            verdict = Verdict("error", closest(name, frozenset(state.may)))
        elif not any(provider.gives(path) for provider in sources):
            below = {f"{root}.{part}" for one in sources for part in one.names or ()}
            verdict = Verdict("error", closest(name, below))
        elif reading.sure and not (
            root in state.must and all(provider.gives(path) for provider in sources)
        ):
            verdict = Verdict("warning", root)
        else:
            verdict = Verdict()
        place = Spot(reading.place.id, reading.place.line)
        key = (self._files.get(process.id, ""), place, reading.what, name)
        measure = run.usage.name if run.usage else ""
        verdicts = self._judged.setdefault(key, {})
        verdicts[measure] = max(verdict, verdicts.get(measure, verdict), key=Verdict.weight)

    def _report(self) -> None:
        """One finding per place and name, however many measures come through there."""
        for (file, place, what, name), verdicts in self._judged.items():
            report = self.reports.get(file)
            if report is None:
                continue
            for severity in ("error", "warning"):
                measures = [m for m, v in verdicts.items() if v.severity == severity]
                if not measures:
                    continue
                only = "" if len(measures) == len(verdicts) else f" (bei {_listed(measures)})"
                advice = next(v.advice for v in verdicts.values() if v.severity == severity)
                if severity == "error":
                    report.error(
                        place,
                        "name-unknown",
                        f"{what} verwendet „{name}“. Kein Formular, kein Skript und keine "
                        f"Startangabe liefert das vorher{only}.",
                        f"{advice}Prüfen Sie die Schreibweise, oder legen Sie den Wert in einem "
                        "Schritt davor fest.",
                    )
                else:
                    report.warning(
                        place,
                        "name-not-always",
                        f"{what} verwendet „{name}“. Das gibt es hier nur auf manchen Wegen{only}.",
                        "Setzen Sie den Namen vorher auf allen Wegen, zum Beispiel in einem "
                        f"Skript: {advice} = None",
                    )


def _listed(measures: list[str]) -> str:
    return ", ".join(f"„{name}“" for name in sorted(measures))


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


def unused_fields(flow: DataFlow) -> Iterable[tuple[str, str]]:
    """(form, field) of values a form works out or keeps that no form and no process ever reads."""
    for form_id, facts in (flow.world.forms or {}).items():
        used = flow.used.get(form_id, set())
        for name in sorted(facts.unseen):
            if not any(
                u == "*" or u == name or u.startswith(f"{name}.") or name.startswith(f"{u}.")
                for u in used
            ):
                yield form_id, name
