"""What connectors reach: a web server and a mail server that take notes, and a folder of files.

Each takes its time, so that a worker is mostly killed between an effect and the end of its job.
"""

import http.server
import json
import os
import smtplib
import threading
import time
import urllib.request
from collections import Counter
from dataclasses import dataclass
from email import message_from_bytes
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from databases import free_port

from pikflow.connectors import Call, Connector

SLOW = 0.15  # seconds an effect takes
PROCESS = (Path(__file__).parent / "effects.bpmn").read_bytes()


class Outside:
    """The servers; `mails` and `hooks` count what came by its key."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.mails: Counter[str] = Counter()
        self.hooks: Counter[str] = Counter()
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "written").touch()
        self._web = _Web(("127.0.0.1", 0), _Hook)
        self._web.hooks = self.hooks
        threading.Thread(target=self._web.serve_forever, daemon=True).start()
        self._mail = Controller(_Box(self.mails), hostname="127.0.0.1", port=free_port())
        self._mail.start()

    @property
    def reach(self) -> "Reach":
        return Reach(self.folder, self._web.server_address[1], self._mail.port)

    @property
    def files(self) -> Counter[str]:
        """How often each file was written."""
        return Counter((self.folder / "written").read_text().split())

    @property
    def begun(self) -> int:
        """How many effects there were, second ones too."""
        return sum((self.files + self.hooks + self.mails).values())

    def close(self) -> None:
        self._mail.stop()
        self._web.shutdown()
        self._web.server_close()


@dataclass(frozen=True)
class Reach:
    """Where worker processes find them."""

    folder: Path
    web: int
    mail: int

    def connectors(self) -> list[Connector]:
        """A file, a call of a web address, a mail: each with the call's key."""
        return [
            Connector("test.ablegen", "Legt eine Datei ab.", run=self._export),
            Connector("test.melden", "Ruft eine Adresse.", run=self._call),
            Connector("test.schreiben", "Schreibt eine Mail.", run=self._write),
        ]

    def _export(self, call: Call) -> str:
        name = call.key.replace(":", "-")
        fresh = self.folder / f"{name}.{os.getpid()}"
        fresh.write_text(json.dumps(call.input, default=str))
        fresh.replace(self.folder / f"{name}.json")
        with (self.folder / "written").open("a") as notes:
            notes.write(f"{call.key}\n")
        time.sleep(SLOW)
        return name

    def _call(self, call: Call) -> str:
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.web}/", data=b"{}", headers={"Idempotency-Key": call.key}
        )
        with urllib.request.urlopen(request, timeout=20) as answer:
            return str(answer.read().decode())

    def _write(self, call: Call) -> str:
        mail = EmailMessage()
        mail["From"], mail["To"] = "amt@example.org", "kreis@example.org"
        mail["Message-ID"] = f"<{call.key}@example.org>"
        mail["Subject"] = f"Bescheid {call.number}"
        mail.set_content("Guten Tag.")
        with smtplib.SMTP("127.0.0.1", self.mail, timeout=20) as server:
            server.send_message(mail)
        return str(mail["Message-ID"])


class _Web(http.server.ThreadingHTTPServer):
    daemon_threads = True
    hooks: Counter[str]


class _Hook(http.server.BaseHTTPRequestHandler):
    server: _Web

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.server.hooks[self.headers["Idempotency-Key"]] += 1
        time.sleep(SLOW)
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"gesehen")

    def log_message(self, *_: Any) -> None:
        """Says nothing."""

    def handle(self) -> None:
        try:
            super().handle()
        except ConnectionError:
            return  # the worker was killed


class _Box:
    def __init__(self, mails: Counter[str]) -> None:
        self._mails = mails

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        mail = message_from_bytes(envelope.content or b"")
        self._mails[mail["Message-ID"].strip("<>").removesuffix("@example.org")] += 1
        return "250 OK"
