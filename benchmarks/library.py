"""SpiffWorkflow as it comes: load the case, complete one user task, save the case."""

import json
from typing import Any

from SpiffWorkflow.bpmn.parser import BpmnParser
from SpiffWorkflow.bpmn.serializer import BpmnWorkflowSerializer
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.task import TaskState

from benchmarks.contest import BUNDLE, PROCESS, answers
from benchmarks.floor import Store


class LibraryCase:
    """One case in the library's own parser, specs, script engine and serializer; `text` is what
    stands in the database. It is given 5 KB of answers once and keeps them in the task data."""

    def __init__(self, store: Store) -> None:
        parser = BpmnParser()
        parser.add_bpmn_file(str(BUNDLE / f"{PROCESS}.bpmn"))
        self.specs = {PROCESS: parser.get_spec(PROCESS), **parser.get_subprocess_specs(PROCESS)}
        self._serializer = BpmnWorkflowSerializer()
        self._store = store
        workflow = BpmnWorkflow(self.specs[PROCESS], self.specs)
        workflow.do_engine_steps()
        self._id = store.add(self._serializer.serialize_json(workflow))

    @property
    def specs_count(self) -> int:
        return sum(len(spec.task_specs) for spec in self.specs.values())

    @property
    def text(self) -> str:
        return self._store.read(self._id)

    @text.setter
    def text(self, text: str) -> None:
        self._store.write(self._id, text)

    def step(self) -> None:
        """Load, complete the first open user task, save."""
        with self._store.transaction():
            workflow = self._serializer.deserialize_json(self._store.read(self._id))
            task = workflow.get_next_task(state=TaskState.READY, manual=True)
            if task is None:
                raise RuntimeError("the library's case has no open task")
            task.set_data(**_plain(answers(task.task_spec.bpmn_id)))
            task.run()
            workflow.refresh_waiting_tasks()
            workflow.do_engine_steps()
            self._store.write(self._id, self._serializer.serialize_json(workflow))


def _plain(values: dict[str, Any]) -> dict[str, Any]:
    """The library's JSON knows no Decimal; it gets floats."""
    return json.loads(json.dumps(values, default=float))
