"""The commands of operation: what they print, and how they end."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import insert

from pikflow.host import create_app, instance
from pikflow.store.tables import organisation


@pytest.fixture
def portal(tmp_path: Path) -> Iterator[Flask]:
    app = create_app(tmp_path / "portal")
    instance.prepare(app)
    yield app
    app.extensions["pikflow"].services.environment.database.close()


def call(app: Flask, *words: object) -> Result:
    result = app.test_cli_runner().invoke(args=["pikflow", *map(str, words)])
    assert result.exception is None or isinstance(result.exception, SystemExit)
    return result


def test_doctor_ends_with_1_when_something_is_wrong(portal: Flask) -> None:
    healthy = call(portal, "doctor", "--data")
    assert healthy.exit_code == 0, healthy.output
    assert "Warnung worker-missing: " in healthy.stdout
    assert healthy.stdout.endswith("1 Befund.\n")
    folder = portal.extensions["pikflow"].services.environment.files_folder
    folder.rmdir()
    folder.write_text("a file in its place")
    ill = call(portal, "doctor", "--json")
    assert ill.exit_code == 1
    found = json.loads(ill.stdout)
    assert [entry["code"] for entry in found] == ["files-readonly", "worker-missing"]
    assert set(found[0]) == {"code", "message", "case", "subject", "severity"}


def test_doctor_says_that_there_are_no_tables(tmp_path: Path) -> None:
    app = create_app(tmp_path)
    result = call(app, "doctor", "--data")
    assert result.exit_code == 1
    assert "schema-unfit" in result.stdout
    app.config["SECRET_KEY"] = None
    assert "secret-missing" in call(app, "doctor").stdout
    app.extensions["pikflow"].services.environment.database.close()


@pytest.mark.parametrize(
    "words", [("deploy", "."), ("backup", "x.tar"), ("organisations", "import", "GV100AD.txt")]
)
def test_a_command_without_tables_says_how_they_are_made(
    words: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("GV100AD.txt").touch()
    app = create_app(tmp_path / "portal")
    result = call(app, *words)
    assert result.exit_code == 1
    assert "Richten Sie sie mit „pikflow init-db“ ein." in result.stderr
    assert not Path("x.tar").exists()
    app.extensions["pikflow"].services.environment.database.close()


def test_what_was_backed_up_is_restored(portal: Flask, tmp_path: Path) -> None:
    archive = tmp_path / "sicherung.tar.gz"
    written = call(portal, "backup", archive)
    assert written.exit_code == 0, written.output
    digest = written.stdout.split()[-1]
    services = portal.extensions["pikflow"].services
    with services.environment.command() as unit:
        row = {"id": "neu", "name": "Neu", "kind": "kreis"}
        unit.connection.execute(insert(organisation).values(row))
    refused = call(portal, "restore", archive)
    assert refused.exit_code == 1
    assert "--force" in refused.stderr
    other = call(portal, "restore", archive, "--force", "--sha256", "0" * 64)
    assert (other.exit_code, "Prüfsumme" in other.stderr) == (1, True)
    assert "neu" in organisations(portal)
    done = call(portal, "restore", archive, "--force", "--sha256", digest)
    assert done.exit_code == 0, done.output
    assert "neu" not in organisations(portal) and len(organisations(portal)) > 10


def organisations(app: Flask) -> set[str]:
    with app.extensions["pikflow"].services.environment.query() as unit:
        return {found.id for found in unit.connection.execute(organisation.select())}


def test_a_backup_never_takes_the_place_of_a_file(portal: Flask, tmp_path: Path) -> None:
    place = tmp_path / "brief.tar"
    place.write_text("bleibt")
    result = call(portal, "backup", place)
    assert (result.exit_code, "gibt es schon" in result.stderr) == (1, True)
    assert place.read_text() == "bleibt"


def test_a_folder_that_is_not_there_is_told_in_one_line(portal: Flask, tmp_path: Path) -> None:
    result = call(portal, "backup", tmp_path / "fehlt" / "a.tar")
    assert result.exit_code == 1
    assert result.stderr.splitlines()[-1].startswith("Error: ")
    assert "fehlt" in result.stderr
