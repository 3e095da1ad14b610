"""Data flow: every name an expression reads was given before, on every way.

The check walks each process as its cases would: from the start data over forms, scripts,
connectors and called processes. A name no way provides is an error, one that only some ways
provide a warning (it is None on the others). Called processes are looked at once per place they
are called from and per measure, with what is known there.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from pikflow.engine.checks import reads
from pikflow.engine.checks.knowledge import OPEN, Known, from_start, merge
from pikflow.engine.checks.reads import Reading
from pikflow.engine.checks.report import Report, Spot
from pikflow.engine.checks.vocabulary import closest
from pikflow.engine.checks.walk import Run, Walk
from pikflow.engine.checks.world import World
from pikflow.engine.model import SUB_PROCESSES, Node, Process

ALWAYS = ("heute",)


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
    walk: Walk = field(init=False)
    _told: set[tuple[object, ...]] = field(default_factory=set)
    _visited: set[str] = field(default_factory=set)
    _children: list[tuple[str, str, Run]] = field(default_factory=list)
    _files: dict[str, str] = field(default_factory=dict)
    _judged: dict[tuple[str, Spot, str, str], dict[str, Verdict]] = field(default_factory=dict)
    _states: dict[str, dict[str, list[Known]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.walk = Walk(self.world)

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

    def known(self, file: str) -> dict[str, Known]:
        """What is known at each element of a file: inside a step, at the condition of a flow, and
        anywhere in a process; after `check`. Sure is what every way and every measure brings."""
        return {
            element: merge(states)
            for process, places in self._states.items()
            if self._files.get(process) == file
            for element, states in places.items()
        }

    def _tell_children(self, start: Known) -> None:
        """Processes that run as cases of their own begin with the start data and their entry."""
        while self._children:
            key, item, run = self._children.pop(0)
            process = self.world.processes.get(key)
            if process is not None:
                more = {item: frozenset({OPEN})} if item else {}
                self._tell_process(process, start.plus(more), run)

    def _tell_process(self, process: Process, entry: Known, run: Run) -> None:
        key = (process.id, entry.key(), run.usage)
        if key in self._told:
            return
        self._told.add(key)
        self._visited.add(process.id)
        self._tell_scope(process, None, entry, run)
        anywhere = self.walk.leave(process, None, entry, run)[1]
        self._states.setdefault(process.id, {}).setdefault(process.id, []).append(anywhere)
        for reading in reads.of_process(process):
            self._judge(process, reading, Known(anywhere.may, frozenset(anywhere.may)), run)

    def _tell_scope(self, process: Process, parent: str | None, entry: Known, run: Run) -> None:
        before = self.walk.before(process, parent, entry, run)
        states = self._states.setdefault(process.id, {})
        for node in process.inside(parent):
            state = before.get(node.id)
            if state is None:
                continue
            host = before.get(node.attached_to or "")
            arrives = host if host is not None else state
            local = state.plus(self.walk.locals(node, state))
            for reading in reads.on_arrival(node):
                self._judge(process, reading, arrives, run)
            for reading in reads.inside(node):
                self._judge(process, reading, local, run)
            for reading in reads.of_decision(node, self.world.library):
                self._judge(process, reading, local, run)
            for form_id, facts in (self.walk.forms(node, run) or {}).items():
                for reading in reads.of_form(node, form_id, facts):
                    self._judge(process, reading, local, run)
            after = self.walk.after(process, node, state, run)
            states.setdefault(node.id, []).append(local)
            for key in node.outgoing:
                states.setdefault(key, []).append(after)
            for reading in reads.after(process, node):
                self._judge(process, reading, after, run)
            if node.kind in SUB_PROCESSES:
                self._tell_scope(process, node.id, local, run)
            self._tell_called(node, local, run)

    def _tell_called(self, node: Node, local: Known, run: Run) -> None:
        callee = self.walk.callee(node, run)
        if callee is not None:
            self._tell_process(callee, local, self.walk.deeper(node, run))
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
