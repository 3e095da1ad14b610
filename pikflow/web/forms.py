"""Between a posted page and forms.bind: which page of the form, what was typed, what is wrong.

A form with one page is filled in and submitted there. One with more has a page to check everything
at the end, from where it is submitted; its pages are kept as a draft while one goes through them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import request, url_for
from werkzeug.datastructures import FileStorage, MultiDict

from pikflow.errors import Invalid
from pikflow.forms.merging import takes_file
from pikflow.forms.submission import bind
from pikflow.forms.summary import summary
from pikflow.forms.view import BoundField, BoundForm, ErrorLine, Page
from pikflow.identity import Actor
from pikflow.services.views import EventPage, TaskPage
from pikflow.web.flow import current_flow
from pikflow.web.guards import TOKEN_FIELD
from pikflow.web.i18n import language, translate

CHECK = "pruefen"  # the address of the last page of a form with several
PAGE = "_page"
_NARROW = 4  # columns that have room beside what the applicant said
_OWN_FIELDS = {TOKEN_FIELD, "key", "version", PAGE, "_action", "_sure"}

Uploads = dict[str, list[dict[str, Any]]]


@dataclass(frozen=True)
class Problem:
    """Something to mend: the field's label, the sentence, and where the field is."""

    label: str
    message: str
    url: str


@dataclass(frozen=True)
class Step:
    """One page of the form: its section id, title, address, and how far it is.

    `state` is "complete", "open" for a page somebody has seen, else "".
    """

    id: str
    title: str
    url: str
    current: bool
    state: str = ""


@dataclass(frozen=True)
class FormPage:
    """One page of a form as it is shown; `current` is a section id, CHECK, or "" for the only one.

    `steps` are all its pages, empty when there is only one.
    """

    task: TaskPage
    form: BoundForm
    current: str
    steps: tuple[Step, ...]
    problems: tuple[Problem, ...] = ()

    @property
    def is_check(self) -> bool:
        return self.current == CHECK

    @property
    def submits(self) -> bool:
        """The button that completes the task stands on this page."""
        return not self.steps or self.is_check

    @property
    def has_tables(self) -> bool:
        """A cost plan, cards, or rows of many columns are on show, which need the whole width."""
        return any(map(_is_wide, self.form.fields))

    @property
    def answers(self) -> dict[str, Any]:
        return dict(self.form.values)

    @property
    def sections(self) -> list[Any]:
        """Everything said so far, to be checked."""
        return list(summary(self.form.schema, self.form.values, self.task.context, language()))

    def target(self, action: str) -> str:
        """The page a button leads to: next, back, or go:<page>."""
        ids = [step.id for step in self.steps]
        if action.startswith("go:"):
            return action[3:] if action[3:] in ids else self.current
        at = ids.index(self.current) if self.current in ids else 0
        at += 1 if action == "next" else -1
        return ids[min(max(at, 0), len(ids) - 1)] if ids else ""

    def whole(self) -> "FormPage":
        """The same with every page examined, for submission."""
        if not self.steps:
            return self
        return _check_page(self.task, report="all")


def _is_wide(field: BoundField) -> bool:
    if field.widget == "group":
        cards = field.field.repeat.layout == "cards"
        return bool(field.rows) and (cards or len(field.columns) > _NARROW)
    return field.widget == "matrix"


def open_page(task: TaskPage, asked: str, *, report: str = "none") -> FormPage:
    """The page of the form asked for, or its first; `report` "page" shows what is wrong."""
    ids = _page_ids(task)
    if len(ids) < 2:
        form = _bind(task, page=ids[0] if _is_narrow(task, ids) else None, report=report)
        return FormPage(task, form, "", (), _problems(task, form, ""))
    if asked == CHECK:
        return _check_page(task)
    page = asked if asked in ids else ids[0]
    form = _bind(task, page=page, report=report)
    return FormPage(task, form, page, _steps(task, form, page), _problems(task, form, page))


def read_page(
    task: TaskPage,
    raw: "MultiDict[str, str]",
    uploads: Uploads,
    refused: Mapping[str, str],
    *,
    partial: bool,
) -> FormPage:
    """What was posted from one page, over what was kept before; `refused` are files by field."""
    ids = _page_ids(task)
    page = raw.get(PAGE, "")
    if page == CHECK:
        return _check_page(task)
    several = len(ids) > 1
    chosen: str | None = (page if page in ids else ids[0]) if several else None
    if _is_narrow(task, ids):
        chosen = ids[0]
    form = _bind(
        task,
        page=chosen,
        raw=raw,
        uploads=uploads,
        partial=partial,
        report=_report(several, partial),
    )
    current = chosen or "" if several else ""
    steps = _steps(task, form, current) if several else ()
    found = (*_refusals(form, refused), *_problems(task, form, current))
    return FormPage(task, form, current, steps, found)


def take_uploads(actor: Actor, task: TaskPage) -> tuple[Uploads, dict[str, str]]:
    """Store the files of this post; gives them by field, and those refused with the reason.

    What came under a name that is no file field of an open section is not looked at.
    """
    stored: Uploads = {}
    refused: dict[str, str] = {}
    for field, files in request.files.lists():
        if not takes_file(task.schema, field, task.sections):
            continue
        for file in (one for one in files if one.filename):
            try:
                stored.setdefault(field, []).append(_store(actor, task, file))
            except Invalid as fault:
                said = f"{translate(fault.message)} {translate(fault.hint)}".strip()
                named = (file.filename or "") in said
                refused[field] = said if named else f"{file.filename}: {said}"
    return stored, refused


def open_event(event: EventPage) -> FormPage | None:
    """The form of an action, None when it has none."""
    return None if event.schema is None else _event_page(event, None)


def read_event(event: EventPage, raw: "MultiDict[str, str]") -> FormPage | None:
    """What was posted for an action."""
    return None if event.schema is None else _event_page(event, raw)


def kept_values(raw: "MultiDict[str, str]") -> tuple[tuple[str, str], ...]:
    """What a page that asks once more carries along: everything typed, by name."""
    return tuple((name, value) for name, value in raw.items(multi=True) if name not in _OWN_FIELDS)


def _event_page(event: EventPage, raw: "MultiDict[str, str] | None") -> FormPage:
    form = bind(
        event.schema,
        context=event.context,
        raw=raw,
        organisations=_organisations,
        locale=language(),
        translate=translate,
    )
    problems = tuple(Problem(line.label, line.message, line.url) for line in form.error_summary)
    return FormPage(event, form, "", (), problems)  # type: ignore[arg-type]


def _bind(
    task: TaskPage,
    *,
    page: str | None = None,
    raw: "MultiDict[str, str] | None" = None,
    uploads: Uploads | None = None,
    partial: bool = False,
    report: str | None = None,
) -> BoundForm:
    return bind(
        task.schema,
        context=task.context,
        stored=task.stored,
        raw=raw,
        uploads=uploads,
        sections=task.sections,
        page=page,
        partial=partial,
        report=report,
        organisations=_organisations,
        locale=language(),
        translate=translate,
    )


def _report(several: bool, partial: bool) -> str | None:
    """Which errors a post shows: none for a draft, else those of the page, or the binding's own
    choice for the only page."""
    if partial:
        return "none"
    return "page" if several else None


def _check_page(task: TaskPage, report: str = "none") -> FormPage:
    form = _bind(task, report=report)
    return FormPage(task, form, CHECK, _steps(task, form, CHECK), _problems(task, form, CHECK))


def _page_ids(task: TaskPage) -> list[str]:
    """The pages to go through: those there are to see and may be changed."""
    if task.sections is None and len(task.schema.sections) == 1:
        return [task.schema.sections[0].id]  # most forms; nothing to find out
    return [page.id for page in _bind(task).pages if page.editable]


def _is_narrow(task: TaskPage, ids: list[str]) -> bool:
    """One page of several is to be filled in, such as what a reviewer asked for again."""
    return len(ids) == 1 and task.sections is not None


def _steps(task: TaskPage, form: BoundForm, current: str) -> tuple[Step, ...]:
    found = [
        _step(task, page.id, page.title, current, _state(page))
        for page in form.pages
        if page.editable
    ]
    return (*found, _step(task, CHECK, translate("Prüfen und absenden"), current, ""))


def _step(task: TaskPage, key: str, title: str, current: str, state: str) -> Step:
    return Step(key, title, url_for("pik.task", task_id=task.id, seite=key), key == current, state)


def _state(page: Page) -> str:
    if not page.touched:
        return ""
    return "complete" if page.complete else "open"


def _problems(task: TaskPage, form: BoundForm, current: str) -> tuple[Problem, ...]:
    return tuple(
        Problem(line.label, line.message, _where(task, line, current))
        for line in form.error_summary
    )


def _where(task: TaskPage, line: ErrorLine, current: str) -> str:
    """The field on this page, or on its own page, which then shows what is wrong."""
    if current in {"", line.page}:
        return line.url
    return url_for("pik.task", task_id=task.id, seite=line.page, fehler=1) + line.url


def _refusals(form: BoundForm, refused: Mapping[str, str]) -> tuple[Problem, ...]:
    labels = {field.path: field.full_label for field in form.fields}
    return tuple(
        Problem(labels.get(path, translate("Datei")), message, f"#feld-{path}")
        for path, message in refused.items()
    )


def _store(actor: Actor, task: TaskPage, file: FileStorage) -> dict[str, Any]:
    """Store one upload; gives it as a form field holds it."""
    kept = current_flow().services.files.store(
        actor, task.head.number, file.filename or "", file.stream
    )
    return {name: getattr(kept, name) for name in ("id", "name", "size", "kind", "sha256")}


def _organisations(kinds: Any) -> Any:
    return current_flow().services.organisations.offered(kinds)
