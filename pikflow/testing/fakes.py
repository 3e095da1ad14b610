"""Stand-ins for what a host brings: people who are signed in, connectors that only take notes."""

from collections.abc import Mapping
from typing import Any

from pikflow.connectors import Call, Connector, Connectors
from pikflow.identity import Actor


class Identity:
    """An IdentityProvider with given persons; `sign_in` says who is there."""

    def __init__(self, *actors: Actor) -> None:
        self._actors = {actor.id: actor for actor in actors}
        self._current: Actor | None = None

    def sign_in(self, actor_id: str) -> Actor:
        """From now on this person is signed in; KeyError for an unknown id."""
        self._current = self._actors[actor_id]
        return self._current

    def sign_out(self) -> None:
        self._current = None

    def current_actor(self) -> Actor | None:
        return self._current

    def actor(self, actor_id: str) -> Actor | None:
        return self._actors.get(actor_id)

    def members(self, role: str, organisation_id: str) -> list[Actor]:
        found = (a for a in self._actors.values() if role in a.roles)
        here = [actor for actor in found if actor.organisation.id == organisation_id]
        return sorted(here, key=lambda actor: actor.name)


class Recorder:
    """Connectors that note their calls and give what they were told to.

    `answers` maps a connector's name to what it gives: a value, a function of the Call, or an
    exception (a ConnectorFault) that is raised. A call with a key that was seen before is noted but
    answered as the first one was, as an outside system with idempotency keys does it.
    """

    def __init__(self, answers: Mapping[str, Any] | None = None) -> None:
        self.connectors = Connectors()
        self.calls: list[Call] = []
        self._answers = dict(answers or {})
        self._given: dict[str, Any] = {}
        self._names: dict[str, str] = {}
        for name in self._answers:
            self.add(name)

    def add(self, name: str, answer: Any = None) -> None:
        """One more connector; Invalid("connector-taken") when it is there."""
        self._answers.setdefault(name, answer)
        self.connectors.register(
            Connector(name, "Notiert seine Aufrufe.", run=lambda call: self._run(name, call))
        )

    def answer(self, name: str, answer: Any) -> None:
        """Give something else from now on."""
        self._answers[name] = answer

    def calls_of(self, name: str) -> list[Call]:
        """The calls of one connector, in order."""
        return [call for call in self.calls if self._names[call.key] == name]

    def inputs_of(self, name: str) -> list[Any]:
        """What they were called with, in order."""
        return [call.input for call in self.calls_of(name)]

    def effects(self) -> int:
        """How many calls had an effect: those with the same key had one together."""
        return len(self._given)

    def _run(self, name: str, call: Call) -> Any:
        self.calls.append(call)
        self._names[call.key] = name
        if call.key not in self._given:
            answer = self._answers[name]
            if isinstance(answer, Exception):
                raise answer
            self._given[call.key] = answer(call) if callable(answer) else answer
        return self._given[call.key]
