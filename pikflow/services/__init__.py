"""The use cases. Each opens its own transaction; nothing above this room touches the database.

flow = Services(environment)
flow.tasks.inbox(actor)     flow.cases.start(actor, "…")     flow.jobs.run_due()
"""

from pikflow import permissions
from pikflow.catalog import Catalog
from pikflow.identity import Actor
from pikflow.services import readiness, rounds
from pikflow.services.backup import Backup
from pikflow.services.cases import Cases
from pikflow.services.definitions import Definitions
from pikflow.services.doctor import Doctor
from pikflow.services.environment import Environment
from pikflow.services.events import Events
from pikflow.services.files import Files
from pikflow.services.filters import Filters
from pikflow.services.incidents import Incidents
from pikflow.services.jobs import Jobs
from pikflow.services.organisations import Organisations
from pikflow.services.overview import Overview
from pikflow.services.readiness import Background, Readiness
from pikflow.services.round_changes import Rounds
from pikflow.services.studio.catalogs import Catalogs
from pikflow.services.studio.designs import Designs
from pikflow.services.studio.rates import Rates
from pikflow.services.studio.tables import Tables
from pikflow.services.tasks import Tasks
from pikflow.services.timers import Timers
from pikflow.services.worker import Worker

__all__ = ["Environment", "Readiness", "Services"]


class Services:
    """All use cases of one PikFlow."""

    def __init__(self, environment: Environment) -> None:
        self.environment = environment
        if rounds.OPEN_ROUND not in environment.connectors.names:
            environment.connectors.register(rounds.connector())
        self.definitions = Definitions(environment)
        self.designs = Designs(environment)
        self.rates = Rates(environment, self.designs)
        self.catalogs = Catalogs(environment, self.designs)
        self.tables = Tables(self.designs)
        self.cases = Cases(environment)
        self.tasks = Tasks(environment)
        self.events = Events(environment)
        self.files = Files(environment)
        self.filters = Filters(environment)
        self.overview = Overview(environment)
        self.rounds = Rounds(environment)
        self.backup = Backup(environment)
        self.organisations = Organisations(environment)
        self.incidents = Incidents(environment)
        self.timers = Timers(environment)
        self.jobs = Jobs(environment, self.timers)
        self.worker = Worker(environment, self.jobs)
        self.doctor = Doctor(environment, self.jobs)

    @property
    def catalog(self) -> Catalog:
        """The catalog of the current deployment, an empty one before the first: for menus and the
        guards of pages, so up to a second old. A use case looks for itself."""
        known = self.environment.deployments.recent()
        if known is not None:
            return known
        with self.environment.query() as unit:
            return unit.catalog

    def may(self, actor: Actor | None, permission: str) -> bool:
        """Whether this person could have the permission on some object: the guard of a page."""
        return permissions.may(actor, permission, self.catalog)

    def readiness(self) -> Readiness:
        """Whether a request can be served; never raises."""
        return readiness.look(self.environment)

    def background(self) -> Background:
        """Whether somebody works jobs and deadlines, and none waits for long."""
        return readiness.look_behind(self.environment, self.jobs)
