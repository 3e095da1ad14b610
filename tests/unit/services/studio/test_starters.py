"""Small files to begin with: valid alone and beside everything that is bundled."""

import pytest

from pikflow.errors import Invalid
from pikflow.services import checking, sources
from pikflow.services.deployments import kind_of
from pikflow.services.studio import starters

LANES = ("Antragsteller",)
BESIDE = {
    path: data for path, data in sources.bundled().items() if kind_of(path, data) == "catalog"
}


@pytest.mark.parametrize("kind", starters.KINDS)
@pytest.mark.parametrize("name", ["Deutschkurs", "Kurs „Ä&<O>“ 'x' {y}", "2. Runde: Maß"])
def test_a_new_file_is_valid(kind: str, name: str) -> None:
    made = starters.make(kind, name, LANES)
    found = checking.check({made.path: made.data}, connectors=frozenset(), beside=BESIDE)
    told = {"form-not-named", "field-unused"}  # what is to be done next
    assert {f.code for f in found if f.severity != "information"} <= told


def test_names_become_paths() -> None:
    assert starters.make("bpmn", "Förderung Straße").path == "workflows/foerderung_strasse.bpmn"
    assert starters.make("form", "2. Antrag").path == "forms/n_2_antrag.yaml"


@pytest.mark.parametrize(("kind", "name"), [("bpmn", " "), ("form", "„“"), ("exe", "x")])
def test_without_a_name_or_kind_there_is_no_file(kind: str, name: str) -> None:
    with pytest.raises(Invalid):
        starters.make(kind, name)
