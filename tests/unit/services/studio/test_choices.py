"""What a diagram may name, from the files of its design."""

from pathlib import Path

from pikflow.services.studio.choices import of_files

ROOT = Path(__file__).parents[4]


def files() -> dict[str, bytes]:
    found = [*ROOT.glob("workflows/*.*"), *ROOT.glob("forms/**/*.yaml")]
    return {file.relative_to(ROOT).as_posix(): file.read_bytes() for file in found}


def test_lists_lanes_forms_roles_connectors_and_processes_of_the_bundle() -> None:
    choices = of_files(files(), {"forms/bw_schuetzt/antrag.yaml": "Antrag"}, {"sepa", "api"})
    assert "Bewilligungsstelle" in [one.value for one in choices.lanes]
    assert ("antrag-bw_schuetzt", "Antrag") in [(one.value, one.label) for one in choices.forms]
    assert ("catalog:antrag", "antrag") in [(one.value, one.label) for one in choices.roles]
    assert [one.value for one in choices.connectors] == ["api", "sepa"]
    called = {one.value: one.file for one in choices.processes}
    assert called["auszahlung"] == "workflows/auszahlung.bpmn"


def test_building_blocks_and_code_lists_are_no_forms() -> None:
    values = [one.value for one in of_files(files(), {}, ()).forms]
    assert len(values) == len(set(values))
    assert all(not value.startswith(("pikbaustein", "pikliste")) for value in values)
    text = b"# Ein Baustein\npikbaustein: 1\nid: nur-teil\n"
    assert of_files({"forms/bausteine/teil.yaml": text}, {}, ()).forms == ()


def test_a_file_that_can_not_be_read_offers_nothing_and_stops_nothing() -> None:
    broken = {
        "workflows/kaputt.bpmn": b"<definitions",
        "workflows/kaputt.dmn": b"<!DOCTYPE a><a/>",
        "workflows/catalog.yaml": b"pikcatalog: 1\nlanes: [",
    }
    good = (ROOT / "workflows" / "auszahlung.bpmn").read_bytes()
    choices = of_files({**broken, "workflows/auszahlung.bpmn": good}, {}, ())
    assert choices.lanes == choices.decisions == choices.roles == ()
    assert [one.value for one in choices.processes] == ["auszahlung"]
