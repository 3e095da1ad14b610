"""Automatic layout: fresh diagram interchange for a BPMN file, the same every time.

`place` draws a model, `lay_out` writes the drawing into the file's bytes and leaves everything
else in it untouched. A process with lanes but without a collaboration is drawn with its lanes and
no pool: a layout invents no semantics.
"""

from dataclasses import replace

from pikflow.engine.layout.drawing import Drawing
from pikflow.engine.layout.pools import CORNER, draw_collaboration, draw_process, straight_edges
from pikflow.engine.layout.writing import Plane, write
from pikflow.engine.model import Model, read
from pikflow.engine.xml import parse

__all__ = ["lay_out", "place"]


def lay_out(data: bytes, *, file: str = "") -> bytes:
    """The file with fresh diagrams; raises DefinitionInvalid when it is not readable as XML."""
    model = read(parse(data, file=file), file)
    planes = _planes(model)
    return write(data, model, planes) if planes else data


def place(model: Model) -> Model:
    """The model with shapes and edges of a fresh layout instead of those of its file."""
    shapes, edges = {}, {}
    bottom = 0.0
    for plane in _planes(model):
        drawing = plane.drawing.moved(0.0, bottom)
        shapes.update(drawing.shapes)
        edges.update(drawing.edges)
        bottom += drawing.height + CORNER[1]
    return replace(model, shapes=shapes, edges=edges)


def _planes(model: Model) -> list[Plane]:
    planes = []
    pooled: set[str] = set()
    for collaboration in model.collaborations:
        drawing = draw_collaboration(model, collaboration)
        for participant in collaboration.participants:
            process = model.processes.get(participant.process or "")
            if process is not None:
                pooled.add(process.id)
                drawing.edges.update(straight_edges(process, drawing))
        if collaboration.participants:
            planes.append(_plane(collaboration.id, drawing))
    for process in model.processes.values():
        if process.id not in pooled:
            drawing = draw_process(process, pool=None)
            drawing.edges.update(straight_edges(process, drawing))
            planes.append(_plane(process.id, drawing))
    return planes


def _plane(shows: str, drawing: Drawing) -> Plane:
    return Plane(shows, drawing.moved(*CORNER))
