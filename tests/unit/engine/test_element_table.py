"""docs/elements.md: every row is true, and no element is missing."""

import re
from pathlib import Path

import pytest
import SpiffWorkflow
from elements.events import TAGS
from elements.observed import Watched
from elements.rows import Row, changed
from elements.standard import DECLARED, EVENT_DEFINITIONS, PARTS, POSITIONS
from elements.table import PAGE, ROWS, page
from lxml import etree

from pikflow.engine.check import check_files
from pikflow.engine.checks import lists
from pikflow.engine.layout import lay_out
from pikflow.errors import Finding

HERE = Path(__file__).parent
EVENTS = {"startEvent", *TAGS.values()}
PROCESS = "p"


def files(row: Row, content: bytes) -> dict[str, bytes]:
    beside = {"t.dmn": row.table} if row.table else {}
    return {"probe.bpmn": content, **beside}


def errors(row: Row, content: bytes) -> list[Finding]:
    found = check_files(files(row, content), connectors={"k"})
    return [f for f in found if f.severity == "error" and not f.code.startswith("name-")]


def facts(row: Row, content: bytes) -> set[str]:
    return Watched(files(row, content), PROCESS, row.steps).facts


def untrue(row: Row, found: set[str]) -> list[str]:
    """The facts of the row that do not hold; "no ..." holds when the rest is no fact."""
    return [
        fact
        for fact in row.facts
        if (fact[3:] in found if fact.startswith("no ") else fact not in found)
    ]


def of(verdict: str) -> list[Row]:
    return [row for row in ROWS if row.verdict == verdict]


@pytest.mark.parametrize("row", of("runs"), ids=lambda row: row.id)
def test_what_runs_is_deployed_and_behaves_otherwise_than_if_it_were_ignored(row: Row) -> None:
    assert errors(row, row.file) == []
    assert row.facts and untrue(row, facts(row, row.file)) == []
    assert untrue(row, facts(row, changed(row))) != []


@pytest.mark.parametrize("row", of("refused"), ids=lambda row: row.id)
def test_what_is_refused_gives_a_finding_that_names_the_element(row: Row) -> None:
    found = errors(row, row.file)
    assert found and any(f.element == row.named or not row.named for f in found)
    assert all(f.line and f.message and f.hint for f in found)


@pytest.mark.parametrize("row", of("shown only"), ids=lambda row: row.id)
def test_what_is_only_shown_is_deployed_changes_nothing_and_is_kept(row: Row) -> None:
    assert errors(row, row.file) == []
    assert facts(row, row.file) == facts(row, changed(row))
    drawn = etree.tostring(etree.fromstring(lay_out(row.file)))
    assert drawn.count(f"<{row.element}".encode()) == row.file.count(f"<{row.element}".encode())


def test_no_element_of_the_standard_is_missing() -> None:
    assert {row.element for row in ROWS} >= {*DECLARED, *PARTS}


def test_every_event_definition_has_a_row_in_every_position() -> None:
    told = {
        (
            "none" if row.element in EVENTS else row.element.removesuffix("EventDefinition"),
            row.place,
        )
        for row in ROWS
    }
    assert {(kind, place) for kind in EVENT_DEFINITIONS for place in POSITIONS} <= told


def test_the_list_of_the_standard_is_that_of_its_schema() -> None:
    schema = Path(SpiffWorkflow.__file__).parent / "bpmn" / "parser" / "schema" / "Semantic.xsd"
    root = etree.parse(schema).getroot()
    mark = "{http://www.w3.org/2001/XMLSchema}element"
    declared = {e.get("name") for e in root.findall(mark)}
    assert declared == DECLARED
    assert {e.get("name") for e in root.iter(mark) if e.get("name")} - declared == PARTS


def test_the_check_knows_only_elements_of_the_standard() -> None:
    known = {*lists.RUN, *lists.KNOWN, *lists.IGNORED, *lists.ROOT, *lists.EXPRESSIONS}
    assert known - {*DECLARED, *PARTS} == {"import"}  # declared in the schema of definitions


def test_no_row_is_there_twice_and_each_has_a_verdict_and_a_sentence() -> None:
    assert len({row.id for row in ROWS}) == len(ROWS)
    for row in ROWS:
        assert row.verdict in ("runs", "refused", "shown only"), row.id
        assert row.sentence.endswith((".", "`")), row.id


def test_the_tests_a_row_names_exist() -> None:
    known = {
        f"{path.relative_to(HERE).as_posix()}::{name}"
        for path in HERE.rglob("test_*.py")
        for name in re.findall(r"^def (test_\w+)", path.read_text(encoding="utf-8"), re.M)
    }
    assert {row.test for row in ROWS if row.test} <= known


def test_the_page_says_what_the_rows_say() -> None:
    written = PAGE.read_text(encoding="utf-8")
    assert written == page(), "write it anew: cd tests/unit/engine && python -m elements.table"
