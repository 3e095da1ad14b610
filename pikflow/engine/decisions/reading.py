"""From the tree of a DMN file to its decisions (DMN 1.1 to 1.5); nothing is judged here."""

from collections.abc import Iterator
from dataclasses import replace

from lxml import etree

from pikflow.engine.decisions.elements import Cell, Decision, Input, ItemType, Output, Rule, Table
from pikflow.engine.reading import flag, line_of, local, namespace
from pikflow.engine.xml import PIK

_NAMESPACES = ("http://www.omg.org/spec/DMN/", "https://www.omg.org/spec/DMN/")
LETTERS = {
    **{"U": "UNIQUE", "F": "FIRST", "P": "PRIORITY", "A": "ANY", "C": "COLLECT"},
    **{"R": "RULE ORDER", "O": "OUTPUT ORDER"},
}
_LOGIC = frozenset(
    {"invocation", "context", "relation", "list", "functionDefinition", "conditional"}
    | {"for", "every", "some", "filter", "iterator", "quantified"}
)
OURS = frozenset({"pik", "pikflow", PIK})


def is_decision(tree: etree._ElementTree) -> bool:
    """Whether the file is DMN, of whatever version."""
    root = tree.getroot()
    return local(root) == "definitions" and namespace(root).startswith(_NAMESPACES)


def read(tree: etree._ElementTree, file: str) -> tuple[Decision, ...]:
    """The decisions of a file in order; those without an id have ""."""
    root = tree.getroot()
    types = {item.name: item for item in map(_type, children(root, "itemDefinition"))}
    language = root.get("expressionLanguage")
    found = (_decision(e, file, language, types) for e in children(root, "decision"))
    imports = tuple(
        element.get("name", "")
        for element in children(root, "import")
        if "DMN" in element.get("importType", "")
    )
    return tuple(replace(decision, imports=imports) for decision in found)


def children(element: etree._Element, *names: str) -> Iterator[etree._Element]:
    """The DMN children of these names, whatever the version."""
    for child in element.iterchildren(etree.Element):
        if local(child) in names and namespace(child).startswith(_NAMESPACES):
            yield child


def text(element: etree._Element | None) -> str:
    """The `text` inside an entry or expression."""
    inner = next(children(element, "text"), None) if element is not None else None
    if inner is None:
        return ""
    return (str(inner.xpath("string()")) if len(inner) else inner.text or "").strip()


def _decision(
    element: etree._Element,
    file: str,
    language: str | None,
    types: dict[str, ItemType],
) -> Decision:
    table = next(children(element, "decisionTable"), None)
    literal = next(children(element, "literalExpression"), None)
    other = next(children(element, *_LOGIC), None)
    variable = next(children(element, "variable"), None)
    spoken = sorted(_languages(element, language))
    return Decision(
        id=element.get("id", ""),
        name=element.get("name", ""),
        file=file,
        line=line_of(element),
        variable=_variable(element),
        type=(variable.get("typeRef") or "") if variable is not None else "",
        table=None if table is None else _table(table),
        literal=None if literal is None else Cell(text(literal), line_of(literal)),
        other="" if other is None else local(other),
        requires=tuple(_required(element, "informationRequirement", "requiredDecision")),
        knowledge=tuple(_required(element, "knowledgeRequirement", "requiredKnowledge")),
        own_language=any(word in OURS for _, word in spoken),
        foreign=tuple((line, word) for line, word in spoken if not _is_known(word)),
        types=types,
    )


def _variable(element: etree._Element) -> str:
    variable = next(children(element, "variable"), None)
    return "" if variable is None else " ".join((variable.get("name") or "").split())


def _required(element: etree._Element, kind: str, name: str) -> Iterator[str]:
    """Ids of what is required; `href` is "#id", or "namespace#id" in another file."""
    for requirement in children(element, kind):
        for target in children(requirement, name):
            key = (target.get("href") or "").rpartition("#")[2].strip()
            if key:
                yield key


def _languages(element: etree._Element, language: str | None) -> Iterator[tuple[int, str]]:
    """(line, language) wherever one is named; of the whole file only when nothing else is."""
    said = False
    for part in element.iter(etree.Element):
        word = part.get("expressionLanguage")
        if word:
            said = True
            yield line_of(part), word.strip()
    if language and not said:
        yield line_of(element), language.strip()


def _is_known(word: str) -> bool:
    return word in OURS or "feel" in word.lower()


def _table(element: etree._Element) -> Table:
    policy = element.get("hitPolicy", "UNIQUE")
    return Table(
        line=line_of(element),
        policy=LETTERS.get(policy, policy),
        aggregation=element.get("aggregation", ""),
        inputs=tuple(_input(e, n) for n, e in enumerate(children(element, "input"), start=1)),
        outputs=tuple(_output(e, n) for n, e in enumerate(children(element, "output"), start=1)),
        rules=tuple(_rule(e, n) for n, e in enumerate(children(element, "rule"), start=1)),
    )


def _input(element: etree._Element, number: int) -> Input:
    expression = next(children(element, "inputExpression"), None)
    return Input(
        number=number,
        label=element.get("label", "") or text(expression),
        text=text(expression),
        line=line_of(element),
        type=(expression.get("typeRef") or "") if expression is not None else "",
        allowed=text(next(children(element, "inputValues"), None)),
    )


def _output(element: etree._Element, number: int) -> Output:
    default = next(children(element, "defaultOutputEntry"), None)
    return Output(
        number=number,
        name=" ".join((element.get("name") or "").split()),
        label=element.get("label", "") or element.get("name", ""),
        line=line_of(element),
        type=element.get("typeRef", ""),
        values=text(next(children(element, "outputValues"), None)),
        default=None if default is None or not text(default) else _cell(default),
    )


def _rule(element: etree._Element, number: int) -> Rule:
    return Rule(
        number=number,
        line=line_of(element),
        inputs=tuple(_cell(e) for e in children(element, "inputEntry")),
        outputs=tuple(_cell(e) for e in children(element, "outputEntry")),
    )


def _cell(element: etree._Element) -> Cell:
    return Cell(text(element), line_of(element))


def _type(element: etree._Element) -> ItemType:
    base = next(children(element, "typeRef"), None)
    return ItemType(
        name=element.get("name", ""),
        base="" if base is None else str(base.xpath("string()")).strip(),
        values=text(next(children(element, "allowedValues"), None)),
        composed=flag(element, "isCollection")
        or any(True for _ in children(element, "itemComponent")),
    )
