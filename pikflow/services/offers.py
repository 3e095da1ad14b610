"""Messages a case waits for that a person may send: the actions of its page."""

from typing import Any

from pikflow import permissions
from pikflow.permissions import Facts
from pikflow.services import access
from pikflow.services.environment import Unit
from pikflow.services.lanes import Owner, workers
from pikflow.services.steps import Pinned
from pikflow.services.views import Offer
from pikflow.store.cases import CaseRecord


def offered(unit: Unit, case: CaseRecord, version: Pinned) -> tuple[Offer, ...]:
    """The offers this actor may take up, in the order of the diagram."""
    return tuple(offer(entry, version) for entry in case.waiting if may_send(unit, case, entry))


def may_send(unit: Unit, case: CaseRecord, entry: dict[str, Any]) -> bool:
    """Whether the actor works the lane the event names."""
    owner = Owner(case.organisation_id, case.carrier_id, case.measure)
    found = workers(unit, entry["lane"], owner)
    facts = access.facts_of(unit, case)
    asked = Facts(facts.line, facts.carrier, facts.measure, found.role, found.audience)
    return permissions.may(unit.actor, "task.work", unit.catalog, asked)


def label_of(entry: dict[str, Any]) -> str:
    """The text of the button."""
    text = entry["attributes"].get("submit") or entry["name"] or entry["message"]
    return str(text)


def offer(entry: dict[str, Any], version: Pinned) -> Offer:
    """A waiting message as a page shows it."""
    attributes = entry["attributes"]
    node = version.definition.node(entry["process"], entry["element"])
    return Offer(
        id=entry["id"],
        element=entry["element"],
        message=entry["message"],
        name=entry["name"],
        label=label_of(entry),
        form=attributes.get("form", ""),
        documentation=node.documentation if node else "",
        irreversible=node is not None and node.kind == "boundaryEvent" and node.interrupting,
    )
