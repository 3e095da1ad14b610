import re
from pathlib import Path

import pytest
from lxml import etree
from sketch import sketch

from pikflow.engine.diagram import draw
from pikflow.engine.layout import lay_out
from pikflow.engine.model import Model, read
from pikflow.engine.xml import parse

ROOT = Path(__file__).parents[3]
FILES = sorted(
    [*(ROOT / "workflows").glob("*.bpmn"), *(ROOT / "tests/data/foreign").glob("*.bpmn")]
)
SVG = "{http://www.w3.org/2000/svg}"
TEXT = """
lane Gemeinde
  start a
  user b "Antrag <stellen> & warten"
  timer t on b P14D "Frist" not
  xor c "Gut?"
  end y "Nein"
  end z "Ja"
a -> b -> c
c -> y "nein" if x
c -> z "ja" default
t -> y
"""


def model_of(data: bytes) -> Model:
    return read(parse(data, file="probe"), "probe")


def picture(data: bytes = sketch(TEXT, pool="Amt"), **options: object) -> etree._Element:
    return etree.fromstring(draw(model_of(data), **options).encode())


def group(root: etree._Element, element: str) -> etree._Element:
    return root.find(f".//{SVG}g[@data-element='{element}']")


def words(element: etree._Element) -> str:
    return " ".join(element.xpath(".//*[local-name()='tspan']/text()"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_file_becomes_well_formed_svg_without_style_or_script(path: Path) -> None:
    text = draw(model_of(path.read_bytes()))
    root = etree.fromstring(text.encode())
    assert root.get("role") == "img"
    assert root.get("viewBox") and root.get("width") is None and root.get("height") is None
    assert " style=" not in text and "<style" not in text and "<script" not in text
    assert not re.search(r"\son\w+=", text)


def test_is_named_and_described_for_those_who_do_not_see_it() -> None:
    root = picture(title="Förderung", key="d1", states={"b": "current"})
    assert root.get("aria-labelledby") == "d1-titel d1-text"
    assert root.find(f"{SVG}title").text == "Förderung"
    assert root.find(f"{SVG}desc").text == "Der Vorgang steht bei „Antrag <stellen> & warten“."
    assert "als Text" in picture().find(f"{SVG}desc").text


def test_says_the_state_by_class_title_and_sign() -> None:
    root = picture(states={"a": "done", "b": "current", "c": "open"})
    assert "pik-d-done" in group(root, "a").get("class")
    assert "pik-d-current" in group(root, "b").get("class")
    assert group(root, "b").find(f"{SVG}title").text.endswith(": hier steht der Vorgang")
    badges = {key: bool(group(root, key).xpath(".//*[@class='pik-d-badge']")) for key in "abcz"}
    assert badges == {"a": True, "b": True, "c": False, "z": False}
    assert "pik-d-open" in group(root, "c").get("class")


def test_marks_the_way_the_case_has_taken() -> None:
    root = picture(states={"a": "done", "b": "current"})
    taken = [e.get("data-element") for e in root.iter(f"{SVG}g") if "taken" in e.get("class", "")]
    assert taken == ["f1"]
    named = picture(states={}, taken=["f3"])
    assert "pik-d-taken" in group(named, "f3").get("class")


def test_names_are_wrapped_inside_and_flows_are_labelled() -> None:
    root = picture()
    assert words(group(root, "b")) == "Antrag <stellen> & warten"
    assert words(group(root, "f3")) == "nein"
    assert words(group(root, "t")) == "Frist"
    assert "Gemeinde" in words(root) and "Amt" in words(root)


def test_everything_lies_in_the_view() -> None:
    model = model_of(lay_out(sketch(TEXT, pool="Amt")))
    root = etree.fromstring(draw(model, states={"a": "done"}).encode())
    x, y, width, height = map(float, root.get("viewBox").split())
    for shape in model.shapes.values():
        b = shape.bounds
        assert x < b.x and b.x + b.width < x + width and y < b.y and b.y + b.height < y + height


def test_shows_one_of_several_processes() -> None:
    other = (
        b"<bpmn:process id='zwei'><bpmn:startEvent id='q' name='Anderswo'/></bpmn:process>"
        b"</bpmn:definitions>"
    )
    data = sketch(TEXT).replace(b"</bpmn:definitions>", other)
    assert group(picture(data), "q") is not None
    assert group(picture(data, process="vorgang"), "q") is None
    assert group(picture(data, process="zwei"), "b") is None


def test_a_file_that_is_drawn_in_part_is_laid_out_anew() -> None:
    data = (ROOT / "tests/data/foreign/camunda7.bpmn").read_bytes()
    assert group(picture(data), "Activity_pruefen") is not None


def test_notes_stand_below_their_shape() -> None:
    root = picture(notes={"b": "3 Tage"})
    assert "3 Tage" in words(group(root, "b"))


def test_wide_pictures_say_so() -> None:
    assert "pik-diagram--wide-1" in picture().get("class")
    chain = "start a\n" + "".join(f"user u{i}\n" for i in range(30)) + "end z\na -> "
    wide = sketch(chain + " -> ".join(f"u{i}" for i in range(30)) + " -> z")
    assert re.search(r"--wide-[4-9]", picture(wide).get("class"))


def test_shows_every_kind_of_node() -> None:
    kinds = ["task", "user", "manual", "service", "script", "rule", "send", "receive"]
    kinds += ["call", "sub", "transaction", "adhoc", "xor", "and", "or", "events", "complex"]
    data = sketch("\n".join(f"{kind} k{i} Name{i}" for i, kind in enumerate(kinds)))
    root = picture(data)
    assert all(f"Name{i}" in words(group(root, f"k{i}")) for i in range(len(kinds)))


def test_a_model_without_processes_is_an_empty_picture() -> None:
    assert picture(b"<html/>").get("viewBox") == "-12 -12 24 24"
