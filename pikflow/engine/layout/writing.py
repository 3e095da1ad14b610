"""Puts a drawing into a file as BPMN diagram interchange; every other byte stays as it was."""

import codecs
from dataclasses import dataclass, field
from xml.parsers import expat
from xml.sax.saxutils import quoteattr

from lxml import etree

from pikflow.engine.layout.drawing import Drawing
from pikflow.engine.model import SUB_PROCESSES, Bounds, Model
from pikflow.engine.xml import BPMNDI, DC, DI

_PREFIXES = {"bpmndi": BPMNDI, "dc": DC, "di": DI}


@dataclass(frozen=True)
class Plane:
    """One diagram: what it shows (a collaboration or process id), and where things are."""

    shows: str
    drawing: Drawing


@dataclass
class _Places:
    """Byte positions: old diagrams with the space before them, and the end of definitions."""

    old: list[tuple[int, int]] = field(default_factory=list)
    end: int | None = None


def write(data: bytes, model: Model, planes: list[Plane]) -> bytes:
    """`data` with its diagrams replaced, or with new ones before the end of the definitions."""
    places = _find(data)
    if places.end is None or model.tree is None:
        return data
    encoding = _encoding(data, model.tree.docinfo.encoding or "UTF-8")
    newline = "\r\n" if "\r\n".encode(encoding) in data else "\n"
    text = _Writer(model).text(planes).replace("\n", newline)
    new = text.encode(encoding, "xmlcharrefreplace")
    result, position = b"", 0
    cuts = places.old or [(places.end, places.end)]
    for number, (start, end) in enumerate(cuts):
        result += data[position:start] + (new if number == 0 else b"")
        position = end
    return result + data[position:]


def _encoding(data: bytes, declared: str) -> str:
    """The name without byte order mark, so that a piece can be encoded by itself."""
    if data.startswith(codecs.BOM_UTF16_LE):
        return "utf-16-le"
    return "utf-16-be" if data.startswith(codecs.BOM_UTF16_BE) else declared


def _find(data: bytes) -> _Places:
    places = _Places()
    reader = expat.ParserCreate(namespace_separator=" ")
    depth = 0
    start: int | None = None
    space: int | None = None
    closing = False

    def here() -> None:
        """An event begins: the byte before it ends what was open."""
        nonlocal closing, start
        if closing and start is not None:
            places.old.append((start, reader.CurrentByteIndex))
            closing, start = False, None

    def begin(name: str, _attributes: dict[str, str]) -> None:
        nonlocal depth, start, space
        here()
        depth += 1
        if depth == 2 and name == f"{BPMNDI} BPMNDiagram":
            start = reader.CurrentByteIndex if space is None else space
        space = None

    def finish(_name: str) -> None:
        nonlocal depth, closing, space
        here()
        if depth == 2 and start is not None:
            closing = True
        if depth == 1:
            self_closed = data[reader.CurrentByteIndex :].lstrip(b"\x00")[:2] != b"</"
            places.end = None if self_closed else (space or reader.CurrentByteIndex)
        depth -= 1
        space = None

    def characters(text: str) -> None:
        nonlocal space
        here()
        if depth == 1 and not text.strip():
            space = reader.CurrentByteIndex if space is None else space
        else:
            space = None

    def other(*_details: object) -> None:
        nonlocal space
        here()
        space = None

    reader.StartElementHandler = begin
    reader.EndElementHandler = finish
    reader.CharacterDataHandler = characters
    reader.CommentHandler = other
    reader.ProcessingInstructionHandler = other
    reader.Parse(data, True)
    return places


class _Writer:
    """The text of the diagrams, with prefixes and ids that are free in this file."""

    def __init__(self, model: Model) -> None:
        self.model = model
        root = model.tree.getroot() if model.tree is not None else None
        self.ids = (
            {str(e.get("id")) for e in root.iter(etree.Element)} if root is not None else set()
        )
        known = (
            {uri: prefix for prefix, uri in root.nsmap.items() if prefix}
            if root is not None
            else {}
        )
        self.declared = "".join(
            f" xmlns:{prefix}={quoteattr(uri)}"
            for prefix, uri in _PREFIXES.items()
            if uri not in known
        )
        self.bpmndi, self.dc, self.di = (
            known.get(uri, prefix) for prefix, uri in _PREFIXES.items()
        )
        self.expanded = {
            node.id
            for process in model.processes.values()
            for node in process.nodes.values()
            if node.kind in SUB_PROCESSES
        }
        self.gateways = {
            node.id
            for process in model.processes.values()
            for node in process.nodes.values()
            if node.kind == "exclusiveGateway"
        }
        self.old = set()
        if root is not None:
            for diagram in root.iterchildren(f"{{{BPMNDI}}}BPMNDiagram"):
                self.old |= {str(e.get("id")) for e in diagram.iter(etree.Element)}
        self.ids -= self.old

    def text(self, planes: list[Plane]) -> str:
        return "".join(self._diagram(plane) for plane in planes)

    def _free(self, wanted: str) -> str:
        name, number = wanted, 1
        while name in self.ids:
            number += 1
            name = f"{wanted}_{number}"
        self.ids.add(name)
        return name

    def _diagram(self, plane: Plane) -> str:
        b = self.bpmndi
        plane_id = self._free("BPMNPlane_1")
        lines = [
            "",
            f'  <{b}:BPMNDiagram{self.declared} id="{self._free("BPMNDiagram_1")}">',
            f'    <{b}:BPMNPlane id="{plane_id}" bpmnElement={quoteattr(plane.shows)}>',
        ]
        for key, shape in plane.drawing.shapes.items():
            flags = ' isHorizontal="true"' if shape.horizontal else ""
            flags += ' isExpanded="true"' if key in self.expanded else ""
            flags += ' isMarkerVisible="true"' if key in self.gateways else ""
            lines.append(
                f"      <{b}:BPMNShape id={quoteattr(self._free(f'{key}_di'))}"
                f" bpmnElement={quoteattr(key)}{flags}>"
            )
            lines.append(f"        {self._bounds(shape.bounds)}")
            lines += self._label(shape.label)
            lines.append(f"      </{b}:BPMNShape>")
        for key, edge in plane.drawing.edges.items():
            lines.append(
                f"      <{b}:BPMNEdge id={quoteattr(self._free(f'{key}_di'))}"
                f" bpmnElement={quoteattr(key)}>"
            )
            lines += [
                f'        <{self.di}:waypoint x="{round(x)}" y="{round(y)}" />'
                for x, y in edge.points
            ]
            lines += self._label(edge.label)
            lines.append(f"      </{b}:BPMNEdge>")
        lines += [f"    </{b}:BPMNPlane>", f"  </{b}:BPMNDiagram>"]
        return "\n".join(lines)

    def _bounds(self, bounds: Bounds) -> str:
        return (
            f'<{self.dc}:Bounds x="{round(bounds.x)}" y="{round(bounds.y)}"'
            f' width="{round(bounds.width)}" height="{round(bounds.height)}" />'
        )

    def _label(self, label: Bounds | None) -> list[str]:
        if label is None:
            return []
        b = self.bpmndi
        return [
            f"        <{b}:BPMNLabel>",
            f"          {self._bounds(label)}",
            f"        </{b}:BPMNLabel>",
        ]
