"""Starting a case: one per measure, round and applicant, whoever of its line begins it."""

from collections.abc import Mapping
from typing import Any

from pikflow import permissions
from pikflow.errors import Refused
from pikflow.identity import Organisation
from pikflow.services import access, numbers, places, start_data, steps
from pikflow.services.environment import Unit, beyond
from pikflow.services.parameters import Parameters
from pikflow.services.places import Place
from pikflow.services.steps import Pinned
from pikflow.services.views import Started
from pikflow.store import cases, definitions, rounds, tasks
from pikflow.store.cases import CaseRecord
from pikflow.store.definitions import DefinitionRecord
from pikflow.texts import say


@beyond
def start(unit: Unit, slug: str, round_id: int | None) -> Started:
    """Begin the applicant's case, or find it; an organisation that takes part in another's
    application gets its own child case there.

    Raises NotFound("measure-not-found", "round-not-found"), Refused("not-a-starter", "no-round",
    "round-not-open", "round-closed", "no-applicant", "not-joinable", "process-missing").
    """
    actor = access.actor_of(unit)
    place = places.find(unit, slug, round_id, actor.organisation)
    rounds.lock(unit.connection, place.round.id)
    known = cases.by_start_key(unit.connection, place.key)
    created = known is None
    if known is None:
        places.require_open(unit, place.round)
        known = begin(unit, place)
    if place.applicant.id == actor.organisation.id:
        return Started(known.number, created, _first_task(unit, known))
    child, joined = _child_of(unit, known.id, actor.organisation)
    return Started(child.number, created or joined, _first_task(unit, child))


def start_round(unit: Unit, slug: str) -> Started:
    """Begin the process that opens a funding round of a measure; each call begins another."""
    actor = access.require(unit, "round.open")
    measure = places.measure_of(unit, slug)
    version = _newest(unit, unit.catalog.round_process)
    year = unit.today.year
    number = numbers.allot(unit, measure, year, actor.organisation)
    params = _parameters(unit).resolve(measure.slug, year)
    data = start_data.of_case(
        unit,
        number=number,
        measure=measure,
        year=year,
        applicant=actor.organisation,
        round_data={},
        params=params,
    )
    data["vorgang"]["antragsberechtigte"] = start_data.eligible(unit, unit.catalog, slug)
    case = steps.begin(
        unit,
        measure=measure,
        version=version,
        number=number,
        applicant=actor.organisation,
        year=year,
        data=data,
    )
    return Started(case.number, True, _first_task(unit, case))


def begin(
    unit: Unit, place: Place, *, element: str = "", payload: Mapping[str, Any] | None = None
) -> CaseRecord:
    """Begin the applicant's case; at the start event `element` when an event sets it off."""
    version = _newest(unit, place.measure.process)
    year = place.round.year
    number = numbers.allot(unit, place.measure, year, place.applicant)
    data = start_data.of_case(
        unit,
        number=number,
        measure=place.measure,
        year=year,
        applicant=place.applicant,
        round_data=start_data.round_data(unit, place.round, place.applicant.id),
        params=_parameters(unit).resolve(place.measure.slug, year),
    )
    return steps.begin(
        unit,
        measure=place.measure,
        version=version,
        number=number,
        applicant=place.applicant,
        year=year,
        data=data,
        start_key=place.key,
        round_id=place.round.id,
        element=element,
        payload=payload,
    )


def _parameters(unit: Unit) -> Parameters:
    """Those of the newest deployment: a new rate alone makes no new version of a process."""
    return unit.environment.deployments.current(unit.connection).parameters


def _newest(unit: Unit, process: str) -> Pinned:
    record: DefinitionRecord | None = definitions.latest(unit.connection, process)
    if record is None:
        raise Refused(
            "process-missing",
            say("Für dieses Verfahren ist noch kein Prozess eingespielt."),
            say("Die Administration spielt ihn mit „pikflow deploy“ ein."),
        )
    return steps.pinned(unit, record.id)


def _child_of(unit: Unit, parent_id: int, organisation: Organisation) -> tuple[CaseRecord, bool]:
    """The organisation's child case, and whether it was opened just now."""
    parent = cases.lock(unit.connection, parent_id)
    if parent is None:
        raise access.missing_case()
    mine = places.children_of(unit, parent.id, organisation)
    running = [child for child in mine if child.state == "open"]
    if running or mine:
        return (running or mine)[-1], False
    task = places.joinable(unit, parent)
    if task is None:
        raise places.not_joinable()
    version = steps.pinned(unit, parent.definition_id)
    return steps.join(unit, parent, version, task.id, organisation), True


def _first_task(unit: Unit, case: CaseRecord) -> str:
    """The id of the first open task of the case this person may work, "" without one."""
    actor = access.actor_of(unit)
    for task in tasks.of_case(unit.connection, case.id):
        facts = access.facts_of(unit, case, task)
        allowed = permissions.may(actor, "task.work", unit.catalog, facts)
        if allowed and task.claimed_by in ("", actor.id):
            return task.id
    return ""
