"""docs/elements.md: every row is true, and no element is missing."""

import pytest
from elements.observed import Watched
from elements.rows import Row, changed
from elements.table import ROWS

from pikflow.engine.check import check_files
from pikflow.errors import Finding

PROCESS = "p"


def files(row: Row, content: bytes) -> dict[str, bytes]:
    beside = {"t.dmn": row.table} if row.table else {}
    return {"probe.bpmn": content, **beside}


def errors(row: Row, content: bytes) -> list[Finding]:
    found = check_files(files(row, content), connectors={"k"})
    return [f for f in found if f.severity == "error" and not f.code.startswith("name-")]


def facts(row: Row, content: bytes) -> set[str]:
    return Watched(files(row, content), PROCESS, row.steps).facts


def of(verdict: str) -> list[Row]:
    return [row for row in ROWS if row.verdict == verdict]


@pytest.mark.parametrize("row", of("runs"), ids=lambda row: row.id)
def test_what_runs_is_deployed_and_behaves_otherwise_than_if_it_were_ignored(row: Row) -> None:
    assert errors(row, row.file) == []
    assert row.facts and set(row.facts) <= facts(row, row.file)
    assert not set(row.facts) <= facts(row, changed(row))


@pytest.mark.parametrize("row", of("refused"), ids=lambda row: row.id)
def test_what_is_refused_gives_a_finding_that_names_the_element(row: Row) -> None:
    found = errors(row, row.file)
    assert found and any(f.element == row.named or not row.named for f in found)
    assert all(f.line and f.message and f.hint for f in found)
