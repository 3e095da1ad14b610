"""Values as YAML text, spelled as the files of this language are: expressions in quotes, texts
plain where that is safe, short collections on one line."""

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import yaml

from pikflow.forms.source import LOADER, scalar_of

WIDTH = 100  # a collection that would end beyond this column stands on lines of its own
_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t", "\r": "\\r"}
_HIDDEN = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff\ud800-\udfff\ufffe\uffff]")
_NUMBER_LIKE = re.compile(r"[\d.:+-]+")


class Quoted(str):
    """A text that always stands in quotes, such as an expression."""

    __slots__ = ()


class Lines(dict[str, Any]):
    """A mapping that always stands on lines of its own, such as a field."""


def entry(name: str, value: Any, *, indent: int, flow: bool) -> str:
    """`name: value` in a mapping whose names stand in column `indent`."""
    text = spell(value, flow=flow, indent=indent + 2)
    return f"{key(name)}:{'' if text.startswith(chr(10)) else ' '}{text}"


def item(value: Any, *, indent: int, flow: bool) -> str:
    """`- value` in a list whose dashes stand in column `indent`; the bare value in a flow list."""
    if flow:
        return spell(value, flow=True, indent=indent)
    text = spell(value, flow=False, indent=indent + 2)
    return "- " + text.lstrip("\n ")


def spell(value: Any, *, flow: bool, indent: int, style: str | None = None) -> str:
    """The value after `name:`; it begins with a line break when it needs lines of its own, which
    are indented by `indent`. `style` is how the scalar it replaces was written: ' " | > or None.
    """
    if not isinstance(value, Mapping | list | tuple):
        return scalar(value, flow=flow, indent=indent, style=style)
    line = _one_line(value)
    if flow or not value or (_is_flat(value) and indent + len(line) <= WIDTH):
        return line
    return "\n" + _block(value, indent)


def scalar(value: Any, *, flow: bool, indent: int = 0, style: str | None = None) -> str:
    """One value without parts."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | Decimal):
        return format(value, "f") if isinstance(value, Decimal) else str(value)
    text = str(value)
    if not flow and "\n" in text and _fits_literal(text):
        lines = (" " * indent + line if line else "" for line in text.split("\n"))
        return "\n".join(["|-", *lines])
    if style == "'" and _fits_single(text):
        return _single(text)
    if style != '"' and not isinstance(value, Quoted) and is_plain(text):
        return text
    return _single(text) if ('"' in text or "\\" in text) and _fits_single(text) else _double(text)


def key(name: str) -> str:
    """A name before the colon; years in quotes, as in every file."""
    return name if is_plain(name) and not _NUMBER_LIKE.fullmatch(name) else _double(name)


def is_plain(text: str) -> bool:
    """Whether the text may stand without quotes anywhere and is read as this very text."""
    if not text or text != text.strip() or _HIDDEN.search(text) or text.startswith("{{"):
        return False
    try:
        node = yaml.compose(f"{{a: {text}}}", Loader=LOADER)
    except (yaml.YAMLError, ValueError):
        return False
    if not isinstance(node, yaml.MappingNode) or len(node.value) != 1:
        return False
    value = node.value[0][1]
    if not isinstance(value, yaml.ScalarNode) or value.style or value.tag == _TAGGED:
        return False
    return bool(value.value == text and scalar_of(value) == text)


_TAGGED = "!"


def _is_flat(value: Any) -> bool:
    """A collection that is easy to read on one line: nothing in it has parts of its own."""
    if isinstance(value, Lines):
        return False
    inner = value.values() if isinstance(value, Mapping) else value
    return not any(one and isinstance(one, Mapping | list | tuple) for one in inner) and not any(
        isinstance(one, str) and "\n" in one for one in inner
    )


def _one_line(value: Any) -> str:
    if isinstance(value, Mapping):
        inner = (f"{key(name)}: {_one_line(one)}" for name, one in value.items())
        return "{" + ", ".join(inner) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(_one_line(one) for one in value) + "]"
    return scalar(value, flow=True)


def _block(value: Any, indent: int) -> str:
    pad = " " * indent
    if isinstance(value, Mapping):
        lines = [entry(name, one, indent=indent, flow=False) for name, one in value.items()]
    else:
        lines = [item(one, indent=indent, flow=False) for one in value]
    return "\n".join(pad + line for line in lines)


def _fits_literal(text: str) -> bool:
    """Whether a literal block gives the text back: no hidden signs, nothing at the rims."""
    lines = text.split("\n")
    return (
        text == text.strip()
        and not _HIDDEN.search(text.replace("\n", ""))
        and not any(line != line.rstrip() for line in lines)
    )


def _fits_single(text: str) -> bool:
    return not _HIDDEN.search(text)


def _single(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _double(text: str) -> str:
    return '"' + "".join(_escaped(sign) for sign in text) + '"'


def _escaped(sign: str) -> str:
    if sign in _ESCAPES:
        return _ESCAPES[sign]
    return f"\\u{ord(sign):04x}" if _HIDDEN.fullmatch(sign) else sign
