"""Actions of a case page: messages the process waits for, sent by a person of the event's lane."""

import re
import secrets
from collections.abc import Mapping
from typing import Any

from pikflow.engine import runtime
from pikflow.engine.results import OpenTask
from pikflow.errors import Conflict, NotFound, Refused
from pikflow.identity import Actor
from pikflow.services import (
    access,
    children,
    completing,
    heads,
    offers,
    start_data,
    steps,
    submissions,
)
from pikflow.services.environment import Environment, Unit
from pikflow.services.progress import Deed
from pikflow.services.repeating import repeated
from pikflow.services.views import Completed, EventPage
from pikflow.store import cases, histories, tasks
from pikflow.store.cases import CaseRecord
from pikflow.texts import say

_ENGINE_ID = re.compile(r"[0-9a-f]{32}")


class Events:
    """Offered messages: page and sending."""

    def __init__(self, environment: Environment) -> None:
        self._environment = environment

    def view(self, actor: Actor, number: str, offer_id: str) -> EventPage:
        """The page of an offer; NotFound for a foreign case, Conflict when it is over,
        Refused for a person of another lane."""
        with self._environment.query(actor) as unit:
            case = access.case_by_number(unit, number)
            version = steps.pinned(unit, case.definition_id)
            entry = _entry(unit, case, offer_id)
            return EventPage(
                offer=offers.offer(entry, version),
                head=heads.head(unit, case),
                schema=submissions.schema_of(
                    entry["attributes"].get("form", ""), case.measure, version
                ),
                context=submissions.context_of(unit, case, entry["scope"], actor),
                version=case.version,
                key=secrets.token_urlsafe(18),
            )

    @repeated
    def send(
        self,
        actor: Actor,
        number: str,
        offer_id: str,
        answers: Mapping[str, Any] | None = None,
        *,
        version: int | None = None,
        key: str = "",
        reason: str = "",
    ) -> Completed:
        """Send the message with the answers of its form.

        Raises NotFound, Refused("not-permitted"), Conflict("message-not-expected",
        "case-changed"), AnswersInvalid.
        """
        with self._environment.command(actor) as unit:
            known = access.case_by_number(unit, number)
            case = cases.lock(unit.connection, known.id) or known
            repeated = _first_answer(unit, case, actor, key)
            if repeated is not None:
                return repeated
            if children.catch_up(unit, case):
                case = cases.lock(unit.connection, case.id) or case
            entry = _entry(unit, case, offer_id)
            completing.require_version(unit, case, version)
            return _send(unit, case, entry, dict(answers or {}), key, reason)


def _entry(unit: Unit, case: CaseRecord, offer_id: str) -> dict[str, Any]:
    """The offer; NotFound for what is no id of the engine, Conflict for an offer that is over
    (that an event stopped waiting is not kept), Refused for a person of another lane."""
    found = next((entry for entry in case.waiting if entry["id"] == offer_id), None)
    if found is None:
        if not _ENGINE_ID.fullmatch(offer_id):
            raise NotFound("offer-not-found", say("Diese Aktion gibt es in diesem Vorgang nicht."))
        raise Conflict(
            "message-not-expected",
            say("Das ist in diesem Vorgang nicht mehr möglich."),
            access.whereabouts(unit, case),
        )
    if not offers.may_send(unit, case, found):
        raise Refused(
            "not-permitted",
            say(
                "„{action}“ bietet der Vorgang anderen Beteiligten an.",
                action=offers.label_of(found),
            ),
            say("Vorgesehen ist die Bahn „{lane}“.", lane=found["lane"]),
        )
    return found


def _first_answer(unit: Unit, case: CaseRecord, actor: Actor, key: str) -> Completed | None:
    known = (
        histories.completion_by_key(unit.connection, key[: completing.KEY_LENGTH]) if key else None
    )
    if known is None:
        return None
    if known.instance_id != case.id or known.actor_id != actor.id:
        raise completing.key_taken()
    return completing.answered(known.answer, repeated=True)


def _send(
    unit: Unit,
    case: CaseRecord,
    entry: dict[str, Any],
    answers: dict[str, Any],
    key: str,
    reason: str,
) -> Completed:
    actor = access.actor_of(unit)
    version = steps.pinned(unit, case.definition_id)
    attributes = entry["attributes"]
    data = start_data.refreshed(unit, case.data, case)
    context = submissions.context_from(data, entry["scope"], actor)
    schema = submissions.schema_of(attributes.get("form", ""), case.measure, version)
    values = submissions.checked(unit, case, schema, answers, context) if schema else {}
    result = runtime.send_message(
        version.definition,
        case.engine_state,
        data,
        entry["message"],
        values,
        unit.now,
        event_id=entry["id"],
    )
    name = attributes.get("result") or entry["element"]
    key = key[: completing.KEY_LENGTH] or secrets.token_urlsafe(18)
    before = tasks.standing(unit.batch, case.id, result=name, key=key)
    answer = {
        "number": case.number,
        "task": attributes.get("submit") or entry["name"],
        "who": actor.name,
    }
    completion = {
        "task_id": f"message:{key}"[:60],
        "key": key,
        "instance_id": case.id,
        "actor_id": actor.id,
        "at": unit.now,
        "answer": answer,
    }
    deed = Deed("message", entry["id"], reason, completion=completion)
    if schema is not None:
        event = OpenTask(
            entry["id"], entry["element"], entry["name"], entry["lane"], entry["process"], "user",
            result=name,
        )  # fmt: skip
        deed = submissions.given(unit, case, event, schema.id, values, deed, before)
    after = steps.take(unit, case, version, result, deed, before)
    unit.tell(
        unit.environment.signals.message_sent,
        number=case.number,
        message=entry["message"],
        actor_id=actor.id,
    )
    done = {**answer, "state": after.state, "outcome": after.outcome}
    return completing.answered(done, repeated=False)
