"""Who acts, and for which organisation."""

from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True)
class Organisation:
    """A Gemeinde, Kreis, authority or Träger.

    `kind` is a key of the catalog's kinds; `parent` the id of the organisation above, or None;
    `ags` the official key as text (leading 0), 8 digits for a Gemeinde, 5 for a Kreis, else "".
    """

    id: str
    name: str
    kind: str
    parent: str | None = None
    ags: str = ""


@dataclass(frozen=True)
class Actor:
    """A signed-in person acting for one organisation; `office` is the Amtsbezeichnung."""

    id: str
    name: str
    organisation: Organisation
    roles: frozenset[str] = field(default_factory=frozenset)
    office: str = ""


class IdentityProvider(Protocol):
    """What a host tells pikflow about its users."""

    def current_actor(self) -> Actor | None:
        """The signed-in person of this request, None when nobody is signed in."""

    def actor(self, actor_id: str) -> Actor | None:
        """A person by id, None when unknown or no longer active."""

    def members(self, role: str, organisation_id: str) -> list[Actor]:
        """The persons who hold a role in an organisation, by name."""
