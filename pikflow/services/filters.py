"""Filters of the lists that a person keeps, and shares with colleagues of the same organisation.

A filter is nothing but what stands in the address of a list: whoever opens it sees what they may
see, and no more. It belongs to the organisation its owner acts for, because what somebody typed
into it may be about that organisation's cases.
"""

from dataclasses import dataclass
from typing import Any, Literal

from pikflow.errors import Invalid, NotFound
from pikflow.identity import Actor
from pikflow.services import access
from pikflow.services.environment import Environment, Unit
from pikflow.services.repeating import repeated
from pikflow.services.views import SavedFilter
from pikflow.store import filters, turns
from pikflow.texts import say

List = Literal["tasks", "cases"]
_PERMISSIONS: dict[List, str] = {"tasks": "task.list", "cases": "case.list"}
MOST = 30  # of one person and list
_NAME, _QUERY = 60, 1000  # characters


@dataclass(frozen=True)
class FilterDraft:
    """A filter as it is to be kept."""

    name: str
    query: str
    shared: bool = False
    first: bool = False


class Filters:
    """What a person keeps of a list; all of it is theirs alone until they share it."""

    def __init__(self, environment: Environment) -> None:
        self._environment = environment

    def list(self, actor: Actor, where: List) -> tuple[SavedFilter, ...]:
        """One's own by name, then those of colleagues."""
        with self._environment.query(actor) as unit:
            return _all(unit, actor, where)

    @repeated
    def save(self, actor: Actor, where: List, draft: FilterDraft, replaced: int = 0) -> None:
        """Keep a filter, in the place of one's own with the id `replaced` if there is one; the
        same one a second time is kept once.

        Raises Invalid ("filter-name", "filter-taken", "filter-many", "filter-long"), NotFound.
        """
        draft = _fit(draft)
        with self._environment.command(actor) as unit:
            own = _own(unit, actor, where)
            if replaced and replaced not in own:
                raise _missing()
            same = next((f for f in own.values() if f.name == draft.name), None)
            if same and same.id != replaced:
                if (same.query, same.shared) == (draft.query, draft.shared):
                    replaced = same.id
                else:
                    raise Invalid(
                        "filter-taken",
                        say("Einen Filter „{name}“ haben Sie schon.", name=draft.name),
                        say("Wählen Sie einen anderen Namen, oder ersetzen Sie ihn."),
                    )
            if not replaced and len(own) >= MOST:
                raise Invalid(
                    "filter-many",
                    say("Sie haben schon {most} Filter gespeichert.", most=MOST),
                    say("Löschen Sie einen, den Sie nicht mehr brauchen."),
                )
            if draft.first:
                filters.make_none_first(unit.connection, where, actor.organisation.id, actor.id)
            values: dict[str, Any] = {
                "name": draft.name,
                "query": draft.query,
                "shared": draft.shared,
                "first": draft.first,
                "saved_at": unit.now,
            }
            if replaced:
                filters.change(unit.connection, replaced, values)
                return
            owner = {"owner_id": actor.id, "owner_name": actor.name, "list": where}
            row = {**values, **owner, "organisation_id": actor.organisation.id}
            filters.add(unit.connection, row)

    @repeated
    def remove(self, actor: Actor, where: List, filter_id: int) -> None:
        """Keep it no longer; nothing to do when it is gone already. Raises NotFound for a
        colleague's."""
        with self._environment.command(actor) as unit:
            if filter_id in _own(unit, actor, where):
                filters.remove(unit.connection, filter_id)
            elif any(entry.id == filter_id for entry in _all(unit, actor, where)):
                raise _missing()


def _all(unit: Unit, actor: Actor, where: List) -> tuple[SavedFilter, ...]:
    access.require(unit, _PERMISSIONS[where])
    rows = filters.of_person(unit.connection, where, actor.organisation.id, actor.id)
    found = [
        SavedFilter(row.id, row.name, row.query, "", row.shared, row.first)
        if row.owner_id == actor.id
        else SavedFilter(row.id, row.name, row.query, row.owner_name, True)
        for row in rows
    ]
    return tuple(sorted(found, key=lambda entry: bool(entry.owner)))


def _own(unit: Unit, actor: Actor, where: List) -> dict[int, SavedFilter]:
    """A person's own, in a transaction no other of theirs runs beside."""
    turns.take(unit.connection, f"filters of {actor.id}")
    return {entry.id: entry for entry in _all(unit, actor, where) if not entry.owner}


def _fit(draft: FilterDraft) -> FilterDraft:
    name = " ".join(draft.name.split())
    if not 0 < len(name) <= _NAME or not name.isprintable():
        raise Invalid(
            "filter-name",
            say("Geben Sie dem Filter einen Namen von höchstens {most} Zeichen.", most=_NAME),
        )
    if len(draft.query) > _QUERY:
        raise Invalid("filter-long", say("Dieser Filter ist zu lang, um ihn zu speichern."))
    return FilterDraft(name, draft.query, draft.shared, draft.first)


def _missing() -> NotFound:
    return NotFound(
        "filter-missing",
        say("Diesen Filter gibt es unter Ihren eigenen nicht."),
        say("Laden Sie die Liste neu."),
    )
