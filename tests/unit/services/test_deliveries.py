"""Messages and signals between cases, and the cases they begin."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from pikflow.store import cases, subscriptions, work
from pikflow.store.cases import CaseRecord

from .world import PEOPLE, World, bundle

HEAD = (
    '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" '
    'xmlns:pik="urn:pikflow:bpmn:1.0" targetNamespace="urn:test">'
    '<message id="M" name="Zusage"/><message id="U" name="Unbekannt"/><signal id="S" name="Alarm"/>'
)


def process(key: str, nodes: str, *flows: str) -> bytes:
    """A process in the lane of its applicant; flows are `a > b > c`."""
    wired = "".join(
        f'<sequenceFlow id="{a}_{b}" sourceRef="{a}" targetRef="{b}"/>'
        for flow in flows
        for a, b in zip(flow.split(" > "), flow.split(" > ")[1:], strict=False)
    )
    inner = "".join(
        f"<flowNodeRef>{n}</flowNodeRef>" for n in dict.fromkeys(" > ".join(flows).split(" > "))
    )
    lane = f'<laneSet><lane id="L" name="Antrag">{inner}</lane></laneSet>'
    body = f'<process id="{key}" isExecutable="true">{lane}{nodes}{wired}</process>'
    return f"{HEAD}{body}</definitions>".encode()


TASKS = '<startEvent id="an"/><endEvent id="aus"/>'
TAKER = process(
    "rechnen",
    TASKS + '<intermediateCatchEvent id="w" pik:key="vorgang.antragsteller.id" pik:result="post">'
    '<messageEventDefinition messageRef="M"/></intermediateCatchEvent>'
    '<intermediateCatchEvent id="s" pik:result="ruf"><signalEventDefinition signalRef="S"/>'
    '</intermediateCatchEvent><userTask id="u" name="Lesen"/><userTask id="v" name="Antreten"/>',
    "an > w > u > aus",
    "an > s > v > aus",
)
SENDER = process(
    "mini",
    '<startEvent id="an"/>'
    '<userTask id="b" name="Senden"/><userTask id="d" name="Rufen"/>'
    '<intermediateThrowEvent id="t" pik:key="&quot;k2&quot;" '
    'pik:input="{&quot;wort&quot;: &quot;ja&quot;}"><messageEventDefinition messageRef="M"/>'
    '</intermediateThrowEvent><endEvent id="e" pik:input="{&quot;laut&quot;: 3}">'
    '<signalEventDefinition signalRef="S"/></endEvent>',
    "an > b > t > d > e",
)  # fmt: skip


@pytest.fixture
def deploy(world: World) -> Callable[..., World]:
    def with_processes(**processes: bytes) -> World:
        files = bundle() | {f"{key}.bpmn": data for key, data in processes.items()}
        world.definitions.deploy(files)
        return world

    return with_processes


def case_of(world: World, number: str) -> CaseRecord:
    with world.environment.query() as unit:
        found = cases.by_number(unit.connection, number)
    assert found is not None
    return found


def settle(world: World) -> None:
    """Run all that is due, retries too, until nothing is left."""
    for _ in range(12):
        world.jobs.run_due()
        world.clock.move(hours=1)


def incidents(world: World) -> list[tuple[str, str]]:
    return [(entry.code, entry.number) for entry in world.incidents.list(PEOPLE["admin"])]


def test_a_message_reaches_only_the_case_with_its_key(deploy: Callable[..., World]) -> None:
    world = deploy(mini=SENDER, rechnen=TAKER)
    b, c = world.start("kreis1", "rechnen"), world.start("kreis2", "rechnen")
    a = world.start("kreis1", "mini")
    world.complete("kreis1", "Senden", number=a)
    assert world.open_tasks(c) == [], "only after the commit"
    world.jobs.run_due()
    assert world.open_tasks(c) == ["Lesen"] and world.open_tasks(b) == []
    assert case_of(world, c).data["post"] == {"wort": "ja"}
    assert incidents(world) == []


def test_a_signal_reaches_every_case_that_waits(deploy: Callable[..., World]) -> None:
    world = deploy(mini=SENDER, rechnen=TAKER)
    b, c = world.start("kreis1", "rechnen"), world.start("kreis2", "rechnen")
    a = world.start("kreis1", "mini")
    world.complete("kreis1", "Senden", number=a)
    world.complete("kreis1", "Rufen", number=a)
    world.jobs.run_due()
    assert world.open_tasks(b) == ["Antreten"]
    assert sorted(world.open_tasks(c)) == ["Antreten", "Lesen"]
    assert case_of(world, b).data["ruf"] == {"laut": 3}
    assert case_of(world, a).state == "completed"


def test_nothing_but_the_payload_reaches_the_other_case(deploy: Callable[..., World]) -> None:
    world = deploy(mini=SENDER, rechnen=TAKER)
    c, a = world.start("kreis2", "rechnen"), world.start("kreis1", "mini")
    before = case_of(world, c).data
    world.complete("kreis1", "Senden", number=a)
    world.jobs.run_due()
    after = case_of(world, c).data
    assert {key: after[key] for key in after if after[key] != before.get(key)} == {
        "post": {"wort": "ja"}
    }
    shown = repr(world.cases.view(PEOPLE["kreis2"], c))
    assert a not in shown and "Kreis1" not in shown and "Kreis Eins" not in shown


def test_a_delivery_happens_once(deploy: Callable[..., World]) -> None:
    """The job's end and its effect are one commit; a second run of the same job finds it done."""
    world = deploy(mini=SENDER, rechnen=TAKER)
    c, a = world.start("kreis2", "rechnen"), world.start("kreis1", "mini")
    world.complete("kreis1", "Senden", number=a)
    with world.environment.query() as unit:
        now = world.environment.database.now(unit.connection)
        ((job_id, _),) = work.due_jobs(unit.connection, unit.now, now, 9)
    assert world.jobs.run(job_id)
    version = case_of(world, c).version
    assert not world.jobs.run(job_id)
    world.jobs.run_due()
    assert case_of(world, c).version == version and world.open_tasks(c) == ["Lesen"]


def test_a_message_waits_for_who_comes_late(deploy: Callable[..., World]) -> None:
    world = deploy(mini=SENDER, rechnen=TAKER)
    a = world.start("kreis1", "mini")
    world.complete("kreis1", "Senden", number=a)
    world.jobs.run_due()
    c = world.start("kreis2", "rechnen")
    world.clock.move(minutes=2)
    world.jobs.run_due()
    assert world.open_tasks(c) == ["Lesen"]


def test_a_message_nobody_ever_takes_is_an_incident_of_its_sender(
    deploy: Callable[..., World],
) -> None:
    world = deploy(mini=SENDER, rechnen=TAKER)
    a = world.start("kreis1", "mini")
    world.complete("kreis1", "Senden", number=a)
    settle(world)
    assert incidents(world) == [("message-not-expected", a)]


def test_a_case_does_not_answer_itself(deploy: Callable[..., World]) -> None:
    """It sends a message and then waits for one of the same name and key: that of the other."""
    reply = '<receiveTask id="r" messageRef="M" pik:key="&quot;k2&quot;"/>'
    asks = SENDER.replace(
        b'<userTask id="d" name="Rufen"/>', reply.encode() + b'<userTask id="d" name="Rufen"/>'
    )
    asks = (
        asks.replace(b'sourceRef="t" targetRef="d"', b'sourceRef="t" targetRef="r"')
        .replace(b"<flowNodeRef>d<", b"<flowNodeRef>r</flowNodeRef><flowNodeRef>d<")
        .replace(b"</process>", b'<sequenceFlow id="r_d" sourceRef="r" targetRef="d"/></process>')
    )
    world = deploy(mini=asks, rechnen=TAKER)
    a = world.start("kreis1", "mini")
    world.complete("kreis1", "Senden", number=a)
    world.jobs.run_due()
    assert world.open_tasks(a) == []
    c = world.start("kreis2", "rechnen")
    world.clock.move(minutes=2)
    world.jobs.run_due()
    assert world.open_tasks(c) == ["Lesen"] and world.open_tasks(a) == []


def test_a_message_to_a_closed_pool_is_sent_and_that_is_all(deploy: Callable[..., World]) -> None:
    world = deploy(mini=SENDER.replace(b'messageRef="M"', b'messageRef="U"'))
    a = world.start("kreis1", "mini")
    world.complete("kreis1", "Senden", number=a)
    settle(world)
    assert incidents(world) == [] and world.open_tasks(a) == ["Rufen"]


def test_a_signal_is_not_for_those_who_come_late(deploy: Callable[..., World]) -> None:
    world = deploy(mini=SENDER, rechnen=TAKER)
    c, a = world.start("kreis2", "rechnen"), world.start("kreis1", "mini")
    world.complete("kreis1", "Senden", number=a)
    world.complete("kreis1", "Rufen", number=a)
    world.clock.move(minutes=1)
    b = world.start("kreis1", "rechnen")
    world.jobs.run_due()
    assert "Antreten" in world.open_tasks(c) and world.open_tasks(b) == []


def test_the_number_of_a_case_is_its_key_unless_it_says_another(
    deploy: Callable[..., World],
) -> None:
    plain = TAKER.replace(b' pik:key="vorgang.antragsteller.id"', b"")
    world = deploy(rechnen=plain)
    b, c = world.start("kreis1", "rechnen"), world.start("kreis2", "rechnen")
    world = deploy(mini=SENDER.replace(b"&quot;k2&quot;", f"&quot;{c}&quot;".encode()))
    world.complete("kreis1", "Senden", number=world.start("kreis1", "mini"))
    world.jobs.run_due()
    assert world.open_tasks(c) == ["Lesen"] and world.open_tasks(b) == []


def test_a_message_that_may_mean_several_is_refused(deploy: Callable[..., World]) -> None:
    plain = TAKER.replace(b' pik:key="vorgang.antragsteller.id"', b"")
    world = deploy(rechnen=plain, mini=SENDER.replace(b' pik:key="&quot;k2&quot;"', b""))
    b, c = world.start("kreis1", "rechnen"), world.start("kreis2", "rechnen")
    a = world.start("kreis1", "mini")
    world.complete("kreis1", "Senden", number=a)
    world.jobs.run_due()
    assert world.open_tasks(b) == world.open_tasks(c) == []
    assert incidents(world) == [("message-ambiguous", a)]


def test_what_is_offered_to_people_no_other_case_can_send(deploy: Callable[..., World]) -> None:
    offered = TAKER.replace(b'id="w" pik:key', b'id="w" pik:lane="Antrag" pik:key')
    world = deploy(rechnen=offered, mini=SENDER)
    c, a = world.start("kreis2", "rechnen"), world.start("kreis1", "mini")
    world.complete("kreis1", "Senden", number=a)
    settle(world)
    assert world.open_tasks(c) == [] and incidents(world) == [("message-not-expected", a)]


def test_a_payload_can_not_say_who_the_other_case_is(deploy: Callable[..., World]) -> None:
    world = deploy(
        rechnen=TAKER.replace(b' pik:result="post"', b""),
        mini=SENDER.replace(b"&quot;wort&quot;", b"&quot;vorgang&quot;"),
    )
    c, a = world.start("kreis2", "rechnen"), world.start("kreis1", "mini")
    world.complete("kreis1", "Senden", number=a)
    world.jobs.run_due()
    assert world.open_tasks(c) == [] and incidents(world) == [("payload-reserved", a)]


def test_a_taker_that_can_not_go_on_has_the_incident_itself(deploy: Callable[..., World]) -> None:
    loop = "<loopCardinality>0 - post.anzahl</loopCardinality>"
    many = f"<multiInstanceLoopCharacteristics>{loop}</multiInstanceLoopCharacteristics>"
    broken = TAKER.replace(b'name="Lesen"/>', f'name="Lesen">{many}</userTask>'.encode())
    sender = SENDER.replace(b"&quot;wort&quot;: &quot;ja&quot;", b"&quot;anzahl&quot;: 2")
    world = deploy(rechnen=broken, mini=sender)
    c, a = world.start("kreis2", "rechnen"), world.start("kreis1", "mini")
    world.complete("kreis1", "Senden", number=a)
    settle(world)
    assert incidents(world) == [("loop", c)] and world.open_tasks(a) == ["Rufen"]


def test_rows_follow_what_a_case_waits_for(deploy: Callable[..., World]) -> None:
    world = deploy(mini=SENDER, rechnen=TAKER)
    number = world.start("kreis2", "rechnen")

    def rows() -> list[tuple[str, str, str]]:
        with world.environment.query() as unit:
            found = subscriptions.of_case(unit.connection, case_of(world, number).id)
        return sorted((one.kind, one.name, one.key) for one in found)

    assert rows() == [("message", "Zusage", "k2"), ("signal", "Alarm", "")]
    world.complete("kreis1", "Senden", number=world.start("kreis1", "mini"))
    world.jobs.run_due()
    assert rows() == [("signal", "Alarm", "")]
    with world.environment.query() as unit:
        (row,) = subscriptions.of_case(unit.connection, case_of(world, number).id)
    assert unit.now - row.since < timedelta(minutes=1)


# Cases that begin by an event

BEGINS = process(
    "rechnen",
    TASKS
    + '<startEvent id="m" pik:result="zusage"><messageEventDefinition messageRef="M"/></startEvent>'
    '<startEvent id="s" pik:result="ruf"><signalEventDefinition signalRef="S"/></startEvent>'
    '<userTask id="u" name="Lesen"/><userTask id="v" name="Antreten"/>'
    '<userTask id="p" name="Los"/>',
    "an > p > aus",
    "m > u > aus",
    "s > v > aus",
)  # fmt: skip
FOR_K2 = SENDER.replace(b"&quot;laut&quot;: 3", b"&quot;antragsteller&quot;: &quot;k2&quot;")


def test_a_message_begins_a_case_of_the_applicant_its_key_names(
    deploy: Callable[..., World],
) -> None:
    world = deploy(mini=SENDER, rechnen=BEGINS)
    world.complete("kreis1", "Senden", number=world.start("kreis1", "mini"))
    world.jobs.run_due()
    assert incidents(world) == []
    task = world.task("kreis2", "Lesen")
    number = world.tasks.view(PEOPLE["kreis2"], task).head.number
    begun = case_of(world, number)
    assert begun.organisation_id == "k2" and begun.data["zusage"] == {"wort": "ja"}
    assert begun.measure == "rechnen" and world.open_tasks(number) == ["Lesen"]


def test_a_signal_begins_a_case_of_the_applicant_in_its_payload(
    deploy: Callable[..., World],
) -> None:
    world = deploy(mini=FOR_K2, rechnen=BEGINS.replace(b'messageRef="M"', b'messageRef="U"'))
    a = world.start("kreis1", "mini")
    world.complete("kreis1", "Senden", number=a)
    world.complete("kreis1", "Rufen", number=a)
    world.jobs.run_due()
    assert world.task("kreis2", "Antreten")


def test_nobody_begins_a_case_without_an_applicant(deploy: Callable[..., World]) -> None:
    world = deploy(mini=SENDER, rechnen=BEGINS.replace(b'messageRef="M"', b'messageRef="U"'))
    a = world.start("kreis1", "mini")
    world.complete("kreis1", "Senden", number=a)
    world.complete("kreis1", "Rufen", number=a)
    world.jobs.run_due()
    assert incidents(world) == [("start-without-applicant", a)]


def test_an_applicant_has_one_case_in_a_round(deploy: Callable[..., World]) -> None:
    world = deploy(mini=SENDER, rechnen=BEGINS)
    world.start("kreis2", "rechnen")
    a = world.start("kreis1", "mini")
    world.complete("kreis1", "Senden", number=a)
    world.jobs.run_due()
    assert incidents(world) == [("case-exists", a)]


def test_a_person_still_begins_at_the_plain_start(deploy: Callable[..., World]) -> None:
    world = deploy(rechnen=BEGINS)
    assert world.open_tasks(world.start("kreis2", "rechnen")) == ["Los"]
