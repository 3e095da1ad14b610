"""Starting a case: one per measure, round and applicant, whoever of its line begins it."""

from dataclasses import dataclass

from pikflow import permissions
from pikflow.catalog import Measure
from pikflow.errors import NotFound, Refused
from pikflow.identity import Organisation
from pikflow.services import access, lanes, numbers, start_data, steps
from pikflow.services.environment import Unit
from pikflow.services.heads import days_until
from pikflow.services.steps import Pinned
from pikflow.services.views import Startable, Started
from pikflow.store import cases, definitions, organisations, rounds, tasks
from pikflow.store.cases import CaseRecord
from pikflow.store.definitions import DefinitionRecord
from pikflow.store.rounds import RoundRecord
from pikflow.store.tasks import TaskRecord
from pikflow.texts import say


@dataclass(frozen=True)
class Place:
    """Where a start leads: measure, round, and the applicant the organisation takes part with."""

    measure: Measure
    round: RoundRecord
    applicant: Organisation

    @property
    def key(self) -> str:
        return f"{self.measure.slug}|{self.round.id}|{self.applicant.id}"


def start(unit: Unit, slug: str, round_id: int | None) -> Started:
    """Begin the applicant's case, or find it; an organisation that takes part in another's
    application gets its own child case there.

    Raises NotFound("measure-not-found", "round-not-found"), Refused("not-a-starter", "no-round",
    "round-not-open", "round-closed", "no-applicant", "not-joinable", "process-missing").
    """
    actor = access.actor_of(unit)
    place = _place(unit, slug, round_id, actor.organisation)
    rounds.lock(unit.connection, place.round.id)
    known = cases.by_start_key(unit.connection, place.key)
    created = known is None
    if known is None:
        _require_open(unit, place.round)
        known = _begin(unit, place)
    if place.applicant.id == actor.organisation.id:
        return Started(known.number, created, _first_task(unit, known))
    child, joined = _child_of(unit, known.id, actor.organisation)
    return Started(child.number, created or joined, _first_task(unit, child))


def start_round(unit: Unit, slug: str) -> Started:
    """Begin the process that opens a funding round of a measure; each call begins another."""
    actor = access.require(unit, "round.open")
    measure = _measure(unit, slug)
    version = _newest(unit, unit.catalog.round_process)
    year = unit.today.year
    number = numbers.allot(unit, measure, year, actor.organisation)
    params = version.deployment.parameters.resolve(measure.slug, year)
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


def startable(unit: Unit) -> tuple[Startable, ...]:
    """Every measure the actor's organisation takes part in, per open round, with the reason when
    it can't be started now."""
    actor = access.require(unit, "case.start")
    found: list[Startable] = []
    for measure in unit.catalog.measures.values():
        if actor.organisation.kind not in measure.starters:
            continue
        known = [r for r in rounds.of_measure(unit.connection, measure.slug) if r.state == "open"]
        if not known:
            found.append(_offer(unit, measure, None, actor.organisation, _no_round().message))
        found.extend(_round_offer(unit, measure, entry, actor.organisation) for entry in known)
    return tuple(found)


def _round_offer(
    unit: Unit, measure: Measure, entry: RoundRecord, organisation: Organisation
) -> Startable:
    try:
        place = _place(unit, measure.slug, entry.id, organisation)
        existing = _existing(unit, place, organisation)
        if existing:
            return _offer(unit, measure, entry, organisation, "", place, existing)
        if cases.by_start_key(unit.connection, place.key) is None:
            _require_open(unit, entry)
        elif place.applicant.id != organisation.id:
            _require_joinable(unit, place)
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


# --- finding the place -------------------------------------------------------------------------


def _place(unit: Unit, slug: str, round_id: int | None, organisation: Organisation) -> Place:
    measure = _measure(unit, slug)
    if organisation.kind not in measure.starters:
        kinds = tuple(
            unit.pick(unit.catalog.kinds.get(kind, {}), kind) for kind in measure.starters
        )
        raise Refused(
            "not-a-starter",
            say(
                "„{measure}“ beginnen nur: {kinds}.",
                measure=unit.pick(measure.name, slug),
                kinds=kinds,
            ),
        )
    access.require(unit, "case.start")
    return Place(measure, _round(unit, slug, round_id), _applicant(unit, measure, organisation))


def _measure(unit: Unit, slug: str) -> Measure:
    measure = unit.catalog.measures.get(slug)
    if measure is None:
        raise NotFound(
            "measure-not-found",
            say("Diese Maßnahme gibt es nicht."),
            say("Wählen Sie eine aus der Liste."),
        )
    return measure


def _round(unit: Unit, slug: str, round_id: int | None) -> RoundRecord:
    """The round asked for; without one, the earliest whose deadline has not passed."""
    known = rounds.of_measure(unit.connection, slug)
    if round_id is not None:
        found = next((entry for entry in known if entry.id == round_id), None)
        if found is None:
            raise NotFound("round-not-found", say("Diese Förderrunde gibt es nicht."))
        return found
    running = [entry for entry in known if entry.state == "open"]
    if not running:
        raise _no_round()
    current = [e for e in running if e.deadline is None or e.deadline >= unit.today]
    return min(current or running, key=lambda entry: entry.year)


def _no_round() -> Refused:
    return Refused(
        "no-round",
        say("Für diese Maßnahme ist zurzeit keine Förderrunde eröffnet."),
        say("Das Ministerium eröffnet Förderrunden; dann erscheint die Maßnahme hier."),
    )


def _require_open(unit: Unit, entry: RoundRecord) -> None:
    if entry.opens and entry.opens > unit.today:
        raise Refused(
            "round-not-open", say("„{round}“ beginnt am {day}.", round=entry.name, day=entry.opens)
        )
    if entry.state != "open" or (entry.deadline and entry.deadline < unit.today):
        closed = say("„{round}“ ist geschlossen.", round=entry.name)
        if entry.deadline:
            closed = say(
                "{closed} Die Antragsfrist endete am {day}.", closed=closed, day=entry.deadline
            )
        raise Refused("round-closed", closed)


def _applicant(unit: Unit, measure: Measure, organisation: Organisation) -> Organisation:
    """The organisation itself, the nearest above it that may apply, or the measure's carrier."""
    found = lanes.nearest(unit, organisation.id, measure.applicants)
    if found is None and measure.carrier:
        found = organisations.by_id(unit.connection, measure.carrier)
    if found is None:
        raise Refused(
            "no-applicant",
            say("Über Ihrer Organisation gibt es keine, die diese Maßnahme beantragt."),
            say("Wenden Sie sich an die Bewilligungsstelle."),
        )
    return found


# --- beginning ---------------------------------------------------------------------------------


def _begin(unit: Unit, place: Place) -> CaseRecord:
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
        params=version.deployment.parameters.resolve(place.measure.slug, year),
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
    )


def _newest(unit: Unit, process: str) -> Pinned:
    record: DefinitionRecord | None = definitions.latest(unit.connection, process)
    if record is None:
        raise Refused(
            "process-missing",
            say("Für dieses Verfahren ist noch kein Prozess eingespielt."),
            say("Die Administration spielt ihn mit „pikflow deploy“ ein."),
        )
    return steps.pinned(unit, record.id)


def _existing(unit: Unit, place: Place, organisation: Organisation) -> str:
    """The number of the case the organisation has in the round, "" when it has none."""
    parent = cases.by_start_key(unit.connection, place.key)
    if parent is None or place.applicant.id == organisation.id:
        return parent.number if parent else ""
    found = _children(unit, parent.id, organisation)
    return found[-1].number if found else ""


def _children(unit: Unit, parent_id: int, organisation: Organisation) -> list[CaseRecord]:
    mine = cases.children(unit.connection, parent_id)
    return [child for child in mine if child.organisation_id == organisation.id]


def _child_of(unit: Unit, parent_id: int, organisation: Organisation) -> tuple[CaseRecord, bool]:
    """The organisation's child case, and whether it was opened just now."""
    parent = cases.lock(unit.connection, parent_id)
    if parent is None:
        raise access.missing_case()
    mine = _children(unit, parent.id, organisation)
    running = [child for child in mine if child.state == "open"]
    if running or mine:
        return (running or mine)[-1], False
    task = _joinable(unit, parent)
    if task is None:
        raise _not_joinable()
    version = steps.pinned(unit, parent.definition_id)
    return steps.join(unit, parent, version, task.id, organisation), True


def _joinable(unit: Unit, parent: CaseRecord) -> TaskRecord | None:
    waiting = tasks.of_case(unit.connection, parent.id) if parent.state == "open" else []
    return next(
        (
            task
            for task in waiting
            if task.kind == "children" and task.details["attributes"].get("open") == "true"
        ),
        None,
    )


def _require_joinable(unit: Unit, place: Place) -> None:
    parent = cases.by_start_key(unit.connection, place.key)
    if parent is None or _joinable(unit, parent) is None:
        raise _not_joinable()


def _not_joinable() -> Refused:
    return Refused(
        "not-joinable",
        say("In diesem Verfahren werden zurzeit keine weiteren Meldungen angenommen."),
        say("Wenden Sie sich an die Stelle, die den Antrag stellt."),
    )


def _first_task(unit: Unit, case: CaseRecord) -> str:
    """The id of the first open task of the case this person may work, "" without one."""
    actor = access.actor_of(unit)
    for task in tasks.of_case(unit.connection, case.id):
        facts = access.facts_of(unit, case, task)
        allowed = permissions.may(actor, "task.work", unit.catalog, facts)
        if allowed and task.claimed_by in ("", actor.id):
            return task.id
    return ""
