"""Requests carry an id into logs and jobs; the logs say nothing about persons."""

import io
import json
import logging
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from pikflow import logs
from pikflow.host import demo
from pikflow.services import outbox
from pikflow.services.handlers import Handler
from pikflow.services.outbox import Order
from pikflow.store import tasks
from pikflow.store.tables import job
from pikflow.store.work import JobRecord

SignIn = Callable[[str], FlaskClient]


@pytest.fixture
def written() -> Iterator[Callable[[], list[dict[str, Any]]]]:
    """The lines logged so far."""
    stream, root = io.StringIO(), logging.getLogger()
    before, level = list(root.handlers), root.level
    root.handlers = []
    logs.switch_on(stream)
    yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    root.handlers, root.level = before, level


def test_a_well_formed_id_is_kept_and_returned(app: Flask, written: Any) -> None:
    answer = app.test_client().get("/health/live", headers={"X-Request-Id": "lb-0123456789"})
    assert answer.headers["X-Request-Id"] == "lb-0123456789"
    line = written()[-1]
    assert line["request"] == "lb-0123456789"
    assert (line["method"], line["endpoint"], line["status"]) == ("GET", "pik.health_live", 200)
    assert line["ms"] >= 0
    assert logs.request_id() == ""  # and forgotten afterwards


def test_a_request_without_one_gets_one_of_its_own(app: Flask) -> None:
    found = {app.test_client().get("/health/live").headers["X-Request-Id"] for _ in range(3)}
    assert len(found) == 3
    forged = app.test_client().get("/health/live", headers={"X-Request-Id": "a b"})
    assert re.fullmatch(r"[0-9a-f]{16}", forged.headers["X-Request-Id"])


def test_a_fault_is_found_by_its_request(
    app: Flask, written: Any, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*args: object, **more: object) -> None:
        raise ValueError("Erika Mustermann")

    monkeypatch.setattr(app.extensions["pikflow"].services.tasks, "inbox", fail)
    monkeypatch.setitem(app.config, "PROPAGATE_EXCEPTIONS", False)
    answer = sign_in("rp").get("/aufgaben", headers={"X-Request-Id": "fault-12345"})
    assert answer.status_code == 500
    fault = next(line for line in written() if "errors" in line)
    assert fault["request"] == "fault-12345"
    assert fault["errors"][0]["type"] == "builtins.ValueError"
    assert "Mustermann" not in json.dumps(written())


def test_a_job_is_logged_under_the_request_that_led_to_it(
    stage: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    services, seen = stage.extensions["pikflow"].services, []
    with services.environment.query() as unit:
        case_id = tasks.all_open(unit.connection)[0].instance_id

    def note(unit: object, taken: JobRecord, outcome: object) -> None:
        seen.append((logs.request_id(), taken.payload["request"]))

    monkeypatch.setitem(services.jobs.handlers, "noting", Handler(note))
    with logs.under("origin-0001"), services.environment.command() as unit:
        outbox.add(unit, [Order("noting", "noting:1", case_id, {})])
    with services.environment.query() as unit:
        job_id = unit.connection.execute(
            select(job.c.id).where(job.c.kind == "noting")
        ).scalar_one()
    assert services.jobs.run(job_id)
    assert seen == [("origin-0001", "origin-0001")]
    assert logs.request_id() == ""


def test_logs_name_no_person(stage: Flask, sign_in: SignIn, written: Any) -> None:
    people = demo.load()
    for persona in people.personas[:4]:
        browser = sign_in(persona.actor.id)
        browser.get("/aufgaben?q=Mustermann")
        browser.get("/suche?q=Mustermann")
        browser.post("/vorgaenge/neu", data={"name": "Mustermann"})
    text = json.dumps(written(), ensure_ascii=False)
    assert len(written()) >= 16
    named = [actor.id for actor in people.actors.values() if f'"{actor.id}"' in text]
    named += [actor.name for actor in people.actors.values() if actor.name in text]
    assert named == []
    assert "Mustermann" not in text
