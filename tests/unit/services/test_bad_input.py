"""A case that can't go on says so and stays as it was; the others go on.

Endless loops, bombs of expressions, lists without end, a state of a newer release: what passes
the check at deployment, because only the data decide.
"""

from typing import Any

import pytest
from sqlalchemy import select, update

from pikflow.engine.codec import VERSION
from pikflow.errors import DefinitionInvalid, EngineFault
from pikflow.store.tables import answers, history, instance

from .world import ANTRAG, PEOPLE, World, bundle

TENFOLD = "\n".join(f"l{n + 1} = flat([{', '.join([f'l{n}'] * 10)}])" for n in range(1, 4))
THOUSANDS = f"l1 = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]\n{TENFOLD}"  # l4 has 10,000 entries
LOOP = (
    '<bpmn:exclusiveGateway id="Kreis" name="Noch einmal?" default="Kreis_Pruefen"/>'
    '<bpmn:sequenceFlow id="Kreis_Neu" sourceRef="Kreis" targetRef="Neu">'
    '<bpmn:conditionExpression xsi:type="bpmn:tFormalExpression">antrag.betrag_eur &gt; 5'
    "</bpmn:conditionExpression></bpmn:sequenceFlow>"
    '<bpmn:sequenceFlow id="Neu_Kreis" sourceRef="Neu" targetRef="Kreis"/>'
    '<bpmn:sequenceFlow id="Kreis_Pruefen" sourceRef="Kreis" targetRef="Pruefen"/>'
)
STRAIGHT = '<bpmn:sequenceFlow id="Neu_Pruefen" sourceRef="Neu" targetRef="Pruefen"/>'
MANY = (
    '<bpmn:userTask id="Viele" name="Viele"><bpmn:multiInstanceLoopCharacteristics>'
    "<bpmn:loopDataInputRef>l4</bpmn:loopDataInputRef><bpmn:inputDataItem id='eintrag'/>"
    "</bpmn:multiInstanceLoopCharacteristics></bpmn:userTask>"
    '<bpmn:sequenceFlow id="Neu_Viele" sourceRef="Neu" targetRef="Viele"/>'
    '<bpmn:sequenceFlow id="Viele_Pruefen" sourceRef="Viele" targetRef="Pruefen"/>'
)
BAD: dict[str, tuple[str, str, str]] = {
    "an endless loop": ("runde = 1", LOOP, "step-limit"),
    "a bomb of loops": (
        f"{THOUSANDS}\nalles = [[[a for a in l4] for b in l4] for c in l4]",
        STRAIGHT,
        "expression",
    ),
    "a bomb of texts": (
        f"{THOUSANDS}\nt = join(l4)\nalles = [join([t, a]) for a in l4]",
        STRAIGHT,
        "expression",
    ),
    "a number without end": (
        "x = 10\n" + "x = x * x\n" * 12,
        STRAIGHT,
        "expression",
    ),
    "10,000 instances": (THOUSANDS, MANY, "loop"),
}


def _changed(script: str, flows: str) -> dict[str, bytes]:
    """The bundle with a script `Neu` and these flows between the application and its check."""
    text = bundle()["mini.bpmn"].decode()
    node = f'<bpmn:scriptTask id="Neu"><bpmn:script>{script}</bpmn:script></bpmn:scriptTask>'
    text = text.replace('sourceRef="Ausfuellen" targetRef="Pruefen"',
                        'sourceRef="Ausfuellen" targetRef="Neu"')  # fmt: skip
    if "Viele" in flows:
        lane = "<bpmn:flowNodeRef>Pruefen</bpmn:flowNodeRef>"
        text = text.replace(lane, lane + lane.replace("Pruefen", "Viele"))
    return {"mini.bpmn": text.replace("</bpmn:process>", f"{node}{flows}</bpmn:process>").encode()}


def _stored(world: World, number: str) -> list[Any]:
    """All rows of a case that a step writes, and its state."""
    with world.environment.query() as unit:
        case = unit.connection.execute(
            select(instance.c.id, instance.c.version, instance.c.engine_state).where(
                instance.c.number == number
            )
        ).one()
        rows = [
            list(unit.connection.execute(select(table).where(table.c.instance_id == case.id)))
            for table in (history, answers)
        ]
    return [case, rows]


@pytest.mark.parametrize("name", BAD)
def test_a_case_that_can_not_go_on_says_so_and_the_others_go_on(world: World, name: str) -> None:
    script, flows, code = BAD[name]
    other = world.start("kreis2")
    world.definitions.deploy(_changed(script, flows))
    number = world.start()
    before = _stored(world, number)
    with pytest.raises(EngineFault) as fault:
        world.complete("kreis1", "Antrag ausfüllen", ANTRAG, number=number)
    assert fault.value.code == code
    assert fault.value.message and fault.value.hint
    assert _stored(world, number) == before, "nothing half-written"
    assert world.open_tasks(number) == ["Antrag ausfüllen"]
    world.complete("kreis2", "Antrag ausfüllen", ANTRAG, number=other)
    assert world.open_tasks(other) == ["Antrag prüfen"]


def test_a_smaller_application_comes_out_of_the_loop(world: World) -> None:
    """The same process with other data: the loop is endless for some of them only."""
    world.definitions.deploy(_changed(*BAD["an endless loop"][:2]))
    number = world.start()
    world.complete("kreis1", "Antrag ausfüllen", {"zweck": "x", "betrag_eur": "5"})
    assert world.open_tasks(number) == ["Antrag prüfen"]


def test_a_state_of_a_newer_release_stops_its_case_alone(world: World) -> None:
    number, other = world.start(), world.start("kreis2")
    with world.environment.command() as unit:
        chosen = instance.c.number == number
        state = unit.connection.execute(select(instance.c.engine_state).where(chosen)).scalar_one()
        content = bytes(state)
        newer = content.replace(b'"version":', b'"version":%d' % (VERSION + 1), 1)
        assert newer != content
        unit.connection.execute(update(instance).where(chosen).values(engine_state=newer))
    before = _stored(world, number)
    with pytest.raises(EngineFault) as fault:
        world.complete("kreis1", "Antrag ausfüllen", ANTRAG, number=number)
    assert fault.value.code == "state-version"
    assert "neueren Version" in fault.value.message
    assert _stored(world, number) == before
    assert world.open_tasks(number) == ["Antrag ausfüllen"], "it can still be looked at"
    world.complete("kreis2", "Antrag ausfüllen", ANTRAG, number=other)
    assert world.open_tasks(other) == ["Antrag prüfen"]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"<a>" + b" " * 10_000_000 + b"</a>", "xml-too-large"),
        (b"<a>" * 1_000 + b"</a>" * 1_000, "xml-too-deep"),
    ],
)
def test_a_monstrous_file_is_not_deployed(world: World, content: bytes, code: str) -> None:
    with pytest.raises(DefinitionInvalid) as fault:
        world.definitions.deploy({"mini.bpmn": content})
    assert code in {finding.code for finding in fault.value.findings}
    number = world.start()
    world.complete("kreis1", "Antrag ausfüllen", ANTRAG)
    assert world.open_tasks(number) == ["Antrag prüfen"], "the process that runs is the one before"


def test_a_step_that_failed_leaves_no_job_and_no_incident(world: World) -> None:
    world.definitions.deploy(_changed(*BAD["an endless loop"][:2]))
    world.start()
    with pytest.raises(EngineFault):
        world.complete("kreis1", "Antrag ausfüllen", ANTRAG)
    assert world.jobs.health().dead == 0, "a person's step is answered at once: no job is left"
    assert world.incidents.list(PEOPLE["admin"]) == ()
