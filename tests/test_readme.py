"""What the README shows works as it stands there."""

import re
from pathlib import Path

import pytest

from pikflow.cli import commands
from pikflow.host.command import main

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


class MyIdentity:
    def current_actor(self) -> None:
        return None

    def actor(self, actor_id: str) -> None:
        return None

    def members(self, role: str, organisation_id: str) -> list[object]:
        return []


def test_the_example_of_an_app_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    example = re.search(r"```python\n(.*?)```", README, re.DOTALL)
    assert example is not None
    code = example[1].replace("/srv/portal", str(tmp_path))
    names: dict[str, object] = {"MyIdentity": MyIdentity, "__name__": "portal"}
    exec(compile(code, "README.md", "exec"), names)
    app = names["app"]
    made = app.test_cli_runner().invoke(args=["pikflow", "init-db"])
    assert made.exit_code == 0, made.output
    assert app.test_client().get("/health/ready").status_code == 200


def test_every_command_of_the_readme_exists() -> None:
    for name in re.findall(r"^(?:flask )?pikflow ([a-z-]+)", README, re.MULTILINE):
        assert name in commands.commands or name in main.commands, name


def test_every_file_the_readme_names_exists() -> None:
    for target in re.findall(r"\]\(([^)#]+)\)", README):
        if not target.startswith("http"):
            assert (ROOT / target).exists(), target
