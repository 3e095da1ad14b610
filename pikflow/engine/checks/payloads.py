"""What signals bring: the names their senders write into pik:input."""

from collections.abc import Mapping

from pikflow.engine.model import EventDefinition, Process
from pikflow.expressions import ExpressionError, compile_expression

THROWING = ("intermediateThrowEvent", "endEvent")


def signal_names(processes: Mapping[str, Process], event: EventDefinition) -> set[str] | None:
    """The names some sender of the signal gives it; None when one of them can't be seen."""
    names: set[str] = set()
    for process in processes.values():
        for node in process.nodes.values():
            text, thrown = node.attributes.get("input", ""), node.event
            if node.kind not in THROWING or not text or thrown is None:
                continue
            if (thrown.kind, thrown.name) != (event.kind, event.name):
                continue
            found = _written_out(text)
            if found is None:
                return None
            names |= found
    return names


def _written_out(text: str) -> set[str] | None:
    """The names a dict gives that is written out; None for any other expression."""
    try:
        tree = compile_expression(text).tree
    except ExpressionError:
        return None
    return {entry[0] for entry in tree[1:]} if tree[0] == "dict" else None
