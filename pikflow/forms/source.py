"""YAML that keeps its line numbers, so that a finding can name the line.

YAML 1.2's idea of a boolean (only true and false), numbers as Decimal, no dates by accident:
`no`, `12:30` and `2026-01-31` stay text.
"""

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import yaml

from pikflow.errors import DefinitionInvalid, Finding

# libyaml where the wheel brings it: about ten times faster, same events.
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

MAX_CHARACTERS = 1_000_000
MAX_DEPTH = 40
_SPLIT = "Legen Sie Teile davon in Bausteine."

_INTEGER = re.compile(r"[-+]?(0|[1-9][0-9]{0,17})")
_NUMBER = re.compile(r"[-+]?[0-9]{1,18}\.[0-9]{1,18}")
_WORDS = {"true": True, "false": False, "null": None, "~": None, "": None}


class Block(dict[str, Any]):
    """A YAML mapping; `line` is where it starts, `lines` where each key stands (1-based)."""

    line: int = 0
    lines: dict[str, int]

    def at(self, key: str) -> int:
        return self.lines.get(key, self.line)


class Items(list[Any]):
    """A YAML list with the line of each item."""

    line: int = 0
    lines: list[int]

    def located(self) -> Iterator[tuple[int, Any]]:
        return zip(self.lines, self, strict=True)


def read(text: str, file: str) -> Block:
    """The one mapping a form file consists of.

    Raises DefinitionInvalid with a single finding for anything that is not YAML, is no mapping,
    repeats a key, uses anchors, or is too large or too deep.
    """
    if len(text) > MAX_CHARACTERS:
        raise _refusal(file, 0, "yaml-too-large", "Die Datei ist größer als ein Megabyte.", _SPLIT)
    try:
        _refuse_anchors(text, file)
        node = yaml.compose(text, Loader=LOADER)
    except yaml.YAMLError as fault:
        mark = getattr(fault, "problem_mark", None) or getattr(fault, "context_mark", None)
        raise _refusal(
            file,
            mark.line + 1 if mark else 0,
            "yaml-malformed",
            "Die Datei ist kein gültiges YAML.",
            "Einrückung, Doppelpunkte und Klammern prüfen. Ausdrücke und Texte mit Komma oder "
            "Doppelpunkt gehören in Anführungszeichen.",
        ) from fault
    except (RecursionError, ValueError) as fault:
        text = "Die Datei ist zu tief verschachtelt."
        raise _refusal(file, 0, "yaml-too-deep", text, _SPLIT) from fault
    if not isinstance(node, yaml.MappingNode):
        raise _refusal(
            file, 1, "yaml-no-mapping", "Die Datei besteht nicht aus „Name: Wert“-Zeilen.",
            "Beginnen Sie mit „pikform: 1“ und „id: …“.",
        )  # fmt: skip
    return _block(node, file, 0)


def _refuse_anchors(text: str, file: str) -> None:
    depth = 0
    for event in yaml.parse(text, Loader=LOADER):
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise _refusal(
                file,
                _line_of(event),
                "yaml-anchor",
                "YAML-Anker (& und *) sind nicht erlaubt.",
                "Gemeinsames in einen Baustein oder eine Liste legen.",
            )
        depth += isinstance(event, yaml.CollectionStartEvent)
        depth -= isinstance(event, yaml.CollectionEndEvent)
        if depth > MAX_DEPTH:
            line = _line_of(event)
            text = "Die Datei ist zu tief verschachtelt."
            raise _refusal(file, line, "yaml-too-deep", text, _SPLIT)


def _line_of(event: yaml.Event) -> int:
    return event.start_mark.line + 1 if event.start_mark else 0


def _block(node: yaml.MappingNode, file: str, depth: int) -> Block:
    block = Block()
    block.line = node.start_mark.line + 1
    block.lines = {}
    for key_node, value_node in node.value:
        line = key_node.start_mark.line + 1
        if not isinstance(key_node, yaml.ScalarNode):
            raise _refusal(
                file, line, "yaml-key", "Ein Name vor dem Doppelpunkt muss ein Text sein.",
                "Schreiben Sie links vom Doppelpunkt einen einfachen Namen.",
            )  # fmt: skip
        key = str(key_node.value)
        if key in block:
            text = f"Die Angabe „{key}“ steht zweimal da."
            raise _refusal(file, line, "yaml-duplicate", text, "Löschen Sie eine davon.")
        block.lines[key] = line
        block[key] = _value(value_node, file, depth + 1)
    return block


def _value(node: yaml.Node, file: str, depth: int) -> Any:
    if isinstance(node, yaml.MappingNode):
        return _block(node, file, depth)
    if isinstance(node, yaml.SequenceNode):
        items = Items(_value(item, file, depth + 1) for item in node.value)
        items.line = node.start_mark.line + 1
        items.lines = [item.start_mark.line + 1 for item in node.value]
        return items
    return scalar_of(node)


def scalar_of(node: yaml.Node) -> Any:
    """The value of a scalar node as the language understands it."""
    text = str(node.value)
    if getattr(node, "style", None):
        return text
    if text.lower() in _WORDS:
        return _WORDS[text.lower()]
    if _INTEGER.fullmatch(text) or _NUMBER.fullmatch(text):
        return Decimal(text)
    return text


def _refusal(file: str, line: int, code: str, message: str, hint: str) -> DefinitionInvalid:
    return DefinitionInvalid([Finding(file, line, "", "error", code, message, hint)])
