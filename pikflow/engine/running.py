"""Running a case on: everything that needs nobody, until nothing moves any more."""

from collections.abc import Callable

from SpiffWorkflow.task import Task

from pikflow.engine import delivery
from pikflow.engine.faults import ElementFault
from pikflow.engine.joins import settle_joins
from pikflow.engine.pruning import prune
from pikflow.engine.tokens import is_open
from pikflow.engine.workflow import CaseWorkflow

PRUNE_EVERY = 100  # elements


def run(case: CaseWorkflow, ran: int = 0) -> int:
    """Run what needs nobody until nothing moves any more; how many elements that were."""
    ready = case.step.ready
    moves: tuple[Callable[[CaseWorkflow], bool], ...] = (settle_joins, delivery.settle_conditions)
    while True:
        while ready:
            task = ready.popleft()
            if not is_open(task):
                continue
            if ran >= case.step.limit:
                raise _endless(task, case.step.limit)
            task.run()
            ran += 1
            while case.step.written and ran < case.step.limit:
                case.step.written = delivery.settle_conditions(case)
                ran += case.step.written
            if ran % PRUNE_EVERY == 0:
                prune(case)
        if not any(move(case) for move in moves):
            return ran
        ran += 1


def _endless(task: Task, limit: int) -> ElementFault:
    return ElementFault(
        task.task_spec.node,
        "step-limit",
        f"Der Prozess läuft im Kreis oder hat zu viele Einträge auf einmal; hier steht er nach "
        f"{limit} Schritten ohne Zutun.",
        "Eine Schleife braucht eine Aufgabe oder ein Ereignis, auf das sie wartet; für viele "
        "Einträge ruft pik:cases je einen eigenen Vorgang auf.",
    )
