"""Decision tables in a deployment: pinned with the case, part of the version, told when broken."""

from decimal import Decimal

import pytest

from pikflow.errors import DefinitionInvalid, EngineFault
from pikflow.store import cases

from .world import ANTRAG, PEOPLE, World, bundle

TABLE = """<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="Sätze"
    namespace="urn:test">
  <decision id="satz" name="Satz"><decisionTable>
    <input>
      <inputExpression typeRef="number"><text>antrag.betrag_eur</text></inputExpression>
    </input>
    <output name="bewilligt_eur" typeRef="number"/>
    <rule><inputEntry><text>&lt; 1000</text></inputEntry>
      <outputEntry><text>antrag.betrag_eur</text></outputEntry></rule>
    <rule><inputEntry><text>&gt;= 1000</text></inputEntry>
      <outputEntry><text>1000</text></outputEntry></rule>
  </decisionTable></decision>
</definitions>"""
SCRIPT = '<bpmn:scriptTask id="Rechnen" name="Betrag festsetzen"><bpmn:script>bewilligt_eur = antrag.betrag_eur</bpmn:script></bpmn:scriptTask>'  # noqa: E501
RULE = '<bpmn:businessRuleTask id="Rechnen" name="Betrag festsetzen" pik:decision="satz"/>'


def files(table: str = TABLE) -> dict[str, bytes]:
    process = bundle()["mini.bpmn"].decode()
    assert SCRIPT in process
    return {"mini.bpmn": process.replace(SCRIPT, RULE).encode(), "satz.dmn": table.encode()}


def granted(world: World, number: str) -> Decimal:
    """The amount after the release, by which the rule task runs in the same step."""
    world.complete("amt2", "Entscheidung freigeben", {"freigegeben": True}, number=number)
    with world.environment.query() as unit:
        case = cases.by_number(unit.connection, number)
    assert case is not None and case.outcome == "Bewilligt"
    return Decimal(case.data["bewilligt_eur"])


def test_a_case_keeps_the_tables_it_began_with(world: World) -> None:
    first = world.definitions.deploy(files())
    assert [(record.key, record.version) for record in first.fresh] == [("mini", 2)]
    number = world.checked()
    lower = world.definitions.deploy({"satz.dmn": TABLE.replace(">1000<", ">500<").encode()})
    assert [(record.key, record.version) for record in lower.fresh] == [("mini", 3)]
    assert granted(world, number) == 1000
    other = world.start("kreis2")
    world.complete("kreis2", "Antrag ausfüllen", ANTRAG)
    world.complete("amt1", "Antrag prüfen", {"ergebnis": "gut"})
    assert granted(world, other) == 500


def test_a_table_no_process_uses_makes_no_new_version(world: World) -> None:
    world.definitions.deploy(files())
    unused = {"anders.dmn": TABLE.replace('id="satz"', 'id="anders"').encode()}
    assert world.definitions.deploy(unused).fresh == ()
    assert "anders.dmn" in world.definitions.files()


def test_a_table_at_another_path_replaces_the_one_before(world: World) -> None:
    world.definitions.deploy(files())
    moved = world.definitions.deploy({"tabellen/satz.dmn": TABLE.encode()})
    assert moved.fresh == () and "satz.dmn" not in world.definitions.files()


def test_a_broken_table_and_a_missing_one_are_not_deployed(world: World) -> None:
    overlapping = files(TABLE.replace("&gt;= 1000", "&gt;= 999"))
    missing = {"mini.bpmn": files()["mini.bpmn"]}
    for wrong, code in ((overlapping, "dmn-rules-overlap"), (missing, "decision-unknown")):
        with pytest.raises(DefinitionInvalid) as refusal:
            world.definitions.deploy(wrong)
        assert code in {finding.code for finding in refusal.value.findings}
    assert {record.version for record in world.definitions.newest()} == {1}


def test_two_rules_that_hit_stop_the_step_and_change_nothing(world: World) -> None:
    """What the table compares with comes from the case, so only running it can tell."""
    table = TABLE.replace("&lt; 1000", "&lt; 5000").replace("&gt;= 1000", "&gt;= params.satz / 60")
    world.definitions.deploy(files(table))
    number = world.checked()
    with pytest.raises(EngineFault) as fault:
        granted(world, number)
    assert fault.value.code == "decision-conflict" and "1 und 2" in fault.value.message
    assert world.open_tasks(number) == ["Entscheidung freigeben"]


def test_two_rules_that_hit_behind_a_deadline_are_an_incident(world: World) -> None:
    """Nobody is there to be told, so the administration is."""
    process = files()["mini.bpmn"].decode()
    decides = '<bpmn:businessRuleTask id="Pauschale" name="Pauschale" pik:decision="pauschale"/>'
    process = process.replace(
        '<bpmn:endEvent id="Ende_Frist" name="Verfristet"/>',
        f'{decides}<bpmn:endEvent id="Ende_Frist" name="Verfristet"/><bpmn:sequenceFlow '
        'id="Pauschale_Ende_Frist" sourceRef="Pauschale" targetRef="Ende_Frist"/>',
    ).replace('sourceRef="Frist" targetRef="Ende_Frist"', 'sourceRef="Frist" targetRef="Pauschale"')
    table = (
        TABLE.replace('id="satz" name="Satz"', 'id="pauschale" name="Pauschalen"')
        .replace(
            "antrag.betrag_eur</text></inputExpression>", "params.satz</text></inputExpression>"
        )
        .replace("<text>antrag.betrag_eur</text>", "<text>1</text>")
        .replace("&lt; 1000", "&lt; params.satz + 1")
    )
    world.definitions.deploy(
        {"mini.bpmn": process.encode(), "satz.dmn": files()["satz.dmn"], "p.dmn": table.encode()}
    )
    number = world.start()
    world.clock.move(days=31)
    world.jobs.run_due()
    (incident,) = world.incidents.list(PEOPLE["admin"])
    assert (incident.number, incident.code) == (number, "decision-conflict")
    assert "„Pauschalen“" in incident.message and "1 und 2" in incident.message
    assert world.open_tasks(number) == ["Antrag ausfüllen"]
