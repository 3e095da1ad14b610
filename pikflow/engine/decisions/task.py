"""A business rule task as a spec: makes its decision in the same step."""

from typing import Any

from SpiffWorkflow.task import Task

from pikflow.engine.decisions.calls import Call, stored
from pikflow.engine.decisions.evaluation import decide
from pikflow.engine.decisions.faults import DecisionFault
from pikflow.engine.faults import ElementFault
from pikflow.engine.model import Node
from pikflow.engine.scripting import scope, store
from pikflow.engine.specs import Element, ProcessSpec


class BusinessRule(Element):
    """Looks at the data of the case and writes the outcome of its decision there."""

    def __init__(
        self,
        wf_spec: ProcessSpec,
        name: str,
        node: Node,
        *,
        call: Call,
        **kwargs: Any,
    ) -> None:
        super().__init__(wf_spec, name, node, **kwargs)
        self.call = call
        self.library = wf_spec.library

    def _run_hook(self, my_task: Task) -> bool:
        try:
            name, values = self._outcome(scope(my_task))
        except DecisionFault as fault:
            raise ElementFault(self.node, fault.code, fault.message, fault.hint) from fault
        store(my_task, name, values)
        return True

    def _outcome(self, names: Any) -> tuple[str, Any]:
        outcome = decide(self.library.ready, self.call.decision, names)
        return stored(self.call, self.library.decisions[self.call.decision], outcome)
