"""Who may do what, as a table: permission -> predicates, one of which has to hold.

A predicate looks at the actor, the catalog, and facts about the object; without facts it says
whether it could hold for some object (the guard of a page). What is not in the table is
forbidden. The visibility of cases exists twice, as predicates here and as a condition on rows
(`CaseScope`, turned into SQL by store/scope.py); a test compares both.
"""

from collections.abc import Callable, Container
from dataclasses import dataclass

from pikflow.catalog import Catalog
from pikflow.identity import Actor

ADMINISTRATION = "administration"
AUDIT = "revision"


@dataclass(frozen=True)
class Facts:
    """What is known about the object of a command; empty where it does not apply.

    `line` holds the ids of the case's organisation and of all above it, nearest first;
    `carrier` the organisation whose case called this one; `role` and `audience` belong to a task.
    """

    line: Container[str] = ()
    carrier: str = ""
    measure: str = ""
    role: str = ""
    audience: str = ""


@dataclass(frozen=True)
class CaseScope:
    """The cases an actor may know of, as plain data. `CaseScope()` is none at all.

    `organisation`: cases of it, of the organisations below it, and child cases of its own cases;
    `measures`: all cases of these measures; `everything`: all cases.
    """

    organisation: str = ""
    measures: tuple[str, ...] = ()
    everything: bool = False


Predicate = Callable[[Actor, Catalog, Facts | None], bool]


def works(actor: Actor, catalog: Catalog, facts: Facts | None = None) -> bool:
    """Holds a role that works some lane: a person of the specialist side, not of operations."""
    return any(lane.role in actor.roles for lane in catalog.lanes.values())


def owns(actor: Actor, catalog: Catalog, facts: Facts | None) -> bool:
    """Acts for the case's organisation or one above it."""
    return works(actor, catalog) and (facts is None or actor.organisation.id in facts.line)


def carries(actor: Actor, catalog: Catalog, facts: Facts | None) -> bool:
    """Acts for the organisation whose case called this child case."""
    return works(actor, catalog) and (facts is None or actor.organisation.id == facts.carrier)


def decides(actor: Actor, catalog: Catalog, facts: Facts | None) -> bool:
    """Acts for the authority of the case's measure."""
    decided = [m for m in catalog.measures.values() if m.authority == actor.organisation.id]
    return works(actor, catalog) and any(facts is None or m.slug == facts.measure for m in decided)


def oversees(actor: Actor, catalog: Catalog, facts: Facts | None = None) -> bool:
    """Acts for an organisation of a kind the catalog gives oversight of all measures."""
    return works(actor, catalog) and actor.organisation.kind in catalog.oversight


def audits(actor: Actor, catalog: Catalog, facts: Facts | None = None) -> bool:
    """Holds the audit role: reads everything, changes nothing."""
    return AUDIT in actor.roles


def administers(actor: Actor, catalog: Catalog, facts: Facts | None = None) -> bool:
    """Holds the administration role: operates pikflow, sees no case."""
    return ADMINISTRATION in actor.roles


def holds_lane(actor: Actor, catalog: Catalog, facts: Facts | None) -> bool:
    """Holds the role of the task's lane, in the organisation that works it."""
    if facts is None:
        return works(actor, catalog)
    return facts.role in actor.roles and facts.audience in audiences(actor, catalog)


def takes_part(actor: Actor, catalog: Catalog, facts: Facts | None = None) -> bool:
    """Acts for a kind of organisation that may start the measure (any measure without facts)."""
    asked = [m for m in catalog.measures.values() if facts is None or m.slug == facts.measure]
    return works(actor, catalog) and any(actor.organisation.kind in m.starters for m in asked)


def anybody(actor: Actor, catalog: Catalog, facts: Facts | None = None) -> bool:
    """Whoever is signed in."""
    return True


TABLE: dict[str, tuple[Predicate, ...]] = {
    "task.list": (works,),
    "task.read": (holds_lane, owns, carries, decides, oversees, audits),
    "task.work": (holds_lane,),
    "task.assign": (holds_lane,),
    "case.list": (works, audits),
    "case.read": (owns, carries, decides, oversees, audits),
    "case.start": (takes_part, oversees),
    "case.note": (owns, carries, decides, oversees),
    "case.internal": (decides, oversees, audits),
    "file.read": (owns, carries, decides, oversees, audits),
    "measure.read": (works, audits, administers),
    "round.open": (oversees,),
    "round.change": (oversees,),
    "search": (works, audits),
    "definition.read": (administers, audits, works),
    "definition.deploy": (administers,),
    "design.edit": (administers,),
    "organisation.import": (administers,),
    "incident.read": (administers,),
    "incident.retry": (administers,),
    "own.settings": (anybody,),
}


def may(actor: Actor | None, permission: str, catalog: Catalog, facts: Facts | None = None) -> bool:
    """Whether the actor has the permission on the object the facts describe.

    False for nobody signed in and for a permission the table does not hold.
    """
    if actor is None:
        return False
    return any(holds(actor, catalog, facts) for holds in TABLE.get(permission, ()))


def audiences(actor: Actor, catalog: Catalog) -> tuple[str, ...]:
    """The audiences a task can be meant for that include this actor: the own organisation
    ("org:<id>") and the lanes open to any organisation of its kind ("lane:<name>")."""
    anywhere = [
        f"lane:{lane.name}"
        for lane in catalog.lanes.values()
        if lane.scope == "any" and actor.organisation.kind in lane.kinds
    ]
    return (f"org:{actor.organisation.id}", *sorted(anywhere))


def case_scope(actor: Actor | None, catalog: Catalog) -> CaseScope:
    """The cases this actor may know of; none for nobody and for people without a working role."""
    if actor is None:
        return CaseScope()
    if audits(actor, catalog) or oversees(actor, catalog):
        return CaseScope(everything=True)
    if not works(actor, catalog):
        return CaseScope()
    own = actor.organisation.id
    decided = tuple(sorted(m.slug for m in catalog.measures.values() if m.authority == own))
    return CaseScope(organisation=own, measures=decided)
