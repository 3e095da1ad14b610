"""The registry of connectors. A diagram names one in `pik:connector`; no other can be called."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pikflow.errors import ConnectorFault, Invalid


@dataclass(frozen=True)
class Call:
    """One call of a connector.

    `key` is the same at every attempt of the same service task: an effect outside carries it
    (Message-ID, Idempotency-Key), so that a second attempt has no second effect. `input` is the
    value of `pik:input`; `number` the case number; `now` the instant of the call, UTC.
    """

    key: str
    number: str
    element: str
    input: Any
    now: datetime


@dataclass(frozen=True)
class Connector:
    """A named way to do something for a case; what it gives is stored under `pik:result`.

    `run(call)` works with the outside world, with no transaction open, and raises ConnectorFault
    when it can't. `store(unit, call)` works on our own database, in the transaction that lets the
    case go on (`unit` is the services' use case), so it happens exactly once.
    """

    name: str
    meaning: str
    run: Callable[[Call], Any] | None = None
    store: Callable[[Any, Call], Any] | None = None


class Connectors:
    """The connectors of one PikFlow, by name."""

    def __init__(self) -> None:
        self._known: dict[str, Connector] = {}

    def register(self, connector: Connector) -> Connector:
        """Add a connector; raises Invalid("connector-taken") when the name is in use."""
        if connector.name in self._known:
            raise Invalid("connector-taken", f"Den Konnektor „{connector.name}“ gibt es schon.")
        if (connector.run is None) == (connector.store is None):
            raise Invalid(
                "connector-incomplete",
                f"Der Konnektor „{connector.name}“ braucht genau eines von run und store.",
            )
        self._known[connector.name] = connector
        return connector

    def get(self, name: str) -> Connector:
        """The connector; raises ConnectorFault("connector-unknown") that no retry can help."""
        if name not in self._known:
            raise ConnectorFault(
                "connector-unknown",
                f"Den Konnektor „{name}“ gibt es in dieser Installation nicht.",
                "Registrieren Sie ihn und wiederholen Sie den Aufruf.",
                temporary=False,
            )
        return self._known[name]

    @property
    def names(self) -> frozenset[str]:
        return frozenset(self._known)
