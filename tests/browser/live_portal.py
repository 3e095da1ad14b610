"""The demo portal as a running server, on a database of its own and with a clock to be moved."""

import socket
import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from flask import Flask
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from pikflow.host import create_app, instance
from pikflow.services import Services


class Clock:
    """A clock that stands where it was put; each look moves it by a second."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        self.now += timedelta(seconds=1)
        return self.now


@dataclass
class Portal:
    """The running portal: its address, app, services and clock."""

    url: str
    app: Flask
    clock: Clock
    keys: dict[str, list[Any]] = field(default_factory=dict)  # cookies by persona

    @property
    def services(self) -> Services:
        services: Services = self.app.extensions["pikflow"].services
        return services


def serve(
    folder: Path, now: datetime, prepare: Callable[[Flask], object] = instance.prepare
) -> Iterator[Portal]:
    """A portal with everything deployed, until the generator is closed."""
    clock = Clock(now)
    app = create_app(folder, {"PIKFLOW_DEMO": True}, clock=clock)
    prepare(app)
    server = _listen(app)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield Portal(f"http://127.0.0.1:{server.server_port}", app, clock)
    finally:
        server.shutdown()
        thread.join(10)
        server.server_close()
        app.extensions["pikflow"].services.environment.database.close()


def _listen(app: Flask) -> BaseWSGIServer:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    return make_server(
        "127.0.0.1", port, _keep_answer(app), threaded=True, request_handler=_Handler
    )


class _Handler(WSGIRequestHandler):
    """Closes the file a browser did not wait for, which Werkzeug leaves open."""

    def connection_dropped(
        self, error: BaseException, environ: dict[str, Any] | None = None
    ) -> None:
        if environ and (close := getattr(environ.get(_ANSWER), "close", None)):
            close()


_ANSWER = "pikflow.answer"


def _keep_answer(app: Flask) -> Callable[[dict[str, Any], Any], Iterable[bytes]]:
    def answer(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        environ[_ANSWER] = app(environ, start_response)
        given: Iterable[bytes] = environ[_ANSWER]
        return given

    return answer
