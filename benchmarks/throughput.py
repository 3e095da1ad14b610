"""Completed tasks a second through the real form page: `python -m benchmarks.throughput`.

gunicorn (gthread, two processes of eight threads) and PostgreSQL with fsync run beside the client
on the same machine. Each of the client's threads has cases of its own, posts the form of their open
task, with session, CSRF token and a fresh idempotency key, and finds the next task in the answer.
"""

import argparse
import http.client
import os
import re
import secrets
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median, quantiles

from benchmarks.contest import CASES, NOW, OFFICER, services
from benchmarks.ours import ServiceCase
from tests.databases import free_port, new_database

ROOT = Path(__file__).parents[1]
GUNICORN = ROOT / "docs" / "deployment" / "gunicorn.conf.py"
THREADS = 12
FIELDS = {
    "_page": "",
    "_action": "submit",
    "ergebnis": "gut",
    "noch_ein_jahr": "ja",
    "vermerk": "Die Angaben sind vollständig und stimmen mit den Belegen überein.",
}
_TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
_NEXT = re.compile(r"weiter=(\w+)")


@dataclass
class Browser:
    """One signed-in connection that is kept open."""

    port: int
    cookie: str = ""
    connection: http.client.HTTPConnection = field(init=False)

    def __post_init__(self) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)

    def ask(
        self, method: str, path: str, body: bytes = b"", kind: str = ""
    ) -> tuple[int, str, str]:
        """Status, Location and text of the answer."""
        headers = {"Cookie": self.cookie, **({"Content-Type": kind} if kind else {})}
        self.connection.request(method, path, body, headers)
        answer = self.connection.getresponse()
        text = answer.read().decode()
        if method == "GET" and answer.headers["Set-Cookie"]:
            self.cookie = answer.headers["Set-Cookie"].split(";")[0]
        return answer.status, answer.headers["Location"] or "", text


@dataclass
class Clerk:
    """One thread: its cases, each with the open task and the row version its page would show."""

    browser: Browser
    cases: deque[tuple[str, int]]
    times: list[float] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    def sign_in(self) -> None:
        """Take the cookie of the session, then the one that also holds the page's token."""
        self.browser.ask("GET", f"/anmelden/{OFFICER.id}")
        *_, page = self.browser.ask("GET", f"/aufgaben/{self.cases[0][0]}")
        self.token = _TOKEN.findall(page)[0]

    def work(self, until: float) -> None:
        while time.perf_counter() < until and not self.faults:
            task, version = self.cases.popleft()
            values = {**FIELDS, "csrf_token": self.token, "version": str(version)}
            body, kind = _multipart({**values, "key": secrets.token_urlsafe(12)})
            begin = time.perf_counter()
            status, where, text = self.browser.ask("POST", f"/aufgaben/{task}", body, kind)
            self.times.append(time.perf_counter() - begin)
            if status != 303:
                self.faults.append(f"{status} {text[:500]}")
                return
            self.cases.append((_NEXT.findall(where)[0], version + 1))


def _multipart(values: dict[str, str]) -> tuple[bytes, str]:
    mark = "----benchmark"
    parts = [
        f'--{mark}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in values.items()
    ]
    return ("".join(parts) + f"--{mark}--\r\n").encode(), f"multipart/form-data; boundary={mark}"


@contextmanager
def gunicorn(url: str, *options: str) -> Iterator[int]:
    """A running server; gives its port."""
    port = free_port()
    command = [sys.executable, "-m", "gunicorn", "-c", str(GUNICORN), "-b", f"127.0.0.1:{port}"]
    server = subprocess.Popen(  # noqa: S603 - our own words
        [*command, *options, "benchmarks.host:make()"],
        cwd=ROOT,
        env={**os.environ, "PIKFLOW_BENCH_URL": url},
        stderr=subprocess.DEVNULL,
    )
    try:
        _wait(port)
        yield port
    finally:
        server.terminate()
        server.wait(60)  # longer than gunicorn's own graceful_timeout


def _wait(port: int) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until:
        try:
            if Browser(port).ask("GET", "/health/live")[0] == 200:
                return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError("gunicorn does not answer")


def run(kind: str, seconds: float) -> tuple[float, list[float]]:
    """(completed tasks a second, milliseconds of each)."""
    url = new_database(kind, durable=True)
    flow = services(url)
    ready: list[tuple[str, int]] = []
    for year in range(NOW.year, NOW.year + CASES):
        case = ServiceCase(flow, year)
        case.step()
        case.prepare()
        ready.append((case.task, case.version))
    flow.environment.database.close()
    with gunicorn(url) as port:
        clerks = [
            Clerk(Browser(port), deque(ready[n::THREADS])) for n in range(min(THREADS, CASES))
        ]
        for clerk in clerks:
            clerk.sign_in()
        for span in (2.0, seconds):  # the first is not counted
            for clerk in clerks:
                clerk.times.clear()
            until = time.perf_counter() + span
            threads = [threading.Thread(target=clerk.work, args=(until,)) for clerk in clerks]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
        for clerk in clerks:  # the server waits for connections that are kept open
            clerk.browser.connection.close()
    faults = [fault for clerk in clerks for fault in clerk.faults]
    if faults:
        raise RuntimeError(faults[0])
    times = [taken * 1000 for clerk in clerks for taken in clerk.times]
    return len(times) / seconds, times


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--seconds", type=float, default=20)
    options.add_argument("--database", default="postgresql")
    asked = options.parse_args()
    rate, times = run(asked.database, asked.seconds)
    late = quantiles(times, n=20)[-1]
    sys.stdout.write(
        f"{asked.database}: {rate:.0f} completed tasks a second, median {median(times):.0f} ms, "
        f"95 % within {late:.0f} ms\n"
    )


if __name__ == "__main__":
    main()
