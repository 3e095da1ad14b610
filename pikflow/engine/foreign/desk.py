"""One foreign file while it is worked on: what it says, what is changed, and what was noted."""

from dataclasses import dataclass, field

from lxml import etree

from pikflow.engine.checks.vocabulary import EXPRESSIONS
from pikflow.engine.foreign.languages import Languages, Meant
from pikflow.engine.foreign.source import Source
from pikflow.engine.model import Model, Node
from pikflow.engine.reading import children, line_of, local, namespace
from pikflow.engine.xml import BPMN
from pikflow.expressions.pieces import Untranslatable
from pikflow.notes import Notes


@dataclass
class Desk:
    """`used` are foreign attributes and elements that were translated or told about already."""

    source: Source
    model: Model
    product: str
    languages: Languages
    notes: Notes
    used: set[tuple[etree._Element, str]] = field(default_factory=set)

    def element_id(self, element: etree._Element) -> str:
        """The id of the element, or of the step or way around it that people see."""
        around: etree._Element | None = element
        while around is not None and not (around.get("id") and _is_seen(around)):
            around = around.getparent()
        return "" if around is None else str(around.get("id"))

    def translated(
        self, element: etree._Element, what: str, before: str, after: str, hint: str = ""
    ) -> None:
        self.notes.translated(
            what, before, after, hint, at=line_of(element), element=self.element_id(element)
        )

    def kept(self, element: etree._Element, what: str, before: str = "", hint: str = "") -> None:
        self.notes.kept(what, before, hint, at=line_of(element), element=self.element_id(element))

    def missing(self, element: etree._Element, what: str, before: str = "", hint: str = "") -> None:
        self.notes.missing(
            what, before, hint, at=line_of(element), element=self.element_id(element)
        )

    def attribute(self, element: etree._Element, uris: tuple[str, ...], name: str) -> str:
        """A foreign attribute, in whichever of these namespaces; it counts as seen."""
        for uri in uris:
            value = element.get(f"{{{uri}}}{name}")
            if value is not None:
                self.used.add((element, name))
                return str(value).strip()
        return ""

    def extension(self, element: etree._Element, name: str) -> etree._Element | None:
        """The first foreign element of this name at an element; it counts as seen."""
        for child in extensions(element):
            if local(child) == name:
                self.used.add((child, name))
                return child
        return None

    def expression(self, element: etree._Element, what: str, text: str) -> Meant | None:
        """What a text in the file means here; a note when it can't be said."""
        try:
            declared = element.get("language") or self.source.tree.getroot().get(
                "expressionLanguage"
            )
            return self.languages.read(text, declared)
        except Untranslatable as fault:
            self.missing(element, f"{what}: {fault.reason}", text, fault.hint)
            return None

    def set_own(self, node: Node, name: str, value: str) -> bool:
        """Set a pik: attribute unless the node has it; what people wrote for us goes first."""
        if name in node.attributes or node.element is None:
            return False
        self.source.set_own(node.element, name, value)
        return True


def extensions(element: etree._Element) -> list[etree._Element]:
    """The foreign elements in extensionElements."""
    return [
        child
        for holder in children(element, "extensionElements")
        for child in holder.iterchildren(etree.Element)
        if namespace(child) != BPMN
    ]


def _is_seen(element: etree._Element) -> bool:
    own = namespace(element) == BPMN and local(element) not in EXPRESSIONS
    return own and not local(element).endswith(("EventDefinition", "LoopCharacteristics"))


def label_of(node: Node) -> str:
    return " ".join((node.name or node.id).split())
