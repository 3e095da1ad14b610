"""A foreign file while it is translated: read as a tree of lxml, changed in the text as written.

Every byte stays as it was but those of the few changes that are made.
"""

from lxml import etree

from pikflow.engine import source
from pikflow.engine.xml import PIK, parse
from pikflow.errors import DefinitionInvalid, Finding


class Source:
    """One file; `tree` is what it says, and stays so: changes are made in its text only.

    Raises DefinitionInvalid for what xml.parse refuses, and for a text in another encoding than
    the one it names.
    """

    def __init__(self, data: bytes, file: str) -> None:
        self.tree = parse(data, file=file)
        self._text = _read(data, file, self.tree.docinfo.encoding or "utf-8")
        elements = self.tree.getroot().iter(etree.Element)
        self._twins = dict(zip(elements, self._text.root.walk(), strict=True))

    def set_text(self, element: etree._Element, text: str) -> None:
        """Put a text in the place of everything inside of the element."""
        self._twins[element].write(text)

    def set(self, element: etree._Element, name: str, value: str | None) -> None:
        """Set or remove an attribute by its name as it is written."""
        if value is None:
            self._twins[element].drop(name)
        else:
            self._twins[element].set(name, value)

    def set_own(self, element: etree._Element, name: str, value: str) -> None:
        """Set one of our attributes; the namespace is declared at the root if it is not yet."""
        self.set(element, f"{self._own_prefix(element)}:{name}", value)

    def insert(
        self, parent: etree._Element, made: list[tuple[str, dict[str, str], str]],
        before: etree._Element | None = None,
    ) -> None:  # fmt: skip
        """Put children (name, attributes, text) of the parent's own prefix into it, at its end or
        before one of its children."""
        twin = self._twins[parent]
        prefix = f"{twin.prefix}:" if twin.prefix else ""
        for name, attributes, text in made:
            child = source.Element(prefix + name)
            for key, value in attributes.items():
                child.set(key, value)
            if text:
                child.write(text)
            twin.insert(child, _place(twin, None if before is None else self._twins[before]))

    def result(self) -> bytes:
        """The file with all changes; the very same bytes when there are none."""
        return self._text.written()

    def _own_prefix(self, element: etree._Element) -> str:
        known = self._twins[element].prefix_for(PIK, attribute=True)
        if known:
            return known
        root = self._text.root
        taken = {prefix for one in self.tree.iter(etree.Element) for prefix in one.nsmap}
        more = (f"pik{number}" for number in range(2, 10_000))
        prefix = next(name for name in ("pik", "pikflow", *more) if name not in taken)
        root.set(f"xmlns:{prefix}", PIK)
        return prefix


def _place(parent: source.Element, before: source.Element | None) -> int:
    content, children = parent.content, parent.children
    if before is not None:
        return content.index(before)
    return content.index(children[-1]) + 1 if children else len(content)


def _read(data: bytes, file: str, declared: str) -> source.Source:
    """The text, certain to give the same bytes again."""
    try:
        text = source.Source.read(data)
        if text.written() == data:
            return text
    except (UnicodeError, LookupError):
        pass
    message = f"Die Datei nennt die Kodierung „{declared}“ und hält sich nicht daran."
    hint = "Speichern Sie die Datei im Modellierungswerkzeug als UTF-8."
    raise DefinitionInvalid([Finding(file, 1, "", "error", "xml-encoding", message, hint)])
