"""Where a start leads: the round, the applicant, and whether more may join its case."""

from dataclasses import dataclass

from pikflow.catalog import Measure
from pikflow.errors import NotFound, Refused
from pikflow.identity import Organisation
from pikflow.services import access, lanes
from pikflow.services.environment import Unit
from pikflow.store import cases, organisations, rounds, tasks
from pikflow.store.cases import CaseRecord
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


def find(unit: Unit, slug: str, round_id: int | None, organisation: Organisation) -> Place:
    measure = measure_of(unit, slug)
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
    return Place(
        measure, round_of(unit, slug, round_id), _applicant_of(unit, measure, organisation)
    )


def measure_of(unit: Unit, slug: str) -> Measure:
    measure = unit.catalog.measures.get(slug)
    if measure is None:
        raise NotFound(
            "measure-not-found",
            say("Diese Maßnahme gibt es nicht."),
            say("Wählen Sie eine aus der Liste."),
        )
    return measure


def round_of(unit: Unit, slug: str, round_id: int | None) -> RoundRecord:
    """The round asked for; without one, the earliest whose deadline has not passed."""
    known = rounds.of_measure(unit.connection, slug)
    if round_id is not None:
        found = next((entry for entry in known if entry.id == round_id), None)
        if found is None:
            raise NotFound("round-not-found", say("Diese Förderrunde gibt es nicht."))
        return found
    running = [entry for entry in known if entry.state == "open"]
    if not running:
        raise no_round()
    current = [e for e in running if e.deadline is None or e.deadline >= unit.today]
    return min(current or running, key=lambda entry: entry.year)


def no_round() -> Refused:
    return Refused(
        "no-round",
        say("Für diese Maßnahme ist zurzeit keine Förderrunde eröffnet."),
        say("Das Ministerium eröffnet Förderrunden; dann erscheint die Maßnahme hier."),
    )


def require_open(unit: Unit, entry: RoundRecord) -> None:
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


def _applicant_of(unit: Unit, measure: Measure, organisation: Organisation) -> Organisation:
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


def existing_case(unit: Unit, place: Place, organisation: Organisation) -> str:
    """The number of the case the organisation has in the round, "" when it has none."""
    parent = cases.by_start_key(unit.connection, place.key)
    if parent is None or place.applicant.id == organisation.id:
        return parent.number if parent else ""
    found = children_of(unit, parent.id, organisation)
    return found[-1].number if found else ""


def children_of(unit: Unit, parent_id: int, organisation: Organisation) -> list[CaseRecord]:
    mine = cases.children(unit.connection, parent_id)
    return [child for child in mine if child.organisation_id == organisation.id]


def joinable(unit: Unit, parent: CaseRecord) -> TaskRecord | None:
    waiting = tasks.of_case(unit.connection, parent.id) if parent.state == "open" else []
    return next(
        (
            task
            for task in waiting
            if task.kind == "children" and task.details["attributes"].get("open") == "true"
        ),
        None,
    )


def require_joinable(unit: Unit, place: Place) -> None:
    parent = cases.by_start_key(unit.connection, place.key)
    if parent is None or joinable(unit, parent) is None:
        raise not_joinable()


def not_joinable() -> Refused:
    return Refused(
        "not-joinable",
        say("In diesem Verfahren werden zurzeit keine weiteren Meldungen angenommen."),
        say("Wenden Sie sich an die Stelle, die den Antrag stellt."),
    )
