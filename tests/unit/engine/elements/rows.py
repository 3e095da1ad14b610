"""A row of the element table, and how a file looks without the element it is about."""

from collections.abc import Callable
from dataclasses import dataclass

import case_driver
from lxml import etree

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
Change = Callable[[etree._Element], None]


@dataclass(frozen=True)
class Row:
    """One element in one position.

    `verdict` is runs, refused or shown only. `file` is the BPMN file made for the row, `table` a
    DMN file beside it. A row that runs names facts (observed.py) that hold after `steps`, and
    `ignored`, which makes the file one where the element is not there: some fact has to be
    missing then. A refused row has `named`, the element the finding names ("" for the whole file).
    A row shown only has `ignored` as well: nothing may be different without it. `test` is another
    test that shows more of it ("file::test").
    """

    element: str
    place: str
    verdict: str
    sentence: str
    file: bytes
    steps: tuple[str, ...] = ()
    facts: tuple[str, ...] = ()
    ignored: Change | None = None
    named: str = "x"
    table: bytes = b""
    test: str = ""

    @property
    def id(self) -> str:
        return f"{self.element}, {self.place}" if self.place else self.element


def bpmn(flows: str, nodes: str = "", **more: str) -> bytes:
    """case_driver's file of one process; attributes may stand in single quotes."""
    return case_driver.bpmn(flows, nodes.replace("'", '"'), **more)


def scope(flows: str, nodes: str = "") -> str:
    """case_driver's nodes and flows; attributes may stand in single quotes."""
    return case_driver.scope(flows, nodes.replace("'", '"'))


def without(tag: str) -> Change:
    """All elements of this name are gone, with all that is in them."""

    def change(root: etree._Element) -> None:
        for element in list(root.iter(f"{{{BPMN}}}{tag}")):
            _drop(element)

    return change


def passed(tag: str) -> Change:
    """Flow nodes of this name are passed through: no work, no waiting, no choice."""

    def change(root: etree._Element) -> None:
        for element in list(root.iter(f"{{{BPMN}}}{tag}")):
            kept = {"id": element.get("id", "x")}
            for child in list(element):
                element.remove(child)
            element.attrib.clear()
            element.attrib.update(kept)
            element.tag = f"{{{BPMN}}}intermediateThrowEvent"

    return change


def gone(key: str) -> Change:
    """The element with this id is gone, and every flow to and from it."""

    def change(root: etree._Element) -> None:
        for element in list(root.iter(etree.Element)):
            ends = (element.get("sourceRef"), element.get("targetRef"), element.get("id"))
            if key in ends or element.get("attachedToRef") == key:
                _drop(element)

    return change


def unmarked(*names: str) -> Change:
    """Attributes of these names are nowhere."""

    def change(root: etree._Element) -> None:
        for element in root.iter(etree.Element):
            for name in names:
                element.attrib.pop(name, None)

    return change


def changed(row: Row) -> bytes:
    """The file without the element."""
    root = etree.fromstring(row.file)
    assert row.ignored is not None
    row.ignored(root)
    return etree.tostring(root)


def _drop(element: etree._Element) -> None:
    parent = element.getparent()
    if parent is not None:
        parent.remove(element)
