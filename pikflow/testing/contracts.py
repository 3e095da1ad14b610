"""What an IdentityProvider and a connector have to hold to, as tests an integrator runs.

    class TestOurDirectory(IdentityContract):
        def provider(self): return OurDirectory(...)
        known = "mvogt"

pytest collects the inherited tests; nothing here needs it. pikflow runs them on its own, too.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from pikflow.connectors import Call, Connector, Connectors
from pikflow.errors import ConnectorFault, Invalid
from pikflow.identity import Actor, IdentityProvider
from pikflow.values import dump, load, normalise

NOBODY = "niemand-mit-dieser-kennung"


class IdentityContract:
    """Set `known` to the id of a person with a role; `gone` to one who was active once, or ""."""

    known: str
    gone: str = ""

    def provider(self) -> IdentityProvider:
        """The provider, ready to be asked."""
        raise NotImplementedError

    def signed_in(self, provider: Any, actor_id: str) -> AbstractContextManager[Any]:
        """A request of this person ("" of nobody): in it `current_actor` is asked."""
        raise NotImplementedError

    def test_a_person_is_known_by_id(self) -> None:
        person = self._known(self.provider())
        assert person.id == self.known and person.name and person.organisation.id
        assert isinstance(person.roles, frozenset) and person.roles, "roles is a frozenset of names"

    def test_the_same_person_is_equal_each_time(self) -> None:
        provider = self.provider()
        assert self._known(provider) == self._known(provider)

    def test_an_unknown_person_is_none_and_no_error(self) -> None:
        provider = self.provider()
        assert provider.actor(NOBODY) is None
        assert provider.actor("") is None

    def test_a_person_who_is_no_longer_active_is_none(self) -> None:
        provider = self.provider()
        assert not self.gone or provider.actor(self.gone) is None

    def test_members_hold_the_role_in_the_organisation_and_come_by_name(self) -> None:
        provider = self.provider()
        person = self._known(provider)
        for role in person.roles:
            found = provider.members(role, person.organisation.id)
            assert person.id in [member.id for member in found]
            assert all(role in member.roles for member in found)
            assert {member.organisation.id for member in found} == {person.organisation.id}
            assert [m.name for m in found] == sorted(m.name for m in found), "members come by name"
            assert len({member.id for member in found}) == len(found), "nobody comes twice"

    def test_nobody_who_is_gone_is_a_member(self) -> None:
        provider = self.provider()
        person = self._known(provider)
        for role in person.roles:
            ids = [member.id for member in provider.members(role, person.organisation.id)]
            assert not self.gone or self.gone not in ids

    def test_an_unknown_role_or_organisation_has_no_members(self) -> None:
        provider = self.provider()
        person = self._known(provider)
        assert list(provider.members(NOBODY, person.organisation.id)) == []
        assert list(provider.members(next(iter(person.roles)), NOBODY)) == []

    def test_the_person_signed_in_is_the_one_known_by_id(self) -> None:
        provider = self.provider()
        with self.signed_in(provider, self.known):
            assert provider.current_actor() == self._known(provider)

    def test_without_a_sign_in_nobody_is_there(self) -> None:
        provider = self.provider()
        with self.signed_in(provider, ""):
            assert provider.current_actor() is None

    def _known(self, provider: IdentityProvider) -> Actor:
        found = provider.actor(self.known)
        assert found is not None, f"{self.known} is a person the provider knows"
        return found


class ConnectorContract:
    """A connector with `run`: it gives values, has its effect once, and fails in our words."""

    def connector(self) -> Connector:
        """The connector, with an outside world that works."""
        raise NotImplementedError

    def broken(self) -> Connector | None:
        """The same with an outside world that does not; None when it needs none."""
        raise NotImplementedError

    def effects(self) -> int:
        """How often the outside world was changed since `connector`; 0 if it never is."""
        raise NotImplementedError

    def input(self) -> Any:
        """What `pik:input` may give it."""
        return {}

    def test_it_registers_under_its_name_once(self) -> None:
        connectors = Connectors()
        connector = connectors.register(self.connector())
        assert connectors.get(connector.name) is connector and connector.meaning
        assert _raises(Invalid, lambda: connectors.register(connector)), "a name is taken once"

    def test_its_answer_is_a_value_a_case_can_keep(self) -> None:
        answer = normalise(self._run()(self._call("1")))
        assert load(dump(answer)) == answer

    def test_it_leaves_its_input_as_it_was(self) -> None:
        call = self._call("1")
        before = dump(call.input)
        self._run()(call)
        assert dump(call.input) == before

    def test_a_second_attempt_with_the_same_key_has_no_second_effect(self) -> None:
        run = self._run()
        first = run(self._call("1"))
        done = self.effects()
        assert dump(run(self._call("1"))) == dump(first), "the same call, the same answer"
        assert self.effects() == done, "the key of a call tells a second attempt"

    def test_another_call_has_an_effect_of_its_own(self) -> None:
        run = self._run()
        run(self._call("1"))
        done = self.effects()
        run(self._call("2"))
        assert self.effects() == done * 2

    def test_what_goes_wrong_outside_is_a_connector_fault(self) -> None:
        connector = self.broken()
        if connector is None:
            return
        run = connector.run
        assert run is not None
        fault = _raises(ConnectorFault, lambda: run(self._call("1")))
        assert fault is not None, "a ConnectorFault says what went wrong, nothing else does"
        assert fault.code and fault.message and isinstance(fault.temporary, bool)

    def _run(self) -> Callable[[Call], Any]:
        run = self.connector().run
        assert run is not None, "this contract is for connectors with run"
        return run

    def _call(self, key: str) -> Call:
        now = datetime(2026, 3, 2, 9, tzinfo=UTC)
        call = Call(f"probe:{key}", "PROBE-1", "Aufruf", self.input(), now)
        return replace(call, input=normalise(call.input))


def _raises(kind: type[Any], action: Callable[[], Any]) -> Any:
    """The error of this kind the action ends with; None when it succeeds."""
    try:
        action()
    except kind as fault:
        return fault
    return None
