"""Files as other tools write them: each is refused, or does what the standard says.

tests/data/foreign/bpmn.yaml and dmn.yaml say what that is.
"""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from elements.observed import Watched

from pikflow.engine.check import check_files
from pikflow.engine.decisions.evaluation import decide
from pikflow.engine.decisions.library import Library, decisions_of
from pikflow.services.rehearsing.simulation import simulate
from pikflow.values import load, plain

FOREIGN = Path(__file__).parents[2] / "data" / "foreign"
PROCESS = "p"


def told(kind: str) -> dict[str, dict[str, Any]]:
    return dict(yaml.safe_load((FOREIGN / f"{kind}.yaml").read_text(encoding="utf-8")))


BPMN, DMN = told("bpmn"), told("dmn")


def content(kind: str, name: str) -> dict[str, bytes]:
    return {name: (FOREIGN / kind / name).read_bytes()}


def errors(files: dict[str, bytes]) -> set[str]:
    """Errors as "code element"; names that answers would bring are left aside."""
    found = [f for f in check_files(files) if f.severity == "error"]
    assert all(f.message and f.hint and f.line for f in found if f.code != "no-process")
    return {f"{f.code} {f.element}".strip() for f in found if f.code != "name-unknown"}


def expected(said: dict[str, Any], found: set[str]) -> bool:
    """An expectation without an element fits whatever element has the error."""
    return all(
        any(one == error or " " not in one and error.startswith(f"{one} ") for error in found)
        for one in said["errors"]
    )


@pytest.mark.parametrize("name", BPMN)
def test_a_foreign_process_is_refused_or_runs_as_the_standard_says(name: str) -> None:
    said, files = BPMN[name], content("bpmn", name)
    assert isinstance(simulate(files)["findings"], list)
    if "errors" in said:
        assert expected(said, errors(files))
        return
    assert errors(files) == set()
    facts = Watched(files, PROCESS, said.get("steps", ())).facts
    for fact in said["facts"]:
        assert (fact[3:] not in facts) if fact.startswith("no ") else (fact in facts), fact


@pytest.mark.parametrize("name", DMN)
def test_a_foreign_decision_is_refused_or_decides_as_the_standard_says(name: str) -> None:
    said, files = DMN[name], content("dmn", name)
    if "errors" in said:
        assert expected(said, errors(files))
        return
    assert errors(files) == set()
    library = Library.of(decisions_of(files))
    for decision, data, result in said["runs"]:
        assert plain(decide(library.ready, decision, load(json.dumps(data))).value) == result


def test_every_foreign_file_is_told_about() -> None:
    for kind in ("bpmn", "dmn"):
        assert {path.name for path in (FOREIGN / kind).iterdir()} == told(kind).keys()
