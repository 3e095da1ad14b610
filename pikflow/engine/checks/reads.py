"""Which names a diagram reads, and when: on arrival, inside a step, or on the way out of it."""

from collections.abc import Iterator
from dataclasses import dataclass

from pikflow.engine.checks.report import Place, named
from pikflow.engine.decisions.calls import call_of
from pikflow.engine.decisions.library import Library
from pikflow.engine.facts import FormFacts
from pikflow.engine.loops import COUNTS
from pikflow.engine.model import Node, Process
from pikflow.engine.timers import is_iso
from pikflow.expressions import ExpressionError, compile_expression, compile_script

_COUNTS = frozenset(name for names in COUNTS for name in names)


@dataclass(frozen=True)
class Reading:
    """One name that is read; `what` begins the message, `local` are names that are always there.

    `sure` says that the name has to be there on every way; what is only shown need not be.
    """

    name: str
    place: Place
    what: str
    local: frozenset[str] = frozenset()
    sure: bool = True


def on_arrival(node: Node) -> Iterator[Reading]:
    """Read when a token arrives (for a boundary event: at its host)."""
    for event in node.events:
        text = event.text.strip()
        if event.kind == "timer" and text and not is_iso(text):
            yield from _expression(text, node, f"Die Zeitangabe am {named(node)}")
    if node.loop is not None:
        what = f"Die Mehrfachausführung von „{node.label}“"
        yield from _expression(node.loop.collection, node, what)
        yield from _expression(node.loop.cardinality, node, what)


def inside(node: Node) -> Iterator[Reading]:
    """Read while the step runs; the local names of an instance are there."""
    for event in node.events:
        if event.kind == "conditional":
            yield from _expression(event.text, node, f"Die Bedingung am {named(node)}")
    if node.kind == "scriptTask":
        try:
            script = compile_script(node.script or "")
        except ExpressionError:
            return
        for name in sorted(script.names | script.row_names):
            yield Reading(name, node, f"Das Skript „{node.label}“")
    for name in ("input", "cases", "sections", "key"):
        what = f"pik:{name} an „{node.label}“"
        yield from _expression(node.attributes.get(name), node, what)
    due = node.attributes.get("due", "").strip()
    if due and not is_iso(due):
        yield from _expression(due.removeprefix("="), node, f"Die Frist an „{node.label}“")
    for name in node.attributes.get("show", "").split(","):
        if name.strip():
            yield Reading(name.strip(), node, f"pik:show an „{node.label}“", sure=False)
    if node.loop is not None:
        what = f"Die Endbedingung der Mehrfachausführung von „{node.label}“"
        yield from _expression(node.loop.completion, node, what, _COUNTS)
        what = f"Die Bedingung der Wiederholung von „{node.label}“"
        yield from _expression(node.loop.condition, node, what, frozenset({"loopCounter"}))


def after(process: Process, node: Node) -> Iterator[Reading]:
    """Read when the step is done: the conditions of the ways out."""
    for key in node.outgoing:
        flow = process.flows[key]
        yield from _expression(flow.condition, flow, f"Die Bedingung am {named(flow, process)}")


def of_form(node: Node, form_id: str, facts: FormFacts) -> Iterator[Reading]:
    """What the form of a task takes from the case."""
    for name in sorted(facts.reads):
        yield Reading(name, node, f"Das Formular „{form_id}“ an „{node.label}“")


def of_decision(node: Node, library: Library) -> Iterator[Reading]:
    """What the decision of a business rule task, and those it builds on, look at."""
    call = call_of(node) if node.kind == "businessRuleTask" else None
    if call is not None:
        what = f"Die Entscheidung „{call.decision}“ an „{node.label}“"
        for name in sorted(library.names(call.decision)):
            yield Reading(name, node, what, sure=False)


def of_process(process: Process) -> Iterator[Reading]:
    """Read at any time: the amount and title of a case, and what it hands back."""
    what = f"pik:amount am {named(process)}"
    yield from _expression(process.attributes.get("amount"), process, what)
    title = process.attributes.get("title", "")
    if title.startswith("="):
        yield from _expression(title[1:], process, f"pik:title am {named(process)}")
    for name in process.attributes.get("output", "").split(","):
        if name.strip():
            yield Reading(name.strip(), process, f"pik:output am {named(process)}")


def _expression(
    text: str | None, place: Place, what: str, local: frozenset[str] = frozenset()
) -> Iterator[Reading]:
    """The names of an expression; one that does not compile is reported elsewhere."""
    if not text or not text.strip():
        return
    try:
        expression = compile_expression(text)
    except ExpressionError:
        return
    for name in sorted(expression.names | expression.row_names):
        yield Reading(name, place, what, local)
