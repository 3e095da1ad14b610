"""The set-up of docs/operation.md on this machine: web, workers, PostgreSQL, all at once."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from clerk import Clerk
from cluster import Cluster, children
from databases import free_port
from sqlalchemy import select

from pikflow.host import seed
from pikflow.store import cases, workers
from pikflow.store.tables import job, user_task

ROOT = Path(__file__).parent.parent
ANSWERS = {
    "email": "a@b.example",
    "personen_au": "4",
    "bedarf_besteht": "false",
    "richtigkeit": "true",
}


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    wanted = [entry for entry in seed.read_plan().cases if entry.get("bis") == "Bedarf sammeln"]
    folder = tmp_path_factory.mktemp("cluster")
    with Cluster(folder, cases=wanted) as cluster:
        yield cluster
    assert set(cluster.codes.values()) == {0}, "a process did not stop in order"
    assert "Traceback" not in cluster.log.read_text()


def test_a_task_is_completed_and_a_worker_does_what_follows(cluster: Cluster) -> None:
    clerk = Clerk(cluster.url, "gemeinde")
    task = clerk.tasks("Bedarf melden")[0]
    assert "/vorgaenge/" in clerk.work(task, ANSWERS)
    services = cluster.services

    def reported() -> bool:
        with services.environment.query() as unit:
            jobs = unit.connection.execute(select(job.c.kind, job.c.state)).all()
        return ("child", "done") in jobs

    cluster.wait(reported)
    assert list(services.doctor.examine_data(lambda done, total: None)) == []


def test_whatever_is_killed_is_there_again(cluster: Cluster) -> None:
    before = cluster.processes()
    assert sorted(before.values()) == ["web", "web child", "web child", "worker1", "worker2"]
    for pid in before:
        cluster.kill(pid)
    cluster.wait(lambda: not before.keys() & cluster.processes().keys())
    cluster.wait(lambda: len(cluster.processes()) == len(before))
    cluster.wait(lambda: cluster.ask("/health/ready")[0] == 200)
    fresh = {str(pid) for pid, name in cluster.processes().items() if "worker" in name}
    cluster.wait(lambda: fresh <= {name.rpartition("-")[2] for name in worker_names(cluster)})


def worker_names(cluster: Cluster) -> list[str]:
    """Workers that gave a sign of life."""
    services = cluster.services
    with services.environment.query() as unit:
        return [one.name for one in workers.all_of_them(unit.connection)]


def test_a_request_at_hand_is_finished_before_the_web_server_ends(cluster: Cluster) -> None:
    """The case is locked, so the click waits; meanwhile the web server is asked to stop."""
    clerk = Clerk(cluster.url, "landkreis")
    task = clerk.tasks("Bedarf sammeln")[0]
    master = next(pid for pid, name in cluster.processes().items() if name == "web")
    services, done = cluster.services, []
    click = threading.Thread(target=lambda: done.append(clerk.press(task, "weiter")))
    with services.environment.command() as unit:
        case = unit.connection.execute(
            select(user_task.c.instance_id).where(user_task.c.id == task.rpartition("/")[2])
        ).scalar_one()
        cases.lock(unit.connection, case)
        click.start()
        cluster.wait(lambda: waiting_for_locks(cluster))
        os.kill(master, signal.SIGTERM)
        cluster.wait(lambda: "Handling signal: term" in cluster.log.read_text())
        click.join(0.5)
        assert click.is_alive()
    click.join()
    assert "/erledigt" in done[0]
    cluster.wait(lambda: cluster.ask("/health/ready")[0] == 200)


def waiting_for_locks(cluster: Cluster) -> bool:
    return bool(cluster.server.execute("SELECT 1 FROM pg_locks WHERE NOT granted", name="pikflow"))


def test_ctrl_c_stops_everything() -> None:
    port = free_port()
    command = [sys.executable, str(ROOT / "tests" / "cluster.py"), "--cases", "0"]
    with subprocess.Popen(
        [*command, "--port", str(port)], stdout=subprocess.PIPE, text=True
    ) as run:
        assert run.stdout is not None
        line = next(line for line in run.stdout if "http" in line)
        assert f"http://127.0.0.1:{port}/anmelden" in line
        mine = descendants(run.pid)
        assert len(mine) >= 6, "gunicorn and its two, two workers, PostgreSQL"
        run.send_signal(signal.SIGINT)
        assert "Everything is stopped." in run.stdout.read()
        assert run.wait(60) == 0
    assert [pid for pid in mine if Path(f"/proc/{pid}").exists()] == []


def descendants(pid: int) -> list[int]:
    found = children(pid)
    return found + [below for child in found for below in descendants(child)]
