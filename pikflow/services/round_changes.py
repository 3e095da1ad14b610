"""Open funding rounds: the deadline moved later, the budget raised; dated, with who and why.

Nobody who relied on what was told loses anything by it: a deadline is not brought forward and a
budget not lowered. Open cases of the round follow at once, and their timeline says so.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from pikflow.errors import Conflict, Invalid, NotFound, Refused
from pikflow.expressions.money import share
from pikflow.identity import Actor
from pikflow.services import access, progress, rounds, start_data
from pikflow.services.environment import Environment, Unit
from pikflow.services.repeating import repeated_if_undone
from pikflow.services.views import RoundView
from pikflow.store import cases, organisations, tasks
from pikflow.store import rounds as store
from pikflow.store.cases import CaseRecord
from pikflow.store.rounds import RoundRecord, ShareRecord
from pikflow.texts import Sentence, say

REASON = 1000  # characters
_MOST = Decimal(10) ** 12  # EUR


@dataclass(frozen=True)
class Wish:
    """What is to become of a round; None leaves a value as it is."""

    deadline: date | None = None
    budget: Decimal | None = None
    reason: str = ""


@dataclass(frozen=True)
class Change:
    """What a wish does: (before, after) of deadline and budget, None for what stays; shares as
    (organisation, before, after); how many open cases follow. `seen` is the history's length."""

    round: RoundView
    deadline: tuple[date | None, date] | None
    budget: tuple[Decimal | None, Decimal] | None
    shares: tuple[tuple[str, Decimal, Decimal], ...]
    cases: int
    seen: int


class WishInvalid(Invalid):
    """A wish has errors by field: deadline, budget, reason, or "" for the whole."""

    def __init__(self, errors: Mapping[str, Sentence]) -> None:
        self.errors = dict(errors)
        message = next(iter(errors.values()))
        super().__init__("round-wish", message, say("Ihre Eingaben sind erhalten."))


class Rounds:
    """What may be changed in a funding round that is open (`round.change`)."""

    def __init__(self, environment: Environment) -> None:
        self._environment = environment

    def view(self, actor: Actor, measure: str, round_id: int) -> RoundView:
        """A round that may be changed; NotFound, Refused("round-closed")."""
        with self._environment.query(actor) as unit:
            return rounds.view(unit, _open_round(unit, measure, round_id))

    def propose(self, actor: Actor, measure: str, round_id: int, wish: Wish) -> Change:
        """What a wish would do; nothing is stored. Raises WishInvalid."""
        with self._environment.query(actor) as unit:
            return _change(unit, _open_round(unit, measure, round_id), wish)

    @repeated_if_undone
    def change(self, actor: Actor, measure: str, round_id: int, wish: Wish, seen: int) -> None:
        """Change the round and the open cases in it. Raises WishInvalid, and
        Conflict("round-changed") when it was changed since `seen` (Change.seen)."""
        with self._environment.command(actor) as unit, unit.beyond():
            store.lock(unit.connection, round_id)
            entry = _open_round(unit, measure, round_id)
            change = _change(unit, entry, wish)
            if change.seen != seen:
                raise Conflict(
                    "round-changed",
                    say("Die Runde wurde inzwischen geändert."),
                    say("Sehen Sie nach, was jetzt gilt, und entscheiden Sie neu."),
                )
            _store(unit, entry, change, wish.reason.strip()[:REASON])


def _open_round(unit: Unit, measure: str, round_id: int) -> RoundRecord:
    access.require(unit, "round.change")
    entry = store.by_id(unit.connection, round_id)
    if entry is None or entry.measure != measure:
        raise NotFound(
            "round-not-found",
            say("Diese Förderrunde gibt es nicht."),
            say("Öffnen Sie die Maßnahme; dort stehen ihre Runden."),
        )
    if entry.state != "open":
        raise Refused("round-closed", say("„{round}“ ist geschlossen.", round=entry.name))
    return entry


def _change(unit: Unit, entry: RoundRecord, wish: Wish) -> Change:
    errors: dict[str, Sentence] = {}
    deadline = wish.deadline if wish.deadline != entry.deadline else None
    budget = wish.budget if wish.budget != entry.budget else None
    if deadline is not None:
        _judge_deadline(unit, entry, deadline, errors)
    if budget is not None:
        _judge_budget(entry, budget, errors)
    if not errors and deadline is None and budget is None:
        errors[""] = say("Nennen Sie eine spätere Frist oder ein höheres Budget.")
    if not wish.reason.strip():
        errors["reason"] = say("Nennen Sie den Grund. Alle, die die Runde sehen, lesen ihn.")
    if errors:
        raise WishInvalid(errors)
    with unit.beyond():
        following = cases.count_open_of_round(unit.connection, entry.id)
    return Change(
        round=rounds.view(unit, entry),
        deadline=(entry.deadline, deadline) if deadline else None,
        budget=(entry.budget, budget) if budget is not None else None,
        shares=_named(unit, entry, budget) if budget is not None else (),
        cases=following,
        seen=len(store.changes(unit.connection, entry.id)),
    )


def _judge_deadline(unit: Unit, entry: RoundRecord, day: date, errors: dict[str, Sentence]) -> None:
    if entry.deadline and day < entry.deadline:
        errors["deadline"] = say(
            "Die Frist endet schon am {day}. Sie kann nur verlängert werden.", day=entry.deadline
        )
    elif day < unit.today:
        errors["deadline"] = say("Der {day} ist schon vorbei.", day=day)
    elif day.year > unit.today.year + 10:
        errors["deadline"] = say("Das Jahr {year} liegt zu weit weg.", year=day.year)


def _judge_budget(entry: RoundRecord, amount: Decimal, errors: dict[str, Sentence]) -> None:
    if entry.budget is not None and amount < entry.budget:
        errors["budget"] = say("Das Budget kann nur erhöht werden; zugesagte Anteile bleiben.")
    elif not Decimal(0) < amount < _MOST:
        errors["budget"] = say("Dieser Betrag ist kein Budget einer Runde.")


def _shares(unit: Unit, entry: RoundRecord, budget: Decimal) -> list[ShareRecord]:
    """The shares of a raised budget, in the proportion of those so far: so the key stays."""
    known = store.shares(unit.connection, entry.id)
    parts = [one for one in known if one.amount is not None and one.amount > 0]
    total = sum((one.amount or Decimal(0) for one in parts), Decimal(0))
    if not parts or total != entry.budget:
        return known  # amounts that were stated one by one stay as stated
    fresh = share(budget, [one.amount or Decimal(0) for one in parts]) or []
    amounts = {one.organisation_id: amount for one, amount in zip(parts, fresh, strict=True)}
    return [
        ShareRecord(one.organisation_id, amounts.get(one.organisation_id, one.amount), one.data)
        for one in known
    ]


def _named(
    unit: Unit, entry: RoundRecord, budget: Decimal
) -> tuple[tuple[str, Decimal, Decimal], ...]:
    before = {one.organisation_id: one.amount for one in store.shares(unit.connection, entry.id)}
    names = organisations.by_ids(unit.connection, list(before))
    return tuple(
        (names[one.organisation_id].name, before[one.organisation_id] or Decimal(0), one.amount)
        for one in _shares(unit, entry, budget)
        if one.organisation_id in names
        and one.amount is not None
        and one.amount != before[one.organisation_id]
    )


# --- the deed ------------------------------------------------------------------------------------


def _store(unit: Unit, entry: RoundRecord, change: Change, reason: str) -> None:
    actor = access.actor_of(unit)
    values: dict[str, Any] = {}
    if change.deadline:
        values["deadline"] = change.deadline[1]
    if change.budget:
        values["budget"] = change.budget[1]
        shares = _shares(unit, entry, change.budget[1])
        store.set_shares(unit.connection, entry.id, shares)
    store.change(unit.connection, entry.id, values)
    told = {"deadline": change.deadline, "budget": change.budget}
    row = {
        "round_id": entry.id,
        "changes": {name: list(pair) for name, pair in told.items() if pair},
        "reason": reason,
        "actor_id": actor.id,
        "actor_name": actor.name,
        "at": unit.now,
    }
    store.add_change(unit.connection, row)
    fresh = store.by_id(unit.connection, entry.id)
    following = cases.open_of_round(unit.connection, entry.id)
    for case in following:
        _follow(unit, case, fresh, reason)
    if change.deadline and change.deadline[0]:
        ids = [case.id for case in following]
        tasks.move_due(unit.connection, ids, change.deadline[0], change.deadline[1])


def _follow(unit: Unit, case: CaseRecord, entry: RoundRecord | None, reason: str) -> None:
    """Bring what a case holds of its round up to date, and what it took over under that name."""
    held = case.data.get("runde")
    if not isinstance(held, dict):
        return
    fresh = start_data.round_data(unit, entry, case.organisation_id)
    changed = {name: value for name, value in fresh.items() if held.get(name) != value}
    taken = {
        name: value
        for name, value in changed.items()
        if held.get(name) is not None and case.data.get(name) == held[name]
    }
    data = {**case.data, **taken, "runde": {**held, **changed}}
    cases.keep_data(unit.connection, case.id, data)
    progress.note(unit, case, "note", name="Förderrunde geändert", reason=reason)
