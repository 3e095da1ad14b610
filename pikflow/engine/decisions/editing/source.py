"""An XML file that is edited: what nobody touches keeps its bytes.

A writer of XML makes its own choices of quotes, line ends, empty elements and CDATA. Here every
element remembers the text it was read from, and is written as that text for as long as neither it
nor anything inside it has changed. So a small edit stays a small difference in the file.
"""

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass
from xml.parsers import expat
from xml.sax.saxutils import escape, quoteattr

from lxml import etree

from pikflow.engine import xml

_TAG = re.compile(rb"""<(?:[^>"']|"[^"]*"|'[^']*')*>""")
_XML = "http://www.w3.org/XML/1998/namespace"


@dataclass(frozen=True)
class _Piece:
    """How an element was read: its place in the text, and everything it consisted of."""

    start: int
    inside: int
    end: int
    attributes: tuple[tuple[str, str], ...]
    text: str | None
    nodes: tuple[etree._Element, ...]
    tails: tuple[str | None, ...]


class Source:
    """A file as a tree to change, and back again.

    Raises DefinitionInvalid for what `xml.parse` refuses.
    """

    def __init__(self, data: bytes, *, file: str) -> None:
        self.data = data
        self.tree = xml.parse(data, file=file)
        self.root = self.tree.getroot()
        self._encoding = _encoding(data, self.tree)
        self._text = data.decode(self._encoding).encode()
        self._pieces = dict(self._read())

    def _read(self) -> Iterator[tuple[etree._Element, _Piece]]:
        elements = list(self.root.iter(etree.Element))
        for element, (start, inside, end) in zip(elements, _places(self._text), strict=True):
            nodes = tuple(element)
            tails = tuple(node.tail for node in nodes)
            yield (
                element,
                _Piece(start, inside, end, _attributes(element), element.text, nodes, tails),
            )

    def written(self) -> bytes:
        """The file with the changes made to its tree; the very same bytes when there are none."""
        self._same: dict[etree._Element, bool] = {}
        if self._is_same(self.root):
            return self.data
        piece = self._pieces[self.root]
        crlf = b"\r\n" in self._text
        parts: list[bytes] = []
        for kept, part in self._emit(self.root):
            parts.append(part if kept or not crlf else part.replace(b"\n", b"\r\n"))
        text = self._text[: piece.start] + b"".join(parts) + self._text[piece.end :]
        return text.decode().encode(self._encoding, "xmlcharrefreplace")

    def _is_same(self, node: etree._Element) -> bool:
        if not isinstance(node.tag, str):
            return True
        if node not in self._same:
            piece = self._pieces.get(node)
            self._same[node] = (
                piece is not None
                and self._has_same_head(node)
                and node.text == piece.text
                and tuple(node) == piece.nodes
                and tuple(child.tail for child in node) == piece.tails
                and all(self._is_same(child) for child in node)
            )
        return self._same[node]

    def _has_same_head(self, element: etree._Element) -> bool:
        piece = self._pieces.get(element)
        return piece is not None and _attributes(element) == piece.attributes

    def _emit(self, node: etree._Element) -> Iterator[tuple[bool, bytes]]:
        """(whether it is text of the file, text) piece by piece."""
        if not isinstance(node.tag, str):
            yield False, etree.tostring(node, encoding="utf-8", with_tail=False)
            return
        piece = self._pieces.get(node)
        if piece is not None and self._is_same(node):
            yield True, self._text[piece.start : piece.end]
            return
        kept = piece is not None and self._has_same_head(node)
        head = self._text[piece.start : piece.inside] if piece and kept else _head(node)
        empty = not len(node) and not node.text
        if head.endswith(b"/>") and not empty:
            head = head[:-2].rstrip() + b">"
        yield kept, head
        if head.endswith(b"/>"):
            return
        yield False, escape(node.text or "").encode()
        for child in node:
            yield from self._emit(child)
            yield False, escape(child.tail or "").encode()
        yield False, f"</{_name(node.tag, node)}>".encode()


def _encoding(data: bytes, tree: etree._ElementTree) -> str:
    if data.startswith(codecs.BOM_UTF8):
        return "utf-8-sig"
    return codecs.lookup(tree.docinfo.encoding or "utf-8").name


def _attributes(element: etree._Element) -> tuple[tuple[str, str], ...]:
    return tuple((str(name), str(value)) for name, value in element.attrib.items())


def _places(text: bytes) -> list[tuple[int, int, int]]:
    """Where each element starts, where its start tag ends, and where it ends; in their order."""
    reader = expat.ParserCreate("utf-8")
    places: list[tuple[int, int, int]] = []
    opened: list[int] = []

    def start(_name: str, _attributes: dict[str, str]) -> None:
        at = reader.CurrentByteIndex
        tag = _TAG.match(text, at)
        opened.append(len(places))
        places.append((at, tag.end() if tag else at, at))

    def end(_name: str) -> None:
        number = opened.pop()
        at, inside, _ = places[number]
        closing = reader.CurrentByteIndex
        over = inside if text[inside - 2 : inside] == b"/>" else text.index(b">", closing) + 1
        places[number] = at, inside, over

    reader.StartElementHandler = start
    reader.EndElementHandler = end
    reader.Parse(text, True)
    return places


def _head(element: etree._Element) -> bytes:
    """The start tag of an element whose attributes are new."""
    parent = element.getparent()
    outer = parent.nsmap if parent is not None else {}
    words = [_name(str(element.tag), element)]
    for prefix, uri in element.nsmap.items():
        if outer.get(prefix) != uri:
            words.append(f"xmlns{':' + prefix if prefix else ''}={quoteattr(uri)}")
    for name, value in element.attrib.items():
        words.append(f"{_name(str(name), element, attribute=True)}={_quoted(str(value))}")
    empty = not len(element) and not element.text
    return f"<{' '.join(words)}{' />' if empty else '>'}".encode()


def _quoted(value: str) -> str:
    """Line ends and tabs of an attribute survive only as references."""
    return f'"{escape(value, _IN_ATTRIBUTES)}"'


_IN_ATTRIBUTES = {'"': "&quot;", "\n": "&#10;", "\r": "&#13;", "\t": "&#9;"}


def _name(tag: str, element: etree._Element, *, attribute: bool = False) -> str:
    name = etree.QName(tag)
    if not name.namespace:
        return name.localname
    if name.namespace == _XML:
        return f"xml:{name.localname}"
    if not attribute and element.nsmap.get(element.prefix) == name.namespace:
        return f"{element.prefix}:{name.localname}" if element.prefix else name.localname
    prefix = next(p for p, uri in element.nsmap.items() if uri == name.namespace and p)
    return f"{prefix}:{name.localname}"
