"""An XML text as a tree that writes back exactly what was read.

lxml forgets quotes, the space inside tags and how characters were written; this tree keeps them.
It reads only text that `pikflow.engine.xml.parse` took before, so it does not judge.
"""

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.sax.saxutils import unescape

from pikflow.errors import Invalid
from pikflow.texts import say

_TOKEN = re.compile(
    r"<!--.*?-->|<!\[CDATA\[.*?\]\]>|<\?.*?\?>|</[^>]*>"
    r"|<(?:[^>\"']|\"[^\"]*\"|'[^']*')*>|[^<]+",
    re.DOTALL,
)
_ATTRIBUTE = re.compile(r"(\s+)([^\s=]+)(\s*=\s*)(\"[^\"]*\"|'[^']*')", re.DOTALL)
_START = re.compile(r"<([^\s/>]+)")
_REFERENCE = re.compile(r"&#(x[0-9a-fA-F]+|[0-9]+);")
_DECLARED = re.compile(rb"<\?xml[^>]*?encoding\s*=\s*[\"']([A-Za-z0-9._-]+)[\"']")
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_NAMED = {"&quot;": '"', "&apos;": "'"}
XML = "http://www.w3.org/XML/1998/namespace"


@dataclass(eq=False)
class Attribute:
    """One attribute as written: the space before it, its name, `=` with space, value in quotes."""

    space: str
    name: str
    equals: str
    quoted: str

    @property
    def value(self) -> str:
        return plain(re.sub(r"[\t\r\n]", " ", self.quoted[1:-1]))

    def write(self, value: str) -> None:
        quote = self.quoted[0]
        self.quoted = quote + escaped(value, quote) + quote


@dataclass(eq=False)
class Element:
    """One element: `content` holds its text as written, comments too, and its child elements."""

    name: str
    attributes: list[Attribute] = field(default_factory=list)
    close: str = "/>"  # what ends the start tag, the space before it included
    content: "list[Element | str]" = field(default_factory=list)
    end: str = ""  # the end tag as written, "" for <a/>
    parent: "Element | None" = None

    # --- reading ---------------------------------------------------------------------------------

    @property
    def prefix(self) -> str:
        return self.name.rpartition(":")[0]

    @property
    def local(self) -> str:
        return self.name.rpartition(":")[2]

    @property
    def uri(self) -> str:
        return self.uri_of(self.prefix)

    def uri_of(self, prefix: str) -> str:
        """The namespace a prefix stands for here; "" when none is declared."""
        if prefix == "xml":
            return XML
        wanted = f"xmlns:{prefix}" if prefix else "xmlns"
        here: Element | None = self
        while here is not None:
            for attribute in here.attributes:
                if attribute.name == wanted:
                    return attribute.value
            here = here.parent
        return ""

    def prefix_for(self, uri: str, *, attribute: bool = False) -> str | None:
        """A prefix that stands for a namespace here, "" for the default one, None without any."""
        seen: set[str] = set()
        here: Element | None = self
        while here is not None:
            for declared in here.attributes:
                if declared.name != "xmlns" and not declared.name.startswith("xmlns:"):
                    continue
                prefix = declared.name.partition(":")[2]
                if prefix not in seen and declared.value == uri and (prefix or not attribute):
                    return prefix
                seen.add(prefix)
            here = here.parent
        return None

    def attribute(self, local: str, uri: str = "") -> Attribute | None:
        for attribute in self.attributes:
            prefix, _, name = attribute.name.rpartition(":")
            if name == local and (self.uri_of(prefix) if prefix else "") == uri:
                return attribute
        return None

    def get(self, local: str, uri: str = "") -> str | None:
        found = self.attribute(local, uri)
        return None if found is None else found.value

    @property
    def children(self) -> "list[Element]":
        return [part for part in self.content if isinstance(part, Element)]

    def walk(self) -> "Iterator[Element]":
        """The element and all below it, in document order."""
        yield self
        for child in self.children:
            yield from child.walk()

    @property
    def text(self) -> str:
        """The characters directly inside, without comments."""
        found = []
        for part in self.content:
            if isinstance(part, Element) or part.startswith(("<!--", "<?")):
                continue
            found.append(part[9:-3] if part.startswith("<![CDATA[") else plain(part))
        return "".join(found).replace("\r\n", "\n")

    def written(self) -> str:
        start = f"<{self.name}" + "".join(
            a.space + a.name + a.equals + a.quoted for a in self.attributes
        )
        inside = "".join(p if isinstance(p, str) else p.written() for p in self.content)
        return start + self.close + inside + self.end

    # --- changing --------------------------------------------------------------------------------

    def set(self, name: str, value: str) -> None:
        """Set an attribute by its written name; an unchanged value keeps how it was written."""
        for attribute in self.attributes:
            if attribute.name == name:
                if attribute.value != value:
                    attribute.write(value)
                return
        last = self.attributes[-1].space if self.attributes else " "
        lead = last if "\n" in last else " "
        self.attributes.append(Attribute(lead, name, "=", '"' + escaped(value, '"') + '"'))

    def drop(self, name: str) -> None:
        self.attributes = [a for a in self.attributes if a.name != name]

    def rename(self, name: str) -> None:
        if self.end:
            self.end = self.end.replace(self.name, name, 1)
        self.name = name

    def write(self, text: str) -> None:
        """Put text in place of everything inside; comments inside stay in front of it."""
        if self.text == text and not self.children:
            return
        comments = [p for p in self.content if isinstance(p, str) and p.startswith("<!--")]
        self._open()
        self.content = [*comments, escaped(text)]

    def insert(self, child: "Element", place: int) -> None:
        """Put a child before `content[place]`, on a line of its own where the file has lines."""
        self._open()
        child.parent = self
        lead = self._lead(place)
        if place and self._is_space(self.content[place - 1]) and not self.children:
            place -= 1
            self.content[place:place] = [lead, child]
            return
        if not self.content:
            outer = lead[: -len(self._unit())] if lead else ""
            self.content = [lead, child, outer] if lead else [child]
            return
        after = place < len(self.content) and isinstance(self.content[place], Element)
        self.content[place:place] = [child, lead] if after else [lead, child]

    def remove(self, child: "Element") -> None:
        """Take a child out, with the space before it."""
        place = self.content.index(child)
        before = self.content[place - 1] if place else ""
        del self.content[place]
        child.parent = None
        if isinstance(before, str) and before and not before.strip():
            del self.content[place - 1]

    def _open(self) -> None:
        if not self.end:
            self.close = self.close.replace("/", "").strip() or ">"
            self.end = f"</{self.name}>"

    def _is_space(self, part: "Element | str") -> bool:
        return isinstance(part, str) and not part.strip()

    def _lead(self, place: int) -> str:
        """The line break and indent children of this element stand behind; "" when they do not."""
        for index, part in enumerate(self.content):
            if isinstance(part, Element):
                before = self.content[index - 1] if index else ""
                if isinstance(before, str) and not before.strip():
                    return before[max(before.rfind("\n"), 0) :] if "\n" in before else ""
                return ""
        own = self._own_lead()
        return own + self._unit() if own else ""

    def _own_lead(self) -> str:
        if self.parent is None:
            return self._line()
        siblings = self.parent.content
        place = siblings.index(self) if self in siblings else 0
        before = siblings[place - 1] if place else ""
        if isinstance(before, str) and "\n" in before and not before.strip():
            return before[before.rfind("\n") :]
        return ""

    def _line(self) -> str:
        return "\n" if any(isinstance(p, str) and "\n" in p for p in self.content) else ""

    def _unit(self) -> str:
        """One step of indentation, as the file does it."""
        top: Element = self
        while top.parent is not None:
            top = top.parent
        lead = next((p for p in top.content if isinstance(p, str) and not p.strip()), "")
        step = lead[lead.rfind("\n") + 1 :] if "\n" in lead else ""
        return step or "  "


@dataclass(eq=False)
class Source:
    """A whole file: what stands before and after the root, the root, and how it was encoded."""

    before: str
    root: Element
    after: str
    encoding: str
    mark: bytes
    carriage: bool

    @classmethod
    def read(cls, data: bytes) -> "Source":
        """The tree of bytes that `xml.parse` took."""
        encoding, mark = _encoding(data)
        text = data[len(mark) :].decode(encoding)
        breaks = text.count("\r\n")
        carriage = 0 < breaks == text.count("\n") == text.count("\r")
        head, here, root, tail = "", None, None, ""
        for token in _TOKEN.findall(text.replace("\r\n", "\n") if carriage else text):
            if token.startswith("</"):
                assert here is not None  # noqa: S101 - the text is well formed
                here.end = token
                here = here.parent
            elif token.startswith("<") and not token.startswith(("<!", "<?")):
                element = _element(token, here)
                if here is not None:
                    here.content.append(element)
                root = root or element
                if not token.endswith("/>"):
                    here = element
            elif here is not None:
                here.content.append(token)
            elif root is None:
                head += token
            else:
                tail += token
        assert root is not None  # noqa: S101 - the text is well formed
        return cls(head, root, tail, encoding, mark, carriage)

    def written(self) -> bytes:
        text = self.before + self.root.written() + self.after
        if self.carriage:
            text = text.replace("\n", "\r\n")
        return self.mark + text.encode(self.encoding, "xmlcharrefreplace")


def _element(token: str, parent: Element | None) -> Element:
    start = _START.match(token)
    assert start is not None  # noqa: S101 - the text is well formed
    attributes, place = [], start.end()
    while found := _ATTRIBUTE.match(token, place):
        attributes.append(Attribute(*found.groups()))
        place = found.end()
    return Element(start.group(1), attributes, token[place:], [], "", parent)


def _encoding(data: bytes) -> tuple[str, bytes]:
    for mark, name in (
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
    ):
        if data.startswith(mark):
            return name, mark
    declared = _DECLARED.match(data[:200])
    return (declared.group(1).decode("ascii") if declared else "utf-8"), b""


def plain(written: str) -> str:
    """The characters that a written text stands for."""
    if "&" not in written:
        return written
    return _REFERENCE.sub(_character, unescape(written.replace("&amp;", "&#38;"), _NAMED))


def _character(found: re.Match[str]) -> str:
    code = found.group(1)
    return chr(int(code[1:], 16) if code.startswith("x") else int(code))


def escaped(text: str, quote: str = "") -> str:
    """A text as it is written between tags, or in an attribute with this quote.

    Raises Invalid ("text-characters") for characters that XML can't hold.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if _FORBIDDEN.search(text):
        raise Invalid(
            "text-characters",
            say("Der Text enthält Steuerzeichen, die eine BPMN-Datei nicht speichern kann."),
            say("Tippen Sie den Text neu, oder fügen Sie ihn als reinen Text ein."),
        )
    text = text.replace("&", "&amp;").replace("<", "&lt;")
    if not quote:
        return text.replace("]]>", "]]&gt;")
    text = text.replace(quote, "&quot;" if quote == '"' else "&apos;")
    return text.replace("\n", "&#10;").replace("\t", "&#9;")
