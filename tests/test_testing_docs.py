"""What docs/testing.md shows works as it stands there."""

import re
from pathlib import Path
from typing import Any

import pytest

DOC = (Path(__file__).parent.parent / "docs" / "testing.md").read_text(encoding="utf-8")


def test_the_examples_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (drawing,) = re.findall(r"```xml\n(.*?)```", DOC, re.DOTALL)
    Path("antrag.bpmn").write_text(drawing, encoding="utf-8")
    names: dict[str, Any] = {"__name__": "beispiel"}
    for number, example in enumerate(re.findall(r"```python\n(.*?)```", DOC, re.DOTALL), 1):
        exec(compile(example, f"docs/testing.md, example {number}", "exec"), names)
    assert names["run"].completed
    contracts = [names["TestOurPeople"], names["TestOurMail"]]
    rules = [(made, name) for made in contracts for name in dir(made) if name.startswith("test_")]
    for made, name in rules:
        getattr(made(), name)()
    assert len(rules) == 15
