"""The visibility of cases as one condition on rows; every list, search, count and view uses it."""

from sqlalchemy import ColumnElement, Select, false, or_, select, true

from pikflow.permissions import CaseScope
from pikflow.store.tables import instance, organisation


def visible(scope: CaseScope) -> ColumnElement[bool]:
    """The condition on `pik_process_instance` for what the scope allows; false for an empty one."""
    if scope.everything:
        return true()
    if not scope.organisation:
        return false()
    conditions = [
        instance.c.organisation_id.in_(_line_below(scope.organisation)),
        instance.c.carrier_id == scope.organisation,
    ]
    if scope.measures:
        conditions.append(instance.c.measure.in_(scope.measures))
    return or_(*conditions)


def _line_below(organisation_id: str) -> Select[tuple[str]]:
    """Ids of the organisation and of all below it."""
    below = (
        select(organisation.c.id).where(organisation.c.id == organisation_id).cte(recursive=True)
    )
    below = below.union(select(organisation.c.id).where(organisation.c.parent_id == below.c.id))
    return select(below.c.id)
