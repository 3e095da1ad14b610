"""The examples in docs/deployment do what they say: parsed, checked, and run as far as possible."""

import configparser
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import click
import pytest
import yaml

from pikflow import config
from pikflow.cli import commands

EXAMPLES = Path(__file__).parent.parent / "docs" / "deployment"
UNITS = sorted(path.name for path in EXAMPLES.iterdir() if path.suffix in (".service", ".timer"))
BIN = Path(sys.executable).parent
DIRECTORY = """
class Directory:
    def current_actor(self):
        return None
    def actor(self, actor_id):
        return None
    def members(self, role, organisation_id):
        return []
"""


@pytest.fixture
def portal(tmp_path: Path) -> Path:
    """The example app in a folder of its own, on SQLite, with its paths put there."""
    code = (EXAMPLES / "portal.py").read_text()
    for place in ("/run/secrets/portal", "/var/lib/portal"):
        assert place in code
        code = code.replace(place, str(tmp_path / Path(place).parent.name))
    settings = (EXAMPLES / "portal.toml").read_text()
    settings = re.sub(r"postgresql[^\"]*", f"sqlite:///{tmp_path}/portal.db", settings)
    settings = settings.replace("procrastinate", "embedded").replace(
        "/var/lib/portal", str(tmp_path)
    )
    (tmp_path / "portal.py").write_text(code)
    (tmp_path / "secrets").write_text(settings)
    (tmp_path / "portal_directory.py").write_text(DIRECTORY)
    return tmp_path


def run(folder: Path, *command: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", *command],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_the_example_app_is_set_up_examined_and_backed_up(portal: Path) -> None:
    flask = ("flask", "--app", "portal:create_app", "pikflow")
    assert "eingerichtet" in run(portal, *flask, "init-db")
    assert "worker-missing" in run(portal, *flask, "doctor", "--data")
    assert "SHA-256" in run(portal, *flask, "backup", "portal.tar.gz")
    run(portal, *flask, "restore", "--force", "portal.tar.gz")


def test_gunicorn_takes_its_configuration_and_the_app(portal: Path) -> None:
    settings = str(EXAMPLES / "gunicorn.conf.py")
    run(portal, "gunicorn", "-c", settings, "--check-config", "portal:create_app()")


@pytest.mark.parametrize("name", UNITS)
def test_systemd_accepts_the_unit(name: str, tmp_path: Path) -> None:
    unit = read_unit(name)
    assert unit["Unit"]["Description"]
    if shutil.which("systemd-analyze") is None:
        return  # its keys and commands are looked at below
    for path in EXAMPLES.iterdir():
        if path.name in UNITS:
            text = path.read_text().replace("/opt/portal/venv/bin", str(BIN))
            (tmp_path / path.name).write_text(text)
    done = subprocess.run(
        ["systemd-analyze", "verify", f"./{name}"], cwd=tmp_path, capture_output=True, text=True
    )
    assert (done.returncode, done.stderr) == (0, "")


def read_unit(name: str) -> configparser.ConfigParser:
    unit = configparser.ConfigParser(interpolation=None, strict=False)
    unit.optionxform = str  # type: ignore[assignment, method-assign]
    unit.read(EXAMPLES / name)
    return unit


def lines() -> list[list[str]]:
    """Every command line of units and containers."""
    units = [unit["Service"]["ExecStart"] for unit in map(read_unit, UNITS) if "Service" in unit]
    plain = [re.sub(r"\$\(.*?\)", "now", line) for line in units]
    found = [shlex.split(re.sub(r"^/bin/sh -c '(.*)'$", r"\1", line)) for line in plain]
    found += [
        service["command"] for service in compose()["services"].values() if "command" in service
    ]
    return found


def compose() -> dict[str, Any]:
    content: dict[str, Any] = yaml.safe_load((EXAMPLES / "compose.yaml").read_text())
    return content


def test_every_command_exists_with_its_options() -> None:
    seen = set()
    for line in lines():
        program = next(word for word in line if "/" not in word or "venv" in word)
        seen.add(Path(program).name)
        if "pikflow" in line:
            name, *arguments = line[line.index("pikflow") + 1 :]
            with click.Context(commands) as context:
                commands.commands[name].make_context(name, arguments, parent=context)
    assert seen >= {"gunicorn", "flask"}


def test_stopping_has_more_time_than_the_work_at_hand() -> None:
    settings = config.read({})
    needed = {"portal-web.service": 30, "portal-worker@.service": 0}
    needed["portal-worker@.service"] = settings["PIKFLOW_JOBS_STOP_SECONDS"] + 15
    for name, seconds in needed.items():
        assert int(read_unit(name)["Service"]["TimeoutStopSec"]) > seconds
    services = compose()["services"]
    assert int(services["web"]["stop_grace_period"].removesuffix("s")) > 30
    assert int(services["worker"]["stop_grace_period"].removesuffix("s")) > 45


def test_what_the_compose_file_names_it_also_declares() -> None:
    content = compose()
    for name, service in content["services"].items():
        assert "image" in service or "build" in service, name
        assert set(service.get("depends_on", ())) <= set(content["services"])
        assert set(service.get("secrets", ())) <= set(content["secrets"])
        volumes = {volume.split(":")[0] for volume in service.get("volumes", ())}
        assert volumes <= set(content["volumes"])
    copied = re.search(r"^COPY (.*) \./$", (EXAMPLES / "Dockerfile").read_text(), re.MULTILINE)
    assert copied is not None and {"portal.py", "gunicorn.conf.py"} <= set(copied[1].split())


def test_the_settings_of_the_example_are_ours_and_fit() -> None:
    given = tomllib.loads((EXAMPLES / "portal.toml").read_text())
    known = {setting.key for setting in config.SETTINGS}
    assert {key for key in given if key.startswith("PIKFLOW_")} <= known
    config.read(given)
    size = re.search(r"client_max_body_size (\d+)m;", (EXAMPLES / "nginx.conf").read_text())
    assert size is not None
    assert int(size[1]) * 1_000_000 == config.read({})["PIKFLOW_REQUEST_BYTES"]
