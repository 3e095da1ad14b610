"""Faults that name the element a case can't get past."""

from pikflow.engine.model import Node
from pikflow.errors import EngineFault


class ElementFault(EngineFault):
    """A case can't go on at one element of its diagram; the step has changed nothing.

    `element` and `process` are its ids; the message begins with its name and id. Codes:
    expression, no-way-out, step-limit, nesting-limit, called-process-missing, element-unsupported,
    cases-not-a-list, timer-without-date, due, loop.
    """

    def __init__(self, node: Node, code: str, message: str, hint: str = "") -> None:
        super().__init__(code, f"„{node.label}“ ({node.id}): {message}", hint)
        self.element = node.id
        self.process = node.process
