"""What must hold for every stored case, whatever was killed: its state, compared with its rows.

Each check takes the rows of one case and how its restored state stands, and yields what differs.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime

from pikflow.engine.standing import Standing
from pikflow.services.outgoing import is_offer
from pikflow.services.symptoms import Symptom
from pikflow.store import work
from pikflow.store.audit import CaseRows

Check = Callable[[CaseRows, Standing], Iterator[Symptom]]
_PEOPLE = ("user", "manual")  # kinds of tasks that only a person completes
_PENDING = (work.WAITING, work.RUNNING)


def tokens_are_open_tasks(rows: CaseRows, standing: Standing) -> Iterator[Symptom]:
    """Each token at a task has its row, each open row its token."""
    stored = {task.id: task for task in rows.tasks if task.state == "open"}
    tokens = {task.id: task for task in standing.open_tasks if task.kind != "service"}
    if rows.case.state != "open":
        tokens = {}
    for key in tokens.keys() - stored.keys():
        text = f"Der Ablauf steht bei „{tokens[key].element}“, aber die Aufgabe fehlt oder ist zu."
        yield _symptom(rows, "task-missing", text, key)
    for key in stored.keys() - tokens.keys():
        text = f"Die Aufgabe „{stored[key].element}“ ist offen, aber der Ablauf steht nicht dort."
        yield _symptom(rows, "task-without-token", text, key)


def completions_are_history(rows: CaseRows, standing: Standing) -> Iterator[Symptom]:
    """A completed task is in the history once, and so is who completed it."""
    lines = Counter(
        line.task_id for line in rows.history if line.state == "completed" and line.element
    )
    done = {task.id: task for task in rows.tasks if task.state == "completed"}
    claimed = {row.task_id for row in rows.completions if not row.task_id.startswith("message:")}
    for key, task in done.items():
        if lines[key] != 1:
            text = f"Die erledigte Aufgabe „{task.element}“ steht {lines[key]}-mal im Verlauf."
            yield _symptom(rows, "history-count", text, key)
        if task.kind in _PEOPLE and key not in claimed:
            text = f"Zur erledigten Aufgabe „{task.element}“ fehlt, wer sie erledigt hat."
            yield _symptom(rows, "completion-missing", text, key)
    for key in claimed - done.keys():
        text = "Eine Erledigung ist vermerkt, aber die Aufgabe fehlt oder ist nicht erledigt."
        yield _symptom(rows, "completion-without-task", text, key)
    for task in rows.tasks:
        if task.state != "completed" and lines[task.id]:
            text = f"„{task.element}“ steht als erledigt im Verlauf, die Aufgabe aber nicht."
            yield _symptom(rows, "history-without-task", text, task.id)


def every_step_has_history(rows: CaseRows, standing: Standing) -> Iterator[Symptom]:
    """No step up to the case's version is missing. A case its caller closed ended without one."""
    last = rows.case.version - (rows.case.state == "closed")
    missing = sorted(set(range(1, last + 1)) - {line.step for line in rows.history})
    if missing:
        steps = ", ".join(map(str, missing[:10]))
        yield _symptom(rows, "step-missing", f"Im Verlauf fehlen die Schritte {steps}.")
    later = [line.step for line in rows.history if line.step > rows.case.version]
    if later:
        text = f"Der Verlauf hat Schritt {max(later)}, der Vorgang erst {rows.case.version}."
        yield _symptom(rows, "step-ahead", text)


def answers_are_kept(rows: CaseRows, standing: Standing) -> Iterator[Symptom]:
    """The answers a line of the history names are there."""
    kept = {(row.result, row.version) for row in rows.answers}
    for line in rows.history:
        if line.result_version and (line.result, line.result_version) not in kept:
            text = f"Die Angaben „{line.result}“, Fassung {line.result_version}, fehlen."
            yield _symptom(rows, "answers-missing", text, line.task_id)


def required_jobs_exist(rows: CaseRows, standing: Standing) -> Iterator[Symptom]:
    """A service task that waits has its job, an ended child case has reported or will."""
    jobs = {job.key: job for job in rows.jobs}
    if rows.case.state == "open":
        for task in standing.open_tasks:
            if task.kind == "service":
                job = jobs.get(f"{rows.case.id}:connector:{task.id}")
                yield from _connector(rows, task.id, task.element, job.state if job else "")
    for child in rows.children:
        ended = child.state in ("completed", "cancelled")
        if ended and f"{rows.case.id}:child:{child.id}" not in jobs:
            text = f"Der Untervorgang {child.number} ist beendet, aber nichts meldet ihn."
            yield _symptom(rows, "child-job-missing", text, child.number)


def _connector(rows: CaseRows, task_id: str, element: str, state: str) -> Iterator[Symptom]:
    if not state:
        text = f"Der Ablauf wartet bei „{element}“ auf einen Auftrag, den es nicht gibt."
        yield _symptom(rows, "job-missing", text, task_id)
    elif state == work.DONE:
        text = f"Der Auftrag zu „{element}“ ist erledigt, aber der Ablauf wartet noch darauf."
        yield _symptom(rows, "job-lost", text, task_id)


def dead_jobs_are_incidents(rows: CaseRows, standing: Standing) -> Iterator[Symptom]:
    """What was given up is shown to the administration."""
    noted = {incident.job_id for incident in rows.incidents}
    for job in rows.jobs:
        if job.state == work.DEAD and job.id not in noted and rows.case.state == "open":
            text = f"Auftrag {job.id} ({job.kind}) ist gescheitert, ohne dass es jemand sieht."
            yield _symptom(rows, "incident-missing", text, str(job.id))
    if rows.case.stopped != bool(rows.incidents):
        text = "Die Kennzeichnung als gestört passt nicht zu den offenen Störungen."
        yield _symptom(rows, "incident-flag", text)


def case_can_go_on(rows: CaseRows, standing: Standing) -> Iterator[Symptom]:
    """An open case waits for a person, a job, a timer or an event; an ended one for nothing."""
    case = rows.case
    if case.state == "open":
        if standing.completed:
            yield _symptom(rows, "end-missed", "Der Ablauf ist zu Ende, der Vorgang noch offen.")
        elif not standing.open_tasks and not any(
            event.kind != "timer" or event.due for event in standing.waiting
        ):
            yield _symptom(
                rows, "case-stuck", "Der Vorgang wartet auf nichts und geht nicht weiter."
            )
    else:
        if not standing.completed and case.state != "closed":
            yield _symptom(rows, "end-early", "Der Vorgang ist beendet, der Ablauf nicht.")
        if case.ended_at is None:
            yield _symptom(
                rows, "end-undated", "Der Vorgang ist beendet, ohne dass feststeht, wann."
            )


def timer_is_next_due(rows: CaseRows, standing: Standing) -> Iterator[Symptom]:
    """The one timer row is the earliest timer of the state; a failed one is tried later."""
    wanted = standing.next_due if rows.case.state == "open" else None
    stored: datetime | None = rows.timers[0].due if rows.timers else None
    retried = wanted is not None and bool(rows.timers) and rows.timers[0].attempts > 0
    if stored != wanted and not retried:
        text = f"Die nächste Frist ist {_instant(wanted)}, vorgemerkt ist {_instant(stored)}."
        yield _symptom(rows, "timer-differs", text)


def subscriptions_are_waiting_events(rows: CaseRows, standing: Standing) -> Iterator[Symptom]:
    """Messages and signals of other cases find the events that wait for them, and no others."""
    stored = {(row.event_id, row.kind, row.name, row.key) for row in rows.subscriptions}
    waiting = standing.waiting if rows.case.state == "open" else ()
    found = (event.subscription for event in waiting if not is_offer(event))
    wanted = {(*one[:3], one[3] or "") for one in found if one is not None}
    for event_id, kind, name, _ in sorted(stored ^ wanted):
        text = (
            f"Was auf „{name}“ ({kind}) wartet, und was dafür vorgemerkt ist, unterscheidet sich."
        )
        yield _symptom(rows, "subscription-differs", text, event_id)


def offers_are_waiting_events(rows: CaseRows, standing: Standing) -> Iterator[Symptom]:
    """What the case page offers is what the state listens to."""
    offered = {entry["id"] for entry in rows.case.waiting}
    wanted = {event.id for event in standing.waiting if is_offer(event)}
    if offered != (wanted if rows.case.state == "open" else set()):
        yield _symptom(rows, "offer-differs", "Die angebotenen Aktionen passen nicht zum Ablauf.")


def drafts_are_of_open_tasks(rows: CaseRows, standing: Standing) -> Iterator[Symptom]:
    """A draft ends with its task."""
    for draft in rows.drafts:
        if draft.state != "open":
            text = "Ein Entwurf ist übrig geblieben, obwohl seine Aufgabe beendet ist."
            yield _symptom(rows, "draft-left", text, draft.task_id)


CHECKS: tuple[Check, ...] = (
    tokens_are_open_tasks,
    completions_are_history,
    every_step_has_history,
    answers_are_kept,
    required_jobs_exist,
    dead_jobs_are_incidents,
    case_can_go_on,
    timer_is_next_due,
    subscriptions_are_waiting_events,
    offers_are_waiting_events,
    drafts_are_of_open_tasks,
)


def _symptom(rows: CaseRows, code: str, message: str, subject: str = "") -> Symptom:
    return Symptom(code, message, rows.case.number, subject)


def _instant(value: datetime | None) -> str:
    return value.isoformat(timespec="seconds") if value else "keine"
