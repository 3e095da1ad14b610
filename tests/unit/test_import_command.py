"""`pikflow import`: writes what other tools' files become, and says what is missing."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from pikflow.cli import commands

FOREIGN = Path(__file__).parents[1] / "data" / "foreign"
PROCESS = FOREIGN / "imports" / "camunda7-urlaub.bpmn"
FORM = FOREIGN / "forms" / "foerderantrag.form"


def call(*arguments: object) -> Result:
    return CliRunner().invoke(commands, ["import", *map(str, arguments)])


def test_writes_processes_and_forms_and_tells_every_note(tmp_path: Path) -> None:
    done = call(PROCESS, FORM, "--to", tmp_path)
    assert done.exit_code == 0, done.output
    written = {file.relative_to(tmp_path).as_posix() for file in tmp_path.rglob("*.*")}
    assert written == {
        "workflows/camunda7-urlaub.bpmn",
        "forms/antrag.yaml",
        "forms/foerderantrag.yaml",
    }
    assert "camunda7-urlaub.bpmn (Camunda 7) -> " in done.output
    assert "3 Dateien geschrieben" in done.output
    for group in ("Fehlt:", "Übersetzt:", "Behalten, ohne Wirkung:"):
        assert group in done.output
    assert "pik:form=" in done.output and "   16 [Antrag]" in done.output


def test_never_replaces_a_file_unless_told_to(tmp_path: Path) -> None:
    there = tmp_path / "workflows" / PROCESS.name
    there.parent.mkdir()
    there.write_text("meins", encoding="utf-8")
    refused = call(PROCESS, "--to", tmp_path)
    assert refused.exit_code == 1 and "Das gibt es schon: workflows/" in refused.output
    assert there.read_text(encoding="utf-8") == "meins"
    assert not (tmp_path / "forms").exists()
    assert call(PROCESS, "--to", tmp_path, "--force").exit_code == 0
    assert there.read_bytes() != b"meins"


@pytest.mark.parametrize("content", [b"<a", b"\x00\xff", b""])
def test_a_file_that_is_nothing_is_told_and_nothing_written(tmp_path: Path, content: bytes) -> None:
    broken = tmp_path / "kaputt.bpmn"
    broken.write_bytes(content)
    done = call(broken, "--to", tmp_path / "ziel")
    assert done.exit_code == 1 and "0 Dateien geschrieben" in done.output
    assert f"Fehlt: {broken.as_posix()}" in done.output and not (tmp_path / "ziel").exists()


def test_a_path_that_is_not_there_is_named(tmp_path: Path) -> None:
    done = call(tmp_path / "fehlt.bpmn", "--to", tmp_path)
    assert done.exit_code == 1 and "fehlt.bpmn" in done.output
