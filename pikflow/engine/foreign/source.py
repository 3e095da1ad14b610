"""An XML file that is changed here and there while every other byte stays as it was.

Places are found by a second, streaming reading of the same text; edits are collected and made at
once, from the end to the beginning.
"""

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass
from xml.parsers import expat
from xml.sax.saxutils import escape

from lxml import etree

from pikflow.engine.xml import PIK, parse
from pikflow.errors import DefinitionInvalid, Finding

_ATTRIBUTE = re.compile(rb"\s+([^\s=/>]+)\s*=\s*(\"[^\"]*\"|'[^']*')")
_QUOTED = {'"': "&quot;", "\n": "&#10;", "\t": "&#9;", "\r": "&#13;"}
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


@dataclass
class _Place:
    """Positions in the UTF-8 text: of the start tag, of the end tag, and behind the element."""

    start: int
    opened: int = 0
    closing: int = 0

    @property
    def empty(self) -> bool:
        """Written as `<a/>`."""
        return self.closing < self.opened


class Source:
    """One file; `tree` is what it says, `changed` whether anything was edited.

    Raises DefinitionInvalid for what xml.parse refuses.
    """

    def __init__(self, data: bytes, file: str) -> None:
        self.tree = parse(data, file=file)
        self._original = data
        self._mark, self._encoding = _encoding(data, self.tree.docinfo.encoding or "utf-8")
        self._text = _utf8(data[len(self._mark) :], self._encoding, file)
        self._places = dict(
            zip(self.tree.getroot().iter(etree.Element), _places(self._text), strict=True)
        )
        self._edits: list[tuple[int, int, bytes]] = []
        self._attributes: dict[etree._Element, dict[str, str | None]] = {}

    @property
    def changed(self) -> bool:
        return bool(self._edits or self._attributes)

    def set_text(self, element: etree._Element, text: str) -> None:
        """Put a text in the place of everything inside of the element."""
        place = self._places[element]
        if place.empty:
            tag = _name(self._text, place.start)
            self._edit(place.opened - 2, place.opened, b">" + _escaped(text) + b"</" + tag + b">")
        else:
            self._edit(place.opened, place.closing, _escaped(text))

    def set(self, element: etree._Element, name: str, value: str | None) -> None:
        """Set or remove an attribute without namespace."""
        self._attributes.setdefault(element, {})[name] = value

    def set_own(self, element: etree._Element, name: str, value: str) -> None:
        """Set one of our attributes; the namespace is declared at the root if it is not yet."""
        self.set(element, f"{self._own_prefix()}:{name}", value)

    def insert(
        self, parent: etree._Element, xml: list[tuple[str, dict[str, str], str]],
        before: etree._Element | None = None,
    ) -> None:  # fmt: skip
        """Put children (name, attributes, text) of the parent's own prefix into it, at its end or
        before one of its children."""
        prefix = f"{parent.prefix}:" if parent.prefix else ""
        parts = []
        for name, attributes, text in xml:
            given = "".join(f' {key}="{_quoted(value)}"' for key, value in attributes.items())
            inner = f">{escape(text)}</{prefix}{name}>" if text else "/>"
            parts.append(f"<{prefix}{name}{given}{inner}".encode())
        place = self._places[parent]
        if before is not None:
            start = self._places[before].start
            margin = _margin(self._text, start)
            self._edit(start, start, b"".join(part + margin for part in parts))
        elif place.empty:
            end = b"</" + _name(self._text, place.start) + b">"
            margin = _margin(self._text, place.start)
            content = b"".join(margin + (b"  " if margin else b"") + part for part in parts)
            self._edit(place.opened - 2, place.opened, b">" + content + margin + end)
        else:
            margin = _margin(self._text, place.closing)
            step = b"  " if margin else b""
            start = place.closing - len(margin)
            self._edit(start, start, b"".join(margin + step + part for part in parts))

    def result(self) -> bytes:
        """The file with all edits; the very same bytes when there are none."""
        if not self.changed:
            return self._original
        for element, values in self._attributes.items():
            self._edits.extend(self._attribute_edits(element, values))
        parts: list[bytes] = []
        position = 0
        for start, stop, new in sorted(self._edits, key=lambda edit: edit[0]):
            parts += [self._text[position:start], new]
            position = stop
        whole = b"".join([*parts, self._text[position:]]).decode()
        return self._mark + whole.encode(self._encoding, "xmlcharrefreplace")

    def _edit(self, start: int, stop: int, new: bytes) -> None:
        if not any(start < other[1] and other[0] < stop for other in self._edits):
            self._edits.append((start, stop, new))

    def _own_prefix(self) -> str:
        root = self.tree.getroot()
        known = {uri: prefix for prefix, uri in root.nsmap.items() if prefix}
        if PIK in known:
            return known[PIK]
        taken = {prefix for element in root.iter(etree.Element) for prefix in element.nsmap}
        prefix = next(name for name in ("pik", "pikflow", *_more_prefixes()) if name not in taken)
        self.set(root, f"xmlns:{prefix}", PIK)
        return prefix

    def _attribute_edits(
        self, element: etree._Element, values: dict[str, str | None]
    ) -> Iterator[tuple[int, int, bytes]]:
        place = self._places[element]
        tag = self._text[place.start : place.opened]
        found = {m[1].decode(): m for m in _ATTRIBUTE.finditer(tag)}
        new = b""
        for name, value in values.items():
            match = found.get(name)
            if match is None:
                new += b"" if value is None else f' {name}="{_quoted(value)}"'.encode()
            elif value is None:
                yield place.start + match.start(), place.start + match.end(), b""
            else:
                text = f'"{_quoted(value)}"'.encode()
                yield place.start + match.start(2), place.start + match.end(2), text
        if new:
            end = place.opened - (2 if tag.endswith(b"/>") else 1)
            while self._text[end - 1 : end].isspace():
                end -= 1
            yield end, end, new


def _encoding(data: bytes, declared: str) -> tuple[bytes, str]:
    """The byte order mark and the name of the encoding without one."""
    for mark, name in _MARKS:
        if data.startswith(mark):
            return mark, name
    return b"", declared


def _utf8(data: bytes, encoding: str, file: str) -> bytes:
    """The text, certain to give the same bytes again."""
    try:
        text = data.decode(encoding)
        if text.encode(encoding) == data:
            return text.encode()
    except (UnicodeError, LookupError):
        pass
    message = f"Die Datei nennt die Kodierung „{encoding}“ und hält sich nicht daran."
    hint = "Speichern Sie die Datei im Modellierungswerkzeug als UTF-8."
    raise DefinitionInvalid([Finding(file, 1, "", "error", "xml-encoding", message, hint)])


def _places(text: bytes) -> list[_Place]:
    """The places of all elements in document order."""
    reader = expat.ParserCreate("utf-8")
    found: list[_Place] = []
    opened: list[_Place] = []

    def begin(_name: str, _attributes: dict[str, str]) -> None:
        place = _Place(reader.CurrentByteIndex)
        place.opened = _tag_end(text, place.start)
        found.append(place)
        opened.append(place)

    def finish(_name: str) -> None:
        place = opened.pop()
        self_closed = text[place.opened - 2 : place.opened] == b"/>"
        place.closing = place.start if self_closed else reader.CurrentByteIndex

    reader.StartElementHandler = begin
    reader.EndElementHandler = finish
    reader.Parse(text, True)
    return found


def _tag_end(text: bytes, start: int) -> int:
    """Behind the > of a start tag; a > may stand in the value of an attribute."""
    place = start
    while True:
        sign = text[place : place + 1]
        if sign in (b'"', b"'"):
            place = text.index(sign, place + 1)
        elif sign == b">":
            return place + 1
        place += 1


def _name(text: bytes, start: int) -> bytes:
    match = re.match(rb"<([^\s/>]+)", text[start : start + 300])
    return match[1] if match else b""


def _margin(text: bytes, place: int) -> bytes:
    """The line break and indentation before a place; empty when something else stands there."""
    start = place
    while start and text[start - 1 : start] in (b" ", b"\t"):
        start -= 1
    if text[start - 1 : start] != b"\n":
        return b""
    start -= 2 if text[start - 2 : start] == b"\r\n" else 1
    return text[start:place]


def _more_prefixes() -> Iterator[str]:
    return (f"pik{number}" for number in range(2, 10_000))


def _escaped(text: str) -> bytes:
    return escape(text).encode()


def _quoted(text: str) -> str:
    return escape(text, _QUOTED)
