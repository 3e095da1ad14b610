"""Who works a lane in a given case: role and organisation, found when the task row is written."""

from dataclasses import dataclass

from pikflow.catalog import Lane
from pikflow.errors import EngineFault
from pikflow.identity import Organisation
from pikflow.services.environment import Unit


@dataclass(frozen=True)
class Workers:
    """Persons with `role` in `audience`: "org:<id>", or "lane:<name>" for every organisation of
    the lane's kinds."""

    role: str
    audience: str


@dataclass(frozen=True)
class Owner:
    """Whom a case belongs to, as lanes see it; `carrier` is the owner of the calling case."""

    organisation: str
    carrier: str
    measure: str


def workers(unit: Unit, name: str, owner: Owner) -> Workers:
    """Who works the lane in a case of this owner.

    Raises EngineFault when the catalog does not know the lane, or the case has no organisation
    that could work it; the step that leads there is then not taken.
    """
    lane = _lane(unit, name)
    if lane.scope == "any":
        return Workers(lane.role, f"lane:{lane.name}")
    return Workers(lane.role, f"org:{_organisation(unit, lane, owner)}")


def _lane(unit: Unit, name: str) -> Lane:
    if name in unit.catalog.lanes:
        return unit.catalog.lanes[name]
    if name:
        raise EngineFault(
            "lane-unknown",
            f"Der Katalog sagt nicht, wer die Bahn „{name}“ bearbeitet.",
            "Die Administration ergänzt die Bahn im Katalog.",
        )
    owners = [lane for lane in unit.catalog.lanes.values() if lane.scope == "applicant"]
    if not owners:
        raise EngineFault(
            "lane-missing",
            "Der Prozess hat keine Bahnen, und der Katalog nennt keine für Antragstellende.",
            "Zeichnen Sie Bahnen in das Diagramm.",
        )
    return owners[0]


def _organisation(unit: Unit, lane: Lane, owner: Owner) -> str:
    if lane.scope == "applicant":
        return owner.organisation
    if lane.scope == "caller":
        return owner.carrier or owner.organisation
    if lane.scope == "authority":
        measure = unit.catalog.measures.get(owner.measure)
        if measure is None:
            raise _nobody(lane)
        return measure.authority
    found = nearest(unit, owner.organisation, lane.kinds)
    if found is None and owner.carrier:
        found = nearest(unit, owner.carrier, lane.kinds)
    if found is None:
        raise _nobody(lane)
    return found.id


def nearest(unit: Unit, organisation_id: str, kinds: tuple[str, ...]) -> Organisation | None:
    """The first organisation of one of the kinds, from this one upwards."""
    return next((one for one in unit.line(organisation_id) if one.kind in kinds), None)


def _nobody(lane: Lane) -> EngineFault:
    return EngineFault(
        "lane-nobody",
        f"In diesem Vorgang gibt es keine Organisation für die Bahn „{lane.name}“.",
        "Prüfen Sie die Zuordnung der Bahn im Katalog und die übergeordnete Organisation.",
    )
