# ruff: noqa: E501 - lines of form files stay in one piece
"""A set of form files."""

from pathlib import Path

import pytest

from pikflow.bundle import forms_path
from pikflow.forms.library import FormLibrary

from .samples import text_of

ONE = text_of("{id: a, type: choice, label: A, list: farbe}")
LIST = "pikliste: 1\nid: farbe\ntitle: Farben\noptions: {r: Rot}\n"


def test_gives_forms_by_id_with_shared_lists() -> None:
    library = FormLibrary.load({"forms/x.yaml": ONE, "forms/listen/farbe.yaml": LIST})
    assert library.findings == ()
    assert library.forms["x"].field("a").options[0].label.de == "Rot"
    assert library.facts("x").provides == {"a"}


def test_leaves_out_a_form_with_errors_and_keeps_the_others() -> None:
    library = FormLibrary.load({"a.yaml": ONE, "b.yaml": text_of("{id: b, type: text, label: B}")})
    assert list(library.forms) == ["x"]
    assert [(f.file, f.code) for f in library.findings] == [("a.yaml", "form-list")]
    assert library.failed


def test_refuses_the_same_id_twice() -> None:
    text = text_of("{id: b, type: text, label: B}")
    library = FormLibrary.load({"a.yaml": text, "b.yaml": text})
    assert [(f.file, f.line, f.code) for f in library.findings] == [("b.yaml", 2, "form-duplicate")]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a: 1",
        "pikliste: 1",
        "pikbaustein: 1\nid: 7",
        "pikliste: 1\nid: a\noptions: x",
        "\x00",
        "a: [",
        "🙂",
    ],
)
def test_never_raises_for_any_file(text: str) -> None:
    library = FormLibrary.load({"a.yaml": text})
    assert library.forms == {}


def test_tells_a_fault_of_a_building_block_once() -> None:
    block = "pikbaustein: 1\nid: b\nfields:\n  - {id: c, type: nix, label: C}\n"
    form = text_of("{include: bausteine/b}")
    library = FormLibrary.load(
        {
            "forms/bausteine/b.yaml": block,
            "forms/x.yaml": form,
            "forms/y.yaml": form.replace("id: x", "id: y"),
        }
    )
    assert [(f.file, f.line) for f in library.findings] == [("forms/bausteine/b.yaml", 4)]


def test_reads_every_yaml_file_below_a_folder(tmp_path: Path) -> None:
    (tmp_path / "tief").mkdir()
    (tmp_path / "tief" / "x.yaml").write_text(
        text_of("{id: b, type: text, label: B}"), encoding="utf-8"
    )
    (tmp_path / "bytes.yaml").write_bytes(b"\xff\xfe\x00")
    library = FormLibrary.read(tmp_path)
    assert list(library.forms) == ["x"]
    assert len(library.findings) == 1


def test_the_bundled_forms_have_no_finding() -> None:
    library = FormLibrary.read(forms_path())
    assert library.findings == ()
    assert len(library.forms) > 30
