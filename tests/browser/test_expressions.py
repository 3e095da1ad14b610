"""The browser's interpreter agrees with the server's, in real Chromium under a strict CSP."""

import json
import os
import threading
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from attacks import BOMBS, HARMLESS, bomb_scope
from playwright.sync_api import Browser, Page
from random_expressions import Draw

import pikflow
import pikflow.expressions
from pikflow import values
from pikflow.expressions import ExpressionError, ExpressionFault, compile_expression

pytestmark = pytest.mark.browser

HERE = Path(__file__).parent
STATIC = Path(pikflow.__file__).parent / "web" / "static"
CONFORMANCE = Path(pikflow.expressions.__file__).with_name("conformance.json")
# `make fuzz` runs 100,000.
FUZZED = int(os.environ.get("PIKFLOW_EXPRESSIONS", "3000"))
_BATCH = 5_000
_MOST_MILLIS = 8_000


class _Handler(SimpleHTTPRequestHandler):
    """The static folder, and one page that loads the probe; nothing else may run or load."""

    def do_GET(self) -> None:
        if self.path == "/":
            page = '<!doctype html><title>-</title><script type="module" src="/probe.js"></script>'
            self._send("text/html", page)
        elif self.path == "/probe.js":
            probe = HERE / "expressions_probe.js"
            self._send("text/javascript", probe.read_text(encoding="utf-8"))
        else:
            super().do_GET()

    def _send(self, kind: str, text: str) -> None:
        body = text.encode("utf-8")
        self.send_response(200)
        self.send_header("Content-Type", f"{kind}; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Content-Security-Policy", "default-src 'none'; script-src 'self'")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the base's name
        """Requests of a test are nobody's news."""


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Handler, directory=str(STATIC)))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture(scope="module")
def probe(browser: Browser, address: str) -> Iterator[Page]:
    page = browser.new_page()
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("console", lambda message: problems.append(message.text))
    page.goto(address)
    page.wait_for_function("window.evaluateAll !== undefined")
    yield page
    page.close()
    assert problems == []


def _expected(case: dict[str, Any]) -> Any:
    """What the server's interpreter gives, in a form that compares by value."""
    if "fault" in case:
        return {"fault": case["fault"]}
    return {"value": _comparable(case["value"])}


def _comparable(value: Any) -> Any:
    """Tagged JSON with every number written one way, so 1.50 and 1.5 are the same."""
    if isinstance(value, dict) and set(value) == {"$decimal"}:
        return {"$decimal": str(Decimal(value["$decimal"]).normalize() + 0)}
    if isinstance(value, dict):
        return {key: _comparable(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_comparable(item) for item in value]
    return value


def _differences(probe: Page, cases: list[dict[str, Any]]) -> list[str]:
    sent = [{"tree": case["tree"], "scope": case.get("scope", {})} for case in cases]
    # As text, because handing over deep objects one by one takes far longer than evaluating them.
    call = "text => JSON.stringify(window.evaluateAll(JSON.parse(text)))"
    found = json.loads(probe.evaluate(call, json.dumps(sent)))
    assert len(found) == len(cases)
    return [
        f"{case['expression']}: {result}, expected {_expected(case)}"
        for case, result in zip(cases, found, strict=True)
        if (_comparable(result) if "value" in result else result) != _expected(case)
    ]


def _case(text: str, scope: dict[str, Any]) -> dict[str, Any]:
    """A case whose expectation is what the server computes."""
    expression = compile_expression(text)
    case = {
        "expression": text,
        "tree": expression.tree,
        "scope": json.loads(values.dump(scope)),
    }
    try:
        return case | {"value": json.loads(values.dump(expression.evaluate(scope)))}
    except ExpressionFault as fault:
        return case | {"fault": fault.code}


def test_agrees_on_the_shared_cases(probe: Page) -> None:
    cases = json.loads(CONFORMANCE.read_text(encoding="utf-8"))["cases"]
    with_trees = [case | {"tree": compile_expression(case["expression"]).tree} for case in cases]
    assert _differences(probe, with_trees) == []


def test_agrees_on_random_expressions(probe: Page) -> None:
    draw = Draw(20_260_101)
    left = FUZZED
    while left > 0:
        cases = _drawn(draw, min(left, _BATCH))
        assert sum(case.get("value") is not None for case in cases) > len(cases) // 2
        assert _differences(probe, cases) == []
        left -= len(cases)


def _drawn(draw: Draw, count: int) -> list[dict[str, Any]]:
    cases: list[dict[str, Any]] = []
    while len(cases) < count:
        text, scope = draw.text(), draw.scope()
        try:
            cases.append(_case(text, scope))
        except ExpressionError:
            continue  # a date literal that does not exist, a text that got too long
    return cases


def test_agrees_on_the_attack_corpus(probe: Page) -> None:
    scope = {"antrag": {"betrag": Decimal(5)}}
    assert _differences(probe, [_case(text, scope) for text, _ in HARMLESS]) == []


def test_stops_the_same_bombs_in_time(probe: Page) -> None:
    """The same fault as the server's, each within seconds on a machine that has more to do."""
    trees = [compile_expression(text).tree for text, _ in BOMBS]
    sent = json.dumps([trees, json.loads(values.dump(bomb_scope()))])
    call = "text => JSON.stringify(window.evaluateOver(...JSON.parse(text)))"
    found = json.loads(probe.evaluate(call, sent))
    faults = [result.get("fault") for result in found]
    assert list(zip([text for text, _ in BOMBS], faults, strict=True)) == BOMBS
    assert max(result["millis"] for result in found) < _MOST_MILLIS


def test_knows_every_working_day(probe: Page) -> None:
    days = [Decimal(n) for n in range(366)]
    cases = [
        _case("[workday(add_days(d, n)) for n in l]", {"d": date(year, 1, 1), "l": days})
        for year in range(1994, 2102)
    ]
    assert _differences(probe, cases) == []


def test_sees_only_entries_of_dictionaries(probe: Page) -> None:
    words = ["constructor", "toString", "hasOwnProperty", "length", "prototype"]
    cases = [_case(text, {"a": {}}) for word in words for text in (word, f"a.{word}")]
    cases += [_case(f"[{word} for x in [1]]", {}) for word in words]
    assert [case["value"] for case in cases] == [None] * 10 + [[None]] * 5
    assert _differences(probe, cases) == []


def test_evaluates_in_microseconds(probe: Page) -> None:
    tree = compile_expression("a.b <= 3").tree
    scope = json.loads(values.dump({"a": {"b": Decimal(2)}}))
    micros = probe.evaluate("([tree, scope]) => window.timeEach(tree, scope, 20000)", [tree, scope])
    assert micros < 100
