"""What an organisation may start, has started, or can't start now, with the reason."""

from pikflow.catalog import Measure
from pikflow.errors import Refused
from pikflow.identity import Organisation
from pikflow.services import access, places
from pikflow.services.environment import Unit, beyond
from pikflow.services.heads import days_until
from pikflow.services.places import Place
from pikflow.services.views import Startable
from pikflow.store import cases, rounds
from pikflow.store.rounds import RoundRecord


@beyond
def offers(unit: Unit, slug: str = "") -> tuple[Startable, ...]:
    """Every measure the actor's organisation takes part in (or the one asked for), per open round,
    with the reason when it can't be started now."""
    actor = access.require(unit, "case.start")
    found: list[Startable] = []
    for measure in unit.catalog.measures.values():
        if slug not in ("", measure.slug) or actor.organisation.kind not in measure.starters:
            continue
        known = [r for r in rounds.of_measure(unit.connection, measure.slug) if r.state == "open"]
        if not known:
            found.append(_offer(unit, measure, None, actor.organisation, places.no_round().message))
        found.extend(_round_offer(unit, measure, entry, actor.organisation) for entry in known)
    return tuple(found)


def _round_offer(
    unit: Unit, measure: Measure, entry: RoundRecord, organisation: Organisation
) -> Startable:
    try:
        place = places.find(unit, measure.slug, entry.id, organisation)
        existing = places.existing_case(unit, place, organisation)
        if existing:
            return _offer(unit, measure, entry, organisation, "", place, existing)
        if cases.by_start_key(unit.connection, place.key) is None:
            places.require_open(unit, entry)
        elif place.applicant.id != organisation.id:
            places.require_joinable(unit, place)
    except Refused as refusal:
        return _offer(unit, measure, entry, organisation, refusal.message)
    return _offer(unit, measure, entry, organisation, "", place)


def _offer(
    unit: Unit,
    measure: Measure,
    entry: RoundRecord | None,
    organisation: Organisation,
    reason: str,
    place: Place | None = None,
    existing: str = "",
) -> Startable:
    through = place.applicant.name if place and place.applicant.id != organisation.id else ""
    return Startable(
        measure=measure.slug,
        name=unit.pick(measure.name, measure.slug),
        description=unit.pick(measure.description),
        provisional=measure.provisional,
        round_id=entry.id if entry else None,
        round_name=entry.name if entry else "",
        year=entry.year if entry else None,
        deadline=entry.deadline if entry else None,
        days=days_until(entry.deadline, unit.today) if entry else None,
        through=through,
        existing=existing,
        allowed=not reason,
        reason=reason,
    )
