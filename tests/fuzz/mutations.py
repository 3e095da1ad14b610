"""Slips and attacks: small changes to a seed that leave most of it whole.

The same seed and random source give the same result, with and without a fuzzer.
"""

import random
from collections.abc import Callable
from copy import deepcopy

from lxml import etree

MOST = 60_000  # bytes of a changed file
_BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
_PIK = "{urn:pikflow:bpmn:1.0}"
_TAGS = (
    *("startEvent", "endEvent", "userTask", "scriptTask", "serviceTask", "callActivity", "task"),
    *("subProcess", "exclusiveGateway", "parallelGateway", "inclusiveGateway", "boundaryEvent"),
    *("eventBasedGateway", "complexGateway", "intermediateCatchEvent", "intermediateThrowEvent"),
    *("timerEventDefinition", "messageEventDefinition", "signalEventDefinition", "sequenceFlow"),
    *("errorEventDefinition", "linkEventDefinition", "terminateEventDefinition", "laneSet", "lane"),
    *("compensateEventDefinition", "conditionalEventDefinition", "businessRuleTask", "process"),
    *("multiInstanceLoopCharacteristics", "standardLoopCharacteristics", "adHocSubProcess"),
    *("transaction", "association", "textAnnotation", "dataObject", "participant", "messageFlow"),
)
_ATTRIBUTES = (
    *("id", "name", "default", "sourceRef", "targetRef", "attachedToRef", "calledElement"),
    *("cancelActivity", "isInterrupting", "triggeredByEvent", "isSequential", "processRef"),
    *("isForCompensation", "messageRef", "signalRef", "errorRef", "startQuantity", "hitPolicy"),
    *(f"{_PIK}{name}" for name in ("form", "lane", "result", "cases", "due", "connector", "key")),
)
_TEXTS = (
    *("", " ", "0", "-1", "1e400", "999999999999999999999999999999999", "true", "false", "ja"),
    *("=", "=a", "${a}", "a.b", "a ==", "[x for x in l]", "heute", "P14D", "R/P1D", "R3/PT0S"),
    *("P9999Y", "PT-1S", "2026-02-30", "9999-12-31T24:00:00Z", "R99999999999/PT1S", "P1Y2M3DT4H"),
    *("ä🏠", "\u202e", "A" * 300, "__class__", "Start", "p", "../x", "<&>", "- ", "(", "not(1)"),
    *("[1..5)", ">= 10", '"a","b"', "list contains(a, 1)", "item.x", "x = x\nx = y", "loopCounter"),
)
_WORDS = (
    *(
        "a",
        "b",
        "d",
        "l",
        "stellen",
        "antrag.betrag",
        "satz",
        "heute",
        "x",
        "1",
        "0",
        "2.50",
        "'a'",
    ),
    *(
        '"ä🏠"',
        "True",
        "None",
        "[]",
        "{'a': 1}",
        "date('2026-01-31')",
        "+",
        "-",
        "*",
        "/",
        "//",
        "%",
    ),
    *(
        "==",
        "!=",
        "<",
        "<=",
        "in",
        "not in",
        "not",
        "and",
        "or",
        "if",
        "else",
        "for",
        "(",
        ")",
        "[",
    ),
    *(
        "[",
        "]",
        "{",
        "}",
        ",",
        ".",
        ":",
        " ",
        "\n",
        "=",
        "**",
        "lambda",
        "_",
        "#",
        "\\",
        "'",
        '"',
        ";",
    ),
    *("sum(", "join(", "at(", "interest(", "share(", "find(", "flat(", "group_sum(", "round("),
    *("text(", "number(", "months_between(", "workday(", "add_days(", "add_months(", "\x00", "é"),
)
Change = Callable[[bytes, random.Random], bytes]


def change(data: bytes, chance: random.Random, kind: str) -> bytes:
    """The seed with one to four changes of its kind (expressions, files, forms)."""
    for _ in range(chance.randint(1, 4)):
        data = (_spoil if chance.random() < 0.15 else _CHANGES[kind])(data, chance)
    return data[:MOST]


def _spoil(data: bytes, chance: random.Random) -> bytes:
    """One byte other, more or fewer, or a piece doubled."""
    at = chance.randint(0, len(data))
    piece = data[at : at + chance.randint(1, 40)]
    added = chance.choice((bytes([chance.randrange(256)]), piece, b"", "\u202e\x00".encode()))
    return data[:at] + added + data[at + chance.choice((0, 1, len(piece))) :]


def _change_words(data: bytes, chance: random.Random) -> bytes:
    text = data.decode("utf-8", errors="surrogateescape")
    at = chance.randint(0, len(text))
    end = at + chance.choice((0, 0, 1, 2, 8))
    return (text[:at] + chance.choice(_WORDS) + text[end:]).encode("utf-8", "surrogateescape")


def _change_lines(data: bytes, chance: random.Random) -> bytes:
    """One line of YAML gone, doubled, moved, indented otherwise or with another value."""
    lines = data.decode("utf-8", errors="replace").split("\n")
    at = chance.randrange(len(lines))
    line = lines.pop(at)
    what = chance.choice(("gone", "doubled", "moved", "indented", "value", "value", "key"))
    if what == "doubled":
        lines[at:at] = [line, line]
    elif what == "moved":
        lines.insert(chance.randint(0, len(lines)), line)
    elif what == "indented":
        lines.insert(at, " " * chance.randint(0, 12) + line.strip())
    elif what == "value":
        lines.insert(at, f"{line.partition(':')[0]}: {chance.choice(_TEXTS + _WORDS)}")
    elif what == "key":
        other = chance.choice(lines or [line])
        lines.insert(at, f"{other.partition(':')[0]}:{line.partition(':')[2]}")
    return "\n".join(lines).encode()


def _change_tree(data: bytes, chance: random.Random) -> bytes:
    """One element or attribute gone, doubled, moved, renamed or with another value."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, recover=True)
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError):
        return _spoil(data, chance)
    if root is None:
        return _spoil(data, chance)
    elements = [element for element in root.iter(etree.Element) if element is not root]
    if not elements:
        return _spoil(data, chance)
    chance.choice(_TREE_CHANGES)(chance.choice(elements), elements, chance)
    return etree.tostring(root)


def _remove(element: etree._Element, _all: list[etree._Element], _chance: random.Random) -> None:
    element.getparent().remove(element)


def _double(element: etree._Element, _all: list[etree._Element], _chance: random.Random) -> None:
    element.addnext(deepcopy(element))


def _move(element: etree._Element, others: list[etree._Element], chance: random.Random) -> None:
    target = chance.choice(others)
    if element not in (target, *target.iterancestors()):
        target.append(element)


def _rename(element: etree._Element, _all: list[etree._Element], chance: random.Random) -> None:
    element.tag = _BPMN + chance.choice(_TAGS)


def _fill(element: etree._Element, _all: list[etree._Element], chance: random.Random) -> None:
    text = chance.choice(_TEXTS)
    element.text = text.replace("\x00", "")


def _set(element: etree._Element, others: list[etree._Element], chance: random.Random) -> None:
    names = [*element.attrib, *_ATTRIBUTES]
    values = [value for other in others for value in other.attrib.values()]
    value = chance.choice((chance.choice(_TEXTS), chance.choice(values or ["a"])))
    element.set(chance.choice(names), value)


def _unset(element: etree._Element, _all: list[etree._Element], chance: random.Random) -> None:
    if element.attrib:
        del element.attrib[chance.choice(list(element.attrib))]


_TREE_CHANGES = (_remove, _double, _move, _rename, _fill, _fill, _set, _set, _set, _unset)
_CHANGES: dict[str, Change] = {
    "expressions": _change_words,
    "files": _change_tree,
    "forms": _change_lines,
}
