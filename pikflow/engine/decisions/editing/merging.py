"""Taking over what an editor changed, and nothing else.

An editor that reads a file and writes it anew loses comments and what it does not know. So it also
says how it writes the file unchanged: what differs between its two texts is what somebody did, and
only that is done to the file.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from lxml import etree

from pikflow.engine import xml
from pikflow.engine.decisions.editing.order import lay_out, place_all
from pikflow.engine.decisions.editing.source import Source
from pikflow.errors import Invalid
from pikflow.texts import say

Key = tuple[str, str, int]


def merged(data: bytes, before: bytes, after: bytes, *, file: str) -> bytes:
    """`data` with the difference between `before` and `after` done to it.

    Raises DefinitionInvalid for what is no XML, Invalid when the three are not the same document.
    """
    source = Source(data, file=file)
    old = xml.parse(before, file=file).getroot()
    new = xml.parse(after, file=file).getroot()
    if not source.root.tag == old.tag == new.tag:
        raise Invalid(
            "merge-other",
            say("Der Editor hat „{file}“ in einer anderen Sprache geschrieben.", file=file),
            say("Bearbeiten Sie die Datei in der Tabelle oder als Text."),
        )
    merger = _Merger()
    merger.element(source.root, old, new)
    lay_out(source.root, merger.made)
    return source.written()


class _Merger:
    def __init__(self) -> None:
        self.made: list[etree._Element] = []

    def element(self, mine: etree._Element, old: etree._Element, new: etree._Element) -> None:
        for name in {*old.attrib, *new.attrib}:
            if old.get(name) != new.get(name):
                value = new.get(name)
                if value is None and name in mine.attrib:
                    del mine.attrib[name]
                elif value is not None:
                    mine.set(name, value)
        if not len(new) and (old.text or "") != (new.text or "") and not _children(mine):
            for node in list(mine):
                mine.remove(node)
            mine.text = new.text
            return
        self.children(mine, old, new)

    def children(self, mine: etree._Element, old: etree._Element, new: etree._Element) -> None:
        own, was, now = (dict(_keyed(element)) for element in (mine, old, new))
        wanted: list[etree._Element] = []
        for key, child in now.items():
            if key not in was or key not in own:
                if key not in was:
                    wanted.append(self.copy(child, mine))
                continue
            self.element(own[key], was[key], child)
            wanted.append(own[key])
        gone = {own[key] for key in was.keys() - now.keys() if key in own}
        moved = [key for key in was if key in now] != [key for key in now if key in was]
        if moved or gone or any(key not in was for key in now):
            known = [own[key] for key in was if key in own]
            place_all(mine, known, wanted)

    def copy(self, element: etree._Element, parent: etree._Element) -> etree._Element:
        """A new element as it is to stand in the file, with the prefixes known there."""
        names: dict[Any, Any] = {**element.nsmap, **parent.nsmap}
        made = etree.Element(element.tag, nsmap=names)
        for name, value in element.attrib.items():
            made.set(name, value)
        children = _children(element)
        made.text = None if children else element.text
        for child in children:
            made.append(self.copy(child, parent))
        self.made.append(made)
        return made


def _children(element: etree._Element) -> Sequence[etree._Element]:
    return list(element.iterchildren(etree.Element))


def _keyed(element: etree._Element) -> Iterator[tuple[Key, etree._Element]]:
    """The children by name and id, those without an id by their number among their like."""
    numbers: dict[tuple[str, str], int] = {}
    for child in _children(element):
        name, key = str(child.tag), child.get("id") or child.get("href") or ""
        numbers[name, key] = numbers.get((name, key), 0) + 1
        yield (name, key, numbers[name, key]), child
