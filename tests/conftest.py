"""What every test run has: an option that lets no browser test be skipped quietly."""

from collections.abc import Generator
from typing import Any

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    text = "a skipped browser test counts as failed"
    parser.addoption("--no-browser-skips", action="store_true", help=text)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, Any, pytest.TestReport]:
    report: pytest.TestReport = yield
    strict = item.config.getoption("--no-browser-skips") and item.get_closest_marker("browser")
    if report.skipped and strict:
        report.outcome, report.longrepr = "failed", f"skipped: {report.longrepr}"
    return report
