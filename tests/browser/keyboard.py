"""Somebody at a page who finds every control by its name, with Tab."""

import re

from playwright.sync_api import Page

FURTHEST = 200  # presses of Tab until a control must have come

# The tag and the name of what has the focus; what stands smaller below a name is no part of it.
FOCUSED = """() => {
    const e = document.activeElement;
    if (!e || e === document.body) return '';
    const said = node => [...node.childNodes].map(n => n.nodeType === Node.TEXT_NODE ? n.data :
        n.nodeType === Node.ELEMENT_NODE && !n.matches('small') ? said(n) : '').join('');
    const label = e.labels && e.labels.length ? said(e.labels[0]) : '';
    return [e.tagName, label || said(e) || e.getAttribute('aria-label') || ''].join(' '); }"""


class Keyboard:
    """Somebody who has nothing but a keyboard."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def go(self, name: str, tag: str = "", begins: bool = False) -> None:
        """Press Tab until the control of this name has the focus, or one that `begins` with it."""
        for _ in range(FURTHEST):
            self.page.keyboard.press("Tab")
            kind, _, text = self.page.evaluate(FOCUSED).partition(" ")
            said = " ".join(text.split())
            if kind.startswith(tag) and (said.startswith(name) if begins else said == name):
                return
        raise AssertionError(f"„{name}“ is not to be reached by Tab on {self.page.url}")

    def write(self, name: str, text: str) -> None:
        self.go(name)
        self.page.keyboard.press("ControlOrMeta+a")
        self.page.keyboard.type(text)

    def choose(self, name: str, option: str) -> None:
        """Type the beginning of an option, as one does in a list: as far as there are keys for it,
        for the browser would put any other letter into the field before."""
        self.go(name, "SELECT")
        self.page.keyboard.type(re.match("[ -~]*", option)[0])

    def press(self, name: str, begins: bool = False) -> None:
        """Go to a link or button and press Enter; wait for the next page."""
        self.go(name, begins=begins)
        with self.page.expect_navigation(wait_until="domcontentloaded", timeout=60_000):
            self.page.keyboard.press("Enter")

    def press_in_place(self, name: str, begins: bool = False) -> None:
        """The same for what opens or closes on the page itself."""
        self.go(name, begins=begins)
        self.page.keyboard.press("Enter")

    def tick(self, name: str) -> None:
        self.go(name, "INPUT")
        self.page.keyboard.press("Space")
