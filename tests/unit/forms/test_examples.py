# ruff: noqa: E501 - lines of form files stay in one piece
"""Tests inside form files."""

import re
from pathlib import Path

import pytest

from pikflow.bundle import forms_path
from pikflow.forms.examples import findings_of, run_examples
from pikflow.forms.library import FormLibrary

from .samples import form

ROOT = Path(__file__).parents[3]
FIELDS = (
    "{id: a, type: integer, label: A, required: true}",
    '{id: b, type: integer, label: B, compute: "a * 2"}',
)


def outcome(test: str) -> tuple[str, ...]:
    return run_examples(form(*FIELDS, more=f"tests:\n  - {test}\n"))[0].complaints


def test_passes_when_everything_is_as_expected() -> None:
    assert outcome('{given: {a: "1.000"}, expect: {b: 2000}, errors: [], warnings: []}') == ()
    assert outcome("{given: {}, expect: {b: null}, errors: [a]}") == ()


@pytest.mark.parametrize(
    ("test", "words"),
    [
        ("{given: {a: 1}, expect: {b: 3}}", "b: erwartet 3, berechnet 2."),
        ("{given: {a: 1}, expect: {c: 3}}", "c: erwartet 3, berechnet nichts."),
        ("{given: {a: x}, errors: []}", "Unerwartet: Fehler an „a“"),
        ("{given: {a: 1}, errors: [a]}", "Fehler an „a“ blieb aus."),
    ],
)
def test_says_what_came_out_differently(test: str, words: str) -> None:
    assert words in " ".join(outcome(test))


def test_a_failed_test_is_a_finding_with_its_line() -> None:
    schema = form(*FIELDS, more="tests:\n  - {given: {a: 1}, expect: {b: 3}}\n")
    assert [(f.line, f.code) for f in findings_of(schema)] == [(12, "form-test")]


def test_the_example_of_the_documentation_loads_and_passes() -> None:
    text = (ROOT / "docs" / "form-language.md").read_text(encoding="utf-8")
    blocks = re.findall(r"```yaml\n(.*?)```", text, re.DOTALL)
    files = {"x.yaml": next(block for block in blocks if block.startswith("pikform"))}
    files |= {
        match[1]: block for block in blocks if (match := re.match(r"# (forms/\S+\.yaml)\n", block))
    }
    library = FormLibrary.load(files)
    assert library.findings == ()
    assert len(files) == 3
    assert [o.complaints for o in run_examples(library.forms["antrag-beispiel"])] == [()]


def test_the_tests_of_the_bundled_forms_pass() -> None:
    forms = FormLibrary.read(forms_path()).forms.values()
    assert [finding for schema in forms for finding in findings_of(schema)] == []
