"""What a drawing program changed, put into the text of the file it was given.

bpmn-js reads a whole file and writes it anew: comments, the order of attributes, indentation,
elements it does not know and whatever it leaves out as a default would be lost. So it hands over
two writings of its own: of the file before the first change, and of now. Their difference is what
a person did, and only that is put into the file (docs/decisions/0009-drawings-are-merged.md).

Elements keep the order of the file. bpmn-js puts last what was moved last, and nobody can see or
choose an order there; but it says which condition is tried first.
"""

from collections import Counter

from pikflow.engine import xml
from pikflow.engine.source import Attribute, Element, Source

_AHEAD = ("documentation", "extensionElements")  # children of BPMN elements that come first
_NAMING = ("incoming", "outgoing", "flowNodeRef")  # named by the id they hold
Key = tuple[str, ...]


def merge(data: bytes, before: str, after: str, *, file: str) -> bytes:
    """`data` with what changed from `before` to `after`, two writings of it by another program.

    Gives `data` itself when nothing changed. Raises DefinitionInvalid when one can't be read.
    """
    texts = [data, before.encode("utf-8"), after.encode("utf-8")]
    for text in texts:
        xml.parse(text, file=file)
    if before == after:
        return data
    mine, base, now = (Source.read(text) for text in texts)
    if mine.root.name != base.root.name or not _same_prefixes(mine.root, base.root):
        return texts[2]  # other prefixes throughout: elements can't be put together by name
    try:
        _Merge(mine.root, base.root).element(mine.root, base.root, now.root)
    except _ApartError:
        return texts[2]
    return mine.written()


class _ApartError(Exception):
    """Something changed in a place that the file writes in another way."""


def _same_prefixes(mine: Element, base: Element) -> bool:
    declared = {a.name: a.value for a in mine.attributes if a.name.startswith("xmlns")}
    return all(declared[a.name] == a.value for a in base.attributes if a.name in declared)


class _Merge:
    """Elements of both by their id: one that went to another parent brings its own text along."""

    def __init__(self, mine: Element, base: Element) -> None:
        self.mine = _by_id(mine)
        self.base = _by_id(base)

    def element(self, mine: Element, base: Element, now: Element) -> None:
        """Change `mine` by the difference of the other two."""
        if _equal(base, now):
            return
        if base.name != now.name:  # a task of another kind
            mine.rename(now.name)
        _attributes(mine, base, now)
        if mine.children or base.children or now.children:
            self._children(mine, base, now)
        elif base.text != now.text:
            mine.write(now.text)

    def _children(self, mine: Element, base: Element, now: Element) -> None:
        mines, bases, nows = _keyed(mine), _keyed(base), _keyed(now)
        for key, child in mines.items():
            if key in bases and key not in nows:
                mine.remove(child)
        for key, child in mines.items():
            if key in bases and key in nows:
                self.element(child, bases[key], nows[key])
        last: Element | None = None
        for key, child in nows.items():
            if key in mines:
                last = mines[key]
            elif key not in bases:
                last = self._put(mine, child, last)
            elif not _equal(bases[key], child):
                raise _ApartError

    def _put(self, parent: Element, now: Element, after: Element | None) -> Element:
        """Put an element that is new here into `parent`; gives it as it stands there."""
        key = now.get("id") or ""
        known, base = self.mine.get(key), self.base.get(key)
        if known is not None and base is not None and known.name == now.name:
            if known.parent is not None and known in known.parent.content:
                known.parent.remove(known)
            parent.insert(known, _place(parent, after))
            self.element(known, base, now)
            return known
        made = Element(now.name, [Attribute(" ", a.name, "=", a.quoted) for a in now.attributes])
        parent.insert(made, _place(parent, after))
        if now.children:
            last: Element | None = None
            for child in now.children:
                last = self._put(made, child, last)
        elif now.end:
            made.close, made.content, made.end = ">", list(now.content), now.end
        return made


def _by_id(root: Element) -> dict[str, Element]:
    return {key: element for element in root.walk() if (key := element.get("id"))}


def _attributes(mine: Element, base: Element, now: Element) -> None:
    old = {a.name: a.value for a in base.attributes}
    new = {a.name: a.value for a in now.attributes}
    for name in old.keys() - new.keys():
        mine.drop(name)
    for name, value in new.items():
        if old.get(name) != value:
            mine.set(name, value)


def _equal(one: Element, other: Element) -> bool:
    """Whether both say the same; white space between elements says nothing."""
    ours, theirs = one.children, other.children
    return (
        one.name == other.name
        and {a.name: a.value for a in one.attributes} == {a.name: a.value for a in other.attributes}
        and len(ours) == len(theirs)
        and (bool(ours) or one.text == other.text)
        and all(_equal(a, b) for a, b in zip(ours, theirs, strict=True))
    )


def _keyed(parent: Element) -> dict[Key, Element]:
    """The children by what names them: their id, the id they hold, else kind and place."""
    count: Counter[Key] = Counter()
    found: dict[Key, Element] = {}
    for child in parent.children:
        if child.local == "BPMNLabel" and not child.attributes and not child.children:
            continue  # bpmn-js gives one to whatever was touched
        key: Key = (child.name,)
        if child.get("id"):
            key = ("id", child.get("id") or "")
        elif child.local in _NAMING:
            key = (child.name, child.text.strip())
        count[key] += 1
        found[(*key, str(count[key])) if count[key] > 1 else key] = child
    return found


def _place(parent: Element, after: Element | None) -> int:
    """Where in the content a child goes that follows `after`; the first one after documentation."""
    content = parent.content
    if after is not None:
        return content.index(after) + 1
    children = parent.children
    ahead = [child for child in children if child.local in _AHEAD]
    if ahead:
        return content.index(ahead[-1]) + 1
    return content.index(children[0]) if children else len(content)
