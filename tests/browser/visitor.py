"""One person at a browser."""

from dataclasses import dataclass, field
from typing import Any

from live_portal import Portal
from playwright.sync_api import Page


@dataclass
class Visitor:
    """One person at a browser; `faults` collects console errors and blocked content."""

    portal: Portal
    page: Page
    faults: list[str]
    keys: dict[str, list[Any]] = field(default_factory=dict)

    def open(self, path: str) -> Page:
        self.page.goto(self.portal.url + path)
        return self.page

    def sign_in(self, persona: str) -> Page:
        """Change to another person, as the demo lets one."""
        self.open("/anmelden")
        self.page.locator(f"button[name=persona][value={persona}]").click()
        return self.page

    def be(self, persona: str) -> Page:
        """The same for a window nobody used before; `keys` spares the clicks the next time."""
        if persona in self.keys:
            self.page.context.add_cookies(self.keys[persona])
        else:
            self.sign_in(persona)
            self.keys[persona] = self.page.context.cookies()
        return self.page


def watch(visitor: Visitor) -> None:
    """Note console errors, page errors and what the Content-Security-Policy blocked."""
    page, faults = visitor.page, visitor.faults
    page.on("console", lambda message: _note(faults, message.type, message.text))
    page.on("pageerror", lambda error: faults.append(f"page error: {error}"))
    page.add_init_script(
        "addEventListener('securitypolicyviolation', event =>"
        " console.error('blocked: ' + event.violatedDirective + ' ' + event.blockedURI))"
    )


def _note(faults: list[str], kind: str, text: str) -> None:
    # A page we answer with 4xx on purpose is named by Chromium's console, too.
    if kind == "error" and "the server responded with a status of 4" not in text:
        faults.append(text)
