"""What the services hand to the pages: frozen, plain, already filtered by what the actor may see.

Dates are local dates, instants aware UTC datetimes, amounts Decimal in EUR or None. Texts that
come from processes and forms are German as written there; keys (`group`, `view`, `state`, ...)
are English words a page translates.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal

from pikflow.identity import Organisation

TaskView = Literal["mine", "team", "unassigned", "all"]
TaskGroup = Literal["overdue", "today", "week", "later", "follow_up"]

GROUPS: tuple[TaskGroup, ...] = ("overdue", "today", "week", "later", "follow_up")
VIEWS: tuple[TaskView, ...] = ("mine", "team", "unassigned", "all")


@dataclass(frozen=True)
class Permitted:
    """Something a person could do, and when not: the rule that refuses it, as a sentence.

    `name` is the command ("claim", "complete", "release", "assign", "remind", "close_children",
    "follow_up", "withdraw", ...); `label` the text on the button when the process names one.
    """

    name: str
    allowed: bool
    reason: str = ""
    label: str = ""


@dataclass(frozen=True)
class Person:
    """A person as others see them: never more than name, office and organisation."""

    id: str
    name: str
    office: str = ""
    organisation: str = ""


# --- inbox -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class InboxFilter:
    """The filters of the inbox; empty text means not filtered. `text` is matched against case
    number, organisation name, AGS and task name."""

    measure: str = ""
    phase: str = ""
    organisation: str = ""
    text: str = ""


@dataclass(frozen=True)
class InboxRow:
    """One open task. `days` counts from today to the deadline, negative when overdue."""

    task_id: str
    task: str
    kind: str
    number: str
    title: str
    measure: str
    measure_name: str
    organisation: str
    organisation_id: str
    ags: str
    phase: str
    lane: str
    group: TaskGroup
    due: date | None
    days: int | None
    owner: str
    owner_id: str
    is_mine: bool
    amount: Decimal | None
    follow_up: date | None
    follow_up_note: str
    since: datetime


@dataclass(frozen=True)
class TaskLine:
    """An open task in one line."""

    id: str
    name: str
    number: str
    organisation: str
    owner: str


@dataclass(frozen=True)
class Assignable:
    """Those of the chosen tasks that may be assigned, and who may work all of them."""

    tasks: tuple[TaskLine, ...]
    people: tuple["Person", ...]


@dataclass(frozen=True)
class InboxGroup:
    """Rows of one urgency on this page; `total` counts the group over all pages."""

    key: TaskGroup
    total: int
    rows: tuple[InboxRow, ...]


@dataclass(frozen=True)
class Inbox:
    """One page of the inbox. `counts` per view, with the filters applied; `page` counts from 1."""

    view: TaskView
    filter: InboxFilter
    counts: Mapping[str, int]
    groups: tuple[InboxGroup, ...]
    total: int
    page: int
    pages: int
    phases: tuple[str, ...] = ()
    measures: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class SavedFilter:
    """A filter of a list that somebody keeps: `query` is that of the list's address. `owner` is
    the name of the colleague who shares it, empty for one's own; `first` opens with the list."""

    id: int
    name: str
    query: str
    owner: str = ""
    shared: bool = False
    first: bool = False


# --- case ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class CaseHead:
    """The same head on the pages of a case and of its tasks.

    `state` is "open", "completed" (reached its end), "cancelled" or "closed" (a child case its
    caller closed); `outcome` the name of the end event. `version` is the row version a page shows
    and sends back. `stopped` says that an incident keeps the case from going on.
    """

    number: str
    title: str
    measure: str
    measure_name: str
    provisional: bool
    year: int | None
    organisation: Organisation
    phase: str
    state: str
    outcome: str
    amount: Decimal | None
    version: int
    started_at: datetime
    ended_at: datetime | None
    next_due: date | None
    process: str
    process_version: int
    stopped: bool = False
    parent_number: str = ""
    parent_visible: bool = False


@dataclass(frozen=True)
class TaskSummary:
    """An open task of a case: what, since when, until when, and who has it.

    `holder` names the person who claimed it ("" when nobody has), `responsible` the
    organisation or group that works it. `mine` says the actor may work it.
    """

    id: str
    element: str
    name: str
    kind: str
    lane: str
    phase: str
    since: datetime
    due: date | None
    days: int | None
    holder: str
    responsible: str
    mine: bool


@dataclass(frozen=True)
class TimelineEntry:
    """Who did what, when and why. `kind` is the element's kind ("userTask", "timer", ...) or the
    command ("started", "claimed", "released", "assigned", "message", "note", "reminded",
    "closed", "incident"). `changes` lists what the answers of this step say, for unfolding."""

    at: datetime
    kind: str
    what: str
    who: str
    organisation: str
    lane: str
    phase: str
    state: str
    reason: str
    element: str
    result: str = ""
    version: int = 0


@dataclass(frozen=True)
class AnswerSet:
    """What one form said. `sections` comes from forms.summary (label, text, changed); `versions`
    counts the submissions, `at` and `who` belong to the last one."""

    result: str
    name: str
    form: str
    version: int
    versions: int
    at: datetime
    who: str
    office: str
    sections: tuple[Any, ...]
    values: Mapping[str, Any]


@dataclass(frozen=True)
class StoredFile:
    """An uploaded file. `kind` is the extension that its content proves; size in bytes."""

    id: str
    name: str
    kind: str
    size: int
    sha256: str
    at: datetime
    who: str
    number: str = ""


@dataclass(frozen=True)
class Offer:
    """An action of the case page: a message the process waits for and this actor may send.

    `id` goes back in `events.send`; `form` is "" when only a confirmation is asked.
    `irreversible` says that taking it up ends what is under way.
    """

    id: str
    element: str
    message: str
    name: str
    label: str
    form: str
    documentation: str
    irreversible: bool


@dataclass(frozen=True)
class ChildRow:
    """A child case as its caller sees it. `reminders` counts how often it was reminded."""

    number: str
    organisation: Organisation
    state: str
    outcome: str
    since: datetime
    ended_at: datetime | None
    due: date | None
    reminders: int
    reminded_at: datetime | None
    task: str
    visible: bool


@dataclass(frozen=True)
class Fact:
    """One line of the answer card: a label key, the text, or an amount or date to be formatted."""

    key: str
    text: str = ""
    amount: Decimal | None = None
    day: date | None = None


@dataclass(frozen=True)
class AnswerCard:
    """What somebody asks on the phone: where does it stand, who is next, when, how much."""

    state: str
    next_steps: tuple[TaskSummary, ...]
    money: tuple[Fact, ...]
    dates: tuple[Fact, ...]
    waiting_days: int | None


@dataclass(frozen=True)
class ProcessPicture:
    """What the diagram and the outline are drawn from.

    `states` maps element ids of all processes of the case to "done" or "current" (the case's own
    process wins where two processes use the same id); `models` are
    the pinned BPMN models (engine.model.Model), `process` the id of the case's own process;
    `called` the ids of processes it calls, in order.
    """

    process: str
    models: tuple[Any, ...]
    states: Mapping[str, str]
    called: tuple[str, ...] = ()


@dataclass(frozen=True)
class CaseView:
    head: CaseHead
    card: AnswerCard
    tasks: tuple[TaskSummary, ...]
    timeline: tuple[TimelineEntry, ...]
    answers: tuple[AnswerSet, ...]
    files: tuple[StoredFile, ...]
    offers: tuple[Offer, ...]
    children: tuple[ChildRow, ...]
    picture: ProcessPicture


@dataclass(frozen=True)
class CaseRow:
    """One line of a list of cases."""

    number: str
    title: str
    measure: str
    measure_name: str
    organisation: str
    ags: str
    year: int | None
    phase: str
    state: str
    outcome: str
    amount: Decimal | None
    step: str
    with_whom: str
    due: date | None
    days: int | None
    started_at: datetime
    parent_number: str = ""


@dataclass(frozen=True)
class CaseFilter:
    """Filters of the list of cases; `text` is a number, a name or an AGS. `state` as in CaseHead.
    `children` True lists child cases too (they are left out by default)."""

    measure: str = ""
    phase: str = ""
    state: str = ""
    organisation: str = ""
    year: int | None = None
    text: str = ""
    children: bool = False


@dataclass(frozen=True)
class CaseList:
    """One page of a list; `more` says that `total` is where counting stopped."""

    filter: CaseFilter
    rows: tuple[CaseRow, ...]
    total: int
    page: int
    pages: int
    more: bool = False


@dataclass(frozen=True)
class Startable:
    """A measure and round this actor's organisation may start, or has started already.

    `existing` is the number of the case it has in that round, "" when there is none; `through`
    names the applicant when the organisation takes part in another's application.
    """

    measure: str
    name: str
    description: str
    provisional: bool
    round_id: int | None
    round_name: str
    year: int | None
    deadline: date | None
    days: int | None
    through: str
    existing: str
    allowed: bool
    reason: str = ""


@dataclass(frozen=True)
class Started:
    """The case a start led to; `created` is False when it was there already."""

    number: str
    created: bool
    task_id: str = ""


# --- task ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class ShownResult:
    """An earlier result beside the form: its summary, and the labels of the fields that changed
    since this step was completed last. A result no form of this case gave has no `sections`: it
    is a `table` with the details in `parts` (reported by child cases), or plain `values`
    (computed by the process)."""

    result: str
    name: str
    at: datetime
    who: str
    version: int
    sections: tuple[Any, ...]
    changed: tuple[str, ...]
    values: Any = None
    table: "ShownTable | None" = None
    parts: "tuple[ShownPart, ...]" = ()


@dataclass(frozen=True)
class ShownPart:
    """What one organisation reported in its child case; `sections` from forms.summary."""

    name: str
    number: str
    sections: tuple[Any, ...]


@dataclass(frozen=True)
class ShownTable:
    """A result that is a list (what child cases reported): a line per entry, cells are values."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]


@dataclass(frozen=True)
class TaskPage:
    """Everything the page of one task needs.

    `schema` is the pinned FormSchema (forms.language) or None for a task without a form;
    `context` what the form's expressions may read; `stored` the answers to begin with: the draft,
    or the last submission of the same result, or None; `draft_at` when the draft was saved;
    `sections` the only section ids that may be edited (None: all). `actions` holds claim,
    release, assign, complete, save_draft, follow_up and, for a "children" task, remind and
    close_children, each with the reason when refused. `four_eyes` is the reason that keeps this
    person from the task, "" when nothing does.
    """

    id: str
    element: str
    name: str
    kind: str
    lane: str
    phase: str
    head: CaseHead
    documentation: str
    rule: str
    submit: str
    irreversible: bool
    since: datetime
    due: date | None
    days: int | None
    version: int
    key: str
    schema: Any
    form: str
    stored: Mapping[str, Any] | None
    draft_at: datetime | None
    sections: tuple[str, ...] | None
    context: Mapping[str, Any]
    shown: tuple[ShownResult, ...]
    changed: tuple[str, ...]
    files: tuple[StoredFile, ...]
    children: tuple[ChildRow, ...]
    holder: Person | None
    four_eyes: str
    actions: Mapping[str, Permitted]
    follow_up: date | None
    follow_up_note: str
    colleagues: tuple[Person, ...] = ()


@dataclass(frozen=True)
class Completed:
    """What completing a task led to. `repeated` says a second click found the first one's answer;
    `next_task` is an open task of the same person in the same case, else the next of the inbox."""

    number: str
    task: str
    state: str
    outcome: str
    repeated: bool = False
    next_task: str = ""


# --- events, rounds, overview ----------------------------------------------------------------


@dataclass(frozen=True)
class EventPage:
    """The page of one offered message; fields as in TaskPage."""

    offer: Offer
    head: CaseHead
    schema: Any
    context: Mapping[str, Any]
    version: int
    key: str


@dataclass(frozen=True)
class RoundView:
    """A funding round. `budget` is the whole round's; `shares` (organisation name, budget,
    approved) only as far as the actor may see them."""

    id: int
    measure: str
    name: str
    year: int
    state: str
    budget: Decimal | None
    opens: date | None
    deadline: date | None
    shares: tuple[tuple[str, Decimal, Decimal], ...] = ()
    changes: tuple["RoundChange", ...] = ()
    may_change: bool = False


@dataclass(frozen=True)
class RoundChange:
    """What somebody changed in an open round, and why; of what did not change both are None."""

    at: datetime
    by: str
    reason: str
    deadline: tuple[date | None, date | None] | None = None
    budget: tuple[Decimal | None, Decimal | None] | None = None


@dataclass(frozen=True)
class WaitingTime:
    """How long a step takes: open cases now and the mean and longest wait in days."""

    step: str
    lane: str
    phase: str
    open: int
    mean_days: Decimal
    longest_days: int


@dataclass(frozen=True)
class MeasureTile:
    """One measure in the list of all: the cases the actor sees of it, and its overdue tasks."""

    slug: str
    name: str
    description: str
    provisional: bool
    authority: str
    cases: int
    overdue: int
    colour: str = ""


@dataclass(frozen=True)
class MeasureOverview:
    """One measure as far as the actor sees it. Counts below 5 are not hidden here: cases are
    organisations, not persons. `by_phase` and `by_state` are (key, cases, amount)."""

    slug: str
    name: str
    description: str
    provisional: bool
    authority: str
    rounds: tuple[RoundView, ...]
    cases: int
    amount: Decimal
    by_phase: tuple[tuple[str, int, Decimal], ...]
    by_state: tuple[tuple[str, int, Decimal], ...]
    overdue: int
    waiting: tuple[WaitingTime, ...]
    startable: tuple[Startable, ...]
    may_open_round: bool
    colour: str = ""


@dataclass(frozen=True)
class Incident:
    """Something that keeps a case from going on, for administrators; no case data in it."""

    id: int
    number: str
    code: str
    message: str
    at: datetime
    attempts: int
    kind: str
