"""A field is followed through forms, processes and journeys, and renamed in all of them."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from pikflow.errors import Invalid, Refused
from pikflow.forms.library import FormLibrary
from pikflow.services.checking import check
from pikflow.services.deployments import kind_of
from pikflow.services.studio import field_uses

ROOT = Path(__file__).parents[4]
FILES = {
    path.relative_to(ROOT).as_posix(): path.read_bytes()
    for folder in ("forms", "workflows")
    for path in sorted((ROOT / folder).rglob("*.*"))
    if path.name != "parameter.yaml"
}
APPLICATION = "forms/integrationsmanagement/antrag.yaml"


def kinds(found: field_uses.FieldUses) -> set[str]:
    return {use.kind for use in found.uses}


def test_a_column_is_followed_into_later_forms_and_journeys() -> None:
    found = field_uses.find(FILES, APPLICATION, ("stellen", "vzae"))
    assert found.forms == (APPLICATION,)
    paths = {use.path for use in found.uses}
    assert "forms/pruefung/fachpruefung_stellen.yaml" in paths
    assert "workflows/journeys/im-stadtkreis-grosser-betrag.yaml" in paths
    assert any(use.whole for use in found.uses), "rows that are handed on whole are shown"


def test_a_field_of_a_block_is_followed_into_all_forms_that_include_it() -> None:
    """The block of the financing plan is part of the applications of all six measures."""
    found = field_uses.find(FILES, "forms/inturo/antrag.yaml", ("beantragt_eur",))
    assert "forms/bausteine/finanzierung.yaml" in found.forms
    assert len({use.path for use in found.uses if use.path.endswith("/antrag.yaml")}) == 6
    assert kinds(found) == {"form", "process", "journey"}


@pytest.mark.parametrize(
    ("path", "name", "new"),
    [
        (APPLICATION, ("stellen", "vzae"), "umfang"),
        ("forms/bausteine/bankverbindung.yaml", ("iban",), "kontonummer"),
        ("forms/inturo/antrag.yaml", ("beantragt_eur",), "beantragt_betrag"),
    ],
)
def test_renaming_everywhere_leaves_nothing_to_complain_about(
    path: str, name: tuple[str, ...], new: str
) -> None:
    renamed = field_uses.rename(FILES, path, name, new)
    assert path in renamed or len(renamed) > 1
    after: Mapping[str, bytes] = {**FILES, **renamed}
    errors = [one for one in check(after, connectors=frozenset()) if one.severity == "error"]
    before = [one for one in check(FILES, connectors=frozenset()) if one.severity == "error"]
    assert {one.message for one in errors} <= {one.message for one in before}
    forms = {path: data.decode() for path, data in after.items() if kind_of(path, data) == "form"}
    assert not FormLibrary.load(forms).failed


def test_a_name_that_is_taken_or_none_is_refused() -> None:
    with pytest.raises(Refused) as taken:
        field_uses.rename(FILES, APPLICATION, ("stellen", "vzae"), "traeger")
    assert taken.value.code == "name-taken"
    with pytest.raises(Invalid) as wrong:
        field_uses.rename(FILES, APPLICATION, ("stellen", "vzae"), "Nicht so")
    assert wrong.value.code == "form-id"
    assert field_uses.rename(FILES, APPLICATION, ("stellen", "vzae"), "vzae") == {}


def test_completion_offers_rates_and_what_earlier_steps_said() -> None:
    names = field_uses.case_names(
        {**FILES, "workflows/parameter.yaml": (ROOT / "workflows/parameter.yaml").read_bytes()},
        "bericht-integrationsmanagement",
    )
    assert {"vorgang.jahr", "heute", "antrag.beantragt_eur"} <= set(names)
    assert any(name.startswith("params.") for name in names)


def test_broken_files_are_left_out() -> None:
    broken = {**FILES, "workflows/inturo.bpmn": b"<kaputt", "forms/x.yaml": b"pikform: [1\n"}
    assert field_uses.find(broken, APPLICATION, ("stellen", "vzae")).uses
