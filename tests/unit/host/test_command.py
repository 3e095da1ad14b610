"""`pikflow demo` empties its own folder only."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from pikflow.host import command, create_app, instance


@pytest.mark.parametrize("words", [(), ("--reset",)])
def test_the_demo_leaves_the_folder_of_a_portal_alone(
    words: tuple[str, ...], tmp_path: Path
) -> None:
    app = create_app(tmp_path)
    instance.prepare(app)
    app.extensions["pikflow"].services.environment.database.close()
    result = CliRunner().invoke(command.main, ["demo", "--folder", str(tmp_path), *words])
    assert result.exit_code == 1 and "bleibt unberührt" in result.output
    assert (tmp_path / "pikflow.sqlite3").exists() and (tmp_path / "secret.key").exists()


def test_the_demo_begins_anew_in_a_folder_of_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(command, "_serve", lambda *_: None)
    folder = tmp_path / "vorfuehrung"
    words = ["demo", "--empty", "--folder", str(folder)]
    assert CliRunner().invoke(command.main, words).exit_code == 0
    (folder / "seeded").unlink()  # as if it had been interrupted while its cases were made
    (folder / "rest").touch()
    assert CliRunner().invoke(command.main, words).exit_code == 0
    assert not (folder / "rest").exists() and (folder / "seeded").exists()
