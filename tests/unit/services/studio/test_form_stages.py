"""Forms on a stage: read with what they use, at each step that shows them, filled with examples."""

from datetime import date
from pathlib import Path

import pytest

from pikflow.forms.submission import validate
from pikflow.services.studio.form_stages import audiences, example, open_sections, stage

ROOT = Path(__file__).parents[4]
FILES = {
    path.relative_to(ROOT).as_posix(): path.read_bytes()
    for folder in ("forms", "workflows")
    for path in sorted((ROOT / folder).rglob("*.*"))
    if "journeys" not in path.parts
}
TODAY = date(2026, 3, 2)


@pytest.mark.parametrize("path", [path for path in FILES if path.endswith("antrag.yaml")])
def test_an_application_is_shown_with_answers_that_satisfy_it(path: str) -> None:
    found = stage(FILES, path)
    assert found.schema is not None and not found.findings
    context, answers = example(FILES, found.schema, TODAY)
    checked = validate(found.schema, answers, context)
    assert len(checked.errors) <= 2, checked.errors
    assert any(checked.values.values())


def test_every_step_that_shows_a_form_is_known_with_its_lane() -> None:
    found = audiences(FILES, "antrag-inturo")
    assert {one.task for one in found} >= {"Antrag ausfüllen"}
    assert all(one.lane and one.process for one in found)
    assert {one.measure for one in found} == {"inturo"}


def test_a_step_may_change_only_some_pages() -> None:
    schema = stage(FILES, "forms/inturo/antrag.yaml").schema
    assert schema is not None
    steps = [one for one in audiences(FILES, schema.id) if one.sections]
    assert open_sections(schema, {}, None) is None
    for step in steps:
        context, _ = example(FILES, schema, TODAY, step)
        chosen = open_sections(schema, context, step)
        assert chosen is None or set(chosen) <= {section.id for section in schema.sections}


def test_a_building_block_is_shown_alone_and_a_list_has_findings_only() -> None:
    found = stage(FILES, "forms/bausteine/bankverbindung.yaml")
    assert found.schema is not None and found.schema.field("iban")
    assert "bausteine/bankverbindung" in found.shelf.blocks
    assert stage(FILES, "forms/listen/niveau.yaml").schema is None
    assert "niveau" in found.shelf.lists
