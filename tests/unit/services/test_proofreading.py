"""Text care over definition files: bundled ones pass, and every remark leads to its place."""

import pytest

from pikflow.services import sources
from pikflow.services.proofreading import proofread

TERMS = b"pikbegriffe: 1\nbegriffe: {Vorhaben: [Projekt]}\n"
FORM = b"""pikform: 1
id: f
version: 1
title: {de: Titel, en: Title}
sections:
  - id: s
    title: {de: Projekt, en: Project}
    fields:
      - {id: a, type: integer, label: {de: Anzahl, en: Number}, unit: Stunden}
      - id: g
        type: group
        label: {de: Zeilen, en: Rows}
        fields:
          - {id: w, type: choice, label: {de: Wahl, en: Choice}, options: {x: Erstes}}
checks:
  - {assert: "a > 0", field: a, message: Mehr als null bitte.}
"""


@pytest.fixture(scope="module")
def bundle() -> dict[str, bytes]:
    return sources.bundled()


def test_the_bundled_texts_have_no_remark(bundle: dict[str, bytes]) -> None:
    assert proofread(bundle) == []


def test_remarks_name_file_line_and_element() -> None:
    found = proofread({"forms/f.yaml": FORM, "workflows/begriffe.yaml": TERMS})
    assert [(one.line, one.element, one.code) for one in found] == [
        (7, "s", "text-two-words"),
        (9, "a", "text-untranslated"),
        (14, "g.w", "text-untranslated"),
        (16, "a", "text-untranslated"),
    ]


def test_texts_of_diagrams_and_of_the_catalog_are_read(bundle: dict[str, bytes]) -> None:
    path = "workflows/einsatzanforderung.bpmn"
    changed = bundle[path].replace(b"zum bewilligten Vorhaben", b"zum bewilligten Projekt")
    catalog = bundle["workflows/catalog.yaml"].replace(b", en: Integration management", b"")
    found = proofread({**bundle, path: changed, "workflows/catalog.yaml": catalog})
    (word,) = [one for one in found if one.file == path]
    assert word.element == "Bestaetigen_Einsatz" and word.line == 28
    (missing,) = [one for one in found if one.file == "workflows/catalog.yaml"]
    assert missing.code == "text-untranslated"


def test_a_broken_file_has_no_remarks_and_stops_nobody(bundle: dict[str, bytes]) -> None:
    files = {
        **{path: bundle[path] for path in ("workflows/catalog.yaml", "workflows/begriffe.yaml")},
        "forms/kaputt.yaml": b"pikform: 1\n  x: [",
        "workflows/kaputt.bpmn": b"<bpmn:definitions",
    }
    assert proofread(files) == []


def test_remarks_can_be_had_for_some_files_only() -> None:
    files = {"forms/f.yaml": FORM, "workflows/begriffe.yaml": TERMS}
    assert proofread(files, only=["workflows/begriffe.yaml"]) == []
