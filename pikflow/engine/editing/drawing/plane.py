"""The drawing in the file: only numbers that changed are written, what is new is put behind."""

from collections.abc import Mapping

from pikflow.engine.model import SUB_PROCESSES, Bounds, Edge, Model, Shape
from pikflow.engine.reading import number, reference
from pikflow.engine.source import Attribute, Element, Source
from pikflow.engine.xml import BPMNDI, DC, DI


def write(
    source: Source, after: Model, before: Model, shapes: Mapping[str, Shape],
    edges: Mapping[str, Edge],
) -> None:  # fmt: skip
    """Bring shapes and lines of the file to these; drawings of what is gone go with it."""
    pen = _Pen(source, after)
    pen.clear(set(shapes) | set(edges), set(before.shapes) | set(before.edges))
    for key, shape in shapes.items():
        if before.shapes.get(key) != shape or key not in pen.drawn:
            pen.shape(key, shape)
    for key, edge in edges.items():
        if before.edges.get(key) != edge or key not in pen.drawn:
            pen.edge(key, edge)


class _Pen:
    def __init__(self, source: Source, model: Model) -> None:
        self.source, self.model = source, model
        self.drawn: dict[str, Element] = {}
        self.planes: dict[str, Element] = {}
        self.ids = {e.get("id") for e in source.root.walk()}
        for element in source.root.walk():
            if element.uri != BPMNDI:
                continue
            key = reference(element.get("bpmnElement")) or ""
            if element.local in ("BPMNShape", "BPMNEdge"):
                self.drawn.setdefault(key, element)
            elif element.local == "BPMNPlane":
                self.planes.setdefault(key, element)
        self.process_of = {
            key: process
            for process in model.processes.values()
            for key in (*process.nodes, *process.flows, *(lane.id for lane in process.lanes))
        }

    def clear(self, kept: set[str], known: set[str]) -> None:
        """Take out the drawings of elements that were there and are not any more."""
        for element in list(self.source.root.walk()):
            if element.uri == BPMNDI and element.local in ("BPMNShape", "BPMNEdge"):
                key = reference(element.get("bpmnElement"))
                if key in known and key not in kept and element.parent is not None:
                    element.parent.remove(element)
                    self.drawn.pop(key, None)

    def shape(self, key: str, shape: Shape) -> None:
        element = self.drawn.get(key)
        if element is None:
            element = self._new(key, "BPMNShape")
            if element is None:
                return
            node = self.model.node(key)
            if shape.horizontal:
                element.set("isHorizontal", "true")
            if node is not None and node.kind in SUB_PROCESSES:
                element.set("isExpanded", "true")
            if node is not None and node.kind == "exclusiveGateway":
                element.set("isMarkerVisible", "true")
        self._bounds(element, shape.bounds)
        self._label(element, shape.label)

    def edge(self, key: str, edge: Edge) -> None:
        element = self.drawn.get(key) or self._new(key, "BPMNEdge")
        if element is None:
            return
        old = [e for e in element.children if e.local == "waypoint" and e.uri == DI]
        points = list(edge.points)
        for waypoint in old[len(points) :]:
            element.remove(waypoint)
        for number_, (x, y) in enumerate(points):
            if number_ < len(old):
                _number(old[number_], "x", x)
                _number(old[number_], "y", y)
                continue
            made = self._make(element, DI, "waypoint", "di", {"x": _text(x), "y": _text(y)})
            waypoints = [e for e in element.children if e.local == "waypoint"]
            place = element.content.index(waypoints[-1]) + 1 if waypoints else 0
            element.insert(made, place)
        self._label(element, edge.label)

    def _bounds(self, element: Element, box: Bounds) -> None:
        found = next((e for e in element.children if e.local == "Bounds" and e.uri == DC), None)
        values = {"x": box.x, "y": box.y, "width": box.width, "height": box.height}
        if found is None:
            texts = {name: _text(value) for name, value in values.items()}
            element.insert(self._make(element, DC, "Bounds", "dc", texts), 0)
            return
        for name, value in values.items():
            _number(found, name, value)

    def _label(self, element: Element, label: Bounds | None) -> None:
        found = next((e for e in element.children if e.local == "BPMNLabel"), None)
        if label is None:
            if found is not None and any(e.local == "Bounds" for e in found.children):
                element.remove(found)
            return
        if found is None:
            found = self._make(element, BPMNDI, "BPMNLabel", "bpmndi", {})
            element.insert(found, _behind_last(element))
        self._bounds(found, label)

    def _new(self, key: str, local: str) -> Element | None:
        plane = self._plane_for(key)
        if plane is None:
            return None
        name, count = f"{key}_di", 1
        while name in self.ids:
            count += 1
            name = f"{key}_di_{count}"
        self.ids.add(name)
        made = self._make(plane, BPMNDI, local, "bpmndi", {"id": name, "bpmnElement": key})
        plane.insert(made, self._behind(plane, local))
        self.drawn[key] = made
        return made

    def _behind(self, plane: Element, local: str) -> int:
        """Shapes stand before lines where the file has them so."""
        if local == "BPMNShape":
            lines = [e for e in plane.children if e.local == "BPMNEdge"]
            shapes = [e for e in plane.children if e.local == "BPMNShape"]
            if lines and shapes:
                return plane.content.index(shapes[-1]) + 1
        return _behind_last(plane)

    def _plane_for(self, key: str) -> Element | None:
        """The plane on which the neighbours of an element are drawn."""
        process = self.process_of.get(key)
        if process is None:
            return next(iter(self.planes.values()), None)
        thing = process.nodes.get(key) or process.flows.get(key)
        parent = thing.parent if thing is not None else None
        if parent is not None and parent in self.planes:
            return self.planes[parent]
        around = [n.id for n in process.inside(parent)] + [parent or ""]
        for other in (*around, *(lane.id for lane in process.lanes)):
            drawn = self.drawn.get(other)
            if drawn is not None and drawn.parent is not None and other != key:
                return drawn.parent
        return next(iter(self.planes.values()), None)

    def _make(
        self, parent: Element, uri: str, local: str, wanted: str, attributes: Mapping[str, str]
    ) -> Element:
        prefix = parent.prefix_for(uri)
        made = Element(local, parent=parent)
        if prefix is None:
            made.attributes.append(Attribute(" ", f"xmlns:{wanted}", "=", f'"{uri}"'))
            prefix = wanted
        made.name = f"{prefix}:{local}" if prefix else local
        made.close = " />"
        for name, value in attributes.items():
            made.attributes.append(Attribute(" ", name, "=", '""'))
            made.attributes[-1].write(value)
        return made


def _behind_last(parent: Element) -> int:
    children = parent.children
    return parent.content.index(children[-1]) + 1 if children else len(parent.content)


def _number(element: Element, name: str, value: float) -> None:
    """Write a number, but not again the same one in other digits."""
    if abs(number(element.get(name)) - value) > 1e-6:
        element.set(name, _text(value))


def _text(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")
