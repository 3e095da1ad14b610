"""What every case begins with: `vorgang`, `runde`, `params`, and the names a step refreshes."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from pikflow.catalog import Catalog, Measure
from pikflow.identity import Organisation
from pikflow.services.environment import Unit, beyond
from pikflow.store import cases, organisations, rounds
from pikflow.store.rounds import RoundRecord

START_NAMES = frozenset({"vorgang", "runde", "params", "heute", "actor"})
BUDGET, BUDGET_LEFT = "kreisbudget_eur", "kreisbudget_rest_eur"


def brief(organisation: Organisation | None) -> dict[str, Any] | None:
    """An organisation as expressions see it."""
    if organisation is None:
        return None
    return {
        "id": organisation.id,
        "name": organisation.name,
        "ags": organisation.ags,
        "art": organisation.kind,
    }


def described(unit: Unit, organisation: Organisation) -> dict[str, Any]:
    """The applicant: its register entry and the master data it gave before."""
    profile = organisations.profile(unit.connection, organisation.id)
    people = organisations.populations(unit.connection, [organisation.id])
    entry = brief(organisation) or {}
    return {**profile, **entry, "einwohner": people.get(organisation.id)}


def of_case(
    unit: Unit,
    *,
    number: str,
    measure: Measure,
    year: int,
    applicant: Organisation,
    round_data: Mapping[str, Any],
    params: Mapping[str, Any],
    parent: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """The data of a new case. `parent` is what a calling case passes on, under vorgang.eltern."""
    line = unit.line(applicant.id)
    authority = organisations.by_id(unit.connection, measure.authority)
    below = organisations.below(unit.connection, applicant.id)
    return {
        "vorgang": {
            "nummer": number,
            "massnahme": measure.slug,
            "massnahme_name": measure.name.get("de", measure.slug),
            "jahr": Decimal(year),
            "antragsteller": described(unit, applicant),
            "bewilligungsstelle": brief(authority),
            "uebergeordnet": brief(line[1]) if len(line) > 1 else None,
            "untergeordnete": [brief(one) for one in below],
            "eltern": dict(parent) if parent else None,
        },
        "runde": dict(round_data),
        "params": dict(params),
    }


def round_data(unit: Unit, entry: RoundRecord | None, applicant: str) -> dict[str, Any]:
    """What a case finds under `runde`: the round, and the applicant's share of it."""
    if entry is None:
        return {}
    share = rounds.share_of(unit.connection, entry.id, applicant)
    data = {
        **entry.data,
        "id": Decimal(entry.id),
        "bezeichnung": entry.name,
        "jahr": Decimal(entry.year),
        "budget_eur": entry.budget,
        "beginn": entry.opens,
        "antragsfrist": entry.deadline,
    }
    if share is not None:
        data |= {**share.data, BUDGET: share.amount}
        data[BUDGET_LEFT] = _left(unit, entry.id, applicant, share.amount, 0)
    return data


def refreshed(unit: Unit, data: Mapping[str, Any], case: cases.CaseRecord) -> dict[str, Any]:
    """The case data with today's date and the budget that is left at this moment."""
    fresh = {**data, "heute": unit.today}
    found = fresh.get("runde")
    if case.round_id and isinstance(found, dict) and BUDGET in found and not case.parent_id:
        left = _left(unit, case.round_id, case.organisation_id, found[BUDGET], case.id)
        fresh["runde"] = {**found, BUDGET_LEFT: left}
    return fresh


@beyond
def _left(
    unit: Unit, round_id: int, applicant: str, budget: Decimal | None, except_id: int
) -> Decimal | None:
    if budget is None:
        return None
    return budget - cases.approved_elsewhere(unit.connection, round_id, applicant, except_id)


def eligible(unit: Unit, catalog: Catalog, measure: str) -> list[dict[str, Any]]:
    """The organisations that may apply for a measure, with their inhabitants."""
    entry = catalog.measures[measure]
    found = organisations.of_kinds(unit.connection, entry.applicants)
    people = organisations.populations(unit.connection, [one.id for one in found])
    return [{**(brief(one) or {}), "einwohner": people.get(one.id)} for one in found]
