"""The contracts integrators run, held by our own fakes and by what comes with pikflow, and broken
on purpose: each rule finds who breaks it."""

import itertools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from pikflow.connectors import Call, Connector
from pikflow.connectors.builtin import echo
from pikflow.errors import ConnectorFault, Invalid
from pikflow.identity import Actor, Organisation
from pikflow.services.organisations import Directory
from pikflow.store import organisations
from pikflow.store.database import Database
from pikflow.testing import Clock, ConnectorContract, Identity, IdentityContract, Recorder

from .conftest import BEGIN

ULM = Organisation("ulm", "Ulm", "stadt")
CALW = Organisation("calw", "Calw", "stadt")
CLERK = frozenset({"sachbearbeitung"})
ANNA = Actor("anna", "Anna Beispiel", ULM, CLERK)
BERT = Actor("bert", "Bert Beispiel", ULM, CLERK)
CARL = Actor("carl", "Carl Beispiel", CALW, CLERK)


class TestIdentity(IdentityContract):
    known, gone = "anna", "dora"

    def provider(self) -> Identity:
        return Identity(CARL, BERT, ANNA)

    @contextmanager
    def signed_in(self, provider: Any, actor_id: str) -> Iterator[None]:
        if actor_id:
            provider.sign_in(actor_id)
        yield
        provider.sign_out()


class TestDirectory(IdentityContract):
    """Who keeps people in pikflow's own tables."""

    known, gone = "anna", "dora"

    @pytest.fixture(autouse=True)
    def _people(self, database: Database) -> None:
        self.database = database
        self.current: Actor | None = None
        rows = [{"id": o.id, "name": o.name, "kind": o.kind} for o in (ULM, CALW)]
        with database.write() as connection:
            organisations.add_all(connection, rows)
            for actor in (CARL, BERT, ANNA):
                organisations.save_person(connection, actor)
            dora = Actor("dora", "Dora Beispiel", ULM, CLERK)
            organisations.save_person(connection, dora, active=False)

    def provider(self) -> Directory:
        return Directory(self._query, lambda: self.current)

    @contextmanager
    def signed_in(self, provider: Any, actor_id: str) -> Iterator[None]:
        self.current = provider.actor(actor_id)
        yield

    @contextmanager
    def _query(self) -> Iterator[Any]:
        with self.database.read() as connection:
            yield type("Unit", (), {"connection": connection})


class TestRecorder(ConnectorContract):
    def connector(self) -> Connector:
        self.recorder = Recorder({"post": lambda call: {"nummer": len(call.key)}})
        return self.recorder.connectors.get("post")

    def broken(self) -> Connector:
        return Recorder({"post": ConnectorFault("zu", "Zu.")}).connectors.get("post")

    def effects(self) -> int:
        return self.recorder.effects()


class TestEcho(ConnectorContract):
    """The connector that comes with pikflow; it touches nothing outside."""

    def connector(self) -> Connector:
        return Connector("eingabe.zurueck", "Gibt seine Eingabe zurück.", run=echo)

    def broken(self) -> None:
        return None

    def effects(self) -> int:
        return 0

    def input(self) -> dict[str, Any]:
        return {"zahl": 1.5, "liste": [True, None, "x"]}


# --- every rule finds who breaks it ------------------------------------------------------------


class Careless(Identity):
    """A provider with one thing wrong."""

    def __init__(self, **wrong: Callable[..., Any]) -> None:
        super().__init__(CARL, BERT, ANNA)
        for name, method in wrong.items():
            setattr(self, name, method)


def _lookup(actor_id: str) -> Actor:
    return {"anna": ANNA}[actor_id]


NUMBERS = itertools.count()
PROVIDERS: dict[str, dict[str, Any]] = {
    "test_a_person_is_known_by_id": {"actor": lambda key: replace(ANNA, id="anna-2")},
    "test_the_same_person_is_equal_each_time": {
        "actor": lambda key: replace(ANNA, name=f"Anna {next(NUMBERS)}")
    },
    "test_an_unknown_person_is_none_and_no_error": {"actor": _lookup},
    "test_a_person_who_is_no_longer_active_is_none": {"actor": lambda key: ANNA},
    "test_members_hold_the_role_in_the_organisation_and_come_by_name": {
        "members": lambda role, where: [BERT, ANNA]
    },
    "test_nobody_who_is_gone_is_a_member": {
        "members": lambda role, where: [ANNA, replace(BERT, id="dora")]
    },
    "test_an_unknown_role_or_organisation_has_no_members": {"members": lambda role, where: [ANNA]},
    "test_the_person_signed_in_is_the_one_known_by_id": {"current_actor": lambda: BERT},
    "test_without_a_sign_in_nobody_is_there": {"current_actor": lambda: ANNA},
}


@pytest.mark.parametrize("rule", [name for name in dir(IdentityContract) if "test_" in name])
def test_each_rule_for_providers_finds_who_breaks_it(rule: str) -> None:
    class Broken(TestIdentity):
        def provider(self) -> Identity:
            return Careless(**PROVIDERS[rule])

    getattr(TestIdentity(), rule)()
    with pytest.raises((AssertionError, KeyError)):
        getattr(Broken(), rule)()


class CarelessConnector(TestRecorder):
    def __init__(self, run: Any = None, meaning: str = "x", broken: Any = None) -> None:
        self.run, self.meaning, self.broken_run, self.done = run, meaning, broken, 0

    def connector(self) -> Connector:
        return Connector("post", self.meaning, run=lambda call: self.run(self, call))

    def broken(self) -> Connector:
        return Connector("post", "x", run=self.broken_run)

    def effects(self) -> int:
        return self.done

    def input(self) -> dict[str, Any]:
        return {"liste": [1]}


def _twice(test: CarelessConnector, call: Call) -> int:
    test.done += 1
    return 1


def _changes_input(test: CarelessConnector, call: Call) -> None:
    call.input["liste"].append(2)


def _other(test: CarelessConnector, call: Call) -> None:
    test.done = 1  # whatever it is called with


def _falls(call: Call) -> None:
    raise OSError("kein Netz")


CONNECTORS: dict[str, dict[str, Any]] = {
    "test_it_registers_under_its_name_once": {"meaning": ""},
    "test_its_answer_is_a_value_a_case_can_keep": {"run": lambda test, call: object()},
    "test_it_leaves_its_input_as_it_was": {"run": _changes_input},
    "test_a_second_attempt_with_the_same_key_has_no_second_effect": {"run": _twice},
    "test_another_call_has_an_effect_of_its_own": {"run": _other},
    "test_what_goes_wrong_outside_is_a_connector_fault": {"broken": _falls},
}


@pytest.mark.parametrize("rule", [name for name in dir(ConnectorContract) if "test_" in name])
def test_each_rule_for_connectors_finds_who_breaks_it(rule: str) -> None:
    getattr(TestRecorder(), rule)()
    with pytest.raises((AssertionError, TypeError, OSError)):
        getattr(CarelessConnector(**CONNECTORS[rule]), rule)()


# --- the fakes themselves ----------------------------------------------------------------------


def test_a_recorder_gives_what_it_was_told() -> None:
    recorder = Recorder({"a": 1, "b": lambda call: call.input})
    call = Call("k", "", "v", {"x": 2}, BEGIN)
    assert recorder.connectors.get("b").run is not None
    assert recorder.connectors.get("b").run(call) == {"x": 2}  # type: ignore[misc]
    recorder.answer("a", 5)
    assert recorder.connectors.get("a").run(replace(call, key="l")) == 5  # type: ignore[misc]
    assert [one.key for one in recorder.calls] == ["k", "l"] and recorder.inputs_of("a") == [
        {"x": 2}
    ]


def test_a_recorder_can_fail_first_and_work_later() -> None:
    recorder = Recorder({"a": ConnectorFault("zu", "Zu.")})
    run: Any = recorder.connectors.get("a").run
    call = Call("k", "", "v", None, BEGIN)
    with pytest.raises(ConnectorFault):
        run(call)
    recorder.answer("a", "da")
    assert run(call) == "da" and recorder.effects() == 1 and len(recorder.calls) == 2


def test_a_recorder_takes_a_name_once() -> None:
    recorder = Recorder({"a": 1})
    recorder.add("b")
    with pytest.raises(Invalid):
        recorder.add("a")


def test_nobody_unknown_signs_in() -> None:
    identity = Identity(ANNA)
    assert identity.sign_in("anna") is ANNA and identity.current_actor() is ANNA
    with pytest.raises(KeyError):
        identity.sign_in("bert")
    identity.sign_out()
    assert identity.current_actor() is None


def test_a_clock_goes_forward_when_it_is_told() -> None:
    clock = Clock(BEGIN)
    assert clock() == clock() == BEGIN
    assert clock.advance(timedelta(hours=2)) == clock() == BEGIN + timedelta(hours=2)
    with pytest.raises(ValueError, match="back"):
        clock.advance(timedelta(seconds=-1))


def test_a_clock_may_tick_at_every_look() -> None:
    clock = Clock(BEGIN, timedelta(seconds=1))
    assert clock() < clock() == BEGIN + timedelta(seconds=2)
