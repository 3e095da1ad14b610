"""F1 and F2: kill -9 of any web or worker process while clerks complete tasks and jobs follow.

Every page is sent twice, and sent again when nobody answers. What a clerk was told is done is done
once, each call of a connector comes back once, and the installation goes on by itself.
"""

import random
import threading
import time
import urllib.error
from collections.abc import Mapping
from http.client import HTTPException
from pathlib import Path
from typing import Any

from clerk import Clerk
from cluster import Cluster
from lxml import html
from treadmill import build, calls_of, steps_of

PEOPLE = ["gemeinde", "gemeinde2", "landkreis", "landkreis2", "stadtkreis", "traeger"]
PATIENCE = 90  # seconds until somebody answers again


class Stubborn(Clerk):
    """Sends everything twice, and again until there is an answer."""

    def _open(self, address: str) -> tuple[html.HtmlElement, str]:
        return self._until_answered(lambda: super(Stubborn, self)._open(address))

    def _send(self, address: str, fields: Mapping[str, str]) -> tuple[html.HtmlElement, str]:
        def send() -> tuple[html.HtmlElement, str]:
            return super(Stubborn, self)._send(address, fields)

        self._until_answered(send)
        return self._until_answered(send)

    def _until_answered(self, ask: Any) -> tuple[html.HtmlElement, str]:
        until = time.monotonic() + PATIENCE
        while True:
            try:
                answer: tuple[html.HtmlElement, str] = ask()
                return answer
            except urllib.error.HTTPError as fault:
                if fault.code < 500 or time.monotonic() > until:
                    raise AssertionError(f"{fault.code}: {fault.read()!r}"[:2000]) from fault
            except (OSError, HTTPException):  # nobody answered, or died in the middle of it
                if time.monotonic() > until:
                    raise
            time.sleep(0.1)


def test_nothing_confirmed_is_lost_and_nothing_is_done_twice(
    tmp_path: Path, long: bool, ledger: Any
) -> None:
    kills = 300 if long else 10
    confirmed: dict[str, list[str]] = {person: [] for person in PEOPLE}
    faults: list[BaseException] = []
    over = threading.Event()
    with Cluster(tmp_path / "cluster", settings={"PIKFLOW_JOBS_LEASE_SECONDS": 10}) as cluster:
        services = cluster.services
        cases = build(services, PEOPLE)

        def work(person: str) -> None:
            try:
                clerk = Stubborn(cluster.url, person)
                while not over.is_set():
                    for task in clerk.tasks("Schritt tun")[:1]:
                        clerk.work(task, {"zahl": "1"})
                        confirmed[person].append(task.rpartition("/")[2])
            except BaseException as fault:
                faults.append(fault)

        threads = [threading.Thread(target=work, args=(person,)) for person in PEOPLE]
        for thread in threads:
            thread.start()
        killed = _kill(cluster, kills, faults)
        before = {person: len(done) for person, done in confirmed.items()}
        cluster.wait(lambda: faults or all(len(confirmed[p]) > before[p] for p in PEOPLE), PATIENCE)
        over.set()
        for thread in threads:
            thread.join(PATIENCE * 2)
        cluster.wait(lambda: all(_settled(services, key) for key in cases.values()), PATIENCE)
        stored = {person: steps_of(services, key) for person, key in cases.items()}
        symptoms = list(services.doctor.examine_data(lambda done, total: None))
        services.environment.database.close()
    assert not faults, faults[0]
    assert symptoms == []
    said = sum(map(len, confirmed.values()))
    assert len(killed) == kills
    lost = sum(len(set(confirmed[p]) - set(stored[p])) for p in PEOPLE)
    doubled = sum(len(stored[p]) - len(set(stored[p])) for p in PEOPLE)
    ledger(
        runs=kills,
        lost=lost,
        doubled=doubled,
        subject=f"{said} completions, kills of {', '.join(sorted(set(killed)))}",
        database="postgresql",
    )


def _kill(cluster: Cluster, kills: int, faults: list[BaseException]) -> list[str]:
    """Kill one process after the other, chosen at random; their names."""
    chance, killed = random.Random(kills), []
    while len(killed) < kills and not faults:
        time.sleep(chance.uniform(0.3, 2.5))
        pid, name = chance.choice(sorted(cluster.processes().items()))
        cluster.kill(pid)
        killed.append(name)
    return killed


def _settled(services: Any, case_id: int) -> bool:
    """No call is under way."""
    return set(calls_of(services, case_id)) <= {"done"}
