"""A measure at a glance: rounds, cases and amounts by phase, waiting times."""

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal

from pikflow import permissions
from pikflow.catalog import Measure
from pikflow.errors import NotFound
from pikflow.identity import Actor
from pikflow.services import access, rounds, startable
from pikflow.services.environment import Environment, Unit
from pikflow.services.views import MeasureOverview, MeasureTile, Startable, WaitingTime
from pikflow.store import case_lists, organisations, tasks
from pikflow.store.case_lists import CaseCriteria
from pikflow.texts import say


class Overview:
    """The measures as far as an actor sees them."""

    def __init__(self, environment: Environment) -> None:
        self._environment = environment

    def measures(self, actor: Actor) -> tuple[MeasureTile, ...]:
        """All measures of the catalog, in its order."""
        with self._environment.query(actor) as unit:
            access.require(unit, "measure.read")
            return _tiles(unit, tuple(unit.catalog.measures.values()))

    def measure(self, actor: Actor, slug: str) -> MeasureOverview:
        """One measure; NotFound for a slug the catalog does not hold."""
        with self._environment.query(actor) as unit:
            access.require(unit, "measure.read")
            found = unit.catalog.measures.get(slug)
            if found is None:
                raise NotFound("measure-not-found", say("Diese Maßnahme gibt es nicht."))
            return _overview(unit, found)


def _tiles(unit: Unit, measures: Sequence[Measure]) -> tuple[MeasureTile, ...]:
    """Three questions, however many measures there are."""
    scope = permissions.case_scope(unit.actor, unit.catalog)
    totals = case_lists.totals(unit.connection, scope, CaseCriteria(), "measure")
    cases = {measure: count for measure, count, _ in totals}
    overdue = tasks.overdue(unit.connection, scope, unit.today)
    known = organisations.by_ids(unit.connection, [one.authority for one in measures])
    return tuple(
        MeasureTile(
            slug=one.slug,
            name=unit.pick(one.name, one.slug),
            description=unit.pick(one.description),
            provisional=one.provisional,
            authority=known[one.authority].name if one.authority in known else one.authority,
            cases=cases.get(one.slug, 0),
            overdue=overdue.get(one.slug, 0),
            colour=one.colour,
        )
        for one in measures
    )


def _overview(unit: Unit, measure: Measure) -> MeasureOverview:
    scope = permissions.case_scope(unit.actor, unit.catalog)
    criteria = CaseCriteria(measure=measure.slug)
    running = CaseCriteria(measure=measure.slug, state="open")
    by_state = case_lists.totals(unit.connection, scope, criteria, "state")
    authority = organisations.by_id(unit.connection, measure.authority)
    waits = tasks.waiting(unit.connection, scope, measure.slug, unit.now, unit.today)
    return MeasureOverview(
        slug=measure.slug,
        name=unit.pick(measure.name, measure.slug),
        description=unit.pick(measure.description),
        provisional=measure.provisional,
        colour=measure.colour,
        authority=authority.name if authority else measure.authority,
        rounds=rounds.views(unit, measure.slug),
        cases=sum(count for _, count, _ in by_state),
        amount=sum((amount for _, _, amount in by_state), Decimal(0)),
        by_phase=tuple(case_lists.totals(unit.connection, scope, running, "phase")),
        by_state=tuple(by_state),
        overdue=sum(wait.overdue for wait in waits),
        waiting=_waiting(waits),
        startable=_startable(unit, measure.slug),
        may_open_round=bool(unit.catalog.round_process)
        and permissions.may(unit.actor, "round.open", unit.catalog),
    )


def _waiting(waits: list[tasks.Waiting]) -> tuple[WaitingTime, ...]:
    """Open tasks by step, the longest mean wait first."""
    rows = [
        WaitingTime(
            one.name, one.lane, one.phase, one.number, _mean(one.days, one.number), one.longest
        )
        for one in waits
    ]
    return tuple(sorted(rows, key=lambda row: (-row.mean_days, row.step)))


def _mean(days: int, number: int) -> Decimal:
    return (Decimal(days) / number).quantize(Decimal("0.1"), rounding=ROUND_HALF_UP)


def _startable(unit: Unit, slug: str) -> tuple[Startable, ...]:
    if not permissions.may(unit.actor, "case.start", unit.catalog):
        return ()
    return startable.offers(unit, slug)
