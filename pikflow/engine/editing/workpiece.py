"""One file on the bench: its text as a tree, what it means, and small changes that keep order.

A change reads `before`, works on the elements, and hands in with `finish`, which brings the
drawing along. What is asked for and is not there, or can't be done, is refused.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from pikflow.engine.editing.drawing.redrawing import redraw
from pikflow.engine.editing.naming import free, id_for
from pikflow.engine.layout import lay_out
from pikflow.engine.model import Flow, Model, Node, Process, read
from pikflow.engine.reading import reference
from pikflow.engine.source import Attribute, Element, Source
from pikflow.engine.xml import BPMN, PIK, XSI, parse
from pikflow.errors import Invalid, NotFound, Refused
from pikflow.texts import say

# What stands before flow elements and the like, as the BPMN schema orders the children.
_FIRST = ("documentation", "extensionElements", "auditing", "monitoring", "categoryValueRef")
_ORDER: dict[str, tuple[str, ...]] = {
    "node": (*_FIRST, "incoming", "outgoing", "ioSpecification", "property", "dataInput",
             "dataOutput", "dataInputAssociation", "dataOutputAssociation", "inputSet",
             "outputSet", "eventDefinition", "eventDefinitionRef", "resourceRole", "performer",
             "humanPerformer", "potentialOwner", "loopCharacteristics", "laneSet", "flowElement",
             "artifact", "rendering", "script"),
    "process": (*_FIRST, "supportedInterfaceRef", "ioSpecification", "ioBinding", "property",
                "laneSet", "flowElement", "artifact", "resourceRole",
                "correlationSubscription", "supports"),
    "lane": (*_FIRST, "partitionElement", "flowNodeRef", "childLaneSet"),
    "sequenceFlow": (*_FIRST, "conditionExpression"),
    "laneSet": (*_FIRST, "lane"),
    "definitions": ("import", "extension", "rootElement", "BPMNDiagram", "relationship"),
}  # fmt: skip
_ARTIFACTS = ("textAnnotation", "association", "group")
_OWN = frozenset(name for names in _ORDER.values() for name in names)


@dataclass(frozen=True)
class Edited:
    """The file after a change.

    `element` is the id of what was made or changed, for the page to go to; `notes` are sentences
    about what the change brought with it.
    """

    data: bytes
    element: str = ""
    notes: tuple[str, ...] = ()


@dataclass
class Workpiece:
    """`moved` are nodes that lost their place in the drawing; `notes` go to the person."""

    source: Source
    before: Model
    file: str
    moved: set[str] = field(default_factory=set)
    notes: list[str] = field(default_factory=list)
    _taken: set[str] = field(default_factory=set)
    _elements: dict[str, Element] = field(default_factory=dict)

    @classmethod
    def open(cls, data: bytes, file: str = "") -> "Workpiece":
        """Raises DefinitionInvalid for bytes that are no XML we read, Refused for no BPMN."""
        model = read(parse(data, file=file), file)
        piece = cls(Source.read(data), model, file)
        if not model.processes:
            raise Refused(
                "edit-no-process",
                say("Diese Datei enthält keinen Prozess."),
                say("Öffnen Sie eine Datei mit einem BPMN-Prozess, oder legen Sie einen neuen an."),
            )
        for element in piece.source.root.walk():
            key = element.get("id")
            if key is None:
                continue
            if key in piece._taken and element.uri == BPMN:
                raise Refused(
                    "edit-id-duplicate",
                    say("Die Kennung „{key}“ gibt es in dieser Datei mehrfach.", key=key),
                    say("Berichtigen Sie das zuerst im Textfenster: Jede Kennung nur einmal."),
                )
            piece._taken.add(key)
            if element.uri == BPMN:
                piece._elements[key] = element
        return piece

    # --- finding ---------------------------------------------------------------------------------

    def process(self, key: str = "") -> Process:
        """The process with this id; without an id the only one, or the first."""
        found = (
            self.before.processes.get(key) if key else next(iter(self.before.processes.values()))
        )
        if found is None:
            raise NotFound("process-unknown", say("Diesen Prozess gibt es in der Datei nicht."))
        return found

    def node(self, key: str) -> Node:
        found = self.before.node(key)
        if found is None or key not in self._elements:
            raise NotFound(
                "step-unknown",
                say("Diesen Schritt gibt es nicht oder nicht mehr."),
                say("Laden Sie die Seite neu: Vielleicht hat ihn gerade jemand entfernt."),
            )
        return found

    def flow(self, key: str) -> Flow:
        for process in self.before.processes.values():
            if key in process.flows and key in self._elements:
                return process.flows[key]
        raise NotFound(
            "way-unknown",
            say("Diesen Weg gibt es nicht oder nicht mehr."),
            say("Laden Sie die Seite neu: Vielleicht hat ihn gerade jemand entfernt."),
        )

    def process_of(self, thing: Node | Flow) -> Process:
        for process in self.before.processes.values():
            if thing.id in (process.nodes if isinstance(thing, Node) else process.flows):
                return process
        raise NotFound("step-unknown", say("Diesen Schritt gibt es nicht oder nicht mehr."))

    def element(self, key: str) -> Element:
        found = self._elements.get(key)
        if found is None:
            raise NotFound("step-unknown", say("Diesen Schritt gibt es nicht oder nicht mehr."))
        return found

    def has(self, key: str) -> bool:
        return key in self._elements

    # --- making and changing ---------------------------------------------------------------------

    def new_id(self, kind: str, name: str) -> str:
        key = id_for(kind, name, self._taken)
        self._taken.add(key)
        return key

    def free_id(self, wanted: str) -> str:
        key = free(wanted, self._taken)
        self._taken.add(key)
        return key

    def make(self, parent: Element, local: str, **attributes: str) -> Element:
        """A new BPMN element that belongs into `parent`, not put there yet."""
        prefix = parent.prefix_for(BPMN)
        if prefix is None:  # a file that declares it further down
            prefix = self._declare("bpmn", BPMN)
        made = Element(f"{prefix}:{local}" if prefix else local, parent=parent)
        for name, value in attributes.items():
            made.attributes.append(Attribute(" ", name, "=", '""'))
            made.attributes[-1].write(value)
        if "id" in attributes:
            self._elements[attributes["id"]] = made
        return made

    def put(self, parent: Element, child: Element, kind: str = "") -> None:
        """Put a child where the schema wants it, behind others of its sort."""
        order = _ORDER[kind or "node"]
        rank = _rank(child, order)
        place = 0
        for index, part in enumerate(parent.content):
            if isinstance(part, Element) and _rank(part, order) <= rank:
                place = index + 1
        if place == 0:
            place = next(
                (i for i, p in enumerate(parent.content) if isinstance(p, Element)),
                len(parent.content),
            )
        parent.insert(child, place)

    def drop(self, element: Element) -> None:
        """Take an element out of the file, with all that is in it."""
        for inside in element.walk():
            key = inside.get("id")
            if key:
                self._elements.pop(key, None)
        if element.parent is not None:
            element.parent.remove(element)

    def set_own(self, element: Element, name: str, value: str | None) -> None:
        """Set a pik: attribute, or drop it with None."""
        found = element.attribute(name, PIK)
        if value is None:
            if found is not None:
                element.drop(found.name)
            return
        prefix = element.prefix_for(PIK, attribute=True)
        prefix = self._declare("pik", PIK) if prefix is None else prefix
        element.set(found.name if found else f"{prefix}:{name}", value)

    def set_text(self, parent: Element, local: str, text: str, kind: str = "node") -> None:
        """Set the text of a child such as documentation; "" takes the child out."""
        found = child_of(parent, local)
        if not text:
            if found is not None:
                parent.remove(found)
            return
        if found is None:
            found = self.make(parent, local)
            found.write(text)
            self.put(parent, found, kind)
        else:
            found.write(text)

    def formal(self, element: Element) -> None:
        """Mark an expression as formal, as modelers do."""
        prefix = element.prefix_for(XSI, attribute=True)
        prefix = self._declare("xsi", XSI) if prefix is None else prefix
        bpmn = element.prefix_for(BPMN)
        element.set(f"{prefix}:type", f"{bpmn}:tFormalExpression" if bpmn else "tFormalExpression")

    def _declare(self, wanted: str, uri: str) -> str:
        root = self.source.root
        names = {a.name for a in root.attributes}
        prefix, number = wanted, 1
        while f"xmlns:{prefix}" in names:
            number += 1
            prefix = f"{wanted}{number}"
        root.set(f"xmlns:{prefix}", uri)
        return prefix

    # --- handing in ------------------------------------------------------------------------------

    def finish(self, element: str = "") -> Edited:
        """The file with its drawing brought along; one that was never drawn is laid out whole."""
        after = self._read(self.source.written())
        if not self.before.shapes:
            return Edited(
                lay_out(self.source.written(), file=self.file), element, tuple(self.notes)
            )
        redraw(self.source, self.before, after, self.moved)
        data = self.source.written()
        self._read(data)
        return Edited(data, element, tuple(self.notes))

    def _read(self, data: bytes) -> Model:
        return read(parse(data, file=self.file), self.file)


def child_of(parent: Element, *locals_: str) -> Element | None:
    """The first BPMN child of one of these names."""
    return next(bpmn_children(parent, *locals_), None)


def bpmn_children(parent: Element, *locals_: str) -> Iterator[Element]:
    for child in parent.children:
        if child.local in locals_ and child.uri == BPMN:
            yield child


def refers(element: Element, name: str) -> str:
    """The id an attribute such as sourceRef names, without a prefix."""
    return reference(element.get(name)) or ""


def _rank(element: Element, order: tuple[str, ...]) -> int:
    name = _sort_of(element)
    if name not in order:
        name = "rootElement" if "rootElement" in order else "flowElement"
    return order.index(name) if name in order else len(order)


def _sort_of(element: Element) -> str:
    name = element.local
    if name.endswith("EventDefinition"):
        return "eventDefinition"
    if name.endswith("LoopCharacteristics"):
        return "loopCharacteristics"
    if name in _ARTIFACTS:
        return "artifact"
    return name if name in _OWN else "flowElement"


def refuse(code: str, message: str, hint: str = "") -> Refused:
    return Refused(code, message, hint)


def invalid(code: str, message: str, hint: str = "") -> Invalid:
    return Invalid(code, message, hint)
