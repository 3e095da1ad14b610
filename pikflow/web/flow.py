"""What the pages of one app work with; one per app, kept in `app.extensions["pikflow"]`."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from flask import current_app, g
from flask_babel import Domain

from pikflow.catalog import Catalog
from pikflow.identity import Actor, IdentityProvider


@dataclass(frozen=True)
class Flow:
    """The parts of pikflow on one app.

    `services` are the use cases (services.Services), `settings` the values of `config.SETTINGS`,
    `texts` our message catalogue, `clock` gives the current instant, aware, in UTC.
    """

    services: Any
    identity: IdentityProvider
    settings: Mapping[str, Any]
    texts: Domain
    clock: Callable[[], datetime]

    @property
    def catalog(self) -> Catalog:
        """Lanes and measures as deployed now; read once per request."""
        if "pik_catalog" not in g:
            g.pik_catalog = self.services.catalog
        return cast(Catalog, g.pik_catalog)


def current_flow() -> Flow:
    """The parts of pikflow on the app of this request."""
    return cast(Flow, current_app.extensions["pikflow"])


def current_actor() -> Actor | None:
    """Who is signed in, as the host's identity provider says."""
    return current_flow().identity.current_actor()
