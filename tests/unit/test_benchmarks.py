"""The small parts of the benchmarks; no figure is ever part of a test."""

from xml.etree import ElementTree

import pytest

from benchmarks import picture, report
from benchmarks.crowd import AUTHORITIES, CLERKS, MOST, ORGANISATIONS, PEOPLE
from benchmarks.ours import Sizes
from benchmarks.picture import Scale
from benchmarks.steps import Measured


@pytest.fixture
def measured() -> dict[str, list[Measured]]:
    few = Measured(15, sizes=Sizes(261, 6080, 450, 960), library_bytes=97_200)
    for floor, services, library in ((1.0, 2.0, 40.0), (2.0, 3.0, 60.0), (4.0, 8.0, 200.0)):
        few.add("floor", floor)
        few.add("engine", floor / 2)
        few.add("services", services)
        few.add("library", library)
    many = Measured(10_000, {"floor": [1.0], "engine": [0.5], "services": [2.0]}, few.sizes)
    return {"sqlite": [few, many], "postgresql": [few, many]}


def test_a_ratio_is_the_middle_of_the_ratios_of_each_round(
    measured: dict[str, list[Measured]],
) -> None:
    few, _ = measured["sqlite"]
    assert few.middle("services") == 3.0
    assert few.ratio("services", "floor") == 2.0
    assert few.ratio("library", "services") == 20.0


def test_the_tables_hold_a_line_for_each_size(measured: dict[str, list[Measured]]) -> None:
    assert report.times(measured).splitlines() == [
        "| database | finished tasks | floor | engine | services | library "
        "| services : floor | library : services | library : engine |",
        "| :--- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
        "| sqlite | 15 | 2.00 | 1.00 | 3.00 | 60.00 | 2.0 | 20 | 80 |",
        "| sqlite | 10,000 | 1.00 | 0.50 | 2.00 | - | 2.0 | - | - |",
        "| postgresql | 15 | 2.00 | 1.00 | 3.00 | 60.00 | 2.0 | 20 | 80 |",
        "| postgresql | 10,000 | 1.00 | 0.50 | 2.00 | - | 2.0 | - | - |",
    ]
    assert report.sizes(measured).splitlines()[2:] == [
        "| 15 | 261 | 6,080 | 450 | 960 | 97,200 |",
        "| 10,000 | 261 | 6,080 | 450 | 960 | - |",
    ]


def test_only_what_stands_between_the_marks_is_replaced() -> None:
    page = "a\n<!-- times -->\nold\n<!-- /times -->\nb\n"
    assert report.replaced(page, "times", "new\n") == page.replace("old", "new")
    with pytest.raises(ValueError, match="no place for sizes"):
        report.replaced(page, "sizes", "new")


def test_the_picture_has_every_line_in_both_colour_schemes(
    measured: dict[str, list[Measured]],
) -> None:
    drawn = picture.draw(report.lines(measured), title="Kosten & Schritte")
    root = ElementTree.fromstring(drawn)  # noqa: S314 - our own text
    space = {"svg": "http://www.w3.org/2000/svg"}
    names = [text.text for text in root.findall(".//svg:text[@class='name']", space)]
    assert names == [
        "library, SQLite", "library, PostgreSQL", "services, SQLite", "services, PostgreSQL",
        "floor, SQLite", "floor, PostgreSQL",
    ]  # fmt: skip
    assert len(root.findall(".//svg:polyline", space)) == 6
    assert "prefers-color-scheme: dark" in drawn
    heights = [float(t.get("y", "")) for t in root.findall(".//svg:text[@class='name']", space)]
    assert all(abs(a - b) >= 16 for n, a in enumerate(heights) for b in heights[:n])


def test_a_scale_counts_in_powers_of_ten() -> None:
    scale = Scale(10, 10_000, 0, 300)
    assert [round(scale.place(value)) for value in (10, 100, 10_000)] == [0, 100, 300]
    assert scale.marks() == [10, 100, 1_000, 10_000]


def test_a_thousand_clerks_work_in_every_kind_of_office() -> None:
    assert len(PEOPLE) == MOST
    assert {person.organisation.kind for person in PEOPLE.values()} == set(CLERKS)
    officers = [p for p in PEOPLE.values() if p.organisation.kind == "amt"]
    assert len(officers) == AUTHORITIES * CLERKS["amt"]
    assert len({one.id for one in ORGANISATIONS}) == len(ORGANISATIONS)
