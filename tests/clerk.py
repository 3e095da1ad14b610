"""A person at a browser without JavaScript: signs in, opens tasks, fills pages in, sends them."""

import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Mapping
from http.cookiejar import CookieJar

from lxml import html

_PAGES = 20  # of one form


class _Still(urllib.request.HTTPRedirectHandler):
    """Stays where it is."""

    def redirect_request(self, *_: object) -> None:
        return None


class Clerk:
    """One browser, signed in as a persona of the demo."""

    def __init__(self, url: str, persona: str) -> None:
        self._url = url
        cookies = urllib.request.HTTPCookieProcessor(CookieJar())
        self._opener = urllib.request.build_opener(cookies)
        self._still = urllib.request.build_opener(cookies, _Still)
        self._send(f"{url}/anmelden", {"persona": persona})

    def tasks(self, name: str) -> list[str]:
        """Addresses of the tasks of this name on the first page of the inbox."""
        page, _ = self._open(f"{self._url}/aufgaben")
        links = page.xpath('//a[starts-with(@href, "/aufgaben/")]')
        return [
            f"{self._url}{link.get('href')}"
            for link in links
            if name in link.text_content() and "?" not in link.get("href")
        ]

    def work(self, task: str, answers: Mapping[str, str]) -> str:
        """Fill in page after page of a task and send it; gives the address one comes to."""
        page, address = self._open(task)
        for _ in range(_PAGES):
            form, action = _form_of(page, task.removeprefix(self._url))
            fields = {name: value for name, value in form.fields.items() if value is not None}
            known = {name: answers[name] for name in form.fields if name in answers}
            page, address = self._send(task, {**fields, **known, "_action": action})
            if "/erledigt" in address:
                return address
        raise AssertionError(page.text_content())

    def press(self, task: str, action: str) -> str:
        """Send a small form of a task's page by the end of its address; gives where the answer
        sends one, without going there."""
        page, _ = self._open(task)
        form = next(form for form in page.forms if (form.action or "").endswith(f"/{action}"))
        fields = {name: value for name, value in form.fields.items() if value is not None}
        data = urllib.parse.urlencode({**fields, "_sure": "1"}).encode()
        try:
            self._still.open(f"{task}/{action}", data, timeout=30).close()
        except urllib.error.HTTPError as answer:
            with answer:
                if answer.code == 303:
                    return str(answer.headers["Location"])
                raise
        raise AssertionError("the answer sends one nowhere")

    def _open(self, address: str) -> tuple[html.HtmlElement, str]:
        with self._opener.open(address, timeout=30) as answer:
            return html.fromstring(answer.read()), answer.url

    def _send(self, address: str, fields: Mapping[str, str]) -> tuple[html.HtmlElement, str]:
        data = urllib.parse.urlencode(fields).encode()
        with self._opener.open(address, data, timeout=30) as answer:
            return html.fromstring(answer.read()), answer.url


def _form_of(page: html.HtmlElement, path: str) -> tuple[html.FormElement, str]:
    """The task's own form, and what its main button does."""
    form = next(form for form in page.forms if (form.action or "").split("?")[0] == path)
    button = form.xpath('.//button[@name="_action" and contains(@class, "primary")]')[0]
    return form, button.get("value")
