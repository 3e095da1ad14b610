"""What every service works with, and the frame of one use case: one transaction, then the news."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property, wraps
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar

from pikflow import permissions
from pikflow.catalog import Catalog
from pikflow.connectors import Connectors
from pikflow.deadlines import local_day
from pikflow.errors import PikFlowError
from pikflow.identity import Actor, IdentityProvider, Organisation
from pikflow.permissions import CaseScope
from pikflow.runners.embedded import EmbeddedRunner
from pikflow.runners.port import JobRunner
from pikflow.services.deployments import Deployments
from pikflow.signals import Signal, Signals
from pikflow.store import faults, organisations, scope
from pikflow.store.batch import Batch
from pikflow.store.cases import CaseRecord
from pikflow.store.database import Connection, Database

P = ParamSpec("P")
R = TypeVar("R")


@dataclass(frozen=True, eq=False)
class Environment:
    """The parts one PikFlow is made of.

    `clock` gives the current instant, aware, in UTC; `language` that of the person asking, de or
    en, for texts that forms and the catalog have in both.
    """

    database: Database
    identity: IdentityProvider
    clock: Callable[[], datetime]
    connectors: Connectors
    deployments: Deployments
    settings: Mapping[str, Any]
    files_folder: Path
    signals: Signals = field(default_factory=Signals)
    runner: JobRunner = field(default_factory=EmbeddedRunner)
    language: Callable[[], str] = lambda: "de"

    @contextmanager
    def command(self, actor: Actor | None = None) -> "Iterator[Unit]":
        """A use case that writes: leaving the block commits, then listeners are told.

        Raises DatabaseBusy, after which nothing is stored (see there); `repeating` has more.
        """
        with faults.told(), self.database.batch() as batch:
            unit = Unit(self, batch, self.clock(), actor)
            unit.enter()
            yield unit
        for signal, news in unit.news:
            signal.send(**news)

    @contextmanager
    def query(self, actor: Actor | None = None) -> "Iterator[Unit]":
        """A use case that only reads."""
        with faults.told(), self.database.read(bare=True) as connection:
            unit = Unit(self, Batch(connection), self.clock(), actor)
            unit.enter()
            yield unit


@dataclass(eq=False)
class Unit:
    """One use case in its transaction: what it asks and writes, when, who acts, what to tell.

    What is put into the batch waits until somebody needs the `connection`, or for the commit.
    """

    environment: Environment
    batch: Batch
    now: datetime
    actor: Actor | None = None
    news: list[tuple[Signal, dict[str, Any]]] = field(default_factory=list)
    deployment: int | None = None  # the newest one's id, where a statement brought it along
    _lines: dict[str, list[Organisation]] = field(default_factory=dict)
    _beyond: bool = False
    _scope: CaseScope | None = None  # what the database was told; None where it needs no telling
    _entered: Callable[[], int | None] | None = None  # gives the newest deployment, not yet asked

    @property
    def connection(self) -> Connection:
        """The connection, everything that waits in the batch being done."""
        self._look()
        return self.batch.connection

    def ask(self, question: Callable[[Batch], R]) -> R:
        """What a question put to the batch gives, in one round trip with all that waits before it;
        asked again when the database has a newer catalog, by which the actor may see other cases.
        """
        answer = question(self.batch)
        return answer if self._look() else question(self.batch)

    def _look(self) -> bool:
        """Send what waits. False when that was seen by an old catalog; now it is the newest."""
        entered, self._entered = self._entered, None
        if entered is None:
            self.batch.send()
            return True
        known, self.deployment = self.deployment, entered()
        if self.actor is None or self.deployment == known:
            return True
        self.deployment = self._enter_as(self.actor, self.deployment)()
        return False

    def enter(self) -> None:
        """Tell the database whose rows this is about: the actor's; for background work, which has
        no actor, all. The catalog that says what an actor sees is the one this process saw last,
        unless the database has a newer one."""
        if self.environment.database.is_file:
            return
        if self.actor is None or self._beyond:
            scope.enter_all(self.connection)
            return
        self.deployment = self.environment.deployments.newest
        self._entered = self._enter_as(self.actor, self.deployment)

    def _enter_as(self, actor: Actor, newest: int | None) -> Callable[[], int | None]:
        catalog = self.environment.deployments.of(self.batch.connection, newest)
        self._scope = permissions.case_scope(actor, catalog)
        audiences = permissions.audiences(actor, catalog)
        designs = permissions.may(actor, "design.edit", catalog)
        designer = actor.id if designs else ""
        return scope.enter(self.batch, self._scope, audiences, designer)

    def admit(self, case: CaseRecord) -> bool:
        """A task of the actor's lies in this case: all of the case is seen, whosever it is. True
        when that is more than was seen before."""
        known = self._scope
        if known is None or known.everything or case.measure in known.measures:
            return False
        if known.organisation in (case.organisation_id, case.carrier_id):
            return False
        scope.admit(self.batch, case.id)
        return True

    @contextmanager
    def beyond(self) -> Iterator[None]:
        """What a command leads to outside the cases its actor may see, or looks up there."""
        if self._beyond or self.actor is None:
            yield
            return
        self._beyond = True
        self.enter()
        try:
            yield
        except PikFlowError:
            self._back()
            raise
        self._back()  # after any other error nobody goes on in this transaction

    def _back(self) -> None:
        self._beyond = False
        self.enter()

    @cached_property
    def today(self) -> date:
        return local_day(self.now)

    @cached_property
    def catalog(self) -> Catalog:
        return self.environment.deployments.catalog(self.connection, self.deployment)

    @property
    def language(self) -> str:
        return self.environment.language()

    def pick(self, texts: Mapping[str, str], default: str = "") -> str:
        """The text in the language of the person asking, else the German one."""
        return texts.get(self.language) or texts.get("de") or default

    def tell(self, signal: Signal, **news: Any) -> None:
        """Remember news for after the commit."""
        self.news.append((signal, news))

    def line(self, organisation_id: str) -> list[Organisation]:
        """The organisation and all above it, nearest first; read once per use case."""
        if organisation_id not in self._lines:
            self._lines[organisation_id] = organisations.line_above(
                self.connection, organisation_id
            )
        return self._lines[organisation_id]


def beyond(function: "Callable[Concatenate[Unit, P], R]") -> "Callable[Concatenate[Unit, P], R]":
    """Run the whole of a function with `Unit.beyond`."""

    @wraps(function)
    def run(unit: Unit, *args: P.args, **options: P.kwargs) -> R:
        with unit.beyond():
            return function(unit, *args, **options)

    return run
