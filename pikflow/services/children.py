"""Child cases from outside their caller's step: reminded, joined, reported back when they end."""

from pikflow.engine import runtime
from pikflow.errors import Conflict
from pikflow.services import progress, start_data, steps
from pikflow.services.environment import Unit, beyond
from pikflow.services.handlers import Handler
from pikflow.services.progress import Deed
from pikflow.store import cases, work
from pikflow.store.cases import CaseRecord
from pikflow.store.tasks import TaskRecord


def remind(unit: Unit, case: CaseRecord, record: TaskRecord, numbers: set[str] | None) -> int:
    """Note a reminder in the open child cases of a task, those named or all; gives how many."""
    waiting = cases.children(unit.connection, case.id, task=record.id, state="open")
    asked = [child for child in waiting if numbers is None or child.number in numbers]
    for child in asked:
        progress.note(unit, child, "reminded", name=record.name)
        unit.tell(
            unit.environment.signals.case_reminded,
            number=child.number,
            organisation_id=child.organisation_id,
            actor_id=unit.actor.id if unit.actor else "",
        )
    return len(asked)


def report_ended(unit: Unit, parent_id: int, child_id: int) -> bool:
    """Give an ended child's values to its caller; False when the caller no longer waits.

    Both cases are locked in the order of their ids: a caller is always older than its children.
    """
    locked = {case.id: case for case in cases.lock_all(unit.connection, [parent_id, child_id])}
    parent, child = locked.get(parent_id), locked.get(child_id)
    if parent is None or child is None or parent.state != "open":
        return False
    line = unit.line(child.organisation_id)
    entry = steps.outputs(child, steps.pinned(unit, child.definition_id), line[0])
    version = steps.pinned(unit, parent.definition_id)
    data = start_data.refreshed(unit, parent.data, parent)
    try:
        result = runtime.child_ended(
            version.definition, parent.engine_state, data, child.parent_task, entry, unit.now
        )
    except Conflict:
        return False  # the caller went on without this child
    steps.take(unit, parent, version, result, Deed("child", reason=child.number))
    return True


@beyond
def catch_up(unit: Unit, case: CaseRecord) -> bool:
    """Bring what child cases have reported and no worker has brought yet, before a step that may
    close their collection: what came in before is in. The caller holds the case's lock, and reads
    it again when this gives True; a worker that has such a report in hand loses it."""
    reports = work.take_over(unit.connection, case.id, "child", unit.now)
    for payload in reports:
        report_ended(unit, case.id, int(payload["child"]))
    return bool(reports)


CHILD = Handler(
    inside=lambda unit, job, _: report_ended(unit, job.instance_id, int(job.payload["child"]))
)
