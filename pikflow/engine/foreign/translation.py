"""A BPMN file of another product, bytes in and bytes out: what could be said here was translated
in its place, every other byte is as it was, and everything that matters has a note."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from pikflow.engine.foreign import expressions, leftovers, structure, tasks
from pikflow.engine.foreign.desk import Desk
from pikflow.engine.foreign.forms import EmbeddedForm, embedded_forms, use_embedded
from pikflow.engine.foreign.languages import Languages
from pikflow.engine.foreign.products import is_bpmn, product_of
from pikflow.engine.foreign.source import Source
from pikflow.engine.model import read
from pikflow.engine.reading import children
from pikflow.engine.xml import parse
from pikflow.notes import Note, Notes

_NOT_BPMN = "Exportieren Sie das Diagramm im Modellierungswerkzeug als „BPMN 2.0 XML“."


@dataclass(frozen=True)
class Translation:
    """`product` is the name of the product that wrote the file, "" when it does not tell."""

    data: bytes = field(repr=False)
    notes: tuple[Note, ...]
    product: str = ""


def forms_inside(data: bytes, file: str) -> tuple[EmbeddedForm, ...]:
    """The forms written into a BPMN file; raises DefinitionInvalid for what is no XML."""
    return tuple(embedded_forms(parse(data, file=file)))


def translate(
    data: bytes,
    file: str,
    *,
    forms: Mapping[str, str] | None = None,
    names: Mapping[str, str] | None = None,
) -> Translation:
    """The file as we understand it, and what became of it.

    `forms` are the ids of forms here by the keys under which the file may name them; `names` are
    variables that those forms call otherwise. Raises DefinitionInvalid for what is no XML, is too
    large or too deep, as every reader of BPMN does.
    """
    source = Source(data, file)
    notes = Notes(file)
    if not is_bpmn(source.tree):
        root = source.tree.getroot()
        notes.missing("Die Datei ist kein BPMN 2.0.", f"<{root.tag}>", _NOT_BPMN, at=1)
        return Translation(data, tuple(notes))
    product = product_of(source.tree)
    model = read(source.tree, file)
    desk = Desk(source, model, product, Languages(product, names or {}), notes)
    for process in model.processes.values():
        if process.element is not None:
            use_embedded(desk, process.element, forms or {})
        for node in process.nodes.values():
            if node.element is None:
                continue
            tasks.translate(desk, node, node.element, forms or {})
            for loop in children(node.element, "multiInstanceLoopCharacteristics"):
                tasks.translate_loop(desk, node, loop)
    tasks.translate_messages(desk)
    expressions.translate(desk)
    structure.translate(desk)
    leftovers.translate(desk)
    return Translation(source.result(), tuple(notes), product)
