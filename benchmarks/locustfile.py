"""A working day of a thousand clerks: `locust -f benchmarks/locustfile.py`, or `make load`.

Each signs in as a person of its own, looks and works at the pace of PACE, and picks tasks of its
own inbox. About a fifth of all requests writes. That a colleague was faster is no error.
"""

import itertools
import random
import re
from typing import Any

from locust import FastHttpUser, constant_pacing, task

from benchmarks.contest import APPLICATION, REVIEW
from benchmarks.crowd import DISTRICTS, PEOPLE

PACE = 16.5  # seconds from one action to the next; a thousand clerks ask 100 times a second then
_TASKS = re.compile(r'href="/aufgaben/([0-9a-f]{32})')
_CASES = re.compile(r'href="/vorgaenge/([A-Z]{2}-\d{4}-\d{6})"')
_HIDDEN = re.compile(r'name="(csrf_token|version|key|_page)" value="([^"]*)"')
_NEXT = 'name="_action" value="next"'
_PAGES = 6  # the longest form and its summary
_TYPED = {name: str(text).replace(".", ",") for name, text in (APPLICATION | REVIEW).items()}
_people = itertools.cycle(PEOPLE.values())


class Clerk(FastHttpUser):
    """One person at one browser."""

    wait_time = constant_pacing(PACE)
    cases: tuple[str, ...] = ()
    waiting: tuple[str, ...] = ()

    def on_start(self) -> None:
        """Sign in; each clerk begins at a moment of its own."""
        self.person = next(_people)
        self.chance = random.Random(self.person.id)  # noqa: S311 - the same day each time
        self.client.get(f"/anmelden/{self.person.id}", name="sign in")

    @task(25)
    def inbox(self) -> None:
        """A page of the inbox; each clerk of an office looks at another one."""
        page = self.chance.randrange(1, 20) if self.person.organisation.kind == "amt" else 1
        text = self._get(f"/aufgaben?ansicht=alle&seite={page}", "inbox")
        self.cases = tuple(set(_CASES.findall(text))) or self.cases
        self.waiting = tuple(dict.fromkeys(_TASKS.findall(text)))

    @task(10)
    def search(self) -> None:
        """A case by its number, or an applicant by its name."""
        number = f"{self.chance.randrange(1, 100_000):06}"
        place = f"Gemeinde {self.chance.randrange(1, DISTRICTS + 1)}-{self.chance.randrange(1, 31)}"
        self._get(f"/suche?q={self.chance.choice((number, place))}", "search")

    @task(15)
    def case(self) -> None:
        """One of the cases this person saw last."""
        if self.cases:
            self._get(f"/vorgaenge/{self.chance.choice(self.cases)}", "case")

    @task(10)
    def listed(self) -> None:
        """The list of cases, filtered now and then."""
        wanted = self.chance.choice(("", "?stand=open", f"?jahr={2026 - self.chance.randrange(9)}"))
        text = self._get(f"/vorgaenge{wanted}", "cases")
        self.cases = tuple(set(_CASES.findall(text))) or self.cases

    @task(6)
    def overview(self) -> None:
        """The measures at a glance."""
        self._get("/massnahmen", "overview")

    @task(34)
    def work(self) -> None:
        """Open a task of the inbox, fill in its form, complete it."""
        if self.chance.random() < 0.3 or not self.waiting:
            self.inbox()
        if not self.waiting:
            return
        chosen = self.chance.choice(self.waiting)
        self.waiting = tuple(one for one in self.waiting if one != chosen)
        page = self._get(f"/aufgaben/{chosen}", "task", (200, 404, 409))
        for _ in range(_PAGES):
            hidden = dict(_HIDDEN.findall(page))
            if "key" not in hidden or "_action" not in page:
                return
            typed = {name: text for name, text in _TYPED.items() if f'name="{name}"' in page}
            turns = _NEXT in page
            action = "next" if turns else "submit"
            asked = {**hidden, **typed, "_action": action}
            there = self._post(f"/aufgaben/{chosen}", asked, "next page" if turns else "complete")
            if not turns or not there:
                return
            page = self._get(there, "task", (200, 404, 409))

    def _get(self, path: str, name: str, known: tuple[int, ...] = (200,)) -> str:
        with self.client.get(path, name=name, catch_response=True) as answer:
            if answer.status_code in known:
                answer.success()
            return str(answer.text or "")

    def _post(self, path: str, values: dict[str, Any], name: str) -> str:
        """Where the answer leads, "" for nowhere."""
        with self.client.post(
            path, data=values, name=name, allow_redirects=False, catch_response=True
        ) as answer:
            if answer.status_code in (303, 409):
                answer.success()
            elif answer.status_code in (404, 422):
                answer.failure(f"{answer.status_code} for {self.person.id}")
            return str((answer.headers or {}).get("Location", ""))
