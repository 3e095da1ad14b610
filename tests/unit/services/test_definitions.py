"""Check and deploy: nothing broken is stored, running cases stay where they began."""

from pathlib import Path

import pytest

from pikflow.errors import DefinitionInvalid, Finding, Refused
from pikflow.services import checking
from pikflow.services.deployments import kind_of

from .world import ANTRAG, PEOPLE, World, bundle

CONNECTORS = frozenset({"test.rechnen", "runde.eroeffnen"})


def changed(name: str, before: str, after: str) -> dict[str, bytes]:
    """One file of the bundle with a text replaced."""
    text = bundle()[name].decode()
    assert before in text
    return {name: text.replace(before, after).encode()}


def codes(files: dict[str, bytes]) -> set[str]:
    return {finding.code for finding in checking.check(files, connectors=CONNECTORS)}


def test_the_bundle_has_no_finding() -> None:
    assert checking.check(bundle(), connectors=CONNECTORS) == []


@pytest.mark.parametrize(
    ("name", "before", "after", "code"),
    [
        ("catalog.yaml", "pikcatalog: 1", "pikcatalog: 9", "catalog-invalid"),
        ("catalog.yaml", "process: mini,", "process: fehlt,", "catalog-gap"),
        ("catalog.yaml", "antrag: mini-antrag", "antrag: fehlt", "catalog-gap"),
        ("catalog.yaml", "round_process: runde", "round_process: fehlt", "catalog-gap"),
        ("parameter.yaml", '"2024": 60000', '"24": 60000', "parameters-invalid"),
        ("mini.bpmn", "</bpmn:process>", "", "xml-malformed"),
    ],
)
def test_names_what_is_wrong(name: str, before: str, after: str, code: str) -> None:
    assert code in codes(bundle() | changed(name, before, after))


def test_any_file_gets_a_finding_never_a_traceback() -> None:
    for name in ("x.bpmn", "x.dmn", "x.yaml", "x.txt", "x"):
        for data in (b"", b"\xff\xfe\x00", b"<a/>", b"a: [", b"pikform: 1", b"- 1"):
            found = checking.check({name: data}, connectors=CONNECTORS)
            assert found and all(isinstance(entry, Finding) for entry in found), (name, data)
    assert codes({"weg.yaml": b"pikweg: 1\nschritte: 5\n"}) == {"journey-invalid"}
    assert codes({"p.yaml": b"pikpersonen: 1\npersonen: 5\n"}) == {"journey-invalid"}


def test_says_what_kind_a_file_is() -> None:
    assert kind_of("a/b.BPMN", b"") == "bpmn"
    assert kind_of("a.yaml", b"# Kommentar\npikform: 1\n") == "form"
    assert kind_of("a.yaml", b"text: pikform: 1\n") == ""


def test_a_broken_file_is_refused_and_nothing_is_stored(world: World) -> None:
    before = world.definitions.files()
    with pytest.raises(DefinitionInvalid) as refusal:
        world.definitions.deploy(changed("mini.bpmn", "mini-pruefung", "gibt-es-nicht"))
    assert refusal.value.findings
    assert world.definitions.files() == before
    assert {record.version for record in world.definitions.newest()} == {1}


def test_the_same_files_again_are_the_same_deployment(world: World) -> None:
    again = world.definitions.deploy(bundle())
    assert again.fresh == () and again.deployment_id == 1


def test_a_changed_process_is_a_new_version_and_others_stay(world: World) -> None:
    deployed = world.definitions.deploy(changed("mini.bpmn", "Antrag ausfüllen", "Antrag stellen"))
    assert [(record.key, record.version) for record in deployed.fresh] == [("mini", 2)]
    assert {record.key for record in deployed.same} == {
        "sammeln", "offen", "meldung", "rechnen", "runde",
    }  # fmt: skip


def test_a_running_case_stays_on_its_version_and_its_forms(world: World) -> None:
    number = world.start()
    world.definitions.deploy(
        changed("mini.bpmn", "Antrag prüfen", "Antrag sehr genau prüfen")
        | changed("antrag.yaml", "id: zweck", "id: anlass")
    )
    page = world.tasks.view(PEOPLE["kreis1"], world.task("kreis1"))
    assert page.schema.field("zweck") is not None and page.head.process_version == 1
    world.complete("kreis1", answers=ANTRAG)
    assert world.open_tasks(number) == ["Antrag prüfen"]
    other = world.start("kreis2")
    page = world.tasks.view(PEOPLE["kreis2"], world.task("kreis2"))
    assert page.schema.field("anlass") is not None and page.head.process_version == 2
    world.complete("kreis2", answers={"anlass": "x", "betrag_eur": 5})
    assert world.open_tasks(other) == ["Antrag sehr genau prüfen"]


def test_a_child_starts_on_the_version_its_caller_is_pinned_to(world: World) -> None:
    world.start("verein1", "offen")
    world.definitions.deploy(changed("meldung.bpmn", "Bedarf melden", "Anders melden"))
    world.start("gemeinde11", "offen")
    assert world.open_tasks("OF-2026-08001001-01") == ["Bedarf melden"]
    world.start("kreis1", "sammeln")
    assert world.open_tasks("SA-2026-08001001-01") == ["Anders melden"]


def test_going_back_to_older_files_is_a_new_deployment(world: World) -> None:
    world.definitions.deploy(changed("mini.bpmn", "Antrag ausfüllen", "Antrag stellen"))
    back = world.definitions.deploy(bundle())
    assert back.deployment_id == 3
    assert [(record.key, record.version) for record in back.fresh] == [("mini", 3)]
    world.start()
    assert world.tasks.view(PEOPLE["kreis1"], world.task("kreis1")).name == "Antrag ausfüllen"


def test_a_moved_file_replaces_what_it_was_before(world: World) -> None:
    files = {f"neu/{name}": data for name, data in bundle().items()}
    assert world.definitions.deploy(files).fresh == ()
    assert set(world.definitions.files()) == set(files)


def test_deploying_by_a_person_needs_the_administration_role(world: World) -> None:
    with pytest.raises(Refused):
        world.definitions.deploy(bundle(), actor=PEOPLE["land1"])
    world.definitions.deploy(bundle(), actor=PEOPLE["admin"])


def test_journeys_are_not_deployed(world: World, tmp_path: Path) -> None:
    weg = b"pikweg: 1\ntitel: x\nbeginn: 2026-01-01\nschritte: [{zeit: +1 Tag}]\n"
    world.definitions.deploy({"weg.yaml": weg})
    assert "weg.yaml" not in world.definitions.files()
