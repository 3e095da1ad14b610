"""The drawing in a file (BPMN diagram interchange): where shapes and flows are."""

from lxml import etree

from pikflow.engine.elements import Bounds, Edge, Shape
from pikflow.engine.reading import number, reference
from pikflow.engine.xml import BPMNDI, DC, DI


def diagram(root: etree._Element) -> tuple[dict[str, Shape], dict[str, Edge]]:
    """Shapes and edges of all diagrams in the file; the first drawing of an element counts."""
    shapes: dict[str, Shape] = {}
    edges: dict[str, Edge] = {}
    for element in root.iter(f"{{{BPMNDI}}}BPMNShape"):
        key, bounds = reference(element.get("bpmnElement")), _bounds(element)
        if key and bounds:
            flags = _flag(element, "isExpanded"), _flag(element, "isHorizontal")
            shapes.setdefault(key, Shape(bounds, _label(element), *flags))
    for element in root.iter(f"{{{BPMNDI}}}BPMNEdge"):
        key = reference(element.get("bpmnElement"))
        waypoints = element.iterchildren(f"{{{DI}}}waypoint")
        points = tuple((number(e.get("x")), number(e.get("y"))) for e in waypoints)
        if key and len(points) > 1:
            edges.setdefault(key, Edge(points, _label(element)))
    return shapes, edges


def _bounds(element: etree._Element) -> Bounds | None:
    child = element.find(f"{{{DC}}}Bounds")
    if child is None:
        return None
    x, y, width, height = (number(child.get(name)) for name in ("x", "y", "width", "height"))
    return Bounds(x, y, max(width, 0.0), max(height, 0.0))


def _label(element: etree._Element) -> Bounds | None:
    label = element.find(f"{{{BPMNDI}}}BPMNLabel")
    return None if label is None else _bounds(label)


def _flag(element: etree._Element, name: str) -> bool | None:
    value = element.get(name)
    return None if value is None else value in ("true", "1")
