"""What may stand in a file: the list of BPMN elements that are run or safely left alone."""

import difflib
from collections.abc import Iterator

from lxml import etree

from pikflow.engine.checks.lists import (
    DATA_HINT,
    EXPRESSIONS,
    FLAGS,
    GERMAN,
    IGNORED,
    INSTEAD,
    KNOWN,
    OURS,
    ROLE_HINT,
    ROOT,
    RUN,
)
from pikflow.engine.checks.report import Report, Spot, named
from pikflow.engine.model import NODES, Model, Node, Process
from pikflow.engine.reading import children, flag, line_of, local, namespace
from pikflow.engine.xml import BPMN, PIK


def check(model: Model, report: Report) -> None:
    if model.tree is None:
        return
    root = model.tree.getroot()
    if any(local(e) in EXPRESSIONS for e in root.iter(etree.Element) if namespace(e) == BPMN):
        _language(report, root, root.get("expressionLanguage"))
    for child in root.iterchildren(etree.Element):
        if namespace(child) != BPMN:
            continue
        if local(child) not in ROOT:
            _unsupported(report, child, None)
        elif local(child) == "extension" and flag(child, "mustUnderstand"):
            _must_understand(report, child)
        elif local(child) == "collaboration":
            for key in children(child, "correlationKey"):
                _unsupported(report, key, None)
    for process in model.processes.values():
        if process.element is not None:
            _process(process, process.element, report)


def _process(process: Process, element: etree._Element, report: Report) -> None:
    for child, owner in _walk(process, element):
        name = local(child)
        if namespace(child) == BPMN:
            _flags(report, child, owner)
        if namespace(child) == PIK:
            report.error(
                Spot(owner.id if owner else process.id, line_of(child)),
                "pik-element-unknown",
                f"Das Element „pik:{name}“ gibt es nicht.",
                "Angaben an pikflow sind Attribute, zum Beispiel pik:form.",
            )
        elif namespace(child) != BPMN:
            continue
        elif name in RUN or name in KNOWN:
            _language(report, child, child.get("language"), owner)
        elif name in IGNORED:
            for inner in children(child, "assignment", "transformation"):
                _unsupported(report, inner, owner)
            place = owner or process
            who = f" ({named(place)})" if owner else ""
            hint = ROLE_HINT if IGNORED[name].startswith("Zuständig") else DATA_HINT
            report.information(place, "element-ignored", f"{IGNORED[name]}{who}.", hint)
        else:
            _unsupported(report, child, owner)


def _walk(
    process: Process, element: etree._Element
) -> Iterator[tuple[etree._Element, Node | None]]:
    """Every element below, with the flow node it belongs to; what is set aside is not entered."""
    stack: list[tuple[etree._Element, Node | None]] = [(element, None)]
    while stack:
        parent, owner = stack.pop()
        for child in parent.iterchildren(etree.Element):
            name = local(child)
            mine = process.nodes.get(child.get("id", "")) if name in NODES else None
            yield child, mine or owner
            if namespace(child) == BPMN and name not in IGNORED and name != "extensionElements":
                stack.append((child, mine or owner))
            elif name == "extensionElements":
                stack += [(child, mine or owner)]


def _language(
    report: Report, element: etree._Element, language: str | None, owner: Node | None = None
) -> None:
    """Expressions in another language compute otherwise, even where the text can be read.

    XPath is what the schema gives a file that says nothing, so many tools write it without meaning
    it.
    """
    word = (language or "").strip().lower()
    if word in OURS or "xpath" in word:
        return
    parent = element.getparent()
    around = "" if parent is None else parent.get("id", "")
    report.error(
        Spot(owner.id if owner else around, line_of(element)),
        "expression-language",
        f"Ausdrücke stehen hier in „{language}“; das läuft hier nicht.",
        "Schreiben Sie sie in der Ausdruckssprache, und entfernen Sie die Angabe der Sprache.",
    )


def _flags(report: Report, element: etree._Element, owner: Node | None) -> None:
    """A word that is no boolean would be taken for its default."""
    for name in FLAGS:
        value = element.get(name)
        if value is not None and value.strip() not in ("true", "false", "1", "0"):
            report.error(
                Spot(owner.id if owner else element.get("id", ""), line_of(element)),
                "flag-invalid",
                f"Die Angabe {name} ist „{value}“; möglich sind true und false.",
                "Stellen Sie die Angabe im Modellierungswerkzeug ein und speichern Sie neu.",
            )


def _must_understand(report: Report, element: etree._Element) -> None:
    report.error(
        Spot(element.get("id", ""), line_of(element)),
        "extension-unknown",
        f"Die Datei verlangt die Erweiterung „{element.get('definition', '')}“; sie ist hier nicht "
        "bekannt.",
        "Entfernen Sie die Erweiterung, oder setzen Sie mustUnderstand auf false.",
    )


def _unsupported(report: Report, element: etree._Element, owner: Node | None) -> None:
    name = local(element)
    if name in NODES and owner is not None:
        what = named(owner)
    else:
        what = GERMAN.get(name, f"Element „{name}“")
        what += f" ({named(owner)})" if owner else ""
    key = element.get("id", "") if owner is None else owner.id
    report.error(
        Spot(key, line_of(element)),
        "element-unsupported",
        f"Das wird nicht unterstützt: {what}.",
        INSTEAD.get(name, "Drücken Sie den Schritt mit unterstützten Elementen aus."),
    )


def closest(word: str, known: frozenset[str] | set[str]) -> str:
    """„ Meinten Sie ...?“ for a word that is almost a known one, else ""."""
    found = difflib.get_close_matches(word, sorted(known), n=1, cutoff=0.6)
    return f"Meinten Sie „{found[0]}“? " if found else ""
