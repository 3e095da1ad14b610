"""`pikflow worker` as a process: it says that it runs, ends in order, and refuses bad tables."""

import os
import signal
import subprocess
import sys
from pathlib import Path

from pikflow.store.database import Database

RUN = "from pikflow.host.command import main; main()"


def _start(folder: Path, *words: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", RUN, *words],
        env={**os.environ, "PIKFLOW_INSTANCE": str(folder)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_the_worker_runs_until_it_is_told_to_end(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'pikflow.sqlite3'}")
    database.create()
    database.close()
    worker = _start(tmp_path, "worker", "--concurrency", "2")
    assert worker.stdout is not None
    assert worker.stdout.readline() == "Der Arbeiter läuft (embedded).\n"
    worker.send_signal(signal.SIGTERM)
    told, complained = worker.communicate(timeout=60)
    assert (worker.returncode, told, complained) == (0, "Der Arbeiter ist beendet.\n", "")


def test_the_worker_does_not_begin_without_tables(tmp_path: Path) -> None:
    worker = _start(tmp_path, "worker")
    told, complained = worker.communicate(timeout=60)
    assert worker.returncode == 1 and told == "" and "init-db" in complained
