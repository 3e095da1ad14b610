"""Walks a journey file in the browser: signs in, finds the task, fills in every field, submits.

Rounds, the clock and what a journey expects afterwards are the same as for `pikflow test`; only
what people do goes through the pages.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from playwright.sync_api import Error as BrowserError
from playwright.sync_api import Locator, Page
from visitor import Visitor

from pikflow.forms.generate import generate
from pikflow.forms.submission import bind
from pikflow.forms.view import BoundField, BoundForm
from pikflow.identity import Actor
from pikflow.services.files import sample
from pikflow.services.journeys.journey_files import Journey, People, Step
from pikflow.services.journeys.journey_steps import Mismatch, Walk
from pikflow.services.views import TaskPage


class BrowserWalk(Walk):
    """A walk whose steps are taken with mouse and keyboard."""

    def __init__(self, visitor: Visitor, people: People, folder: Path) -> None:
        super().__init__(visitor.portal.services, people, visitor.portal.clock)
        self.visitor = visitor
        self.folder = folder
        self.person = ""

    def walk(self, journey: Journey) -> None:
        self.open_rounds(journey.rounds)
        for step in journey.steps:
            try:
                self.take(step)
            except Mismatch as mismatch:
                raise AssertionError(mismatch.told(journey)) from mismatch
            except BrowserError as fault:
                where = f"{journey.file}:{step.line}, {step.title}"
                raise AssertionError(f"{where}:\n{fault}\n{self._refusal()}") from fault

    @property
    def page(self) -> Page:
        return self.visitor.page

    def be(self, step: Step) -> Actor:
        actor = self._actor(step)
        if actor.id != self.person:
            self.visitor.sign_in(actor.id)
            self.person = actor.id
        return actor

    # --- what a step does ------------------------------------------------------------------------

    def _begin(self, step: Step) -> None:
        self.be(step)
        self._go(self.page.get_by_role("link", name="Neuer Vorgang"))
        measure = self._services.catalog.measures[str(step.what)]
        tile = self.page.locator("li.pik-tile", has=self.page.get_by_text(measure.name["de"]))
        self._go(tile.get_by_role("button", name="Beginnen").or_(tile.get_by_role("link")).first)
        self._last = self.number()
        self._main = self._main or self._root_of(self._last)

    def number(self) -> str:
        """The case number in the head of the page."""
        return self.page.locator("dl.pik-head dd").first.inner_text().strip()

    def _complete(self, step: Step) -> None:
        actor = self.be(step)
        record = self._task(step, actor)
        self._last = self._number_of(record)
        self.page.goto(f"{self.visitor.portal.url}/aufgaben?ansicht=alle&text={self._last}")
        self._go(self.page.locator(f"a[href='/aufgaben/{record.id}']"))
        if self.page.locator("form[action$='/uebernehmen']").count():
            self._go(self.page.locator("form[action$='/uebernehmen'] button"))
        task = self._services.tasks.view(actor, record.id)
        if task.kind == "children":
            self._close_children(task)
        elif task.schema is None:
            self._press(task.submit or "Erledigt")
        else:
            self._fill_in(task, self._wanted(step, task))
        self._confirm(task)
        assert "/erledigt" in self.page.url, self._refusal()

    def _refusal(self) -> str:
        summary = self.page.locator(".pik-error-summary, .pik-error")
        text = summary.first.inner_text() if summary.count() else self.page.inner_text("main")
        return f"{self.page.url}: {text[:1500]}"

    def _wanted(self, step: Step, task: TaskPage) -> dict[str, Any]:
        """The answers of the step; files are given in the browser, so they are left out here."""
        given = dict(step.given.get("antworten") or {})
        answers: dict[str, Any] = {**(task.stored or {}), **given}
        if step.given.get("ausfuellen"):
            answers = generate(task.schema, task.context, answers)
        return answers

    # --- filling in ------------------------------------------------------------------------------

    def _fill_in(self, task: TaskPage, answers: Mapping[str, Any]) -> None:
        form = self._bound(task, answers, None)
        pages = [page.id for page in form.pages if page.editable]
        for name in pages:
            several = len(pages) > 1
            only = task.sections is not None and not several
            self._fill_page(self._bound(task, answers, name if several or only else None))
            if several:
                self._press("Weiter")
                assert f"seite={name}" not in self.page.url or pages[-1] == name, self._refusal()
        self._press(task.submit or "Erledigen")

    def _bound(self, task: TaskPage, answers: Mapping[str, Any], page: str | None) -> BoundForm:
        return bind(
            task.schema,
            context=task.context,
            stored=answers,
            sections=task.sections,
            page=page,
            organisations=self._services.organisations.offered,
        )

    def _fill_page(self, form: BoundForm) -> None:
        for field in form.fields:
            if field.widget == "group" and field.state.visible and not field.readonly:
                self._make_rows(field)
            for leaf in self._leaves(field):
                self._fill(leaf)

    def _leaves(self, field: BoundField) -> Iterator[BoundField]:
        for leaf in field.leaves():
            if leaf.state.visible and (leaf.above is None or leaf.above.state.visible):
                yield leaf

    def _make_rows(self, field: BoundField) -> None:
        """Press the real buttons until there are as many rows as wanted."""
        if field.field.rows.fixed:
            return
        wanted = len(field.rows)
        for _ in range(60):
            now = self.page.locator(
                f"tr[id^='feld-{field.path}-'], li[id^='feld-{field.path}-']"
            ).count()
            if now == wanted:
                return
            name, value = (
                ("_add", field.path) if now < wanted else ("_remove", f"{field.path}-{now - 1}")
            )
            self._go(self.page.locator(f"button[name='{name}'][value='{value}']"))
        raise AssertionError(f"{field.path}: {wanted} rows can't be made")

    def _fill(self, leaf: BoundField) -> None:
        page, path, entry = self.page, leaf.path, leaf.entry
        if leaf.widget == "file":
            self._upload(leaf)
        elif leaf.is_radio or leaf.control.type == "_Boxes":
            chosen = entry if isinstance(entry, list) else [entry]
            for box in page.locator(f"input[name='{path}']").all():
                wanted = box.get_attribute("value") in chosen
                if box.is_checked() != wanted and (wanted or box.get_attribute("type") != "radio"):
                    box.set_checked(wanted)
        elif leaf.is_box:
            page.locator(f"[id='{leaf.id}']").set_checked(leaf.value is True)
        else:
            control = page.locator(f"[id='{leaf.id}']")
            if control.evaluate("element => element.tagName") == "SELECT":
                control.select_option(str(entry))
            else:
                control.fill(str(entry))

    def _upload(self, leaf: BoundField) -> None:
        """Give as many small files of a kind the field takes as are wanted, once."""
        there = self.page.locator(f"button[name='_remove'][value^='{leaf.path}:']").count()
        if there or not (leaf.value or leaf.required):
            return
        kind = next(iter(leaf.field.settings.get("kinds") or ()), "pdf")
        wanted = max(1, int(leaf.state.min or 1))
        files = [self.folder / f"anlage-{number}.{kind}" for number in range(1, wanted + 1)]
        for file in files:
            file.write_bytes(sample(kind))
        self.page.locator(f"[id='{leaf.id}']").set_input_files(files)

    def _close_children(self, task: TaskPage) -> None:
        self._press(task.submit or "Mit den vorliegenden Meldungen weiter")

    def _confirm(self, task: TaskPage) -> None:
        """Answer the page that asks once more, when there is one."""
        if self.page.locator("input[name=_sure]").count():
            self._go(self.page.locator(".pik-form__buttons button.kern-btn--primary"))

    def _press(self, name: str) -> None:
        buttons = self.page.locator(".pik-form__buttons")
        self._go(buttons.get_by_role("button", name=name, exact=True))

    def _go(self, target: Locator) -> None:
        """Follow a link or button and wait for the page behind it; a click alone does not."""
        with self.page.expect_navigation():
            target.click()

    def _send(self, step: Step) -> None:
        self.be(step)
        number = self._case_of(step, step.given).number
        self.visitor.open(f"/vorgaenge/{number}")
        self._go(self.page.get_by_role("link", name=str(step.what), exact=True))
        self._press(str(step.what))
        if self.page.locator("input[name=_sure]").count():
            self._press(str(step.what))
        self._last = number
