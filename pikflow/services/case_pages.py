"""The page of a case: where it stands, who is next, what was said, what can be done."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from pikflow.services import heads, offers, shown, start_data, steps
from pikflow.services.environment import Unit
from pikflow.services.progress import APPROVED
from pikflow.services.steps import Pinned
from pikflow.services.views import (
    AnswerCard,
    CaseView,
    Fact,
    ProcessPicture,
    TaskSummary,
    TimelineEntry,
)
from pikflow.store import histories, rounds, tasks
from pikflow.store.cases import CaseRecord
from pikflow.store.histories import HistoryRecord
from pikflow.store.tasks import TaskRecord

# What a reader of the timeline cares about; gateways and flows between are for the diagram.
_TOLD = frozenset(
    [
        "userTask",
        "manualTask",
        "task",
        "serviceTask",
        "sendTask",
        "receiveTask",
        "callActivity",
        "endEvent",
        "boundaryEvent",
        "intermediateCatchEvent",
        "started",
        "cancelled",
        "closed",
        "claimed",
        "released",
        "assigned",
        "reminded",
        "note",
        "incident",
        "message",
        "retried",
    ]
)
_MONEY = (
    ("requested", "antrag.beantragt_eur"),
    ("approved", APPROVED),
    ("called", "abgerufen_eur"),
    ("paid", "ausgezahlt_eur"),
    ("share", f"runde.{start_data.BUDGET}"),
    ("share_left", f"runde.{start_data.BUDGET_LEFT}"),
)


def view(unit: Unit, case: CaseRecord) -> CaseView:
    """Everything the page of a case the actor may see needs."""
    version = steps.pinned(unit, case.definition_id)
    open_tasks = tasks.of_case(unit.connection, case.id)
    summaries = heads.task_summaries(unit, case, open_tasks)
    past = histories.of_case(unit.connection, case.id)
    context = start_data.refreshed(unit, case.data, case)
    return CaseView(
        head=heads.head(unit, case),
        card=_card(unit, case, summaries, past, context),
        tasks=summaries,
        timeline=_timeline(past),
        answers=shown.answer_sets(unit, case, version, context),
        files=heads.case_files(unit, case),
        offers=offers.offered(unit, case, version),
        children=heads.child_rows(unit, case),
        picture=_picture(case, version, past, open_tasks),
    )


def _timeline(past: list[HistoryRecord]) -> tuple[TimelineEntry, ...]:
    """What happened, newest first."""
    return tuple(
        TimelineEntry(
            at=entry.at,
            kind=entry.kind,
            what=entry.name,
            who=entry.actor_name,
            organisation=entry.organisation_name,
            lane=entry.lane,
            phase=entry.phase,
            state=entry.state,
            reason=entry.reason,
            element=entry.element,
            result=entry.result,
            version=entry.result_version,
        )
        for entry in reversed(past)
        if entry.kind in _TOLD and _is_news(entry)
    )


def _is_news(entry: HistoryRecord) -> bool:
    """An event that was only taken away unused is no news, nor the end of a called process: the
    step that called it ends at the same moment."""
    if entry.kind == "endEvent" and entry.path:
        return False
    return entry.state == "completed" or entry.kind in ("userTask", "callActivity")


def _card(
    unit: Unit,
    case: CaseRecord,
    summaries: tuple[TaskSummary, ...],
    past: list[HistoryRecord],
    context: dict[str, Any],
) -> AnswerCard:
    moved = max((entry.at for entry in past if entry.actor_id), default=case.started_at)
    waiting = (unit.today - moved.date()).days if case.state == "open" else None
    return AnswerCard(
        state=case.state,
        next_steps=summaries,
        money=tuple(_money(case, context)),
        dates=_dates(unit, case, summaries),
        waiting_days=waiting,
    )


def _money(case: CaseRecord, context: dict[str, Any]) -> Iterator[Fact]:
    """The amounts of the case that are known and not nothing; of the applicant's share is left
    what neither this nor another case was granted."""
    for key, name in _MONEY:
        amount = number(context, name)
        if amount is not None and key == "share_left":
            amount -= case.approved or 0
        if amount:
            yield Fact(key, amount=amount)


def _dates(unit: Unit, case: CaseRecord, summaries: tuple[TaskSummary, ...]) -> tuple[Fact, ...]:
    entry = rounds.by_id(unit.connection, case.round_id) if case.round_id else None
    found = [Fact("started", day=case.started_at.date())]
    if entry and entry.deadline and not case.parent_id:
        found.append(Fact("round_deadline", text=entry.name, day=entry.deadline))
    found += [Fact("task_due", text=task.name, day=task.due) for task in summaries if task.due]
    if case.ended_at:
        found.append(Fact("ended", text=case.outcome, day=case.ended_at.date()))
    return tuple(found)


def number(data: Any, dotted: str) -> Decimal | None:
    """The number under a dotted name, None when there is none."""
    for name in dotted.split("."):
        data = data.get(name) if isinstance(data, dict) else None
    return data if isinstance(data, Decimal) else None


def _picture(
    case: CaseRecord, version: Pinned, past: list[HistoryRecord], open_tasks: list[TaskRecord]
) -> ProcessPicture:
    """States by element: what was completed is done, what is open is current."""
    done = {(e.process, e.element) for e in past if e.element and e.state == "completed"}
    current = {(t.details["process"], t.element) for t in open_tasks}
    for task in open_tasks:  # the call activities around an open task are current, too
        current.update((owner, element) for owner, element in _around(version, case, task))
    states: dict[str, str] = {}
    ordered = [("done", pair) for pair in done] + [("current", pair) for pair in current]
    for own in (False, True):
        for state, (process, element) in ordered:
            if (process == case.process) is own:
                states[element] = state
    called = _called(version, case.process)
    files = [
        model
        for model in version.definition.models
        if {case.process, *called} & set(model.processes)
    ]
    return ProcessPicture(case.process, tuple(files), states, called)


def _around(version: Pinned, case: CaseRecord, task: TaskRecord) -> list[tuple[str, str]]:
    pairs, process = [], case.process
    for element in task.details["path"]:
        pairs.append((process, element))
        node = version.definition.node(process, element)
        process = node.called if node and node.called else process
    return pairs


def _called(version: Pinned, process: str) -> tuple[str, ...]:
    """Ids of the processes called from a process, directly or further down, in order."""
    found: list[str] = []
    waiting = [process]
    while waiting:
        current = version.definition.processes.get(waiting.pop(0))
        for node in current.nodes.values() if current else ():
            if node.called and node.called not in found and node.called != process:
                found.append(node.called)
                waiting.append(node.called)
    return tuple(found)
