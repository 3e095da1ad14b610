"""Log lines are JSON, carry the request's id, and nothing a person typed."""

import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest

from pikflow import logs
from pikflow.errors import EngineFault

SECRET = "Erika Mustermann"


@pytest.fixture
def stream() -> Iterator[io.StringIO]:
    """What the root logger writes after switching on; taken away again."""
    stream, root = io.StringIO(), logging.getLogger()
    before, level = list(root.handlers), root.level
    root.handlers = []
    logs.switch_on(stream)
    yield stream
    root.handlers, root.level = before, level


def lines(stream: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_a_line_is_json_with_the_request(stream: io.StringIO) -> None:
    with logs.under("abc-12345678"):
        logging.getLogger("pikflow.jobs").info("Job %s\nis done", 7)
    logging.getLogger("pikflow.jobs").warning("later")
    first, second = lines(stream)
    assert first["message"] == "Job 7\nis done"
    assert (first["level"], first["logger"]) == ("info", "pikflow.jobs")
    assert first["request"] == "abc-12345678"
    assert second["request"] == ""


def test_switching_on_twice_writes_once(stream: io.StringIO) -> None:
    logs.switch_on(stream)
    logging.getLogger("pikflow").info("one")
    assert len(lines(stream)) == 1


def test_an_error_gives_type_code_and_places_but_no_text(stream: io.StringIO) -> None:
    def parse() -> None:
        try:
            int(SECRET)
        except ValueError as fault:
            raise EngineFault("state-damaged", SECRET) from fault

    try:
        parse()
    except EngineFault:
        logging.getLogger("pikflow").exception("A step failed")
    errors = lines(stream)[0]["errors"]
    assert [error["type"] for error in errors] == [
        "pikflow.errors.EngineFault",
        "builtins.ValueError",
    ]
    assert errors[0]["code"] == "state-damaged"
    assert any(place.endswith(" parse") for place in errors[0]["at"])
    assert SECRET not in stream.getvalue()


def test_what_foreign_libraries_put_into_their_messages_is_left_out(stream: io.StringIO) -> None:
    logging.getLogger("werkzeug").warning("GET /suche?q=%s", SECRET)
    assert lines(stream)[0]["message"] == "GET /suche?q=%s"


@pytest.mark.parametrize(
    "given", ["", "short", "a" * 65, "mit Leerzeichen", "neue\nZeile", "x<y>zzzz"]
)
def test_a_malformed_id_is_replaced(given: str) -> None:
    found = logs.accepted_id(given)
    assert found != given
    assert logs.accepted_id(found) == found
