"""F5: a worker that was stopped past its lease comes back, and finds another one has its job."""

import os
import signal
from pathlib import Path
from typing import Any

import pytest
from crew import SETUPS, Crew, crew_of


def _pause(crew: Crew, rounds: int) -> None:
    """So many times: a worker begins a job and is stopped; another one does it; the first goes on
    to its end. It hangs longer than a busy machine takes to stop it: stopped later, within its
    transaction, it would hold SQLite's one write lock, and no one else could go on."""
    crew.start_cases(1)
    first = crew.worker(concurrency=1)
    others: list[int] = []
    for turn in range(rounds):
        crew.hang_first(4)
        crew.order(1, prefix=f"turn{turn}")
        crew.wait(lambda key=f"turn{turn}-0": (key, first) in crew.calls(), 30)
        os.kill(first, signal.SIGSTOP)
        if not others:
            others.append(crew.worker(concurrency=1))
        else:
            os.kill(others[0], signal.SIGCONT)
        crew.wait(lambda: crew.open_jobs() == 0, 30)
        os.kill(first, signal.SIGCONT)
        os.kill(others[0], signal.SIGSTOP)  # so that the next one is the first worker's
        crew.order(1, prefix=f"after{turn}")
        crew.wait(lambda: crew.open_jobs() == 0, 30)


@pytest.mark.parametrize(("runner", "kind"), SETUPS, ids=map("-".join, SETUPS))
def test_what_comes_back_changes_nothing(
    runner: str, kind: str, templates: dict[str, str], tmp_path: Path, long: bool, ledger: Any
) -> None:
    rounds = 12 if long and runner == "embedded" else 1
    with crew_of(runner, templates[kind], tmp_path) as crew:
        _pause(crew, rounds)
        ran = crew.ran()
    ledger(
        runs=rounds,
        lost=2 * rounds - len(set(ran)),
        doubled=len(ran) - len(set(ran)),
        subject=runner,
        database=kind,
    )


def test_notices_ends_that_anybody_may_write(templates: dict[str, str], tmp_path: Path) -> None:
    with crew_of("embedded", templates["sqlite"], tmp_path, without="owner") as crew:
        _pause(crew, 1)
        crew.wait(lambda: len(crew.ran()) == 3)
        assert sorted(set(crew.ran())) == ["after0-0", "turn0-0"], "one of them was done twice"
