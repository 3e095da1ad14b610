"""Funding rounds: opened by a process through a connector, shown to those who may see them."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from pikflow import permissions
from pikflow.catalog import Measure
from pikflow.connectors import Call, Connector
from pikflow.errors import ConnectorFault
from pikflow.expressions.money import share
from pikflow.identity import Organisation
from pikflow.services import start_data
from pikflow.services.environment import Unit
from pikflow.services.views import RoundChange, RoundView
from pikflow.store import cases, organisations, rounds
from pikflow.store.rounds import ChangeRecord, RoundRecord, ShareRecord

OPEN_ROUND = "runde.eroeffnen"
_INHABITANTS, _WEIGHTS = "einwohner", "gewichte"
_OWN_KEYS = {"id", "ags", "name", "betrag_eur", "gewicht"}


def connector() -> Connector:
    """Stores a funding round and each applicant's share; docs/journeys.md lists its input."""
    return Connector(OPEN_ROUND, "Eröffnet eine Förderrunde und teilt ihr Budget auf.", store=store)


def store(unit: Unit, call: Call) -> dict[str, Any]:
    """The connector's work: the round as the call's input describes it.

    Raises ConnectorFault, not temporary, for an input that describes none.
    """
    given = call.input if isinstance(call.input, Mapping) else {}
    measure = unit.catalog.measures.get(str(given.get("massnahme") or ""))
    year = given.get("jahr")
    if measure is None or not isinstance(year, Decimal):
        raise _unfit("Die Runde braucht eine Maßnahme des Katalogs und ein Jahr.")
    return open_round(unit, measure, int(year), given)


def open_round(unit: Unit, measure: Measure, year: int, given: Mapping[str, Any]) -> dict[str, Any]:
    """Store the round of a measure and year, or rewrite it; gives what the process keeps."""
    extra = given.get("daten")
    row = {
        "measure": measure.slug,
        "year": year,
        "name": given.get("bezeichnung") or f"Förderrunde {year}",
        "state": "open",
        "budget": _money(given.get("budget_eur")),
        "opens": _day(given.get("beginn")) or unit.today,
        "deadline": _day(given.get("antragsfrist")),
        "data": dict(extra) if isinstance(extra, Mapping) else {},
        "created_at": unit.now,
    }
    round_id = rounds.save(unit.connection, row)
    applicants = organisations.of_kinds(unit.connection, measure.applicants)
    shares = divided(unit, applicants, given)
    rounds.set_shares(unit.connection, round_id, shares)
    unit.tell(
        unit.environment.signals.round_opened, round_id=round_id, measure=measure.slug, year=year
    )
    names = {one.id: one for one in applicants}
    return {
        "runde_id": Decimal(round_id),
        "bezeichnung": row["name"],
        "jahr": Decimal(year),
        "budget_eur": row["budget"],
        "antragsfrist": row["deadline"],
        "verteilung": [
            {**(start_data.brief(names[entry.organisation_id]) or {}), "betrag_eur": entry.amount}
            for entry in shares
            if entry.organisation_id in names
        ],
    }


def divided(
    unit: Unit, applicants: Sequence[Organisation], given: Mapping[str, Any]
) -> list[ShareRecord]:
    """Each applicant's share: given amounts as they are, else the budget by weights or by
    inhabitants, largest remainder to the cent. What an entry says beyond that is kept."""
    stated = _entries(given.get("budgets"), applicants)
    weighted = _entries(given.get("gewichte"), applicants)
    extra: dict[str, dict[str, Any]] = {}
    for key, entry in [*weighted.items(), *stated.items()]:
        more = {name: value for name, value in entry.items() if name not in _OWN_KEYS}
        extra.setdefault(key, {}).update(more)
    amounts = {key: _money(entry.get("betrag_eur")) for key, entry in stated.items()}
    if not stated:
        amounts = _by_weight(unit, applicants, given, weighted)
    return [
        ShareRecord(one.id, amounts.get(one.id), extra.get(one.id, {}))
        for one in applicants
        if one.id in amounts or one.id in extra
    ]


def _by_weight(
    unit: Unit,
    applicants: Sequence[Organisation],
    given: Mapping[str, Any],
    weighted: Mapping[str, Mapping[str, Any]],
) -> dict[str, Decimal | None]:
    budget, rule = _money(given.get("budget_eur")), given.get("schluessel") or ""
    if not rule or budget is None:
        return {}
    if rule == _INHABITANTS:
        people = organisations.populations(unit.connection, [one.id for one in applicants])
        weights = {key: Decimal(number) for key, number in people.items()}
    elif rule == _WEIGHTS or weighted:
        weights = {key: _number(entry.get("gewicht")) for key, entry in weighted.items()}
    else:
        raise _unfit(f"Den Verteilschlüssel „{rule}“ gibt es nicht.")
    if not weights or sum(weights.values()) <= 0:
        raise _unfit("Zum Verteilschlüssel fehlen die Gewichte.")
    order = sorted(weights)
    parts = share(budget, [weights[key] for key in order]) or []
    return dict(zip(order, parts, strict=True))


def _entries(rows: Any, applicants: Sequence[Organisation]) -> dict[str, Mapping[str, Any]]:
    """Entries by organisation id; each names it by `id` or `ags` (5 or 8 digits)."""
    if isinstance(rows, Mapping):
        rows = [{"id": key, "betrag_eur": amount} for key, amount in rows.items()]
    known = {one.id: one.id for one in applicants} | {o.ags: o.id for o in applicants if o.ags}
    found: dict[str, Mapping[str, Any]] = {}
    for entry in rows if isinstance(rows, list) else []:
        key = str(entry.get("id") or entry.get("ags") or "") if isinstance(entry, Mapping) else ""
        if key not in known:
            raise _unfit(f"„{key or entry}“ stellt in dieser Maßnahme keine Anträge.")
        found[known[key]] = entry
    return found


def _money(value: Any) -> Decimal | None:
    return value if isinstance(value, Decimal) else None


def _number(value: Any) -> Decimal:
    return value if isinstance(value, Decimal) else Decimal(0)


def _day(value: Any) -> date | None:
    return value if isinstance(value, date) else None


def _unfit(message: str) -> ConnectorFault:
    hint = "Berichtigen Sie die Angaben zur Runde."
    return ConnectorFault("round-unfit", message, hint, temporary=False)


def views(unit: Unit, measure: str) -> tuple[RoundView, ...]:
    """The rounds of a measure, newest first, with the shares the actor may see."""
    return tuple(view(unit, entry) for entry in rounds.of_measure(unit.connection, measure))


def view(unit: Unit, entry: RoundRecord) -> RoundView:
    """One round, with the shares the actor may see."""
    return RoundView(
        id=entry.id,
        measure=entry.measure,
        name=entry.name,
        year=entry.year,
        state=entry.state,
        budget=entry.budget,
        opens=entry.opens,
        deadline=entry.deadline,
        shares=_shares(unit, entry),
        changes=tuple(_change(one) for one in rounds.changes(unit.connection, entry.id)),
        may_change=entry.state == "open"
        and permissions.may(unit.actor, "round.change", unit.catalog),
    )


def _change(one: ChangeRecord) -> RoundChange:
    deadline, budget = one.changes.get("deadline"), one.changes.get("budget")
    return RoundChange(
        at=one.at,
        by=one.actor_name,
        reason=one.reason,
        deadline=(deadline[0], deadline[1]) if deadline else None,
        budget=(budget[0], budget[1]) if budget else None,
    )


def _shares(unit: Unit, entry: RoundRecord) -> tuple[tuple[str, Decimal, Decimal], ...]:
    """All shares for those who see all cases of the measure, else only one's own."""
    scope = permissions.case_scope(unit.actor, unit.catalog)
    everything = scope.everything or entry.measure in scope.measures
    found = [
        one
        for one in rounds.shares(unit.connection, entry.id)
        if one.amount is not None and (everything or one.organisation_id == scope.organisation)
    ]
    names = organisations.by_ids(unit.connection, [one.organisation_id for one in found])
    return tuple(
        (
            names[one.organisation_id].name,
            one.amount or Decimal(0),
            cases.approved_elsewhere(unit.connection, entry.id, one.organisation_id),
        )
        for one in found
        if one.organisation_id in names
    )
