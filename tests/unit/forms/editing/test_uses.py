"""Where a form names a field, and renaming it there."""

from pathlib import Path

import pytest

from pikflow.forms.editing import uses
from pikflow.forms.editing.tree import Tree

ROOT = Path(__file__).parents[4]
TEXT = """\
pikform: 1
id: a
version: 1
title: A
sections:
  - id: s
    title: S
    visible: "betrag > 0"
    fields:
      - {id: betrag, type: money, label: betrag bleibt, max: "2 * betrag_max"}
      - {id: betrag_max, type: money, label: Max}
      - id: stellen
        type: group
        label: Stellen
        rows: "antrag.stellen"
        map: {vzae: "entry.vzae"}
        key: vzae
        fields:
          - {id: vzae, type: decimal, label: U, visible: 'item.vzae != "vzae"'}
      - {id: summe, type: decimal, label: S, compute: "sum(s.vzae for s in stellen) + betrag"}
checks:
  - each: stellen
    assert: "item.vzae <= betrag"
    field: stellen.vzae
    message: {de: "{item.vzae} und {betrag}", en: "{betrag}"}
tests:
  - given: {betrag: 5, stellen: [{vzae: 1}]}
    context: {antrag: {betrag: 7, stellen: [{vzae: 1}]}, betrag: 3}
    expect: {stellen.0.vzae: 1}
    errors: [stellen-0-vzae, betrag]
"""


def test_a_column_is_renamed_wherever_it_is_meant() -> None:
    text = uses.rename(TEXT, ("stellen", "vzae"), "umfang", own=True)
    for line in [
        'map: {umfang: "entry.vzae"}', "key: umfang",
        """{id: umfang, type: decimal, label: U, visible: 'item.umfang != "vzae"'}""",
        'compute: "sum(s.umfang for s in stellen) + betrag"', 'assert: "item.umfang <= betrag"',
        "field: stellen.umfang", '"{item.umfang} und {betrag}"',
        "given: {betrag: 5, stellen: [{umfang: 1}]}", "expect: {stellen.0.umfang: 1}",
        "context: {antrag: {betrag: 7, stellen: [{vzae: 1}]}, betrag: 3}",
        "errors: [stellen-0-umfang, betrag]",
    ]:  # fmt: skip
        assert line in text, line


def test_words_that_only_look_like_the_name_stay() -> None:
    text = uses.rename(TEXT, ("betrag",), "summe_eur", own=True)
    assert "label: betrag bleibt" in text and "2 * betrag_max" in text
    assert "context: {antrag: {betrag: 7, stellen: [{vzae: 1}]}, betrag: 3}" in text
    assert 'visible: "summe_eur > 0"' in text and 'en: "{summe_eur}"' in text


def test_what_an_earlier_step_said_is_another_name() -> None:
    text = uses.rename(TEXT, ("antrag", "stellen", "vzae"), "umfang", own=False)
    assert 'map: {vzae: "entry.umfang"}' in text
    assert "context: {antrag: {betrag: 7, stellen: [{umfang: 1}]}, betrag: 3}" in text
    assert "given: {betrag: 5, stellen: [{vzae: 1}]}" in text


def test_a_list_that_is_handed_on_whole_is_worth_a_look() -> None:
    found = uses.places(Tree(TEXT), ("antrag", "stellen", "name"), own=False)
    assert [(one.property, one.whole) for one in found] == [("rows", True)]


@pytest.mark.parametrize("path", sorted((ROOT / "forms").rglob("antrag.yaml")), ids=str)
def test_every_field_of_our_applications_can_be_renamed_and_back(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    for name in sorted(uses.field_names(Tree(text)))[::4]:
        away = uses.rename(text, name, "ganz_anders_x", own=True)
        assert away != text
        assert uses.rename(away, (*name[:-1], "ganz_anders_x"), name[-1], own=True) == text
