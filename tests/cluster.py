"""A whole installation on this machine: a real PostgreSQL, web processes, workers, a supervisor.

    python tests/cluster.py [--port 5000] [--cases 20]        `make cluster`

    with Cluster(Path("...")) as cluster:                      tests, load and fault runs
        cluster.url, cluster.processes(), cluster.kill(pid)

Whatever ends is started again, as systemd does it. Sign-in is the demo's, from this machine only.
"""

import argparse
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import IO, Any

from databases import OWNER, Server, free_port
from flask import Flask

from pikflow.host import create_app, instance, seed
from pikflow.services import Services

ROOT = Path(__file__).parent.parent
GUNICORN = ROOT / "docs" / "deployment" / "gunicorn.conf.py"
PATIENCE = 60  # seconds the cluster may take to start or to stop
_LOOK = 0.1  # seconds between looks whether all processes are there
_PAUSE = 0.5  # seconds before a process that ended is started again


# What a killed test run leaves behind ends by itself, in order.
LAUNCHER = """
import ctypes, os, signal, sys
libc = ctypes.CDLL(None)
if hasattr(libc, "prctl"):
    libc.prctl(1, signal.SIGTERM)  # PR_SET_PDEATHSIG
if os.getppid() != int(sys.argv[1]):
    sys.exit("the test run is gone")
os.execv(sys.executable, [sys.executable, *sys.argv[2:]])
"""


class Member:
    """A Python process that is always started again, with its output in `log`."""

    def __init__(self, name: str, command: Sequence[str], environment: dict[str, str], log: Path):
        self.name, self._command, self._environment = name, command, environment
        self._log: IO[bytes] = log.open("ab")
        self.starts = 0
        self.process = self._start()

    def _start(self) -> subprocess.Popen[bytes]:
        self.starts += 1
        return subprocess.Popen(
            [sys.executable, "-c", LAUNCHER, str(os.getpid()), *self._command],
            cwd=ROOT,
            env=self._environment,
            stdin=subprocess.DEVNULL,
            stdout=self._log,
            stderr=self._log,
            start_new_session=True,  # Ctrl-C is for the supervisor alone
        )

    def keep(self) -> None:
        """Start it again when it has ended."""
        if self.process.poll() is not None:
            time.sleep(_PAUSE)
            self.process = self._start()

    def stop(self, patience: float) -> int:
        """SIGTERM, and what is at hand is finished; gives the exit code, -9 when that failed."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        try:
            code = self.process.wait(patience)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            code = self.process.wait()
        self._log.close()
        return code


class Cluster:
    """A running installation in `folder`; `cases`, entries of the demo's plan, are made first.

    `settings` go into its portal.toml; `durable` forces every commit to the disk.
    """

    def __init__(
        self,
        folder: Path,
        *,
        port: int = 0,
        cases: Sequence[Mapping[str, Any]] = (),
        web: int = 2,
        threads: int = 8,
        workers: int = 2,
        durable: bool = True,
        settings: dict[str, str | int | bool] | None = None,
        advance: Callable[[], None] = lambda: None,
    ) -> None:
        self.folder, self.port = folder, port or free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = folder / "log"
        self._wanted = (cases, web, threads, workers, settings or {})
        self._durable, self._advance = durable, advance
        self._ending = threading.Event()
        self._supervisor = threading.Thread(target=self._supervise, name="supervisor", daemon=True)
        self.members: list[Member] = []
        self.codes: dict[str, int] = {}

    def __enter__(self) -> "Cluster":
        cases, web, threads, workers, settings = self._wanted
        self.server = Server(durable=self._durable)
        try:
            self._prepare(cases, settings)
            environment = {**os.environ, "PIKFLOW_INSTANCE": str(self.folder), "NO_COLOR": "1"}
            serve = ["-m", "gunicorn", "-c", str(GUNICORN)]
            serve += ["-w", str(web), "--threads", str(threads), "-b", f"127.0.0.1:{self.port}"]
            serve += [f"pikflow.host:create_app({str(self.folder)!r})"]
            work = ["-c", "from pikflow.host.command import main; main()", "worker"]
            self._add("web", serve, environment)
            for number in range(1, workers + 1):
                self._add(f"worker{number}", work, environment)
            self._supervisor.start()
            self.wait(lambda: self.ask("/health/ready")[0] == 200)
            self.wait(lambda: self.ask("/health/worker")[0] == 200)
        except BaseException:
            self._stop()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stop()

    def _prepare(
        self, cases: Sequence[Mapping[str, Any]], settings: dict[str, str | int | bool]
    ) -> None:
        self.server.execute(f"CREATE DATABASE pikflow OWNER {OWNER}")
        given = {
            "SQLALCHEMY_DATABASE_URI": self.server.url("pikflow", OWNER),
            "PIKFLOW_JOBS_RUNNER": "procrastinate",
            "PIKFLOW_DEMO": True,
        }
        lines = [f"{key} = {_toml(value)}\n" for key, value in {**given, **settings}.items()]
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / "portal.toml").write_text("".join(lines), encoding="utf-8")
        instance.prepare(self._app)
        self.services.worker.prepare()
        seed.sow(self.services, seed.read_plan(), cases, self._advance)

    def _add(self, name: str, command: Sequence[str], environment: dict[str, str]) -> None:
        self.members.append(Member(name, command, environment, self.log))

    def _supervise(self) -> None:
        while not self._ending.wait(_LOOK):
            for member in self.members:
                member.keep()

    def _stop(self) -> None:
        self._ending.set()
        if self._supervisor.ident is not None:
            self._supervisor.join()
        for member in self.members:  # all at once, then wait for each
            if member.process.poll() is None:
                member.process.send_signal(signal.SIGTERM)
        if "_app" in vars(self):
            self.services.environment.database.close()
        self.codes = {member.name: member.stop(PATIENCE) for member in self.members}
        self.server.remove()

    # --- for tests -----------------------------------------------------------------------------

    def processes(self) -> dict[int, str]:
        """Every process there is now, by its id: "web" (the master), "web child", "worker1", ..."""
        found = {}
        for member in self.members:
            found[member.process.pid] = member.name
            found |= dict.fromkeys(children(member.process.pid), f"{member.name} child")
        return found

    def kill(self, pid: int) -> None:
        """kill -9; one that has just ended by itself is no fault."""
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            return

    @cached_property
    def _app(self) -> Flask:
        return create_app(self.folder)

    @property
    def services(self) -> Services:
        """Services of this process on the cluster's database, to look at what happened."""
        found: Services = self._app.extensions["pikflow"].services
        return found

    def ask(self, path: str) -> tuple[int, bytes]:
        """Status and body of an address; 0 when nobody answers."""
        try:
            with urllib.request.urlopen(f"{self.url}{path}", timeout=10) as answer:
                return answer.status, answer.read()
        except urllib.error.HTTPError as fault:
            with fault:
                return fault.code, fault.read()
        except OSError:
            return 0, b""

    def wait(self, condition: Callable[[], Any], patience: float = PATIENCE) -> None:
        """Until something is true; raises TimeoutError with the end of the log."""
        until = time.monotonic() + patience
        while not condition():
            if time.monotonic() > until:
                raise TimeoutError(self.log.read_text(errors="replace")[-3000:])
            time.sleep(0.05)


def children(pid: int) -> list[int]:
    """Processes a process started."""
    try:
        text = Path(f"/proc/{pid}/task/{pid}/children").read_text()
    except OSError:
        return []
    return [int(word) for word in text.split()]


def _toml(value: str | int | bool) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return str(value) if isinstance(value, int) else f'"{value}"'


def main() -> None:
    """Run a cluster until Ctrl-C."""
    parser = argparse.ArgumentParser(description="A cluster on this machine, until Ctrl-C.")
    parser.add_argument("--port", type=int, default=5000)
    parser.add_argument("--cases", type=int, default=20, help="cases of the demo to begin with")
    given = parser.parse_args()
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with tempfile.TemporaryDirectory(prefix="pikflow-cluster-") as folder:
        print("PostgreSQL, tables and cases are made; this takes a while.", flush=True)
        try:
            cases = seed.read_plan().cases[-given.cases :] if given.cases else ()
            with Cluster(Path(folder), port=given.port, cases=cases) as cluster:
                print(f"\n2 web and 2 worker processes on PostgreSQL: {cluster.url}/anmelden")
                print(f"Log: {cluster.log}   (end with Ctrl-C)\n", flush=True)
                while True:
                    time.sleep(1)
        except KeyboardInterrupt:
            print("Everything is stopped.", flush=True)


if __name__ == "__main__":
    main()
