"""A real Chromium against a real server. A missing browser is a failure, not a skip: these pages
are what people get.
"""

import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest
from live_portal import Portal, serve
from playwright.sync_api import Browser, BrowserContext, expect
from visitor import Visitor, watch

PATIENCE = 60_000  # milliseconds: a check of all files takes half a second, beside others more
expect.set_options(timeout=PATIENCE)
BROWSERS = ("chromium-headless-shell", "chromium", "google-chrome")
WIDE, NARROW = {"width": 1280, "height": 900}, {"width": 320, "height": 800}


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, object]:
    """How pytest-playwright starts the browser Debian brings."""
    program = next(filter(None, map(shutil.which, BROWSERS)), None)
    if program is None:
        pytest.fail("no chromium: apt-get install chromium-headless-shell (make test does it)")
    return {"executable_path": program, "args": ["--no-sandbox", "--disable-dev-shm-usage"]}


@pytest.fixture(scope="session")
def chromium(browser: Browser) -> Browser:
    """The one browser of the run; a second one in the same process is not possible."""
    return browser


@pytest.fixture(scope="module")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    yield from serve(tmp_path_factory.mktemp("portal"), datetime(2025, 11, 3, 8, tzinfo=UTC))


Visit = Callable[..., Visitor]


@pytest.fixture
def visit(chromium: Browser, portal: Portal) -> Iterator[Visit]:
    """Open a browser window; every fault on its pages fails the test at the end."""
    opened: list[tuple[BrowserContext, Visitor]] = []

    def window(
        *, dark: bool = False, narrow: bool = False, script: bool = True, at: Portal = portal
    ) -> Visitor:
        context = chromium.new_context(
            viewport=NARROW if narrow else WIDE,
            color_scheme="dark" if dark else "light",
            java_script_enabled=script,
            locale="de-DE",
            timezone_id="Europe/Berlin",
        )
        context.set_default_timeout(PATIENCE)
        visitor = Visitor(at, context.new_page(), [], at.keys)
        watch(visitor)
        opened.append((context, visitor))
        return visitor

    yield window
    for context, visitor in opened:
        context.close()
        assert visitor.faults == []
